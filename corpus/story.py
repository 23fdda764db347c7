"""What story.toml says of a story beside its articles."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus.article import PartialDate
from corpus.errors import BriefingError


class CorpusError(BriefingError):
    """A corpus folder that cannot be used."""


@dataclass(frozen=True, slots=True)
class Story:
    """What story.toml says of a story; texts by language, `as_of` the date up to which the corpus reaches.

    `examples` are questions to begin with, `questions` more of them to go on with.
    """

    title: Mapping[str, str] = field(default_factory=dict)
    description: Mapping[str, str] = field(default_factory=dict)
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    questions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    actors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    publishers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    as_of: PartialDate | None = None


def read_story(folder: Path) -> Story:
    """The story of a corpus folder, named after it where it has no story.toml. CorpusError says what is wrong in one."""
    path = folder / "story.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return Story(
            title=_texts(data, "title"),
            description=_texts(data, "description"),
            examples={language: _list(data["examples"], language) for language in data.get("examples", {})},
            questions={language: _list(data["questions"], language) for language in data.get("questions", {})},
            actors={actor["name"]: _list(actor, "aliases") for actor in data.get("actors", ())},
            publishers={entry["name"]: _list(entry, "aliases") for entry in data.get("publishers", ())},
            as_of=PartialDate.parse(str(data["as_of"])) if "as_of" in data else None,
        )
    except FileNotFoundError:
        return Story(title={"en": folder.name, "de": folder.name})
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError) as error:
        line = re.search(r"at line (\d+)", str(error))
        where = f"{path}:{line[1]}" if line else str(path)
        raise CorpusError(f"{where}: story.toml is wrong: {error}. Correct it or move it away.") from error


def _texts(data: Mapping[str, Any], key: str) -> dict[str, str]:
    """A table of one text a language."""
    table = data.get(key, {})
    if not isinstance(table, dict) or not all(isinstance(text, str) for text in table.values()):
        raise ValueError(f"{key!r} is a table of one text a language")
    return table


def _list(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """A list of texts."""
    texts = data.get(key, [])
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ValueError(f"{key!r} is a list of texts")
    return tuple(texts)
