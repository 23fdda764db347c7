"""Synthetic news in both languages, drawn from a seed: for measuring growth, not for measuring answers.

An article is about one bid: its parties, a city, an official, amounts and dates; ten passages of five sentences.
"""

import random
from collections.abc import Callable, Mapping
from pathlib import Path

PASSAGES = 10
SENTENCES = 5
_SYLLABLES = "ka bel dor min sul ter va ron pel gri nor tas lum hol ber cen fal mor dal vik sta rud ven tor las".split()
_TRADES = {
    "en": "ferries harbours mills railways orchards foundries newspapers airports lighthouses breweries".split(),
    "de": "Fähren Häfen Mühlen Bahnen Gärten Gießereien Zeitungen Flughäfen Leuchttürme Brauereien".split(),
}
_LINES = {
    "en": (
        "{buyer} offered {amount} million euros for {target} on {day} {month} {year}, {paper} reported.",
        "The letter of {buyer} went to {official}, who heads the council of {city} and oversees its {trade}.",
        "{official} said in {month} {year} that the council had received {count} other letters about {target}.",
        "{target} runs {count} {trade} between {city} and {other} and employs {staff} people there.",
        "A spokesman of {buyer} did not comment on the price of {amount} million euros for {target}.",
        "The council of {city} voted {count} to {fewer} on {day} {month} {year} to hear the owners of {target} first.",
        "According to {paper}, the owners of {target} had asked for {higher} million euros a year before.",
        "{other} and {city} together hold {percent} percent of {target}, a filing of {year} shows.",
        "Revenue of {target} rose by {percent} percent to {higher} million euros in {year}, its annual report says.",
        "The union of the {trade} demanded on {day} {month} {year} that {buyer} keep all {staff} jobs in {city}.",
        "{official} denied a report of {paper} that {city} would sell its share for {amount} million euros.",
        "Lawyers of {buyer} expect the review of the bid for {target} to take {count} months.",
    ),
    "de": (
        "{buyer} bot am {day}. {month} {year} {amount} Millionen Euro für {target}, berichtete {paper}.",
        "Der Brief von {buyer} ging an {official}, wo der Rat von {city} über die {trade} wacht.",
        "{official} sagte im {month} {year}, der Rat habe {count} weitere Briefe über {target} erhalten.",
        "{target} betreibt {count} {trade} zwischen {city} und {other} und beschäftigt dort {staff} Menschen.",
        "Ein Sprecher von {buyer} äußerte sich nicht zum Preis von {amount} Millionen Euro für {target}.",
        "Der Rat von {city} beschloss am {day}. {month} {year} mit {count} zu {fewer} Stimmen, {target} zuerst zu hören.",
        "Nach Angaben von {paper} hatten die Eigentümer von {target} im Jahr davor {higher} Millionen Euro verlangt.",
        "{other} und {city} halten zusammen {percent} Prozent an {target}, wie ein Eintrag von {year} zeigt.",
        "Der Umsatz von {target} stieg {year} um {percent} Prozent auf {higher} Millionen Euro, so der Jahresbericht.",
        "Die Gewerkschaft der {trade} forderte am {day}. {month} {year}, dass {buyer} alle {staff} Stellen in {city} erhält.",
        "{official} bestritt einen Bericht von {paper}, dass {city} seinen Anteil für {amount} Millionen Euro verkaufe.",
        "Die Anwälte von {buyer} rechnen damit, dass die Prüfung des Gebots für {target} {count} Monate dauert.",
    ),
}
_MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
}
_TITLES = {
    "en": "{buyer}'s bid for {target} and the council of {city}",
    "de": "Das Gebot von {buyer} für {target} und der Rat von {city}",
}
_QUESTIONS = {
    "en": (
        "How much did {buyer} offer for {target}?",
        "Who received the letter of {buyer}?",
        "How did {city} vote on {target}?",
    ),
    "de": ("Wie viel bot {buyer} für {target}?", "Wer erhielt den Brief von {buyer}?", "Wie stimmte der Rat von {city} ab?"),
}


def write_news(folder: Path, passages: int, seed: int = 0, first: int = 0) -> int:
    """Writes articles of so many passages in all, from number `first` on, into a folder; gives how many articles."""
    count = max(1, passages // PASSAGES)
    for number in range(first, first + count):
        place = folder / f"{number // 1000:03d}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number:06d}.md").write_text(article(number, seed), encoding="utf-8")
    return count


def article(number: int, seed: int = 0) -> str:
    """The file of one article; English and German take turns."""
    chance, language, story = _story(number, seed)
    paragraphs = [" ".join(_sentence(chance, language, story) for _ in range(SENTENCES)) for _ in range(PASSAGES)]
    day = f"{chance.randint(2015, 2025)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
    about = f"title: {_TITLES[language].format(**story)}\npublisher: {story['paper']}\npublished: {day}\nlanguage: {language}\n"
    return f"---\n{about}---\n" + "\n\n".join(paragraphs) + "\n"


def questions(articles: int, count: int, seed: int = 0) -> list[str]:
    """Questions about articles spread over all of them."""
    asked = []
    for at in range(count):
        _, language, story = _story(at * articles // count, seed)
        asked.append(_QUESTIONS[language][at % 3].format(**story))
    return asked


def _story(number: int, seed: int) -> tuple[random.Random, str, Mapping[str, str]]:
    chance = random.Random(f"{seed} {number}")
    language = "de" if number % 2 else "en"
    name: Callable[[int], str] = lambda length: "".join(chance.choices(_SYLLABLES, k=length)).capitalize()  # noqa: E731
    story = {
        "buyer": f"{name(3)} Holding",
        "target": f"{name(2)} {name(2)}",
        "city": name(3),
        "other": name(3),
        "official": f"{name(2)} {name(3)}",
        "paper": f"{name(2)} Post",
        "trade": chance.choice(_TRADES[language]),
    }
    return chance, language, story


def _sentence(chance: random.Random, language: str, story: Mapping[str, str]) -> str:
    numbers = {
        "amount": chance.randint(20, 900),
        "higher": chance.randint(901, 2000),
        "count": chance.randint(7, 40),
        "fewer": chance.randint(1, 6),
        "staff": chance.randint(50, 9000),
        "percent": chance.randint(2, 95),
        "day": chance.randint(1, 28),
        "month": chance.choice(_MONTHS[language]),
        "year": chance.randint(2010, 2025),
    }
    return chance.choice(_LINES[language]).format(**story, **numbers)
