"""How far two words are apart, and the known word that a misspelt one was to be."""

from collections.abc import Iterable

from index.lexical import fold


def edit_distance(a: str, b: str, limit: int = 2) -> int:
    """Insertions, deletions, changes and swaps of neighbours between two words (optimal string alignment).

    More than `limit` is given as limit + 1, and no row is filled once that is certain.
    """
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        above, row, earlier = row, [i], before
        for j, other in enumerate(b, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        before = above
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)


def closest(word: str, vocabulary: Iterable[str], limit: int = 2) -> str | None:
    """The word of a folded vocabulary, the most frequent first, that a misspelt one was to be; None for none.

    One error in words of 5 to 7 letters, two from 8 on, none in shorter ones; at equal distance the same first letter
    wins, then frequency.
    """
    folded = fold(word)
    allowed = min(limit, 0 if len(folded) < 5 else 1 if len(folded) < 8 else 2)
    letters = set(folded)
    best: tuple[int, bool] | None = None
    found = None
    for known in vocabulary:
        if abs(len(known) - len(folded)) > allowed or len(letters.symmetric_difference(known)) > 2 * allowed:
            continue
        distance = edit_distance(folded, known, allowed)
        rank = (distance, known[:1] != folded[:1])
        if distance <= allowed and (best is None or rank < best):
            best, found = rank, known
    return found
