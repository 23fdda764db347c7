"""Runs the dealbrief command as a user does: in a process of its own, with an environment of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Ended:
    """What a command left behind: its status, standard output and standard error."""

    code: int
    out: str
    err: str

    def clean(self) -> "Ended":
        """Itself, if it ended without a traceback and printed UTF-8."""
        assert "Traceback" not in self.out + self.err, self.out + self.err
        assert self.code in (0, 1, 2, 3), self
        return self


@dataclass(frozen=True)
class Command:
    """The folders in which a command works."""

    home: Path
    cache: Path
    corpus: Path | None = None
    cwd: Path | None = None

    def environment(self, **variables: str) -> dict[str, str]:
        """Nothing of the person who runs the tests but the path."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "DEALBRIEF_HOME": str(self.home),
            "DEALBRIEF_CACHE": str(self.cache),
            **variables,
        }

    def start(
        self, *arguments: str | bytes, variables: Mapping[str, str] | None = None, options: Sequence[str] = ()
    ) -> "subprocess.Popen[bytes]":
        """The command, started."""
        corpus = ["--corpus", str(self.corpus)] if self.corpus else []
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "bot.cli", *corpus, *options, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.cwd or self.home.parent,
            env=self.environment(**(variables or {})),
        )

    def run(
        self,
        *arguments: str | bytes,
        typed: bytes = b"",
        variables: Mapping[str, str] | None = None,
        options: Sequence[str] = (),
        seconds: float = 200,
    ) -> Ended:
        """The command, ended within some seconds; what it printed must be UTF-8 and no traceback."""
        return ended(self.start(*arguments, variables=variables, options=options), typed, seconds)


def ended(process: "subprocess.Popen[bytes]", typed: bytes = b"", seconds: float = 200) -> Ended:
    """Waits for a started command."""
    try:
        out, err = process.communicate(typed, timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return Ended(process.returncode, out.decode(), err.decode()).clean()
