"""How the product grows: the same steps over ever more synthetic news, each in a process of its own."""

import json
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np

from bot.adding import Adder
from bot.chatbot import Chatbot
from bot.evaluation.drawn import drawn
from bot.evaluation.synthetic import PASSAGES, article, questions, write_news
from bot.evaluation.table import Table
from bot.settings import Settings
from corpus.errors import BriefingError
from index.build import build, embed, ensure
from index.segment import order, rows_of

POOL = 1500
"""Sentences that are embedded for those whose vectors are drawn."""
QUESTIONS = 40
_CHROMA_RUN = "import sys, chromadb_rust_bindings as chroma; chroma.cli(['chroma', 'run', *sys.argv[1:]])"
_FAR = 900_000
"""The number of the article that is added, which no corpus has."""


class ScaleError(BriefingError):
    """A step that did not end well."""


def sizes_of(text: str) -> list[int]:
    """The sizes in a list with commas. ScaleError where one is none."""
    try:
        sizes = [int(part) for part in text.split(",")]
    except ValueError:
        sizes = [0]
    if min(sizes) < PASSAGES:
        raise ScaleError(f"Sizes are numbers from {PASSAGES} on with commas between them, not {text!r}.")
    return sizes


def run(
    settings: Settings, sizes: Sequence[int], embedded: int, folder: Path | None = None, *, over_server: bool = False
) -> Table:
    """A row for each size in passages; up to `embedded` passages are embedded, beyond that vectors are drawn.

    What is built in `folder` stays there and is not built again.
    """
    rows = []
    for size in sizes:
        with _place(folder, size) as place, _server(place) if over_server else nullcontext() as url:
            given = {"corpus": place / "corpus", "home": place / "home", "cache": settings.cache, "chroma_url": url}
            rows.append(_measure({name: str(value) for name, value in given.items() if value}, size, size > embedded))
    where = "in a Chroma server on this machine, whose memory and disk are not counted" if over_server else "embedded"
    return Table(f"Growth, Chroma {where}", rows, [_growth(rows), *_REMARKS])


_REMARKS = [
    "add: reading the file, looking for copies, indexing, seconds; beyond embedding: without embedding its sentences.",
    "Memory is the most that the step's process, or a process that it started, held at once.",
]


def _growth(rows: Sequence[dict[str, Any]]) -> str:
    least, most = rows[0], rows[-1]
    names = ("build s", "add s", "remove s", "answer ms", "open s")
    ratios = ", ".join(f"{name.rpartition(' ')[0]} {most[name] / least[name]:.1f}" for name in names if least[name])
    return f"{most['passages']:,} passages against {least['passages']:,}, times: {ratios}"


@contextmanager
def _place(folder: Path | None, size: int) -> Iterator[Path]:
    if folder is not None:
        place = folder / str(size)
        place.mkdir(parents=True, exist_ok=True)
        yield place
        return
    with tempfile.TemporaryDirectory(prefix="dealbrief-scale-") as made:
        yield Path(made)


@contextmanager
def _server(place: Path) -> Iterator[str]:
    """The address of a Chroma server of our own over a folder; the same each time, since an index belongs to an address."""
    kept = place / "port"
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", int(kept.read_text()) if kept.is_file() else 0))
        except OSError as error:
            raise ScaleError(f"The port that {kept} names is not free ({error}). Free it, or delete that file.") from error
        port = listener.getsockname()[1]
    kept.write_text(str(port))
    about = ["--path", str(place / "server"), "--host", "127.0.0.1", "--port", str(port)]
    child = subprocess.Popen(
        [sys.executable, "-P", "-c", _CHROMA_RUN, *about], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if child.poll() is not None or probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        child.kill()
        child.wait()


def _measure(given: dict[str, str], size: int, is_drawn: bool) -> dict[str, Any]:
    if not Path(given["corpus"]).is_dir():
        write_news(Path(given["corpus"]), size)
    first = _step("build_drawn" if is_drawn else "build_embedded", given)
    served = _step("serve", given)
    added = _step("add", given)
    removed = _step("remove", given)
    return {
        "passages": size,
        "sentences": served["sentences"],
        "vectors": "drawn" if is_drawn else "embedded",
        "build s": first["seconds"],
        "build MB": first["megabytes"],
        "open s": served["opening"],
        "open MB": served["opening megabytes"],
        "answer ms": served["answer"],
        "of that embedding": served["embedding"],
        "answer MB": served["megabytes"],
        "add s": added["seconds"],
        "beyond embedding s": round(added["seconds"] - added["embedding"], 1),
        "add MB": added["megabytes"],
        "remove s": removed["seconds"],
        "remove MB": removed["megabytes"],
        "KB a sentence": served["kilobytes"],
    }


def _step(name: str, given: dict[str, str]) -> dict[str, Any]:
    """A step in a fresh process."""
    command = [sys.executable, "-P", "-m", "bot.evaluation.scale", name, json.dumps(given)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise ScaleError(f"The step {name} did not end well: {done.stdout.strip()[-300:] or f'status {done.returncode}'}.")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _build_embedded(settings: Settings) -> dict[str, Any]:
    return {"seconds": _timed(lambda: ensure(settings.build))}


def _build_drawn(settings: Settings) -> dict[str, Any]:
    model, library = settings.build.open_model(), settings.build.load()
    if settings.build.store.pointer():
        return {"seconds": 0.0}
    texts = [row.text for row in rows_of(order(library.articles[: 2 * POOL // (5 * PASSAGES)]))[0]][:POOL]
    store, cache = settings.build.store, settings.build.open_cache(model)
    store.folder.mkdir(parents=True)
    made = drawn(model, list(embed(model, cache, texts, lambda done, total: None).values()))
    with store.lock():
        seconds = _timed(lambda: build(library, made, store, cache.off()))
    settings.build.known(library).keep()
    return {"seconds": seconds}


def _serve(settings: Settings) -> dict[str, Any]:
    started = time.perf_counter()
    bot = Chatbot.open(settings, quiet=True)
    opening = round(time.perf_counter() - started, 2)
    opened = _megabytes()
    asked = questions(len(bot.library), QUESTIONS)
    for question in asked[:5]:
        bot.ask(question)
    answer = [_timed(lambda text=question: bot.ask(text)) for question in asked]  # type: ignore[misc]
    embed = [_timed(lambda text=question: bot.index.model.question(text)) for question in asked]  # type: ignore[misc]
    sentences = bot.index.size["sentences"]
    size = sum(path.stat().st_size for path in settings.build.store.folder.rglob("*") if path.is_file())
    bot.close()
    return {
        "opening": opening,
        "opening megabytes": opened,
        "answer": round(1000 * float(np.median(answer)), 1),
        "embedding": round(1000 * float(np.median(embed)), 1),
        "sentences": sentences,
        "kilobytes": round(size / 1000 / sentences, 2),
    }


def _add(settings: Settings) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "added.md"
        file.write_text(article(_FAR), encoding="utf-8")
        started = time.perf_counter()
        adder = Adder(settings, quiet=True)
        outcomes = list(adder.add([str(file)]))
        adder.settle()
        seconds = time.perf_counter() - started
    if [outcome.status for outcome in outcomes] != ["added"]:
        raise ScaleError(f"The article was not added: {outcomes[0].reason or outcomes[0].status}.")
    found = outcomes[0].article
    assert found is not None
    texts = [row.text for row in rows_of([found])[0]]
    model = settings.build.open_model()
    return {"seconds": round(seconds, 2), "embedding": round(_timed(lambda: model.documents(texts)), 2)}


def _remove(settings: Settings) -> dict[str, Any]:
    ids = [one.id for one in settings.build.load() if one.id.startswith("added/")]
    started = time.perf_counter()
    adder = Adder(settings, quiet=True)
    list(adder.remove(ids))
    adder.settle()
    return {"seconds": round(time.perf_counter() - started, 2)}


_STEPS: dict[str, Callable[[Settings], dict[str, Any]]] = {
    "build_embedded": _build_embedded,
    "build_drawn": _build_drawn,
    "serve": _serve,
    "add": _add,
    "remove": _remove,
}


def _timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return round(time.perf_counter() - started, 4)


def main() -> int:
    """Does one step; prints what it took as JSON, an error as one sentence."""
    name, given = sys.argv[1:]
    try:
        found = _STEPS[name](Settings.read(**json.loads(given)))
    except BriefingError as error:
        print(error)
        return 1
    print(json.dumps(found | {"megabytes": _megabytes()}))
    return 0


def _megabytes() -> int:
    """The most that this process, or one that it started, has held at once."""
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return int(most // (2**20 if sys.platform == "darwin" else 2**10))


if __name__ == "__main__":
    sys.exit(main())
