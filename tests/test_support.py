"""Measuring the check: sets are read or refused by name, false statements are false, and the table counts them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from command import Command

from bot.evaluation.falsify import KINDS, Falsifier
from bot.evaluation.squad import DataError
from bot.evaluation.support import read_cases, support
from corpus.library import load
from index.values import values

DATA = Path(__file__).parent / "data" / "support.json"
ENTRY = {
    "id": "a",
    "kind": "paraphrase",
    "language": "en",
    "statement": "The Herald put the price at €340 million.",
    "quotes": [{"text": "The Herald put the price at 340 million euros.", "language": "en", "published": "2024-03-05"}],
    "actors": 1,
    "split": "dev",
}
FALSIFIER = Falsifier({"Northwind": (), "Baltica": ()}, {"en": ["Murdoch", "Karen Holt"], "de": ["Karen Holt"]})


@pytest.mark.parametrize(
    ("kind", "text", "language"),
    [
        ("number", "Northwind paid 340 million euros.", "en"),
        ("date", "Northwind paid on 5 March 2024.", "en"),
        ("date", "Northwind zahlte am 5. März 2024.", "de"),
        ("magnitude", "Northwind zahlte 340 Mio. Euro.", "de"),
    ],
)
def test_a_changed_value_is_another_one_and_the_same_each_time(kind: str, text: str, language: str) -> None:
    made = {FALSIFIER.false(kind, text, language, str(seed)) for seed in range(20)}
    again = {FALSIFIER.false(kind, text, language, str(seed)) for seed in range(20)}
    assert made == again
    assert None not in made
    plain = {(value.amount, value.date) for value in values(text, language)}
    assert all({(value.amount, value.date) for value in values(str(false), language)} != plain for false in made)


@pytest.mark.parametrize(
    ("kind", "text", "language", "expected"),
    [
        ("swap", "Northwind bought Baltica.", "en", "Baltica bought Northwind."),
        ("negation", "Northwind has bought Baltica.", "en", "Northwind has not bought Baltica."),
        ("negation", "Northwind hat die Baltica nicht gekauft.", "de", "Northwind hat die Baltica gekauft."),
        ("direction", "Fares rose.", "en", "Fares fell."),
        ("attribution", "Northwind denied it.", "en", "Northwind confirmed it."),
        ("attribution", "Northwind bestätigte es.", "de", "Northwind bestritt es."),
        ("magnitude", "It cost 3 million euros.", "en", "It cost 3 billion euros."),
        ("swap", "Northwind grew.", "en", None),
        ("number", "Fares rose.", "en", None),
    ],
)
def test_one_thing_is_changed(kind: str, text: str, language: str, expected: str | None) -> None:
    assert FALSIFIER.false(kind, text, language, "seed") == expected


def test_a_new_name_takes_the_place_of_another() -> None:
    assert FALSIFIER.false("name", "Here Northwind grew.", "en", "seed") in {"Here Murdoch grew.", "Here Karen Holt grew."}


def test_the_table_counts_what_is_stopped_and_what_is_lost(write_corpus: Callable[..., Path], tmp_path: Path) -> None:
    two = {**ENTRY, "id": "b", "statement": "Northwind's offer was for Baltica Ferries.", "actors": 2}
    two["quotes"] = [{"text": "Northwind offered to buy Baltica Ferries.", "language": "en", "published": None}]
    false = {**ENTRY, "id": "c", "kind": "number", "statement": "The Herald put the price at €341 million."}
    path = tmp_path / "set.json"
    path.write_text(json.dumps([ENTRY, two, false]), encoding="utf-8")
    rows = {row["statements"]: row for row in support(load(write_corpus()), [path]).rows}
    faithful = rows["faithful, en, dev (2)"]
    assert faithful["fewer than two actors: lost"].startswith(".000")
    assert faithful["two actors: lost"].startswith("1.00") and faithful["two actors: quote"].startswith("1.00")
    assert rows["false number, en, by hand, dev (1)"]["stopped"].startswith("1.00")
    by_rule = [name.split(",")[0].removeprefix("false ") for name in rows if "corpus by rule" in name]
    assert {"number", "date", "name", "negation"} <= set(by_rule) <= set(KINDS)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({**ENTRY, "kind": "poem"}, "entry 0: ValueError there is no kind 'poem'"),
        ({key: value for key, value in ENTRY.items() if key != "quotes"}, "entry 0: KeyError 'quotes'"),
        ({**ENTRY, "actors": "many"}, "entry 0: ValueError"),
        ({**ENTRY, "quotes": [{"text": "x", "language": "en", "published": "soon"}]}, "entry 0: ValueError"),
    ],
)
def test_a_set_of_another_form_is_refused_by_place(tmp_path: Path, entry: dict[str, object], said: str) -> None:
    path = tmp_path / "set.json"
    path.write_text(json.dumps([entry]), encoding="utf-8")
    with pytest.raises(DataError) as raised:
        read_cases(path)
    assert said in str(raised.value)


def test_the_command_prints_the_table(write_corpus: Callable[..., Path], tmp_path: Path, shared_cache: Path) -> None:
    path = tmp_path / "set.json"
    path.write_text(json.dumps([ENTRY]), encoding="utf-8")
    command = Command(tmp_path, shared_cache, write_corpus())
    ended = command.run("eval", "support", str(path), "--json").clean()
    assert json.loads(ended.out)["rows"]
    assert "faithful, en, dev (1)" in command.run("eval", "support", str(path)).clean().out
    path.write_text("nothing", encoding="utf-8")
    wrong = command.run("eval", "support", str(path)).clean()
    assert wrong.code == 1 and str(path) in wrong.err


def test_our_own_set_is_half_german_a_third_across_and_a_quarter_on_other_stories() -> None:
    own = [case for case in read_cases(DATA) if case.kind == "paraphrase" and case.split != "unseen"]
    assert len(own) >= 140
    assert len({case.id for case in read_cases(DATA)}) == len(read_cases(DATA))
    assert 0.45 <= sum(case.language == "de" for case in own) / len(own) <= 0.55
    assert sum(case.pair == "across" for case in own) / len(own) >= 0.3
    assert all(case.statement != quote.text for case in own for quote in case.quotes)
