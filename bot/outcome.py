"""What became of an article that was to be added, fetched again or removed, and how that is said."""

from dataclasses import dataclass
from typing import Any, Literal

from bot.refusals import translated
from bot.wording import say, source_label
from corpus.article import Article

Status = Literal["added", "copy", "known", "changed", "unchanged", "removed", "refused"]
CHANGES: tuple[Status, ...] = ("added", "copy", "changed", "removed")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one thing that was to be added, removed or fetched again.

    `place` is where it came from, `of` the article that it is a copy of or that is there already, `missing` what was
    not found, `reason` why it was refused or left, `difference` what changed, as lines of a unified diff.
    """

    place: str
    status: Status
    article: Article | None = None
    of: str | None = None
    missing: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    reason: str = ""
    difference: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """A form for JSON."""
        source = self.article.source if self.article else None
        fields = ("id", "title", "publisher", "language", "url")
        about = {name: getattr(source, name) if source else None for name in fields}
        about["published"] = str(source.published) if source and source.published else None
        said = {"missing": list(self.missing), "remarks": list(self.remarks), "difference": list(self.difference)}
        return {"place": self.place, "status": self.status, **about, "of": self.of, "reason": self.reason, **said}


def named(article: Article, language: str) -> str:
    """An article in one line: id, title, publisher and date."""
    return f"{article.id}: {article.source.title} ({source_label(article.source, language)})"


def headline(outcome: Outcome, language: str, *, dry_run: bool = False) -> str:
    """What became of it, in one sentence."""
    if outcome.status == "refused":
        return say("add_refused", language, place=outcome.place, reason=translated(outcome.reason.removesuffix("."), language))
    key = f"{outcome.status}_dry" if dry_run and outcome.status in CHANGES else outcome.status
    name = named(outcome.article, language) if outcome.article else outcome.of
    return say(f"outcome_{key}", language, article=name, of=outcome.of)


def asides(outcome: Outcome, language: str, *, options: bool = False) -> list[str]:
    """What else is to be known: what was not found, with the command's options for it, what was not taken over."""
    said = []
    if outcome.status == "known" and outcome.reason:
        said.append(say("known_other" if "another" in outcome.reason else "known_changed", language, id=outcome.of))
    if outcome.missing:
        names = ", ".join(say(f"field_{name}", language) for name in outcome.missing)
        said.append(say("not_found", language, names=names))
        if options:
            said.append(say("not_found_options", language, options=" ".join(f"--{name}" for name in outcome.missing)))
    return [*said, *(translated(remark, language) for remark in outcome.remarks)]
