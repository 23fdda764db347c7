"""The dealbrief command: every verb over the same chatbot."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.answer import Message
from bot.cli_articles import articles
from bot.cli_base import AsJson, chatbot, disclose, given, options, settings
from bot.cli_briefings import briefings
from bot.cli_care import care
from bot.cli_eval import evaluate
from bot.cli_feedback import feedback
from bot.cli_slack import slack
from bot.history import read_history
from bot.render import flat, printable, to_json, to_text
from corpus.errors import BriefingError

REFUSED = 3

app = typer.Typer(
    name="dealbrief",
    help="Ask a corpus of articles; every sentence of an answer is a quote with its source.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.callback()(options)
app.add_typer(evaluate, name="eval")
app.add_typer(articles)
app.add_typer(briefings)
app.add_typer(care)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in English or German.")],
    as_json: AsJson = False,
    history: Annotated[
        Path | None, typer.Option(help="JSON file: a list of {role, content}, citations as --json prints them.")
    ] = None,
) -> None:
    """Answer one question."""
    turns = read_history(history) if history else []
    with chatbot() as bot:
        disclose(bot)
        answer = bot.ask(question, turns)
    if as_json:
        typer.echo(to_json(answer))
    else:
        typer.echo(to_text(answer))
        for notice in answer.notices:
            typer.echo(printable(notice), err=True)
    if answer.kind == "refusal":
        raise typer.Exit(REFUSED)


@app.command()
def chat() -> None:
    """Ask in the terminal, one question after the other; an empty line or Ctrl-D ends."""
    turns: list[Message] = []
    with chatbot() as bot:
        disclose(bot)
        while question := _typed():
            try:
                answer = bot.ask(question, turns)
            except BriefingError as error:
                typer.echo(str(error), err=True)
                continue
            typer.echo(to_text(answer) + "\n")
            for notice in answer.notices:
                typer.echo(printable(notice), err=True)
            turns += [Message("user", question), answer.turn]


def _typed() -> str:
    try:
        return input("? " if sys.stdin.isatty() else "").strip()
    except (EOFError, KeyboardInterrupt):
        return ""


@app.command()
def index(as_json: AsJson = False) -> None:
    """Build the index of the articles, or bring it up to them."""
    import time

    from bot.doctor import facts

    started = time.perf_counter()
    with chatbot() as bot:
        found = facts(bot) | {"seconds": round(time.perf_counter() - started, 1)}
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    else:
        typer.echo(
            f"{found['articles']} articles, {found['sentences']} sentences, {found['seconds']} s. Index in {found['index']}"
        )


@app.command()
def lint(as_json: AsJson = False) -> None:
    """Check the article files; bad ones are listed by name, line and reason."""
    from corpus.library import BUNDLED, load
    from corpus.lint import lint as check
    from index.sentences import sentence_spans

    folder = settings().corpus
    library = load(folder)
    problems = check(library, sentence_spans, house=folder == BUNDLED)
    added = settings().build
    problems += [problem for problem in added.load().problems if problem.path.is_relative_to(added.shelf.articles)]
    if as_json:
        entries = [{"path": str(problem.path), "line": problem.line, "reason": problem.reason} for problem in problems]
        typer.echo(json.dumps({"articles": len(library), "problems": entries}, ensure_ascii=False, indent=2))
    else:
        for problem in problems:
            typer.echo(str(problem))
        typer.echo(f"{len(library)} articles, {len(problems)} problems")
    if problems:
        raise typer.Exit(1)


@app.command()
def web(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; the next free one if it is taken.")] = None,
    no_auth: Annotated[bool, typer.Option("--no-auth", help="Let others in without a password.")] = False,
    mcp: Annotated[bool, typer.Option("--mcp", help="Serve MCP tools at /mcp too.")] = False,
) -> None:
    """Open the chat in the browser."""
    from bot.web.app import serve

    given.update(host=host, port=port, web_open=no_auth or None, web_mcp=mcp or None)
    serve(settings())


app.add_typer(feedback, name="feedback")
app.command()(slack)


def main() -> None:
    """Runs the command; an error meant for the user is one sentence and status 1."""
    try:
        app()
    except BriefingError as error:
        typer.echo(printable(flat(str(error))), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
