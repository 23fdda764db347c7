"""What every command shares: the options before its name, the settings of the run, the opened chatbot."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

# One thread a question where it serves; before numpy is imported anywhere.
for _variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

import typer

from bot.settings import Settings

if TYPE_CHECKING:
    from bot.chatbot import Chatbot

given: dict[str, Any] = {}
"""The settings named on the command line; None where they are not."""

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def options(
    corpus: Annotated[Path | None, typer.Option(help="Folder of articles instead of the bundled story.")] = None,
    home: Annotated[Path | None, typer.Option(help="Folder of index, feedback and settings.")] = None,
    cache: Annotated[Path | None, typer.Option(help="Folder of embeddings, shared by all homes.")] = None,
    model: Annotated[str | None, typer.Option(help='"extractive", or a chat model as provider:model.')] = None,
    log_level: Annotated[str | None, typer.Option(help="debug, info, warning or error.")] = None,
) -> None:
    """Options that every command takes, before its name."""
    given.update(corpus=corpus, home=home, cache=cache, model=model, log_level=log_level)


def settings() -> Settings:
    """The settings of this run."""
    read = Settings.read(**given)
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(read.log_level.upper())  # a library that turns its own logger up is not heard either
    logging.basicConfig(level=read.log_level.upper(), handlers=[handler])
    return read


@contextmanager
def chatbot() -> Iterator["Chatbot"]:
    """The chatbot of this run, closed at the end."""
    from bot.chatbot import Chatbot  # here, because much that is done needs none of it

    opened = Chatbot.open(settings())
    try:
        yield opened
    finally:
        opened.close()


def disclose(bot: "Chatbot") -> None:
    """Says on standard error who else gets to see what is asked, if anybody does."""
    if said := bot.disclosure(bot.settings.language):
        typer.echo(said, err=True)
