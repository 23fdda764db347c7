"""Timeline and changes of a small story: what is in them, in which order, and what bad input gets."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from contract import check_answer
from harbour import ARTICLES
from hypothesis import given
from hypothesis import strategies as st

from bot import BriefingError, Chatbot, Settings
from bot.disagreement import disputes
from bot.knowledge import check_range, read_date
from bot.products import Briefing
from bot.wording import say
from corpus.article import PartialDate
from corpus.library import Library
from index.conflicts import Conflict


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory, shared_cache: Path) -> Iterator[Chatbot]:
    """A chatbot over twelve articles about the sale of a ferry line."""
    folder = tmp_path_factory.mktemp("harbour")
    for name, text in ARTICLES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    opened = Chatbot.open(Settings(corpus=folder, home=tmp_path_factory.mktemp("home"), cache=shared_cache), quiet=True)
    yield opened
    opened.close()


def check_briefing(briefing: Briefing, library: Library) -> None:
    """The contract: every statement is its first quote, every quote stands, numbers run from 1 on and are all used."""
    met: list[int] = []
    for statement in briefing.statements:
        assert statement.check.verdict == "verbatim"
        assert statement.text == statement.citations[0].quote
        for citation in statement.citations:
            assert citation.holds_in(library.get(citation.source.id))
            met += [citation.number] if citation.number not in met else []
    assert met == list(range(1, len(met) + 1))
    assert [citation.number for citation in briefing.citations] == met
    for entry in briefing.entries:
        assert entry.stated in entry.statement.text


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_timeline_is_in_order_in_one_language_and_keeps_the_contract(bot: Chatbot, language: str) -> None:
    made = bot.briefer.timeline(language)
    check_briefing(made, bot.library)
    happened, planned = (list(section.entries) for section in made.sections)
    days = [entry.date.first for entry in happened if entry.date]
    assert days == sorted(days) and len(days) == len(happened) >= 6
    assert [entry.when for entry in planned] == ["2025-05-01"]
    assert {c.source.language for c in made.citations} == {language}


def test_a_relative_date_is_resolved_and_stated_as_it_stands(bot: Chatbot) -> None:
    entries = bot.briefer.timeline("en", end=PartialDate(2024, 3, 4)).entries
    assert [entry.when for entry in entries] == ["2024-03-04"]


def test_support_is_counted_over_both_languages(bot: Chatbot) -> None:
    said = next(entry for entry in bot.briefer.timeline("en").entries if "Mayor Ingrid Solberg" in entry.statement.text)
    assert said.origins == 2  # The Herald and Der Hafenbote


def test_a_range_cuts_and_a_subject_restricts(bot: Chatbot) -> None:
    spring = bot.briefer.timeline("en", start=PartialDate(2024, 4), end=PartialDate(2024, 4))
    assert {entry.when for entry in spring.entries} == {"2024-04-02"}
    union = bot.briefer.timeline("en", about="Seafarers' Union")
    assert any("Union" in entry.statement.text for entry in union.entries)
    assert len(list(union.entries)) < len(list(bot.briefer.timeline("en").entries))
    for part in ("Gewerkschaft", "Seeleute"):  # in German a part of a longer word is said too
        (demand,) = bot.briefer.timeline("de", about=part).entries
        assert "Seeleutegewerkschaft" in demand.statement.text


def test_changes_come_newest_first_with_what_lies_ahead_apart(bot: Chatbot) -> None:
    made = bot.briefer.changes("de", PartialDate(2024, 6))
    check_briefing(made, bot.library)
    happened = next(section for section in made.sections if section.key == "changes_happened")
    days = [entry.date.first for entry in happened.entries if entry.date]
    assert days == sorted(days, reverse=True)
    assert min(days).month >= 6
    ahead = next(section for section in made.sections if section.key == "changes_ahead")
    assert "1. Mai 2025" in ahead.entries[0].statement.text


def test_nothing_in_a_time_is_said_and_not_invented(bot: Chatbot) -> None:
    made = bot.briefer.timeline("en", start=PartialDate(2040))
    assert made.sections == () and made.statements == ()
    assert made.notices[0] == "The corpus tells of no dated event there."


def test_a_language_without_articles_gets_the_other_one_with_a_notice(
    write_corpus: Callable[..., Path], tmp_path: Path
) -> None:
    folder = write_corpus({name: text for name, text in ARTICLES.items() if not name.startswith("de/")})
    opened = Chatbot.open(Settings(corpus=folder, home=tmp_path / "home"), quiet=True)
    made = opened.briefer.timeline("de")
    opened.close()
    assert made.language == "de" and "Quelle auf Englisch." in made.notices
    assert {citation.source.language for citation in made.citations} == {"en"}


def test_a_subject_of_which_nothing_is_said_is_an_error(bot: Chatbot) -> None:
    with pytest.raises(BriefingError, match="says nothing about 'penguins of Antarctica'"):
        bot.briefer.timeline("en", about="penguins of Antarctica")


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_brief_has_a_section_for_all_that_the_corpus_carries(bot: Chatbot, language: str) -> None:
    made = bot.briefer.brief(language)
    check_briefing(made, bot.library)
    found = {section.key: [entry.statement.text for entry in section.entries] for section in made.sections}
    word = {"en": ("offered", "belonged", "not known", "terminal"), "de": ("bot", "gehört", "nicht bekannt", "Anleger")}[
        language
    ]
    assert len(found["brief_about"]) == 2
    together = found["brief_about"] + found["brief_stands"] + found["brief_history"]
    assert any(word[0] in text for text in together) and any(word[1] in text for text in together)
    assert any(word[2] in text for text in found["brief_unknown"])
    assert word[3] in found["brief_next"][0]
    assert found["brief_figures"] and found["brief_actors"]
    shown = [statement.text for entry in made.entries if entry.kind != "conflict" for statement in entry.statements]
    assert len(shown) == len(set(shown))


def test_the_brief_of_then_uses_only_what_was_known_then(bot: Chatbot) -> None:
    then = PartialDate(2024, 4, 30)
    made = bot.briefer.brief("en", as_of=then)
    check_briefing(made, bot.library)
    assert made.sections
    assert made.as_of == then and "As of 30 April 2024." in made.notices
    for citation in made.citations:
        assert citation.source.published is None or citation.source.published.first <= then.last
        assert "June" not in citation.quote


def test_a_short_brief_is_shorter_and_a_subject_restricts_it(bot: Chatbot) -> None:
    page, short = (bot.briefer.brief("en", length=length) for length in ("page", "short"))
    assert len(list(short.entries)) <= len(list(page.entries))
    assert all(len(section.entries) <= (5 if section.key == "brief_history" else 3) for section in short.sections)
    union = bot.briefer.brief("en", about="Seafarers' Union")
    assert all("Union" in s.text or "union" in s.text for s in union.statements)


def test_disputes_show_each_side_once_and_what_shows_an_error_first(bot: Chatbot) -> None:
    known = bot.briefer.known
    high = next(told.result for told in known.told if "325 million" in told.result.text)
    low = next(told.result for told in known.told if "310 million" in told.result.text)
    point = [Conflict("figure", high, low, ("325", "310"), 0.9), Conflict("figure", low, high, ("310", "325"), 0.8)]
    ((kind, entry),) = disputes([point], bot.library, "en")
    assert kind == "figure" and entry.remark == "The figures differ."
    assert [statement.text for statement in entry.statements] == [high.text, low.text]
    assert disputes([point], bot.library, "en", frozenset({("x", 1)})) == []
    ((_, german),) = disputes([point], bot.library, "de")  # what only the other language has is shown in that
    assert german.remark == "Die Zahlen gehen auseinander." and german.statement.text == high.text


def test_disputes_keep_the_contract_or_say_that_there_are_none(bot: Chatbot) -> None:
    made = bot.briefer.disputes("en")
    check_briefing(made, bot.library)
    assert made.sections or made.notices[0] == "No reports that contradict each other were found."
    assert all(entry.remark and entry.others for entry in made.entries)


@pytest.mark.parametrize(
    ("question", "least"),
    [
        ("Bring me up to date", 4),
        ("Fass die Geschichte in drei Sätzen zusammen.", 3),
        ("Give me a timeline", 5),
        ("Was ist seit Juni 2024 passiert?", 2),
    ],
)
def test_a_chat_answers_a_request_with_the_briefing(bot: Chatbot, question: str, least: int) -> None:
    answer = bot.ask(question)
    check_answer(answer, bot.library)
    assert answer.answered and least <= len(answer.statements) <= 8


def test_a_request_about_nothing_known_is_a_question_like_others(bot: Chatbot) -> None:
    answer = bot.ask("Give me a timeline of the penguins of Antarctica")
    check_answer(answer, bot.library)
    assert answer.kind == "refusal"


@pytest.mark.parametrize("text", ["31 February", "2025-02-30", "soon", "", "2025-13", "3 and 4 April 2025", "99", "5/4/2025"])
def test_a_date_that_is_none_is_one_sentence(text: str) -> None:
    with pytest.raises(BriefingError, match="no date of the calendar"):
        read_date(text)


@given(st.dates())
def test_a_date_is_read_as_it_is_written(day: object) -> None:
    assert str(read_date(str(day))) == str(day)


@pytest.mark.parametrize("text", ["5 April 2025", "April 5, 2025", "5. April 2025", "05.04.2025", "2025-04-05"])
def test_a_typed_date_may_have_any_form(text: str) -> None:
    assert read_date(text) == PartialDate(2025, 4, 5)


def test_a_range_upside_down_is_one_sentence() -> None:
    with pytest.raises(BriefingError, match="upside down: 2026 is after 2025"):
        check_range(PartialDate(2026), PartialDate(2025))
    check_range(PartialDate(2025), PartialDate(2025, 4))


def test_changes_set_what_confirms_or_overturns_beside_what_was_told_before(tmp_path: Path, shared_cache: Path) -> None:
    articles = {
        "a.md": "The port of Aalholm fined Northwind Lines 40 million euros on 3 March 2023 over the oil in the harbour.",
        "b.md": "A court in Aalholm annulled the fine of Northwind Lines of 40 million euros over the oil in the harbour on 5 May 2024.",
        "c.md": "The port of Aalholm fined Kestrel Bank 7 million euros on 9 March 2023 over the lights in the harbour.",
    }
    for name, text in articles.items():
        (tmp_path / name).write_text(f"---\ntitle: {name}\npublisher: {name}\nlanguage: en\n---\n{text}\n", encoding="utf-8")
    with Chatbot.open(Settings(corpus=tmp_path, home=tmp_path / "home", cache=shared_cache), quiet=True).entered() as bot:
        sections = {section.key: section.entries for section in bot.briefer.changes("en", PartialDate(2024)).sections}
        (entry,) = sections["changes_settled"]
        assert entry.remark == "Denied or overturned. Before"
        assert [statement.text for statement in entry.statements] == [articles["b.md"], articles["a.md"]]
        earlier = bot.briefer.changes("en", PartialDate(2024, 6))
        assert all(section.key != "changes_settled" for section in earlier.sections)
        bot.close()


def test_a_brief_as_of_a_day_before_everything_says_nothing_of_what_came_later(bot: Chatbot) -> None:
    made = bot.briefer.brief("en", as_of=PartialDate(1900))
    assert made.sections == () and made.notices[0] == say("none_brief", "en")


def brief_of(texts: list[str], language: str, folder: Path, cache: Path, about: str | None = None) -> Briefing:
    """The brief of a corpus of one sentence an article, each of its own publisher."""
    for number, text in enumerate(texts):
        head = f"---\ntitle: Baltica Ferries {number}\npublisher: Paper {number}\nlanguage: {language}\n---\n"
        (folder / f"{number}.md").write_text(f"{head}{text}\n", encoding="utf-8")
    with Chatbot.open(Settings(corpus=folder, home=folder / "home", cache=cache), quiet=True).entered() as bot:
        made = bot.briefer.brief(language, about=about)
        bot.close()
    return made


def test_a_brief_has_one_figure_of_a_thing_and_none_that_is_only_claimed_or_planned(tmp_path: Path, shared_cache: Path) -> None:
    texts = [
        "Baltica Ferries carried 2.4 million passengers on all lines in June 2024.",
        "Baltica Ferries carried 2.1 million passengers on all lines in May 2024.",
        "The new museum of Baltica Ferries cost 90 million euros in April 2024, the Courier claimed.",
        "The 70 million euros for Baltica Ferries come from a column of April 2024, which did not name them as a bid.",
        "The yard of Baltica Ferries planned in April 2024 has 40 percent of its owners in Rerik.",
        *(f"Baltica Ferries opened the {what} of Aalholm on {1 + day % 28} July 2024." for day, what in enumerate(_BUILDINGS)),
    ]
    made = brief_of(texts, "en", tmp_path, shared_cache, about="Baltica Ferries")
    (figures,) = (section.entries for section in made.sections if section.key == "brief_figures")
    assert [entry.statements[0].text for entry in figures] == [texts[0]]


def test_what_lies_ahead_is_told_once_however_it_is_dated(tmp_path: Path, shared_cache: Path) -> None:
    (tmp_path / "story.toml").write_text('as_of = "2024-06-30"\n', encoding="utf-8")
    texts = [
        "The trial of Baltica Ferries over the tariff of Aalholm is set for 9 February 2027.",
        "The trial of Baltica Ferries over the tariff of Aalholm is planned for spring 2027.",
        "Baltica Ferries opens the museum of Brekke on 3 May 2026.",
        "Baltica Ferries closed the harbour of Brekke on 3 May 2024.",
    ]
    made = brief_of(texts, "en", tmp_path, shared_cache)
    ahead = [e.statements[0].text for section in made.sections if section.key == "brief_next" for e in section.entries]
    assert ahead == [texts[2], texts[0]]


def test_a_step_of_a_brief_is_what_happened_on_its_day_and_not_what_was_said_of_it(tmp_path: Path, shared_cache: Path) -> None:
    texts = [
        "Die Stadt achte Rechte und lehne Eingriffe ab, erklärte das Rathaus von Aalholm am 5. April 2024 zur Baltica Ferries.",
        "Am 5. April 2024 endete die Frist im Hafen.",
        "Die Baltica Ferries und die Kestrel Bank eröffneten am 2. Januar 2024 die Brücke von Aalholm.",
        "Die Baltica Ferries und die Kestrel Bank eröffneten am 7. Juni 2024 das Museum von Aalholm.",
    ]
    made = brief_of(texts, "de", tmp_path, shared_cache)
    steps = [
        entry.statements[0].text for section in made.sections if section.key == "brief_history" for entry in section.entries
    ]
    assert texts[1] in steps and texts[0] not in steps


_BUILDINGS = (
    "bridge bakery library school theatre garden kitchen market tower factory stable chapel hospital prison cinema stadium "
    "pool observatory laundry brewery windmill orchard lighthouse barn cellar castle palace mill forge inn pharmacy nursery "
    "gymnasium gallery archive shipyard warehouse terminal courthouse greenhouse"
).split()
