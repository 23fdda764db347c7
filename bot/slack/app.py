"""The Bolt app: what Slack sends is written down, acknowledged, and then worked on; over a socket or over HTTP."""

import logging
import re
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt import Ack, App, BoltContext
from slack_bolt.authorization import AuthorizeResult

from bot.question import small_talk
from bot.settings import Settings
from bot.slack.buttons import Buttons
from bot.slack.delivery import post
from bot.slack.inbox import Inbox
from bot.slack.incoming import Deleted, Incoming, Left, Opened, Place, Question, read
from bot.slack.layout import sentence
from bot.slack.private import Private
from bot.slack.products import Products
from bot.slack.schedule import Schedule
from bot.slack.threads import Threads
from bot.slack.work import Answering, Work
from bot.slack.workers import Workers
from bot.slack.workspaces import Workspaces, web_client
from bot.store import Store
from bot.wording import say
from corpus.errors import BriefingError

STOP_SECONDS = 20.0
"""How long a stop waits for what is being answered."""
LOOK_SECONDS = 15.0
"""How often the schedule is looked at."""
_log = logging.getLogger(__name__)


class SlackApp:
    """The app over an opened chatbot; one process for a home."""

    def __init__(
        self,
        bot: Answering,
        settings: Settings,
        workspaces: Workspaces,
        products: Products | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.settings = settings
        self.workspaces = workspaces
        self.store = Store(settings.home)
        self.inbox = Inbox(self.store, clock)
        self.threads = Threads(self.store, settings.slack_turns, settings.slack_days, clock)
        self.schedule = Schedule(self.store, ZoneInfo(settings.slack_timezone), clock)
        self.work = Work(bot, settings, workspaces, self.inbox, self.threads)
        self.private = Private(self.work, self.schedule, products or Products(bot, settings))
        self.buttons = Buttons(self.work)
        self.workers = Workers(self.inbox, workspaces, self.work.do, settings.slack_workers)
        self._ending = threading.Event()
        self._clock = threading.Thread(target=self._tick, name="slack-clock", daemon=True)

    def start(self) -> None:
        """Begins with what an earlier run left."""
        self.workers.start()
        self._clock.start()

    def stop(self, seconds: float = STOP_SECONDS) -> int:
        """Finishes what can be finished and says so in the thread of what cannot; gives how much that is."""
        self._ending.set()
        left = self.workers.stop(seconds)
        for job in left:
            if job.kind == "question":
                try:
                    self.inbox.mark_sending(job, "note")  # the next start looks for it and takes it away
                    text = say("slack_stopping", self.work.language(str(job.payload.get("text", ""))))
                    post(self.workspaces[job.place.team].client, job.place, sentence(text))
                except Exception as error:
                    _log.warning("nothing could be said about a stop: %s", error)
        self.buttons.stop()
        self.store.close()
        return len(left)

    def hand_out(self) -> None:
        """Begins the briefings that are due."""
        if self.schedule.hand_out(self.inbox, self.workspaces):
            self.workers.wake()

    def bolt(self, signing_secret: str = "") -> App:
        """The Bolt app; a listener has done its part, which is quick, before Slack gets its answer."""

        def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
            return self._authorize(enterprise_id, team_id)  # Bolt passes arguments by name and takes no method

        app = App(
            client=web_client(None, self.settings),
            signing_secret=signing_secret,
            authorize=authorize,
            process_before_response=True,
            logger=logging.getLogger("dealbrief.slack.bolt"),
        )
        app.event(re.compile(".+"))(self._event)
        app.command(re.compile("^/.+"))(self._command)
        app.action(re.compile(".+"))(self._action)
        app.view(re.compile(".+"))(self._view)
        return app

    def _authorize(self, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        workspace = self.workspaces.get(team_id or "")
        if workspace is None:
            _log.warning("an event of the workspace %s, for which there is no bot token, was dropped", team_id)
            return None  # type: ignore[return-value]  # Bolt's word for "not installed there"
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_user_id=workspace.bot_user, bot_token=workspace.client.token
        )

    def _event(self, body: dict[str, Any], context: BoltContext) -> None:
        incoming = read(body, self.workspaces[str(context.team_id)])
        if incoming is not None:
            self._receive(incoming, str(body.get("event_id")), body["event"])

    def _receive(self, incoming: Incoming, event_id: str, event: Mapping[str, Any]) -> None:
        if isinstance(incoming, Question):
            self._ask(incoming, event_id, event)
        elif isinstance(incoming, Opened):
            self.inbox.receive(incoming.place, incoming.place.thread, "opened", {}, [f"event:{event_id}"])
            self.workers.wake()
        elif isinstance(incoming, Deleted):
            self.inbox.drop(incoming.team, incoming.channel, incoming.ts)
            self.threads.forget(incoming.team, incoming.channel, incoming.ts)
        else:
            channel = incoming.channel if isinstance(incoming, Left) else None
            self.inbox.drop(incoming.team, channel)
            self.threads.forget(incoming.team, channel)
            self.schedule.drop(incoming.team, channel)

    def _ask(self, question: Question, event_id: str, event: Mapping[str, Any]) -> None:
        if not self._is_for_us(question):
            return
        place = question.place
        ids = [f"event:{event_id}", f"message:{place.channel}:{question.ts}"]
        payload = {
            "user": question.user,
            "user_team": event.get("user_team") or event.get("team"),
            "text": question.text,
            "direct": question.direct,
            "root": question.root,
            "pane": question.direct and not question.root,
        }
        kind = "outsider" if question.outsider and not self.settings.slack_guests else "question"
        if self.inbox.receive(place, question.ts, kind, payload, ids):
            self.workers.wake()

    def _is_for_us(self, question: Question) -> bool:
        """Direct messages and mentions are; in a thread that the app is part of, what is a question or names it."""
        without_name = re.sub(re.escape(self.workspaces[question.place.team].bot_name), "", question.text, flags=re.IGNORECASE)
        if not question.direct and small_talk(without_name) == "thanks":
            return False
        if question.direct or question.mentioned:
            return True
        if self.settings.slack_mention_only or question.root or question.others or question.outsider:
            return False
        if not question.asks and not question.named:
            return False
        return self.threads.knows(question.place) or self.inbox.has(question.place)

    def _command(self, ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        payload = {"text": str(body.get("text") or ""), "user": body["user_id"], "response_url": body.get("response_url")}
        self._private(context, body["channel_id"], body["user_id"], "command", payload, f"trigger:{body.get('trigger_id')}")
        ack()

    def _action(self, ack: Ack, body: dict[str, Any], action: dict[str, Any], context: BoltContext) -> None:
        workspace = self.workspaces[str(context.team_id)]
        if action.get("action_id") == "post":
            user, key = body["user"]["id"], str(action.get("value"))
            payload = {"key": key, "user": user, "response_url": body.get("response_url")}
            self._private(context, body["channel"]["id"], user, "post", payload, f"post:{body['channel']['id']}:{key}")
        else:
            self.buttons.pressed(workspace, body, action)
        ack()

    def _private(self, context: BoltContext, channel: str, user: str, kind: str, payload: dict[str, Any], id: str) -> None:
        place = Place(str(context.team_id), channel, f"-{user}")
        if self.inbox.receive(place, f"{self.inbox.clock():.6f}", kind, payload, [id]):
            self.workers.wake()

    def _view(self, ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        if body["view"].get("callback_id") == "feedback_reason":
            self.buttons.submitted(self.workspaces[str(context.team_id)], body)
        ack()

    def _tick(self) -> None:
        """Hands out what is due and forgets what is old."""
        while True:
            for task in (self.hand_out, self.inbox.prune, self.threads.prune):
                _quietly(task)
            if self._ending.wait(LOOK_SECONDS):
                return


def _quietly(task: Callable[[], None]) -> None:
    try:
        task()
    except BriefingError as error:
        _log.error("%s", error)
