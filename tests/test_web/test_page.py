"""A walk through the page in a real browser: first screen, answers, sources, articles, refusal, addresses, languages."""

import json
from collections.abc import Callable
from importlib.resources import files
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from acts import ask, focused, overflow, style
from playwright.sync_api import Page, expect

from bot.chatbot import Chatbot

Open = Callable[..., Page]

ENGLISH = "When did the ferry Alke sink?"
GERMAN = "Wann wurde die Winterlinie nach Lumm eröffnet?"
LEANING = "Was war die erste Fährlinie mit einem Dampfschiff?"
UNKNOWN = "Who designed the flag of Paraguay?"


def test_first_screen_says_what_this_is_and_offers_six_questions(open_page: Open) -> None:
    page = open_page()
    expect(page.locator("h1:visible")).to_have_text("The sale of the Norda ferry line", use_inner_text=True)
    expect(page.locator(".opening .about")).to_contain_text("6 articles of 4 publishers, up to 30 November 2024")
    expect(page.locator(".example:visible")).to_have_count(6)
    expect(page.locator("footer:visible")).to_have_count(0)
    expect(page.locator("#question")).to_be_focused()
    page.locator(".example:visible").nth(2).click()
    expect(page.locator(".turn .question")).to_contain_text(ENGLISH)
    expect(page.locator(".turn .statement").first).to_contain_text("14 October 2023")


def test_an_answer_has_named_markers_cards_and_the_date_of_the_corpus(open_page: Open) -> None:
    page = open_page()
    turn = ask(page, ENGLISH)
    expect(page.locator("#question")).to_have_value("")
    expect(turn.locator(".quote").first).to_have_text("The ferry Alke sank on 14 October 2023 near the island of Lumm.")
    expect(turn.locator(".statement").first).to_have_attribute("lang", "en")
    expect(page.get_by_role("button", name="Source 1: Dealbrief dossier: The sinking of the ferry Alke")).to_be_visible()
    expect(turn.locator(".remarks")).to_contain_text("30 November 2024")
    card = page.locator("#source-1-1")
    expect(card).to_contain_text("word for word as in the article")
    expect(card.locator(".references a")).to_have_attribute("href", "https://lumm-times.example/alke")
    expect(card.locator(".references a")).to_have_attribute("rel", "noopener noreferrer")
    expect(page.locator("#announcer")).to_contain_text("The ferry Alke sank")


def test_a_marker_shows_its_quote_then_its_card_and_escape_leads_back(open_page: Open) -> None:
    page = open_page()
    turn = ask(page, ENGLISH)
    marker = turn.locator(".marker").first
    marker.hover()
    expect(page.locator("#preview")).to_contain_text("The ferry Alke sank on 14 October 2023")
    marker.click()
    expect(page.locator("#source-1-1")).to_be_focused()
    page.keyboard.press("Escape")
    expect(marker).to_be_focused()


def test_from_a_marker_to_the_marked_quote_in_the_whole_article(open_page: Open) -> None:
    page = open_page()
    ask(page, ENGLISH).locator(".marker").first.click()
    page.locator("#source-1-1 .read").click()
    expect(page.locator("#reading mark")).to_have_text("The ferry Alke sank on 14 October 2023 near the island of Lumm.")
    expect(page.locator("#reading mark")).to_be_in_viewport()
    expect(page.locator("#reading .text")).to_contain_text("rescued by fishing boats")
    expect(page.locator("#reading .notes li")).to_have_count(2)
    expect(page.locator("#reading .notes")).to_contain_text("read in a copy at https://copies.example/alke")
    shared = page.url
    page.keyboard.press("Escape")
    expect(page.locator("#reader")).to_be_hidden()
    expect(page.locator("#source-1-1 .read")).to_be_focused()
    again = open_page("?" + urlsplit(shared).query)
    expect(again.locator("#reading mark")).to_have_text("The ferry Alke sank on 14 October 2023 near the island of Lumm.")


def test_a_quote_that_leans_stands_with_the_sentence_before_it_dimmed(open_page: Open) -> None:
    turn = ask(open_page(), LEANING)
    expect(turn.locator(".context")).to_contain_text("Die Winterlinie nach Lumm wurde im Jahr 1911 eröffnet.")
    expect(turn.locator(".quote")).to_have_text("Sie war die erste Fährlinie der Stadt Ostrau mit einem Dampfschiff.")


def test_german_is_answered_in_german_whatever_the_page_speaks(open_page: Open) -> None:
    page = open_page()
    turn = ask(page, GERMAN)
    expect(turn.locator(".statement").first).to_have_attribute("lang", "de")
    expect(turn.locator(".remarks")).to_contain_text("30. November 2024")
    expect(turn.locator(".marker").first).to_have_attribute("aria-label", "Quelle 1: Ostrauer Bote, Juli 2024")
    expect(page.locator("#source-1-1")).to_contain_text("Wort für Wort wie im Artikel")


def test_a_refusal_looks_different_and_shows_the_nearest(open_page: Open) -> None:
    page = open_page()
    turn = ask(page, UNKNOWN)
    expect(turn).to_have_attribute("data-kind", "refusal")
    expect(turn.locator(".missing")).to_contain_text("does not say")
    expect(turn.locator(".nearest h3")).to_have_text("What the corpus does say")
    expect(turn.locator(".nearest .marker").first).to_be_visible()
    expect(page.locator("#source-1-1 .read")).to_be_visible()
    expect(page.locator("#announcer")).to_contain_text("The corpus does not say.")


def test_the_page_speaks_the_language_of_the_browser_until_another_is_chosen(open_page: Open) -> None:
    page = open_page(locale="de-AT")
    expect(page.locator("h1:visible")).to_have_text("Der Verkauf der Fährlinie Norda", use_inner_text=True)
    expect(page.locator("#question")).to_have_attribute("placeholder", "Frage zur Geschichte")
    assert page.evaluate("document.documentElement.lang") == "de"
    page.get_by_role("button", name="EN English").click()
    expect(page.locator("h1:visible")).to_have_text("The sale of the Norda ferry line", use_inner_text=True)
    page.reload()
    page.wait_for_selector("body.ready")
    expect(page.locator("h1:visible")).to_have_text("The sale of the Norda ferry line", use_inner_text=True)


def test_an_address_asks_again_and_every_question_has_one(open_page: Open) -> None:
    page = open_page("?q=" + quote(ENGLISH))
    expect(page.locator('.turn[data-state="done"] .quote').first).to_contain_text("14 October 2023")
    ask(page, GERMAN)
    assert parse_qs(urlsplit(page.url).query) == {"q": [GERMAN]}


@pytest.mark.parametrize(
    ("query", "place", "sentence"),
    [
        ("?article=en/nothing", "#reading", "There is no article “en/nothing” in this corpus"),
        ("?article=de/dossier-alke&start=0&end=9&digest=sha256:00", "#reading", "has changed since it was cited"),
        ("?view=nothing", "#said", "There is no view “nothing”"),
    ],
)
def test_an_address_that_leads_nowhere_gets_a_sentence(open_page: Open, query: str, place: str, sentence: str) -> None:
    expect(open_page(query).locator(place)).to_contain_text(sentence)


def test_all_articles_can_be_found_filtered_and_read(open_page: Open) -> None:
    page = open_page("?view=articles")
    expect(page.locator(".rows li")).to_have_count(6)
    assert page.eval_on_selector_all("#articles select", "all => all.map((one) => one.selectedIndex)") == [0, 0, 0]
    page.fill("#filter-words", "fishing boats")
    expect(page.locator(".rows li")).to_have_count(1)
    page.fill("#filter-words", "")
    page.select_option("#filter-language", "de")
    page.fill("#filter-since", "2024-05-01")
    expect(page.locator(".count")).to_have_text("2 of 6 articles")
    page.select_option("#filter-kind", "original")
    expect(page.locator(".rows li")).to_have_count(1)
    again = open_page("?" + urlsplit(page.url).query)
    expect(again.locator(".count")).to_have_text("1 of 6 articles")
    expect(again.locator("#filter-since")).to_have_value("2024-05-01")
    page.locator(".rows a").click()
    expect(page.locator("#reading")).to_contain_text("Die Winterlinie nach Lumm wurde im Jahr 1911 eröffnet.")
    page.go_back()
    expect(page.locator("#reader")).to_be_hidden()
    page.get_by_role("link", name="Ask", exact=True).click()
    expect(page.locator(".opening")).to_be_visible()


def test_a_link_to_a_publisher_that_is_gone_lists_nothing_and_says_so(open_page: Open) -> None:
    page = open_page("?view=articles&publisher=Gone+Gazette")
    expect(page.locator(".count")).to_contain_text("No article fits.")
    expect(page.locator("#filter-publisher")).to_have_value("Gone Gazette")


def test_an_answer_and_a_conversation_can_be_taken_along(open_page: Open, bot: Chatbot) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    turn = ask(page, ENGLISH)
    ask(page, GERMAN)
    turn.get_by_role("button", name="Copy", exact=True).click()
    expect(page.locator("#announcer")).to_have_text("Copied.")
    assert "[^1]" in page.evaluate("navigator.clipboard.readText()")
    with page.expect_download() as proof:
        turn.get_by_role("button", name="Download proof").click()
    given = json.loads(proof.value.path().read_text(encoding="utf-8"))
    assert given["citations"] == bot.ask(ENGLISH).to_dict()["citations"]
    with page.expect_download() as whole:
        page.get_by_role("button", name="Save as Markdown").click()
    text = whole.value.path().read_text(encoding="utf-8")
    assert text.count("## ") == 2
    assert "[^1-1]:" in text
    assert "[^2-1]:" in text


def test_what_is_open_is_what_is_printed(open_page: Open) -> None:
    page = open_page()
    ask(page, ENGLISH).locator(".marker").first.click()
    page.emulate_media(media="print")
    expect(page.locator(".story")).to_be_visible()
    expect(page.locator("#sources .card").first).to_be_visible()
    for tool in (".head nav", "#composer", ".actions", "#sources .read"):
        expect(page.locator(tool).first).to_be_hidden()
    page.emulate_media(media="screen")
    page.locator("#source-1-1 .read").click()
    page.wait_for_selector("#reading mark")
    page.emulate_media(media="print")
    expect(page.locator("#talk")).to_be_hidden()
    expect(page.locator("#reading mark")).to_be_visible()
    assert page.evaluate("document.querySelector('#reading').scrollHeight <= document.querySelector('#reader').offsetHeight")


def test_all_of_it_by_keyboard_with_the_focus_to_be_seen(open_page: Open) -> None:
    page = open_page()
    page.keyboard.type(ENGLISH)
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("?")
    assert page.input_value("#question") == f"{ENGLISH}\n?"
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    page.wait_for_selector('.turn[data-state="done"]')
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if "marker" in focused(page)["classes"]:
            break
    assert focused(page)["name"].startswith("Source ")
    assert focused(page)["outline"] == "solid"
    expect(page.locator("#preview")).to_be_visible()
    page.keyboard.press("Enter")
    assert "card" in focused(page)["classes"]
    page.keyboard.press("Tab")
    while focused(page)["text"] != "Read the article":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#reading mark")).to_be_focused()


@pytest.mark.parametrize("width", [320, 390, 2560])
def test_no_width_scrolls_sideways(open_page: Open, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 800})
    assert overflow(page) <= 0
    turn = ask(page, ENGLISH)
    assert overflow(page) <= 0
    turn.locator(".marker").first.click()
    expect(page.locator("#source-1-1")).to_be_in_viewport()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(turn.locator(".marker").first).to_be_focused()
    page.goto(page.url.split("?")[0] + "?view=articles")
    page.wait_for_selector(".rows li")
    assert overflow(page) <= 0


def test_no_marker_stands_alone_at_the_beginning_of_a_line(open_page: Open) -> None:
    page = open_page()
    ask(page, ENGLISH)
    for width in range(320, 900, 10):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(_ALONE) == 0, width


_ALONE = """() => [...document.querySelectorAll('.turn .quote + .marker')].filter((marker) => {
  const words = [...marker.previousElementSibling.getClientRects()];
  return words.at(-1).bottom < marker.getBoundingClientRect().top + 8;
}).length"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_any_view(open_page: Open, scheme: str) -> None:
    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    page = open_page(color_scheme=scheme, bypass_csp=True)
    assert (style(page, "body", "backgroundColor") == "rgb(20, 22, 26)") == (scheme == "dark")
    page.evaluate(axe)
    found = [_grave(page)]
    ask(page, ENGLISH).locator(".marker").first.click()
    found.append(_grave(page))
    page.locator("#source-1-1 .read").click()
    page.wait_for_selector("#reading mark")
    found.append(_grave(page))
    page.keyboard.press("Escape")
    ask(page, UNKNOWN)
    found.append(_grave(page))
    page.get_by_role("link", name="Articles", exact=True).click()
    page.wait_for_selector(".rows li")
    found.append(_grave(page))
    for name, shown in (
        ("Timeline", ".spot"),
        ("Brief", ".entries"),
        ("What changed", ".remarks"),
        ("Who says what", ".remarks"),
    ):
        page.get_by_role("link", name=name, exact=True).click()
        page.wait_for_selector(f".view:visible {shown}")
        found.append(_grave(page))
    page.get_by_role("link", name="Ask", exact=True).click()
    page.get_by_role("button", name="Bad answer").first.click()
    found.append(_grave(page))
    assert found == [[]] * 10


def _grave(page: Page) -> list[str]:
    violations = page.evaluate("async () => (await axe.run()).violations")
    return [f"{found['id']}: {found['nodes'][0]['html']}" for found in violations if found["impact"] in ("serious", "critical")]
