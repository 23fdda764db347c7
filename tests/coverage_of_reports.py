"""Which reports each article of the bundled corpus rests on: by article, or with --by-report by address.

python tests/coverage_of_reports.py [--by-report]
"""

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from corpus import BUNDLED, Article, Library, Source, load


def reports(article: Article) -> Iterator[Source]:
    """The article's own report and those of its footnotes, each address once."""
    seen: set[str] = set()
    for source in (article.source, *(note.source for note in article.notes)):
        address = address_of(source)
        if address and address not in seen:
            seen.add(address)
            yield source


def address_of(source: Source) -> str | None:
    """Where a report was read: the publisher's page, else the copy."""
    return source.url or source.read_at


def by_article(library: Library) -> Iterator[str]:
    """One paragraph an article: its id and its reports."""
    for article in library:
        found = [f"  {source.publisher}: {address_of(source)}" for source in reports(article)]
        yield "\n".join([f"{article.id} ({len(found)})", *found])


def by_report(library: Library) -> Iterator[str]:
    """One paragraph an address: its publisher and the articles that rest on it."""
    found: dict[str, tuple[str, list[str]]] = {}
    for article in library:
        for source in reports(article):
            found.setdefault(address_of(source) or "", (source.publisher or "", []))[1].append(article.id)
    for address, (publisher, ids) in sorted(found.items(), key=lambda item: (item[1][0].casefold(), item[0])):
        yield "\n".join([f"{publisher}: {address} ({len(ids)})", *(f"  {id}" for id in ids)])


if __name__ == "__main__":
    chosen = by_report if "--by-report" in sys.argv[1:] else by_article
    sys.stdout.write("\n\n".join(chosen(load(BUNDLED))) + "\n")
