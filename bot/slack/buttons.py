"""What is pressed: modals, which must open while the press is fresh, and feedback."""

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.slack import modal
from bot.slack.layout import sentence
from bot.slack.modal import View
from bot.slack.work import Work
from bot.slack.workspaces import Workspace
from bot.store import Reason, Verdict
from bot.wording import LANGUAGES, say

MODALS_AT_ONCE = 4
_log = logging.getLogger(__name__)

Body = Mapping[str, Any]


class Buttons:
    """Opens modals in threads of its own, and keeps feedback."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self._pool = ThreadPoolExecutor(MODALS_AT_ONCE, "slack-modal")

    def stop(self) -> None:
        """Lets what is being opened open."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def pressed(self, workspace: Workspace, body: Body, action: Mapping[str, Any]) -> None:
        """Does what a button is for; what is slow goes on after this returns."""
        name, value = str(action.get("action_id")), str(action.get("value") or "")
        if name.startswith("evidence:"):
            self._later(self._evidence, workspace, body, value)
        elif name.startswith("page:"):
            self._later(self._turn, workspace, body, value)
        elif name == "markdown":
            self._later(self._markdown, workspace, body, value)
        elif name == "feedback":
            self._feedback(workspace, body, value)

    def submitted(self, workspace: Workspace, body: Body) -> None:
        """Keeps the reason that a reader gave for saying that an answer was bad."""
        view = body["view"]
        key, _ = json.loads(view["private_metadata"])
        state = view["state"]["values"]
        reason = (state["reason"]["reason"].get("selected_option") or {}).get("value", "other")
        comment = state["comment"]["comment"].get("value") or ""
        if reason in modal.REASONS:
            self._keep(workspace, body, key, "down", reason, comment[:2000])

    def _later(self, work: Callable[..., None], workspace: Workspace, body: Body, value: str) -> None:
        def done() -> None:
            try:
                work(workspace, body, value)
            except SlackApiError as error:
                _log.warning("a modal could not be shown: %s", error.response.get("error"))
                self._whisper(workspace, body, "slack_too_late")
            except Exception:
                _log.exception("a modal could not be shown")
                self._whisper(workspace, body, "slack_failed")

        self._pool.submit(done)

    def _evidence(self, workspace: Workspace, body: Body, value: str) -> None:
        language = _language(value, self.work.settings.language)
        opened = workspace.client.views_open(trigger_id=body["trigger_id"], view=modal.loading(language))
        view = self._filled(value, 0, language)
        workspace.client.views_update(view_id=opened["view"]["id"], view=view)

    def _turn(self, workspace: Workspace, body: Body, value: str) -> None:
        kept = body["view"]["private_metadata"]
        view = self._filled(kept, int(value), _language(kept, self.work.settings.language))
        workspace.client.views_update(view_id=body["view"]["id"], hash=body["view"].get("hash"), view=view)

    def _filled(self, value: str, page: int, language: str) -> View:
        try:
            return modal.evidence(value, self.work.library, page)
        except Exception:
            _log.exception("the quotes could not be shown")
            return modal.problem(say("slack_failed", language), language)

    def _markdown(self, workspace: Workspace, body: Body, value: str) -> None:
        view = modal.markdown(body["view"]["private_metadata"], self.work.library, int(value))
        workspace.client.views_push(trigger_id=body["trigger_id"], view=view)

    def _feedback(self, workspace: Workspace, body: Body, value: str) -> None:
        verdict, key, language = (*value.split(":"), "", "")[:3]
        language = language if language in LANGUAGES else self.work.settings.language
        if verdict not in ("up", "down"):
            return
        if not self._keep(workspace, body, key, "up" if verdict == "up" else "down"):
            self._later(lambda *_: self._whisper(workspace, body, "slack_forgotten", language), workspace, body, value)
        elif verdict == "down":
            self._later(self._reason, workspace, body, json.dumps([key, language]))

    def _reason(self, workspace: Workspace, body: Body, value: str) -> None:
        workspace.client.views_open(trigger_id=body["trigger_id"], view=modal.reason(*json.loads(value)))

    def _keep(
        self, workspace: Workspace, body: Body, key: str, verdict: Verdict, reason: Reason = "", comment: str = ""
    ) -> bool:
        turn = self.work.threads.get(workspace.team, key)
        if turn is None or not self.work.settings.feedback:
            return False
        who = hashlib.sha256(f"{workspace.team}:{body['user']['id']}:{key}".encode()).hexdigest()
        answer = json.dumps(turn.answer, ensure_ascii=False)
        self.work.inbox.store.add_feedback(answer, verdict, reason, comment, "slack", key=who)
        return True

    def _whisper(self, workspace: Workspace, body: Body, key: str, language: str | None = None) -> None:
        """Says something to the one who pressed, and to nobody else."""
        channel = (body.get("channel") or {}).get("id")
        if not channel:
            return
        message = sentence(say(key, language or self.work.settings.language))
        try:
            workspace.client.chat_postEphemeral(
                channel=channel, user=body["user"]["id"], text=message.text, blocks=message.blocks
            )
        except Exception as error:
            _log.error("nothing could be said about it: %s", error)


def _language(value: str, otherwise: str) -> str:
    try:
        told = json.loads(value)["l"]
    except (ValueError, TypeError, KeyError):
        return otherwise
    return told if told in LANGUAGES else otherwise
