"""What a person does on the page."""

from dataclasses import fields
from typing import Any

from playwright.sync_api import Locator, Page

from bot.chatbot import Chatbot


def ask(page: Page, question: str) -> Locator:
    """Types a question, sends it, and waits for its turn to be done."""
    before = page.locator(".turn").count()
    page.fill("#question", question)
    page.press("#question", "Enter")
    turn = page.locator(f'.turn[data-turn="{before + 1}"]')
    page.wait_for_selector(f'.turn[data-turn="{before + 1}"][data-state="done"]')
    page.wait_for_selector("body:not(.busy)")
    return turn


def style(page: Page, selector: str, name: str) -> str:
    """A computed style of the first element of a selector."""
    return str(page.eval_on_selector(selector, f"element => getComputedStyle(element).{name}"))


def focused(page: Page) -> dict[str, Any]:
    """What has the focus: its text, id, classes and name."""
    found: dict[str, Any] = page.evaluate(
        "() => { const at = document.activeElement; return {text: at.innerText, id: at.id, classes: at.className,"
        " name: at.getAttribute('aria-label'), outline: getComputedStyle(at).outlineStyle}; }"
    )
    return found


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def parts(bot: Chatbot) -> dict[str, Any]:
    """What a chatbot is made of, to make one of another kind over the same index."""
    return {part.name: getattr(bot, part.name) for part in fields(bot) if part.name != "door"}
