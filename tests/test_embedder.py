"""Every embedding model keeps one contract: the bundled one, sentence-transformers ones, and LangChain providers."""

import logging
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from helpers import Hashed, model_of, python
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny_models import LIMIT, minilm, write_tiny_bert

from index.e5 import BundledE5
from index.embedder import EmbedderError, EmbeddingModel, open_model, wrap

TEXTS = ["The letter was sent to the mayor.", "Der Brief ging an den Bürgermeister.", "?", "😀 U\u0308ber 2. April", ""]
MODELS = ("bundled", "minilm", "tiny", "tiny with prompts", "langchain", "own")
PROVIDER = '''
from langchain_core.embeddings import DeterministicFakeEmbedding

class CohereEmbeddings(DeterministicFakeEmbedding):
    """A provider's class as LangChain looks for it, without a network; fails where its model's name says so."""
    def __init__(self, model, **kwargs):
        super().__init__(size=48)
        if model == "keyless":
            raise ValueError("Did not find cohere_api_key.\\nSet it.")
        self.__dict__["broken"] = model == "broken"

    def embed_query(self, text):
        if self.__dict__["broken"]:
            raise ConnectionError("401 Unauthorized.\\nDetails.")
        return super().embed_query(text)
'''


@pytest.fixture(autouse=True, scope="module")
def quiet() -> Iterator[None]:
    """What the libraries say while they load a model is none of our concern."""
    logging.disable(logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where models are written."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def tiny(folder: Path) -> Path:
    """A tiny BERT without prompts."""
    return write_tiny_bert(folder / "tiny")


@pytest.fixture(scope="module")
def prompted(folder: Path) -> Path:
    """A tiny BERT whose configuration has prompts."""
    return write_tiny_bert(folder / "my-e5-small", {"query": "query: ", "passage": "passage: "})


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A package of a LangChain provider."""
    place = tmp_path_factory.mktemp("provider")
    (place / "langchain_cohere.py").write_text(PROVIDER, encoding="utf-8")
    sys.path.insert(0, str(place))
    yield
    sys.path.remove(str(place))


@pytest.fixture(scope="module")
def models(engine: BundledE5, tiny: Path, prompted: Path, provider: None) -> dict[str, EmbeddingModel]:
    """Every kind of embedding model."""
    return {
        "bundled": wrap(engine, "bundled"),
        "minilm": open_model(str(minilm())),
        "tiny": open_model(str(tiny)),
        "tiny with prompts": open_model(str(prompted)),
        "langchain": open_model("cohere:fake"),
        "own": model_of(Hashed()),
    }


@pytest.fixture(params=MODELS)
def model(request: pytest.FixtureRequest, models: dict[str, EmbeddingModel]) -> EmbeddingModel:
    """One of them."""
    return models[request.param]


def test_vectors_have_their_shapes_and_unit_length(model: EmbeddingModel) -> None:
    for vectors in [*model.documents(TEXTS), *(model.question(text) for text in TEXTS)]:
        assert (vectors.pooled.shape, vectors.pooled.dtype) == ((model.dimension,), np.float32)
        assert abs(float(np.linalg.norm(vectors.pooled)) - 1) < 1e-5
        assert (vectors.states.shape, vectors.states.dtype) == ((len(vectors.ids), model.dimension), np.float32)
        assert (vectors.ids.ndim, vectors.ids.dtype) == (1, np.int32)
        assert np.isfinite(vectors.states).all()
    assert model.documents([]) == []


def test_token_vectors_are_the_texts_own(model: EmbeddingModel) -> None:
    one, two = model.documents(["letter", "letter letter"])
    question = model.question("letter")
    if not model.has_tokens:
        assert len(one.ids) == len(two.ids) == len(question.ids) == 0
        return
    assert one.ids.tolist() == question.ids.tolist()
    assert two.ids.tolist() == [*one.ids, *one.ids]
    assert model.count("letter letter") - model.count("letter") == len(one.ids)


def test_a_vector_does_not_depend_on_its_neighbours(model: EmbeddingModel) -> None:
    alone = [model.documents([text])[0] for text in TEXTS]
    together = model.documents([*TEXTS, "a much longer text that stands beside the others " * 3])
    backwards = model.documents(TEXTS[::-1])[::-1]
    for one, two, three in zip(alone, together, backwards, strict=False):
        for other in (two, three):
            assert np.array_equal(one.pooled, other.pooled)
            assert np.array_equal(one.states, other.states)
            assert np.array_equal(one.ids, other.ids)


@pytest.mark.parametrize("piece", ["The letter was sent, ", "Wort ", "x", "a-b; 😀: ", "\n"])
def test_documents_of_any_length_are_cut_and_embedded(model: EmbeddingModel, piece: str) -> None:
    text = piece
    while model.count(text) <= model.max_tokens and len(text) < 4_000:
        text += text
    pieces = model.cut(text)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(model.count(part) <= model.max_tokens for part in pieces)
    (vectors,) = model.documents([text])
    assert abs(float(np.linalg.norm(vectors.pooled)) - 1) < 1e-5
    if model.has_tokens and len(pieces) > 1:
        assert vectors.ids.tolist() == [number for part in model.documents(pieces) for number in part.ids]
    assert model.question(text).pooled.shape == (model.dimension,)


def test_no_text_is_over_480_tokens(model: EmbeddingModel) -> None:
    assert 8 <= model.max_tokens <= 480


def test_a_text_is_cut_behind_clause_marks(models: dict[str, EmbeddingModel]) -> None:
    clause = "the letter was sent to the letter, "
    pieces = models["tiny"].cut(clause * 30)
    assert all(piece.endswith("letter,") for piece in pieces)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80))
def test_any_text_can_be_embedded(models: dict[str, EmbeddingModel], text: str) -> None:
    for name in ("bundled", "tiny", "langchain", "own"):
        if name in {"langchain", "own"}:  # a provider is given what the corpus holds, in which there is no lone surrogate
            text = text.encode(errors="replace").decode()
        (vectors,) = models[name].documents([text])
        assert abs(float(np.linalg.norm(vectors.pooled)) - 1) < 1e-5


def test_a_model_that_knows_english_knows_what_is_meant(models: dict[str, EmbeddingModel]) -> None:
    documents = ["The mayor got a letter about the ferries.", "Sheep eat grass on the hill."]
    for name in ("bundled", "minilm"):
        right, wrong = models[name].documents(documents)
        question = models[name].question("Who received the letter?").pooled
        assert question @ right.pooled > question @ wrong.pooled


def test_prompts_are_those_of_the_configuration(models: dict[str, EmbeddingModel], tiny: Path) -> None:
    prompted, plain = models["tiny with prompts"], models["tiny"]
    given = open_model(str(tiny), query_prompt="query: ", document_prompt="passage: ")
    for text in ("letter", "the letter was sent"):
        for own, side in ((prompted.question(text), "query"), (prompted.documents([text])[0], "passage")):
            written = plain.documents([f"{side}: {text}"])[0]
            assert np.allclose(own.pooled, written.pooled, atol=1e-6)
            assert written.ids[-len(own.ids) :].tolist() == own.ids.tolist()
            assert np.allclose(own.states, written.states[-len(own.ids) :], atol=1e-5)
        assert np.allclose(given.question(text).pooled, prompted.question(text).pooled, atol=1e-6)
        assert np.allclose(given.documents([text])[0].pooled, prompted.documents([text])[0].pooled, atol=1e-6)
    assert not np.allclose(prompted.question("letter").pooled, plain.question("letter").pooled, atol=1e-3)


def test_a_long_prompt_leaves_room_for_the_whole_text(tiny: Path) -> None:
    prompt = "the letter " * 25
    model = open_model(str(tiny), query_prompt=prompt)
    text = "sent " * (model.max_tokens - 2)
    assert model.max_tokens + 50 <= LIMIT
    assert len(model.question(text).ids) == model.max_tokens - 2


def test_loading_a_model_draws_no_bar_where_there_is_no_terminal(tiny: Path) -> None:
    code = "import sys; from index.embedder import open_model; open_model(sys.argv[1])"
    said = python("-c", code, str(tiny))
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")


def test_an_id_names_weights_and_prompts(models: dict[str, EmbeddingModel], tiny: Path, folder: Path) -> None:
    ids = {model.id for model in models.values()}
    assert len(ids) == len(MODELS)
    assert open_model(str(tiny)).id == models["tiny"].id
    assert open_model(str(tiny), query_prompt="q: ").id not in ids
    other = write_tiny_bert(folder / "other" / "tiny", {"query": "x: "})
    assert open_model(str(other)).id not in ids


def test_an_e5_without_prompts_is_refused_with_the_advice(folder: Path) -> None:
    place = str(write_tiny_bert(folder / "E5-tiny"))
    advice = "DEALBRIEF_QUERY_PROMPT='query: ' and DEALBRIEF_DOCUMENT_PROMPT='passage: '"
    with pytest.raises(EmbedderError, match=advice):
        open_model(place)
    with pytest.raises(EmbedderError, match=advice):
        open_model(place, query_prompt="query: ")
    assert open_model(place, query_prompt="query: ", document_prompt="passage: ").dimension == 32


def test_a_model_without_token_vectors_of_its_own(tiny: Path, folder: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer

    static = StaticEmbedding(Tokenizer.from_file(str(tiny / "tokenizer.json")), embedding_dim=16)
    SentenceTransformer(modules=[static], device="cpu").save(str(folder / "static"), create_model_card=False)
    model = open_model(str(folder / "static"))
    assert (model.dimension, model.has_tokens) == (16, False)
    assert model.documents(["the letter " * 900])[0].pooled.shape == (16,)


def test_a_sentence_transformers_folder_through_langchain(tiny: Path, models: dict[str, EmbeddingModel]) -> None:
    model = open_model(f"huggingface:{tiny}")
    assert (model.dimension, model.has_tokens, model.id) == (32, False, f"huggingface:{tiny}")
    assert np.allclose(model.question("the letter").pooled, models["tiny"].question("the letter").pooled, atol=1e-5)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("/no/such/folder", "could not be loaded"),
        ("./nowhere", "could not be loaded"),
        ("openai:text-embedding-3-small", "needs another package: .*pip install langchain-openai"),
        ("nosuch:model", "cannot be used: Provider 'nosuch' is not supported"),
        ("cohere:keyless", "cannot be used: Did not find cohere_api_key."),
        ("cohere:broken", "gave no vectors: 401 Unauthorized."),
    ],
)
def test_a_model_that_is_missing_is_one_sentence(
    provider: None, monkeypatch: pytest.MonkeyPatch, name: str, words: str
) -> None:
    monkeypatch.setitem(sys.modules, "langchain_openai", None)
    with pytest.raises(EmbedderError, match=words) as caught:
        open_model(name)
    assert repr(name) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert ".." not in str(caught.value)


def test_a_name_that_is_nowhere_on_this_machine_is_one_sentence_offline() -> None:
    code = "from index.embedder import EmbedderError, open_model\n"
    code += "try: open_model('no-such-model-anywhere')\nexcept EmbedderError as error: print(error)"
    said = python("-c", code, env={**os.environ, "HF_HUB_OFFLINE": "1"})
    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith("The embedding model 'no-such-model-anywhere' could not be loaded: ")
    assert said.stdout.count("\n") == 1


@pytest.mark.parametrize("broken", ["model.safetensors", "config.json", "tokenizer.json", "modules.json"])
def test_a_folder_with_a_broken_file_is_one_sentence(folder: Path, broken: str) -> None:
    place = write_tiny_bert(folder / f"broken-{broken}")
    data = (place / broken).read_bytes()
    (place / broken).write_bytes(data[: len(data) // 2])
    with pytest.raises(EmbedderError, match="could not be loaded") as caught:
        open_model(str(place))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("size", "words"), [(0, "weights"), (1_000, "weights"), (None, "weights")])
def test_a_weights_file_that_is_not_the_published_one_is_refused(tmp_path: Path, size: int | None, words: str) -> None:
    place = tmp_path / "e5-small-q4.bin"
    if size is not None:
        place.write_bytes(b"\1" * size)
    with pytest.raises(EmbedderError, match=words) as caught:
        open_model(weights=place)
    assert "\n" not in str(caught.value)


def test_the_bundled_model_is_the_default(engine: BundledE5) -> None:
    model = open_model()
    assert (model.id, model.dimension, model.has_tokens) == (engine.id, 384, True)
    assert model.one is not None and model.one.__func__ is BundledE5.question  # type: ignore[attr-defined]
    assert np.array_equal(model.questions(["Who?", "Why?"])[0].pooled, engine.encode_query(["Who?"])[0])
