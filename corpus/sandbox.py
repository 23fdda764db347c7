"""Asks `corpus.extract` in its own process, which is ended when it takes too long and started anew for the next file."""

import json
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from corpus.extract import Unreadable

SECONDS = 60.0
"""Time for one file."""


@dataclass
class Sandbox:
    """The process that reads foreign formats; closed at the end of a `with`."""

    seconds: float = SECONDS
    _child: "subprocess.Popen[bytes] | None" = None

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def read(self, kind: str, data: bytes, charset: str | None = None, address: str | None = None) -> dict[str, Any]:
        """What `corpus.extract` finds in a page, pdf or feed. Unreadable says why there is nothing."""
        request = {"kind": kind, "size": len(data), "charset": charset, "address": address}
        child = self._child = self._child or _start()
        assert child.stdin and child.stdout
        timer = threading.Timer(self.seconds, child.kill)
        timer.start()
        try:
            child.stdin.write(json.dumps(request).encode() + b"\n" + data)
            child.stdin.flush()
            line = child.stdout.readline()
        except OSError:
            line = b""
        finally:
            timer.cancel()
        if not line.endswith(b"\n"):
            self.close()
            raise Unreadable(
                f"it could not be read within {self.seconds:.0f} seconds and the memory allowed; split it or save it as text"
            )
        found: dict[str, Any] = json.loads(line)
        if "refused" in found:
            raise Unreadable(found["refused"])
        return found

    def close(self) -> None:
        """Ends the process."""
        child, self._child = self._child, None
        if child:
            child.kill()
            child.wait()
            for stream in (child.stdin, child.stdout):
                with suppress(OSError):  # what was still to be written has no reader
                    if stream:
                        stream.close()


def _start() -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-P", "-m", "corpus.extract"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
