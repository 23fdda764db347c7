"""The commands for articles of the user's own: add, list, show, remove, refresh."""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.adding import Adder, added
from bot.cli_base import AsJson, settings
from bot.given import Given, checked
from bot.outcome import CHANGES, Outcome, asides, headline, named
from bot.render import flat, printable
from bot.settings import Settings
from bot.wording import say
from corpus.acquire import Draft
from corpus.article import Article
from corpus.errors import BriefingError
from corpus.markdown import COPY_OF, render
from corpus.shelf import PREFIX

if TYPE_CHECKING:
    from rich.progress import Progress

articles = typer.Typer(rich_markup_mode=None)

DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be done, and do nothing.")]
Ids = Annotated[list[str], typer.Argument(help="Ids as dealbrief list shows them.")]


@articles.command()
def add(
    what: Annotated[list[str], typer.Argument(help="Addresses of pages or feeds, files, folders.")],
    title: Annotated[str | None, typer.Option(help="The title, where one article is added.")] = None,
    publisher: Annotated[str | None, typer.Option(help="Who published it.")] = None,
    date: Annotated[str | None, typer.Option(help="When: YYYY, YYYY-MM or YYYY-MM-DD.")] = None,
    language: Annotated[str | None, typer.Option(help="Its language: en, de, ...")] = None,
    url: Annotated[str | None, typer.Option(help="Its own address, where one article is added.")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Add articles of your own; the next question is answered from them too."""
    read = settings()
    said = {"title": title, "publisher": publisher, "date": date, "language": language, "url": url}
    adder = Adder(read, Given.read(said), dry_run, quiet=as_json)
    bar = _bar(sum(map(_expected, what)), shown=not as_json)
    if sys.stdin.isatty() and sys.stderr.isatty() and not as_json and not dry_run:
        adder.ask = lambda draft, name: _prompt(draft, name, read.language, bar)
    _report(adder, _with_progress(adder.add(what), bar), read, as_json)


@articles.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the articles that were added."""
    read = settings()
    library = read.build.load()
    found = added(library)
    if as_json:
        entries = [_about(article) | {"copy_of": library.remarks.get(article.id, {}).get(COPY_OF)} for article in found]
        typer.echo(json.dumps(entries, ensure_ascii=False, indent=2))
        return
    for article in found:
        typer.echo(printable(flat(named(article, read.language))))
        if first := library.remarks.get(article.id, {}).get(COPY_OF):
            typer.echo(f"  {say('copy_of', read.language, id=first)}")
    if not found:
        typer.echo(say("nothing_added", read.language), err=True)


@articles.command()
def show(id: Annotated[str, typer.Argument(help="Id of an article.")], as_json: AsJson = False) -> None:
    """Print an article as it is kept, and how many earlier versions of it there are."""
    read = settings()
    library = read.build.load()
    article = library.get(id) or library.get(PREFIX + id)
    if article is None:
        raise BriefingError(say("no_article", read.language, id=id))
    versions = library.old_versions(article.id)
    if as_json:
        old = [f"sha256:{version.sha256}" for version in versions]
        about = _about(article) | {"text": article.text, "digest": f"sha256:{article.sha256}", "old_versions": old}
        typer.echo(json.dumps(about, ensure_ascii=False, indent=2))
        return
    typer.echo(printable(render(article, library.remarks.get(article.id, {}))))
    for version in versions:
        typer.echo(say("old_version", read.language, digest=version.sha256[:12]), err=True)


@articles.command()
def remove(ids: Ids, as_json: AsJson = False) -> None:
    """Remove articles that were added, with their earlier versions."""
    read = settings()
    adder = Adder(read, quiet=as_json)
    _report(adder, adder.remove([_full(id) for id in ids]), read, as_json)


@articles.command()
def refresh(
    ids: Annotated[list[str] | None, typer.Argument(help="Ids as dealbrief list shows them; none: all.")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Fetch added articles again; what changed is shown, and old answers still verify against the version that is kept."""
    read = settings()
    adder = Adder(read, dry_run=dry_run, quiet=as_json)
    outcomes = adder.refresh([_full(id) for id in ids or []])
    bar = _bar(len(ids or []) or len(read.build.shelf.ids()), shown=not as_json)
    _report(adder, _with_progress(outcomes, bar), read, as_json)


def _full(id: str) -> str:
    return id if id.startswith(PREFIX) else PREFIX + id


def _report(adder: Adder, outcomes: Iterable[Outcome], read: Settings, as_json: bool) -> None:
    """Prints each outcome as it comes, then brings the index up to them; ends with 1 where anything failed."""
    done: list[Outcome] = []
    for outcome in outcomes:
        done.append(outcome)
        if not as_json:
            _print(outcome, read.language, adder.dry_run)
    if as_json:
        typer.echo(json.dumps([outcome.to_dict() for outcome in done], ensure_ascii=False, indent=2))
    elif len(done) > 1:
        changed = sum(outcome.status in CHANGES for outcome in done)
        refused = sum(outcome.status == "refused" for outcome in done)
        typer.echo(say("batch_done", read.language, changed=changed, all=len(done), refused=refused), err=True)
    adder.settle()
    if any(outcome.status == "refused" for outcome in done):
        raise typer.Exit(1)


def _print(outcome: Outcome, language: str, dry_run: bool) -> None:
    failed = outcome.status == "refused"
    typer.echo(printable(flat(headline(outcome, language, dry_run=dry_run))), err=failed)
    preview = outcome.article.text.splitlines() if dry_run and outcome.article and outcome.status in ("added", "copy") else ()
    for line in (*outcome.difference, *(f"  {line}".rstrip() for line in preview)):
        typer.echo(printable(line))
    # Where the article's own line goes elsewhere, the asides must say whose they are.
    whose = f"{outcome.article.id}: " if outcome.article and not sys.stdout.isatty() else "  "
    for line in asides(outcome, language, options=not dry_run):
        typer.echo(f"{whose}{printable(flat(line))}", err=True)


def _prompt(draft: Draft, name: str, language: str, bar: "Progress") -> str | None:
    """Asks on the terminal for what was not found; an empty line leaves it open."""
    bar.stop()  # it would be drawn over what is typed
    typer.echo(printable(flat(say("ask_about", language, place=draft.place, title=draft.title or "?"))), err=True)
    while True:
        said = typer.prompt(say(f"ask_{name}", language), default="", show_default=False, err=True).strip()
        try:
            if said:
                checked(name, said)
        except BriefingError as error:
            typer.echo(str(error), err=True)
        else:
            bar.start()
            return said or None


def _bar(total: int, *, shown: bool) -> "Progress":
    """A bar for so many outcomes, seen on the terminal where there are several."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress

    console = Console(stderr=True)
    hidden = total < 2 or not shown or not console.is_terminal
    bar = Progress(
        BarColumn(), MofNCompleteColumn(), console=console, disable=hidden, transient=True, redirect_stdout=sys.stdout.isatty()
    )
    bar.add_task("", total=total)
    return bar


def _with_progress(outcomes: Iterator[Outcome], bar: "Progress") -> Iterator[Outcome]:
    """The outcomes, each told to the bar."""
    with bar:
        (task,) = bar.tasks
        for done, outcome in enumerate(outcomes, 1):
            bar.update(task.id, completed=done, total=max(task.total or 0, done))  # a feed holds more than one
            yield outcome


def _expected(what: str) -> int:
    """How many files an argument stands for; an address counts as one until its entries come."""
    return sum(len(names) for _, _, names in os.walk(what)) or 1


def _about(article: Article) -> dict[str, Any]:
    source = article.source
    names = ("id", "title", "headline", "publisher", "origin", "url", "read_at", "language", "kind")
    about = {name: getattr(source, name) for name in names}
    return about | {"published": str(source.published) if source.published else None, "words": len(article.text.split())}
