"""A small made-up story in two languages, written as article files."""

from pathlib import Path

STORY = """as_of = "2024-11-30"
[title]
en = "The sale of the Norda ferry line"
de = "Der Verkauf der Fährlinie Norda"
[examples]
en = ["Who bought the Norda ferry line?", "How much did the Norda ferry line cost?", "When did the ferry Alke sink?",
  "Who is the captain of the ferry Brise?", "How many ferries does Norda run?", "Why did the harbour council object?"]
de = ["Wer hat die Fährlinie Norda gekauft?", "Wie viel kostete die Fährlinie Norda?", "Wann sank die Fähre Alke?",
  "Wer ist Kapitänin der Fähre Brise?", "Wie viele Fähren hat Norda?", "Warum widersprach der Hafenrat?"]
"""

ARTICLES = {
    "en/2024-05-02-harbour-post-sale.md": """---
title: Harbour Post on the buyer of the Norda ferry line
publisher: Harbour Post
published: 2024-05-02
url: https://harbour-post.example/norda
language: en
kind: digest
---
The shipping company Veldt bought the Norda ferry line on 2 May 2024 for 48 million crowns. The seller of the Norda \
ferry line was the city of Ostrau.

The harbour council objected to the sale because Veldt plans to close the winter route to Lumm. It asked the court in \
Ostrau to stop the sale.
""",
    "en/2024-06-lumm-times-fleet.md": """---
title: Lumm Times on the fleet of Norda
publisher: Lumm Times
origin: Harbour Post
published: 2024-06
read_at: https://copies.example/lumm-times
language: en
kind: digest
---
Norda runs seven ferries between Ostrau and Lumm. The captain of the ferry Brise is Inga Holm.
""",
    "en/dossier-accident.md": """---
title: The sinking of the ferry Alke
publisher: Dealbrief
language: en
kind: dossier
---
## What happened

The ferry Alke sank on 14 October 2023 near the island of Lumm.[^times] All 112 passengers of the ferry Alke were \
rescued by fishing boats.[^times][^post]

[^times]: Lumm Times, 2023-10-15, https://lumm-times.example/alke
[^post]: Harbour Post after Lumm Times, read at https://copies.example/alke
""",
    "de/2024-05-03-ostrauer-bote-verkauf.md": """---
title: Ostrauer Bote über den Käufer der Fährlinie Norda
publisher: Ostrauer Bote
published: 2024-05-03
url: https://ostrauer-bote.example/norda
language: de
kind: digest
---
Die Reederei Veldt hat die Fährlinie Norda am 2. Mai 2024 für 48 Millionen Kronen gekauft. Verkäufer der Fährlinie Norda \
war die Stadt Ostrau.

Der Hafenrat widersprach dem Verkauf, weil Veldt die Winterlinie nach Lumm schließen will.
""",
    "de/dossier-alke.md": """---
title: Der Untergang der Fähre Alke
publisher: Dealbrief
language: de
kind: dossier
---
Die Fähre Alke sank am 14. Oktober 2023 vor der Insel Lumm.[^times] Alle 112 Fahrgäste der Fähre Alke wurden von \
Fischerbooten gerettet.[^times]

[^times]: Lumm Times, 2023-10-15, https://lumm-times.example/alke
""",
    "de/2024-07-bote-leserbrief.md": """---
title: Brief an den Ostrauer Boten
publisher: Ostrauer Bote
published: 2024-07
language: de
---
Die Winterlinie nach Lumm wurde im Jahr 1911 eröffnet. Sie war die erste Fährlinie der Stadt Ostrau mit einem \
Dampfschiff.
""",
}


def write_corpus(folder: Path) -> Path:
    """Writes the story into a folder."""
    for name, text in {**ARTICLES, "story.toml": STORY}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
