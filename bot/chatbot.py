"""The chatbot: search, enough evidence?, read, check. It keeps nothing between questions."""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bot.answer import Answer, Check, Citation, Message, Statement
from bot.evidence import Gate, evidence, pair_of
from bot.extractive import Choice, compose, leans, weighed
from bot.question import LONG_CHARACTERS, MAX_CHARACTERS, Asked, last_question, small_talk, subject_of, take_apart, without_now
from bot.settings import Settings
from bot.wording import LANGUAGES, date_text, language_name, say
from corpus.article import Source, clean_text
from corpus.errors import BriefingError
from corpus.language import language_of
from corpus.library import Library, corpus_id
from index.build import BuildError, BuildRunning, ensure
from index.claims import ClaimMaker
from index.embedder import EmbeddingModel
from index.generation import GenerationError, fingerprints
from index.lexical import fold, words
from index.search import Index, Ranking, SearchResult, SearchResults, blended
from index.segment import SegmentError
from index.spelling import closest

READER = "extractive"
NEAREST = 3
MORE_ORIGINS = 2
"""Citations of a statement beside its own quote, each from another origin."""
WIDE = 40
"""Sentences of a language that are weighed."""
THIN = 0.5
"""Confidence below which an answer says that its evidence is thin."""
FALLBACK_COVERAGE = 0.5
"""Without a calibration: the share of the question's token weight that the best sentence must match nearly best."""


class QuestionError(BriefingError):
    """A question that cannot be asked."""


class CorpusEmpty(BriefingError):
    """There is no article to answer from."""


@dataclass(frozen=True, slots=True)
class Pick:
    """The search and the ranking that a part is answered from, how probable it is that it answers, and whether enough."""

    results: SearchResults
    ranking: Ranking
    confidence: float
    enough: bool


@dataclass(frozen=True)
class Chatbot:
    """Everything that answering needs, opened once; `ask` and `stream` are safe from many threads."""

    settings: Settings
    library: Library
    index: Index
    gate: Gate | None
    claims: ClaimMaker
    opening_notices: tuple[tuple[str, dict[str, object]], ...] = ()

    @classmethod
    def open(cls, settings: Settings | None = None, *, quiet: bool = False) -> "Chatbot":
        """Opens the index, building it first where it does not fit the articles.

        Where it cannot be built an older one answers, with a notice; BriefingError where there is none.
        """
        settings = settings or Settings.read()
        library = settings.build.load()
        if not library.articles:
            bad = f" ({len(library.problems)} files there are no articles: dealbrief lint)" if library.problems else ""
            raise CorpusEmpty(f"There is no article in {settings.corpus} yet{bad}. Put *.md files there.")
        model = settings.build.open_model()
        notices: list[tuple[str, dict[str, object]]] = []
        if library.problems:
            notices.append(("bad_files", {"count": len(library.problems)}))
        index, stale = _open_index(settings, library, model, quiet)
        if stale:
            notices.append(("index_stale", {"reason": stale}))
        maker = ClaimMaker(library.story.actors, library.origin)
        return cls(
            settings, library, index, Gate.of(model.id, corpus_id(settings.corpus), settings.home), maker, tuple(notices)
        )

    def close(self) -> None:
        """Closes the index."""
        self.index.close()

    def ask(self, question: str, history: Sequence[Message] = ()) -> Answer:
        """One answer. QuestionError for an empty question or one of over 2,000 characters."""
        *_, answer = self.stream(question, history)
        assert isinstance(answer, Answer)
        return answer

    def stream(self, question: str, history: Sequence[Message] = ()) -> Iterator[Statement | Answer]:
        """The statements as soon as each is checked, then the answer."""
        started = time.perf_counter()
        language = self._language(question, history)
        _refuse_unaskable(question, language)
        asked_for = clean_text(question)
        notices = [say(key, language, **values) for key, values in self.opening_notices]
        if len(asked_for) > LONG_CHARACTERS:
            asked_for = last_question(asked_for)
            notices.append(say("last_sentence", language))
        asked_for = self._spelt(asked_for)
        small = small_talk(asked_for)
        if small:
            answer = self._draft(question, asked_for, language, message=self._reply(small, language))
        else:
            statements, answer = self._answer(question, asked_for, language, notices)
            yield from statements
        yield replace(answer, elapsed_ms=(time.perf_counter() - started) * 1000)

    def _spelt(self, question: str) -> str:
        """The question with its misspelt names as the story's actors write them, where nothing else in the index fits."""

        def right(found: re.Match[str]) -> str:
            word = found[0]
            if fold(word) in self._names or any(self.index.knows(word, name) for name in self.index.languages):
                return word
            return self._names.get(closest(word, self._names) or "", word)

        return re.sub(r"\b[A-ZÄÖÜ][^\W\d_]{4,}\b", right, question)

    @cached_property
    def _names(self) -> dict[str, str]:
        """The words of the actors' names and aliases: folded, and as they are written."""
        actors = self.library.story.actors.items()
        written = [word for name, aliases in actors for text in (name, *aliases) for word in words(text)]
        return {fold(word): word for word in written if word[0].isupper()}

    def _answer(
        self, question: str, search_question: str, language: str, notices: list[str]
    ) -> tuple[tuple[Statement, ...], Answer]:
        asked = take_apart(search_question)
        spoken = language_of(search_question)
        picked = [self._pick(asked, i, language) for i in range(len(asked.parts))]
        confidences = [pick.confidence for pick in picked]
        covered = [pick.enough for pick in picked]
        calibrated = self.gate is not None
        draft = self._draft(question, search_question, language)
        if not any(covered):
            return (), self._refuse(draft, picked, notices, spoken)
        parts = [i for i, known in enumerate(covered) if known]
        kept = Asked(
            asked.text,
            tuple(asked.parts[i] for i in parts),
            tuple(asked.kinds[i] for i in parts),
            asked.now,
            asked.advice,
            asked.arithmetic,
        )
        choices = compose(kept, [picked[i].ranking for i in parts], self.claims)
        if not choices:
            return (), self._refuse(draft, picked, notices, spoken)
        statements = _number([self._statement(choice) for choice in choices])
        notices += self._notices(asked, covered, statements, language, spoken)
        confidence = round(min(confidences[i] for i in parts), 2) if calibrated else None
        if confidence is not None and confidence < THIN:
            notices.append(say("thin_evidence", language))
        answer = replace(draft, kind="answer", statements=statements, notices=tuple(notices), confidence=confidence)
        return statements, answer

    def _refuse(self, draft: Answer, picked: Sequence[Pick], notices: Sequence[str], spoken: str | None) -> Answer:
        """The refusal, with what the corpus says nearest."""
        language = draft.language
        message = self._refusal(draft.search_question, language, spoken)
        confidence = round(max(pick.confidence for pick in picked), 2) if self.gate else None
        remarks = (*notices, *([] if self.gate else [say("uncalibrated", language)]))
        nearest = self._nearest(picked[0].results)
        return replace(draft, kind="refusal", message=message, nearest=nearest, notices=remarks, confidence=confidence)

    def search(
        self,
        asked: Asked,
        number: int,
        language: str,
        among: Sequence[str] | None = None,
        before: SearchResults | None = None,
    ) -> SearchResults:
        """A part searched and weighed by what it asks; a later one with the subject of the first, half as much without."""
        part = without_now(asked.parts[number]) if asked.now else asked.parts[number]
        if number == 0:
            vectors = before.vectors if before else None
            found = self.index.search(part, language, among=among, vectors=vectors, limit=WIDE)
        else:
            leaning = self.index.search(f"{part} {subject_of(asked.parts[0])}", language, among=among, limit=WIDE)
            found = blended(leaning, self.index.search(part, language, among=among, limit=WIDE), 0.5)
        kind = asked.kinds[number]
        return replace(found, rankings=tuple(weighed(ranking, kind) for ranking in found.rankings))

    def _pick(self, asked: Asked, number: int, language: str) -> Pick:
        """What a part is answered from: the question's language if that has enough, else another with more than enough.

        The other languages are searched only where they are needed.
        """
        own = [language] if language in self.index.languages else None
        pick = self._weigh(self.search(asked, number, language, own))
        others = [name for name in self.index.languages if name != language]
        if pick.enough or own is None or self.gate is None or not others:
            return pick
        further = self._weigh(self.search(asked, number, language, others, pick.results), "fallback")
        return further if further.enough else pick

    def _weigh(self, results: SearchResults, threshold: str | None = None) -> Pick:
        """The ranking that most probably answers, and whether that is over the threshold of that name (or of its pair)."""
        best = Pick(results, Ranking.none(results.language), 0.0, False)
        for ranking in results.rankings:
            if not ranking.results:
                continue
            p = _coverage(ranking) if self.gate is None else evidence(self.gate, results, ranking, self.claims) or 0.0
            least = self.settings.threshold
            if least is None:
                pair = threshold or pair_of(results.language, ranking.language)
                least = self.gate.thresholds[pair] if self.gate else FALLBACK_COVERAGE
            if p > best.confidence or not best.ranking.results:
                best = Pick(results, ranking, p, p >= least)
        return best

    def _statement(self, choice: Choice) -> Statement:
        """A verbatim statement; every quote is looked up again in its article before it is shown."""
        citations = tuple(
            self._citation(result) for result in (choice.claim.representative, *choice.claim.others[:MORE_ORIGINS])
        )
        for citation in citations:
            if not citation.holds_in(self.library.get(citation.source.id)):
                raise BriefingError(f"A quote of {citation.source.id} does not stand in the article. Run: dealbrief doctor")
        return Statement(citations[0].quote, citations, Check("verbatim"))

    def _citation(self, result: SearchResult) -> Citation:
        article = result.article
        return Citation(
            number=0,
            source=article.source,
            quote=result.text,
            start=result.start,
            end=result.end,
            digest=f"sha256:{article.sha256}",
            context_start=result.previous_start if leans(result.text) else None,
            context=result.article.text[result.previous_start : result.start]
            if leans(result.text) and result.previous_start is not None
            else "",
            references=references(result),
        )

    def _nearest(self, results: SearchResults) -> tuple[Citation, ...]:
        own = [result for ranking in results.rankings[:1] for result in ranking.results] or results.interleaved
        return tuple(replace(self._citation(result), number=i + 1) for i, result in enumerate(own[:NEAREST]))

    def _refusal(self, question: str, language: str, spoken: str | None) -> str:
        as_of = self.library.as_of
        if as_of:
            said = say("refusal_as_of", language, question=question, as_of=date_text(as_of, language))
        else:
            said = say("refusal", language, question=question)
        if spoken and spoken not in self.library.languages:
            names = ", ".join(language_name(code, language) for code in self.library.languages)
            said += " " + say("refusal_languages", language, languages=names)
        return said

    def _notices(
        self, asked: Asked, covered: Sequence[bool], statements: Sequence[Statement], language: str, spoken: str | None
    ) -> list[str]:
        notices = [
            say("part_missing", language, part=part) for part, known in zip(asked.parts, covered, strict=True) if not known
        ]
        if spoken and spoken not in self.library.languages:
            notices.append(say("question_language", language))
        else:
            others = {statement.citations[0].source.language for statement in statements} - {language}
            notices += [say("other_language", language, name=language_name(other, language)) for other in sorted(others)]
        if asked.now and self.library.as_of:
            notices.append(say("as_of", language, as_of=date_text(self.library.as_of, language)))
        notices += [say("no_advice", language)] if asked.advice else []
        notices += [say("no_arithmetic", language)] if asked.arithmetic else []
        notices += [] if self.gate else [say("uncalibrated", language)]
        return notices

    def _reply(self, small: str, language: str) -> str:
        if small == "thanks":
            return say("thanks", language)
        if small == "how_sure":
            return say("how_sure", language)
        story = self.library.story
        title = story.title.get(language) or next(iter(story.title.values()), self.library.folder.name)
        examples = " ".join(story.examples.get(language, ())[:3])
        said = say("greeting", language, title=title)
        return f"{said} {say('for_example', language, examples=examples)}" if examples else said

    def _language(self, question: str, history: Sequence[Message]) -> str:
        """The language to answer in: the question's, else the history's, else the setting's; English for a third one."""
        told = language_of(question)
        if told is None:
            turns = (language_of(message.content) for message in reversed(history))
            told = next((language for language in turns if language in LANGUAGES), None) or self.settings.language
        return told if told in LANGUAGES else "en"

    def _draft(self, question: str, search_question: str, language: str, message: str = "") -> Answer:
        return Answer(question, search_question, language, "reply", READER, message=message, as_of=self.library.as_of)


def references(result: SearchResult) -> tuple[Source, ...]:
    """The notes that stand in or right behind a sentence, else those of its passage; each source once."""
    notes = result.article.notes
    own = [note.source for note in notes if result.start < note.offset <= result.end]
    passage = [note.source for note in notes if result.passage_start < note.offset <= result.passage_end]
    return tuple(dict.fromkeys(own or passage))


def _open_index(settings: Settings, library: Library, model: EmbeddingModel, quiet: bool) -> tuple[Index, str | None]:
    """The index of the library, and why it is not up to date if it is not."""
    store = settings.build.store
    wanted = fingerprints(library.articles)
    stale: str | None = None
    for attempt in (1, 2):
        try:
            index = Index.open(store, library, model)
            if attempt == 2 or index.generation.fits(model.id, wanted):
                return index, stale
        except (GenerationError, SegmentError):
            index = None
            if attempt == 2:
                raise
        try:
            ensure(settings.build, quiet=quiet, wait=index is None)
        except BuildError as error:
            if index is None:
                raise
            stale = str(error)
            if isinstance(error, BuildRunning):
                return index, stale
        else:
            if index is not None:
                index.close()
    raise AssertionError("unreachable")


def _refuse_unaskable(question: str, language: str) -> None:
    if not re.search(r"\w", question):
        raise QuestionError(say("empty_question", language))
    if len(question) > MAX_CHARACTERS:
        raise QuestionError(say("long_question", language, limit=f"{MAX_CHARACTERS:,}", length=f"{len(question):,}"))


def _coverage(ranking: Ranking) -> float:
    """The share of the question's token weight that the best sentence matches nearly best; 1 without token vectors."""
    return float(ranking.features[0, 7]) if ranking.matches.shape[1] else 1.0


def _number(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """Numbers citations from 1 on in order of first appearance, one number for each (article, quote)."""
    numbers: dict[tuple[str, str], int] = {}
    numbered = []
    for statement in statements:
        citations = []
        for citation in statement.citations:
            key = (citation.source.id, citation.quote)
            citations.append(replace(citation, number=numbers.setdefault(key, len(numbers) + 1)))
        numbered.append(replace(statement, citations=tuple(citations)))
    return tuple(numbered)
