"""The exporter: each form of each product; nothing remote, nothing that could be obeyed, all quotes in it."""

import csv
import io
import json
import re
from datetime import date
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from icalendar import Calendar

from bot import Answer, BriefingError, Citation, Statement
from bot.answer import Check
from bot.exporting import FORMS, export
from bot.products import Briefing, Entry, Section, with_numbers
from corpus.article import PartialDate, Source

HOSTILE = 'The <script>alert("x")</script> ferry & *its* crew [2](https://evil.example) sailed on 2 April 2024.'


def statement(text: str, id: str = "a", url: str | None = "https://herald.example/a") -> Statement:
    """A statement of one quote."""
    source = Source(id, "A title", "The Herald", "en", "digest", url=url, published=PartialDate(2024, 4, 3))
    cited = Citation(0, source, text, 0, len(text), f"sha256:{'0' * 64}")
    return Statement(text, (cited,), Check("verbatim"))


def timeline(*entries: Entry) -> Briefing:
    """A timeline of entries."""
    sections = with_numbers([Section("timeline_happened", entries)])
    return Briefing("timeline", "en", "The ferries", sections, {"from": "2024"}, ("As of 2024.",), PartialDate(2024, 12, 31))


ENTRIES = (
    Entry(statement(HOSTILE), "event", PartialDate(2024, 4, 2), None, "2 April 2024", 2),
    Entry(statement("The ferries lay still in May 2024.", "b", None), "event", PartialDate(2024, 5), None, "May 2024"),
    Entry(
        statement("The strike lasted from 2 to 4 June 2024.", "c"),
        "event",
        PartialDate(2024, 6, 2),
        PartialDate(2024, 6, 4),
        "2 to 4 June 2024",
        1,
        "Reports differ.",
        (statement("The strike lasted two days.", "d"),),
    ),
    Entry(statement("=1+1 is planned for 1 May 2025.", "e"), "planned", PartialDate(2025, 5, 1), None, "1 May 2025"),
)
ANSWER = Answer(
    "Who <sailed>?",
    "Who <sailed>?",
    "en",
    "answer",
    "extractive",
    with_numbers([Section("x", ENTRIES[:1])])[0].entries[0].statements,
)
REFUSAL = Answer("Why?", "Why?", "en", "refusal", "extractive", message="The corpus does not say.")


class Tags(HTMLParser):
    """The tags and the addresses of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.loaded: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.loaded += [value or "" for name, value in attributes if name in ("src", "srcset", "data", "poster", "action")]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.mark.parametrize("product", [timeline(*ENTRIES), ANSWER, REFUSAL], ids=["timeline", "answer", "refusal"])
def test_the_page_is_one_file_that_loads_and_runs_nothing(product: Answer | Briefing) -> None:
    page = export(product, "html")
    tags = Tags()
    tags.feed(page)
    assert not tags.loaded
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(tags.names)
    assert "@import" not in page and "url(" not in page
    assert re.search(r'<html lang="en">', page)
    shown = "".join(tags.text)
    for cited in product.citations:
        assert cited.quote in shown


def test_markers_of_the_page_lead_to_sources_that_are_there() -> None:
    page = export(timeline(*ENTRIES), "html")
    wanted = set(re.findall(r'href="#(source-\d+)"', page))
    assert wanted == set(re.findall(r'id="(source-\d+)"', page)) == {f"source-{n}" for n in range(1, 6)}


def test_markdown_has_a_footnote_for_each_marker_and_shows_signs_as_characters() -> None:
    text = export(timeline(*ENTRIES), "markdown")
    assert set(re.findall(r"\[\^(\d+)\](?!:)", text)) == set(re.findall(r"^\[\^(\d+)\]:", text, re.MULTILINE)) == set("12345")
    assert "<script>" not in text and "[2](https" not in text
    assert "**2 June 2024 – 4 June 2024**" in text


def test_the_proof_holds_everything_and_its_version() -> None:
    proof = json.loads(export(timeline(*ENTRIES), "json"))
    assert proof["format"] == 1 and proof["product"] == "timeline"
    assert [entry["date"] for entry in proof["sections"][0]["entries"]] == ["2024-04-02", "2024-05", "2024-06-02", "2025-05-01"]
    assert json.loads(export(ANSWER, "json"))["statements"][0]["text"] == HOSTILE


def test_the_table_has_a_row_for_each_date_and_no_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(export(timeline(*ENTRIES), "csv"))))
    assert [(row["date"], row["until"]) for row in rows] == [
        ("2024-04-02", ""), ("2024-05", ""), ("2024-06-02", "2024-06-04"), ("2025-05-01", "")
    ]  # fmt: skip
    assert rows[0]["quote"] == HOSTILE and rows[0]["origins"] == "2" and rows[0]["digest"].startswith("sha256:")
    assert rows[3]["quote"].startswith("'=1+1")


def test_the_calendar_is_read_back_with_whole_days() -> None:
    calendar = Calendar.from_ical(export(timeline(*ENTRIES), "ics"))
    events = [part for part in calendar.walk() if part.name == "VEVENT"]
    spans = [(event.decoded("dtstart"), event.decoded("dtend")) for event in events]
    assert spans == [
        (date(2024, 4, 2), date(2024, 4, 3)),
        (date(2024, 5, 1), date(2024, 6, 1)),
        (date(2024, 6, 2), date(2024, 6, 5)),
        (date(2025, 5, 1), date(2025, 5, 2)),
    ]
    assert str(events[0]["summary"]) == HOSTILE
    assert len({str(event["uid"]) for event in events}) == 4


def test_the_picture_is_xml_in_which_every_mark_is_a_named_link() -> None:
    root = ElementTree.fromstring(export(timeline(*ENTRIES), "svg").encode())
    space = "{http://www.w3.org/2000/svg}"
    links = root.findall(f".//{space}a")
    assert len(links) == 4
    assert not root.findall(f".//{space}script") and not root.findall(f".//{space}image")
    for link, entry in zip(links, ENTRIES, strict=True):
        named = link.find(f"{space}title")
        assert named is not None and named.text
        assert entry.statement.text in named.text and link.get("aria-label") == named.text and link.get("tabindex") == "0"
    shapes = [next(child.tag.removeprefix(space) for child in link if child.tag != f"{space}title") for link in links]
    assert shapes == ["circle", "circle", "circle", "path"]


def test_the_picture_has_one_row_a_year_and_nothing_lies_on_top_of_another() -> None:
    same_day = [Entry(statement(f"Ship {n} sailed.", f"s{n}"), "event", PartialDate(2024, 4, 2)) for n in range(5)]
    root = ElementTree.fromstring(export(timeline(*same_day), "svg").encode())
    places = [
        (c.get("cx"), c.get("cy")) for c in root.findall(".//{http://www.w3.org/2000/svg}a/{http://www.w3.org/2000/svg}circle")
    ]
    assert len(places) == len(set(places)) == 5


def test_an_unknown_form_and_one_that_does_not_fit_are_one_sentence() -> None:
    with pytest.raises(BriefingError, match="There is no form 'docx'"):
        export(ANSWER, "docx")
    with pytest.raises(BriefingError, match="An answer cannot be written as ics"):
        export(ANSWER, "ics")
    undated = timeline(Entry(statement("The ferries are old."), "claim"))
    for form in ("csv", "ics", "svg"):
        with pytest.raises(BriefingError, match="no date in it"):
            export(undated, form)
    assert all(export(timeline(*ENTRIES), form) for form in FORMS)
