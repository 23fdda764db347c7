"""The reader that lets a chat model write: numbered evidence in, sentences that end in its numbers out.

What the model writes is only a proposal. It is parsed as it streams; each sentence is checked before the next is read; one
that fails is asked for once more with the reason. Numbers mean the evidence that code numbered, nothing else.
"""

import re
import time
from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot import prompts
from bot.answer import Check, Message
from bot.chat_model import ChatModel, ModelTrouble, Turn
from bot.extractive import MAX_STATEMENTS, eligible, leans
from bot.reading import Found, Proposal
from bot.render import flat
from bot.wording import date_text, language_name, reason_text, say
from index.claims import Claim
from index.passages import count_tokens
from index.search import SearchResult
from index.sentences import sentence_spans

MAX_EVIDENCE = 12
HISTORY_TURNS = 4
HISTORY_SHARE = 0.25
"""Of the tokens that a model is given, at most this share is history."""
MAX_SENTENCES = 8
"""Sentences that are looked at before the model is stopped."""
MAX_TALK = 750
"""Characters for each of these sentences after which a model that does not end is stopped."""

_NUMBERS = re.compile(r"\s*\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]")
_END = re.compile(r"(?:\[\d[\d\s,;]*\][.!?…]?|\n)(?=\s+[^\sa-zäöüß\[]|\s*\n|$)")
_BEHIND = re.compile(r"([.!?…])((?:\s*\[\d[\d\s,;]*\])+)")
_HIDDEN = re.compile("[\0-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\U000e0000-\U000e0fff]+")
FENCE = "=" * 5


@dataclass(frozen=True)
class GenerativeReader:
    """Proposes what a chat model writes from at most `tokens` tokens of evidence and history."""

    chat: ChatModel
    tokens: int = 1500

    @property
    def name(self) -> str:
        """The model, as the settings name it."""
        return self.chat.name

    @property
    def values(self) -> Mapping[str, object]:
        """What our sentences say of the model."""
        return self.chat.values

    def read(self, found: Found) -> Generator[Proposal, Check, None]:
        """What the model writes, sentence by sentence; ModelTrouble where it fails."""
        until = time.monotonic() + self.chat.timeout
        evidence = self._evidence(found)
        turns = self._turns(found, evidence)
        sentences = Sentences(self.chat.stream(turns, until), evidence)
        try:
            for proposal in sentences:
                check = yield proposal
                if check.verdict == "unsupported" and not proposal.final:
                    sentences.hear_out()  # one request at a time: a small server has no place for two
                    yield self._again(turns, proposal, check, evidence, found, until)
        finally:
            sentences.close()
        if sentences.trouble:
            raise sentences.trouble

    def _again(
        self, turns: list[Turn], failed: Proposal, check: Check, evidence: list[Claim], found: Found, until: float
    ) -> Proposal:
        """The failed sentence as the model writes it once more, else as it was."""
        reason = "; ".join(reason_text(code, "en") for code in check.reasons) + "."
        language = language_name(found.language, "en")
        again = prompts.AGAIN.format(reason=reason, language=language, none=prompts.NONE)
        said: list[Turn] = [("assistant", failed.text), ("user", again)]
        sentences = Sentences(self.chat.stream([*turns, *said], until), evidence)
        try:
            better = next(iter(sentences), None)
        finally:
            sentences.close()
        return Proposal(better.text, better.claims) if better else Proposal(failed.text, failed.claims)

    def _evidence(self, found: Found) -> list[Claim]:
        """What leads, then what ranks next, each part in its turn, as far as the tokens go."""
        chosen = list(found.leading)
        usable = [[r for r in ranking.results[: 2 * MAX_EVIDENCE] if eligible(r, best=False)] for ranking in found.rankings]
        others = [found.claims.claims(results)[:MAX_EVIDENCE] for results in usable]
        longest = max(map(len, others), default=0)
        chosen += [claims[i] for i in range(longest) for claims in others if i < len(claims)]
        room = self.tokens * (1 - HISTORY_SHARE)
        kept: dict[tuple[str, int], Claim] = {}
        for claim in chosen:
            room -= count_tokens(evidence_line(claim, len(kept) + 1))
            if claim.representative.key not in kept and (room >= 0 or not kept) and len(kept) < MAX_EVIDENCE:
                kept[claim.representative.key] = claim
        return list(kept.values())

    def _turns(self, found: Found, evidence: Sequence[Claim]) -> list[Turn]:
        language = language_name(found.language, "en")
        system = prompts.SYSTEM.format(most=MAX_STATEMENTS, language=language, none=prompts.NONE, fence=FENCE)
        lines = "\n".join(evidence_line(claim, number) for number, claim in enumerate(evidence, 1))
        earlier = before(found.history, self.tokens)
        task = prompts.TASK.format(before=earlier, evidence=lines, question=_tame(found.question), fence=FENCE)
        return [("system", system), ("user", task)]


class Sentences:
    """The sentences in what a model says, at most `most`, each as soon as it is complete; `trouble` is what went wrong then."""

    def __init__(self, pieces: Generator[str, None, None], evidence: Sequence[Claim], most: int = MAX_SENTENCES) -> None:
        self.pieces = pieces
        self.most = most
        self.evidence = evidence
        self.trouble: ModelTrouble | None = None
        self.ready: deque[Proposal] = deque()
        self.open = ""
        self.heard = 0
        self.given = 0

    def __iter__(self) -> Iterator[Proposal]:
        while self.given < self.most and (self.ready or self._hear() or self.ready):
            if self.ready:
                self.given += 1
                yield self.ready.popleft()

    def close(self) -> None:
        """Stops the model."""
        self.pieces.close()

    def hear_out(self) -> None:
        """Waits for the rest of what the model says."""
        while self._hear():
            pass

    def _hear(self) -> bool:
        """Takes the next piece; false where there is none."""
        try:
            piece = next(self.pieces, None)
        except ModelTrouble as trouble:
            self.trouble, self.open = trouble, ""  # half a sentence is none
            return False
        if piece is None or self.heard > self.most * MAX_TALK:
            self._take(self.open)
            self.open = ""
            return False
        self.heard += len(piece)
        self.open += piece
        while (end := _END.search(self.open)) and end.end() < len(self.open):
            self._take(self.open[: end.end()])
            self.open = self.open[end.end() :]
        return True

    def _take(self, said: str) -> None:
        said = flat(_HIDDEN.sub(" ", _BEHIND.sub(r"\2\1", said)))
        self.ready += [proposal for span in sentence_spans(said) if (proposal := self._proposal(span.of(said)))]

    def _proposal(self, said: str) -> Proposal | None:
        numbers = [int(number) for group in _NUMBERS.findall(said) for number in re.findall(r"\d+", group)]
        text = flat(_NUMBERS.sub("", said))
        text = re.sub(r"\s+([.,;:!?…])", r"\1", text)
        if not re.search(r"\w", text) or text.strip(".!") == prompts.NONE:
            return None
        if not re.search(r"[.!?…]\W*$", text):
            text += "."
        known = [self.evidence[number - 1] for number in dict.fromkeys(numbers) if 1 <= number <= len(self.evidence)]
        if len(known) < len(set(numbers)):
            known = []  # a number that was never given out stands for nothing, and neither do those beside it
        return Proposal(text, tuple(known), final=False)


def before(history: Sequence[Message], tokens: int) -> str:
    """The last turns in brief, in at most `HISTORY_SHARE` of the tokens: material as well, and no evidence."""
    room = tokens * HISTORY_SHARE
    kept: deque[str] = deque()
    for message in reversed(history[-HISTORY_TURNS:]):
        line = prompts.TURN.format(role=message.role, text=_tame(message.content[:400]))
        room -= count_tokens(line)
        if room < 0:
            break
        kept.appendleft(line)
    return prompts.BEFORE.format(turns="\n".join(kept), fence=FENCE) if kept else ""


def evidence_line(claim: Claim, number: int) -> str:
    """A line of evidence; nothing in it can pass for a number, a line or the fence."""
    result = claim.representative
    source = result.article.source
    return prompts.EVIDENCE.format(
        number=number,
        publisher=_tame(source.publisher or say("unknown_publisher", "en")),
        date=date_text(source.published, "en"),
        language=language_name(source.language, "en"),
        text=_tame(_with_context(result)),
    )


def _with_context(result: SearchResult) -> str:
    """A sentence, with the one before it where it leans on that."""
    leaning = result.previous_start is not None and leans(result.text)
    return result.article.text[result.previous_start if leaning else result.start : result.end]


def _tame(text: str) -> str:
    """A text on one line, without brackets, fences or signs that are not seen."""
    shown = _HIDDEN.sub(" ", text)
    return flat(shown.replace("[", "(").replace("]", ")").replace("<", "‹").replace(">", "›").replace("==", "= "))
