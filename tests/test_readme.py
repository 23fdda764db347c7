"""The commands that the README shows, run over the bundled story, print what the README shows."""

import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from command import Command

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
SHOWN = (".venv/bin/dealbrief ask", ".venv/bin/python -c")


@dataclass(frozen=True)
class Example:
    """A command of the README and what stands below it."""

    command: str
    output: str


def examples() -> list[Example]:
    """Every command of a ```console block that asks a question, with the lines up to the next command."""
    text = README.read_text(encoding="utf-8") if README.is_file() else ""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        for piece in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = piece.replace("\\\n", "").partition("\n")
            if command.startswith(SHOWN):
                found.append(Example(command.strip(), output))
    return found


@pytest.mark.parametrize("example", examples() or [Example("", "")], ids=lambda example: example.command or "none")
def test_the_readme_shows_what_is_printed(story: Command, example: Example) -> None:
    assert example.command, "README.md has no ```console block with '$ .venv/bin/dealbrief ask' or '$ .venv/bin/python -c'"
    program, *arguments = shlex.split(example.command, comments=True)
    done = subprocess.run(
        [Path(sys.executable).parent / Path(program).name, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        env=story.environment(),
        check=False,
    )
    assert done.returncode in (0, 3), done.stdout
    assert trimmed(done.stdout) == trimmed(example.output)


def trimmed(text: str) -> list[str]:
    """The lines that say something, without the white space around them."""
    return [line.strip() for line in text.splitlines() if line.strip()]
