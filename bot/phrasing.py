"""A brief phrased by a chat model: one request, a sentence for each quote, every one through the check of answers.

What does not hold stays a quote, so a brief never says less or more than without a model.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot import prompts
from bot.answer import Statement
from bot.chat_model import ModelTrouble, Turn
from bot.generative import FENCE, GenerativeReader, Sentences, evidence_line
from bot.judging import Judge
from bot.knowledge import Knowledge
from bot.products import Briefing, Entry, Section, with_numbers
from bot.wording import language_name, say
from index.claims import Claim


@dataclass(frozen=True)
class Phrasing:
    """Lets a reader's chat model phrase the quotes of a brief; the sides of disputes stay quotes."""

    reader: GenerativeReader
    judge: Judge
    known: Knowledge

    def phrased(self, made: Briefing) -> Briefing:
        """The brief with the sentences that hold, and one notice that says who wrote them or why nobody did."""
        quotes = [entry.statement for entry in made.entries if not entry.others]
        evidence = [self._claim(quote) for quote in quotes]
        written: dict[str, Statement] = {}
        key, values = "model_nonsense", self.reader.values
        try:
            for quote, statement in self._held(quotes, evidence, made.language):
                citations = (*statement.citations, *quote.citations[1:])
                written.setdefault(quote.text, replace(statement, citations=citations))
        except ModelTrouble as trouble:
            key, values = f"model_{trouble.reason}", trouble.values
        if written:
            key, values = "brief_phrased", self.reader.values

        def phrased(entry: Entry) -> Entry:
            return entry if entry.others else replace(entry, statement=written.get(entry.statement.text, entry.statement))

        sections = with_numbers([Section(one.key, tuple(map(phrased, one.entries))) for one in made.sections])
        return replace(made, sections=sections, notices=(say(key, made.language, **values), *made.notices))

    def _held(
        self, quotes: Sequence[Statement], evidence: Sequence[Claim], language: str
    ) -> Iterator[tuple[Statement, Statement]]:
        """The quotes for which the model wrote a sentence of its own that holds, with that sentence."""
        until = time.monotonic() + self.reader.chat.timeout
        sentences = Sentences(self.reader.chat.stream(self._turns(evidence, language), until), evidence, len(evidence))
        try:
            for proposal in sentences:
                _, statement, own = self.judge.settle(proposal, language)
                if statement and own and len(proposal.claims) == 1:
                    yield quotes[evidence.index(proposal.claims[0])], statement
        finally:
            sentences.close()
        if sentences.trouble:
            raise sentences.trouble

    def _turns(self, evidence: Sequence[Claim], language: str) -> list[Turn]:
        name = language_name(language, "en")
        lines = "\n".join(evidence_line(claim, number) for number, claim in enumerate(evidence, 1))
        return [
            ("system", prompts.BRIEF.format(language=name, fence=FENCE)),
            ("user", prompts.BRIEF_TASK.format(evidence=lines, fence=FENCE)),
        ]

    def _claim(self, statement: Statement) -> Claim:
        cited = statement.citations[0]
        told = self.known.by_key[cited.source.id, cited.start]
        return Claim(told.result, (), told.origins, None, 0.0)
