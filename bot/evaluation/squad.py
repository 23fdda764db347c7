"""Questions with gold answers in SQuAD's form, and an index over their paragraphs.

The form: {"data": [{"title", "paragraphs": [{"context", "qas": [{"id", "question", "answers": [{"text",
"answer_start"}], "is_impossible"?}]}]}]}. Files of one data set in several languages share their question ids.
"""

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from corpus.article import Article, Source, clean_text
from corpus.errors import BriefingError
from corpus.language import language_of
from corpus.library import Library
from index.build import build
from index.cache import EmbeddingCache
from index.e5 import TokenVectors
from index.embedder import EmbeddingModel
from index.generation import Store
from index.scoring import Weights
from index.search import Index


class DataError(BriefingError):
    """An evaluation file of the wrong form; the message names the place and the field."""


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question, the title of its article, and where its gold answer stands; `answerable` as people marked it."""

    id: str
    text: str
    language: str
    title: str
    article: str
    start: int
    end: int
    answerable: bool


@dataclass(frozen=True)
class GoldSet:
    """The paragraphs of one file as articles, and its questions."""

    language: str
    articles: tuple[Article, ...]
    questions: tuple[GoldQuestion, ...]


def read(path: Path) -> GoldSet:
    """Reads a file. DataError names what is wrong and where."""
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read as JSON: {error}.") from error
    articles: list[Article] = []
    questions: list[GoldQuestion] = []
    where = "data"
    try:
        language = _language(data)
        for i, entry in enumerate(data["data"]):
            title = str(entry["title"]).replace("_", " ")
            for j, paragraph in enumerate(entry["paragraphs"]):
                where = f"data[{i}].paragraphs[{j}]"
                context = str(paragraph["context"])
                source = Source(f"{language}/{path.stem}-{i:03d}-{j:03d}", title, None, language)
                articles.append(Article(source, clean_text(context)))
                for k, qa in enumerate(paragraph["qas"]):
                    where = f"data[{i}].paragraphs[{j}].qas[{k}]"
                    questions.append(_question(qa, context, language, title, articles[-1]))
    except (KeyError, TypeError, IndexError, ValueError) as error:
        raise DataError(f"{path}: {where} is not in SQuAD's form: {type(error).__name__} {error}.") from error
    return GoldSet(language, tuple(articles), tuple(questions))


def _language(data: Any) -> str:
    sample = " ".join(str(p["context"]) for entry in data["data"][:3] for p in entry["paragraphs"][:3])
    return language_of(sample) or "en"


def _question(qa: Any, context: str, language: str, title: str, article: Article) -> GoldQuestion:
    answers = qa["answers"] or [{"text": "", "answer_start": 0}]
    at = int(answers[0]["answer_start"])
    lead = len(context) - len(context.lstrip())
    start = len(clean_text("." + context[lead:at] + ".")) - 2
    end = start + len(clean_text("." + str(answers[0]["text"]) + ".")) - 2
    answerable = bool(qa["answers"]) and not qa.get("is_impossible", False)
    return GoldQuestion(str(qa["id"]), str(qa["question"]), language, title, article.id, start, end, answerable)


@contextmanager
def opened(
    articles: Sequence[Article], model: EmbeddingModel, cache: EmbeddingCache, weights: Weights | None = None
) -> Iterator[Index]:
    """An index of these articles alone, gone afterwards; vectors come from the cache where it has them."""
    with tempfile.TemporaryDirectory(prefix="dealbrief-eval-") as folder:
        library = Library(Path(folder), tuple(articles))
        store = Store(Path(folder))
        build(library, model, store, cache)
        index = Index.open(store, library, model, weights)
        try:
            yield index
        finally:
            index.close()


def remembering(model: EmbeddingModel) -> EmbeddingModel:
    """The same model, which embeds a question only once."""
    known: dict[tuple[str, str], TokenVectors] = {}

    def encode(texts: list[str], side: Any) -> list[TokenVectors]:
        missing = [text for text in texts if (text, side) not in known]
        if side == "document":
            return model.encode(texts, side)
        known.update(((text, side), found) for text, found in zip(missing, model.encode(missing, side), strict=True))
        return [known[text, side] for text in texts]

    return replace(model, encode=encode)
