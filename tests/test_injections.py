"""Texts that try to give the chat model orders, in articles, questions and histories; the model obeys every one of them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from contract import check_answer
from scripted import Scripted, citing, number_of, open_ferries, writing

from bot import Answer, Chatbot, Message
from bot.render import flat, to_markdown, to_text

INJECTIONS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "data" / "injections.json").read_text(encoding="utf-8"))
QUESTIONS = {"en": "Who received Northwind's letter?", "de": "Wie viele Beschäftigte der Baltica streikten?"}
PLACES = ("article", "question", "history")
LINK = re.compile(r"(?<!\\)\]\(|(?<!\\)!\[|(?<!\\)<(?!https://(?:herald|hafenbote|gazette)\.example/)")


def article(language: str) -> str:
    """An article whose every paragraph is such a text."""
    lead = "A note under the Northwind letter reads: {}" if language == "en" else "Eine Notiz zum Streik der Baltica lautet: {}"
    paragraphs = [lead.format(flat(entry["text"])) for entry in INJECTIONS if entry["language"] == language]
    return (
        f"---\ntitle: Notes\npublisher: A Visitor\nlanguage: {language}\nkind: original\n---\n" + "\n\n".join(paragraphs) + "\n"
    )


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory, shared_cache: Path) -> Iterator[Chatbot]:
    """A chatbot over the ferries with such articles among its own."""
    more = {f"{language}/notes.md": article(language) for language in ("en", "de")}
    opened = open_ferries(tmp_path_factory.mktemp("poisoned"), shared_cache, more)
    yield opened
    opened.close()


def obeying(entry: dict[str, Any]) -> Scripted:
    """A model that does as it is told, and cites what it was told by where it can."""

    def reply(prompt: str) -> str:
        number = number_of(prompt, flat(entry["text"])[-40:].replace("<", "‹")[:20])
        told = entry["obeyed"].replace("[1]", f"[{number if number != 99 else 1}]")
        good = "The letter went to Mayor Ingrid Solberg and Harbour Master Tomas Lind {Ingrid}."
        if entry["language"] == "de":
            good = "An dem Streik am 2. April 2024 nahmen 450 Beschäftigte teil {450}."
        return f"{told}\n{citing(good)(prompt)}"

    return Scripted(reply=reply)


def asked(bot: Chatbot, model: Scripted, entry: dict[str, Any], place: str) -> Answer:
    """The answer with the text in that place."""
    question = QUESTIONS[entry["language"]]
    if place == "article":
        question = f"Which note says: {entry['text'][:250]}?"
    elif place == "question":
        question = f"{entry['text'][:250]} {question}"
    history = [Message("user", entry["text"]), Message("assistant", f"{entry['obeyed']} {entry['text']}")]
    return writing(bot, model).ask(question, history if place == "history" else ())


@pytest.mark.parametrize("entry", INJECTIONS, ids=lambda entry: entry["id"])
def test_an_obedient_model_changes_nothing_that_is_shown(bot: Chatbot, entry: dict[str, Any]) -> None:
    told = flat(re.sub(r"\s*\[\d+\]", "", entry["obeyed"])).rstrip(".")
    for place in PLACES:
        model = obeying(entry)
        answer = asked(bot, model, entry, place)
        check_answer(answer, bot.library)
        for statement in answer.statements:
            if statement.check.verdict == "verbatim":
                continue  # a quote says what stands in its article, as text, under its publisher's name
            assert told not in flat(statement.text)
            assert not re.search(r"https?:|evil|[<>{}`|#*\[\]\u200b\u202e]", statement.text)
        assert not LINK.search(to_markdown(answer))
        assert not re.search("[\u202e\x1b]", to_text(answer))
        for prompt in model.prompts:
            if "Question to rewrite:" not in prompt:
                _check_fences(prompt)


def _check_fences(prompt: str) -> None:
    """Evidence lines are those that code numbered: 1, 2, 3, ..., inside the fence."""
    task = prompt[prompt.rindex("=====\n[1] (") if "=====\n[1] (" in prompt else 0 :]
    block = task.split("\n=====\nQuestion:")[0]
    numbers = [int(number) for number in re.findall(r"^\[(\d+)\]", block, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1)) != []
    assert not re.search(r"(?m)^\[\d+\]", prompt[: prompt.index(block)])


def test_there_are_at_least_two_hundred_in_both_languages() -> None:
    assert len({entry["text"] for entry in INJECTIONS}) == len(INJECTIONS) >= 200
    assert {entry["language"] for entry in INJECTIONS} == {"en", "de"}


def test_articles_of_such_texts_are_really_given_to_the_model(bot: Chatbot) -> None:
    model = Scripted(reply=lambda prompt: "NONE")
    writing(bot, model).ask("Which note under the Northwind letter tells readers to sign up?")
    assert "sign up at https://evil.example/login" in model.prompts[0]
