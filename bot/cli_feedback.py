"""The dealbrief feedback commands: list, export and forget what readers said about answers."""

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.cli_base import AsJson, settings
from bot.render import flat, printable
from bot.store import Feedback, FeedbackError, Store

feedback = typer.Typer(help="What readers said about answers.", no_args_is_help=True, rich_markup_mode=None)


@feedback.command("list")
def list_feedback(as_json: AsJson = False) -> None:
    """Print all feedback, oldest first."""
    found = Store(settings().home).feedback()
    if as_json:
        typer.echo(json.dumps([record.to_dict() for record in found], ensure_ascii=False, indent=2))
        return
    for record in found:
        typer.echo(_line(record))
    typer.echo(f"{len(found)} feedback, {sum(record.verdict == 'up' for record in found)} of it up", err=True)


@feedback.command("export")
def export(
    file: Annotated[Path | None, typer.Argument(help="File to write; without one standard output.")] = None,
) -> None:
    """Write all feedback with its answers, one JSON object a line."""
    lines = [json.dumps(record.to_dict(), ensure_ascii=False) for record in Store(settings().home).feedback()]
    if file is None:
        typer.echo("".join(f"{line}\n" for line in lines), nl=False)
        return
    try:
        with file.open("x", encoding="utf-8") as writing:
            writing.writelines(f"{line}\n" for line in lines)
    except OSError as error:
        raise FeedbackError(f"The feedback cannot be written to {file}: {error.strerror}. Give another file.") from error
    typer.echo(f"{len(lines)} feedback written to {file}", err=True)


@feedback.command("forget")
def forget(
    ids: Annotated[list[int] | None, typer.Argument(help="Numbers that dealbrief feedback list shows.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All of it, as without numbers.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove feedback for good: that of the numbers given, else all of it."""
    if ids and everything:
        raise typer.BadParameter("Give the numbers to forget, or --all.")
    removed = Store(settings().home).forget(ids or "all")
    typer.echo(json.dumps({"forgotten": removed}) if as_json else f"{removed} feedback forgotten")


def _line(record: Feedback) -> str:
    reason = f" ({record.reason})" if record.reason else ""
    comment = f": {record.comment}" if record.comment else ""
    asked = record.answer.get("question", "")
    return printable(flat(f'{record.id}  {record.given_at}  {record.channel}  {record.verdict}{reason}  "{asked}"{comment}'))
