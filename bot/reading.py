"""What a reader is: given the question, what was found for it and the history, it proposes statements that code checks."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.answer import Check, Message
from index.claims import Claim, ClaimMaker
from index.search import Ranking


@dataclass(frozen=True)
class Found:
    """What a reader may use: the question, what leads, then the ranking of each part, how claims are made, the history.

    `leading` are the claims that quoting alone would show, at least one.
    """

    question: str
    leading: tuple[Claim, ...]
    rankings: tuple[Ranking, ...]
    claims: ClaimMaker
    language: str
    history: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A sentence and the claims that it says it rests on; `final` where its reader will not write it once more."""

    text: str
    claims: tuple[Claim, ...]
    final: bool = True


class Reader(Protocol):
    """Proposes statements one after the other and is sent the check of each; closing the generator ends its work."""

    @property
    def name(self) -> str:
        """What `Answer.reader` says."""

    @property
    def values(self) -> Mapping[str, object]:
        """What our sentences say of the chat model, empty where there is none."""

    def read(self, found: Found) -> Generator[Proposal, Check, None]:
        """The proposals. ModelTrouble where a model fails."""
