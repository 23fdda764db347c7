"""A chat model that says what a test writes, at the seam where LangChain's models stand, and chatbots that it writes for."""

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ferries import ARTICLES
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import ConfigDict, Field

from bot import Chatbot, Settings
from bot.chat_model import ChatModel
from bot.generative import GenerativeReader

STORY = """
as_of = "2024-07-01"
[title]
en = "The ferries of Baltica"
de = "Die Fähren der Baltica"
[[actors]]
name = "Northwind Lines"
aliases = ["Northwind"]
[[actors]]
name = "Baltica Ferries"
aliases = ["Baltica"]
[[actors]]
name = "Aalholm"
aliases = ["the city of Aalholm", "die Stadt Aalholm"]
"""


class Scripted(BaseChatModel):
    """Says `reply(prompt)` word by word; `error` comes after it, `pause` seconds before each word."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    reply: Callable[[str], str]
    error: Exception | None = None
    pause: float = 0
    finish: str = "stop"
    prompts: list[str] = Field(default_factory=list)
    spoken: list[str] = Field(default_factory=list)
    ended: threading.Event = Field(default_factory=threading.Event)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        said = AIMessageChunk("".join(str(chunk.text) for chunk in self._stream(messages)))
        return ChatResult(generations=[ChatGeneration(message=said)])

    def _stream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        self.prompts.append("\n".join(str(message.text) for message in messages))
        try:
            for word in re.findall(r"\s*\S+|\s+$", self.reply(self.prompts[-1])):
                time.sleep(self.pause)
                self.spoken.append(word)
                yield ChatGenerationChunk(message=AIMessageChunk(word))
            if self.error:
                raise self.error
            yield ChatGenerationChunk(message=AIMessageChunk("", response_metadata={"finish_reason": self.finish}))
        finally:
            self.ended.set()


def open_ferries(folder: Path, cache: Path, more: Mapping[str, str] | None = None, **settings: Any) -> Chatbot:
    """A chatbot over the articles about the ferries, and more of them."""
    for name, text in {**ARTICLES, "story.toml": STORY, **(more or {})}.items():
        path = folder / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    given = {"threshold": 0.0, **settings}
    return Chatbot.open(Settings(corpus=folder / "corpus", home=folder / "home", cache=cache, **given), quiet=True)


def writing(bot: Chatbot, model: Any, *, timeout: float = 20.0, chat: ChatModel | None = None, **settings: Any) -> Chatbot:
    """The chatbot with a chat model that writes its answers."""
    reader = GenerativeReader(chat or ChatModel("scripted:model", model, timeout=timeout))
    return replace(bot, reader=reader, door=None, settings=bot.settings.model_copy(update=settings))


def number_of(prompt: str, fragment: str) -> int:
    """The number under which a prompt gives the evidence that holds a fragment; 99 where none does."""
    lines = re.findall(r"^\[(\d+)\] (.*)$", prompt, re.MULTILINE)
    return next((int(number) for number, text in lines if fragment in text), 99)


def citing(text: str) -> Callable[[str], str]:
    """A reply in which each {fragment} is replaced by the number of the evidence that holds it."""
    return lambda prompt: re.sub(r"\{(.+?)\}", lambda found: f"[{number_of(prompt, found[1])}]", text)
