"""Kills at random moments: a process that adds, removes, changes and indexes articles, and what must hold after its end.

Run as a script it is that process: it says what it did a line at a time, and goes on until it is killed.
"""

import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers import Hashed, article, model_of, sentences_in, sentences_of

from bot.adding import Adder
from bot.settings import Settings
from corpus.article import Article
from corpus.markdown import render
from index.build import build
from index.cache import EmbeddingCache
from index.generation import fingerprints
from index.search import Index

MODEL = model_of(Hashed())


class InProcess:
    """Builds in the process that is killed, with a small embedder; says first what the index is to hold."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def build(self) -> None:
        """Brings the index up to the articles."""
        given = self.settings.build
        library = given.load()
        say("indexing", held=fingerprints(library.articles))
        given.store.folder.mkdir(parents=True, exist_ok=True)
        with given.store.lock():
            build(library, MODEL, given.store, EmbeddingCache.open(given.cache, MODEL.id, MODEL.dimension, 2**30))
        say("indexed")

    def close(self) -> None:
        """Nothing is open."""


def say(what: str, **about: Any) -> None:
    """Says a thing that was done, so that it is heard even if the next moment is the last."""
    print(json.dumps({"what": what, **about}), flush=True)


def text_of(number: int) -> str:
    """The text of the article of that number."""
    return " ".join(f"Ferry {number}-{at} of the line sailed to port {at * number} in year {1900 + number}." for at in range(4))


def work(settings: Settings, first: int, seed: int) -> None:
    """Adds, removes, changes and indexes without end; `first` is the number of the next article."""
    chance = random.Random(seed)
    InProcess(settings).build()
    for number in range(first, first + 10_000):
        adder = Adder(settings, quiet=True, _builder=InProcess(settings))  # type: ignore[arg-type]
        added = [one.id for one in settings.build.load() if one.id.startswith("added/")]
        kind = chance.choice(["add", "add", "add", "remove", "change"])
        if kind == "remove" and added:
            id = chance.choice(added)
            say("removing", id=id)
            assert [outcome.status for outcome in adder.remove([id])] == ["removed"]
            say("removed", id=id)
        elif kind == "change":
            say("changing")
            changed = article("changed", text_of(number))
            part = settings.home / "part.md"
            part.write_text(render(changed), encoding="utf-8")
            part.replace(settings.corpus / "changed.md")
            adder.changed = True
        else:
            file = settings.home / f"article{number}.md"
            file.write_text(render(article("x", text_of(number), title=f"Number {number}")), encoding="utf-8")
            say("adding")
            (outcome,) = adder.add([str(file)])
            assert outcome.status == "added" and outcome.article, outcome
            say("added", id=outcome.article.id, text=outcome.article.text)
        adder.settle()


@dataclass
class Kills:
    """A home and what its killed processes said; `strike` kills one more and checks what is left."""

    settings: Settings
    chance: random.Random
    there: dict[str, str] = field(default_factory=dict)
    unsure: str | None = None
    number: int = 0
    seen: set[str] = field(default_factory=set)
    after: Counter[str] = field(default_factory=Counter)
    """How many kills came after which word, which was the last that the process said."""

    def strike(self) -> None:
        """Lets a process work for a random time, kills it, and checks articles, index and answers."""
        command = [sys.executable, __file__, str(self.settings.home), str(self.settings.corpus)]
        command += [str(self.settings.cache), str(self.number), str(self.chance.randrange(10**6))]
        path = self.settings.home / "said"
        with path.open("w", encoding="utf-8") as told, path.open(encoding="utf-8") as said:
            child = subprocess.Popen(command, stdout=told, stderr=subprocess.PIPE, text=True)
            try:
                lines = self.chance.randrange(1, 9)  # of work, so that a slow machine gets as far
                for _ in zip(range(lines), self._lines(said, child), strict=False):
                    pass
                time.sleep(10 ** self.chance.uniform(-4, 0.2))  # adding and removing take milliseconds, a build a second
            finally:
                child.kill()
                _, errors = child.communicate()
            assert child.returncode == -9, errors
            said.seek(0)
            states = self._heard([json.loads(line) for line in said if line.endswith("\n")])
        self._check(states)

    def _lines(self, said: Any, child: "subprocess.Popen[str]") -> Iterator[str]:
        while child.poll() is None:
            if line := said.readline():
                yield line
            else:
                time.sleep(0.001)

    def _heard(self, lines: list[dict[str, Any]]) -> list[dict[str, str]]:
        self.unsure = None
        for line in lines:
            self.seen.add(line["what"])
            if line["what"] == "added":
                self.there[line["id"]] = line["text"]
            elif line["what"] == "removing":
                self.unsure = line["id"]
            elif line["what"] == "removed":
                self.there.pop(line["id"], None)  # an earlier child may have been killed before it said "added"
                self.unsure = None
        self.number += 100
        self.after[lines[-1]["what"] if lines else "nothing"] += 1
        return [line["held"] for line in lines if line["what"] == "indexing"]

    def _check(self, states: list[dict[str, str]]) -> None:
        given = self.settings.build
        library = given.load()
        assert library.problems == ()
        for id, text in self.there.items():
            found = library.get(id)
            assert (found and found.text == text) or id == self.unsure, f"{id} is lost"
        if self.unsure and library.get(self.unsure) is None:
            self.there.pop(self.unsure)
        name = given.store.pointer()
        if name is None:
            assert "indexed" not in self.seen
            return
        held = given.store.read(name).articles()
        assert held in [*states, self._before], "a mixture"
        self._before = held
        now = [one for one in library if held.get(one.id) == fingerprints([one])[one.id]]
        if len(now) == len(held):
            assert sentences_in(given.store, now) == sentences_of(now)
        index = Index.open(given.store, library, MODEL)
        try:
            for one in self.chance.sample(now, min(3, len(now))):
                _answers(index, one)
        finally:
            index.close()

    _before: dict[str, str] = field(default_factory=dict)


def _answers(index: Index, one: Article) -> None:
    """A sentence of an article is found by itself first, word for word."""
    results = index.search(f"{one.source.title}: {one.text.partition('.')[0]}.", "en").interleaved
    assert results[0].article == one
    assert all(result.text == result.article.text[result.start : result.end] for result in results)


def struck(folder: Path, count: int, seed: int) -> Kills:
    """A home after so many kills, each of which left every article and only right answers."""
    for name in ("home", "corpus"):
        (folder / name).mkdir()
    (folder / "corpus" / "first.md").write_text("---\ntitle: First\nlanguage: en\n---\nThe first ferry sailed to Aalholm.\n")
    kills = Kills(Settings(home=folder / "home", corpus=folder / "corpus", cache=folder / "cache"), random.Random(seed))
    for _ in range(count):
        kills.strike()
    return kills


if __name__ == "__main__":
    home, corpus, cache, first, seed = sys.argv[1:]
    work(Settings(home=Path(home), corpus=Path(corpus), cache=Path(cache)), int(first), int(seed))
