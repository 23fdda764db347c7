"""From what a reader proposes to what is shown: every sentence is checked against its quotes before anyone sees it."""

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

from bot.answer import Check, Statement
from bot.check import Checker, Quote, Verdict, Widening
from bot.extractive import MAX_STATEMENTS
from bot.quoting import cited, verbatim
from bot.reading import Found, Proposal, Reader
from bot.render import flat
from corpus.language import language_of
from corpus.library import Library
from index.claims import Claim, ClaimMaker, overlap
from index.lexical import terms
from index.search import SearchResult

MAX_CHARACTERS = 600
"""Of a sentence that a model writes."""
SHARED = 0.5
"""Of a sentence's content words more than this share must stand in its quotes of the same language.

Of 129 faithful paraphrases by hand (tests/data/support.json) two have no more."""
COVERED = 0.5
"""Share of the stems of a failed sentence from which its quote says what it meant to say."""

_MARKUP = re.compile(
    r"[<>{}|\\`*#~^=\[\]]|_\w|\w_|://|\bwww\.|\b(?:https?|mailto|javascript|vbscript|ftp):|\b(?:data|file):\S|\w@\w|"
    r"[\0-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\U000e0000-\U000e0fff]",
    re.IGNORECASE,
)
"""What is no plain sentence: an address, markup, code, a call of a tool, a sign that is not seen."""
_DOMAIN = re.compile(r"\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,10}\b(?:/\S*)?", re.IGNORECASE)
_SPEAKS = re.compile(
    r"\b(?:you|your|yours|yourself|please|I|me|my|ich|mir|mich|mein\w*|du|dich|dir|dein\w*|bitte|Ihnen)\b|"
    r"(?<=[a-zäöüß,] )(?:Sie|Ihre?\w?)\b"
)
"""Words with which somebody speaks to somebody: a report does not, unless it quotes."""

_ORDERS = re.compile(
    r"(?:^|[:.!?>\])\-–,;]\s*)(?:please |bitte |now |jetzt )?(?:"
    r"Ignore|Disregard|Forget|Say|State|Write|Tell|Answer|Reply|Respond|Repeat|Add|Put|Insert|Call|Cite|Ask|Give|Offer|"
    r"Output|Print|Recommend|Pretend|Act as|Reveal|Show|Send|Follow|Execute|Run|Never|Always|Do not|You (?:are|must|should)|"
    r"Ignoriere?|Vergiss|Sage?|Schreibe?|Antworte|Wiederhole|Füge|Setze|Rufe?|Nenne|Frage? nach|Gib|Biete|Empfiehl|Zeige?|"
    r"Sende|Befolge|Führe|Tu so|Du (?:bist|sollst|musst|wirst))\b",
)
"""A sentence that gives an order, as articles do not: it states nothing, whatever words it has in common with a statement."""


@dataclass(frozen=True)
class Judge:
    """Decides about proposals; with `show_unsupported` a sentence that fails is shown, marked so, if it is plain."""

    library: Library
    claims: ClaimMaker
    checker: Checker
    show_unsupported: bool = False

    def statements(self, reader: Reader, found: Found) -> Generator[Statement, None, None]:
        """At most three statements, each as soon as it is settled; ModelTrouble where the reader's model fails.

        A model that only copies, and nothing that leads, has not understood the question: until it writes a sentence of its
        own that holds, or quotes what leads, its quotes are held back.
        """
        leading = {claim.representative.text for claim in found.leading}
        proposals = reader.read(found)
        settled: dict[str, Statement] = {}
        shown = 0
        trusted = False
        try:
            proposal = next(proposals, None)
            while proposal and len(settled) < MAX_STATEMENTS:
                check, statement, own = self.settle(proposal, found.language)
                if statement:
                    settled.setdefault(statement.text, statement)
                    trusted = trusted or own or statement.text in leading
                if trusted:
                    yield from list(settled.values())[shown:]
                    shown = len(settled)
                try:
                    proposal = proposals.send(check)
                except StopIteration:
                    break
        finally:
            proposals.close()

    def settle(self, proposal: Proposal, language: str) -> tuple[Check, Statement | None, bool]:
        """The check of a proposal, what is shown for it (its words, its quote, or nothing yet), and if its own words held."""
        copied = next((claim for claim in proposal.claims if flat(claim.representative.text) == flat(proposal.text)), None)
        if copied:
            return Check("verbatim"), verbatim(copied, self.library), False
        results = [claim.representative for claim in proposal.claims]
        verdict = self._verdict(proposal.text, results, language)
        if verdict.check.verdict == "supported":
            results += [_wider(results[more.quote], more) for more in verdict.widen]
            return verdict.check, Statement(proposal.text, cited(results, self.library), verdict.check), True
        if not proposal.final and not verdict.quote_instead:
            return verdict.check, None, False
        covering = self._covering(proposal, language)
        if covering:
            return Check("verbatim"), verbatim(covering, self.library), verdict.quote_instead
        if self.show_unsupported and results and _plain(proposal.text, results):
            return verdict.check, Statement(proposal.text, cited(results, self.library), verdict.check), False
        return verdict.check, None, False

    def _verdict(self, text: str, results: Sequence[SearchResult], language: str) -> Verdict:
        """What this module forbids, then the check of the facts."""
        reason = ""
        if not _plain(text, results):
            reason = "markup"
        elif not results:
            reason = "no_quote"
        elif any(_ORDERS.search(result.text) for result in results):
            reason = "orders"
        elif language_of(text) not in (language, None):
            reason = "language"
        elif any(not re.search(rf"\b{word}\b", result.text) for word in _SPEAKS.findall(text) for result in results):
            reason = "speaks"
        elif self._shared(text, results, language) <= SHARED:
            reason = "nothing_shared"
        if reason:
            return Verdict(Check("unsupported", (reason,)))
        return self.checker.check(text, [_quote(result) for result in results], language)

    def _shared(self, text: str, results: Sequence[SearchResult], language: str) -> float:
        """The share of a sentence's content words that stand in its quotes; 1 across languages."""
        own = set(terms(text, language))
        if any(result.article.source.language != language for result in results) or not own:
            return 1.0
        held = {term for result in results for term in terms(result.text, language)}
        return len(own & held) / len(own)

    def _covering(self, proposal: Proposal, language: str) -> Claim | None:
        """The cited claim that says what a failed sentence meant to say, if one does."""
        said = self.claims.understand(proposal.text, language)
        shares = [
            overlap(said, self.claims.saying(claim.representative))
            if claim.representative.article.source.language == language
            else COVERED
            for claim in proposal.claims
        ]
        best = max(shares, default=0.0)
        return proposal.claims[shares.index(best)] if best >= COVERED else None


def is_plain(text: str) -> bool:
    """Whether a text is made of words and figures alone: no markup, no address, no sign that is not seen."""
    return len(text) <= MAX_CHARACTERS and not _MARKUP.search(text)


def _plain(text: str, results: Sequence[SearchResult]) -> bool:
    """The same, and a name that looks like an address stands in a quote."""
    return is_plain(text) and all(any(found in result.text for result in results) for found in _DOMAIN.findall(text))


def _paragraph(result: SearchResult) -> str:
    return result.article.text[result.passage_start : result.passage_end]


def _quote(result: SearchResult) -> Quote:
    source = result.article.source
    return Quote(result.text, source.language, source.published, _paragraph(result))


def _wider(result: SearchResult, more: Widening) -> SearchResult:
    """The sentence of a result's paragraph by which its citation is widened."""
    start = result.passage_start
    return replace(result, start=start + more.start, end=start + more.end, previous_start=None)
