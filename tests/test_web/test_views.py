"""The views of the briefings: an address each, the picture and the table, marks that open their quote, and the endpoints."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from acts import focused, overflow
from gradio_client import Client
from gradio_client.exceptions import AppError
from playwright.sync_api import Page, expect

from bot.answer import Check, Citation, Statement
from bot.chatbot import Chatbot
from bot.knowledge import read_date
from bot.products import Briefing, Entry, EntryKind, Product, Section
from bot.verifying import verify
from bot.web.entries import sections
from corpus.article import PartialDate

Open = Callable[..., Page]
NAMED = {"brief": "Brief", "timeline": "Timeline", "changes": "What changed", "disputes": "Who says what"}


def test_the_timeline_is_a_picture_and_a_table_of_the_same_events_by_keyboard_too(open_page: Open, bot: Chatbot) -> None:
    page = open_page("?view=timeline&from=2023-10&to=2024-05")
    page.wait_for_selector(".events tbody tr")
    made = bot.briefer.timeline("en", start=read_date("2023-10"), end=read_date("2024-05"))
    quotes = [entry.statement.text for entry in made.entries]
    assert page.locator(".events tbody .quote").all_inner_texts() == quotes
    marks = page.locator(".picture .spot")
    names = [mark.get_attribute("aria-label") or "" for mark in marks.all()]
    assert sorted(made_quote(name, quotes) for name in names) == sorted(quotes)
    assert len(names) >= 2
    marks.first.focus()
    page.keyboard.press("ArrowRight")
    assert focused(page)["name"] == names[1]
    expect(page.locator("#preview")).to_contain_text(made_quote(names[1], quotes))
    page.keyboard.press("Enter")
    expect(page.locator("#reading mark")).to_have_text(made_quote(names[1], quotes))
    page.keyboard.press("Escape")
    assert focused(page)["name"] == names[1]
    page.wait_for_url("**/?view=timeline&from=2023-10&to=2024-05")
    page.locator("h1:visible").click()
    assert "from=2023-10" in page.url


def made_quote(name: str, quotes: list[str]) -> str:
    return next(quote for quote in quotes if quote in name)


@pytest.mark.parametrize("width", [320, 1280])
def test_every_view_is_reached_from_the_head_and_has_an_address(open_page: Open, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 800})
    for view, name in NAMED.items():
        page.get_by_role("link", name=name, exact=True).click()
        made = page.locator(f'.view[data-of="{view}"] .made')
        expect(made.locator(".marker, .remarks").first).to_be_visible()
        assert f"view={view}" in page.url
        assert overflow(page) <= 0
    page.get_by_role("link", name="What changed", exact=True).click()
    page.locator("#changes-since").fill("2024-05-01")
    page.keyboard.press("Enter")
    expect(page.locator('.view[data-of="changes"] .quote').first).to_contain_text("Veldt bought")
    assert "since=2024-05-01" in page.url


@pytest.mark.parametrize(
    ("product", "kind", "line", "place"),
    [
        ("timeline", "conflict", "The dates differ.", "side"),
        ("timeline", "event", "", "below"),
        ("changes", "superseded", "30 November 2024 · at least 3 independent origins", "below"),
        ("disputes", "error", "30 November 2024 · The dates differ.", "side"),
    ],
)
def test_what_stands_beside_an_entry_is_shown_with_it(
    open_page: Open, bot: Chatbot, product: Product, kind: EntryKind, line: str, place: str
) -> None:
    first, other = (quote_of(bot, id) for id in ("en/dossier-accident", "de/2024-07-bote-leserbrief"))
    entry = Entry(
        first,
        kind,
        PartialDate(2024, 11, 30),
        origins=1 if product == "disputes" else 3,
        remark="The dates differ.",
        others=(other,),
    )
    made = Briefing(product, "en", "Norda", (Section("timeline_happened", (entry,)),))
    page = open_page()
    page.evaluate("html => document.querySelector('.view .made').innerHTML = html", sections(made, bot.library))
    shown = page.locator(".entries li, .events td").first
    assert shown.locator(".quote").all_text_contents() == [first.text, other.text]
    assert shown.locator(f".{place} .quote").last.text_content() == other.text
    # The middle dots between the parts of the line are the style's.
    assert " · ".join(shown.locator(".when > *").all_text_contents()) == line
    assert (shown.locator(".below .label").all_text_contents() == ["The dates differ."]) == (place == "below")


def quote_of(bot: Chatbot, id: str) -> Statement:
    article = bot.library.get(id)
    assert article is not None
    end = article.text.index(".") + 1
    return Statement(article.text[:end], (Citation(1, article.source, article.text[:end], 0, end, ""),), Check("verbatim"))


def test_what_cannot_be_used_is_said_in_the_language_of_the_page(open_page: Open) -> None:
    page = open_page("?view=timeline&from=soon", locale="de-DE")
    alert = page.locator(".view:visible [role=alert]")
    expect(alert).to_contain_text("„soon“ ist kein Datum")
    assert page.input_value("#timeline-from") == "soon"
    for given, said in (("2025", "verkehrt herum"), ("", "Über „Zanzibar“ sagt der Korpus nichts")):
        page.fill("#timeline-from", given)
        page.fill("#timeline-to", "2024" if given else "")
        page.fill("#timeline-about", "" if given else "Zanzibar")
        page.keyboard.press("Enter")
        expect(alert).to_contain_text(said)


def test_a_view_is_taken_along_as_a_proof_that_holds(open_page: Open, bot: Chatbot, tmp_path: Path) -> None:
    page = open_page("?view=timeline")
    page.wait_for_selector(".events tbody tr")
    for name, start in (("Proof", "{"), ("HTML file", "<!doctype html>"), ("Table (CSV)", "date,"), ("Picture (SVG)", "<?xml")):
        with page.expect_download() as given:
            page.get_by_role("button", name=name).click()
        kept = tmp_path / given.value.suggested_filename
        given.value.save_as(kept)
        assert kept.read_text(encoding="utf-8").startswith(start)
    assert verify(tmp_path / "dealbrief-timeline.json", bot.library).holds


def test_the_endpoints_give_the_same_briefings(address: str, bot: Chatbot) -> None:
    client = Client(address, verbose=False, analytics_enabled=False)
    assert client.predict(api_name="/timeline") == bot.briefer.timeline("en").to_dict()
    assert client.predict("2024", api_name="/changes")["options"] == {"since": "2024"}
    assert client.predict(language="de", api_name="/disputes") == json.loads(json.dumps(bot.briefer.disputes("de").to_dict()))
    assert client.predict(length="short", api_name="/brief")["product"] == "brief"
    with pytest.raises(AppError, match="no date of the calendar"):
        client.predict("soon", api_name="/changes")
    with pytest.raises(AppError, match="no language 'fr'"):
        client.predict(language="fr", api_name="/brief")
    described = client.view_api(return_format="dict")["named_endpoints"]
    assert [one["parameter_name"] for one in described["/timeline"]["parameters"]] == ["start", "end", "about", "language"]
