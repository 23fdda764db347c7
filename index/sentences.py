"""Sentence spans of a text with exact offsets, for English and German.

A text is blocks: headings, list items and paragraphs, parted by blank lines. Blocks are cut into sentences by rule:
a full stop ends a sentence unless what stands before it is an abbreviation, an initial or a German ordinal; where
such a word may also end a sentence ("in the U.S. The law"), a following function word with a capital decides.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from corpus.language import language_of


class Span(NamedTuple):
    """A half-open range of code points of a text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The characters of the range."""
        return text[self.start : self.end]


class Block(NamedTuple):
    """A heading, a list item or a paragraph, and whether it is a heading."""

    span: Span
    heading: bool


_LINE = re.compile(r"[^\n]*\n?")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s")
_ITEM = re.compile(r"\s*(?:[-*+•–]|\d{1,3}[.)])\s+\S")
# Possessive and only from the first mark on: a long row of full stops is looked at once.
_STOP = re.compile(r"""(?<![.!?…])[.!?…]++["'»«“”’)\]]*+(?=\s)""")
_NEXT = re.compile(r"\s*(\S*)")
_OPENING = "\"'„“»«‘’‚([–—-*_"
_MONTHS = (
    "Januar Jänner Februar Feber März April Mai Juni Juli August September Oktober November Dezember Jan Feb Apr Jun "
    "Jul Aug Sep Sept Okt Nov Dez Jahrhundert Jahrhunderts Jh Jhd"
).split()

# Never the last word of a sentence.
_NEVER = set(
    "dr mr mrs ms prof st hon rev gen capt lt sgt gov sen rep maj cmdr adm messrs mt ft vs cf e.g i.e viz bzw z.b u.a d.h "
    "evtl ggf vgl abb gest sog o.g z.t z.zt i.d.r s.o s.u v.a hrsg engl dt frz griech österr bspw inkl exkl ehem einschl "
    "gegr insb mio mrd tsd dipl ing phil jur rer ph "
    "jan feb mar apr jun jul aug sep sept oct nov dec okt dez".split()
)
# Not the last word before a number.
_BEFORE_NUMBER = set("no nos nr art fig figs vol abs ca approx pp max min mind str sec kap bd jg s".split())
# May be the last word: the next one decides.
_PERHAPS = set(
    "inc ltd co corp jr sr etc usw u.s u.s.a u.k u.n e.u d.c a.m p.m ph.d b.c a.d n.chr v.chr chr jh jhd dept univ u.ä "
    "o.ä u.v.m al ed eds geb".split()
)
# Words that carry a capital only where a sentence begins.
_STARTERS = set(
    "the a an in on at by for from to of with it its he she they we this that these those there his her their but and "
    "or if when while after before as since although however although because under over during no not one what who "
    "how why where which der die das den dem des ein eine einen einem einer eines im in am an auf aus bei beim mit nach "
    "seit von vor zu zum zur über unter durch für gegen ohne um es er sie wir ihr ihre sein seine dieser diese dieses "
    "diesem diesen dies und oder aber doch denn wenn als während nachdem bevor weil da dann so auch noch nur nicht "
    "kein keine man wer was wie wo wann warum welche dort hier damit dabei daher deshalb jedoch dagegen zudem laut".split()
)


def blocks(text: str) -> list[Block]:
    """Headings, list items and paragraphs in order; only white space lies between them."""
    found: list[Block] = []
    start = end = position = 0

    def close() -> None:
        if end > start:
            lead = len(text[start:end]) - len(text[start:end].lstrip())
            found.append(Block(Span(start + lead, start + len(text[start:end].rstrip())), False))

    for match in _LINE.finditer(text):
        line, position = match[0], match.end()
        if not line.strip():
            close()
            start = end = position
        elif _HEADING.match(line):
            close()
            lead = len(line) - len(line.lstrip())
            found.append(Block(Span(match.start() + lead, match.start() + len(line.rstrip())), True))
            start = end = position
        else:
            if _ITEM.match(line) and end > start:
                close()
                start = match.start()
            end = position
    close()
    return found


def sentence_spans(text: str, language: str | None = None) -> list[Span]:
    """The sentences of a text in order; with the white space between them they give it back. Headings count as one.

    `language` (en, de) decides what a number before a full stop is; None: told from the text.
    """
    german = (language or language_of(text)) == "de"
    return [span for block in blocks(text) for span in block_sentences(text, block, german=german)]


def block_sentences(text: str, block: Block, *, german: bool) -> Iterator[Span]:
    """The sentences of one block."""
    start, end = block.span
    if not block.heading:
        for match in _STOP.finditer(text, start, end):
            following = _NEXT.match(text, match.end(), end)
            assert following
            word = _word_before(text, start, match.start())
            first = len(word) == match.start() - start
            if start < match.start() and _ends(word, match[0], following[1], german=german, first=first):
                yield Span(start, match.end())
                start = following.start(1)
    if start < end:
        yield Span(start, end)


def _word_before(text: str, start: int, end: int) -> str:
    """The characters before `end` up to white space or `start`."""
    first = end
    while first > start and not text[first - 1].isspace():
        first -= 1
    return text[first:end]


def _ends(before: str, stop: str, after: str, *, german: bool, first: bool) -> bool:
    """Whether the stop between two words ends a sentence; `first`: it is the sentence's first word that stands before."""
    next_word = after.lstrip(_OPENING)
    if after[:1] in {".", "…"} or next_word[:1].islower():
        return False
    if not stop.startswith(".") or stop.startswith(".."):
        return True
    word = before.lstrip(_OPENING)
    folded = word.casefold()
    starter = re.sub(r"[^\w.]+$", "", next_word).casefold() in _STARTERS
    if folded in _NEVER or (folded in _BEFORE_NUMBER and next_word[:1].isdigit()):
        return False
    if folded in _PERHAPS or re.fullmatch(r"[^\W\d_]|(?:[^\W\d_]\.)+[^\W\d_]", word):
        return starter
    if first and re.fullmatch(r"\d{1,3}|[a-zA-Z]", word):
        return False
    if german and re.fullmatch(r"\d{1,3}|[IVX]+", re.split(r"[-–/]", word)[-1]):
        return starter
    return not (word.isdigit() and len(word) < 3 and re.sub(r"\W+$", "", next_word) in _MONTHS)
