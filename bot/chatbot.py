"""The chatbot: search, enough evidence?, read, check. It keeps nothing between questions."""

import re
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import Thread
from typing import TYPE_CHECKING

from bot.answer import Answer, Check, Message, Statement
from bot.briefing import Briefer, Length
from bot.chat_model import ChatModel, ModelTrouble
from bot.check import Checker
from bot.digest import answered
from bot.door import Door, Missing
from bot.evidence import THIN, Gate
from bot.extractive import ExtractiveReader, compose
from bot.finding import Finder, Pick
from bot.generative import GenerativeReader
from bot.history import checked, last_cited
from bot.judging import Judge
from bot.knowledge import Knowledge
from bot.model_rewrite import model_rewrite
from bot.phrasing import Phrasing
from bot.products import Briefing
from bot.question import LONG_CHARACTERS, MAX_CHARACTERS, last_question, small_talk, take_apart
from bot.quoting import nearest, numbered
from bot.reading import Found, Reader
from bot.remarks import notices_of, refused, replied
from bot.request import request_of
from bot.rewrite import Rewrite, rewrite
from bot.settings import Settings
from bot.suggest import Suggestions
from bot.wording import LANGUAGES, say
from corpus.article import PartialDate, clean_text
from corpus.errors import BriefingError
from corpus.language import language_of
from corpus.library import Library, corpus_id
from index.claims import ClaimMaker
from index.cross_encoder import CrossEncoder, cross_encoder
from index.embedder import EmbeddingModel
from index.lexical import fold, word_set, words
from index.nearness import nearness
from index.opening import open_index
from index.reading import all_sentences
from index.saying import voiced
from index.search import Index
from index.spelling import closest

if TYPE_CHECKING:
    from bot.runnable import BriefingRunnable

EXTRACTIVE = ExtractiveReader()


class QuestionError(BriefingError):
    """A question that cannot be asked."""


class CorpusEmpty(Missing):
    """There is no article to answer from."""


@dataclass(frozen=True)
class Chatbot:
    """Everything that answering needs; `ask`, `stream` and `suggest` are safe from many threads.

    With a `door` each question enters the newest index; `library` and `index` are then those of the beginning, and
    `now` or `entered` give the newest. A changed copy needs `door=None`: the door leads to chatbots as they were opened.
    """

    settings: Settings
    library: Library
    index: Index
    gate: Gate | None
    claims: ClaimMaker
    opening_notices: tuple[tuple[str, dict[str, object]], ...] = ()
    reader: Reader = EXTRACTIVE
    support: CrossEncoder | None = None
    door: "Door[Chatbot] | None" = field(default=None, repr=False, compare=False)

    @classmethod
    def open(cls, settings: Settings | None = None, *, quiet: bool = False) -> "Chatbot":
        """Opens the index, building it first where it does not fit the articles.

        Where it cannot be built an older one answers, with a notice; BriefingError where there is none.
        """
        settings = settings or Settings.read()
        first = cls._over(
            settings,
            open_reader(settings),
            settings.build.open_model,
            lambda library, model: open_index(settings.build, library, model, quiet),
        )
        return replace(first, door=Door(first, settings, cls._anew))

    @classmethod
    def _anew(cls, before: "Chatbot") -> "Chatbot":
        """The same over the newest index; nothing is built, since whoever adds articles builds."""
        settings, model = before.settings, before.index.model
        return cls._over(
            settings,
            (before.reader, before.support),
            lambda: model,
            lambda library, model: (Index.open(settings.build.store, library, model), None),
            before.claims,
        )

    @classmethod
    def _over(
        cls,
        settings: Settings,
        reading: tuple[Reader, CrossEncoder | None],
        open_model: Callable[[], EmbeddingModel],
        open_newest: Callable[[Library, EmbeddingModel], tuple[Index, str | None]],
        claims: ClaimMaker | None = None,
    ) -> "Chatbot":
        library = settings.build.load()
        if not library.articles:
            bad = f" ({len(library.problems)} files there are no articles: dealbrief lint)" if library.problems else ""
            raise CorpusEmpty(f"There is no article in {settings.corpus} yet{bad}. Put *.md files there, or: dealbrief add")
        model = open_model()
        notices: list[tuple[str, dict[str, object]]] = []
        if library.problems:
            notices.append(("bad_files", {"count": len(library.problems)}))
        index, stale = open_newest(library, model)
        if stale:
            notices.append(("index_stale", {"reason": stale}))
        maker = ClaimMaker(library.story.actors, library.origin, nearness(index), voiced(library.voices))
        maker.learn_from(claims)
        gate = Gate.of(model.id, corpus_id(settings.corpus), settings.home)
        opened = cls(settings, library, index, gate, maker, tuple(notices), *reading)
        assert opened.finder  # a reranker that cannot be loaded is said now
        return opened

    @cached_property
    def finder(self) -> Finder:
        """What finds for this chatbot."""
        reranker = cross_encoder(self.settings.reranker) if self.settings.reranker else None
        return Finder(self.index, self.gate, self.claims, self.settings.threshold, reranker)

    @cached_property
    def judge(self) -> Judge:
        """What decides about the sentences that a reader proposes."""
        checker = Checker(self.library.story.actors, self.support)
        return Judge(self.library, self.claims, checker, self.settings.unsupported == "show")

    def disclosure(self, language: str) -> str:
        """Who else gets to see a question and what of it; empty where nobody does. Every front end shows it."""
        return say("disclosure", language, **self.reader.values) if self.reader.values else ""

    @cached_property
    def briefer(self) -> Briefer:
        """What makes the briefings of this chatbot's corpus."""
        return Briefer(Knowledge(self.library, self.index, self.claims))

    def brief(
        self, language: str, *, about: str | None = None, length: Length = "page", as_of: PartialDate | None = None
    ) -> Briefing:
        """The page to hand over, phrased by the chat model where one writes the answers."""
        made = self.briefer.brief(language, about=about, length=length, as_of=as_of)
        if isinstance(self.reader, GenerativeReader) and made.sections:
            return Phrasing(self.reader, self.judge, self.briefer.known).phrased(made)
        return made

    @cached_property
    def _suggestions(self) -> Suggestions:
        return Suggestions(replace(self, reader=EXTRACTIVE, door=None))  # no model is asked what nobody asked

    def suggest(self, answer: Answer | None = None, language: str | None = None) -> tuple[str, ...]:
        """At most three questions to go on with that are answered: near to an answer, or to begin with."""
        spoken = answer.language if answer else language or self.settings.language
        with self.entered() as now:
            return now._suggestions.near(answer, spoken)

    @property
    def generation(self) -> str:
        """The name of the generation that it was opened over."""
        return self.index.generation.name

    @property
    def now(self) -> "Chatbot":
        """Itself over the newest index, which a later question may close: for reading the library."""
        return self.door.now if self.door else self

    @contextmanager
    def entered(self) -> Iterator["Chatbot"]:
        """Itself over the newest index, which stays open and the same until the end of the `with`."""
        with self.door.entered() if self.door else nullcontext(self) as now:
            yield now

    def warm(self) -> None:
        """Reads every sentence once and finds the events, so that nobody waits for it: for a process that stays (about 6 s)."""
        with self.entered() as now:
            for sentence in all_sentences(now.index):
                now.claims.saying(sentence)
                now.claims.above(sentence)
                word_set(sentence.text, sentence.article.source.language)
            now.briefer.timeline(now.settings.language)

    def warm_beside(self) -> None:
        """The same in a thread, while questions are already answered."""
        Thread(target=self.warm, name="warm", daemon=True).start()

    def as_runnable(self) -> "BriefingRunnable":
        """The chatbot in LangChain's own face, for a chain: a question in, an `Answer` out; `bot/runnable.py` says more."""
        from bot.runnable import BriefingRunnable

        return BriefingRunnable(self)

    def close(self) -> None:
        """Closes the index."""
        (self.door or self.index).close()

    def ask(self, question: str, history: Sequence[Message] = (), *, language: str | None = None) -> Answer:
        """One answer. QuestionError for an empty question or one of over 2,000 characters.

        `language` is the one to answer in where question, history and articles do not tell; without it the setting's.
        """
        *_, answer = self.stream(question, history, language=language)
        assert isinstance(answer, Answer)
        return answer

    def stream(
        self, question: str, history: Sequence[Message] = (), *, language: str | None = None
    ) -> Iterator[Statement | Answer]:
        """The statements as soon as each is checked, then the answer."""
        with self.entered() as now:
            yield from now._stream(question, history, language)

    def _stream(self, question: str, history: Sequence[Message], preset: str | None) -> Iterator[Statement | Answer]:
        started = time.perf_counter()
        if not isinstance(question, str):
            raise QuestionError(f"A question is a text, not {type(question).__name__}: {question!r:.60}.")
        history, forged = checked(history, self.library)
        language = self._language(question, history, preset)
        _refuse_unaskable(question, language)
        asked_for = clean_text(question)
        notices = [say(key, language, **values) for key, values in self.opening_notices]
        notices += [say("citations_dropped", language, count=forged)] if forged else []
        if len(asked_for) > LONG_CHARACTERS:
            asked_for = last_question(asked_for)
            notices.append(say("last_sentence", language))
        asked_for = self._spelt(asked_for)
        small = small_talk(asked_for)
        request = None if small else request_of(asked_for, self.library.as_of)
        briefed = answered(self.briefer, request, self._draft(question, asked_for, language)) if request else None
        if briefed:
            yield from briefed.statements
            answer = replace(briefed, notices=(*notices, *briefed.notices))
        elif small:
            answer = self._draft(question, asked_for, language, message=replied(self.library, small, language))
        else:
            made = rewrite(asked_for, history, language)
            if isinstance(self.reader, GenerativeReader):
                made = model_rewrite(self.reader.chat, asked_for, history, language, self.reader.tokens, made)
            answer = yield from self._answer(question, asked_for, made, language, notices, tuple(history))
        yield replace(answer, elapsed_ms=(time.perf_counter() - started) * 1000)

    def _spelt(self, question: str) -> str:
        """The question with its misspelt names as the story's actors write them, where nothing else in the index fits."""

        def right(found: re.Match[str]) -> str:
            word = found[0]
            if (
                small_talk(word)
                or fold(word) in self._names
                or any(self.index.knows(word, name) for name in self.index.languages)
            ):
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
        self,
        question: str,
        typed: str,
        made: Rewrite,
        language: str,
        notices: list[str],
        history: tuple[Message, ...],
    ) -> Generator[Statement, None, Answer]:
        draft = self._draft(question, made.text, language)
        if made.quote:
            statement = Statement(made.quote.quote, (replace(made.quote, number=1),), Check("verbatim"))
            yield statement
            return replace(draft, kind="answer", statements=(statement,), notices=tuple(notices))
        asked = take_apart(made.sought)
        if made.sought != typed:
            asked = replace(asked, typed=typed, lately=tuple((cited.source.id, cited.start) for cited in last_cited(history)))
        if made.article:
            asked = replace(asked, typed="", exclude=frozenset(article.id for article in self.library) - {made.article})
        spoken = language_of(typed)
        picked = self.finder.picks(asked, language)
        confidences = [pick.confidence for pick in picked]
        covered = [pick.enough for pick in picked]
        calibrated = self.gate is not None
        if not any(covered):
            return self._refuse(draft, picked, notices, spoken)
        parts = [i for i, known in enumerate(covered) if known]
        kept = replace(asked, parts=tuple(asked.parts[i] for i in parts), kinds=tuple(asked.kinds[i] for i in parts))
        rankings = tuple(picked[i].ranking for i in parts)
        choices = compose(kept, rankings, self.claims)
        if not choices:
            return self._refuse(draft, picked, notices, spoken)
        leading = tuple(choice.claim for choice in choices)
        found = Found(made.text, leading, rankings, self.claims, language, history)
        reader, statements, trouble = yield from self._read(found)
        notices += notices_of(self.library, asked, covered, statements, language, spoken, calibrated=calibrated) + trouble
        quotes = {citation.quote for statement in statements for citation in statement.citations}
        if sum(choice.disputed and choice.claim.representative.text in quotes for choice in choices) > 1:
            notices.append(say("reports_differ", language))
        confidence = round(min(confidences[i] for i in parts), 2) if calibrated else None
        if confidence is not None and confidence < THIN:
            notices.append(say("thin_evidence", language))
        return replace(
            draft, kind="answer", reader=reader, statements=statements, notices=tuple(notices), confidence=confidence
        )

    def _read(self, found: Found) -> Generator[Statement, None, tuple[str, tuple[Statement, ...], list[str]]]:
        """The statements; at the end whose they are, all of them, and the notice of what went wrong.

        Where a chat model gives none, the extractive reader gives them instead.
        """
        shown: list[Statement] = []
        remarks: list[str] = []
        for reader in [self.reader, *([] if self.reader is EXTRACTIVE else [EXTRACTIVE])]:
            try:
                with closing(self.judge.statements(reader, found)) as statements:
                    for statement in numbered(statements):
                        shown.append(statement)
                        yield statement
            except ModelTrouble as trouble:
                key = "model_broke_off" if shown else f"model_{trouble.reason}"
                remarks.append(say(key, found.language, **trouble.values))
            if shown:
                break
            if not remarks:
                remarks.append(say("model_nonsense", found.language, **reader.values))
        return reader.name, tuple(shown), remarks

    def _refuse(self, draft: Answer, picked: Sequence[Pick], notices: Sequence[str], spoken: str | None) -> Answer:
        """The refusal, with what the corpus says nearest."""
        language = draft.language
        message = refused(self.library, draft.search_question, language, spoken)
        confidence = round(max(pick.confidence for pick in picked), 2) if self.gate else None
        remarks = (*notices, *([] if self.gate else [say("uncalibrated", language)]))
        return replace(
            draft, kind="refusal", message=message, nearest=nearest(picked[0].results), notices=remarks, confidence=confidence
        )

    def _language(self, question: str, history: Sequence[Message], preset: str | None) -> str:
        """The language to answer in: the question's, else the history's, else that in whose articles more of the question's
        words stand, else the preset one; English for a third one."""
        told = language_of(question)
        if told is None:
            turns = (language_of(message.content) for message in reversed(history))
            told = next((language for language in turns if language in LANGUAGES), None)
            told = told or self.index.spoken(question, LANGUAGES) or preset or self.settings.language
        return told if told in LANGUAGES else "en"

    def _draft(self, question: str, search_question: str, language: str, message: str = "") -> Answer:
        return Answer(question, search_question, language, "reply", EXTRACTIVE.name, message=message, as_of=self.library.as_of)


def open_reader(settings: Settings) -> tuple[Reader, CrossEncoder | None]:
    """The reader that the settings name, and the support model for what a chat model writes."""
    if settings.model == EXTRACTIVE.name:
        return EXTRACTIVE, None
    support = CrossEncoder(settings.support_model) if settings.support_model else None
    return GenerativeReader(ChatModel.open(settings), settings.model_tokens), support


def _refuse_unaskable(question: str, language: str) -> None:
    if not re.search(r"[^\W_]", question):
        raise QuestionError(say("empty_question", language))
    if len(question) > MAX_CHARACTERS:
        raise QuestionError(say("long_question", language, limit=f"{MAX_CHARACTERS:,}", length=f"{len(question):,}"))
