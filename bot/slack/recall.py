"""An answer that was kept as JSON, made a record again; a quote that no longer stands in its article is left out."""

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from bot.answer import Answer, AnswerKind, Check, Citation, Message, Statement, Verdict
from bot.slack.threads import Turn
from corpus.article import Article, PartialDate, Source
from corpus.library import Library


def messages(turns: Iterable[Turn], library: Library) -> list[Message]:
    """The turns of a thread as the history of a conversation."""
    found = []
    for turn in turns:
        found += [Message("user", turn.question), answer_of(turn.answer, library).turn]
    return found


def answer_of(kept: Mapping[str, Any], library: Library) -> Answer:
    """The answer; its statements are those all of whose quotes still hold."""
    cited = {citation.number: citation for citation in citations_of(kept.get("citations", ()), library)}
    statements = [found for one in kept.get("statements", ()) if (found := statement_of(one, cited))]
    kind: AnswerKind = kept["kind"] if kept.get("kind") in get_args(AnswerKind) else "reply"
    return Answer(
        question=kept.get("question", ""),
        search_question=kept.get("search_question", ""),
        language=kept.get("language", "en"),
        kind=kind,
        reader=kept.get("reader", ""),
        statements=tuple(statements),
        nearest=tuple(citations_of(kept.get("nearest", ()), library)),
        notices=tuple(kept.get("notices", ())),
        message="" if kind == "answer" else kept.get("text", ""),
        as_of=PartialDate.parse(kept["as_of"]) if kept.get("as_of") else None,
    )


def statement_of(kept: Mapping[str, Any], cited: Mapping[int, Citation]) -> Statement | None:
    """A statement with its quotes by their numbers; None where one of them no longer holds."""
    if not all(number in cited for number in kept["citations"]):
        return None
    check = kept["check"]
    verdict: Verdict = check["verdict"] if check["verdict"] in get_args(Verdict) else "unsupported"
    quotes = tuple(cited[number] for number in kept["citations"])
    return Statement(kept["text"], quotes, Check(verdict, tuple(check["reasons"])))


def citations_of(kept: Iterable[Mapping[str, Any]], library: Library) -> list[Citation]:
    """Those citations that still hold."""
    found = []
    for entry in kept:
        article = library.get(entry["article"])
        if article is None:
            continue
        citation = cited(article, entry["start"], entry["end"], entry["number"], entry["context_start"])
        if citation.digest == entry["digest"]:
            found.append(citation)
    return found


def cited(article: Article, start: int, end: int, number: int, context_start: int | None = None) -> Citation:
    """The citation of a range of an article, with the sentence before it and the notes that it rests on."""
    return Citation(
        number=number,
        source=article.source,
        quote=article.text[start:end],
        start=start,
        end=end,
        digest=f"sha256:{article.sha256}",
        context_start=context_start,
        references=_references(article, start, end),
        context="" if context_start is None else article.text[context_start:start],
    )


def _references(article: Article, start: int, end: int) -> tuple[Source, ...]:
    """The notes in or right behind a quote, else those of its paragraph."""
    first, last = paragraph(article, start, end)
    own = [note.source for note in article.notes if start < note.offset <= end]
    around = [note.source for note in article.notes if first < note.offset <= last]
    return tuple(dict.fromkeys(own or around))


def paragraph(article: Article, start: int, end: int) -> tuple[int, int]:
    """Where the paragraph of a quote begins and ends."""
    first = article.text.rfind("\n\n", 0, start)
    last = article.text.find("\n\n", end)
    return (0 if first < 0 else first + 2), (len(article.text) if last < 0 else last)
