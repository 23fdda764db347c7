"""The tokeniser over a vocabulary small enough to try every segmentation."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from index.unigram import UNKNOWN_PENALTY, Unigram, Vocabulary

PIECES = ["<s>", "</s>", "<unk>", "▁", "a", "b", "ab", "ba", "aba", "▁a", "▁ab", "é", "éb"]
SCORES = [0.0, 0.0, 0.0, -2.0, -3.0, -3.5, -4.0, -6.8, -9.9, -4.1, -6.0, -5.0, -5.5]
IDS = {piece.encode(): number for number, piece in enumerate(PIECES) if piece != "<unk>"}
UNIGRAM = Unigram(Vocabulary(IDS, SCORES, {0x9: " ", 0x1: "", 0xBD: "ab"}, begin=0, end=1, unknown=2))
UNKNOWN = min(SCORES) - UNKNOWN_PENALTY


def tokens(text: str) -> list[str]:
    return [PIECES[number] for number in UNIGRAM.encode(text)]


def best_score(word: str) -> float:
    """The greatest sum of log probabilities over all 2^(n-1) segmentations."""

    def score(part: str) -> float:
        number = IDS.get(part.encode())
        return SCORES[number] if number is not None else UNKNOWN if len(part) == 1 else float("-inf")

    inner = range(1, len(word))
    cuts = [[0, *chosen, len(word)] for size in range(len(word)) for chosen in combinations(inner, size)]
    return max(sum(score(word[start:stop]) for start, stop in pairwise(each)) for each in cuts)


@given(st.text("abéxü😀", min_size=1, max_size=8))
def test_the_best_segmentation_is_found(word: str) -> None:
    numbers = UNIGRAM.encode(word)
    score = sum(UNKNOWN if number == 2 else SCORES[number] for number in numbers)
    assert abs(score - best_score("▁" + word)) < 1e-9


def test_words_and_spaces() -> None:
    assert tokens("a ab") == tokens(" a\t \x01 ab") == ["▁a", "▁ab"]
    assert tokens("a ") == ["▁a", "▁"]
    assert tokens("") == tokens(" ") == ["▁"]


def test_normalisation_comes_first() -> None:
    assert tokens("\u00bd") == ["▁ab"]


def test_unknown_characters_count_one_each() -> None:
    assert tokens("xy😀") == ["▁", "<unk>", "<unk>", "<unk>"]
    assert tokens("<unk>") == ["▁"] + ["<unk>"] * 5


def test_nul_and_lone_surrogates_are_spaces() -> None:
    assert tokens("a\0ab") == tokens("a\ud800ab") == tokens("a\udfff\0ab") == ["▁a", "▁ab"]
