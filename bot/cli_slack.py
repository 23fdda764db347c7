"""The dealbrief slack command: run the app, or look whether it could run."""

import json
import os
import signal
from collections.abc import Callable
from typing import Annotated

import typer

from bot.cli_base import AsJson, chatbot, settings
from bot.render import flat, printable


def slack(
    check: Annotated[bool, typer.Option("--check", help="Only look whether tokens, scopes and connection are right.")] = False,
    http: Annotated[bool, typer.Option("--http", help="Wait for Slack's calls instead of opening a socket.")] = False,
    as_json: AsJson = False,
) -> None:
    """Answer in Slack, until interrupted."""
    if check:
        _check(http, as_json)
        return
    from bot.slack.app import SlackApp
    from bot.slack.serve import alone, http_mode, socket_mode
    from bot.slack.workspaces import required, sign_in

    read = settings()
    required(read, "DEALBRIEF_SLACK_SIGNING_SECRET" if http else "DEALBRIEF_SLACK_APP_TOKEN")
    workspaces = sign_in(read)
    with alone(read), chatbot() as bot:
        bot.warm_beside()
        ending = until_interrupted()
        app = SlackApp(bot, read, workspaces)
        with http_mode(app, read) if http else socket_mode(app, read) as where:
            names = ", ".join(workspace.name for workspace in workspaces.values())
            at = f" Slack is to call {where}." if http else ""
            typer.echo(printable(f"Dealbrief answers in {names}.{at} Ctrl-C ends it."))
            ending()


def until_interrupted() -> Callable[[], object]:
    """What waits until the process is asked to end, by Ctrl-C or by SIGTERM."""
    # A pipe, because a handler that sets an Event can come while the same thread holds the Event's lock.
    reading, writing = os.pipe()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os.write(writing, b"x"))
    return lambda: os.read(reading, 1)


def _check(http: bool, as_json: bool) -> None:
    from bot.slack.check import examine

    found = examine(settings(), http=http)
    if as_json:
        typer.echo(json.dumps([one.to_dict() for one in found], ensure_ascii=False, indent=2))
    else:
        for one in found:
            typer.echo(
                printable(flat(f"{'wrong' if one.problem else 'ok':8}{one.what}{': ' if one.problem else ''}{one.problem}"))
            )
    if any(one.problem for one in found):
        raise typer.Exit(1)
