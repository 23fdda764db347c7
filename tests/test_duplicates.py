"""Copies are known by address, by text and by what two texts share; reports of their own about one event are none."""

import random
import re
from itertools import combinations
from pathlib import Path

import pytest
from helpers import article

from corpus.article import Article
from corpus.duplicates import NEAR, Known, shared, shingles
from corpus.library import BUNDLED, load

STORY = [one for one in load(BUNDLED) if len(one.text.split()) >= 120]
EDITS = {
    "cut to two thirds": lambda words, luck: words[: len(words) * 2 // 3],
    "first sentences dropped": lambda words, luck: words[len(words) // 5 :],
    "a tenth of the words replaced": lambda words, luck: [
        luck.choice(words) if luck.random() < 0.1 else word for word in words
    ],
    "a word in twenty dropped": lambda words, luck: [word for word in words if luck.random() >= 0.05],
    "agency line and closing note added": lambda words, luck: [
        *"AALHOLM (HNA) -".split(),
        *words,
        *"Reporting by our staff.".split(),
    ],
    "inside a longer page": lambda words, luck: [*luck.choice(STORY).text.split()[:60], *words],
    "other quotes and dashes": lambda words, luck: re.sub("[\"'„“”‘’–—-]", "*", " ".join(words)).split(),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_copy_is_known(edit: str) -> None:
    luck = random.Random(7)
    chosen = luck.sample(STORY, 60)
    known = Known(STORY)
    right = 0
    for one in chosen:
        copy = " ".join(EDITS[edit](one.text.split(), luck))
        match = known.copy_of(article("new", copy, one.source.language))
        right += match is not None and match.article.id == one.id
    assert right >= 59, f"{edit}: {right} of {len(chosen)}"


def test_articles_of_one_story_are_no_copies_of_each_other() -> None:
    taken = {one.id: shingles(one.text) for one in STORY}
    pairs = list(combinations(STORY, 2))
    wrong = [(a.id, b.id) for a, b in pairs if shared(taken[a.id], taken[b.id]) >= NEAR]
    assert len(pairs) > 2500
    assert not wrong


def test_the_same_text_and_the_same_address_are_told_apart_from_near_copies() -> None:
    text = "\n\n".join(one.text for one in STORY[:2])
    kept = article("a", text, url="https://herald.example/letter?utm_source=feed#top")
    known = Known([kept])
    again = known.copy_of(article("b", text))
    assert again is not None
    assert (again.how, again.article.id) == ("text", "a")
    address = known.at("http://www.herald.example/letter")
    assert address is not None
    assert address.id == "a"
    assert known.at("https://herald.example/other") is None
    assert known.at(None) is None
    near = known.copy_of(article("b", text[: len(text) // 2]))
    assert near is not None
    assert near.how == "near"


def test_a_short_text_that_a_long_round_up_quotes_whole_is_no_copy_of_it() -> None:
    quoted, *others = (one.text for one in STORY[:8])
    round_up = article("round-up", "\n\n".join([quoted, *others]))
    assert Known([round_up]).copy_of(article("new", quoted)) is None
    assert Known([article("a", quoted)]).copy_of(round_up) is None


def test_what_is_added_is_known_next_time() -> None:
    first, second = STORY[0], STORY[1]
    known = Known([])
    assert known.copy_of(first) is None
    known.add(first)
    assert known.copy_of(article("new", first.text)) is not None
    assert known.copy_of(second) is None


def test_a_text_is_no_copy_of_itself_nor_a_few_common_words_of_anything() -> None:
    known = Known(STORY)
    assert all((match := known.copy_of(one)) is None or match.article.id != one.id for one in STORY[:5])
    assert known.copy_of(article("new", "TikTok said on Wednesday that it would comment later.")) is None
    empty: Article = article("new", "")
    assert known.copy_of(empty) is None


def test_kept_samples_find_the_same_copies(tmp_path: Path) -> None:
    luck = random.Random(3)
    file = tmp_path / "shingles.npz"
    Known(STORY[: len(STORY) // 2], file).keep()
    written = file.stat().st_mtime_ns
    known, kept = Known(STORY), Known(STORY, file)
    for one in luck.sample(STORY, 30):
        copy = article("copy", " ".join(EDITS["a tenth of the words replaced"](one.text.split(), luck)))
        assert kept.copy_of(copy) == known.copy_of(copy)
    kept.keep()
    assert file.stat().st_mtime_ns > written
    again = Known(STORY[5:], file)
    again.keep()
    assert [again.copy_of(article("copy", one.text)) is None for one in STORY[:10]] == [True] * 5 + [False] * 5


@pytest.mark.parametrize("data", [b"", b"PK\x05\x06" + bytes(18), b"no archive"])
def test_a_broken_file_of_samples_is_made_anew(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "shingles.npz"
    file.write_bytes(data)
    known = Known(STORY[:20], file)
    assert known.copy_of(article("copy", STORY[3].text)) is not None
    known.keep()
    assert Known(STORY[:20], file).copy_of(article("copy", STORY[3].text)) is not None
    file.write_bytes(file.read_bytes()[:-100])
    Known(STORY[:20], file).keep()
    assert [path.name for path in tmp_path.iterdir()] == ["shingles.npz"]
