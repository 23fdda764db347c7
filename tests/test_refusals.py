"""What the corpus package refuses is said in German to whoever asks in German."""

import ast
from pathlib import Path

import pytest

import bot
import corpus
from bot.outcome import Outcome, asides, headline
from bot.refusals import GERMAN, translated

MODULES = [
    *(Path(corpus.__file__).parent / f"{name}.py" for name in ("acquire", "extract", "fetch", "markdown", "sandbox", "shelf")),
    Path(bot.__file__).parent / "adding.py",
]
REFUSING = {"FetchError": 0, "Unreadable": 0, "Refused": 1, "ArticleError": 1, "ShelfError": 0}


def template(node: ast.AST) -> str | None:
    """A text or an f-string with braces for its values."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def texts() -> set[str]:
    """All texts of the modules."""
    trees = [ast.parse(path.read_text("utf-8")) for path in MODULES]
    return {text.removesuffix(".") for tree in trees for node in ast.walk(tree) if (text := template(node))}


def refusals() -> set[str]:
    """The sentences with which they refuse, without full stop, where a call has them in it or a constant's name."""
    found = set()
    for path in MODULES:
        tree = ast.parse(path.read_text("utf-8"))
        constants = {
            name.id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            for name in node.targets
            if isinstance(name, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                place = REFUSING.get(node.func.id)
                given = [] if place is None else node.args[place : place + 1]
                given += [keyword.value for keyword in node.keywords if node.func.id == "Outcome" and keyword.arg == "reason"]
                values = [constants.get(value.id, value) if isinstance(value, ast.Name) else value for value in given]
                found |= {text.removesuffix(".") for value in values if (text := template(value))}
    return found


def test_every_refusal_has_a_german_form_and_no_form_is_left_over() -> None:
    assert len(refusals()) > 40
    assert refusals() <= set(GERMAN)
    assert set(GERMAN) <= texts()


@pytest.mark.parametrize(("english", "german"), GERMAN.items())
def test_a_german_form_has_the_same_values_and_its_english_is_matched_by_no_other(english: str, german: str) -> None:
    assert english.count("{}") == german.count("{}")
    values = [f"<{number}>" for number in range(english.count("{}"))]
    assert translated(english.format(*values), "de") == german.format(*values)
    assert translated(english.format(*values), "en") == english.format(*values)


def test_what_is_said_in_it_is_german_too() -> None:
    said = "a.org lies at 10.0.0.1, which is no public address; save the text and add the file"
    assert translated(said, "de") == (
        "a.org liegt bei 10.0.0.1, keiner öffentlichen Adresse; bitte den Text speichern und die Datei aufnehmen"
    )
    assert translated("line 3: the front matter has no title", "de") == "Zeile 3: Dem Vorspann fehlt title"
    assert translated("its text has 2,100,000 characters; at most 2,000,000 are read; split it", "de") == (
        "Der Text hat 2.100.000 Zeichen, gelesen werden höchstens 2.000.000; bitte aufteilen"
    )
    assert translated("There is no added article 'x'. List them with: dealbrief list.", "de").startswith("Es gibt keinen")
    assert translated("something new", "de") == "something new"


def test_an_outcome_is_told_in_the_language_asked() -> None:
    refused = Outcome("a.pdf", "refused", reason="the PDF is encrypted; save it without a password")
    assert headline(refused, "de") == "a.pdf: Die PDF-Datei ist verschlüsselt; bitte ohne Passwort speichern."
    assert "encrypted" in headline(refused, "en")
    doubted = Outcome("a.txt", "added", remarks=("its date 2099 lies in the future and was left out",))
    assert asides(doubted, "de") == ["Das Datum 2099 liegt in der Zukunft und wurde weggelassen"]
