"""Every sentence of an opened index in the order of its articles, for what looks at all of them and not at a question."""

from collections.abc import Iterator

from index.search import Index, SearchResult


def all_sentences(index: Index) -> Iterator[SearchResult]:
    """The sentences of the articles that count, each with score 0."""
    for segment in index.segments:
        before = 0
        for number, passage, start, end, position in segment.sentences.tolist():
            article = segment.articles[number]
            if article is None:
                continue
            _, passage_start, passage_end = segment.passages[passage].tolist()
            previous = before if position else None
            before = start
            yield SearchResult(article, start, end, previous, passage_start, passage_end, 0.0, {})
