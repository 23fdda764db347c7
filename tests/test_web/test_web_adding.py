"""Adding on the page: for those who signed in, an address or a text, answered from at once; never a file of the server."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from small_corpus import write_corpus
from web_running import served

from bot.chatbot import Chatbot
from bot.settings import Settings
from bot.web import adding
from bot.web.server import WebError, build_server

Open = Callable[..., Page]
TEXT = """The ferry Alke was sold to Skagen Shipping on 3 May 2024 for 12 million euros, the Skagen Post reported.

The crew of the ferry Alke was told of the sale on 4 May 2024 by Captain Ida Holm <script>window.evil = 1</script>."""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chatbot]:
    folder = tmp_path_factory.mktemp("adding")
    settings = Settings(
        corpus=write_corpus(folder / "corpus"),
        home=folder / "home",
        cache=folder / "cache",
        web_questions=0,
        web_add=True,
        web_user="ann",
        web_password="secret of ann",
    )
    opened = Chatbot.open(settings, quiet=True)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def own_address(own: Chatbot) -> Iterator[str]:
    with served(own, own.settings) as url:
        yield url


def test_what_is_added_on_the_page_is_answered_from(open_page: Open, browser: Browser, own: Chatbot, own_address: str) -> None:
    with browser.new_context() as stranger:
        stranger.request.post(own_address + "login", form={"username": "ann", "password": "secret of ann"})
        signed_in = stranger.storage_state()
    page = open_page("?view=articles", at=own_address, storage_state=signed_in)
    page.get_by_label("Address of a page").fill(TEXT)
    page.get_by_label("Title").fill("The Alke is sold")
    page.get_by_role("button", name="Add").click()
    page.wait_for_selector("#added li", timeout=60_000)
    said = page.inner_text("#added")
    assert "Added added/undated-the-alke-is-sold" in said
    assert "Not found: publisher, date." in said
    expect(page.locator("#add-what")).to_have_value("")
    expect(page.locator("#listing")).to_contain_text("The Alke is sold")
    assert page.evaluate("window.evil") is None
    assert "12 million euros" in own.ask("For how many euros was the ferry Alke sold to Skagen Shipping?").text
    page.get_by_label("Address of a page").fill("http://169.254.169.254/latest/meta-data/")
    page.get_by_role("button", name="Add").click()
    page.wait_for_selector("#added li.alert", timeout=60_000)
    assert "no public address" in page.inner_text("#added")
    assert page.input_value("#add-what").startswith("http://169")


def test_a_path_is_a_text_and_no_file(own: Chatbot, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(TEXT)
    add = adding.adding(own.settings)
    for what in (str(tmp_path / "secret.txt"), "/etc/passwd", f"file://{tmp_path}/secret.txt"):
        add({"what": what, "title": "A path"})
    shelf = own.settings.build.shelf
    assert not [path for path in shelf.articles.iterdir() if "Skagen" in path.read_text() and "Title" in path.read_text()]
    assert not [path for path in shelf.articles.iterdir() if "root:" in path.read_text()]


def test_a_wrong_date_and_nothing_at_all_are_said_in_the_language_of_the_page(own: Chatbot) -> None:
    add = adding.adding(own.settings)
    assert "Adresse oder einen Text" in add({"ui": "de", "what": "  "})
    assert "no date" in add({"ui": "en", "what": TEXT, "date": "soon"})
    assert "alert" in add(None)


def test_strangers_are_not_offered_it(open_page: Open, bot: Chatbot, settings: Settings) -> None:
    page = open_page("?view=articles")
    page.wait_for_selector("body.ready")
    assert page.query_selector(".adding") is None
    for changes in ({"web_add": True}, {"web_add": True, "web_open": True}, {"web_add": True, "web_user": "ann"}):
        assert not adding.may_add(settings.model_copy(update=changes))
        with pytest.raises(WebError, match="DEALBRIEF_WEB_PASSWORD"):
            build_server(None, bot, settings.model_copy(update=changes))  # type: ignore[arg-type]
