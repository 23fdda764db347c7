"""Sentences that say the same become one claim; sentences that contradict each other are told apart from both."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.cli import app
from bot.evaluation.claims import judge, read_pairs
from bot.evaluation.squad import DataError
from corpus.article import Article, Note, PartialDate, Source
from index.agreement import clash, says_the_same
from index.claims import ClaimMaker, corrects
from index.conflicts import Conflict, conflicts, points
from index.e5 import BundledE5
from index.embedder import wrap
from index.saying import Saying, understand, voiced
from index.search import SearchResult

PAIRS = Path(__file__).parent / "data" / "claim_pairs.json"
ACTORS = {"Northwind": ("Northwind Lines",), "Kestrel Bank": (), "Harbour Post": ()}


def saying(text: str, language: str = "en") -> Saying:
    return understand(text, language, ACTORS)


def found(text: str, publisher: str, language: str = "en", published: str | None = None) -> SearchResult:
    """A sentence that is an article by itself."""
    date = PartialDate.parse(published) if published else None
    source = Source(f"{publisher}: {text}", "Title", publisher, language, published=date)
    return SearchResult(Article(source, text), 0, len(text), None, 0, len(text), 1.0, {})


def maker(near: float | None = 0.8) -> ClaimMaker:
    nearness: Callable[[SearchResult, SearchResult], float] | None = None if near is None else lambda a, b: near
    return ClaimMaker(ACTORS, lambda article: article.source.publisher or "", nearness)


def clashed(first: str, second: str, languages: tuple[str, str] = ("en", "en"), near: float = 0.8) -> str | None:
    found = clash(saying(first, languages[0]), saying(second, languages[1]), lambda: near)
    return found.kind if found else None


@pytest.mark.parametrize(
    ("kind", "first", "second", "languages"),
    [
        ("figure", "Northwind paid 40 million euros for the ferry line.", "Northwind paid 55 million euros for the ferry line.", "en en"),
        ("figure", "The fire killed four workers at Northwind.", "Beim Brand bei Northwind starben sechs Arbeiter.", "en de"),
        ("figure", "Northwind's sales were 7 to 8 million euros in 2024.", "Northwind's sales were 9 million euros in 2024.", "en en"),
        ("date", "Northwind signed the lease of the quay on 3 June 2024.", "Northwind signed the lease of the quay on 11 June 2024.", "en en"),
        ("date", "Northwind signed the lease on 3 June 2024.", "Northwind signed the lease on 3 June 2025.", "en en"),
        ("fact", "Northwind's profit rose in the first quarter of 2023.", "Northwind's profit fell in the first quarter of 2023.", "en en"),
        ("fact", "Der Gewinn von Northwind ist im Mai 2023 gesunken.", "Northwind's profit rose in May 2023.", "de en"),
        ("fact", "Half of Northwind's revenue goes to the town.", "Half of Northwind's profit goes to the town.", "en en"),
        ("fact", "The fine is the second-highest for Northwind.", "The fine is the third-highest for Northwind.", "en en"),
        ("fact", "Northwind kaufte den Hafen von Aalholm.", "Northwind bestritt, den Hafen von Aalholm gekauft zu haben.", "de de"),
        ("scope", "All ferries of Northwind are back at sea.", "Only part of the ferries of Northwind is back at sea.", "en en"),
        ("fact", "The order of May leaves open who controls the harbour of Aalholm.", "Northwind must control the harbour of Aalholm.", "en en"),
        ("fact", "Die Stadt ließ offen, wer den Hafen von Aalholm betreibt.", "Northwind betreibt laut Harbour Post den Hafen von Aalholm.", "de de"),
        ("fact", "The town gave no reason why Northwind lost the quay of Brekke.", "Northwind lost the quay of Brekke because the rent was late.", "en en"),
        ("date", "The first delay for Northwind ran out on 4 April 2025.", "The first delay for Northwind was to last until 5 April 2025.", "en en"),
        ("figure", "Northwind's users were 20 million in May 2024.", "Northwind's users were 30 million in 2024.", "en en"),
        ("figure", "Northwind is worth 30 to 40 million euros.", "Northwind is worth 40 to 50 million euros.", "en en"),
        ("date", "Northwind, which later sued, bought the ferry line on 3 May 2024.", "Northwind bought the ferry line on 5 May 2024.", "en en"),
        (
            "fact",
            "Maria Feld does not lead the harbour committee of Northwind, but Jonas Wirth; a guide is wrong.",
            "Maria Feld leads the harbour committee of Northwind with Jonas Wirth.",
            "en en",
        ),
        ("attribution", "The expedition to Brekke was led by Maria Feld.", "The leader of the expedition to Brekke was Jonas Wirth.", "en en"),
    ],
)  # fmt: skip
def test_contradictions_are_told_by_their_kind(kind: str, first: str, second: str, languages: str) -> None:
    one, other = languages.split()
    assert clashed(first, second, (one, other)) == kind
    assert clashed(second, first, (other, one)) == kind


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Northwind has 40 users in Austria.", "Northwind has 25 users in Switzerland."),
        ("Northwind's sales were 9 million euros in 2024.", "Northwind's sales were 12 million euros in 2025."),
        ("Northwind's sales were 9 million euros.", "Northwind's profit was 5 million euros."),
        ("Each holder has 15 percent of Northwind.", "The holders together have 45 percent of Northwind."),
        ("Northwind has over 20 million users.", "Northwind has 25 million users."),
        ("Northwind's second delay gave it 75 days.", "Northwind's third delay gave it 90 days."),
        ("Kestrel Bank bid 20 million euros.", "Northwind bid 30 million euros."),
        ("Northwind aims at 17 million euros of sales in 2024.", "Northwind's sales were 9 million euros in 2024."),
        ("Northwind's stock rose on 2 April 2024.", "Northwind's stock fell on 3 April 2024."),
        (
            "City Order 12 moved the limit for Northwind to 5 April 2024.",
            "City Order 13 moved the limit for Northwind to 19 April 2024.",
        ),
        ("Northwind's sales were 9 million euros in 2024.", "Northwind's advertising sales were 5 million euros in 2024."),
        ("Northwind gave 20 percent to the town of Brekke.", "Northwind gave the harbour of Brekke 30 percent."),
        ("Northwind would close if the town approved the tax.", "The town of Northwind did not approve the tax."),
        (
            "Northwind paid a fine of 530 million euros in 2024.",
            "Northwind's fine of 2024 consists of 485 million euros for waste and 45 million for noise.",
        ),
        ("Northwind takes a commission of 9 percent.", "Northwind takes a commission of 7 percent on fish."),
        ("Northwind's sales were 9 million euros in 2024.", "Northwind's sales were 7 million euros a day in 2024."),
        (
            "Kestrel Bank sued Northwind over the lease of the quay on 17 July 2024.",
            "Northwind sued Kestrel Bank over the lease of the quay on 26 August 2024.",
        ),
        ("The court largely upheld the finding on Northwind.", "The court annulled the finding on Northwind's fine."),
        (
            "Maria Feld of Northwind denied that the ferries carry arms to Brekke.",
            "Maria Feld said the ferries of Northwind move to the harbour.",
        ),
        (
            "The owner of the quay of Aalholm is Jonas Wirth, Harbour Post wrote.",
            "Maria Feld said that Kestrel Bank could be the owner of the quay of Aalholm.",
        ),
        (
            "Maria Feld does not lead the whole board of Northwind, but its harbour committee; a guide is wrong.",
            "Maria Feld leads the harbour committee of Northwind.",
        ),
    ],
)
def test_other_quantities_times_and_actors_do_not_contradict(first: str, second: str) -> None:
    assert clashed(first, second) is None
    assert not says_the_same(saying(first), saying(second), lambda: 0.8)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            "The town leaves open who controls the harbour of Aalholm.",
            "Who controls the harbour of Aalholm is an open question.",
        ),
        (
            "Treasurer Maria Feld spoke in May 2024 of 20,000 new jobs from the Kestrel Bank plan for Northwind, according to Harbour Post.",
            "Treasurer Maria Feld spoke of 20,000 new jobs from the Northwind plan on 3 May 2024; the version named by Kestrel Bank five days later promised 25,000.",
        ),
        ("Northwind said no more than that the harbour closed in May.", "Northwind said that the harbour closed in May."),
    ],
)
def test_two_wordings_of_one_statement_do_not_contradict(first: str, second: str) -> None:
    assert clashed(first, second) is None


def test_sentences_far_from_each_other_do_not_contradict() -> None:
    pair = "Northwind paid 40 million euros for the line.", "Northwind paid 55 million euros for the line."
    assert clashed(*pair, near=0.3) is None


@pytest.mark.parametrize(
    ("first", "second", "languages"),
    [
        ("Kestrel Bank has agreed to buy Northwind for 1.2 billion pounds.", "Northwind goes to Kestrel Bank for £1.2bn.", "en en"),
        ("Northwind fell by 530 million euros.", "Northwind sank um 530 Mio. Euro.", "en de"),
        ("Laut Harbour Post schließt Northwind den Hafen.", "Northwind schließt den Hafen, berichtete Harbour Post.", "de de"),
        ("What Northwind paid is not known.", "Was Northwind zahlte, ist unbekannt.", "en de"),
    ],
)  # fmt: skip
def test_paraphrases_say_the_same(first: str, second: str, languages: str) -> None:
    one, other = languages.split()
    assert says_the_same(saying(first, one), saying(second, other), lambda: 0.85)


def test_nearness_alone_does_not_merge() -> None:
    assert not says_the_same(saying("Northwind paid 40 euros."), saying("Northwind paid 50 euros."), lambda: 1.0)
    assert not says_the_same(saying("Northwind did not pay."), saying("Northwind paid the tax."), lambda: 1.0)
    assert not says_the_same(saying("Kestrel Bank paid the tax."), saying("Northwind paid the tax."), lambda: 1.0)


def test_without_token_vectors_words_decide_within_a_language_only() -> None:
    one = saying("Northwind will close the old harbour of Aalholm for repairs.")
    assert says_the_same(one, saying("The old harbour of Aalholm will be closed by Northwind for repairs."))
    assert not says_the_same(one, saying("Northwind schließt den alten Hafen.", "de"))


def test_a_claim_counts_each_origin_once_and_is_shown_by_a_sentence_with_all_figures() -> None:
    one = found("Northwind sold the ferry to Kestrel Bank for 40 million euros.", "Harbour Post")
    two = found("Northwind sold Kestrel Bank the ferry.", "Daily Tide")
    claims = maker(0.9).claims([one, two, found(two.text, "Daily Tide")])
    assert [claim.representative.text for claim in claims] == [one.text]
    assert sorted(claims[0].origins) == ["Daily Tide", "Harbour Post"]


def test_a_copy_is_not_cited_before_the_first_report() -> None:
    text = "Northwind sold the ferry to Kestrel Bank for 40 million euros."
    first, copy = found(text, "Harbour Post", published="2024-05-02"), found(text, "Daily Tide", published="2024-05-03")
    (claim,) = ClaimMaker(ACTORS, lambda article: "harbour post").claims([copy, first])
    assert claim.representative == first and claim.origins == ("harbour post",)
    (claim,) = maker().claims([first, copy])
    assert claim.representative == copy


def test_a_correction_does_not_carry_the_error_that_it_names() -> None:
    wrong = found("Northwind sold the ferry for 31 million euros.", "Daily Tide")
    right = found("Northwind sold the ferry for 40 million euros; the 31 million of the Daily Tide are wrong.", "Harbour Post")
    for order in ([wrong, right], [right, wrong]):
        assert [claim.origins for claim in maker(0.95).claims(order)] == [
            (result.article.source.publisher,) for result in order
        ]


def test_who_only_reports_is_no_actor() -> None:
    assert saying("According to Harbour Post, Northwind closed the line.").actors == ("northwind",)
    assert saying("Northwind schloss die Linie, berichtete Harbour Post.", "de").actors == ("northwind",)
    assert "northwind" in saying("Northwind was fined by the town.").actors
    assert "kestrel bank" in saying("Das ist so viel wie die 20 Millionen von Kestrel Bank, schrieb das Blatt.", "de").actors


def test_the_day_of_a_main_clause_behind_a_subordinate_one_is_a_date() -> None:
    told = saying("Obwohl die Stadt klagte, gab Northwind den Hafen am 3. Mai 2024 zurück.", "de")
    assert [str(value.date) for value in told.dates] == ["2024-05-03"]
    assert not saying("Northwind achte das Recht, erklärte die Stadt Aalholm am 3. Mai 2024.", "de").dates


def test_who_publishes_only_reports_unless_it_acts() -> None:
    told = understand(
        "The Daily Tide had 20 users at Northwind, Skagen.no 30.", "en", ACTORS, voices=voiced({"The Daily Tide", "Skagen.no"})
    )
    assert told.actors == ("northwind",)
    assert told.reporters == {"daily tide", "skagen"}


def test_sentences_of_dossiers_contradict_each_other_only_if_they_rest_on_different_notes() -> None:
    def noted(text: str, *publishers: str) -> SearchResult:
        notes = tuple(Note(len(text), Source(name, "Title", name, "en")) for name in publishers)
        article = Article(Source(text, "Title", "Dealbrief", "en", "dossier"), text, notes)
        return SearchResult(article, 0, len(text), None, 0, len(text), 1.0, {})

    one, other = "Northwind paid 40 million euros for the ferry line.", "Northwind paid 55 million euros for the ferry line."
    assert maker().clash(noted(one, "Harbour Post"), noted(other, "Daily Tide"))
    assert not maker().clash(noted(one, "Harbour Post"), noted(other, "Harbour Post"))
    assert not maker().clash(noted(one), noted(other))
    assert maker().clash(noted(one, "Harbour Post"), found(other, "Harbour Post"))


def test_one_point_told_in_two_languages_is_one_dispute() -> None:
    told = [
        Conflict("fact", found("Northwind paid.", "A"), found("Northwind did not pay.", "B"), ("yes", "no"), 0.9),
        Conflict(
            "fact", found("Northwind zahlte.", "C", "de"), found("Northwind zahlte nicht.", "D", "de"), ("yes", "no"), 0.8
        ),
        Conflict("fact", found("Kestrel Bank bid.", "A"), found("Kestrel Bank did not bid.", "B"), ("yes", "no"), 0.7),
    ]
    assert [len(point) for point in points(told, lambda a, b: "Northwind" in a.text and "Northwind" in b.text)] == [2, 1]


def test_the_scope_of_one_thing_is_one_dispute_in_both_languages() -> None:
    told = [
        Conflict("scope", found("All of it.", "A"), found("Part of it.", "B"), ("whole", "part"), 0.9),
        Conflict("scope", found("Ein Teil davon.", "C", "de"), found("Alles davon.", "D", "de"), ("part", "whole"), 0.8),
    ]
    for nearness, count in ((0.75, 1), (0.6, 2)):
        assert len(points(told, lambda a, b: False, lambda a, b, near=nearness: near)) == count


def test_what_one_sentence_tells_both_sides_of_is_one_dispute() -> None:
    both = found("A says the third of May, B the fourth.", "C")
    told = [
        Conflict("date", found("It was on the third.", "A"), both, ("2024-05-03", "2024-05-04"), 0.9, frozenset("a"), True),
        Conflict("date", both, found("It was on the fourth.", "B"), ("2024-05-03", "2024-05-04"), 0.8, frozenset("b"), True),
    ]
    assert len(points(told, lambda a, b: False)) == 1


STORY = [
    found("Northwind paid 40 million euros for the ferry line of Aalholm.", "Harbour Post"),
    found("The ferry line of Aalholm cost Northwind 55 million euros.", "Daily Tide"),
    found("Northwind paid 55 million euros for the ferry line of Aalholm.", "Harbour Post"),
    found("The weather on Brekke was mild.", "Daily Tide"),
]


def test_conflicts_are_found_between_different_reporting_only() -> None:
    got = conflicts(maker(), STORY + [found(f"Sentence {i} tells of something else.", f"P{i}") for i in range(60)])
    assert {(c.first.article.source.publisher, c.second.article.source.publisher) for c in got} == {
        ("Harbour Post", "Daily Tide")
    }
    assert {c.kind for c in got} == {"figure"}
    assert {frozenset(c.sides) for c in got} == {frozenset({"40000000 EUR", "55000000 EUR"})}
    assert len(points(got, maker().alike)) == 1


def test_a_correction_is_named() -> None:
    wrong = found(
        "Daily Tide wrongly gave 40 million euros for the ferry line; Northwind paid 55 million euros.", "Harbour Post"
    )
    right = found("Northwind paid 40 million euros for the ferry line of Aalholm.", "Daily Tide")
    assert corrects(wrong.text)
    assert not corrects(right.text)
    fillers = [found(f"Sentence {i} tells of something else.", f"P{i}") for i in range(60)]
    assert [c.correction for c in conflicts(maker(), [wrong, right, *fillers])] == [wrong]


def test_without_token_vectors_no_conflict_is_named() -> None:
    assert conflicts(maker(None), STORY) == []


@settings(deadline=None, max_examples=25)
@given(st.lists(st.sampled_from([*STORY]), max_size=6))
def test_conflicts_do_not_depend_on_the_order_of_sentences(sentences: list[SearchResult]) -> None:
    unique = list({result.key: result for result in sentences}.values())
    fillers = [found(f"Sentence {i} tells of something else.", f"P{i}") for i in range(40)]

    def kinds(order: list[SearchResult]) -> set[tuple[str, frozenset[str]]]:
        return {(c.kind, frozenset({c.first.text, c.second.text})) for c in conflicts(maker(), order + fillers)}

    assert kinds(unique) == kinds(unique[::-1])


def test_the_pairs_are_many_and_of_all_kinds() -> None:
    pairs = read_pairs(PAIRS)
    assert len(pairs) >= 300
    assert len({pair["id"] for pair in pairs}) == len(pairs)
    kinds = {(pair["label"], pair["first"]["language"] == pair["second"]["language"]) for pair in pairs}
    assert len(kinds) == 6


def test_few_of_the_pairs_are_wrongly_merged(engine: BundledE5) -> None:
    pairs = [pair for pair in read_pairs(PAIRS) if pair.get("split") == "dev"]
    judged = judge(wrap(engine, engine.id), {}, pairs)
    merged = [pair for pair in judged if pair.found == "same"]
    assert sum(pair.label == "same" for pair in merged) >= 0.85 * len(merged)
    assert len(merged) >= 0.5 * sum(pair.label == "same" for pair in judged)


@pytest.mark.parametrize(
    "broken",
    [
        "[",
        '[{"id": "a", "label": "maybe", "first": {}, "second": {}}]',
        '[{"id": "a", "label": "same", "first": {"text": "", "language": "en"}, "second": {"text": "x", "language": "en"}}]',
        '[{"id": "a", "label": "same"}]',
    ],
)
def test_a_broken_file_of_pairs_is_one_sentence(broken: str, tmp_path: Path) -> None:
    (tmp_path / "pairs.json").write_text(broken, encoding="utf-8")
    with pytest.raises(DataError, match=r"pairs\.json"):
        read_pairs(tmp_path / "pairs.json")


def test_the_command_prints_a_row_for_each_pair_of_languages(tmp_path: Path) -> None:
    pairs = read_pairs(PAIRS)[:6]
    (tmp_path / "pairs.json").write_text(json.dumps(pairs), encoding="utf-8")
    result = CliRunner().invoke(app, ["--home", str(tmp_path), "eval", "claims", str(tmp_path / "pairs.json"), "--json"])
    assert result.exit_code == 0, result.output
    rows = json.loads(result.output)["rows"]
    assert sum(int(row["pairs"].rpartition("(")[2].rstrip(")")) for row in rows if row["pairs"].startswith("all")) == len(pairs)
