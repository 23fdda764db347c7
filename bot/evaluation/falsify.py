"""False statements made by rule out of true sentences: one thing changed, everything else as it was."""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from index.dates import MONTHS
from index.names import same_name
from index.polarity import denials
from index.roles import Party, distinct, parties
from index.values import Value, values

KINDS = ("number", "date", "magnitude", "name", "negation", "attribution", "direction", "swap")

_DIGITS = re.compile(r"\d+")
_MAGNITUDES = {
    "million": "billion",
    "millions": "billions",
    "billion": "million",
    "billions": "millions",
    "trillion": "billion",
    "thousand": "million",
    "millionen": "Milliarden",
    "milliarden": "Millionen",
    "milliarde": "Million",
    "billionen": "Milliarden",
    "mio": "Mrd",
    "mrd": "Mio",
    "bn": "m",
    "tausend": "Millionen",
}
_PAIRS = {
    "en": "rose/fell rising/falling rise/fall grew/shrank grows/shrinks growth/decline increase/decrease increased/decreased "
    "increases/decreases gained/lost gain/lose higher/lower more/fewer highest/lowest larger/smaller largest/smallest "
    "bought/sold buy/sell buying/selling buyer/seller before/after above/below allowed/forbade allow/forbid allows/forbids "
    "accepted/rejected approved/rejected supports/opposes supported/opposed opened/closed started/ended begins/ends "
    "joined/left upheld/overturned legal/illegal raised/lowered",
    "de": "stieg/fiel stiegen/fielen gestiegen/gefallen wuchs/schrumpfte wuchsen/schrumpften Anstieg/Rückgang mehr/weniger "
    "höher/niedriger größer/kleiner größte/kleinste größten/kleinsten kaufte/verkaufte kaufen/verkaufen gekauft/verkauft "
    "Kauf/Verkauf Käufer/Verkäufer bevor/nachdem erlaubt/verbietet erlaubte/verbot erlauben/verbieten "
    "angenommen/abgelehnt unterstützt/abgelehnt eröffnet/geschlossen begann/endete beginnt/endet Gewinner/Verlierer "
    "gewann/verlor erhöhte/senkte zulässig/unzulässig Plus/Minus mindestens/höchstens",
}
_TURNED = {
    "en": [
        (r"\b[Oo]ver (?=[\d$€£])", "under "),
        (r"\b[Uu]nder (?=[\d$€£])", "over "),
        (r"\bup (?=from|by|\d)", "down "),
        (r"\bdown (?=from|by|\d)", "up "),
        (r"\bat least\b", "at most"),
        (r"\bat most\b", "at least"),
    ],
    "de": [
        (r"\b[Üü]ber (?=\d)", "unter "),
        (r"\b[Uu]nter (?=\d)", "über "),
        (r"\b(Tage?|Wochen?|Monate?|Jahre?|Stunden|kurz) vor\b", r"\1 nach"),
        (r"\b(Tage?|Wochen?|Monate?|Jahre?|Stunden|kurz) nach\b", r"\1 vor"),
        (r"\b[Vv]or dem (?=\d)", "nach dem "),
        (r"\b[Nn]ach dem (?=\d)", "vor dem "),
    ],
}
"""Short words that turn a direction in these places only."""
_SPEECH = {
    "en": {
        "denied": "confirmed",
        "confirmed": "denied",
        "confirms": "denies",
        "said": "denied",
        "reported": "denied",
        "wrote": "denied",
        "claimed": "confirmed",
        "according to": "contrary to",
        "According to": "Contrary to",
        "noted": "denied",
    },
    "de": {
        "bestritt": "bestätigte",
        "bestätigte": "bestritt",
        "bestätigt": "bestritten",
        "sagte": "bestritt",
        "berichtete": "bestritt",
        "schrieb": "bestritt",
        "meldete": "dementierte",
        "laut": "entgegen",
        "Laut": "Entgegen",
    },
}
_WITHOUT = {
    "en": [
        (r"\b(is|are|was|were|has|had|have|will|would|could|can|did|does|do|should|may) not\b", r"\1"),
        (r"\bno longer\b", "still"),
        (r"\bnever\b", "often"),
        (r"\bwithout\b", "with"),
        (r"\b[Nn]one of\b", "all of"),
        (r"\bno (?=[a-z])", "a "),
    ],
    "de": [
        (r"\bnicht ", ""),
        (r"\bkein(e[nmrs]?)?\b", r"ein\1"),
        (r"\bKein(e[nmrs]?)?\b", r"Ein\1"),
        (r"\bohne\b", "mit"),
        (r"\bniemand\b", "jemand"),
    ],
}
_WITH = {
    "en": [(r"\b(is|are|was|were|has|had|have|will|would|could|can|did|should)\b", r"\1 not")],
    "de": [
        (r"\b(ist|war|hat|wird|will) ein", r"\1 kein"),
        (r"(?<= )(?=\w+(?:t|en)\.$)", "nicht "),
    ],
}
_GERMAN_AUXILIARY = re.compile(r"\b(?:ist|sind|war|waren|wird|werden|wurden?|hat|haben|hatten?|kann|soll|will|sollen)\b")


@dataclass(frozen=True)
class Falsifier:
    """Makes false statements; `actors` are the story's, `pool` the names by language that may take another's place."""

    actors: Mapping[str, tuple[str, ...]]
    pool: Mapping[str, Sequence[str]]

    def false(self, kind: str, text: str, language: str, seed: str) -> str | None:
        """The sentence with one thing changed, the same for the same seed; None where it has nothing of the kind."""
        changed = getattr(self, f"_{kind}")(text, language, random.Random(f"{seed}:{kind}"))
        return changed if changed and changed != text else None

    def _number(self, text: str, language: str, rng: random.Random) -> str | None:
        found = [value for value in values(text, language, 2000) if value.date is None]
        return _changed(text, language, _spans(text, found), rng, _other_figure)

    def _date(self, text: str, language: str, rng: random.Random) -> str | None:
        found = [value for value in values(text, language, 2000) if value.date]
        return _changed(text, language, [(value.start, value.end) for value in found], rng, _other_date)

    def _magnitude(self, text: str, language: str, rng: random.Random) -> str | None:
        found = [value for value in values(text, language, 2000) if value.date is None]
        return _changed(text, language, [(value.start, value.end) for value in found], rng, _other_magnitude)

    def _name(self, text: str, language: str, rng: random.Random) -> str | None:
        own = [party for party in parties(text, language, self.actors) if not party.key.startswith("place: ")]
        others = [
            name for name in self.pool.get(language, ()) if not any(same_name(name, p.key) for p in own) and name not in text
        ]
        if not own or not others:
            return None
        party = rng.choice(own)
        return text[: party.start] + rng.choice(others) + text[party.end :]

    def _negation(self, text: str, language: str, rng: random.Random) -> str | None:
        denied = bool(denials(text))
        if not denied and language == "de" and not _GERMAN_AUXILIARY.search(text):
            return None
        rules = (_WITHOUT if denied else _WITH)[language]
        return _substituted(text, [(pattern, new) for pattern, new in rules], rng)

    def _attribution(self, text: str, language: str, rng: random.Random) -> str | None:
        return _substituted(text, [(rf"\b{old}\b", new) for old, new in _SPEECH[language].items()], rng)

    def _direction(self, text: str, language: str, rng: random.Random) -> str | None:
        pairs = [pair.split("/") for pair in _PAIRS[language].split()]
        turned = [(one, two) for one, two in pairs] + [(two, one) for one, two in pairs]
        return _substituted(text, [*((rf"\b{old}\b", new) for old, new in turned), *_TURNED[language]], rng)

    def _swap(self, text: str, language: str, rng: random.Random) -> str | None:
        acting = distinct([party for party in parties(text, language, self.actors) if party.role == "actor"])
        if len(acting) < 2:
            return None
        return _exchanged(text, *acting[:2])


def _exchanged(text: str, one: Party, two: Party) -> str:
    """The text with every occurrence of two names exchanged."""
    first, second = text[one.start : one.end], text[two.start : two.end]
    parts = re.split(f"({re.escape(first)}|{re.escape(second)})", text)
    return "".join({first: second, second: first}.get(part, part) for part in parts)


def _substituted(text: str, rules: Sequence[tuple[str, str]], rng: random.Random) -> str | None:
    """The text with one of the rules that match done once."""
    matching = [(pattern, new) for pattern, new in rules if re.search(pattern, text)]
    if not matching:
        return None
    pattern, new = rng.choice(matching)
    return re.sub(pattern, new, text, count=1)


def _spans(text: str, found: Sequence[Value]) -> list[tuple[int, int]]:
    return [(value.start, value.end) for value in found if _DIGITS.search(text, value.start, value.end)]


def _changed(
    text: str,
    language: str,
    spans: Sequence[tuple[int, int]],
    rng: random.Random,
    change: Callable[[str, str, random.Random], str],
) -> str | None:
    """The text with one of the spans changed so that it reads as another value."""
    for start, end in rng.sample(list(spans), len(spans)):
        new = text[:start] + change(text[start:end], language, rng) + text[end:]
        if _plain(new, language) != _plain(text, language):
            return new
    return None


def _plain(text: str, language: str) -> list[tuple[object, ...]]:
    return [(value.amount, value.unit, value.date, value.until) for value in values(text, language, 2000)]


def _other_figure(text: str, language: str, rng: random.Random) -> str:
    """Figures with one digit changed."""
    places = [match.start() for match in re.finditer(r"\d", text)]
    at = rng.choice(places)
    digits = [digit for digit in ("123456789" if at == places[0] else "0123456789") if digit != text[at]]
    return text[:at] + rng.choice(digits) + text[at + 1 :]


def _other_date(text: str, language: str, rng: random.Random) -> str:
    """A date with another day, month or year."""
    month = re.search("|".join(sorted((name for name in MONTHS if len(name) > 2), key=len, reverse=True)), text)
    choices = ["figure"] + (["month"] if month else [])
    if month and rng.choice(choices) == "month":
        names = _MONTH_NAMES[language]
        return text[: month.start()] + rng.choice([name for name in names if name != month[0]]) + text[month.end() :]
    figures = list(_DIGITS.finditer(text))
    if not figures:
        return text
    figure = rng.choice(figures)
    number = int(figure[0])
    new = number + rng.choice((-2, -1, 1, 2)) if number > 31 else rng.choice([day for day in range(1, 29) if day != number])
    return text[: figure.start()] + str(new) + text[figure.end() :]


def _other_magnitude(text: str, language: str, rng: random.Random) -> str:
    """An amount with another scale."""

    def other(match: re.Match[str]) -> str:
        return _MAGNITUDES.get(match[0].casefold(), match[0])

    return re.sub(r"[^\W\d_]+", other, text, count=0)


_MONTH_NAMES = {
    "en": "January February March April June July August September October November December".split(),
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
}
