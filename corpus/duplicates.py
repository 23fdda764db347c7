"""Whether an article is there already: by address, by text, or as a near copy by the runs of words that two texts share.

Near copies are wire texts and syndication with small edits, a cut, or a frame around them. The measure is the share of
the smaller text's shingles (runs of 4 words) that stand in the other: cuts and frames leave it at 1 where Jaccard's
falls. A sample of the shingles (those whose hash is 0 modulo 4) finds candidates; the exact share decides.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from corpus.article import Article

RUN = 4
NEAR = 0.5
"""Share of shingles from which on two texts are one: with a tenth of its words replaced a copy keeps .9**4 = .66."""
LEAST = 16
"""Shingles below which a text is too short to be known by them."""
LONGEST = 3
"""How many times as long one of two copies may be: a round-up that quotes a whole report is no copy of it."""
CANDIDATES = 20
_SAMPLE = 4
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_[ce]id|ref|cmpid|icid|smid", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Match:
    """The article that another one is a copy of, and by what that is known."""

    article: Article
    how: Literal["text", "near"]


def shingles(text: str) -> frozenset[int]:
    """The hashes of all runs of 4 words, signs and capitals aside."""
    words = re.findall(r"\w+", text.casefold())
    return frozenset(zlib.crc32(" ".join(words[at : at + RUN]).encode()) for at in range(len(words) - RUN + 1))


def shared(first: frozenset[int], second: frozenset[int]) -> float:
    """The share of the smaller one's shingles that stand in the other; 0 where they are too few or too unequal in number."""
    least, most = sorted((len(first), len(second)))
    return len(first & second) / least if least >= LEAST and most <= LONGEST * least else 0.0


def same_address(url: str) -> str:
    """What is equal for addresses of one page: host without www., path, and query without what only tracks."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        return url
    query = urlencode(sorted((key, value) for key, value in parse_qsl(parts.query) if not _TRACKING.fullmatch(key)))
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}{port}{parts.path.rstrip('/')}" + (f"?{query}" if query else "")


class Known:
    """The articles that are there, by address, text and shingles."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self._by_address: dict[str, Article] = {}
        self._by_text: dict[str, Article] = {}
        self._by_shingle: dict[int, list[Article]] = {}
        for article in articles:
            self.add(article)

    def add(self, article: Article) -> None:
        """From now on the article is known."""
        if article.source.url:
            address = same_address(article.source.url)
            # An original comes before the digests that retell it.
            if address not in self._by_address or article.source.kind == "original":
                self._by_address[address] = article
        self._by_text.setdefault(article.sha256, article)
        for shingle in shingles(article.text):
            if shingle % _SAMPLE == 0:
                self._by_shingle.setdefault(shingle, []).append(article)

    def at(self, url: str | None) -> Article | None:
        """The article of that address."""
        return self._by_address.get(same_address(url)) if url else None

    def copy_of(self, article: Article) -> Match | None:
        """The article that this one is a copy of: the same text, else the nearest that shares enough; never itself."""
        same = self._by_text.get(article.sha256)
        if same and same.id != article.id and article.text:
            return Match(same, "text")
        own = shingles(article.text)
        counts: Counter[str] = Counter()
        by_id: dict[str, Article] = {}
        for shingle in own:
            for other in self._by_shingle.get(shingle, ()) if shingle % _SAMPLE == 0 else ():
                counts[other.id] += 1
                by_id[other.id] = other
        counts.pop(article.id, None)
        scored = [(shared(own, shingles(by_id[id].text)), id) for id, _ in counts.most_common(CANDIDATES)]
        best = max(scored, default=(0.0, ""), key=lambda entry: (entry[0], entry[1]))
        return Match(by_id[best[1]], "near") if best[0] >= NEAR else None
