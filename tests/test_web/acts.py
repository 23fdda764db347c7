"""What a person does on the page."""

from typing import Any

from playwright.sync_api import Locator, Page


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
