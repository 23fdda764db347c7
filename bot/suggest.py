"""Questions to go on with that the corpus answers: from the story's own bank, each asked before it is offered.

No code writes a question (finding.md section 5, 10). Offered are those nearest to what was shown, by the cosine of the
embedder's vectors, whose own first statement was not shown yet.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from bot.answer import Answer

if TYPE_CHECKING:
    from bot.chatbot import Chatbot

SUGGESTED = 3
TRIED = 8
"""Questions near to what was shown that are asked for the three."""


class Suggestions:
    """The bank of a chatbot's story; what a question is answered from is found once."""

    def __init__(self, bot: Chatbot) -> None:
        self.bot = bot
        self._first: dict[str, tuple[str, int] | None] = {}

    def near(self, answer: Answer | None, language: str) -> tuple[str, ...]:
        """At most three questions of a language: near to an answer, or without one the first that are answered."""
        bank = self._bank.get(language, ())
        shown = [(cited.source.id, cited.start) for cited in (answer.citations or answer.nearest)] if answer else []
        order = self._nearest(bank, language, shown)[:TRIED] if shown else bank
        offered: list[str] = []
        for question in order:
            first = self._answered_from(question)
            if first and first not in shown and not (answer and question in (answer.question, answer.search_question)):
                offered.append(question)
                shown.append(first)
            if len(offered) == SUGGESTED:
                break
        return tuple(offered)

    @property
    def _bank(self) -> dict[str, tuple[str, ...]]:
        story = self.bot.library.story
        languages = dict.fromkeys((*story.examples, *story.questions))
        return {name: (*story.examples.get(name, ()), *story.questions.get(name, ())) for name in languages}

    def _nearest(self, bank: tuple[str, ...], language: str, shown: list[tuple[str, int]]) -> list[str]:
        told = self.bot.index.pooled(shown)
        if not len(told) or not bank:
            return list(bank)
        near = (self._vectors[language] @ told.T).max(axis=1)
        return [bank[i] for i in np.argsort(-near, kind="stable")]

    @cached_property
    def _vectors(self) -> dict[str, np.ndarray[tuple[int, int], np.dtype[np.float32]]]:
        embed = self.bot.index.model.question
        return {language: np.array([embed(question).pooled for question in bank]) for language, bank in self._bank.items()}

    def _answered_from(self, question: str) -> tuple[str, int] | None:
        """Article and offset of the first quote that a question is answered with; None where it is not answered."""
        if question not in self._first:
            first = next(iter(self.bot.ask(question).citations), None)
            self._first[question] = (first.source.id, first.start) if first else None
        return self._first[question]
