"""Twelve articles in both languages about the sale of a ferry line: a second story for the briefings."""

STORY = """as_of = "2024-12-31"
[title]
en = "The sale of Baltica Ferries"
de = "Der Verkauf der Baltica"
[description]
en = "How the city of Aalholm bought Baltica Ferries instead of Northwind Lines."
de = "Wie die Stadt Aalholm statt Northwind Lines die Baltica kaufte."
[[actors]]
name = "Northwind Lines"
aliases = ["Northwind"]
[[actors]]
name = "Baltica Ferries"
aliases = ["Baltica"]
[[actors]]
name = "City of Aalholm"
aliases = ["Aalholm", "Stadt Aalholm"]
[[actors]]
name = "Ingrid Solberg"
aliases = ["Solberg", "Mayor Solberg", "Bürgermeisterin Solberg"]
[[actors]]
name = "Seafarers' Union"
aliases = ["Seeleutegewerkschaft"]
[[actors]]
name = "Tomas Lind"
aliases = ["Lind"]
"""


def _digest(title: str, publisher: str, published: str, language: str, text: str, origin: str = "") -> str:
    head = f"title: {title}\npublisher: {publisher}\n" + (f"origin: {origin}\n" if origin else "")
    address = publisher.casefold().replace(" ", "-")
    return f"---\n{head}published: {published}\nurl: https://{address}.example/{published}\nlanguage: {language}\nkind: digest\n---\n{text}\n"


def _dossier(title: str, language: str, text: str) -> str:
    notes = (
        "\n\n[^herald]: The Herald, 2024-03-05, https://the-herald.example/2024-03-05\n"
        "[^gazette]: Harbour Gazette, 2024-06-13, https://harbour-gazette.example/2024-06-13\n"
        "[^bote]: Der Hafenbote, 2024-06-14, https://der-hafenbote.example/2024-06-14\n"
    )
    return f"---\ntitle: '{title}'\npublisher: Dealbrief\nlanguage: {language}\nkind: dossier\n---\n{text}{notes}"


ARTICLES = {
    "story.toml": STORY,
    "en/herald-bid.md": _digest(
        "The Herald on Northwind's bid for Baltica Ferries",
        "The Herald",
        "2024-03-05",
        "en",
        "The Herald reported on 5 March 2024 that Northwind Lines had offered 340 million euros for Baltica Ferries the day before."
        " Northwind Lines wants the night routes of Baltica Ferries for its own ships, The Herald wrote on 5 March 2024.\n\n"
        "Mayor Ingrid Solberg said on 5 March 2024 that the city of Aalholm wanted to keep Baltica Ferries in public hands.",
    ),
    "en/gazette-strike.md": _digest(
        "Harbour Gazette on the strike at Baltica Ferries",
        "Harbour Gazette",
        "2024-04-03",
        "en",
        "About 450 workers of Baltica Ferries walked out on 2 April 2024, the Harbour Gazette reported.\n\n"
        "The Seafarers' Union demanded on 2 April 2024 that every buyer of Baltica Ferries guarantee all jobs until 2030.",
    ),
    "en/courier-strike.md": _digest(
        "The Courier on the strike",
        "The Courier",
        "2024-04-03",
        "en",
        "The strike of 2 April 2024 at Baltica Ferries was joined by 600 workers, The Courier wrote.",
    ),
    "en/gazette-sale.md": _digest(
        "Harbour Gazette on the sale of Baltica Ferries to Aalholm",
        "Harbour Gazette",
        "2024-06-13",
        "en",
        "The city of Aalholm bought Baltica Ferries on 12 June 2024 for 310 million euros, the Harbour Gazette reported.\n\n"
        "Northwind Lines withdrew its offer for Baltica Ferries on 10 June 2024, according to the Harbour Gazette.",
    ),
    "en/courier-sale.md": _digest(
        "The Courier on the price of Baltica Ferries",
        "The Courier",
        "2024-06-14",
        "en",
        "The city of Aalholm paid 325 million euros for Baltica Ferries on 12 June 2024, The Courier reported.",
    ),
    "en/dossier.md": _dossier(
        "The sale of Baltica Ferries: bid, strike, sale and what is left open",
        "en",
        "Northwind Lines offered to buy all of Baltica Ferries on 4 March 2024.[^herald] The city of Aalholm bought Baltica"
        " Ferries on 12 June 2024 instead.[^gazette][^bote]\n\n"
        "Baltica Ferries has belonged to the city of Aalholm since 12 June 2024.[^gazette]"
        " Baltica Ferries runs 11 ships between Aalholm and Rerik.[^gazette]\n\n"
        "Baltica Ferries carried 2.4 million passengers in 2023, the Harbour Gazette wrote in June 2024.[^gazette]\n\n"
        "Why Northwind Lines withdrew its offer in June 2024 is not known.[^gazette]"
        " No report says who will run the night routes of Baltica Ferries after 2024.[^gazette]\n\n"
        "The city of Aalholm plans to open a new terminal for Baltica Ferries on 1 May 2025.[^bote]",
    ),
    "de/hafenbote-gebot.md": _digest(
        "Der Hafenbote über Northwinds Gebot",
        "Der Hafenbote",
        "2024-03-06",
        "de",
        "Northwind Lines bot am 4. März 2024 für die Baltica 340 Millionen Euro, berichtete der Hafenbote.\n\n"
        "Bürgermeisterin Ingrid Solberg sagte am 5. März 2024, die Stadt Aalholm wolle die Baltica in öffentlicher Hand halten.",
    ),
    "de/hafenbote-streik.md": _digest(
        "Der Hafenbote über den Streik",
        "Der Hafenbote",
        "2024-04-03",
        "de",
        "Am 2. April 2024 streikten 450 Beschäftigte der Baltica, berichtete der Hafenbote.\n\n"
        "Die Seeleutegewerkschaft forderte am 2. April 2024 von jedem Käufer der Baltica eine Zusage für alle Stellen bis 2030.",
    ),
    "de/kurier-streik.md": _digest(
        "Der Kurier über den Streik",
        "Der Kurier",
        "2024-04-04",
        "de",
        "An dem Streik vom 2. April 2024 bei der Baltica beteiligten sich laut dem Kurier 600 Beschäftigte.",
    ),
    "de/hafenbote-verkauf.md": _digest(
        "Der Hafenbote über den Verkauf",
        "Der Hafenbote",
        "2024-06-14",
        "de",
        "Die Stadt Aalholm kaufte die Baltica am 12. Juni 2024 für 310 Millionen Euro, berichtete der Hafenbote.\n\n"
        "Northwind Lines zog das Gebot für die Baltica am 10. Juni 2024 zurück, schrieb der Hafenbote.",
    ),
    "de/kurier-preis.md": _digest(
        "Der Kurier über den Preis",
        "Der Kurier",
        "2024-06-15",
        "de",
        "Die Stadt Aalholm zahlte am 12. Juni 2024 für die Baltica 325 Millionen Euro, meldete der Kurier.",
    ),
    "de/dossier.md": _dossier(
        "Der Verkauf der Baltica: Gebot, Streik, Verkauf und was offen ist",
        "de",
        "Northwind Lines bot am 4. März 2024 an, die ganze Baltica zu kaufen.[^herald] Statt Northwind Lines kaufte die Stadt"
        " Aalholm die Baltica am 12. Juni 2024.[^gazette][^bote]\n\n"
        "Seit dem 12. Juni 2024 gehört die Baltica der Stadt Aalholm.[^gazette]"
        " Die Baltica betreibt 11 Schiffe zwischen Aalholm und Rerik.[^gazette]\n\n"
        "Die Baltica beförderte 2023 nach dem Bericht vom Juni 2024 2,4 Millionen Fahrgäste.[^gazette]\n\n"
        "Warum Northwind Lines das Gebot im Juni 2024 zurückzog, ist nicht bekannt.[^gazette]"
        " Kein Bericht sagt, wer nach 2024 die Nachtlinien der Baltica betreibt.[^gazette]\n\n"
        "Die Stadt Aalholm will am 1. Mai 2025 einen neuen Anleger für die Baltica eröffnen.[^bote]",
    ),
}
