"""The same articles once and three times over under other names: whether it answers, and what comes first, does not change."""

from pathlib import Path

import pytest

from bot import Answer, Chatbot, Settings

TOWNS = "Aalholm Brekke Corvin Dunmore Elstow Falkenau Grimsey Holmvik Imsten Jarrow".split()
PEOPLE = (
    "Ada Brandt,Boris Kessler,Clara Novak,David Olsen,Edith Moreau,Felix Haug,Greta Lindner,Hugo Marsh,Irene Castell,"
    "Jonas Weber"
).split(",")
THINGS = [
    ("a tram line", "eine Straßenbahn"),
    ("a concert hall", "ein Konzerthaus"),
    ("a water tower", "einen Wasserturm"),
    ("a cable car", "eine Seilbahn"),
    ("a fish market", "einen Fischmarkt"),
    ("a planetarium", "ein Planetarium"),
    ("a lighthouse museum", "ein Leuchtturmmuseum"),
    ("an ice rink", "eine Eisbahn"),
    ("a botanical garden", "einen botanischen Garten"),
    ("a velodrome", "eine Radrennbahn"),
]
ENGLISH_MONTHS = "January March May June August".split()
GERMAN_MONTHS = "Februar April Juli September November".split()


def articles() -> dict[str, str]:
    """Forty short articles, half of them English, each about one town with facts of its own."""
    written = {}
    for i, town in enumerate(TOWNS):
        thing, ding = THINGS[i]
        year, price = 2011 + i, 20 + 7 * i
        written[f"en/opening-{i}.md"] = _file(
            f"{town} and what it opened",
            "en",
            f"The town of {town} opened {thing} on {3 + i} {ENGLISH_MONTHS[i % 5]} {year}.\n"
            f"Mayor {PEOPLE[i]} of {town} cut the ribbon before {300 + 50 * i} guests.\n\n"
            f"The building cost {price} million euros, the council of {town} said.",
        )
        written[f"en/strike-{i}.md"] = _file(
            f"The bakers of {town}",
            "en",
            f"In {year + 1} the bakers of {town} stopped work for {4 + i} days because flour had become dear.\n"
            f"They returned to their ovens when {town} lowered the market fee to {5 + i} percent.",
        )
        written[f"de/brücke-{i}.md"] = _file(
            f"Die Brücke von {town}",
            "de",
            f"Die Brücke von {town} wurde am {2 + i}. {GERMAN_MONTHS[i % 5]} {1950 + i} eingeweiht.\n"
            f"Sie ist {80 + 9 * i} Meter lang und wurde von der Ingenieurin {PEOPLE[-1 - i]} entworfen.",
        )
        written[f"de/plan-{i}.md"] = _file(
            f"{town} plant",
            "de",
            f"Der Rat von {town} will {ding} umbauen und dafür {price + 3},5 Millionen Euro ausgeben.\n\n"
            f"Gegen den Umbau in {town} unterschrieben {1000 + 111 * i} Einwohner.",
        )
    return written


def _file(title: str, language: str, body: str) -> str:
    return f"---\ntitle: {title}\nlanguage: {language}\npublisher: Kurier\npublished: 2024-02-01\n---\n{body}\n"


QUESTIONS = [
    "When did Aalholm open a tram line?",
    "Who cut the ribbon in Corvin?",
    "How much did the cable car of Dunmore cost?",
    "Why did the bakers of Elstow stop work?",
    "How many days did the bakers of Falkenau stop work?",
    "What did the town of Grimsey open?",
    "To how many percent did Holmvik lower the market fee?",
    "How many guests came to the opening in Brekke?",
    "Wann wurde die Brücke von Imsten eingeweiht?",
    "Wer hat die Brücke von Jarrow entworfen?",
    "Wie lang ist die Brücke von Aalholm?",
    "Wie viele Einwohner unterschrieben gegen den Umbau in Corvin?",
    "Was will der Rat von Grimsey umbauen?",
    "Warum streikten die Bäcker in Brekke?",
    "Who designed the bridge of Dunmore?",
    "What is the capital of Peru?",
    "Who is the president of the tram drivers' union?",
    "Wie heißt die Hauptstadt von Australien?",
    "Wann wurde das Schwimmbad von Holmvik geschlossen?",
    "How many passengers does the airport of Jarrow have?",
]


def answers(folder: Path, cache: Path, written: dict[str, str]) -> list[Answer]:
    """What an index of these articles says to all the questions."""
    for name, text in written.items():
        path = folder / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    settings = Settings(corpus=folder / "corpus", home=folder / "home", cache=cache)
    chatbot = Chatbot.open(settings, quiet=True)
    try:
        assert len(chatbot.library) == len(written)
        return [chatbot.ask(question) for question in QUESTIONS]
    finally:
        chatbot.close()


@pytest.fixture(scope="module")
def once_and_thrice(tmp_path_factory: pytest.TempPathFactory, shared_cache: Path) -> list[tuple[Answer, Answer]]:
    """Each question's answer from forty articles, and from the same forty under three names each."""
    written = articles()
    assert len(written) == 40
    once = answers(tmp_path_factory.mktemp("once"), shared_cache, written)
    copies = {name.replace("/", f"/{copy}/"): text for name, text in written.items() for copy in ("one", "two", "three")}
    thrice = answers(tmp_path_factory.mktemp("thrice"), shared_cache, copies)
    return list(zip(once, thrice, strict=True))


@pytest.mark.parametrize("number", range(len(QUESTIONS)), ids=QUESTIONS)
def test_copies_change_nothing(once_and_thrice: list[tuple[Answer, Answer]], number: int) -> None:
    once, thrice = once_and_thrice[number]
    assert thrice.kind == once.kind
    assert [statement.text for statement in thrice.statements[:1]] == [statement.text for statement in once.statements[:1]]
    assert len({statement.text for statement in thrice.statements}) == len(thrice.statements)


def test_the_questions_are_of_both_kinds(once_and_thrice: list[tuple[Answer, Answer]]) -> None:
    kinds = [once.kind for once, _ in once_and_thrice]
    assert kinds[:14].count("answer") >= 12
    assert kinds[15] == "refusal"
