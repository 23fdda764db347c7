"""What stands beside answers: the briefings, and adding an article."""

import re
from collections.abc import Callable, Collection, Sequence

from bot.api import add
from bot.products import Briefing
from bot.refusals import translated
from bot.settings import Settings
from bot.slack import briefs
from bot.slack.commands import Command, Verb
from bot.slack.layout import Post
from bot.slack.work import Answering
from bot.wording import say
from corpus.article import PartialDate
from corpus.errors import BriefingError
from index.dates import dates

EVER = PartialDate(1)
"""The day since which everything counts as changed: news is what was not told."""


class Products:
    """Makes briefings and adds articles for the Slack app."""

    def __init__(self, bot: Answering, settings: Settings) -> None:
        self.bot = bot
        self.settings = settings

    def show(self, command: Command, language: str) -> Sequence[Post]:
        """A briefing as messages. BriefingError for a date that is none."""
        since = _date(command.argument, language) if command.verb == "since" else EVER
        with self.bot.entered() as bot:
            makers: dict[Verb, Callable[[], Briefing]] = {
                "brief": lambda: bot.briefer.brief(language),
                "timeline": lambda: bot.briefer.timeline(language),
                "disputes": lambda: bot.briefer.disputes(language),
                "since": lambda: bot.briefer.changes(language, since),
            }
            return briefs.posts(makers[command.verb]().to_dict(), bot.library)

    def news(self, language: str, told: Collection[str]) -> tuple[Sequence[Post], Collection[str]]:
        """What has changed beyond what was told, and all that is told then."""
        with self.bot.entered() as bot:
            return briefs.news(bot.briefer.changes(language, EVER).to_dict(), told, bot.library)

    def add(self, address: str, language: str) -> str:
        """Adds what stands at an address of the web and says what became of it; nothing of this machine is read."""
        if not re.match(r"https?://", address, re.IGNORECASE):
            raise BriefingError(say("slack_add_address", language))
        keys = {"added": "slack_added", "copy": "slack_added", "known": "slack_known"}
        return " ".join(
            say(keys.get(one.status, "slack_refused"), language, place=one.place, reason=translated(one.reason, language))
            for one in add(address, settings=self.settings)
        )


def _date(text: str, language: str) -> PartialDate:
    """A date as it is typed: ISO, or as English and German write it."""
    try:
        return PartialDate.parse(text)
    except ValueError:
        found = [dated.date for dated in dates(text) if dated.date]
        if len(found) == 1 and found[0]:
            return found[0]
    raise BriefingError(say("slack_no_date", language, text=text))
