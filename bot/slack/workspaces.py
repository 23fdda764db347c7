"""The workspaces that the app is installed in: one bot token each, and who the app is there."""

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from bot.settings import Settings
from corpus.errors import BriefingError

TIMEOUT = 20
RETRIES = 8
"""Times that a call waits as long as Slack asks for before it is given up."""

WHERE = {
    "DEALBRIEF_SLACK_BOT_TOKEN": "xoxb-..., on the app's page under OAuth & Permissions, Bot User OAuth Token",
    "DEALBRIEF_SLACK_APP_TOKEN": "xapp-..., on the app's page under Basic Information, App-Level Tokens (connections:write)",
    "DEALBRIEF_SLACK_SIGNING_SECRET": "on the app's page under Basic Information, App Credentials, Signing Secret",
}


class SlackError(BriefingError):
    """Slack cannot be reached or does not let the app in."""


@dataclass(frozen=True)
class Workspace:
    """One workspace: its id, the organisation that it is part of, the app's own user there, and the client to it."""

    team: str
    name: str
    enterprise: str | None
    bot_user: str
    bot_name: str
    client: WebClient = field(repr=False)
    scopes: frozenset[str] = frozenset()

    def is_named(self, text: str) -> bool:
        """Whether a text names the app without mentioning it."""
        return bool(self.bot_name) and bool(re.search(rf"\b{re.escape(self.bot_name)}\b", text, re.IGNORECASE))


@dataclass(frozen=True)
class Workspaces(Mapping[str, Workspace]):
    """The workspaces by their ids."""

    known: Mapping[str, Workspace]

    def __getitem__(self, team: str) -> Workspace:
        return self.known[team]

    def __iter__(self) -> Iterator[str]:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)


def sign_in(settings: Settings) -> Workspaces:
    """Asks Slack who each bot token belongs to. SlackError names the variable of a token that is missing or wrong."""
    tokens = [part.strip() for part in required(settings, "DEALBRIEF_SLACK_BOT_TOKEN").split(",") if part.strip()]
    found = [_who(token, settings) for token in tokens]
    return Workspaces({workspace.team: workspace for workspace in found})


def required(settings: Settings, variable: str) -> str:
    """The value of a secret setting. SlackError says where to find it where it is not set."""
    secret = getattr(settings, variable.removeprefix("DEALBRIEF_").lower())
    value = str(secret.get_secret_value()).strip() if secret else ""
    if not value:
        raise SlackError(f"{variable} is not set. Its value is {WHERE[variable]}.")
    return value


def web_client(token: str | None, settings: Settings) -> WebClient:
    """A client that waits as long as Slack asks for.

    It repeats nothing else by itself: a message that may have arrived would arrive twice.
    """
    patient = RateLimitErrorRetryHandler(max_retry_count=RETRIES)
    quiet = logging.getLogger(f"{__name__}.client")  # what goes wrong is said in a sentence of ours
    quiet.setLevel(logging.DEBUG if settings.log_level == "debug" else logging.CRITICAL)
    return WebClient(token=token, base_url=settings.slack_api, timeout=TIMEOUT, retry_handlers=[patient], logger=quiet)


def _who(token: str, settings: Settings) -> Workspace:
    variable = "DEALBRIEF_SLACK_BOT_TOKEN"
    if not token.startswith("xoxb-"):
        raise SlackError(f"{variable} is no bot token, which starts with xoxb-. Its value is {WHERE[variable]}.")
    client = web_client(token, settings)
    try:
        said = client.auth_test()
    except SlackApiError as error:
        raise refused(variable, error) from error
    except (URLError, OSError) as error:
        raise unreachable(settings, error) from error
    scopes = frozenset(part.strip() for part in str(said.headers.get("x-oauth-scopes", "")).split(",") if part.strip())
    return Workspace(
        team=str(said["team_id"]),
        name=str(said.get("team") or said["team_id"]),
        enterprise=said.get("enterprise_id"),
        bot_user=str(said["user_id"]),
        bot_name=str(said.get("user") or ""),
        client=client,
        scopes=scopes,
    )


def refused(variable: str, error: SlackApiError) -> SlackError:
    """What to say where Slack does not accept a token."""
    return SlackError(f"Slack does not accept {variable} ({error.response['error']}). Its value is {WHERE[variable]}.")


def unreachable(settings: Settings, error: Exception) -> SlackError:
    """What to say where Slack does not answer."""
    return SlackError(f"Slack cannot be reached at {settings.slack_api}: {error}. Try again when it can.")
