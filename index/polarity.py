"""Which way a sentence points: what it denies, in which direction something goes, who is said to confirm or deny it.

General words of English and German by their dictionary forms, compared by stem, so that inflected forms are found too.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from index.lexical import fold, stem
from index.numerals import HALVES, NUMERALS

Axis = Literal["change", "trade", "time", "permit", "consent", "accord", "start", "join", "verdict", "speech"]


class Sign(NamedTuple):
    """A word at `text[start:end]` that stands on one side (1, -1) of an axis."""

    axis: Axis
    side: int
    start: int
    end: int


_SIDES: dict[tuple[Axis, int], dict[str, str]] = {
    ("change", 1): {
        "en": "more higher larger greater bigger longer stronger highest largest biggest most above exceed "
        "rise rose risen grow grew grown growth increase gain climb jump soar surge raise expand win won winner double",
        "de": "mehr höher größer länger stärker höchste größte meiste oberhalb übersteigen überstieg übertreffen "
        "wächst steigen stieg stiegen gestiegen steigern steigerte wachsen wuchs wuchsen gewachsen wachstum zunehmen zunahme "
        "anheben angehoben "
        "anheben angehoben erhöhen erhöhte erhöhung anstieg plus gewinnen gewann gewannen gewonnen gewinner zulegen "
        "legte klettern kletterte "
        "ansteigen angestiegen zugenommen verdoppeln verdoppelte zuwachs",
    },
    ("change", -1): {
        "en": "less fewer lower smaller shorter weaker lowest smallest least below "
        "fall fell fallen drop decline decrease shrink shrank shrunk sink sank sunk slump plunge tumble reduce lose lost "
        "loser cut slip",
        "de": "weniger niedriger geringer kleiner kürzer schwächer niedrigste kleinste wenigstehalb "
        "fällt fallen fiel fielen gefallen sinken sank sanken gesunken senken senkte gesenkt schrumpfen schrumpfte abnehmen "
        "abnahme rückgang zurückgehen zurückgegangen minus verlieren verlor verloren verlierer verringern verringerte "
        "einbrechen reduzieren abgenommen",
    },
    ("trade", 1): {
        "en": "buy bought buyer purchase acquire acquisition acquirer",
        "de": "kaufen kaufte gekauft käufer kauf erwerben erwarb erwerb erworben übernehmen übernahm übernahme ankaufen",
    },
    ("trade", -1): {
        "en": "sell sold seller sale divest divestiture",
        "de": "verkaufen verkaufte verkauft verkäufer verkauf veräußern veräußerte abstoßen abgestoßen",
    },
    ("time", 1): {"en": "after afterwards", "de": "nachdem danach"},
    ("time", -1): {"en": "before beforehand", "de": "bevor zuvor vorher"},
    ("permit", 1): {
        "en": "allow permit let authorise authorize legal",
        "de": "erlauben erlaubte erlaubt genehmigen genehmigte gestatten gestattet zulassen zugelassen zulässig legal",
    },
    ("permit", -1): {
        "en": "forbid forbade forbidden prohibit illegal outlaw",
        "de": "verbieten verbot verboten verbietet untersagen untersagte illegal unzulässig rechtswidrig",
    },
    ("consent", 1): {
        "en": "accept approve agree support back endorse welcome favour favor pass",
        "de": "annehmen angenommen nahm akzeptieren akzeptierte zustimmen stimmte zugestimmt unterstützen unterstützte "
        "befürworten befürwortete begrüßen begrüßte billigen billigte",
    },
    ("consent", -1): {
        "en": "reject oppose dismiss turn block veto object",
        "de": "ablehnen abgelehnt lehnte lehnt ablehnung zurückweisen zurückgewiesen abweisen abgewiesen blockieren blockierte",
    },
    ("start", 1): {
        "en": "start begin began begun open launch resume",
        "de": "öffnet starten startete start beginnen begann begonnen beginn eröffnen eröffnete öffnen öffnete anfangen",
    },
    ("start", -1): {
        "en": "end stop close shut finish cease halt",
        "de": "enden endete ende beenden beendete schließen schloss geschlossen stoppen stoppte einstellen eingestellt "
        "sperren gesperrt "
        "aufhören",
    },
    ("join", 1): {
        "en": "join enter include",
        "de": "beitreten beigetreten eintreten einsteigen eingestiegen anschließen angeschlossen enthalten umfassen einstieg",
    },
    ("join", -1): {
        "en": "leave left exit withdraw withdrew withdrawn quit exclude",
        "de": "verlassen verließ aussteigen ausgestiegen austreten ausgetreten zurückziehen zurückgezogen ausschließen "
        "ausstieg",
    },
    ("verdict", 1): {"en": "uphold upheld", "de": "bekräftigen bekräftigte"},
    ("verdict", -1): {
        "en": "overturn annul quash reverse invalidate",
        "de": "aufheben aufgehoben hob annullieren annullierte kippen kippte",
    },
    ("speech", 1): {
        "en": "confirm confirmation acknowledge admit",
        "de": "bestätigen bestätigte bestätigt bestätigung einräumen eingeräumt zugeben zugegeben",
    },
    ("speech", -1): {
        "en": "deny denied denial dispute disputed refute contradict",
        "de": "bestreiten bestritt bestritten dementieren dementierte dementi leugnen leugnete abstreiten abgestritten "
        "widersprechen widersprach widerlegen",
    },
}
_PATTERNS: dict[tuple[Axis, int], str] = {
    ("change", 1): r"\bup (?=from|by|to\b|\d)|\bwent up\b|\bging\w* [^.;]*\bhinauf\b",
    ("change", -1): r"\bdown (?=from|by|to\b|\d)|\bwent down\b|\bging\w* [^.;]*\bzurück\b",
    ("trade", 1): r"\b(?:took|take|taken|taking) over\b|\btakeover\b",
    (
        "time",
        1,
    ): r"\b(?:Tage?n?|Wochen?|Monaten?|Jahren?|Stunden?|kurz|unmittelbar|erst)\snach(?=\s)|\bnach (?=(?:dem|der|den) \d|\d)",
    (
        "time",
        -1,
    ): r"\b(?:Tage?n?|Wochen?|Monaten?|Jahren?|Stunden?|kurz|unmittelbar|noch|schon)\svor(?=\s)|\bvor (?=dem \d|(?:19|20)\d\d)"
    r"|\b(?:ahead of|prior to)\b",
    ("consent", -1): r"\b(?:wies|weist|wiesen)\b[^.;]*\b(?:ab|zurück)\b",
    ("permit", -1): r"\b(?:bans|banned|banning|to ban)\b",
    ("verdict", -1): r"\bstr(?:uck|ike) down\b",
    ("accord", -1): r"\bcontrary to\b|\bentgegen\b",
    ("speech", 1): r"\bräum\w+\b[^.;]*\bein\b|\b(?:gab|gibt|gaben)\b[^.;]*\bzu\b(?=[,.])",
    ("speech", -1): r"\b(?:stritt|streitet|stritten)\b[^.;]*\bab\b",
}
_NO_SIGN = re.compile(
    r"\b(?:US |annual |online |retail |net |total )?sales\b|\bnicht mehr\b|\bno more\b|\bmehr oder weniger\b|\bmore or less\b|"
    r"\bone more\b|\b(?:more|less|fewer|mehr|weniger) (?:than|als) "
    r"(?=(?!(?:19|20)\d\d\b)[\d$€£]|\w+ (?:million|billion|percent|dollar)|"
    rf"(?:{'|'.join([*NUMERALS, *HALVES])})\b)|"
    r"\bbefore (?:the|a|an) (?:court|judge|committee|house)\b|"
    r"\bunter (?:dem|der|den|anderem)\b|\bturn(?:ed|s)? (?:to|out|into)\b|\bback (?:to|in|from)\b|\bcut off\b|"
    r"\b(?:at )?the end\b|\bby the end\b|\b(?:am|bis|zum|bis zum) Ende\b|\bEnde (?=[A-Z\d])|\ball but\b|\bso far\b|"
    r"\bbreaking even\b|\bin the fall\b|\bpurchase price\b|\bKaufpreis\w*|"
    r"\blegte\b(?! [^.;]*\bzu\b)|\bstimmte\b(?! [^.;]*\bzu\b)|"
    r"\bnahm\b(?! [^.;]*\ban\b)|\bhob\b(?! [^.;]*\bauf\b)|\b(?:turn|turned|turns|turning)\b(?! down)|\bleft (?=out|behind)",
    re.IGNORECASE,
)
_NOUNS = re.compile(r"Verbot(?:s|e|en|es)?|Ende")
"""Nouns that look like verbs but for their capital."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")

_DENIES = re.compile(
    r"\b(?:not(?! only)|no(?! later| less| fewer| more than|\.)|never|nobody|none|neither|nothing|nowhere|without|"
    r"den(?:y|ied|ies|ying)|"
    r"refus(?:e|es|ed|ing|al)|(?:fail|neglect|omit)(?:s|t?ed|t?ing)? to|declin(?:e|es|ed|ing) (?:to|(?:any )?comment)|"
    r"avoid(?:s|ed|ing)?|refrain(?:s|ed|ing)?|cannot|\w+n['’]t|"
    r"nicht(?! nur| später| mehr als)|kein\w*|nie|niemals|niemand\w*|weder|ohne|nirgend\w*|nichts|"
    r"bestr(?:itt|eitet|eiten|itten)\w*|"
    r"dementier\w+|weiger\w+|verweiger\w+|geweigert|versäum\w+|unterl(?:ass|äss|ieß)\w*|verm(?:eid|ied)\w*|verzicht\w+|"
    r"lehn(?:t|te|ten) es (?:[^.;,]+ )?ab|es abgelehnt)\b",
    re.IGNORECASE,
)
_NEARLY_DENIES = re.compile(
    r"\b(?:un(?!d\b|der|ter|it|i[tv]|til|s\b|io|ge[fn])\w{4,}|in(?:capable|valid|complete)|im(?:possible|possibly)\w*|lack\w*|"
    r"miss(?:es|ed|ing)|absent|fehl\w+|unmöglich\w*|reject\w*|dismiss\w*|turn(?:s|ed)? (?:[^.;]{1,40} )?down|lehn\w+|ablehn\w+|"
    r"abgelehnt|wies\w*|abgewiesen|rather than|"
    r"instead of|statt|anstatt|only|nur|lediglich|except|außer|verwehr\w+|hardly|kaum|exclud\w+|deliberately|verwirf\w*|"
    r"verw[ao]rf\w*|verworfen|forbid\w*|forbad\w*|prohibit\w*|verbiet\w+|verbot(?:en)?|untersag\w+|unterlag\w*|scheitert\w*|"
    r"gescheitert|illegal|unlawful|contradict\w*|widersp\w+|unlike|anders als|left out|"
    r"schlie(?:ß|ss)\w*\b[^.;]*\baus|ausgeschlossen|(?:dropp|pull)ed out|withdr[ae]w\w*|quit|ausgestiegen|"
    r"ausgeschieden|zurückgezogen|earliest|frühestens)\b",
    re.IGNORECASE,
)
_HARDLY_DENIES = re.compile(
    r"(?<!-)\b(?:stop\w*|end\w*|ban|bans|banned|open|offen|below|whereas|stayed|wrong|falsch|irrtümlich\w*|mistaken\w*)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[,;:–—()]\s|\s(?:but|and|while|whereas|although|though|because|since|that|which|who|so|when|if|as|und|aber|sondern|doch|"
    r"während|obwohl|weil|da|dass|wenn|als|wobei|denn)\s|[.!?]\s"
)


def denials(text: str) -> list[tuple[int, int]]:
    """Where a text denies: "not", "kein", "weder", "without", "denied", "failed to" and the like."""
    return [match.span() for match in _DENIES.finditer(text)]


def half_denials(text: str, *, strict: bool = False) -> list[tuple[int, int]]:
    """Where a text has a word that can stand for a denial without being one for sure ("unknown", "only", "rejected").

    `strict` leaves out those that rarely do ("stopped", "before").
    """
    patterns = (_NEARLY_DENIES,) if strict else (_NEARLY_DENIES, _HARDLY_DENIES)
    return [match.span() for pattern in patterns for match in pattern.finditer(text)]


def clauses(text: str) -> list[tuple[int, int]]:
    """The clauses of a sentence as spans; split at marks and conjunctions, so rather too many than too few."""
    cuts = [0, *(match.start() for match in _CLAUSE.finditer(text)), len(text)]
    return [(start, end) for start, end in pairwise(cuts) if text[start:end].strip()]


def signs(text: str, language: str) -> list[Sign]:
    """The words of a text that stand on a side of an axis, in order."""
    hidden = _NO_SIGN.sub(lambda match: "\0" * len(match[0]), text)
    return sorted(_found(hidden, language), key=lambda sign: sign.start)


def _found(text: str, language: str) -> Iterator[Sign]:
    table = _table(language)
    for match in _WORD.finditer(text):
        word = fold(match[0])
        side = table.get(stem(word, language)) or table.get(stem(word.removesuffix("t"), language))
        if side and not _NOUNS.fullmatch(match[0]):
            yield Sign(*side, *match.span())
    for (axis, number), pattern in _PATTERNS.items():
        for match in re.finditer(pattern, text, re.IGNORECASE):
            yield Sign(axis, number, *match.span())


@lru_cache(maxsize=4)
def _table(language: str) -> Mapping[str, tuple[Axis, int]]:
    """The stems of a language with their side."""
    return {stem(fold(word), language): side for side, words in _SIDES.items() for word in words.get(language, "").split()}
