"""The dealbrief command: every verb over the same chatbot."""

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

# One thread a question where it serves; before numpy is imported anywhere.
for _variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

import typer

from bot.answer import Message
from bot.chatbot import Chatbot
from bot.render import flat, printable, to_json, to_text
from bot.settings import Settings
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
evaluate = typer.Typer(help="Measure and fit.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(evaluate, name="eval")

_given: dict[str, Any] = {}

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Files = Annotated[list[Path], typer.Argument(help="Files in SQuAD's form.", exists=True, readable=True)]


@app.callback()
def options(
    corpus: Annotated[Path | None, typer.Option(help="Folder of articles instead of the bundled story.")] = None,
    home: Annotated[Path | None, typer.Option(help="Folder of index, feedback and settings.")] = None,
    cache: Annotated[Path | None, typer.Option(help="Folder of embeddings, shared by all homes.")] = None,
    log_level: Annotated[str | None, typer.Option(help="debug, info, warning or error.")] = None,
) -> None:
    """Options that every command takes, before its name."""
    _given.update(corpus=corpus, home=home, cache=cache, log_level=log_level)


def settings() -> Settings:
    """The settings of this run."""
    read = Settings.read(**_given)
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(read.log_level.upper())  # a library that turns its own logger up is not heard either
    logging.basicConfig(level=read.log_level.upper(), handlers=[handler])
    return read


@contextmanager
def chatbot() -> Iterator[Chatbot]:
    """The chatbot of this run, closed at the end."""
    opened = Chatbot.open(settings())
    try:
        yield opened
    finally:
        opened.close()


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in English or German.")],
    as_json: AsJson = False,
    history: Annotated[Path | None, typer.Option(help="JSON file: a list of {role, content}.")] = None,
) -> None:
    """Answer one question."""
    turns = read_history(history) if history else []
    with chatbot() as bot:
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
        while question := _typed():
            try:
                answer = bot.ask(question, turns)
            except BriefingError as error:
                typer.echo(str(error), err=True)
                continue
            typer.echo(to_text(answer) + "\n")
            for notice in answer.notices:
                typer.echo(printable(notice), err=True)
            turns += [Message("user", question), Message("assistant", answer.text, answer.citations)]


def _typed() -> str:
    try:
        return input("? " if sys.stdin.isatty() else "").strip()
    except (EOFError, KeyboardInterrupt):
        return ""


def read_history(path: Path) -> list[Message]:
    """The turns of a history file. BriefingError names the entry at fault."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(entries, list):
            raise ValueError("it is no list")
        turns = []
        for i, entry in enumerate(entries):
            if (
                not isinstance(entry, dict)
                or entry.get("role") not in ("user", "assistant")
                or not isinstance(entry.get("content"), str)
            ):
                raise ValueError(f"entry {i} is not {{'role': 'user' or 'assistant', 'content': text}}")
            turns.append(Message(entry["role"], entry["content"]))
        return turns
    except (OSError, ValueError, RecursionError) as error:
        raise BriefingError(f"The history {path} cannot be used: {error}.") from error


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
) -> None:
    """Open the chat in the browser."""
    from bot.web.app import serve

    _given.update(host=host, port=port, web_open=no_auth or None)
    serve(settings())


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Say where everything lies, what is installed, and what to do where something is wrong."""
    from bot.doctor import examine

    report = examine(settings())
    typer.echo(json.dumps(report.to_dict(), ensure_ascii=False, indent=2) if as_json else report.to_text())
    if report.problems:
        raise typer.Exit(1)


@app.command()
def bench(
    as_json: AsJson = False,
    questions: Annotated[int, typer.Option(help="How many questions to time.")] = 100,
) -> None:
    """Time the product against its parts; ratios taken in one run."""
    from bot.evaluation.bench import run

    table = run(settings(), questions)
    typer.echo(json.dumps(table.to_dict(), indent=2) if as_json else table.to_text())


@evaluate.command("retrieval")
def eval_retrieval(files: Files, as_json: AsJson = False) -> None:
    """First passage and first sentence right, by cross-validation over article titles."""
    from bot.evaluation.tables import retrieval

    table = retrieval(settings(), files)
    typer.echo(json.dumps(table.to_dict(), indent=2) if as_json else table.to_text())


@evaluate.command("answerable")
def eval_answerable(files: Files, as_json: AsJson = False) -> None:
    """Shown right, wrongly refused, wrongly answered: fitted on half of the titles, tested on the others' own index."""
    from bot.evaluation.tables import answerable

    table = answerable(settings(), files)
    typer.echo(json.dumps(table.to_dict(), indent=2) if as_json else table.to_text())


@evaluate.command("story")
def eval_story(
    questions: Annotated[Path, typer.Argument(help="Questions with expectations, JSON.", exists=True)],
    unanswerable: Annotated[
        Path | None, typer.Option(help="Questions that the corpus does not answer, JSON.", exists=True)
    ] = None,
    as_json: AsJson = False,
    verbose: Annotated[bool, typer.Option(help="Print every question that was not shown right.")] = False,
) -> None:
    """Questions over a corpus with what a right answer must contain."""
    from bot.evaluation.story import story

    with chatbot() as bot:
        table = story(bot, questions, unanswerable, verbose=verbose)
    typer.echo(json.dumps(table.to_dict(), indent=2) if as_json else table.to_text())


@evaluate.command("fit")
def eval_fit(
    files: Annotated[list[Path] | None, typer.Argument(help="Files in SQuAD's form.", exists=True)] = None,
    weights: Annotated[Path | None, typer.Option(help="Where to write the weights of the ranking.")] = None,
    gate: Annotated[Path | None, typer.Option(help="Where to write the evidence gate.")] = None,
    questions: Annotated[Path | None, typer.Option(help="Questions that the corpus answers, JSON.", exists=True)] = None,
    unanswerable: Annotated[Path | None, typer.Option(help="Questions that it does not answer, JSON.", exists=True)] = None,
) -> None:
    """Fit ranking and gate on gold answers, or the gate of a corpus on its own questions."""
    from bot.evaluation.tables import fit_corpus, fit_files

    if questions and unanswerable:
        with chatbot() as bot:
            typer.echo(fit_corpus(bot, questions, unanswerable, gate))
    else:
        typer.echo(fit_files(settings(), files or [], weights, gate))


def main() -> None:
    """Runs the command; an error meant for the user is one sentence and status 1."""
    try:
        app()
    except BriefingError as error:
        typer.echo(printable(flat(str(error))), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
