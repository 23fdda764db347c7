"""An exported answer or briefing checked again later, with the articles alone: digests, offsets, quotes and markers."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bot.answer import bibliography, unmarked
from bot.exporting import FORMAT
from corpus.article import Article
from corpus.errors import BriefingError
from corpus.library import Library
from index.sealed import unchanged

State = Literal["holds", "then", "changed", "rephrased", "gone", "missing", "altered"]
OldVersions = Callable[[str], Sequence[Article]]
"""Gives the versions of an article that were kept when it was read anew, the latest first; none where none were."""

_ORDER: tuple[State, ...] = ("holds", "rephrased", "then", "changed", "missing", "gone", "altered")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


class ProofError(BriefingError):
    """A file that is no proof, or one of a newer version."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one statement; `date` is when the version in which it holds was read, or empty."""

    text: str
    state: State
    date: str = ""


@dataclass(frozen=True, slots=True)
class Verified:
    """The verdicts on all statements of a proof, whether its text and markers agree with them, and its language."""

    verdicts: tuple[Verdict, ...]
    consistent: bool
    language: str

    @property
    def holds(self) -> bool:
        """Whether every statement stands as it was cited, at least in a version that was kept."""
        return self.consistent and all(verdict.state in ("holds", "then", "rephrased") for verdict in self.verdicts)

    def to_dict(self) -> dict[str, Any]:
        """The form of --json."""
        entries = [{"text": verdict.text, "state": verdict.state, "date": verdict.date or None} for verdict in self.verdicts]
        return {"holds": self.holds, "consistent": self.consistent, "statements": entries}


def verify(path: Path, library: Library, old_versions: OldVersions | None = None) -> Verified:
    """Checks every statement of a proof file against the articles and their kept versions. ProofError if it is none."""
    old_versions = old_versions or library.old_versions
    proof = _read(path)
    citations = {cited["number"]: cited for cited in proof["citations"]}
    verdicts = []
    for statement in _statements(proof):
        cited = [citations.get(number) for number in statement["citations"]]
        verdicts.append(_verdict(statement, cited, library, old_versions))
    if not verdicts:
        raise ProofError(f"{path} holds no statement that could be checked.")
    return Verified(tuple(verdicts), _consistent(proof), str(proof.get("language", "en")))


def _read(path: Path) -> dict[str, Any]:
    try:
        proof = json.loads(path.read_bytes().decode())
    except OSError as error:
        raise ProofError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise ProofError(f"{path} is no JSON proof, or was cut off: {error}. Export it again.") from error
    if isinstance(proof, dict) and isinstance(proof.get("format", 1), int) and proof.get("format", 1) > FORMAT:
        raise ProofError(f"{path} was written by a newer Dealbrief (format {proof['format']}). Update Dealbrief.")
    try:
        _check(proof)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ProofError(f"{path} is not a proof as dealbrief export writes it ({error}). Export it again.") from error
    return dict(proof)


def _check(proof: Any) -> None:
    """ValueError or the like where the form is not the exporter's."""
    numbers = []
    for cited in proof["citations"]:
        numbers.append(cited["number"])
        if not (isinstance(cited["quote"], str) and cited["quote"] and _DIGEST.fullmatch(cited["digest"])):
            raise ValueError(f"citation {cited['number']} has no quote or no digest")
        if not (type(cited["start"]) is int and type(cited["end"]) is int and isinstance(cited["article"], str)):
            raise ValueError(f"citation {cited['number']} has no offsets or no article")
    if numbers != list(range(1, len(numbers) + 1)):
        raise ValueError("the citations are not numbered from 1 on")
    for statement in _statements(proof):
        if not isinstance(statement["text"], str) or not statement["citations"]:
            raise ValueError("a statement has no text or no citation")
        if statement["check"]["verdict"] not in ("verbatim", "supported", "unsupported"):
            raise ValueError("a statement has an unknown verdict")


def _statements(proof: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The statements of an answer or a briefing in order."""
    yield from proof.get("statements", ())
    for section in proof.get("sections", ()):
        for entry in section["entries"]:
            yield entry
            yield from entry["others"]


def _consistent(proof: Mapping[str, Any]) -> bool:
    """Whether every citation is used, the joined text is that of the statements with their markers, and the file the one that
    was written: dates, titles and counts of a briefing rest on no quote that could be looked up."""
    statements = list(_statements(proof))
    used = {number for statement in statements for number in statement["citations"]}
    told = " ".join(f"{unmarked(one['text'])} {''.join(f'[{number}]' for number in one['citations'])}" for one in statements)
    return unchanged(proof) and used == {cited["number"] for cited in proof["citations"]} and proof.get("text", told) == told


def _verdict(
    statement: Mapping[str, Any], cited: Sequence[Mapping[str, Any] | None], library: Library, old_versions: OldVersions
) -> Verdict:
    """The worst of what its citations get; verbatim means that the statement is its first quote."""
    text = statement["text"]
    verbatim = statement["check"]["verdict"] == "verbatim"
    known = [one for one in cited if one is not None]
    if len(known) < len(cited) or (verbatim and text != known[0]["quote"]):
        return Verdict(text, "altered")
    states = [_state(one, library, old_versions) for one in known]
    state, date = max(states, key=lambda pair: _ORDER.index(pair[0]))
    return Verdict(text, "rephrased" if state == "holds" and not verbatim else state, date)


def _state(cited: Mapping[str, Any], library: Library, old_versions: OldVersions) -> tuple[State, str]:
    """What became of one citation, and the date of the old version in which it holds."""
    article = library.get(cited["article"])
    if article is not None and _holds(cited, article) and _names(cited, article):
        return "holds", ""
    for version in old_versions(cited["article"]):
        if _holds(cited, version) and _names(cited, version):
            return "then", str(version.source.published or "")
    if article is None:
        return "missing", ""
    if _holds(cited, article) or (f"sha256:{article.sha256}" != cited["digest"] and cited["quote"] in article.text):
        return "changed", ""
    return "gone", ""


def _holds(cited: Mapping[str, Any], article: Article) -> bool:
    digest = f"sha256:{hashlib.sha256(article.text.encode()).hexdigest()}"
    return bool(digest == cited["digest"] and article.text[cited["start"] : cited["end"]] == cited["quote"])


def _names(cited: Mapping[str, Any], article: Article) -> bool:
    """Whether title, publisher, date and address of a citation are the article's."""
    return all(cited.get(key) == value for key, value in bibliography(article.source).items())
