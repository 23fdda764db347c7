"""HTML in which every text is escaped by construction: what is not `Markup` is text."""

import re
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from bot.wording import LANGUAGES, say

_VOID = frozenset({"br", "hr", "input", "meta"})
_ADDRESS = re.compile(r"https?://[^\s<>\"'`\\]+", re.IGNORECASE)

Attribute = str | int | bool | None


def element(name: str, /, *children: str | None, **attributes: Attribute) -> Markup:
    """An element; `class_` and `data_turn` become class and data-turn, None and False leave an attribute out."""
    opening = f"<{name}{''.join(_attribute(key, value) for key, value in attributes.items())}>"
    return Markup(opening if name in _VOID else f"{opening}{join(children)}</{name}>")


def join(parts: Iterable[str | None]) -> Markup:
    """Parts after one another; texts among them are escaped."""
    return Markup("".join(escape(part) for part in parts if part is not None))


def _attribute(key: str, value: Attribute) -> str:
    name = key.strip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(value)}"'


def in_both(text: Callable[[str], str]) -> Markup:
    """What the page itself says, in every language; the style sheet shows the one that was chosen."""
    return join(element("span", text(language), class_="ui", lang=language) for language in LANGUAGES)


def ui(key: str, **values: object) -> Markup:
    """One of our sentences in every language."""
    return in_both(lambda language: say(key, language, **values))


def is_address(url: str | None) -> bool:
    """Whether an address may become a link: http or https, a plain host, no user's name before it, nothing hidden in it."""
    if url is None or not url.isprintable() or not _ADDRESS.fullmatch(url):
        return False
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0 and not set("@%{}$") & set(parts.netloc)
    except ValueError:
        return False


def link(url: str, text: str) -> Markup:
    """A link that leaves the page, or its text alone where the address is none."""
    if not is_address(url):
        return escape(text)
    return element("a", text, href=url, rel="noopener noreferrer", target="_blank")


def button(text: str, *, do: str, class_: str = "quiet", **attributes: Attribute) -> Markup:
    """A button that names what the page's script does when it is pressed."""
    return element("button", text, type="button", class_=class_, data_do=do, **attributes)
