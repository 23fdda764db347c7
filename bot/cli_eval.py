"""The dealbrief eval commands."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli_base import AsJson, chatbot, disclose, settings

if TYPE_CHECKING:
    from bot.evaluation.table import Table

evaluate = typer.Typer(help="Measure and fit.", no_args_is_help=True, rich_markup_mode=None)


def show(table: "Table", as_json: bool) -> None:
    """Prints a table of measurements."""
    typer.echo(json.dumps(table.to_dict(), ensure_ascii=False, indent=2) if as_json else table.to_text())


Files = Annotated[list[Path], typer.Argument(help="Files in SQuAD's form.", exists=True, readable=True)]


@evaluate.command("retrieval")
def eval_retrieval(
    files: Files,
    usual: Annotated[bool, typer.Option("--usual", help="Add LangChain's embeddings and Chroma over the same texts.")] = False,
    as_json: AsJson = False,
) -> None:
    """First passage and first sentence right, by cross-validation over article titles."""
    from bot.evaluation.tables import retrieval

    show(retrieval(settings(), files, usual=usual), as_json)


@evaluate.command("answers")
def eval_answers(
    files: Files,
    breaks: Annotated[list[Path] | None, typer.Option(help="A file with sentence_breaks to compare with.", exists=True)] = None,
    as_json: AsJson = False,
) -> None:
    """What is shown before any refusing: first and any statement right, by cross-validation over article titles."""
    from bot.evaluation.tables import answers

    show(answers(settings(), files, breaks or []), as_json)


@evaluate.command("answerable")
def eval_answerable(files: Files, as_json: AsJson = False) -> None:
    """Shown right, wrongly refused, wrongly answered: fitted on half of the titles, tested on the others' own index."""
    from bot.evaluation.tables import answerable

    show(answerable(settings(), files), as_json)


@evaluate.command("claims")
def eval_claims(
    pairs: Annotated[Path, typer.Argument(help="Labelled pairs of sentences, JSON.", exists=True)],
    as_json: AsJson = False,
    verbose: Annotated[bool, typer.Option(help="Name every pair that was not labelled so.")] = False,
) -> None:
    """Which sentences say the same and which contradict each other, against what people said."""
    from bot.evaluation.claims import claims
    from corpus.library import load

    given = settings()
    show(claims(given.build.open_model(), load(given.corpus).story.actors, pairs, verbose=verbose), as_json)


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
    show(table, as_json)


@evaluate.command("mirror")
def eval_mirror(
    questions: Annotated[Path, typer.Argument(help="The same questions in English and German, JSON.", exists=True)],
    as_json: AsJson = False,
    verbose: Annotated[bool, typer.Option(help="Print the first statements side by side.")] = False,
) -> None:
    """The same questions in both languages: own language first, and the same claim."""
    from bot.evaluation.mirror import mirror

    with chatbot() as bot:
        table = mirror(bot, questions, verbose=verbose)
    show(table, as_json)


@evaluate.command("readers")
def eval_readers(
    questions: Annotated[Path, typer.Argument(help="Questions with expectations, JSON.", exists=True)],
    count: Annotated[int | None, typer.Option(help="How many of them, from the first on.")] = None,
    as_json: AsJson = False,
    verbose: Annotated[bool, typer.Option(help="Print every answer.")] = False,
) -> None:
    """The same questions answered by quoting and by the chat model that is set, side by side."""
    from bot.chatbot import EXTRACTIVE
    from bot.evaluation.readers import readers

    with chatbot() as bot:
        disclose(bot)
        table = readers({"extractive": replace(bot, reader=EXTRACTIVE, door=None), bot.reader.name: bot}, questions, count)
    show(table if verbose else replace(table, remarks=()), as_json)


@evaluate.command("support")
def eval_support(
    files: Annotated[list[Path], typer.Argument(help="Sets of statements, and files in SQuAD's form.", exists=True)],
    as_json: AsJson = False,
    verbose: Annotated[bool, typer.Option(help="Print every statement that was judged wrong.")] = False,
) -> None:
    """False statements that the check of generated sentences stops, and faithful ones that it loses."""
    from bot.evaluation.support import support
    from corpus.library import load

    table = support(load(settings().corpus), files, verbose=verbose)
    show(table, as_json)


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


@evaluate.command("rewrites")
def eval_rewrites(
    file: Annotated[Path, typer.Argument(help="Dialogues in CANARD's form.", exists=True, readable=True)],
    halves: Annotated[bool, typer.Option("--halves", help="Fit on one half of the dialogues, measure on the other.")] = False,
    weights: Annotated[Path | None, typer.Option(help="Fit on the whole file and write the weights here.")] = None,
    as_json: AsJson = False,
) -> None:
    """How well follow-ups are rewritten into questions that can be searched alone."""
    from bot.evaluation.rewrites import rewrites, write_weights

    if weights:
        typer.echo(write_weights(file, weights))
        return
    table = rewrites(file, halves=halves)
    show(table, as_json)


@evaluate.command("conversations")
def eval_conversations(
    file: Annotated[Path, typer.Argument(help="Conversations with expectations, JSON.", exists=True, readable=True)],
    split: Annotated[str | None, typer.Option(help="Only the conversations of this split.")] = None,
    as_json: AsJson = False,
    verbose: Annotated[bool, typer.Option(help="Print every turn.")] = False,
) -> None:
    """Conversations over a corpus: turns answered right, with rewriting and without."""
    from bot.evaluation.conversations import conversations

    with chatbot() as bot:
        table = conversations(bot, file, split=split, verbose=verbose)
    show(table, as_json)


@evaluate.command("briefings")
def eval_briefings(
    events: Annotated[Path, typer.Argument(help="Events with date and expressions, JSON.", exists=True)],
    changes: Annotated[Path | None, typer.Argument(help="Changes by the day since which, JSON.", exists=True)] = None,
    disputes: Annotated[Path | None, typer.Argument(help="Disputes with what each side says, JSON.", exists=True)] = None,
    as_json: AsJson = False,
    verbose: Annotated[bool, typer.Option(help="Name what is missing and what is doubled.")] = False,
) -> None:
    """Timeline, changes and disputes against lists made by hand."""
    from bot.evaluation.briefings import briefings

    with chatbot() as bot:
        table = briefings(bot, events, changes, disputes, verbose=verbose)
    show(table, as_json)
