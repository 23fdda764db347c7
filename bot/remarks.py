"""What we say ourselves around statements: a refusal, a reply, the notices."""

from collections.abc import Sequence

from bot.answer import Statement
from bot.question import Asked
from bot.wording import date_text, language_name, say
from corpus.library import Library


def refused(library: Library, question: str, language: str, spoken: str | None) -> str:
    """That the corpus does not say; `spoken` is the language of the question, where it is known."""
    as_of = library.as_of
    if as_of:
        said = say("refusal_as_of", language, question=question, as_of=date_text(as_of, language))
    else:
        said = say("refusal", language, question=question)
    if spoken and spoken not in library.languages:
        names = ", ".join(language_name(code, language) for code in library.languages)
        said += " " + say("refusal_languages", language, languages=names)
    return said


def notices_of(
    library: Library,
    asked: Asked,
    covered: Sequence[bool],
    statements: Sequence[Statement],
    language: str,
    spoken: str | None,
    *,
    calibrated: bool,
) -> list[str]:
    """What must stand beside an answer: missing parts, another language, how far the corpus reaches, what we do not do."""
    notices = [say("part_missing", language, part=part) for part, known in zip(asked.parts, covered, strict=True) if not known]
    if spoken and spoken not in library.languages:
        notices.append(say("question_language", language))
    else:
        others = {statement.citations[0].source.language for statement in statements} - {language}
        notices += [say("other_language", language, name=language_name(other, language)) for other in sorted(others)]
    if asked.now and library.as_of:
        notices.append(say("as_of", language, as_of=date_text(library.as_of, language)))
    notices += [say("no_advice", language)] if asked.advice else []
    notices += [say("no_arithmetic", language)] if asked.arithmetic else []
    notices += [] if calibrated else [say("uncalibrated", language)]
    return notices


def replied(library: Library, small: str, language: str) -> str:
    """What greetings, thanks and questions about the bot get; nothing of the story."""
    if small == "thanks":
        return say("thanks", language)
    if small == "how_sure":
        return say("how_sure", language)
    story = library.story
    title = story.title.get(language) or next(iter(story.title.values()), library.folder.name)
    examples = " ".join(story.examples.get(language, ())[:3])
    said = say("greeting", language, title=title)
    return f"{said} {say('for_example', language, examples=examples)}" if examples else said
