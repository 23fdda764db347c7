"""What a question asks for, told without a model and without any word of the story: its kind, its parts, its time."""

import re
from dataclasses import dataclass
from typing import Literal

from corpus.language import language_of
from index.sentences import sentence_spans

Kind = Literal["who", "when", "where", "how_much", "why", "yes_no", "other"]
Small = Literal["greeting", "thanks", "how_sure"]

MAX_CHARACTERS = 2000
LONG_CHARACTERS = 300
MAX_PARTS = 3

_KINDS: tuple[tuple[Kind, str], ...] = (
    (
        "when",
        r"when|wann|(?:what|which|in (?:what|which)) (?:date|day|year|month|week)|(?:in )?welche[mrns]? "
        r"(?:datum|tag|jahr|monat)",
    ),
    (
        "how_much",
        r"how (?:much|many|high|large|big|long|far|often|old|strongly)|(?:what|which) (?:percent\w*|share|number|amount|price|"
        r"sum|figure|value|valuation|fine|fee|stake)|wie ?viele?n?r?|wie (?:hoch|gro(?:ß|ss)|lange|oft|weit|alt|stark|teuer)|"
        r"welche[rnms]? (?:anteil\w*|summe|preis|zahl|betrag|prozentsatz|höhe|wert|strafe|gebühr)",
    ),
    (
        "why",
        r"why|how come|(?:for|on) what (?:reasons?|grounds?)|what (?:was|were|is|are) the (?:reasons?|grounds?)|warum|weshalb|"
        r"wieso|wozu|aus welche[nm] gr[uü]nd\w*|mit welcher begründung|womit (?:.{3,60} )?begründe\w*|"
        r"was (?:war|ist) der grund|was (?:waren|sind) die gründe",
    ),
    (
        "who",
        r"who|whom|whose|wer|wen|wem|wessen|(?:which|what) (?:person|company|companies|firm|investor\w*|bidder\w*)|"
        r"welche[rnms]? (?:person|firma|firmen|unternehmen|investor\w*|bieter)",
    ),
    (
        "where",
        r"where|wo|wohin|woher|(?:in )?(?:which|what) (?:country|countries|city|state|place)|(?:in )?welche[mnrs]? "
        r"(?:land|länder\w*|stadt|staat|ort)",
    ),
)
_ASKED = [(kind, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)) for kind, pattern in _KINDS]
_YES_NO = re.compile(
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must|isn't|wasn't|didn't|doesn't|"
    r"ist|sind|war|waren|hat|haben|hatte|hatten|wird|werden|wurde|wurden|kann|können|konnte|konnten|darf|dürfen|durfte|"
    r"soll|sollen|sollte|sollten|muss|müssen|musste|gibt|gab|will|wollte|wollten|bekam|gehört|gehörte|steht|stimmt)\b",
    re.IGNORECASE,
)
_SMALL: tuple[tuple[Small, str], ...] = (
    (
        "thanks",
        r"(?:thanks|thank you|thx|cheers|danke|vielen dank|dankeschön|danke schön|besten dank)"
        r"(?: very much| a lot| so much| sehr)?",
    ),
    (
        "greeting",
        r"(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|hallo|moin|servus|grüezi|guten (?:tag|morgen|abend))"
        r"(?: there| zusammen)?|"
        r"(?:who|what) are you|what can you do|what is this|help|hilfe|wer bist du|wer sind sie|was kannst du|"
        r"was können sie|was ist das(?: hier)?",
    ),
    (
        "how_sure",
        r"how (?:sure|certain|reliable) are you|(?:are you )?(?:really|sure|certain)(?: sure)?|is that (?:so|right|true)|"
        r"wie sicher (?:bist du|sind sie|ist das)|wie zuverlässig (?:bist du|ist das)|echt(?: jetzt)?|wirklich|"
        r"(?:bist du|sind sie) (?:dir |sich )?(?:da |ganz )?sicher|stimmt das(?: wirklich)?",
    ),
)
_SMALL_TALK = [(small, re.compile(pattern, re.IGNORECASE)) for small, pattern in _SMALL]
_WORDS = (
    r"who|whom|whose|when|where|why|how|what|which|wer|wen|wem|wessen|wann|wo|wohin|woher|warum|weshalb|wieso|wie|was|"
    r"welche[rnms]?|womit|wofür|worüber|seit wann|bis wann|at what|in which|zu welche[mnr]|in welche[mnr]|"
    r"mit welche[mnr]|an wen"
)
_SPLIT = re.compile(
    # What follows in brackets at the end is no part, unless it asks: "Who backs it? (Northwind)".
    rf"[?;]\s+(?=\S)(?!\([^?]*\)\s*$)|"
    rf",?\s+(?:and|und|sowie)\s+(?=(?:(?:since|until|by|from|to|for|with|at|in|seit|bis|von|zu|für|mit|an|in|ab)\s+)?"
    rf"(?:{_WORDS})\b)|"
    # "and did that last?": a verb asks something further only where it asks about what was named before; "and had it made"
    # goes on telling.
    r",?\s+(?:and|und)\s+(?=(?:is|are|was|were|did|does|do|can|could|will|would|ist|sind|war|waren|kann|konnte|wird|wurde|"
    r"bleibt|blieb|gilt|galt|stimmt)\s+(?:it|they|he|she|that|this|these|those|any|er|sie|es|das|dies|davon|man)\b)|"
    r",?\s+(?:(?:as\s+)?compared\s+(?:with|to)|verglichen\s+mit|im\s+vergleich\s+(?:zu|mit))\s+"
    r"(?=(?:what|who|which|how|was|wer|wie|welche\w*)\b)",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"\b(today|current(?:ly)?|now|nowadays|latest|still|these days|at present|heute|aktuell\w*|derzeit\w*|jetzt|momentan|"
    r"inzwischen|mittlerweile|gegenwärtig|noch)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ADVICE = re.compile(r"\bshould i\b|\bsoll(?:te)? ich\b|\blohnt (?:es )?sich\b|\bworth (?:buying|investing)\b", re.IGNORECASE)
_ARITHMETIC = re.compile(
    r"\bhow (?:many|much) (?:percent )?(?:more|less|fewer|higher|lower)\b|\bwie ?viele? (?:prozent )?(?:mehr|weniger|höher)\b|"
    r"\bum wie ?viele?\b|\bdifference between\b|\bdifferenz\b",
    re.IGNORECASE,
)

_CAUSE = re.compile(
    r"\b(because|on account of|due to|owing to|in order to|so that|as a result|therefore|reasons?|weil|wegen|aufgrund|"
    r"damit|deshalb|daher|grund|um .{3,60} zu)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question taken apart: its parts with their kinds, and what it wants of time and judgement.

    `typed` is what was typed where words of the conversation were added, and `lately` what the last answer cited then, as
    (article id, offset); `exclude` are articles that it does not ask.
    """

    text: str
    parts: tuple[str, ...]
    kinds: tuple[Kind, ...]
    now: bool
    advice: bool
    arithmetic: bool
    typed: str = ""
    lately: tuple[tuple[str, int], ...] = ()
    exclude: frozenset[str] = frozenset()


def small_talk(question: str) -> Small | None:
    """The kind of a greeting, thanks or a question about the bot itself, if that is all there is."""
    bare = re.sub(r"[^\w\s']", " ", question).strip()
    bare = re.sub(r"\s+", " ", bare)
    return next((small for small, pattern in _SMALL_TALK if pattern.fullmatch(bare)), None)


def kind_of(part: str) -> Kind:
    """What one part of a question asks for; the question word that comes first decides."""
    found = [(match.start(), kind) for kind, pattern in _ASKED if (match := pattern.search(part))]
    asks_what = part.strip().casefold().startswith("was ") and language_of(part) != "en"  # German "was" is no verb
    if _YES_NO.match(part.strip()) and not asks_what and not (found and min(found)[0] < 25 and " or " not in part):
        return "yes_no"
    return min(found, key=lambda entry: entry[0])[1] if found else "other"


def take_apart(question: str) -> Asked:
    """Splits a question into at most three parts: at "?" and ";", at and/und before a question word or a verb that asks about
    what was named, and at "compared with what"."""
    pieces = [piece.strip(" ?;,") for piece in _SPLIT.split(question)]
    parts = tuple(piece for piece in pieces if re.search(r"\w", piece))[:MAX_PARTS] or (question,)
    year = bool(_YEAR.search(question))
    return Asked(
        question,
        parts,
        tuple(kind_of(part) for part in parts),
        bool(_NOW.search(question)) and not year,
        bool(_ADVICE.search(question)),
        bool(_ARITHMETIC.search(question)),
    )


def has_what_was_asked(text: str, kind: Kind) -> bool:
    """Whether a sentence holds the kind of thing that the question asks for; true for kinds that need nothing certain."""
    if kind == "when":
        return bool(re.search(r"\b(?:19|20)\d\d\b", text))
    if kind == "how_much":
        return bool(re.search(r"\d", re.sub(r"\b(?:19|20)\d\d\b|\b\d{1,2}\.? [A-ZÄÖÜ]", "", text)))
    if kind == "why":
        return bool(_CAUSE.search(text))
    return True


def without_now(part: str) -> str:
    """A part without the words for the present, which say which of the found sentences is wanted and not what to find."""
    return " ".join(_NOW.sub(" ", part).split()) or part


def last_question(text: str) -> str:
    """Of a long text the last sentence that asks, else the last sentence."""
    sentences = [span.of(text) for span in sentence_spans(text)]
    asking = [sentence for sentence in sentences if sentence.rstrip("\"'“”») ").endswith("?")]
    return (asking or sentences or [text])[-1].strip()
