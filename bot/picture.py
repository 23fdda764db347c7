"""A timeline as a standalone SVG: a row for each year, a mark for each event; every mark is a link that names its quote.

Kinds differ by shape and by colour; a filled mark is dated to the day, a hollow one to the month or less.
"""

from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup

from bot.products import Briefing, Entry
from bot.render import flat
from bot.web.html import Attribute, element, is_address
from bot.wording import date_text, month_name, say, source_label

WIDTH, LEFT, TOP, STEP, RADIUS = 1000, 70, 76, 13, 5
"""Units of the picture: its width, the margins, the height of a mark in a stack, and half the width of a mark."""
_LEGEND = (
    ("picture_event", "event", True),
    ("picture_month", "event", False),
    ("picture_planned", "planned", True),
    ("picture_conflict", "conflict", True),
)
_STYLE = Markup(
    "text{font:12px sans-serif;fill:#222}.title{font-size:17px}.year{font-weight:bold}.axis{stroke:#bbb}.grid{stroke:#e4e4e4}"
    "a:focus{outline:2px solid #000}svg{background:#fff}.shape{stroke-width:2;fill:#fff}"
    ".event{stroke:#1f5fa8}.event.exact{fill:#1f5fa8}.planned{stroke:#8a5a00}.planned.exact{fill:#8a5a00}"
    ".conflict{stroke:#a03030}.conflict.exact{fill:#a03030}"
)

Linking = Callable[[Entry], Mapping[str, Attribute]]
"""What the link of a mark carries beside its name."""


def to_svg(briefing: Briefing) -> str:
    """The dated entries of a briefing as a picture; white ground, so that it can be read on any page."""
    title = say("title_timeline", briefing.language, title=briefing.title)
    heading = element("text", title, x=16, y=26, class_="title")
    drawn = drawing(briefing, _leading_out, element("title", title), element("style", _STYLE), heading)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{drawn}\n'


def drawing(briefing: Briefing, linking: Linking, *before: Markup) -> Markup:
    """The picture as an element, without a style unless `before` brings one."""
    language = briefing.language
    entries = [entry for entry in briefing.entries if entry.date]
    years: dict[int, list[Entry]] = {}
    for entry in entries:
        assert entry.date
        years.setdefault(entry.date.year, []).append(entry)
    rows, y = [], TOP
    for year in sorted(years):
        placed, height = _stacked(years[year])
        y += height + 26
        marks = [_mark(entry, x, y - 8 - level * STEP, language, linking) for entry, x, level in placed]
        line = element("line", x1=LEFT, x2=WIDTH - 20, y1=y, y2=y, class_="axis")
        rows.append(element("g", element("text", str(year), x=16, y=y, class_="year"), line, *marks))
    body = [
        *before,
        element("desc", say("picture_description", language, count=len(entries))),
        _legend(language),
        _months(y, language),
        *rows,
    ]
    height = y + 24
    return element(
        "svg",
        *body,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {height}",
        width=WIDTH,
        height=height,
        role="group",
        aria_label=say("picture_description", language, count=len(entries)),
        lang=language,
    )


def _place(entry: Entry) -> float:
    """Where in its year an entry stands, in units: at its day, or in the middle of its month or year."""
    assert entry.date
    last = (entry.until if entry.until and entry.until.year == entry.date.year else entry.date).last
    middle = entry.date.first.timetuple().tm_yday + (last - entry.date.first).days / 2
    return LEFT + (WIDTH - 20 - LEFT) * middle / 366


def _stacked(entries: Sequence[Entry]) -> tuple[list[tuple[Entry, float, int]], int]:
    """The entries of a year with their places and how high in a stack they stand, and the height of the row."""
    ends: list[float] = []
    placed = []
    for entry in sorted(entries, key=lambda entry: (_place(entry), entry.when)):
        x = _place(entry)
        level = next((i for i, end in enumerate(ends) if x - end >= 2 * RADIUS + 2), len(ends))
        ends[level : level + 1] = [x]
        placed.append((entry, x, level))
    return placed, len(ends) * STEP


def _mark(entry: Entry, x: float, y: int, language: str, linking: Linking) -> Markup:
    """A mark as a link to its source; what it says when it is pointed at or read out is date, quote and source."""
    cited = entry.statement.citations[0]
    when = date_text(entry.date, language) + (f" – {date_text(entry.until, language)}" if entry.until else "")
    said = f"[{cited.number}] {when}: {flat(cited.quote)} ({source_label(cited.source, language)})"
    shape = _shape(entry.kind, x, y, exact=bool(entry.date and entry.date.day) and not entry.until)
    return element("a", element("title", said), shape, aria_label=said, **linking(entry))


def _leading_out(entry: Entry) -> Mapping[str, Attribute]:
    """A mark of the picture by itself leads to the published report."""
    cited = entry.statement.citations[0]
    place = f"source-{cited.number}"
    return {"href": cited.source.url if is_address(cited.source.url) else f"#{place}", "tabindex": "0", "id": place}


def _shape(kind: str, x: float, y: int, *, exact: bool) -> Markup:
    named = f"shape {kind if kind in ('planned', 'conflict') else 'event'}{' exact' if exact else ''}"
    if kind == "planned":
        return element("path", d=f"M{x:.1f} {y - RADIUS}l{RADIUS} {2 * RADIUS}h{-2 * RADIUS}z", class_=named)
    if kind == "conflict":
        return element("rect", x=f"{x - RADIUS:.1f}", y=y - RADIUS, width=2 * RADIUS, height=2 * RADIUS, class_=named)
    return element("circle", cx=f"{x:.1f}", cy=y, r=RADIUS, class_=named)


def _legend(language: str) -> Markup:
    parts = []
    for i, (key, kind, exact) in enumerate(_LEGEND):
        parts += [
            _shape(kind, LEFT + 8 + i * 215, 46, exact=exact),
            element("text", say(key, language), x=LEFT + 20 + i * 215, y=50),
        ]
    return element("g", *parts)


def _months(bottom: int, language: str) -> Markup:
    """The months of every row as thin lines with their names on top."""
    parts = []
    for month in range(12):
        x = round(LEFT + (WIDTH - 20 - LEFT) * month / 12)
        parts += [
            element("line", x1=x, x2=x, y1=TOP, y2=bottom, class_="grid"),
            element("text", month_name(month + 1, language)[:3], x=x + 4, y=TOP + 6),
        ]
    return element("g", *parts)
