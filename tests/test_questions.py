"""Hypothetical questions beside a sentence help to find it, are told where they are wrong, and are never shown."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ferries import ARTICLES
from helpers import Hashed, article, model_of, segment_of

from bot import Chatbot, Settings
from corpus.article import HypotheticalQuestion
from corpus.library import load
from corpus.markdown import parse, render
from index.scoring import Likeness
from index.segment import Segment, fingerprint

FILE = "---\ntitle: A\nlanguage: en\n---\nThe ferry sailed.[^a] Nobody\nsaw it.\n\n[^a]: Herald\n"
LINES = "article\tsentence\tquestions\na\tThe ferry sailed.\tDid it leave? |  What  left?\n\na\tNobody saw it.\tWho watched?\n"


def test_questions_belong_to_the_sentence_that_they_stand_beside(write_corpus: Callable[..., Path]) -> None:
    folder = write_corpus({"a.md": FILE, "b.md": FILE, "questions.tsv": LINES})
    found = load(folder)
    one, other = found
    assert found.problems == ()
    assert one.questions == (
        HypotheticalQuestion(0, "Did it leave?"), HypotheticalQuestion(0, "What left?"), HypotheticalQuestion(18, "Who watched?"),
    )  # fmt: skip
    assert other.questions == ()
    assert parse(render(one), "a").questions == (), "they stand beside the file"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("a\tThe ferry sailed.", "a line is ARTICLE ID"),
        ("a\tThe ferry sailed.\t | ", "a line is ARTICLE ID"),
        ("c\tThe ferry sailed.\tWhat left?", "there is no article 'c'"),
        ("a\tThe ferry sank.\tWhat sank?", "the article 'a' has no sentence 'The ferry sank.'"),
    ],
)
def test_a_line_at_fault_is_told_and_the_others_count(line: str, reason: str, write_corpus: Callable[..., Path]) -> None:
    folder = write_corpus({"a.md": FILE, "questions.tsv": f"{line}\na\tNobody saw it.\tWho watched?\n"})
    found = load(folder)
    assert [(problem.path.name, problem.line) for problem in found.problems] == [("questions.tsv", 1)]
    assert reason in found.problems[0].reason
    assert [question.text for question in found.articles[0].questions] == ["Who watched?"]


def test_a_file_of_questions_that_cannot_be_read_takes_no_article_away(write_corpus: Callable[..., Path]) -> None:
    folder = write_corpus({"a.md": FILE})
    (folder / "questions.tsv").write_bytes("ä".encode("latin-1"))
    found = load(folder)
    assert len(found) == 1
    assert [problem.reason for problem in found.problems] == ["cannot be read: it is not UTF-8"]


def test_a_sentence_is_as_near_as_the_nearest_of_its_questions(tmp_path: Path) -> None:
    model = model_of(Hashed())
    asked = (HypotheticalQuestion(0, "Did it leave?"), HypotheticalQuestion(3, "What left?"), HypotheticalQuestion(18, "Who?"))
    one = replace(article("a", "The ferry sailed. Nobody saw it. It sank."), questions=asked)
    other = article("b", "Die Fähre fuhr.", "de")
    folder = segment_of(tmp_path / "000001-1", [one, other], model)
    segment = Segment(folder, {each.id: (each, fingerprint(each)) for each in (one, other)}, frozenset())
    vector = model.question("What left the harbour?").pooled
    of = {question.text: float(model.question(question.text).pooled @ vector) for question in asked}
    near = segment.likeness("en", vector)
    assert np.allclose(near, [max(of["Did it leave?"], of["What left?"]), of["Who?"], 0], atol=1e-6)
    assert segment.likeness("de", vector).tolist() == [0]
    segment.close()
    assert fingerprint(one) != fingerprint(replace(one, questions=())), "other questions make an index that does not fit"


def test_only_a_question_that_is_like_another_gains() -> None:
    gains = Likeness(share=3, level=0.8).gain(np.array([0, 0.5, 0.8, 0.9, 1], np.float32))
    assert np.allclose(gains, [0, 0, 0, 1.5, 3])


ANSWER = "Northwind Lines did not buy Baltica Ferries."


@pytest.fixture
def bots(write_corpus: Callable[..., Path]) -> Iterator[tuple[Chatbot, Chatbot]]:
    """The same articles without and with a question beside one sentence."""
    line = f"en/outcome\t{ANSWER}\tWhich oddity do sailors whisper about?\n"
    folders = write_corpus(ARTICLES, "plain"), write_corpus({**ARTICLES, "questions.tsv": line}, "asked")
    plain, asked = (Chatbot.open(Settings(corpus=folder, threshold=0.0), quiet=True) for folder in folders)
    yield plain, asked
    plain.close()
    asked.close()


def test_a_foreseen_question_finds_its_sentence_first(bots: tuple[Chatbot, Chatbot]) -> None:
    question = "What oddity do the sailors whisper about?"
    before, after = (bot.index.search(question, "en").rankings[0].results[0].text for bot in bots)
    assert before != ANSWER
    assert after == ANSWER
    assert "whisper" not in bots[1].ask("Did Northwind buy Baltica Ferries?").text


def test_a_question_like_none_that_was_foreseen_finds_what_it_found(bots: tuple[Chatbot, Chatbot]) -> None:
    question = "Who owns Baltica Ferries?"
    found = [bot.index.search(question).interleaved for bot in bots]
    assert [(r.key, round(r.score, 4)) for r in found[0]] == [(r.key, round(r.score, 4)) for r in found[1]]
