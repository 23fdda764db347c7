"""What is typed behind /dealbrief: one of a few verbs, or a question."""

import re
from dataclasses import dataclass
from typing import Literal

Verb = Literal["help", "ask", "brief", "timeline", "disputes", "since", "add", "subscribe", "subscriptions", "unsubscribe"]

_VERBS: tuple[tuple[Verb, str], ...] = (
    ("help", r"(?:help|hilfe|\?)?"),
    ("brief", r"(?:brief|briefing|überblick)"),
    ("timeline", r"(?:timeline|zeitleiste|chronik)"),
    ("disputes", r"(?:disputes|widersprüche)"),
    ("since", r"(?:changes )?(?:since|seit) (?P<argument>\S+(?: \S+){0,2})"),
    ("add", r"add (?P<argument>\S+)"),
    ("subscribe", r"(?:subscribe|abonnieren)(?P<argument>(?: .*)?)"),
    ("subscriptions", r"(?:subscriptions|subscribe list|list|abos)"),
    ("unsubscribe", r"(?:unsubscribe|subscribe cancel|cancel|abbestellen)(?P<argument>(?: \S+)?)"),
)
_PATTERNS = [(verb, re.compile(pattern, re.IGNORECASE)) for verb, pattern in _VERBS]


@dataclass(frozen=True, slots=True)
class Command:
    """A verb and what stands behind it."""

    verb: Verb
    argument: str = ""


def parse(text: str) -> Command:
    """Reads a command; whatever is no verb with its argument is a question."""
    typed = " ".join(text.split())
    found = {verb: match for verb, pattern in _PATTERNS if (match := pattern.fullmatch(typed))}
    if "since" in found and typed.endswith("?"):
        return Command("ask", typed)
    for verb in ("subscriptions", "unsubscribe", *found):  # "subscribe list" is no schedule
        if verb in found:
            return Command(verb, (found[verb].groupdict().get("argument") or "").strip())
    return Command("ask", typed)
