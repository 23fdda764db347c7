"""The briefings of a corpus: what happened when, and what changed since a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, cast, get_args

from bot.chronicle import deadlines, event_entry, is_about, timeline
from bot.disagreement import disputes
from bot.draft import Draft
from bot.knowledge import Knowledge, check_range
from bot.moments import ORDER
from bot.overview import sections as sections_of
from bot.products import Briefing, Entry, Product, Section, with_numbers
from bot.succession import replaced, settled
from bot.wording import date_text, language_name, say
from corpus.article import PartialDate
from corpus.errors import BriefingError
from index.comparing import Kind

Length = Literal["short", "page"]
KINDS: Final[tuple[str, ...]] = get_args(Kind)


@dataclass(frozen=True)
class Briefer:
    """Makes the briefings of an opened index."""

    known: Knowledge

    def timeline(
        self,
        language: str,
        *,
        start: PartialDate | None = None,
        end: PartialDate | None = None,
        about: str | None = None,
    ) -> Briefing:
        """The events in order. DateError for a range upside down, SubjectError where nothing is said about a subject."""
        check_range(start, end)
        shown = self.known.language(language)
        subject = self.known.about(about, shown) if about else None
        found = timeline(self.known, shown, start, end, subject)
        sections = [
            Section("timeline_happened", tuple(entry for entry in found if entry.kind != "planned")),
            Section("timeline_planned", tuple(entry for entry in found if entry.kind == "planned")),
        ]
        options = {"from": _text(start), "to": _text(end), "about": about or ""}
        return self._briefing("timeline", language, sections, options)

    def changes(self, language: str, since: PartialDate, *, about: str | None = None) -> Briefing:
        """What happened, ran out or was replaced since a day, the newest first, and what lies ahead."""
        shown = self.known.language(language)
        subject = self.known.about(about, shown) if about else None
        as_of = self.known.library.as_of
        events = [event for event in self.known.events if event.moment.begin >= since.first and is_about(event.told, subject)]
        entries = [entry for event in reversed(events) if (entry := event_entry(self.known, event, shown))]
        limits = deadlines(self.known, shown, since.first, None, subject)
        ahead = [entry for entry in limits if as_of and entry.date and entry.date.first > as_of.last]
        sections = [
            Section("changes_happened", tuple(entry for entry in entries if entry.kind != "planned")),
            Section("changes_replaced", tuple(replaced(self.known, shown, since.first, subject))),
            Section("changes_settled", tuple(settled(self.known, shown, since.first, subject))),
            Section("changes_ran_out", tuple(entry for entry in limits if entry not in ahead)),
            Section("changes_ahead", (*(entry for entry in entries if entry.kind == "planned"), *ahead)),
        ]
        return self._briefing("changes", language, sections, {"since": str(since), "about": about or ""})

    def disputes(self, language: str, *, about: str | None = None) -> Briefing:
        """Where reports contradict each other, by kind of difference: both sides, what shows an error first."""
        shown = self.known.language(language)
        subject = self.known.about(about, shown) if about else None
        found = disputes(self.known.disputed, self.known.library, shown, subject)
        sections = [Section(f"dispute_{kind}", tuple(entry for own, entry in found if own == kind)) for kind in KINDS]
        return self._briefing("disputes", language, sections, {"about": about or ""})

    def brief(
        self, language: str, *, about: str | None = None, length: Length = "page", as_of: PartialDate | None = None
    ) -> Briefing:
        """The page to hand over: what it is about, where it stands, how it came to this, figures, actors, what is disputed,
        unknown and next; with `as_of` only what was known then."""
        shown = self.known.language(language)
        end = self.known.library.as_of
        if as_of and end and as_of.last >= end.last:
            as_of = None  # all that the corpus tells was known then
        draft = Draft(
            self.known,
            shown,
            about or f"{self._title(shown)}. {self.known.library.story.description.get(shown, '')}",
            self.known.about(about, shown) if about else None,
            as_of,
        )
        options = {"about": about or "", "length": length, "as_of": _text(as_of)}
        return self._briefing("brief", language, sections_of(draft, length), options, known_on=as_of)

    def salience(self, entry: Entry) -> float:
        """How much the corpus makes of an entry: of its day, and of what it says among what is said of the day."""
        cited = entry.statement.citations[0]
        told = self.known.by_key.get((cited.source.id, cited.start))
        if told is None or not told.moments:
            return 0.0
        salience = self.known.salience
        own = ORDER[told.moment.role] <= ORDER["since"] and told.moment.precise == 3
        return salience.of_day(told.moment) / 2 + salience.centre(told) + 0.3 * own - 0.3 * told.opens_denying

    def _briefing(
        self,
        product: Product,
        language: str,
        sections: Sequence[Section],
        options: Mapping[str, str],
        *remarks: str,
        known_on: PartialDate | None = None,
    ) -> Briefing:
        as_of = known_on or self.known.library.as_of
        shown = self.known.language(language)
        notices = list(remarks)
        if shown != language:
            notices.append(say("other_language", language, name=language_name(shown, language)))
        if as_of:
            notices.append(say("as_of", language, as_of=date_text(as_of, language)))
        kept = with_numbers(sections)
        if not kept:
            notices.insert(0, say(f"none_{product}", language))
        given = {key: value for key, value in options.items() if value}
        return Briefing(product, language, self._title(language), kept, given, tuple(notices), as_of)

    def _title(self, language: str) -> str:
        title = self.known.library.story.title
        return title.get(language) or next(iter(title.values()), self.known.library.folder.name)


def _text(date: PartialDate | None) -> str:
    return str(date) if date else ""


def read_length(text: str) -> Length:
    """A length that somebody typed. BriefingError where it is none."""
    if text not in get_args(Length):
        raise BriefingError(f"There is no length {text!r}. Take one of: {', '.join(get_args(Length))}.")
    return cast(Length, text)
