"""What dealbrief slack --check says: whether the tokens, the scopes and the connection are as the app needs them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.settings import Settings
from bot.slack.serve import connect
from bot.slack.socket import Socket
from bot.slack.workspaces import WHERE, Workspaces, required, sign_in, web_client
from corpus.errors import BriefingError

MANIFEST = Path(__file__).parent / "manifest.yaml"
SCOPES: Mapping[str, str] = {
    "app_mentions:read": "to be asked by mention",
    "assistant:write": "for status and suggested questions in the assistant pane",
    "channels:history": "for follow-ups in threads of public channels, and to see after a restart what was answered",
    "chat:write": "to answer",
    "commands": "for the slash command",
    "groups:history": "for the same in private channels",
    "im:history": "to be asked in direct messages and in the pane",
}
"""What each scope is for; the manifest asks for these and no others."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, and what is wrong with it, if anything is."""

    what: str
    problem: str = ""

    def to_dict(self) -> dict[str, Any]:
        """A form for JSON."""
        return {"what": self.what, "ok": not self.problem, "problem": self.problem}


def manifest() -> dict[str, Any]:
    """The manifest that the repository carries."""
    read = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    assert isinstance(read, dict)
    return read


def examine(settings: Settings, *, http: bool = False) -> list[Finding]:
    """Looks at everything that can be looked at from here, going on where something is wrong."""
    found: list[Finding] = []
    workspaces = _look(found, "bot token", lambda: sign_in(settings))
    for workspace in (workspaces or Workspaces({})).values():
        found.append(Finding(f"workspace {workspace.name} ({workspace.team}), as {workspace.bot_name or workspace.bot_user}"))
        for scope, reason in SCOPES.items():
            missing = f"add it under OAuth & Permissions and reinstall the app; it is needed {reason}"
            found.append(Finding(f"scope {scope}", "" if scope in workspace.scopes else missing))
    if http:
        _look(found, "signing secret", lambda: _secret(settings))
    else:
        _look(found, "app token and socket", lambda: _connection(settings))
    return found


def _look(found: list[Finding], what: str, look: Callable[[], Any]) -> Any:
    try:
        seen = look()
    except BriefingError as error:
        found.append(Finding(what, str(error)))
        return None
    found.append(Finding(what))
    return seen


def _secret(settings: Settings) -> None:
    variable = "DEALBRIEF_SLACK_SIGNING_SECRET"
    value = required(settings, variable)
    if len(value) != 32 or not set(value) <= set("0123456789abcdef"):
        raise BriefingError(
            f"{variable} is no signing secret, which has 32 hexadecimal digits. Its value is {WHERE[variable]}."
        )


def _connection(settings: Settings) -> None:
    """Opens a socket and closes it again; what arrives meanwhile is not acknowledged, so Slack delivers it again."""
    socket = Socket(None, web_client(None, settings), required(settings, "DEALBRIEF_SLACK_APP_TOKEN"))
    connect(socket, settings)
    socket.close()
