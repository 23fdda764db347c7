"""Words of English and German that decide whether two sentences agree: denial, opposites, scope, measures, places, roles.

The words are data (lexicon.toml); nothing there belongs to a story. A word is looked up once and kept; expressions match it
whole and in lower case.
"""

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

_TAGS: dict[str, list[str]] = {
    tag: patterns
    for section in tomllib.loads(files("index").joinpath("lexicon.toml").read_text(encoding="utf-8")).values()
    for tag, patterns in section.items()
}
_PATTERNS = [(tag, re.compile("|".join(patterns))) for tag, patterns in _TAGS.items()]
_SEPARABLE: dict[str, tuple[str, str]] = {
    "+rise": (r"legten?", "zu"),
    "+confirm": (r"räum(?:t|te|ten)", "ein"),
    "-confirm": (r"wies(?:en)?|weist", "zurück"),
    "+approve": (r"stimm(?:t|te|ten)", "zu"),
    "-approve": (r"lehn(?:t|te|ten)", "ab"),
    "+acquit": (r"spr(?:ach|icht|achen)", "frei"),
    "+join": (r"stieg(?:en)?|steigt", "ein"),
    "-join": (r"stieg(?:en)?|steigt|schied", "aus"),
}
_PARTED = [(tag, re.compile(verb), particle) for tag, (verb, particle) in _SEPARABLE.items()]
_PAIRS = {
    ("united", "states"): "p:us",
    ("united", "kingdom"): "p:uk",
    ("vereinigten", "staaten"): "p:us",
    ("european", "union"): "p:eu",
    ("u", "s"): "p:us",
}
_PARTICLES = frozenset(particle for _, _, particle in _PARTED)
_NONE: frozenset[str] = frozenset()
_WORD = re.compile(r"\w+")


@lru_cache(maxsize=100_000)
def tags(word: str) -> frozenset[str]:
    """The meanings of a word in lower case: "+rise", "m:profit" for a measure, "p:us" for a place and so on."""
    return frozenset(tag for tag, pattern in _PATTERNS if pattern.fullmatch(word)) or _NONE


def tagged(words: Sequence[str]) -> list[frozenset[str]]:
    """The meanings of each of the words, in lower case, of a sentence, those of parted verbs and of pairs at the first word."""
    found = [tags(word) for word in words]
    for at, word in enumerate(words):
        if word in _PARTICLES:
            for tag, verb, particle in _PARTED:
                if particle == word:
                    start = next((i for i in range(at - 1, max(-1, at - 16), -1) if verb.fullmatch(words[i])), None)
                    if start is not None:  # the parted verb means something else than its first half
                        found[start] = frozenset({tag})
        elif at and words[at - 1] == "no" and word in ("more", "less", "fewer"):  # no more than that is that
            found[at - 1] = _NONE
        elif at and (pair := _PAIRS.get((words[at - 1], word))):
            found[at - 1] |= {pair}
    return found


@lru_cache(maxsize=20_000)
def ordinals(text: str) -> frozenset[str]:
    """Which ones in order a text tells of, "o:2" for the second; the last one is left out, since it is a numbered one too."""
    words = (match[0].lower() for match in _WORD.finditer(text))
    return frozenset(tag for word in words for tag in tags(word) if tag.startswith("o:") and tag != "o:last")
