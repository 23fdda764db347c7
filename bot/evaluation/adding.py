"""How long adding one article takes beyond embedding it: the real command in a home of its own."""

import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from bot.settings import Settings
from corpus.article import Article, Source
from index.build import embed, ensure
from index.segment import order, rows_of

WORDS = 1000
TITLE = "A day at the harbour"


def adding_row(settings: Settings, runs: int = 5) -> dict[str, object]:
    """The median of some runs of `dealbrief add FILE`, each of another article of 1,000 words that is embedded before."""
    model = settings.build.open_model()
    cache = settings.build.open_cache(model)
    seconds, embedding = [], []
    with tempfile.TemporaryDirectory() as folder:
        home = settings.model_copy(update={"home": Path(folder) / "home"})
        ensure(home.build, quiet=True)
        for run in range(runs):
            text = _text(settings, run)
            article = Article(Source("x", TITLE, None, "en"), text)
            texts = [row.text for row in rows_of(order([article]))[0]]
            started = time.perf_counter()
            model.documents(texts)  # the cache may know them from a run before
            embedding.append(time.perf_counter() - started)
            embed(model, cache, texts, lambda done, total: None)
            file = Path(folder) / f"{run}.txt"
            file.write_text(text, encoding="utf-8")
            seconds.append(_seconds(home, file))
    middle = runs // 2
    return {
        "what": f"adding an article of {WORDS:,} words beyond embedding it",
        "ratio": "",
        "seconds": f"{sorted(seconds)[middle]:.1f} (longest {max(seconds):.1f}); embedding it {sorted(embedding)[middle]:.1f}",
    }


def _seconds(settings: Settings, file: Path) -> float:
    options = [f"--{name}={getattr(settings, name)}" for name in ("corpus", "home", "cache")]
    command = [sys.executable, "-P", "-m", "bot.cli", *options, "add", str(file), "--title", TITLE, "--language", "en"]
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def _text(settings: Settings, run: int) -> str:
    """An article of English sentences of the corpus, in paragraphs, with a number in each that stands nowhere else."""
    paragraphs = (
        paragraph
        for article in settings.build.load()
        if article.source.language == "en"
        for paragraph in article.text.split("\n\n")
    )
    words: list[str] = []
    parts = []
    for paragraph in islice((p for p in paragraphs if not p.startswith("#")), run, None, 7):
        marked = paragraph.replace(".", f" on day {run + 1}.")
        parts.append(marked)
        words += marked.split()
        if len(words) >= WORDS:
            break
    return "\n\n".join(parts)
