"""The bundled articles are clean; a corpus with a bad file of every kind is told all of it at once."""

from pathlib import Path

import pytest

from corpus import BUNDLED, load
from corpus.lint import lint
from index.sentences import sentence_spans

OTHER = "According to Reuters the letter of April 2025 was addressed to JD Vance and Howard Lutnick."
LONG = f"Reuters reported on 2 April 2025 that {'the offer and ' * 12}the letter were real."


def sentence(title: str) -> str:
    """A sentence that can be quoted alone, another one for every title."""
    return f"Reuters reported on 2 April 2025 that Amazon had sent an offer for TikTok to the White House ({title})."


def article(title: str, *lines: str, **keys: str) -> str:
    """An article file: front matter that is right but for `keys` ('' leaves one out), then the lines, 8 the first."""
    url = f"https://example.com/{title.replace(' ', '-')}"
    front = {"title": title, "publisher": "Reuters", "url": url, "language": "en", "kind": "digest"} | keys
    written = [f"{key}: {value}" for key, value in front.items() if value]
    return "\n".join(["---", *written, "---", *(lines or (sentence(title),)), ""])


def dossier(title: str, *lines: str, **keys: str) -> str:
    """A dossier that is right but for `keys`; its first line is number 7."""
    return article(title, *lines, **({"publisher": "Dealbrief", "url": "", "kind": "dossier"} | keys))


# A file's name, its text, and every fault of it as line and words of the reason.
BAD: dict[str, tuple[str, list[tuple[int, str]]]] = {
    "en/no-front-matter.md": ("Amazon.\n", [(1, "no front matter")]),
    "en/no-such-day.md": (article("A", published="2025-02-30"), [(7, "no date of the calendar")]),
    "en/no-such-kind.md": (article("B", kind="essay"), [(6, "kind is one of")]),
    "en/twice.md": (dossier("C", "Text.[^a]", "", "[^a]: Reuters", "[^a]: AP"), [(10, "defined twice")]),
    "en/dossier-keys.md": (
        article("D", publisher="", kind="", author="Somebody"),
        [
            (1, "no 'publisher'"),
            (1, "no 'kind'"),
            (1, "kind is 'digest' or 'dossier'"),
            (5, "unknown key 'author'"),
            (1, "the file's name is undated-"),
        ],
    ),
    "en/undated-reuters-nowhere.md": (article("E", url=""), [(1, "a digest has url or read_at")]),
    "en/undated-reuters-hostless.md": (article("F", url="https:///report"), [(4, "url is no http or https")]),
    "en/undated-reuters-ftp.md": (article("G", url="", read_at="ftp://example.com"), [(6, "read_at is no http")]),
    "en/2026-07-reuters-future.md": (article("H", published="2026-07"), [(7, "2026-07 lies after 2026-06-30")]),
    "en/undated-reuters-citing.md": (article("I", publisher="Reuters citing Axios"), [(3, "stands in 'origin'")]),
    "en/reuters-without-a-date.md": (article("J"), [(1, "file's name is undated-, then words")]),
    "en/2025-04-reuters-day.md": (article("K", published="2025-04-02"), [(1, "file's name is 2025-04-02-")]),
    "en/undated-nothing.md": (article("L"), [(1, "file's name is undated-, the publisher")]),
    "en/undated-reuters-folder.md": (
        article("M", "Amazon hat im April 2025 nach Angaben von Reuters für TikTok geboten.", language="de"),
        [(5, "language 'de' in the folder 'en'")],
    ),
    "de/undated-reuters-sprache.md": (
        article("N", language="de"),
        [(5, "language 'de' is declared, the text looks like 'en'")],
    ),
    "en/dossier-labels.md": (
        dossier("O", publisher="Reuters", url="https://example.com/o", published="2025"),
        [(3, "publisher of a dossier"), (4, "a dossier has no 'url'"), (7, "a dossier has no 'published'")],
    ),
    "en/dossier-footnotes.md": (
        dossier(
            "P",
            "",
            "Reuters reported on 4 April 2025 that nothing was signed.[^missing][^form][^late][^host]",
            "",
            "[^form]: Reuters, London, 2025-04-04,",
            "  https://example.com/form",
            "[^idle]: Reuters, https://example.com/idle",
            "[^late]: Reuters, 2027, https://example.com/late",
            "[^host]: Reuters, ftp://example.com/host",
        ),
        [
            (8, "'missing' is not defined"),
            (10, "'form' is not of the form PUBLISHER"),
            (12, "'idle' is not used"),
            (13, "2027 lies after"),
            (14, "'host' has no http or https address"),
            (14, "'host' is not of the form"),
        ],
    ),
    "en/dossier-sentences.md": (
        dossier(
            "Q",
            "## A heading",
            "",
            "Amazon made an offer.",
            LONG,
            "It was sent to the White House by Amazon in April 2025.",
            "",
            "The offer of Amazon for TikTok became known in April 2025.",
            "The offer of Amazon for TikTok became known on Wednesday in April 2025.",
        ),
        [
            (9, "4 words, 6 to 38 wanted: Amazon made"),
            (10, "47 words"),
            (11, "leans on the sentence before it: It was sent"),
            (14, "nearly the same as a sentence of line 13"),
        ],
    ),
    "en/undated-ap-copy.md": (article("R", OTHER, publisher="AP"), [(8, "stands word by word in dossier-good.md")]),
    "en/undated-reuters-title.md": (
        article("S").replace("title: S", "title: A good digest"),
        [(2, "has the title of 2025-04-02-reuters-good.md")],
    ),
    "en/undated-the-new-york-post-name.md": (
        article("T", publisher="The New York Post"),
        [(3, "'The New York Post' is written 'New York Post' elsewhere")],
    ),
    "en/undated-afp-report.md": (
        article("U", publisher="AFP", url="https://example.com/A-good-digest"),
        [(3, "publisher, date or 'read at' differ from another file's: https://example.com/A-good-digest")],
    ),
}

GOOD = {
    "en/2025-04-02-reuters-good.md": article("A good digest", published="2025-04-02"),
    "en/dossier-good.md": dossier(
        "A good dossier",
        "",
        "## Heading",
        "",
        f"{OTHER}[^reuters] The New York Post called the offer of April 2025 half thought through.[^post]",
        "",
        '[^reuters]: Reuters after Axios, "A headline", 2025-04, read at https://example.com/copy',
        "[^post]: New York Post, https://example.com/nypost",
    ),
    "de/undated-kommentar-gut.md": article(
        "Ein guter Kommentar",
        "Der Kommentar vom April 2025 hält Amazons Angebot für TikTok für eine gute Sache.",
        publisher="Kommentar (Herausgeber nicht bekannt)",
        language="de",
        url="",
    ),
}
STORY = 'as_of = "2026-06-30"\n[[publishers]]\nname = "New York Post"\naliases = ["The New York Post"]\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A corpus folder with every good and every bad file."""
    texts = GOOD | {name: text for name, (text, _) in BAD.items()}
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "en/not-utf-8.md").write_bytes(b"---\ntitle: \xff\n---\n")
    (tmp_path / "story.toml").write_text(STORY, encoding="utf-8")
    return tmp_path


def test_the_bundled_corpus_has_no_problem() -> None:
    library = load(BUNDLED)
    assert len(library) >= 200
    assert [str(problem) for problem in lint(library, sentence_spans)] == []


@pytest.mark.parametrize("name", BAD)
def test_every_bad_file_is_reported_by_name_line_and_reason(folder: Path, name: str) -> None:
    found = [(p.line, p.reason) for p in lint(load(folder), sentence_spans) if p.path == folder / name]
    wanted = BAD[name][1]
    assert all(any(line == at and words in reason for at, reason in found) for line, words in wanted), found
    assert len(found) == len(wanted), found


def test_good_files_load_and_have_no_problem(folder: Path) -> None:
    library = load(folder)
    assert {f"{article.id}.md" for article in library} >= GOOD.keys()
    assert not [str(p) for p in lint(library, sentence_spans) if str(p.path.relative_to(folder)) in GOOD]


def test_all_of_it_comes_at_once_in_order(folder: Path) -> None:
    problems = lint(load(folder), sentence_spans)
    assert {str(p.path.relative_to(folder)) for p in problems} == BAD.keys() | {"en/not-utf-8.md"}
    assert problems == sorted(problems, key=lambda p: (p.path, p.line, p.reason))


def test_a_users_own_corpus_is_held_to_the_general_rules_only(folder: Path) -> None:
    problems = lint(load(folder), sentence_spans, house=False)
    named = {p.path.name for p in problems}
    assert named >= {"no-front-matter.md", "not-utf-8.md", "undated-reuters-hostless.md", "dossier-footnotes.md"}
    assert not named & {"dossier-sentences.md", "dossier-labels.md", "undated-reuters-title.md", "undated-reuters-folder.md"}


def test_lines_are_those_of_the_file_with_blank_lines_and_footnotes_among_the_text(tmp_path: Path) -> None:
    text = dossier("A", "", "[^a]: Reuters", "  after", "  Axios", f"{OTHER}[^a]", "", "", "It leans on what was said before.")
    (tmp_path / "dossier-a.md").write_text(f"\n\n{text}", encoding="utf-8")
    lines = (tmp_path / "dossier-a.md").read_text().split("\n")
    (problem,) = [p for p in lint(load(tmp_path), sentence_spans) if "leans" in p.reason]
    assert lines[problem.line - 1].startswith("It leans")
