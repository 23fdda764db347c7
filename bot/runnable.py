"""The chatbot as a Runnable of LangChain, to stand in a chain; its answers keep the contract there as everywhere.

The input is a question, or {"question": ..., "history": [...]} whose history holds `Message`s or messages of LangChain;
those carry no citations.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from langchain_core.messages import BaseMessage
from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.config import ensure_config

from bot.answer import Answer, Message
from corpus.errors import BriefingError
from index.tracing import traced

if TYPE_CHECKING:
    from bot.chatbot import Chatbot


class BriefingRunnable(Runnable[Any, Answer]):
    """A chatbot that a chain calls; `bot` is the chatbot."""

    def __init__(self, bot: "Chatbot") -> None:
        self.bot = bot

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """The answer to a question. BriefingError for a question that cannot be asked."""
        with traced(self.bot.settings.tracing):
            return self._call_with_config(self._ask, input, ensure_config(config), run_type="chain")

    def _ask(self, input: Any) -> Answer:
        return self.bot.ask(*taken(input))

    def stream(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Iterator[Any]:
        """The statements as soon as each is checked, then the answer; closing it stops a chat model. No callback is called."""
        yield from self.bot.stream(*taken(input))


def taken(input: Any) -> tuple[str, Sequence[Message]]:
    """Question and history of an input. BriefingError where it is neither a question nor has one."""
    if isinstance(input, str):
        return input, ()
    if not isinstance(input, dict) or not isinstance(input.get("question"), str):
        raise BriefingError('The input of the chatbot is a question or {"question": ..., "history": [...]}.')
    return input["question"], [_message(turn) for turn in input.get("history") or ()]


def _message(turn: Any) -> Message:
    if isinstance(turn, Message):
        return turn
    if isinstance(turn, BaseMessage) and turn.type in ("human", "ai"):
        return Message("user" if turn.type == "human" else "assistant", str(turn.text))
    raise BriefingError(f"A turn of the history is a Message, a HumanMessage or an AIMessage, not {type(turn).__name__}.")
