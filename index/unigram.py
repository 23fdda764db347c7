"""A SentencePiece unigram tokeniser: text -> the most probable sequence of vocabulary pieces.

The model is Kudo's (2018, https://aclanthology.org/P18-1007): every piece has a log probability, a text's best
segmentation is the one with the greatest sum, and the Viterbi algorithm finds it. No piece of this vocabulary
reaches over a space, so each word is segmented alone.
"""

from dataclasses import dataclass
from functools import lru_cache

# SentencePiece writes the space before a word as this sign, and the space belongs to the word.
WORD_START = "\u2581"

# Log probability of a character outside the vocabulary, below that of the rarest piece (as in SentencePiece).
UNKNOWN_PENALTY = 10.0

KEPT, LONG = 2**15, 64
"""Words whose pieces are kept, and bytes from which on a word is too rare to keep."""

# NUL ends a string of SentencePiece's C++ code and a lone surrogate has no UTF-8 form, so the normalisation table
# knows neither; both become what it makes of U+FFFD, a space, lest one bad character fail a whole text.
UNSPEAKABLE = dict.fromkeys([0, *range(0xD800, 0xE000)], " ")


@dataclass(frozen=True)
class Vocabulary:
    """What the tokeniser needs: piece in UTF-8 -> id, log probability by id, code point -> string, special ids."""

    pieces: dict[bytes, int]
    log_probabilities: list[float]
    replacements: dict[int, str]
    begin: int
    end: int
    unknown: int


class Unigram:
    """The tokeniser over one vocabulary; many threads may use it."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._replacements = UNSPEAKABLE | vocabulary.replacements
        self._unknown = min(vocabulary.log_probabilities) - UNKNOWN_PENALTY
        self._longest = max(map(len, vocabulary.pieces), default=0)
        self._kept = lru_cache(maxsize=KEPT)(self._segment)  # a text is counted before it is embedded, and words come again

    def encode(self, text: str) -> list[int]:
        """Vocabulary ids of a text, without special tokens; runs of spaces count as one."""
        *words, last = text.translate(self._replacements).split(" ")
        words = [word for word in words if word]
        # A space at the end is a piece of its own; text without any words begins with that piece too.
        words.append(last)
        written = [(WORD_START + word).encode() for word in words]
        return [piece for word in written for piece in (self._kept if len(word) <= LONG else self._segment)(word)]

    def _segment(self, word: bytes) -> list[int]:
        """The most probable pieces of one word in UTF-8."""
        vocabulary, size = self._vocabulary, len(word)
        best = [0.0] + [float("-inf")] * size  # log probability of the best pieces of word[:end]
        last = [(vocabulary.unknown, 0)] * (size + 1)  # the last of those pieces, and where it starts
        for start in range(size):
            so_far = best[start]
            if so_far == float("-inf"):  # no piece ends here, as inside a character
                continue
            for end in range(start + 1, min(start + self._longest, size) + 1):
                piece = vocabulary.pieces.get(word[start:end])
                if piece is not None:
                    score = so_far + vocabulary.log_probabilities[piece]
                    if score > best[end]:
                        best[end], last[end] = score, (piece, start)
            score, end = so_far + self._unknown, start + _width(word[start])
            if score > best[end]:
                best[end], last[end] = score, (vocabulary.unknown, start)
        return _backtrack(last)


def _backtrack(last: list[tuple[int, int]]) -> list[int]:
    """The pieces that end at the last position, in reading order; last: by end, (piece, where it starts)."""
    pieces = []
    end = len(last) - 1
    while end:
        piece, end = last[end]
        pieces.append(piece)
    return pieces[::-1]


def _width(lead: int) -> int:
    """Bytes of the UTF-8 character that begins with this byte."""
    return 1 if lead < 0x80 else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
