"""What a user says of an article, by option or when asked, and what of it is one at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from corpus.acquire import Draft
from corpus.article import PartialDate
from corpus.errors import BriefingError
from corpus.fetch import FetchError, target_of

Ask = Callable[[Draft, str], str | None]
"""The draft and the name of what was not found to what somebody says; None for no answer."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the user says of an article; None where nothing is said."""

    title: str | None = None
    publisher: str | None = None
    published: PartialDate | None = None
    language: str | None = None
    url: str | None = None

    @classmethod
    def read(cls, said: Mapping[str, str | None]) -> Given:
        """What was typed for title, publisher, date, language and url. BriefingError for what cannot be one."""
        values: dict[str, Any] = {}
        for name, text in said.items():
            values |= checked(name, text) if text else {}
        return cls(**values)

    def completed(self, draft: Draft, ask: Ask) -> Draft:
        """The draft with what is given here, and what somebody says where it was not found."""
        given = {name: value for name in Given.__slots__ if (value := getattr(self, name)) is not None}
        draft = replace(draft, **given)
        for name in draft.missing:
            said = ask(draft, name)
            if said:
                draft = replace(draft, **checked(name, said))
        return draft


def checked(name: str, text: str) -> dict[str, Any]:
    """A value that somebody gave for title, publisher, date, language or url, by the field that it is for.

    BriefingError for a date or a language that is none.
    """
    text = " ".join(text.split())
    if name == "date":
        try:
            return {"published": PartialDate.parse(text)}
        except ValueError as error:
            raise BriefingError(f"{error}.") from error
    if name == "language" and not re.fullmatch(r"[a-z]{2,3}", text):
        raise BriefingError(f"A language is given as two letters such as en or de, not {text!r}.")
    if name == "url":
        try:
            return {"url": target_of(text).url}
        except FetchError as error:
            raise BriefingError(f"{text!r} cannot be the address of an article: {error}.") from error
    return {name: text}
