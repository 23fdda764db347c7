"""A folder to a library: bad files are told all at once by name, line and reason, and the good ones still count."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers import python, without_rights

from corpus import BUNDLED, Article, CorpusError, Library, PartialDate, Source, Story, corpus_id, load

GOOD = "---\ntitle: A\nlanguage: en\n---\nText.\n"

# A file's name, its bytes, the line at fault and words of the reason.
BAD: dict[str, tuple[bytes, int, str]] = {
    "bad-date.md": (b"---\ntitle: A\nlanguage: en\npublished: 2 April\n---\nText.", 4, "no date of the form"),
    "de/31-february.md": (b"---\ntitle: A\npublished: 2025-02-31\nlanguage: de\n---\n", 3, "no date of the calendar"),
    "de/latin-1.md": ("---\ntitle: Übernahme\n---\n".encode("latin-1"), 2, "byte 11 is not UTF-8"),
    "de/tief/zweimal.md": (b"---\ntitle: A\nlanguage: de\n---\n\n[^a]: B\n[^a]: C\n", 7, "footnote 'a' is defined twice"),
    "empty.md": (b"", 1, "no front matter"),
    "no-front-matter.md": (b"Text.", 1, "no front matter"),
    "no-title.md": (b"---\nlanguage: en\n---\nText.", 2, "no 'title'"),
    "utf-16.md": (GOOD.encode("utf-16"), 1, "byte 0 is not UTF-8"),
    "utf-16-late.md": (GOOD.encode() + b"One.\nTwo\xff.", 7, "is not UTF-8"),
}


def bad_folder(root: Path) -> None:
    """Writes every bad file, and two that are unreadable for anybody: a link to itself and a folder's name."""
    for name, (data, _, _) in BAD.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    (root / "loop.md").symlink_to(root / "loop.md")
    (root / "gone.md").symlink_to(root / "nowhere.md")


def test_all_bad_files_are_told_at_once_and_the_good_ones_load(write_corpus: Callable[..., Path]) -> None:
    folder = write_corpus()
    bad_folder(folder)
    found = load(folder)
    assert [article.id for article in found] == ["de/faehren", "en/letter", "en/outcome"]
    assert [article.id for article in found] == sorted(article.id for article in found)
    told = {problem.path.relative_to(folder).as_posix(): problem for problem in found.problems}
    assert set(told) == {*BAD, "loop.md", "gone.md"}
    assert list(found.problems) == sorted(found.problems, key=lambda problem: problem.path)
    for name, (_, line, reason) in BAD.items():
        assert (told[name].line, reason in told[name].reason) == (line, True), str(told[name])
        assert str(told[name]) == f"{folder / name}:{line}: {told[name].reason}"
    for name in ("loop.md", "gone.md"):
        assert told[name].reason.startswith("cannot be read: ")


def test_a_pipe_or_a_device_is_told_and_not_waited_for(write_corpus: Callable[..., Path]) -> None:
    folder = write_corpus({"open.md": GOOD})
    os.mkfifo(folder / "pipe.md")
    (folder / "endless.md").symlink_to("/dev/zero")
    found = load(folder)
    assert [article.id for article in found] == ["open"]
    assert [str(problem) for problem in found.problems] == [
        f"{folder}/endless.md:1: cannot be read: not a file",
        f"{folder}/pipe.md:1: cannot be read: not a file",
    ]


def test_what_may_not_be_read_is_told_and_the_rest_loads(write_corpus: Callable[..., Path], tmp_path: Path) -> None:
    folder = write_corpus({"secret.md": GOOD, "open.md": GOOD, "closed/inside.md": GOOD})
    (folder / "secret.md").chmod(0)
    (folder / "closed").chmod(0)
    code = "import sys; from pathlib import Path; from corpus import load; found = load(Path(sys.argv[1]))\n"
    code += "import json; print(json.dumps([[a.id for a in found], [str(p) for p in found.problems]]))"
    try:
        said = python("-c", code, str(folder), preexec_fn=without_rights)
    finally:
        (folder / "closed").chmod(0o700)
    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout) == [
        ["open"],
        [f"{folder}/closed:1: cannot be read: Permission denied", f"{folder}/secret.md:1: cannot be read: Permission denied"],
    ]


@pytest.mark.parametrize("mode", [0, 0o400])
def test_a_folder_that_may_not_be_read(write_corpus: Callable[..., Path], mode: int) -> None:
    folder = write_corpus({"a.md": GOOD})
    code = "import sys; from pathlib import Path; from corpus import CorpusError, load\n"
    code += "try: load(Path(sys.argv[1]))\nexcept CorpusError as error: print(error)"
    folder.chmod(mode)
    try:
        said = python("-c", code, str(folder), preexec_fn=without_rights)
        inside = python("-c", code, str(folder / "inside"), preexec_fn=without_rights)
    finally:
        folder.chmod(0o700)
    assert (said.stderr, said.stdout.count("\n")) == ("", 1)
    assert str(folder) in said.stdout
    assert "Permission denied" in said.stdout
    assert (inside.stderr, inside.stdout.count("\n")) == ("", 1)


def test_a_missing_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text(GOOD)
    for folder in (tmp_path / "missing", tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(CorpusError, match=f"There is no corpus folder {folder}. Give one that holds .* with --corpus DIR."):
            load(folder)


def test_an_empty_folder_is_an_empty_library(tmp_path: Path) -> None:
    found = load(tmp_path)
    assert (len(found), list(found), found.problems, found.as_of, found.languages) == (0, [], (), None, ())
    assert found.get("a") is None
    assert found.story == Story(title={"en": tmp_path.name, "de": tmp_path.name})


def test_every_markdown_file_counts_whatever_its_name_and_folder(write_corpus: Callable[..., Path]) -> None:
    names = ("a.md", "b/c/d e.md", "Ü/ß😀.md", "x.y.md", "-.md")
    folder = write_corpus(dict.fromkeys((*names, ".hidden.md", ".git/a.md", "b/.cache/a.md", "notes.txt", "a.MD.bak"), GOOD))
    found = load(folder)
    assert not found.problems
    assert {article.id for article in found} == {name.removesuffix(".md") for name in names}
    one = found.get("b/c/d e")
    assert one is not None
    assert one.id == one.source.id == "b/c/d e"


def test_a_name_that_is_not_utf_8_is_told_and_can_be_printed(write_corpus: Callable[..., Path]) -> None:
    folder = write_corpus({"a.md": GOOD})
    (folder / os.fsdecode(b"\xff.md")).write_text(GOOD)
    (folder / os.fsdecode(b"d\xe9")).mkdir()
    (folder / os.fsdecode(b"d\xe9") / "a.md").write_text(GOOD)
    found = load(folder)
    assert [article.id for article in found] == ["a"]
    assert [problem.reason for problem in found.problems] == ["its name is not UTF-8"] * 2
    assert all(str(problem).encode() for problem in found.problems)


STORY = """
as_of = 2026-06-30
[title]
en = "The bid"
de = "Das Gebot"
[examples]
en = ["Who?", "When?"]
[[actors]]
name = "TikTok"
aliases = ["Tik Tok"]
[[actors]]
name = "Oracle"
[[publishers]]
name = "The New York Times"
aliases = ["New York Times", "NYT"]
"""


def test_the_story_is_read(write_corpus: Callable[..., Path]) -> None:
    folder = write_corpus({"a.md": GOOD, "story.toml": STORY})
    story = load(folder).story
    assert story.title == {"en": "The bid", "de": "Das Gebot"}
    assert story.examples == {"en": ("Who?", "When?")}
    assert story.actors == {"TikTok": ("Tik Tok",), "Oracle": ()}
    assert story.publishers == {"The New York Times": ("New York Times", "NYT")}
    assert str(story.as_of) == str(load(folder).as_of) == "2026-06-30"


@pytest.mark.parametrize(
    ("story", "words"),
    [
        (b"[title\n", "story.toml:1: "),
        (b"as_of = 2026-06-30\n\n[title]\nen = \n", "story.toml:4: "),
        (b"as_of = '2026-02-31'", "no date of the calendar"),
        (b"as_of = 2026-06-30T10:00:00", "no date of the form"),
        (b"title = 'A'", "'title'"),
        (b"[title]\nen = 3", "'title'"),
        (b"description = ['A']", "'description'"),
        (b"[examples]\nen = 'Who?'", "'en'"),
        (b"examples = 'Who?'", "story.toml is wrong"),
        (b"[[actors]]\naliases = ['A']", "'name'"),
        (b"[[actors]]\nname = 'A'\naliases = 'B'", "'aliases'"),
        (b"actors = 'A'", "story.toml is wrong"),
        (b"publishers = [1]", "story.toml is wrong"),
        (b"publishers = 3", "story.toml is wrong"),
        (b"\xff", "story.toml is wrong"),
    ],
)
def test_a_wrong_story_is_one_sentence(tmp_path: Path, story: bytes, words: str) -> None:
    (tmp_path / "story.toml").write_bytes(story)
    with pytest.raises(CorpusError) as caught:
        load(tmp_path)
    assert words in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / "story.toml"))
    assert str(caught.value).endswith("Correct it or move it away.")


def test_a_story_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "story.toml").symlink_to(tmp_path / "story.toml")
    with pytest.raises(CorpusError, match=r"story\.toml is wrong"):
        load(tmp_path)


def test_the_corpus_reaches_to_its_latest_article_where_the_story_does_not_say() -> None:
    dated = [
        Article(Source(date, date, None, "en", published=PartialDate.parse(date)), "")
        for date in ("2025-04-30", "2025-04", "2024")
    ]
    assert str(Library(Path("x"), tuple(dated)).as_of) in {"2025-04-30", "2025-04"}
    assert str(Library(Path("x"), tuple(dated), story=Story(as_of=PartialDate(2026))).as_of) == "2026"


def test_support_is_counted_by_whose_reporting_it_is() -> None:
    story = Story(publishers={"The New York Times": ("NYT", "nytimes.com")})
    found = Library(Path("x"), (), story=story)

    def origin(**fields: str | None) -> str:
        return found.origin(Article(Source(**({"id": "a", "title": "A", "publisher": None, "language": "en"} | fields)), ""))  # type: ignore[arg-type]

    assert origin(publisher="Computing", origin="nyt") == origin(publisher="NYTimes.com") == "the new york times"
    assert origin(publisher="Computing") == "computing"
    assert origin() == "a"


def test_a_corpus_has_a_name_of_its_own(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "My Corpus!").mkdir(parents=True)
    one, two = (corpus_id(tmp_path / name / "My Corpus!") for name in ("one", "two"))
    assert one != two
    assert one.startswith("my-corpus-")
    assert corpus_id(tmp_path / "two" / ".." / "one" / "My Corpus!") == one
    assert corpus_id(BUNDLED) == "bundled"
    assert corpus_id(tmp_path / "日本").startswith("corpus-")
    assert corpus_id(tmp_path / os.fsdecode(b"\xff")).startswith("corpus-")


def test_the_bundled_corpus_loads_without_a_problem() -> None:
    found = load(BUNDLED)
    assert not found.problems
    assert found.languages == ("de", "en")
    assert found.story.title["en"]
    assert found.story.as_of
