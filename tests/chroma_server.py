"""A Chroma server on loopback, as `chroma run` starts it."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def chroma_server(folder: Path, port: int) -> Iterator[str]:
    """Runs a server over a folder until the end of the `with`; gives its address."""
    said = (folder.parent / "server.log").open("ab")
    run = "import sys, chromadb_rust_bindings as chroma; chroma.cli(['chroma', 'run', *sys.argv[1:]])"
    command = [sys.executable, "-P", "-c", run, "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    child = subprocess.Popen(command, stdout=said, stderr=said)
    try:
        for _ in range(600):
            assert child.poll() is None, (folder.parent / "server.log").read_text()
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        child.kill()
        child.wait()
        said.close()
