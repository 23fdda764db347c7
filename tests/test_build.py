"""Builds: only what is new is embedded, and whatever happens to one, there is a right index before and after it."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from ferries import ARTICLES
from helpers import (
    Hashed,
    Home,
    article,
    articles,
    command,
    contents,
    file_limit,
    model_of,
    python,
    segment_of,
    sentences_in,
    sentences_of,
    without_rights,
)
from tiny_models import write_tiny_bert

from corpus import BUNDLED, Library, load
from index.build import Builder, BuildError, BuildRunning, BuildSettings, embed, ensure, verify
from index.cache import EmbeddingCache
from index.e5 import BundledE5
from index.generation import Generation, fingerprints
from index.sealed import seal
from index.segment import FORMAT, NewerFormat, SegmentError, check_files


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home whose embedder is small."""
    return Home(tmp_path)


def names(home: Home) -> list[str]:
    """The segments that lie on disk."""
    return sorted(path.name for path in (home.store.folder / "segments").iterdir())


def test_the_first_build_and_one_of_unchanged_articles(home: Home) -> None:
    found = articles(7)
    first = home.build(found)
    assert (len(first.segments), first.embedder, first.dimension) == (1, "hashed", 24)
    assert first.fits("hashed", fingerprints(found))
    assert sorted(home.embedder.embedded) == sorted(set(home.embedder.embedded))
    before, count = contents(home.store.folder), len(home.embedder.embedded)
    assert home.build(found[::-1]) == first
    assert (contents(home.store.folder), len(home.embedder.embedded)) == (before, count)


def test_an_added_article_is_one_new_segment(home: Home) -> None:
    found = articles(6)
    first = home.build(found)
    old = contents(home.store.segment(first.segments[0].name))
    home.embedder.embedded.clear()
    added = article("zz", "A new ferry came. It was blue.")
    second = home.build([*found, added])
    assert [list(entry.live()) for entry in second.segments][1:] == [["zz"]]
    assert second.segments[0] == first.segments[0]
    assert contents(home.store.segment(first.segments[0].name)) == old
    assert len(home.embedder.embedded) == 2


def test_removed_and_changed_articles_are_gone(home: Home) -> None:
    found = articles(6)
    first = home.build(found)
    removed = home.build(found[1:])
    assert removed.segments == (replace(first.segments[0], gone=("a000",)),)
    changed = [replace(found[1], text="Quite another text."), *found[2:]]
    second = home.build(changed)
    assert set(second.segments[0].gone) == {"a000", "a001"}
    assert list(second.segments[1].live()) == ["a001"]
    renamed = [replace(one, source=replace(one.source, title="Other")) if one.id == "a002" else one for one in changed]
    third = home.build(renamed)
    assert list(third.segments[2].live()) == ["a002"]
    again = home.build(found)
    assert again.articles() == fingerprints(found)


def test_more_than_four_segments_are_merged_without_embedding_anything_again(home: Home) -> None:
    found = articles(12)
    counts = [len(home.build(found[:number]).segments) for number in (8, 9, 10, 11)]
    assert counts == [1, 2, 3, 4]
    home.embedder.embedded.clear()
    largest = names(home)[0]
    merged = home.build(found)
    assert [len(segment.live()) for segment in merged.segments] == [8, 4]
    assert merged.segments[0].name == largest
    assert len(home.embedder.embedded) == 3
    home.build(found[:11])
    assert len(names(home)) <= 3


def test_a_merge_writes_a_largest_segment_of_which_most_is_gone_again(home: Home) -> None:
    found = articles(16)
    assert [len(home.build(found[:number]).segments) for number in (10, 11, 12, 13)] == [1, 2, 3, 4]
    merged = home.build(found[7:])
    assert [segment.gone for segment in merged.segments] == [()]


def test_another_model_makes_everything_anew(home: Home) -> None:
    found = articles(5)
    first = home.build(found)
    other = Home(home.folder, Hashed(40), "hashed:2")
    second = other.build(found)
    assert (second.dimension, second.embedder, len(second.segments)) == (40, "hashed:2", 1)
    assert second.segments[0].name != first.segments[0].name
    assert sorted(other.embedder.embedded) == sorted(home.embedder.embedded)
    back = Home(home.folder)
    back.build(found)
    assert back.embedder.embedded == []


def test_articles_without_a_sentence_are_indexed_too(home: Home) -> None:
    found = [article("a", ""), article("b", "# Title", "de"), article("c", "")]
    assert home.build(found).articles() == fingerprints(found)


def test_every_finished_batch_is_kept_at_once(tmp_path: Path) -> None:
    class Stopping(Hashed):
        def encode_document(self, texts: list[str], /):  # type: ignore[no-untyped-def]
            if len(self.embedded) > 200:
                raise KeyboardInterrupt
            return super().encode_document(texts)

    cache = EmbeddingCache.open(tmp_path, "hashed", 24, 2**30)
    texts = [f"text {number}" for number in range(500)]
    told: list[tuple[int, int]] = []
    stopping = Stopping()
    with pytest.raises(KeyboardInterrupt):
        embed(model_of(stopping), cache, texts, lambda done, total: told.append((done, total)))
    assert set(cache.get(texts)) == set(stopping.embedded[1:] if stopping.embedded[0] == "dimension" else stopping.embedded)
    assert told[0] == (0, 500)
    fresh = Hashed()
    vectors = embed(model_of(fresh), cache, [*texts, *texts], lambda done, total: told.append((done, total)))
    assert set(vectors) == set(texts)
    assert set(fresh.embedded) == set(texts) - set(stopping.embedded)
    assert told[-1] == (500, 500)


CORRUPTIONS: dict[str, Callable[[Home, Generation], object]] = {
    "no pointer": lambda home, now: (home.store.folder / "current").unlink(),
    "a pointer to nothing": lambda home, now: (home.store.folder / "current").write_bytes(b"000077\n"),
    "a pointer that is no text": lambda home, now: (home.store.folder / "current").write_bytes(b"\xff\xfe\0"),
    "no manifest": lambda home, now: shutil.rmtree(home.store.folder / "generations"),
    "half a manifest": lambda home, now: cut(home.store.folder / "generations" / f"{now.name}.json"),
    "no segment": lambda home, now: shutil.rmtree(home.store.segment(now.segments[0].name)),
    "half a segment": lambda home, now: cut(home.store.segment(now.segments[0].name) / "pooled.npy"),
    "half a Chroma": lambda home, now: cut(home.store.segment(now.segments[0].name) / "chroma" / "chroma.sqlite3"),
    "no description": lambda home, now: (home.store.segment(now.segments[0].name) / "segment.json").unlink(),
    "no cache": lambda home, now: home.cache.path.unlink(),
    "a cache that is none": lambda home, now: (home.cache.path.write_bytes(b"x" * 9_999), shutil.rmtree(home.store.folder)),
}


def cut(path: Path) -> None:
    """Leaves the first half of a file."""
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home that is built."""
    home = Home(tmp_path_factory.mktemp("whole"))
    home.build(articles(3))
    return home


@pytest.mark.parametrize("corrupt", CORRUPTIONS.values(), ids=CORRUPTIONS)
def test_what_is_corrupt_is_built_anew(whole: Home, tmp_path: Path, corrupt: Callable[[Home, Generation], object]) -> None:
    shutil.copytree(whole.folder, tmp_path / "a newer home")
    home = Home(tmp_path / "a newer home")
    corrupt(home, home.store.read(home.store.pointer() or ""))
    assert home.build(articles(3)).fits("hashed", fingerprints(articles(3)))


@pytest.mark.parametrize("when", [0, 2**32 - 1], ids=["1970", "2106"])
def test_a_clock_that_jumps_changes_nothing(whole: Home, tmp_path: Path, when: int) -> None:
    shutil.copytree(whole.folder, tmp_path / "a home")
    home = Home(tmp_path / "a home")
    for path in home.folder.rglob("*"):
        os.utime(path, (when, when))
    before = home.store.pointer()
    found = [*articles(3), article("zz", "One more ferry.")]
    assert home.build(articles(3)).name == before
    assert home.build(found).fits("hashed", fingerprints(found))
    assert home.embedder.embedded == ["Title zz: One more ferry."]


def test_a_newer_index_is_left_as_it_is(home: Home) -> None:
    found = articles(3)
    now = home.build(found)
    home.store.switch(replace(now, format=FORMAT + 1))
    before = contents(home.store.folder)
    with pytest.raises(NewerFormat, match="newer Dealbrief"):
        home.build([*found, article("zz", "One more.")])
    assert contents(home.store.folder) == before


def test_a_segment_whose_vectors_are_others_does_not_pass(tmp_path: Path) -> None:
    model = model_of(Hashed())
    one = segment_of(tmp_path / "1", articles(4), model)
    other = segment_of(tmp_path / "2", [replace(a, text=a.text.replace("April", "Mai")) for a in articles(4)], model)
    fewer = segment_of(tmp_path / "3", articles(4)[1:], model)
    verify(one)
    whole = contents(one / "chroma")
    for wrong, words in ((other, "does not find itself"), (fewer, "vectors instead of")):
        shutil.rmtree(one / "chroma")
        shutil.copytree(wrong / "chroma", one / "chroma")
        stamp(one)
        with pytest.raises(SegmentError, match=words):
            verify(one)
        said = python("-m", "index.build", "--verify", input=f"{one}\n")
        assert (said.returncode, said.stdout.count("\n"), words in said.stdout) == (1, 1, True)
    assert whole != contents(one / "chroma")


def stamp(folder: Path) -> None:
    """Describes a segment's files anew, as if it had been written so."""
    import hashlib
    import json

    about = json.loads((folder / "segment.json").read_text(encoding="utf-8"))
    about.pop("sha256")
    about["files"] = {
        name: [len(data), hashlib.sha256(data).hexdigest()] for name, data in contents(folder).items() if name != "segment.json"
    }
    (folder / "segment.json").write_text(seal(about), encoding="utf-8")
    check_files(folder)


# From here on builds run in child processes, with the bundled model.


@pytest.fixture
def settings(tmp_path: Path, write_corpus: Callable[..., Path]) -> BuildSettings:
    """A corpus of three articles, and a home and a cache of its own."""
    return BuildSettings(corpus=write_corpus(), home=tmp_path / "home", cache=tmp_path / "cache")


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> BuildSettings:
    """The same three articles, indexed; the cache has the sentences of the next version too."""
    folder = tmp_path_factory.mktemp("ready")
    for name, text in ARTICLES.items():
        (folder / "corpus" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    found = BuildSettings(corpus=folder / "corpus", home=folder / "home", cache=folder / "cache")
    ensure(found)
    write_version(folder / "corpus", 1, sentences=4)
    ensure(replace(found, home=folder / "other home"))
    return found


@pytest.fixture
def built(settings: BuildSettings, ready: BuildSettings) -> BuildSettings:
    """A corpus, a home and a cache of its own, in which the three articles are indexed."""
    shutil.copytree(ready.store.folder, settings.store.folder)
    shutil.copytree(ready.cache, settings.cache)
    return settings


def run(settings: BuildSettings, *options: str, **given: object) -> subprocess.CompletedProcess[str]:
    """A build in a child process."""
    return subprocess.run(command(settings, *options), capture_output=True, text=True, timeout=200, **given)  # type: ignore[call-overload,no-any-return]


def right(settings: BuildSettings, library: Library | None = None) -> None:
    """The index in use is exactly the articles."""
    found = list(library or load(settings.corpus))
    assert sentences_in(settings.store, found) == sentences_of(found)


def write_version(corpus: Path, number: int, sentences: int = 12) -> Library:
    """Changes the corpus: one article of new sentences, and another text of an old one."""
    lines = [
        f"In year {1900 + number} ferry {number}-{at} of the line sailed to port {at * number}." for at in range(sentences)
    ]
    for name, some in (("grown.md", lines), ("changed.md", lines[:2])):
        (corpus / name).write_text(f"---\ntitle: Version {number}\nlanguage: en\n---\n{' '.join(some)}\n", encoding="utf-8")
    return load(corpus)


@pytest.mark.parametrize(
    ("ended", "said"), [(signal.SIGBUS, "no space is left"), (signal.SIGKILL, "memory"), (15, "status -15")]
)
def test_a_child_that_cannot_say_why_it_ended_is_told_of(settings: BuildSettings, ended: int, said: str) -> None:
    builder = Builder(settings)
    os.kill(builder.pid, ended)
    with pytest.raises(BuildError, match=f"could not be built: .*{said}.*\\.$"):
        builder.build()


def test_a_build_that_is_killed_at_any_moment_leaves_the_old_index_or_the_new_one(
    built: BuildSettings, engine: BundledE5
) -> None:
    settings = built
    chance = random.Random(20250402)
    old = write_version(settings.corpus, 0)
    started = time.perf_counter()
    ensure(settings)
    lasts = time.perf_counter() - started
    for number in range(1, 9):
        new = write_version(settings.corpus, number)
        child = subprocess.Popen(command(settings, "--wait"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(chance.uniform(0.2, 0.9) * lasts)
        child.send_signal(signal.SIGKILL)
        child.communicate()
        used = settings.store.read(settings.store.pointer() or "")
        old = new if used.fits(engine.id, fingerprints(new.articles)) else old
        assert used.fits(engine.id, fingerprints(old.articles))
        right(settings, old)
    ensure(settings)
    right(settings)
    name = settings.store.pointer()
    assert name
    kept = {
        entry.name
        for path in (settings.store.folder / "generations").iterdir()
        for entry in settings.store.read(path.stem).segments
    }
    assert {path.name for path in (settings.store.folder / "segments").iterdir()} == kept


def test_two_builds_at_once_one_waits_or_says_so(settings: BuildSettings) -> None:
    first = subprocess.Popen(command(settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    writer = settings.store.folder / "writer"
    while not (writer.is_file() and writer.read_text()):
        assert first.poll() is None
        time.sleep(0.01)
    os.kill(first.pid, signal.SIGSTOP)
    try:
        says = run(settings)
        assert (says.returncode, says.stdout) == (75, f"another process ({first.pid}) is building this index\n")
        with pytest.raises(BuildRunning, match="is building this index"):
            ensure(settings, wait=False)
        waits = subprocess.Popen(command(settings, "--wait"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    finally:
        os.kill(first.pid, signal.SIGCONT)
    assert first.communicate() == ("", "")
    assert waits.communicate() == ("", "")
    assert (first.returncode, waits.returncode) == (0, 0)
    right(settings)
    assert len(list((settings.store.folder / "generations").iterdir())) == 1


# With its embeddings cached, it is the home that is full, and not the cache.
@pytest.mark.parametrize(("size", "cached"), [(0, True), (30_000, True), (100_000, True), (30_000, False)])
def test_a_full_disk_is_one_sentence_and_the_old_index_stays(built: BuildSettings, size: int, cached: bool) -> None:
    old = load(built.corpus)
    write_version(built.corpus, 1, sentences=4)
    if not cached:
        shutil.rmtree(built.cache)
    said = run(built, preexec_fn=file_limit(size))
    assert (said.returncode, said.stderr) == (1, "")
    assert said.stdout.count("\n") == 1
    assert said.stdout.count("Free space") == 1
    assert len(said.stdout) < 500
    right(built, old)
    ensure(built)
    right(built)


def test_a_home_that_cannot_be_written_is_one_sentence(settings: BuildSettings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "closed").mkdir(mode=0o555)
    for home in (tmp_path / "file" / "home", tmp_path / "closed"):
        said = run(replace(settings, home=home), preexec_fn=without_rights)
        assert (said.returncode, said.stderr, said.stdout.count("\n")) == (1, "", 1)
        assert str(home) in said.stdout
        assert said.stdout.endswith("give --home DIR.\n")
    said = run(replace(settings, cache=tmp_path / "closed" / "cache"), preexec_fn=without_rights)
    assert (said.returncode, said.stderr, said.stdout.count("\n")) == (1, "", 1)
    assert "--cache DIR" in said.stdout


def test_an_index_that_cannot_be_written_is_one_sentence_and_stays(built: BuildSettings) -> None:
    index = built.store.folder
    for path in [*index.rglob("*"), index]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    old = load(built.corpus)
    write_version(built.corpus, 1)
    said = run(built, preexec_fn=without_rights)
    for path in [index, *index.rglob("*")]:
        path.chmod(0o755)
    assert (said.returncode, said.stderr, said.stdout.count("\n")) == (1, "", 1)
    assert "--home DIR" in said.stdout
    right(built, old)


def test_errors_of_the_child_are_told_in_its_own_sentence(settings: BuildSettings, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for wrong, words in (
        (replace(settings, corpus=tmp_path / "missing"), "There is no corpus folder"),
        (replace(settings, corpus=tmp_path / "empty"), "has no article. Put \\*.md files there."),
        (replace(settings, embedding_model="nosuch:model"), "cannot be used"),
        (replace(settings, weights=tmp_path / "none.bin"), "weights"),
    ):
        with pytest.raises(BuildError, match=f"The index could not be built: .*{words}") as caught:
            ensure(wrong)
        assert "\n" not in str(caught.value)


def test_a_newer_index_is_refused_by_the_child(built: BuildSettings) -> None:
    settings = built
    name = settings.store.pointer()
    assert name
    settings.store.switch(replace(settings.store.read(name), format=FORMAT + 1))
    before = contents(settings.store.folder / "segments")
    with pytest.raises(BuildError, match="was written by a newer Dealbrief"):
        ensure(settings)
    assert contents(settings.store.folder / "segments") == before


def test_any_text_that_an_article_may_hold_can_be_indexed_beside_bad_files(settings: BuildSettings) -> None:
    bodies = [
        "<|endoftext|> said he. NUL \0 and U\u0308 and \u200b.", "x" * 3_000 + ".", "wort " * 900 + ".", "😀 " * 300,
        "a" + " " * 200_000 + "b.", "U.S. " * 300, "- \n- \n#", "亚马逊提出收购要约。", "'; DROP TABLE vectors; --", "\u2028.\u2029.", ".",
    ]  # fmt: skip
    for number, body in enumerate(bodies):
        text = f"---\ntitle: 'Title {number} 😀'\nlanguage: {['en', 'de', 'zh-hans'][number % 3]}\n---\n{body}\n"
        (settings.corpus / f"Ü {number}.md").write_text(text, encoding="utf-8")
    (settings.corpus / "bad.md").write_bytes(b"\xff")
    (settings.corpus / os.fsdecode(b"\xff.md")).write_text("---\ntitle: A\nlanguage: en\n---\nText.")
    ensure(settings)
    right(settings)
    assert len(load(settings.corpus)) == 3 + len(bodies)


def test_another_model_by_path_in_the_child(built: BuildSettings, tmp_path: Path) -> None:
    settings = built
    tiny = replace(settings, embedding_model=str(write_tiny_bert(tmp_path / "tiny")))
    ensure(tiny)
    right(tiny)
    name = tiny.store.pointer()
    assert name
    now = tiny.store.read(name)
    assert (now.dimension, len(now.segments)) == (32, 1)
    assert now.embedder.startswith("tiny:")


def test_a_script_without_a_main_guard_builds_beside_stray_files(settings: BuildSettings, tmp_path: Path) -> None:
    stray = tmp_path / "stray"
    stray.mkdir()
    for name in ("bot", "index", "corpus", "chromadb", "numpy", "json", "random"):
        (stray / f"{name}.py").write_text("raise SystemExit('stray')")
    script = tmp_path / "script.py"
    script.write_text(
        "from pathlib import Path\nfrom index.build import BuildSettings, ensure\n"
        f"places = {[str(settings.corpus), str(settings.home), str(settings.cache)]!r}\n"
        "ensure(BuildSettings(*map(Path, places)))\nprint('built')"
    )
    said = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=200, cwd=stray)
    assert (said.returncode, said.stdout, said.stderr) == (0, "built\n", "")
    right(settings)
    assert not (stray / "__pycache__").exists()


def test_a_corpus_has_an_index_of_its_own_in_a_home(settings: BuildSettings) -> None:
    assert replace(settings, corpus=BUNDLED).store.folder == settings.home / "bundled" / "index"
    assert settings.store.folder.parent.name.startswith("corpus-")
