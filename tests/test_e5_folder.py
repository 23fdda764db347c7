"""The bundled weights at full precision are the same embedder to sentence-transformers and to LangChain."""

from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

from bot.evaluation.usual import UsualPipeline
from corpus.article import Article, Source
from index.e5 import BundledE5
from index.e5_folder import write_sentence_transformer

TEXTS = ["Amazon's letter went to the White House.", "Die Stadt übernahm die Fähren am 12. Juni 2024 für 310 Mio. €.", "½ “x”"]


def test_the_folder_embeds_as_the_bundled_engine_does(tmp_path: Path, engine: BundledE5) -> None:
    model = SentenceTransformer(str(write_sentence_transformer(tmp_path / "e5")), device="cpu")
    documents = (model.encode_document(TEXTS) * engine.encode_document(TEXTS)).sum(axis=1)
    questions = (model.encode_query(TEXTS) * engine.encode_query(TEXTS)).sum(axis=1)
    assert np.minimum(documents, questions).min() >= 0.999

    articles = [Article(Source(f"en/{i}", "A title", None, "en"), text) for i, text in enumerate(TEXTS)]
    usual = UsualPipeline(tmp_path / "e5", articles)
    assert usual.nearest("Who got the letter?")[0] == ("en/0", 0)
    usual.close()
