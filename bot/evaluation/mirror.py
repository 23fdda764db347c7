"""The same questions in two languages: is each answered in its own, and with the same claim? `dealbrief eval mirror`.

A question: {"id", "en", "de"}. "Same claim" is told by index/claims.py, which finds about two thirds of what people call the
same, so that share is a lower bound; `verbose` prints the pairs to be judged by a reader.
"""

import json
from pathlib import Path

from bot.answer import Answer
from bot.chatbot import Chatbot
from bot.evaluation.squad import DataError
from bot.evaluation.table import Table, share
from bot.render import flat
from index.reading import all_sentences

LANGUAGES = ("en", "de")


def mirror(bot: Chatbot, questions: Path, *, verbose: bool = False) -> Table:
    """Asks every question in both languages. DataError names the entry at fault."""
    sentences = {sentence.key: sentence for sentence in all_sentences(bot.index)}
    own: dict[str, list[bool]] = {language: [] for language in LANGUAGES}
    same: list[bool] = []
    remarks = []
    for entry in _read(questions):
        answers = {language: bot.ask(entry[language]) for language in LANGUAGES}
        for language, answer in answers.items():
            if answer.statements:
                own[language].append(answer.citations[0].source.language == language)
        if all(answer.statements for answer in answers.values()):
            first, second = (sentences[_key(answers[language])] for language in LANGUAGES)
            same.append(bot.claims.alike(first, second))
            remarks.append(f"{entry['id']} {'same' if same[-1] else '-'}\n    {flat(first.text)}\n    {flat(second.text)}")
    rows = [{"what": f"first statement in its language, {name}", "share": share(own[name])} for name in LANGUAGES]
    rows.append({"what": f"the same claim in both, as the claims tell it ({len(same)} answered twice)", "share": share(same)})
    return Table("The same questions in both languages", rows, remarks if verbose else [])


def _key(answer: Answer) -> tuple[str, int]:
    return answer.citations[0].source.id, answer.citations[0].start


def _read(path: Path) -> list[dict[str, str]]:
    try:
        entries: list[dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
        for i, entry in enumerate(entries):
            if not all(isinstance(entry[key], str) for key in ("id", *LANGUAGES)):
                raise DataError(f"{path}: entry {i} has no texts id, en and de.")
        return entries
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path} is not a list of questions in both languages: {type(error).__name__} {error}.") from error
