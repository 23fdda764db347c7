"""dealbrief bench --scale: synthetic news from a seed, and every step of it measured."""

import json
from pathlib import Path

import pytest
from command import Command

from bot.evaluation.scale import ScaleError, sizes_of
from bot.evaluation.synthetic import article, questions, write_news
from corpus import load


def test_synthetic_news_are_articles_in_both_languages_and_the_same_each_time(tmp_path: Path) -> None:
    assert write_news(tmp_path / "a", 200) == 20
    write_news(tmp_path / "b", 200)
    found, again = load(tmp_path / "a"), load(tmp_path / "b")
    assert (found.articles, found.problems) == (again.articles, ())
    assert [one.source.language for one in found] == ["en", "de"] * 10
    assert len({one.source.title for one in found}) == 20
    assert {one.text.count("\n\n") for one in found} == {9}
    assert article(3) != article(3, seed=1)
    asked = questions(20, 10)
    assert len(set(asked)) == 10
    titles = " ".join(one.source.title for one in found)
    assert sum(any(word in titles for word in question.split() if word[0].isupper()) for question in asked) == 10


def test_every_step_is_measured_and_drawn_vectors_are_named(tmp_path: Path, shared_cache: Path) -> None:
    (tmp_path / "home").mkdir()
    options = ["--scale", "--passages", "10", "--embedded", "0", "--folder", str(tmp_path / "built"), "--json"]
    told = Command(tmp_path / "home", shared_cache).run("bench", *options)
    (row,) = json.loads(told.out)["rows"]
    assert (told.code, row["passages"], row["sentences"], row["vectors"]) == (0, 10, 50, "drawn")
    assert all(value > 0 for name, value in row.items() if isinstance(value, int | float) and "beyond" not in name)
    assert list((tmp_path / "built" / "10").glob("home/*/articles/*.md")) == []


@pytest.mark.parametrize("text", ["", "ten", "5", "100,,200", "-1"])
def test_sizes_that_are_none_are_one_sentence(text: str) -> None:
    with pytest.raises(ScaleError, match="Sizes are numbers from 10 on"):
        sizes_of(text)
    assert sizes_of("10,1000") == [10, 1000]
