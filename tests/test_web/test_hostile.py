"""Texts that want to be markup, in questions, titles, bodies, publishers and addresses: they are shown, and that is all."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from acts import overflow, parts
from payloads import HOSTILE
from playwright.sync_api import Page, expect
from web_running import served

from bot.answer import Answer, Check, Citation, Message, Statement
from bot.chatbot import Chatbot
from bot.products import Briefing, Entry, Product, Section
from bot.question import MAX_CHARACTERS
from bot.settings import Settings
from bot.web.articles import SHOWN
from corpus.article import Article, Note, PartialDate, Source, clean_text
from corpus.library import Library
from corpus.story import Story

Open = Callable[..., Page]


@dataclass(frozen=True)
class Quoting(Chatbot):
    """A chatbot that quotes every article of its library."""

    def stream(self, question: str, history: Sequence[Message] = (), **more: Any) -> Iterator[Statement | Answer]:
        citations = [citation(article, number) for number, article in enumerate(self.library, 1)]
        check = Check("supported" if question.startswith("write") else "verbatim")
        statements = tuple(Statement(cited.quote, (cited,), check) for cited in citations)
        notices = tuple(HOSTILE)
        if question.startswith("refuse"):
            yield Answer(question, question, "en", "refusal", "test", (), tuple(citations[:3]), message=question)
            return
        yield from statements[:2]
        yield Answer(question, question + "?", "en", "answer", "test", statements, notices=notices)

    @property
    def briefer(self) -> Any:
        """Gives a timeline of every article, whatever is asked for."""
        entries = [
            Entry(
                Statement(article.text, (citation(article, number),), Check("verbatim")),
                "event",
                PartialDate(2020 + number % 5, 1 + number % 12, 1 + number % 28),
                remark=article.text,
                others=(Statement(article.text, (citation(article, number),), Check("supported")),),
            )
            for number, article in enumerate(self.library, 1)
        ]

        def made(product: Product) -> Callable[..., Briefing]:
            section = Section("timeline_happened", tuple(entries))
            return lambda *_, **__: Briefing(product, "en", HOSTILE[0], (section,), {}, (HOSTILE[0],))

        return SimpleNamespace(timeline=made("timeline"), disputes=made("disputes"))


def citation(article: Article, number: int) -> Citation:
    references = tuple(note.source for note in article.notes)
    end = len(article.text)
    return Citation(number, article.source, article.text, 0, end, f"sha256:{article.sha256}", references=references)


def article(number: int, text: str) -> Article:
    shown = clean_text(text)
    source = Source(f"{number} {text}", text, text, "en", "original", text, text, text, text)
    note = Source(f"note {number}", text, text, text, "original", text, text, text if number % 2 else None, text)
    return Article(source, shown, (Note(len(shown), note),))


@pytest.fixture(scope="module")
def hostile_address(bot: Chatbot, settings: Settings) -> Iterator[str]:
    articles = tuple(article(number, text) for number, text in enumerate(HOSTILE))
    story = Story({"en": HOSTILE[0], "de": HOSTILE[16]}, {}, {"en": tuple(HOSTILE[:6]), "de": tuple(HOSTILE[16:22])})
    library = Library(bot.library.folder, articles, (), story)
    hostile = Quoting(**{**parts(bot), "library": library})
    with served(hostile, settings) as url:
        yield url


@pytest.fixture
def watched(open_page: Open, hostile_address: str) -> Iterator[Callable[[str], Page]]:
    """Opens a hostile page; at the end nothing ran, nothing was shown in a dialog, nothing left its place."""
    pages: list[Page] = []
    dialogs: list[str] = []

    def opened(query: str = "") -> Page:
        page = open_page(query, at=hostile_address)
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        pages.append(page)
        return page

    yield opened
    for page in pages:
        assert page.evaluate("window.ran") is None
        assert overflow(page) <= 0
        assert page.locator("iframe, object, embed, svg:not(.picture svg), video, audio, math, marquee, xss").count() == 0
    assert dialogs == []


def own_links(page: Page) -> list[str]:
    return [str(href) for href in page.eval_on_selector_all("a", "links => links.map(link => link.getAttribute('href'))")]


def test_hostile_articles_are_shown_as_text_wherever_they_stand(watched: Callable[[str], Page]) -> None:
    page = watched("")
    page.fill("#question", HOSTILE[0])
    page.press("#question", "Enter")
    page.wait_for_selector('.turn[data-state="done"]')
    assert page.locator(".turn .quote").all_text_contents() == [clean_text(text) for text in HOSTILE]
    assert page.locator("#sources .card").count() == len(HOSTILE)
    for href in own_links(page):
        assert href.startswith(("https://", "http://", "?", "#")), href
        assert not set("@%{}") & set(urlsplit(href).netloc) and href.isprintable(), href
    for marker in page.locator(".turn .marker").all()[:12]:
        marker.hover()
    for button in page.locator("#sources .read").all()[::40]:
        button.evaluate("button => button.click()")
        page.wait_for_selector("#reading mark")
        page.keyboard.press("Escape")
        expect(page.locator("#reader")).to_be_hidden()


def test_what_a_model_writes_is_shown_as_text(watched: Callable[[str], Page]) -> None:
    page = watched("?q=" + quote("write this"))
    page.wait_for_selector('.turn[data-state="done"]')
    shown = page.locator(".turn .statement").all_text_contents()
    assert all(said.startswith(clean_text(text)) for said, text in zip(shown, HOSTILE, strict=True))


@pytest.mark.parametrize(("view", "rows"), [("timeline", ".events tbody tr"), ("disputes", ".entries > li")])
def test_hostile_events_are_shown_as_text(watched: Callable[[str], Page], view: str, rows: str) -> None:
    page = watched(f"?view={view}")
    expect(page.locator(rows)).to_have_count(len(HOSTILE))
    assert page.locator(f"{rows} .quote").all_text_contents() == [clean_text(text) for text in HOSTILE]
    assert page.locator(f"{rows} .statement").count() == len(HOSTILE) * 2
    for href in own_links(page):
        assert href.startswith(("?", "#")), href
    if view == "timeline":
        names = page.eval_on_selector_all(".spot", "spots => spots.map(spot => spot.getAttribute('aria-label'))")
        assert len(names) == len(HOSTILE) and not page.locator(".spot title").count()


def test_hostile_articles_are_listed_and_read_as_text(watched: Callable[[str], Page]) -> None:
    page = watched("?view=articles")
    expect(page.locator(".rows li")).to_have_count(SHOWN)
    listed = page.locator(".rows a").all_text_contents()
    assert len(set(listed)) == SHOWN and set(listed) <= set(HOSTILE)
    for link in page.locator(".rows a").all()[::25]:
        link.click()
        page.wait_for_selector("#reading .text")
        page.keyboard.press("Escape")


def test_hostile_questions_are_shown_as_they_were_typed(watched: Callable[[str], Page]) -> None:
    page = watched("?q=" + quote("refuse this"))
    page.wait_for_selector('.turn[data-state="done"]')
    for number, text in enumerate(packed(text for text in HOSTILE if text.isprintable()), 2):
        page.fill("#question", text)
        page.press("#question", "Enter")
        turn = page.locator(f'.turn[data-turn="{number}"][data-state="done"]')
        expect(turn.locator(".message")).to_have_text(text)


def packed(texts: Iterable[str]) -> list[str]:
    """Texts as few questions, each as long as a question may be."""
    questions = ["refuse"]
    for text in texts:
        if len(questions[-1]) + len(text) >= MAX_CHARACTERS:
            questions.append("refuse")
        questions[-1] += f" {text}"
    return questions


@pytest.mark.parametrize("name", ["article", "view", "q"])
def test_hostile_addresses_open_a_page_and_nothing_more(watched: Callable[[str], Page], name: str) -> None:
    page = watched(f"?{name}=" + quote(HOSTILE[17]))
    page.wait_for_selector("#reading h2, #said, .turn")
