"""What is typed behind the slash command: answered to the asker alone, who can post it for all."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.webhook import WebhookClient

from bot.answer import Answer
from bot.render import to_json
from bot.slack import recall
from bot.slack.blocks import posts
from bot.slack.commands import Command, parse
from bot.slack.delivery import answers, passes, post, settle
from bot.slack.inbox import Job
from bot.slack.incoming import Place
from bot.slack.layout import Post, literal, rich, section, sentence
from bot.slack.products import Products
from bot.slack.schedule import Schedule, When
from bot.slack.threads import ALONE
from bot.slack.work import AnswerFailed, Work, items, new_key
from bot.slack.workspaces import RETRIES, TIMEOUT, Workspace
from bot.store import StoreError
from bot.wording import date_text, say
from corpus.errors import BriefingError

RESPONSE_SECONDS = 29 * 60
"""How long Slack takes what is sent to a command's own address."""
MAX_RESPONSES = 5
"""Messages that Slack takes in response to one command."""
_NOT_THERE = {"not_in_channel", "channel_not_found", "is_archived"}
_log = logging.getLogger(__name__)


class Private:
    """Answers commands, posts answers when asked to, and keeps subscriptions."""

    def __init__(self, work: Work, schedule: Schedule, products: Products) -> None:
        self.work = work
        self.schedule = schedule
        self.products = products
        work.kinds |= {"command": self.command, "post": self.publish, "scheduled": self.brief}
        self._verbs: dict[str, Callable[[Job, Command, str], Sequence[Post]]] = {
            "help": lambda job, command, language: [sentence(self.work.help(language))],
            "ask": self._ask,
            "brief": self._product,
            "timeline": self._product,
            "disputes": self._product,
            "since": self._product,
            "add": self._add,
            "subscribe": self._subscribe,
            "subscriptions": self._subscriptions,
            "unsubscribe": self._unsubscribe,
        }

    def command(self, workspace: Workspace, job: Job) -> None:
        """Does one command and answers the one who typed it."""
        command = parse(job.payload["text"])
        language = self.work.language(job.payload["text"]) if command.verb == "ask" else self.work.settings.language
        try:
            found = self._verbs[command.verb](job, command, language)
        except StoreError:
            raise
        except BriefingError as error:
            found = [sentence(str(error))]
        except AnswerFailed as error:
            _log.error("a command of Slack could not be done: %s", error.__cause__)
            found = [sentence(say("slack_failed", language))]
        if len(found) > MAX_RESPONSES:
            verb = "changes" if command.verb == "since" else command.verb
            rest = sentence(say("slack_rest", language, left=len(found) - MAX_RESPONSES + 1, command=verb))
            found = [*found[: MAX_RESPONSES - 1], rest]
        for message in found:
            self.respond(workspace, job, message)

    def respond(self, workspace: Workspace, job: Job, message: Post) -> None:
        """Shows a message to the one who gave a command or pressed a button, and to nobody else."""
        url = job.payload.get("response_url")
        if url and self.work.inbox.clock() - job.received < RESPONSE_SECONDS:
            client = WebhookClient(url, timeout=TIMEOUT, retry_handlers=[RateLimitErrorRetryHandler(max_retry_count=RETRIES)])
            said = client.send(
                text=message.text,
                blocks=message.blocks,
                response_type="ephemeral",
                replace_original=False,
                unfurl_links=False,
                unfurl_media=False,
            )
            if said.status_code == 200:
                return
            _log.info("Slack refused a response: %s", said.status_code)
        workspace.client.chat_postEphemeral(
            channel=job.place.channel, user=job.payload["user"], text=message.text, blocks=message.blocks
        )

    def publish(self, workspace: Workspace, job: Job) -> None:
        """Posts an answer that only its asker has seen into the channel, once."""
        turn = self.work.threads.get(job.place.team, job.payload["key"])
        language = self.work.settings.language
        if turn is None:
            self.respond(workspace, job, sentence(say("slack_forgotten", language)))
            return
        place = Place(job.place.team, job.place.channel, "")
        if (job.sending or job.attempts) and settle(workspace, place, job.ts):
            return
        self.work.inbox.mark_sending(job, turn.key)
        answer = recall.answer_of(turn.answer, self.work.library)
        key = new_key()
        first, *further = posts(answer, key, feedback=self.work.settings.feedback)
        asked = rich(section(*literal(turn.question, bold=True)))
        try:
            ts = post(workspace.client, place, replace(first, blocks=[asked, *first.blocks]), answers(job.ts, done=not further))
        except SlackApiError as error:
            if passes(error) or error.response.get("error") not in _NOT_THERE:
                raise
            self.respond(workspace, job, sentence(say("slack_invite", answer.language)))
            return
        for at, message in enumerate(further):
            post(workspace.client, replace(place, thread=ts), message, answers(job.ts, done=at + 1 == len(further)))
        self.work.threads.add(replace(place, thread=ts), ts, ts, key, turn.question, to_json(answer))

    def brief(self, workspace: Workspace, job: Job) -> None:
        """Posts what a subscription has not told yet; nothing where there is nothing, unless that was asked for."""
        one = self.schedule.get(job.payload["subscription"])
        if one is None:
            return
        if (job.sending or job.attempts) and settle(workspace, job.place, job.ts):
            return
        news, told = self.products.news(one.language, one.told)
        self.work.inbox.mark_sending(job, "briefing")
        shown = news or ([sentence(say("slack_no_news", one.language))] if one.when.always else [])
        for at, message in enumerate(shown):
            post(workspace.client, job.place, message, answers(job.ts, done=at + 1 == len(shown)))
        self.schedule.tell(one.id, told)

    def _ask(self, job: Job, command: Command, language: str) -> Sequence[Post]:
        answer: Answer | None = None
        for item in items(self.work.bot, command.argument, ()):
            answer = item if isinstance(item, Answer) else answer
        if answer is None:
            raise AnswerFailed
        key = new_key()
        place = Place(job.place.team, job.place.channel, ALONE)
        self.work.threads.add(place, job.ts, "", key, command.argument, to_json(answer))
        disclosed = self.work.disclosed(answer)
        feedback, postable = self.work.settings.feedback, answer.kind != "reply"
        return posts(answer, key, feedback=feedback, postable=postable, disclosed=disclosed)

    def _product(self, job: Job, command: Command, language: str) -> Sequence[Post]:
        return self.products.show(command, language)

    def _add(self, job: Job, command: Command, language: str) -> Sequence[Post]:
        if job.payload["user"] not in self.work.settings.slack_admin_ids:
            return [sentence(say("slack_not_admin", language))]
        return [sentence(self.products.add(command.argument, language))]

    def _subscribe(self, job: Job, command: Command, language: str) -> Sequence[Post]:
        when = When.parse(command.argument, language)
        _, told = self.products.news(language, frozenset())
        one = self.schedule.add(job.place.team, job.place.channel, job.payload["user"], language, when, told)
        return [sentence(say("slack_subscribed", language, **self._described(one.id, str(when), one.due, language)))]

    def _subscriptions(self, job: Job, command: Command, language: str) -> Sequence[Post]:
        found = self.schedule.of(job.place.team, job.place.channel)
        if not found:
            return [sentence(say("slack_no_subscriptions", language))]
        lines = [
            say("slack_subscription", language, **self._described(one.id, str(one.when), one.due, language)) for one in found
        ]
        return [Post(lines[0], [rich(section(*literal(line))) for line in lines])]

    def _unsubscribe(self, job: Job, command: Command, language: str) -> Sequence[Post]:
        number = int(command.argument) if command.argument.isdecimal() and len(command.argument) < 15 else 0
        ended = self.schedule.cancel(job.place.team, job.place.channel, number)
        key = "slack_unsubscribed" if ended else "slack_no_subscription"
        return [sentence(say(key, language, number=command.argument or "?"))]

    def _described(self, number: int, when: str, due: float, language: str) -> dict[str, Any]:
        at = datetime.fromtimestamp(due, self.schedule.zone)
        return {"number": number, "when": when, "next": f"{date_text(at, language)}, {at:%H:%M} ({self.schedule.zone.key})"}
