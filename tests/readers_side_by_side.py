"""Prints the same questions with quotes, a scripted good model, a scripted liar and a small real model, side by side.

    python tests/readers_side_by_side.py [COUNT [verbose]]

tests/data/reader_questions.json holds what the scripted ones write; {fragment} stands for the number of the evidence with it.
"""

import json
import sys
from dataclasses import replace
from pathlib import Path

from scripted import Scripted, citing, writing
from small_model import NAME, serving

from bot import Chatbot, Settings
from bot.chat_model import ChatModel
from bot.evaluation.readers import readers
from bot.evaluation.table import Table

QUESTIONS = Path(__file__).parent / "data" / "reader_questions.json"


def scripted(key: str) -> Scripted:
    """The model that writes what the entry of the question in its prompt holds under a key, the same when asked again."""
    entries = json.loads(QUESTIONS.read_text(encoding="utf-8"))

    def reply(prompt: str) -> str:
        entry = next(entry for entry in entries if f"Question: {entry['question']}" in prompt)
        return citing("\n".join(entry[key]))(prompt)

    return Scripted(reply=reply)


def compared(bot: Chatbot, address: str | None, count: int | None = None) -> Table:
    """The table, with the small model where it is served."""
    bots = {"extractive": bot, "scripted good": writing(bot, scripted("good")), "scripted liar": writing(bot, scripted("lies"))}
    if address:
        settings = Settings(model=NAME, model_key="none", model_base_url=address, model_timeout=40)
        small = writing(bot, None, chat=ChatModel.open(settings))
        object.__setattr__(small.reader, "tokens", 200)
        bots[NAME] = small
    return readers(bots, QUESTIONS, count)


if __name__ == "__main__":
    with serving() as served:
        table = compared(Chatbot.open(Settings()), served, int(sys.argv[1]) if len(sys.argv) > 1 else None)
    print((table if "verbose" in sys.argv else replace(table, remarks=())).to_text())
