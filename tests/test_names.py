"""Names, their comparison and order, and the nearest known word; no text makes them raise."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.names import actor_order, names, resolve, same_name
from index.spelling import closest, edit_distance

ALIASES = {
    "Donald Trump": ("Trump", "President Trump"),
    "Oracle": ("Oracle Corporation",),
    "TikTok": (),
    "United States": ("US", "U.S."),
    "Amazon": (),
    "European Commission": ("EU-Kommission",),
}
PIECES = st.sampled_from(
    "Oracle Oracles Trump US us U.S. TikTok-Gesetz Howard Lutnick's von de The Die - . ' & XX M2 8PM ß ² \0".split()
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=12).map(" ".join), st.lists(PIECES, max_size=12).map("".join))
WORDS = st.text("abcd", max_size=7)


def found(text: str, language: str, aliases: dict[str, tuple[str, ...]] | None = None) -> list[str]:
    return [name.text for name in names(text, language, aliases)]


@given(TEXTS, st.sampled_from(["en", "de", None]), st.sampled_from([None, ALIASES]))
def test_no_text_raises_and_names_stand_in_order_without_overlap(
    text: str, language: str | None, aliases: dict[str, tuple[str, ...]] | None
) -> None:
    these = names(text, language, aliases)
    assert all(name.text == text[name.start : name.end] and name.text and name.canonical for name in these)
    assert all(one.end <= other.start for one, other in pairwise(these))
    assert len(resolve(these)) == len(these)
    actor_order(text, language, aliases)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It was Howard Lutnick who met Andreessen Horowitz.", ["Howard Lutnick", "Andreessen Horowitz"]),
        ("Investors of TikTok and ByteDance used M2 at CFIUS.", ["TikTok", "ByteDance", "M2", "CFIUS"]),
        ("In May the American law pleased Germany on Monday.", ["Germany"]),
        ("The Department of Justice and Robert De Niro", ["Department of Justice", "Robert De Niro"]),
        ("Ludwig van Beethoven and J.D. Vance", ["Ludwig van Beethoven", "J.D. Vance"]),
        ("Frank McCourt's Project Liberty", ["Frank McCourt", "Project Liberty"]),
        ("President Macron and Senator Mark Warner", ["Macron", "Mark Warner"]),
        ("It belongs to Harbor LLC. Timothy Dattels agreed.", ["Harbor LLC", "Timothy Dattels"]),
        ("Whether Monolith pays in Q1 is open.", ["Monolith"]),
        ("Two weeks later it ended.", []),
    ],
)
def test_english_names(text: str, expected: list[str]) -> None:
    assert found(text, "en") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Der Verkauf der Anteile begann Ende April.", []),
        ("Im XX. Jahrhundert zahlten die Nutzer 20 Millionen Euro.", []),
        ("Der Kauf von Anteilen durch ByteDance und CFIUS.", ["ByteDance", "CFIUS"]),
        ("Laut Howard Lutnick will Präsident Macron verkaufen.", ["Howard Lutnick", "Macron"]),
        ("Der TikTok-Chef Shou Chew und TikToks Algorithmus", ["TikTok", "Shou Chew", "TikToks"]),
        ("Mehrere Medien und die NutzerInnen klagen.", []),
        ("Zwei Aktionäre klagen.", []),
    ],
)
def test_german_names(text: str, expected: list[str]) -> None:
    assert found(text, "de") == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("President Trump met Oracle Corporation's board.", "en", ["donald trump", "oracle"]),
        ("Der Konzern Amazon und Trumps Zölle", "de", ["amazon", "donald trump"]),
        ("Das TikTok-Gesetz der EU-Kommission", "de", ["tiktok", "european commission"]),
        ("who bought tiktok, tell us, trump?", "en", ["tiktok", "donald trump"]),
        ("The U.S. government", "en", ["united states"]),
        ("an oracle in Delphi", "en", ["delphi"]),
        ("Melania Trump spoke", "en", ["melania trump"]),
    ],
)
def test_aliases_give_the_name_of_the_actor(text: str, language: str, expected: list[str]) -> None:
    assert [name.canonical for name in names(text, language, ALIASES)] == expected


def test_same_name_is_whole_words_of_the_other_without_genitive() -> None:
    assert same_name("Howard Lutnick", "Lutnick's") and same_name("TikToks", "TikTok") and same_name("Müller", "Mueller")
    assert not same_name("Lutnick", "Lut") and not same_name("Howard Lutnick", "Howard Marks") and not same_name("", "Trump")


def test_a_last_name_is_resolved_where_one_full_name_ends_in_it() -> None:
    text = "It was Howard Lutnick, and later Lutnick again, not Marks."
    assert [name.canonical for name in resolve(names(text, "en"))] == ["howard lutnick", "howard lutnick", "marks"]
    assert resolve(names(text, "en"), ["howard marks"])[-1].canonical == "howard marks"
    assert resolve(names(text, "en"), ["howard marks", "groucho marks"])[-1].canonical == "marks"


def test_actors_stand_in_order_of_first_appearance_and_once() -> None:
    text = "Oracle was bought by Howard Lutnick; Lutnick then sold Oracle's shares to Amazon."
    assert actor_order(text, "en", ALIASES) == ("oracle", "howard lutnick", "amazon")


@given(WORDS, WORDS)
def test_edit_distance_is_symmetric_and_bounded(a: str, b: str) -> None:
    distance = edit_distance(a, b, 2)
    assert distance == edit_distance(b, a, 2) <= 3
    assert (distance == 0) == (a == b)
    assert distance >= min(3, abs(len(a) - len(b)))


@given(WORDS, WORDS)
def test_edit_distance_is_the_unbounded_one_up_to_its_limit(a: str, b: str) -> None:
    assert edit_distance(a, b, 2) == min(3, edit_distance(a, b, 20))


@pytest.mark.parametrize(
    ("a", "b", "distance"),
    [("lutnick", "lutnikc", 1), ("oracle", "orcale", 1), ("abc", "abcd", 1), ("abcd", "badc", 2), ("a", "wxyz", 3)],
)
def test_edit_distance(a: str, b: str, distance: int) -> None:
    assert edit_distance(a, b) == distance


@pytest.mark.parametrize(
    ("word", "vocabulary", "expected"),
    [
        ("Bytedanse", ["byte", "bytedance"], "bytedance"),
        ("bitedanse", ["bytedance"], "bytedance"),
        ("orcale", ["miracle", "oracle"], "oracle"),
        ("meto", ["meta"], None),
        ("orakel", ["oracle"], None),
        ("boracle", ["xoracle", "borakle"], "borakle"),
        ("sales", ["sales", "saless"], "sales"),
        ("bales", ["tales", "sales"], "tales"),
        ("oracle", [], None),
    ],
)
def test_closest(word: str, vocabulary: list[str], expected: str | None) -> None:
    assert closest(word, vocabulary) == expected
