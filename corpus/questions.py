"""Hypothetical questions: what the sentences of a corpus answer, written beside its articles so that these are found.

A question is nearest to a question, whatever words its answer uses (the multi-vector retriever of LangChain has the
name, doc2query of Nogueira and others, 2019, the idea). They are never shown and never evidence. `questions.tsv` in the
corpus folder, beside story.toml, has a line for each sentence that has any:

    ARTICLE ID <tab> SENTENCE, as it stands <tab> QUESTION[ | QUESTION ...]
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from corpus.article import Article, HypotheticalQuestion, clean_text

FILE = "questions.tsv"
HEADER = "article\tsentence\tquestions"

Fault = tuple[int, str]


def with_questions(folder: Path, articles: Sequence[Article]) -> tuple[list[Article], list[Fault]]:
    """The articles with the questions that the folder's file gives their sentences, and the faults of its lines.

    A folder without the file gives the articles as they are; a line at fault is left out, all others count.
    """
    try:
        raw = (folder / FILE).read_bytes().decode()
    except FileNotFoundError:
        return list(articles), []
    except (OSError, UnicodeDecodeError) as error:
        return list(articles), [(1, f"cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}")]
    by_id = {article.id: article for article in articles}
    found: dict[str, list[HypotheticalQuestion]] = {}
    faults: list[Fault] = []
    for number, line in _lines(raw):
        id, _, rest = line.partition("\t")
        sentence, _, questions = rest.partition("\t")
        texts = [text for part in questions.split("|") if (text := " ".join(part.split()))]
        article = by_id.get(id)
        if not sentence or not texts:
            faults.append((number, "a line is ARTICLE ID, tab, SENTENCE, tab, QUESTION[ | QUESTION ...]"))
        elif article is None:
            faults.append((number, f"there is no article {id!r}"))
        elif (offset := _offset(article.text, sentence)) < 0:
            faults.append((number, f"the article {id!r} has no sentence {sentence!r}"))
        else:
            found.setdefault(id, []).extend(HypotheticalQuestion(offset, text) for text in texts)
    asked = {id: tuple(sorted(questions, key=lambda question: question.offset)) for id, questions in found.items()}
    return [replace(article, questions=asked.get(article.id, ())) for article in articles], faults


def _offset(text: str, sentence: str) -> int:
    """Where a sentence begins in a text, which may break its lines; -1 where it does not stand there."""
    if (offset := text.find(sentence)) >= 0:
        return offset
    found = re.search(r"\s+".join(map(re.escape, sentence.split())), text)
    return found.start() if found else -1


def _lines(raw: str) -> Iterator[tuple[int, str]]:
    """The lines that say something, with their numbers from 1 on."""
    for number, line in enumerate(clean_text(raw.removeprefix("\ufeff")).split("\n"), 1):
        if line.strip() and line != HEADER:
            yield number, line
