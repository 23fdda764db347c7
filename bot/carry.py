"""What a follow-up takes over from its conversation: the words of the turns before, each with a probability.

Two logistic regressions decide: whether a question stands alone, and which words it lacks. Their features are the same in
every language: where a word stands, how often, whether it is a name, which kind of pronoun the question has. They are
fitted by `dealbrief eval rewrites FILE --weights FILE`; the weights lie in bot/carried with the name of their data.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

from bot.turns import (
    HEADING_WORDS,
    KINDS,
    TOPIC_WORDS,
    Context,
    Token,
    asks_who,
    content,
    is_stop_word,
    kinds_of,
    named,
    tokens,
)


@dataclass
class _Word:
    """Where a content word of the history stands."""

    count: int = 0
    name: bool = False
    beside: bool = False
    beside_name: bool = False
    near: bool = False
    places: list[tuple[int, str, float, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Weights:
    """The two regressions for each form of context, "titled" and "plain": a feature's weight by its name, "" the constant.

    A question stands alone from the threshold of its form on.
    """

    alone: Mapping[str, Mapping[str, float]]
    word: Mapping[str, Mapping[str, float]]
    thresholds: Mapping[str, float]
    provenance: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    @lru_cache(maxsize=1)
    def bundled(cls) -> "Weights":
        """Those of the package."""
        data = json.loads(files("bot").joinpath("carried", "weights.json").read_text(encoding="utf-8"))
        return cls(data["alone"], data["word"], data["thresholds"], data["provenance"])


def _parts(context: Context, language: str) -> list[tuple[int, str, Sequence[Token]]]:
    """The texts of a conversation as (turns ago, role, words): T topic, P what stands in brackets after it, S heading."""
    parts: list[tuple[int, str, Sequence[Token]]] = []
    for number, title in enumerate(context.titles):
        topic = tokens(re.sub(r"\(.*?\)", "", title), language)
        size = len(content(topic, language))
        if number == 0 and size <= TOPIC_WORDS:
            parts += [(0, "T", topic), (0, "P", tokens(" ".join(re.findall(r"\((.*?)\)", title)), language))]
        elif size <= HEADING_WORDS:
            parts.append((0, "S", topic))
    for ago, turn in enumerate(reversed(context.turns), 1):
        parts += [(ago, "Q", tokens(turn.question, language)), (ago, "A", tokens(turn.answer, language))]
    return parts


def _words(parts: Sequence[tuple[int, str, Sequence[Token]]], asked: set[str], language: str) -> dict[str, _Word]:
    found: dict[str, _Word] = {}
    for ago, role, text in parts:
        inside = [token.folded in asked for token in text]
        for i, token in enumerate(text):
            if is_stop_word(token.folded, language) or not token.folded:
                continue
            word = found.setdefault(token.folded, _Word())
            word.count += 1
            word.name |= token.name or (role in "TP" and token.text[0].isupper())
            word.places.append((ago, role, i / len(text), len(text)))
            for j in (i - 1, i + 1):
                if 0 <= j < len(text) and inside[j]:
                    word.beside = True
                    word.beside_name |= token.text[0].isupper() and text[j].text[0].isupper()
            word.near |= any(inside[max(0, i - 4) : i + 5])
    return found


def question_features(question: str, context: Context, language: str) -> dict[str, float]:
    """What tells whether a question stands alone; the same names in every language."""
    asked = tokens(question, language)
    words = content(asked, language)
    kinds = kinds_of(asked, language)
    parts = _parts(context, language)
    of = {role: set().union(*(content(text, language) for _, r, text in parts if r == role)) for role in "TSQA"}
    last = {role: set().union(*(content(t, language) for ago, r, t in parts if r == role and ago == 1)) for role in "QA"}
    known = set().union(*of.values())
    names = {token.folded for token in named(asked, language)}
    topic = of["T"]
    pointing = bool(kinds & {"person", "they", "thing"})
    values = {
        "n": len(words) / 5,
        "n1": len(words) <= 1,
        "n2": len(words) <= 2,
        "length": min(len(asked), 12) / 12,
        "topic": bool(words & topic),
        "topic_share": len(words & topic) / max(1, len(topic)),
        "topic_whole": bool(topic) and topic <= words,
        "no_topic": not topic,
        "heading": bool(words & of["S"]),
        "heading_share": len(words & of["S"]) / max(1, len(of["S"])),
        "last_answer": bool(words & last["A"]),
        "last_question": bool(words & last["Q"]),
        "known": bool(words & known),
        "new_share": len(words - known) / max(1, len(words)),
        "names": min(len(names), 3) / 3,
        "new_names": min(len(names - known), 3) / 3,
        "no_names": not names,
        "first": not any(turn.question or turn.answer for turn in context.turns),
        "joined": bool(asked) and asked[0].folded in {"and", "but", "so", "und", "aber", "oder"},
        **{f"has_{kind}": kind in kinds for kind in KINDS["en"]},
        "pointing": pointing,
        "names_only": bool(names) and not pointing,
    }
    for one in ("topic", "topic_whole", "first", "no_names", "heading"):
        for other in ("pointing", "has_this", "has_other", "first"):
            values[f"{one}*{other}"] = bool(values[one]) and bool(values[other])
    return {name: float(value) for name, value in values.items() if value}


def word_features(question: str, context: Context, language: str) -> dict[str, dict[str, float]]:
    """For every content word of a conversation that a question lacks: what tells whether the question means it."""
    asked = tokens(question, language)
    own = content(asked, language)
    kinds = kinds_of(asked, language)
    parts = _parts(context, language)
    topic = set().union(*(content(text, language) for _, role, text in parts if role == "T"))
    heading = set().union(*(content(text, language) for _, role, text in parts if role == "S"))
    earlier = [kinds_of(text, language) for ago, role, text in parts if role == "Q" and ago >= 1]
    found = _words(parts, own, language)
    longest = next((len(text) for ago, role, text in parts if role == "A" and ago == 1), 0)
    first = not any(turn.question or turn.answer for turn in context.turns)
    around = {
        **{kind: kind in kinds for kind in KINDS["en"]},
        "first": first,
        "bare": not kinds & {"person", "they", "thing", "this"},
        "no_topic": not topic,
        "topic": bool(own & topic),
        "topic_whole": bool(topic) and topic <= own,
        "heading": bool(own & heading),
        "short": len(own) <= 1,
        "capitals": any(token.name for token in asked),
        "person_before": "person" in kinds and any("person" in before for before in earlier),
        "they_before": "they" in kinds and any("they" in before for before in earlier),
        "persons": any("person" in before for before in earlier),
        "new": len(own - set(found)) / max(1, len(own)),
        "answer_short": 0 < longest <= 6,
        "who_before": bool(context.turns) and asks_who(context.turns[-1].question),
        "length": min(len(asked), 12) / 12,
    }
    context_values = {name: float(value) for name, value in around.items() if value}
    values = {}
    for word, seen in found.items():
        if word not in own:
            values[word] = _of_word(word, seen, context_values)
    return values


_CROSSED = "T S P A A_name A_plain A_lead Q Q_name A2 A2_name Q2 E E_name number near beside_name count".split()


def _of_word(word: str, seen: _Word, context: Mapping[str, float]) -> dict[str, float]:
    roles = {role for _, role, _, _ in seen.places}
    last = [place for place in seen.places if place[0] == 1 and place[1] == "A"]
    at = {(min(ago, 3), role) for ago, role, _, _ in seen.places}
    name = seen.name and "T" not in roles
    base = {
        "T": "T" in roles,
        "P": "P" in roles,
        "S": "S" in roles,
        "A": (1, "A") in at,
        "Q": (1, "Q") in at,
        "A2": (2, "A") in at,
        "Q2": (2, "Q") in at,
        "E": bool(at & {(3, "A"), (3, "Q")}),
        "EQ": (3, "Q") in at,
        "name": seen.name,
        "number": word.isdigit(),
        "A_name": (1, "A") in at and name,
        "A_plain": (1, "A") in at and not seen.name,
        "A_lead": (1, "A") in at and name and bool(last) and last[0][2] * last[0][3] < 4,
        "A_S": (1, "A") in at and "S" in roles,
        "Q_T": (1, "Q") in at and "T" in roles,
        "Q_name": (1, "Q") in at and name,
        "Q_A": (1, "Q") in at and (1, "A") in at,
        "Q_Q2": (1, "Q") in at and (2, "Q") in at,
        "A2_name": (2, "A") in at and name,
        "E_name": bool(at & {(3, "A"), (3, "Q")}) and name,
        "count": min(seen.count, 6) / 6,
        "once": seen.count == 1,
        "beside": seen.beside,
        "beside_name": seen.beside_name,
        "near": seen.near,
        "ago": min((ago for ago, role, _, _ in seen.places if role in "QA"), default=9) / 9,
        "position": last[0][2] if last else 0.0,
        "answer_length": min(last[0][3], 30) / 30 if last else 0.0,
        "letters": min(len(word), 15) / 10,
    }
    values = {key: float(value) for key, value in base.items() if value}
    crossed = {f"{one}*{other}": values[one] * value for one in _CROSSED if one in values for other, value in context.items()}
    return {**values, **crossed, **{f"q_{key}": value for key, value in context.items()}}


def probability(values: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The logistic function of a weighted sum; unknown features weigh nothing."""
    total = weights[""] + sum(value * weights.get(key, 0.0) for key, value in values.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
