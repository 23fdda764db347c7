"""A conversation in the page: its turns, kept in the session of one browser tab and nowhere else."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from bot.answer import Answer, Message, Statement
from bot.chatbot import Chatbot
from bot.wording import say
from corpus.errors import BriefingError

MAX_TURNS = 200


@dataclass(frozen=True)
class Turn:
    """A question and what has come of it so far: statements as they are checked, then the answer.

    `token` is what the page called the question when it sent it, so that it knows the turn again; `number` is its place
    in the page, which may show more turns than are still kept here.
    """

    question: str
    language: str
    token: str = ""
    number: int = 1
    statements: tuple[Statement, ...] = ()
    answer: Answer | None = None
    stopped: bool = False

    @property
    def state(self) -> Literal["pending", "stopped", "done"]:
        """Whether the turn is still being answered."""
        return "done" if self.answer else "stopped" if self.stopped else "pending"


Turns = tuple[Turn, ...]


def ask(bot: Chatbot, turns: Turns, turn: Turn) -> Iterator[tuple[Turns, str]]:
    """The turns as the answer grows, with the sentence that says what went wrong, if anything did."""
    before = stop(turns)[-MAX_TURNS:]
    yield (*before, turn), ""
    try:
        for piece in bot.stream(turn.question, messages(before), language=turn.language):
            if isinstance(piece, Statement):
                turn = replace(turn, statements=(*turn.statements, piece))
            else:
                turn = replace(turn, statements=piece.statements, answer=piece, language=piece.language)
            yield (*before, turn), ""
    except BriefingError as error:
        yield before, str(error)
    except Exception:
        yield before, say("failed", turn.language)
        raise


def stop(turns: Turns) -> Turns:
    """The turns with none of them pending."""
    return tuple(replace(turn, stopped=True) if turn.state == "pending" else turn for turn in turns)


def messages(turns: Turns) -> list[Message]:
    """The history of the answered turns."""
    history: list[Message] = []
    for turn in turns:
        if turn.answer:
            history.append(Message("user", turn.question))
            history.append(turn.answer.turn)
    return history
