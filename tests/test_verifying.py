"""The later check: what holds, what held in an older version, what is gone; edited, cut and newer files."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers import article, library
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import BriefingError
from bot.exporting import export
from bot.products import Briefing, Entry, Section, with_numbers
from bot.quoting import quoted
from bot.verifying import verify
from corpus.article import Article, PartialDate
from corpus.library import Library
from index.search import SearchResult

TEXT = "Northwind Lines bought Baltica on 12 June 2024. The ferries are old."
LATER = "News came later. " + TEXT
OTHER = "Everything was rewritten."


def proof_of(found: list[Article], folder: Path) -> dict[str, Any]:
    """The proof of a timeline that cites the two sentences of the first article and the first of the second."""
    held = library(folder, found)
    cited = [(found[0], 0, 47), (found[0], 48, 68), (found[1], 0, 25)]
    results = [SearchResult(one, start, end, None, 0, len(one.text), 0.0, {}) for one, start, end in cited]
    entries = [Entry(quoted([result], held), "event", others=()) for result in results]
    entries[0] = replace(entries[0], others=(entries[1].statement,))
    made = Briefing("timeline", "en", "T", with_numbers([Section("timeline_happened", (entries[0], entries[2]))]))
    proof: dict[str, Any] = json.loads(export(made, "json"))
    return proof


@pytest.fixture
def articles() -> list[Article]:
    return [article("a", TEXT), article("b", "Dockers walked out in May. They came back.")]


@pytest.fixture
def written(tmp_path: Path, articles: list[Article]) -> Path:
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(proof_of(articles, tmp_path)), encoding="utf-8")
    return path


def states(path: Path, held: Library, **options: Any) -> list[str]:
    """What became of the statements."""
    return [verdict.state for verdict in verify(path, held, **options).verdicts]


def test_a_fresh_proof_holds(written: Path, articles: list[Article], tmp_path: Path) -> None:
    found = verify(written, library(tmp_path, articles))
    assert [verdict.state for verdict in found.verdicts] == ["holds", "holds", "holds"] and found.holds


def test_an_article_that_changed_is_told_apart_from_a_quote_that_is_gone(
    written: Path, articles: list[Article], tmp_path: Path
) -> None:
    assert states(written, library(tmp_path, [article("a", LATER), articles[1]])) == ["changed", "changed", "holds"]
    assert states(written, library(tmp_path, [article("a", OTHER), articles[1]])) == ["gone", "gone", "holds"]
    assert states(written, library(tmp_path, [articles[1]])) == ["missing", "missing", "holds"]
    assert not verify(written, library(tmp_path, [article("a", LATER), articles[1]])).holds


def test_an_older_version_that_was_kept_is_named_by_its_date(articles: list[Article], tmp_path: Path) -> None:
    old = article("a", TEXT, published=PartialDate.parse("2024-06-13"))
    path = tmp_path / "older.json"
    proof = proof_of([old, articles[1]], tmp_path)
    path.write_text(json.dumps(proof), encoding="utf-8")
    held = library(tmp_path, [article("a", OTHER), articles[1]])
    found = verify(path, held, old_versions=lambda id: [old] if id == "a" else [])
    assert [(verdict.state, verdict.date) for verdict in found.verdicts[:2]] == [("then", "2024-06-13")] * 2
    assert found.holds
    path.write_text(json.dumps(edited(proof, ("citations", 0, "publisher"), "Another Gazette")), encoding="utf-8")
    assert verify(path, held, old_versions=lambda id: [old] if id == "a" else []).verdicts[0].state == "gone"


def test_a_bare_answer_as_ask_prints_it_is_checked_too(articles: list[Article], tmp_path: Path) -> None:
    proof = proof_of(articles, tmp_path)
    statements = [{key: entry[key] for key in ("text", "citations", "check")} for entry in proof["sections"][0]["entries"]]
    bare = {"statements": statements, "citations": [proof["citations"][0], {**proof["citations"][2], "number": 2}]}
    bare["statements"][1]["citations"] = [2]
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(bare), encoding="utf-8")
    assert states(path, library(tmp_path, articles)) == ["holds", "holds"]


def edited(proof: dict[str, Any], place: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    """A copy of a proof with one value replaced."""
    copy: Any = json.loads(json.dumps(proof))
    at = copy
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    result: dict[str, Any] = copy
    return result


ENTRY = ("sections", 0, "entries", 1)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ((*ENTRY, "text"), "Dockers walked out in June."),
        (("citations", 2, "quote"), "Dockers walked out in June."),
        (("citations", 2, "start"), 1),
        (("citations", 2, "end"), 24),
        (("citations", 2, "digest"), f"sha256:{'1' * 64}"),
        (("citations", 2, "article"), "a"),
        ((*ENTRY, "citations"), [1]),
        ((*ENTRY, "citations"), [9]),
        (("text",), "Something else. [1][2][3]"),
        (("title",), "Northwind sank"),
        (("as_of",), "2031-01-01"),
        (("sections", 0, "title"), "What never happened"),
        ((*ENTRY, "date"), "2031-01-01"),
        ((*ENTRY, "origins"), 9),
        (("citations", 2, "publisher"), "Another Gazette"),
        (("citations", 2, "url"), "https://example.org/another"),
    ],
)
def test_whatever_is_edited_does_not_hold(
    place: tuple[str | int, ...], value: Any, articles: list[Article], tmp_path: Path
) -> None:
    path = tmp_path / "edited.json"
    path.write_text(json.dumps(edited(proof_of(articles, tmp_path), place, value)), encoding="utf-8")
    assert not verify(path, library(tmp_path, articles)).holds


def test_the_source_of_a_quote_is_compared_where_a_proof_has_no_digest(articles: list[Article], tmp_path: Path) -> None:
    proof = edited(proof_of(articles, tmp_path), ("citations", 2, "publisher"), "Another Gazette")
    del proof["sha256"]
    path = tmp_path / "edited.json"
    path.write_text(json.dumps(proof), encoding="utf-8")
    assert states(path, library(tmp_path, articles)) == ["holds", "holds", "changed"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data())
def test_a_file_cut_anywhere_or_with_a_byte_changed_never_holds_wrongly(data: st.DataObject, tmp_path: Path) -> None:
    found = [article("a", TEXT), article("b", "Dockers walked out in May. They came back.")]
    raw = json.dumps(proof_of(found, tmp_path), ensure_ascii=False).encode()
    at = data.draw(st.integers(0, len(raw) - 1))
    broken = raw[:at] if data.draw(st.booleans()) else raw[:at] + bytes([data.draw(st.integers(0, 255))]) + raw[at + 1 :]
    path = tmp_path / "broken.json"
    path.write_bytes(broken)
    try:
        verified = verify(path, library(tmp_path, found))
    except BriefingError:
        return
    for verdict in verified.verdicts:
        if verdict.state == "holds":
            assert any(verdict.text in one.text for one in found)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no JSON proof, or was cut off"),
        (b"[1, 2]", "is not a proof"),
        (b"{}", "is not a proof"),
        (b'{"citations": [], "statements": []}', "holds no statement"),
        (b'{"format": 2, "citations": []}', "written by a newer Dealbrief"),
        (b"\xff\xfe", "is no JSON proof"),
        (b"[" * 100_000, "is no JSON proof"),
    ],
)
def test_what_is_no_proof_is_one_sentence(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "proof.json"
    path.write_bytes(content)
    with pytest.raises(BriefingError, match=message):
        verify(path, library(tmp_path, []))


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BriefingError, match="cannot be read"):
        verify(tmp_path / "none.json", library(tmp_path, []))
