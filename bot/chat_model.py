"""Any chat model that LangChain knows, opened by "provider:model" and listened to; what can go wrong has a name.

A model is listened to in a thread of its own, so that no model, however silent, holds an answer longer than its time.
Nothing is traced unless the setting `tracing` asks for it, whatever LANGSMITH_* or LANGCHAIN_* variables say.
"""

import contextvars
import os
import re
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any, Literal
from urllib.parse import urlsplit

from bot.settings import Settings, SettingsError
from index.tracing import traced

Turn = tuple[Literal["system", "user", "assistant"], str]
Reason = Literal["slow", "down", "quota", "cut_off", "nonsense", "key", "name", "too_long", "failed"]

_PROVIDERS = {"google": "google_genai", "mistral": "mistralai"}
"""Names of our extras that are not LangChain's names of the providers."""
_REASONS: tuple[tuple[Reason, tuple[int, ...], str], ...] = (
    ("slow", (408, 504), "Timeout"),
    ("key", (401, 403), "Authentication|PermissionDenied|Credential"),
    ("name", (404,), "NotFound"),
    ("quota", (402, 429), "RateLimit|ResourceExhausted|Quota"),
    ("too_long", (413,), "ContextOverflow"),
    ("cut_off", (), "RemoteProtocolError|IncompleteRead|ReadError|ChunkedEncoding"),
    ("down", (500, 502, 503, 529), "Connect|NetworkError|ServerError|Overloaded"),
)
"""By HTTP status or by the names of an error's classes: each provider raises its own kinds."""
_CUT = {"length", "max_tokens", "MAX_TOKENS", "model_length"}


class ModelTrouble(Exception):
    """A chat model that cannot be used now, why, and the values for saying so; the answer is then made without it."""

    def __init__(self, reason: Reason, values: Mapping[str, object]) -> None:
        super().__init__(reason)
        self.reason = reason
        self.values = values


@dataclass(frozen=True)
class ChatModel:
    """A chat model of LangChain by its name, where it is asked, and how many seconds it has for an answer."""

    name: str
    model: Any = field(repr=False)
    address: str | None = None
    timeout: float = 30.0
    tracing: bool = False

    @classmethod
    def open(cls, settings: Settings) -> "ChatModel":
        """The model that the settings name. SettingsError says which setting to change or what to install."""
        provider, _, model = settings.model.partition(":")
        if not provider or not model:
            raise SettingsError(
                f'DEALBRIEF_MODEL is "extractive" or a provider and a model, for example openai:gpt-5, not {settings.model!r}.'
            )
        if not settings.tracing and os.environ.get("LANGCHAIN_TRACING", "").casefold() not in ("", "0", "false"):
            raise SettingsError("LANGCHAIN_TRACING is a variable of an old LangChain that stops every model. Unset it.")
        opened = _init(settings, _PROVIDERS.get(provider, provider), model)
        return cls(settings.model, opened, _bare(settings.model_base_url), settings.model_timeout, settings.tracing)

    @property
    def values(self) -> dict[str, object]:
        """What our sentences say of it."""
        where = self.address or self.name.partition(":")[0]
        return {"model": self.name, "where": where, "seconds": f"{self.timeout:g}"}

    def trouble(self, reason: Reason) -> ModelTrouble:
        """The trouble with this model."""
        return ModelTrouble(reason, self.values)

    def stream(self, turns: Sequence[Turn], until: float) -> Generator[str, None, None]:
        """What the model says, as it says it, up to `until` on the monotonic clock; closing the iterator stops the model.

        ModelTrouble where it fails, takes too long, or is cut off.
        """
        pieces: SimpleQueue[str | None] = SimpleQueue()
        ended: list[Reason] = []
        stopped = Event()
        context = contextvars.copy_context() if self.tracing else contextvars.Context()
        Thread(target=context.run, args=(self._listen, list(turns), pieces, ended, stopped), daemon=True).start()
        try:
            while (piece := pieces.get(timeout=max(0.0, until - time.monotonic()))) is not None:
                yield piece
        except Empty:
            raise self.trouble("slow") from None
        finally:
            stopped.set()
        if ended:
            raise self.trouble(ended[0])

    def _listen(self, turns: list[Turn], pieces: SimpleQueue[str | None], ended: list[Reason], stopped: Event) -> None:
        try:
            with traced(self.tracing), closing(self.model.stream(turns)) as chunks:
                for chunk in chunks:
                    if stopped.is_set():
                        break
                    if chunk.text:
                        pieces.put(str(chunk.text))
                    if not _CUT.isdisjoint(map(str, chunk.response_metadata.values())):
                        ended.append("cut_off")
        except Exception as error:  # each provider raises its own kinds
            ended.append(reason_of(error))
        pieces.put(None)


def reason_of(error: BaseException) -> Reason:
    """Why a model failed, told from the error's HTTP status and its classes, never from its text, which may hold a key."""
    response = getattr(error, "response", None)
    status = getattr(error, "status_code", None) or getattr(error, "code", None) or getattr(response, "status_code", None)
    names = " ".join(kind.__name__ for kind in type(error).__mro__)
    for reason, statuses, pattern in _REASONS:
        if status in statuses or re.search(pattern, names):
            return reason
    return "failed"


def _init(settings: Settings, provider: str, model: str) -> Any:
    from langchain.chat_models import init_chat_model

    options: dict[str, Any] = {"temperature": 0}
    if settings.model_key:
        options["api_key"] = settings.model_key
    if settings.model_base_url:
        options["base_url"] = settings.model_base_url.get_secret_value()
    if provider == "ollama":
        options["client_kwargs"] = {"timeout": settings.model_timeout}
    else:
        options |= {"timeout": settings.model_timeout, "max_retries": 1}
    named = f"The model {settings.model!r}"
    # An error of a provider may repeat the key that it was given: it is neither shown nor chained.
    try:
        return init_chat_model(model, model_provider=provider, **options)
    except ImportError:
        package = f"langchain-{provider.replace('_', '-')}"
        extra = next((name for name, other in _PROVIDERS.items() if other == provider), provider)
        message = f"{named} needs the extra {extra!r}. Install it with: {sys.executable} -m pip install {package}"
    except Exception as error:
        keyless = re.search(r"api.?key|credential", str(error), re.IGNORECASE)
        message = (
            f"{named} needs a key. Set DEALBRIEF_MODEL_KEY."
            if keyless
            else f"{named} cannot be opened. Correct DEALBRIEF_MODEL."
        )
    raise SettingsError(message) from None


def _bare(address: Any) -> str | None:
    """An address without a name, password or query in it."""
    if address is None:
        return None
    parts = urlsplit(address.get_secret_value())
    return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"
