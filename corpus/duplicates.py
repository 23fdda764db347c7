"""Whether an article is there already: by address, by text, or as a near copy by the runs of words that two texts share.

Near copies are wire texts and syndication with small edits, a cut, or a frame around them. The measure is the share of
the smaller text's shingles (runs of 4 words) that stand in the other: cuts and frames leave it at 1 where Jaccard's
falls. A sample of the shingles (those whose hash is 0 modulo 4) finds candidates; the exact share decides.
"""

import os
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

import numpy as np
from numpy.typing import NDArray

from corpus.article import Article

RUN = 4
NEAR = 0.5
"""Share of shingles from which on two texts are one: with a tenth of its words replaced a copy keeps .9**4 = .66."""
LEAST = 16
"""Shingles below which a text is too short to be known by them."""
LONGEST = 3
"""How many times as long one of two copies may be: a round-up that quotes a whole report is no copy of it."""
CANDIDATES = 20
RENEWED = 0.01
"""Share of new texts from which on the file of samples is written anew."""
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
    """The articles that are there, by address, text and shingles; the samples of these are kept in a file if one is given.

    The file is only sooner read than made again: one that is missing, broken or old is made good by `keep`.
    """

    def __init__(self, articles: Iterable[Article], file: Path | None = None) -> None:
        self._file = file
        self._by_address: dict[str, Article] = {}
        self._by_text: dict[str, Article] = {}
        self._by_shingle: dict[int, list[Article]] = {}
        self._kept = _Samples.read(file)
        kept = set(self._kept.digests)
        self._fresh: dict[str, Article] = {}
        for article in articles:
            self._note(article)
            if article.sha256 not in kept:
                self._sample(article)

    def add(self, article: Article) -> None:
        """From now on the article is known."""
        self._note(article)
        self._sample(article)

    def _note(self, article: Article) -> None:
        if article.source.url:
            address = same_address(article.source.url)
            # An original comes before the digests that retell it.
            if address not in self._by_address or article.source.kind == "original":
                self._by_address[address] = article
        self._by_text.setdefault(article.sha256, article)

    def _sample(self, article: Article) -> None:
        self._fresh[article.sha256] = article
        for shingle in _sampled(shingles(article.text)):
            self._by_shingle.setdefault(shingle, []).append(article)

    def keep(self) -> None:
        """Writes the file anew where much of it is new or gone; that it cannot be written harms nothing."""
        if self._file is None or len(self._fresh) <= RENEWED * len(self._kept.digests):
            return
        articles = [article for digest, article in self._by_text.items() if digest not in self._fresh]
        samples = self._kept.of([article.sha256 for article in articles])
        samples += [_sampled(shingles(article.text)) for article in self._fresh.values()]
        with suppress(OSError):
            _Samples.write(self._file, [article.sha256 for article in (*articles, *self._fresh.values())], samples)

    def at(self, url: str | None) -> Article | None:
        """The article of that address."""
        return self._by_address.get(same_address(url)) if url else None

    def copy_of(self, article: Article) -> Match | None:
        """The article that this one is a copy of: the same text, else the nearest that shares enough; never itself."""
        same = self._by_text.get(article.sha256)
        if same and same.id != article.id and article.text:
            return Match(same, "text")
        own = shingles(article.text)
        sample = _sampled(own)
        counts: Counter[str] = Counter()
        by_id: dict[str, Article] = {}
        kept = (self._by_text.get(digest) for digest in self._kept.with_any(sample))
        fresh = (other for shingle in sample for other in self._by_shingle.get(shingle, ()))
        for other in chain(kept, fresh):
            if other is not None:
                counts[other.id] += 1
                by_id[other.id] = other
        counts.pop(article.id, None)
        scored = [(shared(own, shingles(by_id[id].text)), id) for id, _ in counts.most_common(CANDIDATES)]
        best = max(scored, default=(0.0, ""), key=lambda entry: (entry[0], entry[1]))
        return Match(by_id[best[1]], "near") if best[0] >= NEAR else None


def _sampled(of: frozenset[int]) -> list[int]:
    return [shingle for shingle in of if shingle % _SAMPLE == 0]


class _Samples:
    """Samples of shingles by the digest of their text: sorted shingles, and for each the number of its text."""

    def __init__(self, digests: list[str], found: NDArray[np.uint32], owners: NDArray[np.int32]) -> None:
        self.digests = digests
        self._found = found
        self._owners = owners

    @classmethod
    def read(cls, file: Path | None) -> "_Samples":
        """What a file holds; nothing where it is missing or broken."""
        try:
            if file is not None:
                with np.load(file) as held:
                    return cls([str(digest) for digest in held["digests"]], held["shingles"], held["owners"])
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            pass
        return cls([], np.empty(0, np.uint32), np.empty(0, np.int32))

    @staticmethod
    def write(file: Path, digests: Sequence[str], samples: Sequence[Sequence[int]]) -> None:
        """Replaces the file in one step."""
        found = np.array([shingle for sample in samples for shingle in sample], np.uint32)
        owners = np.repeat(np.arange(len(samples), dtype=np.int32), [len(sample) for sample in samples])
        order = np.argsort(found, kind="stable")
        part = file.with_name(f".{file.name}.{os.getpid()}.part.npz")
        try:
            np.savez(part, digests=np.array(digests), shingles=found[order], owners=owners[order])
            os.replace(part, file)
        finally:
            part.unlink(missing_ok=True)

    def of(self, digests: Sequence[str]) -> list[Sequence[int]]:
        """The samples of texts, as many as digests."""
        order = np.argsort(self._owners, kind="stable")
        bounds = np.searchsorted(self._owners[order], np.arange(len(self.digests) + 1))
        numbers = {digest: number for number, digest in enumerate(self.digests)}
        return [self._found[order[bounds[n] : bounds[n + 1]]].tolist() for n in (numbers[digest] for digest in digests)]

    def with_any(self, sample: Sequence[int]) -> Iterable[str]:
        """For each shingle the digests of the texts that have it."""
        asked = np.array(sample, np.uint32)
        for first, last in zip(*(np.searchsorted(self._found, asked, side) for side in ("left", "right")), strict=True):
            for owner in self._owners[first:last].tolist():
                yield self.digests[owner]
