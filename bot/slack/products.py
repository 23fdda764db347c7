"""The briefings and the adding of articles, as far as this build has them."""

from collections.abc import Collection, Sequence

from bot.settings import Settings
from bot.slack.commands import Command
from bot.slack.layout import Post
from bot.slack.work import Answering
from bot.wording import say
from corpus.errors import BriefingError


class NoProduct(BriefingError):
    """Something that this build does not have."""


class Products:
    """What stands beside answers: briefings, and adding an article."""

    def __init__(self, bot: Answering, settings: Settings) -> None:
        self.bot = bot
        self.settings = settings

    def show(self, command: Command, language: str) -> Sequence[Post]:
        """A briefing as messages. NoProduct where there is none of the kind."""
        raise NoProduct(say("slack_no_product", language))

    def news(self, language: str, told: Collection[str]) -> tuple[Sequence[Post], Collection[str]]:
        """What has changed beyond what was told, and all that is told then."""
        raise NoProduct(say("slack_no_product", language))

    def add(self, address: str, language: str) -> str:
        """Adds an article and says so."""
        raise NoProduct(say("slack_no_product", language))
