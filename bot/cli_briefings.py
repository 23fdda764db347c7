"""Briefings on the command line: brief, timeline, changes, disputes; taking one along and checking it later."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli_base import AsJson, chatbot, settings
from bot.render import flat, printable
from bot.wording import LANGUAGES, say
from corpus.errors import BriefingError

if TYPE_CHECKING:
    from bot.products import Briefing

REFUSED = 3

briefings = typer.Typer(rich_markup_mode=None)

Language = Annotated[str | None, typer.Option("--language", help="en or de; default: the setting's.")]
About = Annotated[str | None, typer.Option("--about", help="Only what concerns this.")]
Form = Annotated[str, typer.Option("--format", help="text, markdown, html, json; timeline also csv, ics, svg.")]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="File to write to instead of standard output.")]


@briefings.command()
def timeline(
    start: Annotated[str | None, typer.Option("--from", help="First date: 2025, 2025-04 or 2025-04-02.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="Last date.")] = None,
    about: About = None,
    language: Language = None,
    as_json: AsJson = False,
    svg: Annotated[bool, typer.Option("--svg", help="The picture.")] = False,
    form: Form = "text",
    out: Out = None,
) -> None:
    """Events in order, each with date, quote, source and how many independent origins carry it at least."""
    from bot.knowledge import read_date

    first, last = (read_date(text) if text else None for text in (start, end))
    with chatbot() as bot, bot.entered() as now:
        made = now.briefer.timeline(_language(language), start=first, end=last, about=about)
    _print(made, "svg" if svg else "json" if as_json else form, out)


@briefings.command()
def changes(
    since: Annotated[str, typer.Option("--since", help="The day: 2025, 2025-04 or 2025-04-02.")],
    about: About = None,
    language: Language = None,
    as_json: AsJson = False,
    form: Form = "text",
    out: Out = None,
) -> None:
    """What happened, ran out or was replaced since a day, the newest first."""
    from bot.knowledge import read_date

    day = read_date(since)
    with chatbot() as bot, bot.entered() as now:
        made = now.briefer.changes(_language(language), day, about=about)
    _print(made, "json" if as_json else form, out)


@briefings.command()
def brief(
    about: About = None,
    length: Annotated[str, typer.Option("--length", help="short or page.")] = "page",
    as_of: Annotated[str | None, typer.Option("--as-of", help="Only what was known then.")] = None,
    language: Language = None,
    as_json: AsJson = False,
    form: Form = "text",
    out: Out = None,
) -> None:
    """The page to hand over: what it is about, where it stands, how it came to this, what is disputed, unknown and next."""
    from bot.briefing import read_length
    from bot.knowledge import read_date

    day = read_date(as_of) if as_of else None
    extent = read_length(length)
    with chatbot() as bot, bot.entered() as now:
        made = now.brief(_language(language), about=about, length=extent, as_of=day)
    _print(made, "json" if as_json else form, out)


@briefings.command()
def disputes(
    about: About = None,
    language: Language = None,
    as_json: AsJson = False,
    form: Form = "text",
    out: Out = None,
) -> None:
    """Where reports contradict each other: both sides with quote, publisher and date, and the kind of difference."""
    with chatbot() as bot, bot.entered() as now:
        made = now.briefer.disputes(_language(language), about=about)
    _print(made, "json" if as_json else form, out)


@briefings.command()
def export(
    question: Annotated[str, typer.Argument(help="The question whose answer is taken along.")],
    form: Annotated[str, typer.Option("--format", help="text, markdown, html or json (the proof).")] = "json",
    out: Out = None,
) -> None:
    """Write an answer as Markdown, HTML or JSON proof; the briefings take --format themselves."""
    from bot.exporting import export as written

    with chatbot() as bot:
        answer = bot.ask(question)
    _write(written(answer, form), out)
    if answer.kind == "refusal":
        raise typer.Exit(REFUSED)


@briefings.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A JSON proof.")],
    as_json: AsJson = False,
) -> None:
    """Check an exported answer or briefing again: digests, offsets, quotes, markers; needs the articles alone."""
    from bot.verifying import verify as check

    found = check(file, settings().build.load())
    if as_json:
        typer.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=2))
    else:
        language = found.language if found.language in LANGUAGES else "en"
        for verdict in found.verdicts:
            state = "earlier" if verdict.state == "then" and not verdict.date else verdict.state
            typer.echo(printable(f"{say(f'verify_{state}', language, date=verdict.date)}: {flat(verdict.text)}"))
        holding = sum(verdict.state in ("holds", "then") for verdict in found.verdicts)
        if not found.consistent:
            typer.echo(say("verify_inconsistent", language))
        typer.echo(say("verify_summary", language, holding=holding, count=len(found.verdicts)))
    if not found.holds:
        raise typer.Exit(1)


def _language(given: str | None) -> str:
    language = given or settings().language
    if language not in LANGUAGES:
        raise BriefingError(f"There is no language {language!r}. Take one of: {', '.join(LANGUAGES)}.")
    return language


def _print(made: "Briefing", form: str, out: Path | None) -> None:
    """Writes a briefing in a form and says its notices; one without an entry ends with the status of a refusal."""
    from bot.exporting import export as written

    if made.sections or form == "json":
        text = written(made, form)
        _write("\n".join(printable(line) for line in text.split("\n")) if form == "text" else text, out)
    for notice in made.notices:
        typer.echo(printable(flat(notice)), err=True)
    if not made.sections:
        raise typer.Exit(REFUSED)


def _write(text: str, out: Path | None) -> None:
    if out is None:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        return
    try:
        out.write_text(text if text.endswith("\n") else text + "\n", encoding="utf-8", newline="")
    except OSError as error:
        raise BriefingError(f"{out} cannot be written: {error.strerror}.") from error
