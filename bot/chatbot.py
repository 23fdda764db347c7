"""The chatbot: search, enough evidence?, read, check. It keeps nothing between questions."""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bot.answer import Answer, Message, Statement
from bot.briefing import Briefer
from bot.digest import answered
from bot.evidence import THIN, Gate
from bot.extractive import compose
from bot.finding import Finder, Pick
from bot.knowledge import Knowledge
from bot.opening import open_index
from bot.question import LONG_CHARACTERS, MAX_CHARACTERS, Asked, last_question, small_talk, take_apart
from bot.quoting import nearest, numbered, verbatim
from bot.request import request_of
from bot.settings import Settings
from bot.suggest import Suggestions
from bot.wording import LANGUAGES, date_text, language_name, say
from corpus.article import clean_text
from corpus.errors import BriefingError
from corpus.language import language_of
from corpus.library import Library, corpus_id, load
from index.claims import ClaimMaker
from index.lexical import fold, words
from index.nearness import nearness
from index.search import Index
from index.spelling import closest

READER = "extractive"


class QuestionError(BriefingError):
    """A question that cannot be asked."""


class CorpusEmpty(BriefingError):
    """There is no article to answer from."""


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
        library = load(settings.corpus)
        if not library.articles:
            bad = f" ({len(library.problems)} files there are no articles: dealbrief lint)" if library.problems else ""
            raise CorpusEmpty(f"There is no article in {settings.corpus} yet{bad}. Put *.md files there.")
        model = settings.build.open_model()
        notices: list[tuple[str, dict[str, object]]] = []
        if library.problems:
            notices.append(("bad_files", {"count": len(library.problems)}))
        index, stale = open_index(settings, library, model, quiet)
        if stale:
            notices.append(("index_stale", {"reason": stale}))
        maker = ClaimMaker(library.story.actors, library.origin, nearness(index))
        return cls(
            settings, library, index, Gate.of(model.id, corpus_id(settings.corpus), settings.home), maker, tuple(notices)
        )

    @cached_property
    def finder(self) -> Finder:
        """What finds for this chatbot."""
        return Finder(self.index, self.gate, self.claims, self.settings.threshold)

    @cached_property
    def briefer(self) -> Briefer:
        """What makes the briefings of this chatbot's corpus."""
        return Briefer(Knowledge(self.library, self.index, self.claims))

    @cached_property
    def _suggestions(self) -> Suggestions:
        return Suggestions(self)

    def suggest(self, answer: Answer | None = None, language: str | None = None) -> tuple[str, ...]:
        """At most three questions to go on with that are answered: near to an answer, or to begin with."""
        spoken = answer.language if answer else language or self.settings.language
        return self._suggestions.near(answer, spoken)

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
        draft = self._draft(question, asked_for, language)
        request = None if small else request_of(asked_for, self.library.as_of)
        made = answered(self.briefer, request, draft) if request else None
        if made:
            yield from made.statements
            answer = replace(made, notices=(*notices, *made.notices))
        elif small:
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
        picked = [self.finder.pick(asked, i, language) for i in range(len(asked.parts))]
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
        statements = numbered([verbatim(choice.claim, self.library) for choice in choices])
        notices += self._notices(asked, covered, statements, language, spoken)
        if sum(choice.disputed for choice in choices) > 1:
            notices.append(say("reports_differ", language))
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
        return replace(
            draft, kind="refusal", message=message, nearest=nearest(picked[0].results), notices=remarks, confidence=confidence
        )

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


def _refuse_unaskable(question: str, language: str) -> None:
    if not re.search(r"[^\W_]", question):
        raise QuestionError(say("empty_question", language))
    if len(question) > MAX_CHARACTERS:
        raise QuestionError(say("long_question", language, limit=f"{MAX_CHARACTERS:,}", length=f"{len(question):,}"))
