"""A small corpus in both languages: a bid for a ferry line, and what became of it."""

ARTICLES = {
    "en/letter.md": """---
title: The Herald on the letter that Northwind wrote about Baltica Ferries
publisher: The Herald
published: 2024-03-05
url: https://herald.example/letter
language: en
kind: digest
---
The Herald reported on 5 March 2024 that Northwind Lines had offered to buy all of Baltica Ferries.
Northwind's letter was received by Mayor Ingrid Solberg and Harbour Master Tomas Lind, according to The Herald.

The Herald put the price at 340 million euros on 5 March 2024. Northwind did not comment on the report of 5 March 2024.
""",
    "en/outcome.md": """---
title: What became of Northwind's bid for Baltica Ferries
publisher: Dealbrief
language: en
kind: dossier
---
## The outcome

Northwind Lines did not buy Baltica Ferries.[^gazette] Baltica Ferries was sold to the city of Aalholm on 12 June 2024.[^gazette]

The city of Aalholm paid 310 million euros for Baltica Ferries in June 2024, the Harbour Gazette wrote.[^gazette]

[^gazette]: Harbour Gazette after The Herald, 2024-06-13, https://gazette.example/outcome
""",
    "de/faehren.md": """---
title: Der Hafenbote über die Fähren der Baltica
publisher: Der Hafenbote
published: 2024-06
url: https://hafenbote.example/faehren
language: de
kind: original
---
Die Baltica betreibt seit 2019 elf Fähren zwischen Aalholm und Rügen. Am 2. April 2024 streikten 450 Beschäftigte der Baltica.

Die Stadt Aalholm übernahm die Baltica am 12. Juni 2024 für 310 Millionen Euro.
""",
}
