"""The commands that look after an index: doctor and bench."""

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.cli_base import AsJson, settings
from bot.render import flat, printable

care = typer.Typer(rich_markup_mode=None)


@care.command()
def doctor(
    as_json: AsJson = False,
    repair: Annotated[bool, typer.Option("--repair", help="Drop what is broken and make it anew from the articles.")] = False,
) -> None:
    """Say where everything lies, what is installed, and what to do where something is wrong."""
    from bot.doctor import examine
    from bot.repair import repair as mend

    read = settings()
    done = [printable(flat(said)) for said in mend(read)] if repair else []
    report = examine(read)
    if as_json:
        typer.echo(json.dumps(report.to_dict() | ({"repaired": done} if repair else {}), ensure_ascii=False, indent=2))
    else:
        typer.echo("\n".join([*done, *([""] if done else []), report.to_text()]))
    if report.problems:
        raise typer.Exit(1)


@care.command()
def bench(
    as_json: AsJson = False,
    questions: Annotated[int, typer.Option(help="How many questions to time.")] = 100,
    growth: Annotated[bool, typer.Option("--growth", help="How briefings grow with made-up articles instead.")] = False,
    scale: Annotated[bool, typer.Option("--scale", help="Measure how it grows, over synthetic news.")] = False,
    passages: Annotated[str, typer.Option(help="Sizes for --scale.")] = "1000,10000,100000",
    embedded: Annotated[int, typer.Option(help="Passages up to which --scale embeds instead of drawing vectors.")] = 10_000,
    folder: Annotated[Path | None, typer.Option(help="Where --scale builds and leaves what it built.")] = None,
    server: Annotated[bool, typer.Option("--server", help="Measure --scale over a Chroma server, started for it.")] = False,
) -> None:
    """Time the product against its parts; ratios taken in one run."""
    if growth:
        from bot.evaluation.growth import growth as grown

        table = grown()
    elif scale:
        from bot.evaluation.scale import run as grow
        from bot.evaluation.scale import sizes_of

        table = grow(settings(), sizes_of(passages), embedded, folder, over_server=server)
    else:
        from bot.evaluation.bench import run

        table = run(settings(), questions)
    typer.echo(json.dumps(table.to_dict(), indent=2) if as_json else table.to_text())
