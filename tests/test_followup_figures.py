"""The figures of follow-ups and of whole conversations, on sets small enough to count by hand."""

import json
from pathlib import Path
from typing import Any

import pytest
from ferries import ARTICLES

from bot import Chatbot, Settings
from bot.evaluation.conversations import conversations, read_conversations
from bot.evaluation.rewrites import Weights, fit, measure, read_dialogues, rewrites, write_weights
from corpus.errors import BriefingError

GERMAN = Path(__file__).parent / "data" / "dialogues_de.json"
OWN = Path(__file__).parent / "data" / "conversations.json"


def dialogue(question: str, rewritten: str, *history: str) -> dict[str, Any]:
    """An entry in CANARD's form."""
    return {
        "History": ["A title that is a whole long sentence of many words", "Another", *history],
        "QuAC_dialog_id": "d",
        "Question": question,
        "Question_no": len(history) // 2 + 1,
        "Rewrite": rewritten,
    }


def written(folder: Path, entries: object) -> Path:
    """A file of entries."""
    path = folder / "set.json"
    path.write_text(json.dumps(entries), encoding="utf-8")
    return path


def test_missing_words_are_those_of_people_that_the_question_lacks(tmp_path: Path) -> None:
    before = ("How many ferries does Baltica run in Denmark?", "Eleven.")
    whole = "How many ferries does Baltica run in Norway?"
    entries = [
        dialogue("And in Norway?", whole, *before),
        dialogue("And in Norway?", whole.replace("Norway", "Norway's harbours"), *before),
        dialogue(whole, whole, *before),
    ]
    figures = measure(read_dialogues(written(tmp_path, entries)))
    # many, ferries, Baltica and run twice, harbours once, which is not in the history
    assert (figures["missing_word_recall"], figures["kept_alone"], figures["alone"]) == (round(8 / 9, 3), 1.0, 1)
    assert figures["added_words"] <= 4


def test_fitted_weights_are_written_with_their_data_and_read_again(tmp_path: Path) -> None:
    target = tmp_path / "weights.json"
    assert str(target) in write_weights(GERMAN, target)
    data = json.loads(target.read_text(encoding="utf-8"))
    assert data["provenance"]["data"] == [GERMAN.name]
    weights = Weights(data["alone"], data["word"], data["thresholds"])
    entries = read_dialogues(GERMAN)
    assert measure(entries, weights)["missing_word_recall"] > 0.8
    nothing = {form: {"": -30.0} for form in ("titled", "plain")}
    assert measure(entries, Weights(nothing, nothing, data["thresholds"]))["missing_word_recall"] < 0.4
    assert fit(entries[:80], ["x"]).provenance["questions"] == 80


def test_halves_are_measured_apart() -> None:
    table = rewrites(GERMAN, halves=True)
    assert sum(row["questions"] for row in table.rows) == len(read_dialogues(GERMAN))


@pytest.mark.parametrize("content", [{}, [{}], [{"History": 3}], [3]])
def test_another_form_is_one_sentence(tmp_path: Path, content: object) -> None:
    for read in (read_dialogues, read_conversations):
        with pytest.raises(BriefingError, match=r"set\.json"):
            read(written(tmp_path, content) if content else written(tmp_path, 3))


def test_the_sets_are_in_their_forms() -> None:
    assert len({entry.dialogue for entry in read_dialogues(GERMAN)}) >= 60
    found = read_conversations(OWN)
    assert len(found) == 16 and all(len(conversation["turns"]) == 4 for conversation in found)
    assert [conversation["language"] for conversation in found].count("de") == 8


def test_a_conversation_is_asked_in_three_ways(tmp_path: Path, shared_cache: Path) -> None:
    folder = tmp_path / "ferries"
    for name, text in ARTICLES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    turns = [
        {"question": asked, "standalone": alone, "expect": [[expected]], "reject": []}
        for asked, alone, expected in [
            ("Who received Northwind's letter?", "Who received Northwind's letter?", "Solberg"),
            ("And what did the city pay for Baltica Ferries?", "What did the city pay for Baltica Ferries?", "310 million"),
        ]
    ]
    path = written(tmp_path, [{"id": "f", "language": "en", "turns": turns}])
    bot = Chatbot.open(Settings(corpus=folder, home=tmp_path / "home", cache=shared_cache, threshold=0.0), quiet=True)
    try:
        table = conversations(bot, path, verbose=True)
    finally:
        bot.close()
    rows = {row["turns"]: row for row in table.rows}
    assert rows["turn 1 (1)"]["right, rewritten"] == "1.00"
    assert rows["turn 2 (1)"]["right, standalone"] == "1.00"
    assert "follow-ups (1)" in rows and len(table.remarks) == 2
