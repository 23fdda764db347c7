"""What is added is answered from at once, in a chatbot that runs too; copies count once; old versions are kept."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.adding import Adder
from bot.answer import Answer
from bot.chatbot import Chatbot, CorpusEmpty
from bot.doctor import examine
from bot.given import Given, checked
from bot.outcome import Outcome, asides, headline
from bot.settings import Settings
from corpus.article import PartialDate
from corpus.errors import BriefingError

ALKE = """The ferry Alke was sold to Skagen Shipping on 3 May 2024 for 12 million euros, the Skagen Post reported.

The crew of the ferry Alke was told of the sale on 4 May 2024 by Captain Ida Holm. Skagen Shipping keeps all 14 sailors of
the Alke, and the ferry goes on sailing between Aalholm and Skagen until the end of the summer."""
PRICE = "For how many euros was the ferry Alke sold to Skagen Shipping?"


@pytest.fixture
def settings(write_corpus: Callable[..., Path]) -> Settings:
    return Settings(corpus=write_corpus(), threshold=0.0)


@pytest.fixture
def bot(settings: Settings) -> Iterator[Chatbot]:
    opened = Chatbot.open(settings, quiet=True)
    yield opened
    opened.close()


def brought_in(settings: Settings, *whats: Path | str, **given: object) -> list[Outcome]:
    """Adds what is named, and brings the index up to it."""
    adder = Adder(settings, Given(**given), quiet=True)  # type: ignore[arg-type]
    outcomes = list(adder.add([str(what) for what in whats]))
    adder.settle()
    return outcomes


def written(folder: Path, name: str, text: str) -> Path:
    """A file with a text."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def cited(answer: Answer) -> set[str]:
    """The articles that an answer cites."""
    return {citation.source.id for citation in answer.citations}


def test_a_running_chatbot_answers_from_what_was_added_and_no_longer_from_what_was_removed(
    bot: Chatbot, settings: Settings, tmp_path: Path
) -> None:
    path = written(tmp_path, "alke.txt", ALKE)
    (outcome,) = brought_in(settings, path, title="The Alke is sold", publisher="Skagen Post")
    assert outcome.status == "added" and outcome.article
    assert outcome.missing == ("date",)
    answer = bot.ask(PRICE)
    assert "12 million euros" in answer.text
    assert outcome.article.id in cited(answer)
    counted = [examine(settings).facts["sentences"]]
    remover = Adder(settings, quiet=True)
    assert [done.status for done in remover.remove([outcome.article.id, "added/none"])] == ["removed", "refused"]
    remover.settle()
    counted.append(examine(settings).facts["sentences"])
    assert counted[0] > counted[1] == bot.now.index.size["sentences"]
    assert outcome.article.id not in cited(bot.ask(PRICE))
    assert bot.now.library.get(outcome.article.id) is None


def test_a_question_under_way_ends_on_the_index_that_it_began_with(bot: Chatbot, settings: Settings, tmp_path: Path) -> None:
    with bot.entered() as before:
        generation = before.generation
        brought_in(settings, written(tmp_path, "alke.txt", ALKE))
        with bot.entered() as newer:
            assert newer.generation != generation
        assert before.ask("Who received Northwind's letter?").answered
        assert before.generation == generation
    assert bot.now.generation != generation


def test_questions_from_many_threads_meet_a_switch_unharmed(bot: Chatbot, settings: Settings, tmp_path: Path) -> None:
    stop = threading.Event()
    wrong: list[object] = []

    def ask() -> None:
        while not stop.is_set():
            try:
                if not bot.ask("Who received Northwind's letter about Baltica Ferries?").answered:
                    wrong.append("not answered")
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(2):
        brought_in(settings, written(tmp_path, f"{number}.txt", ALKE.replace("Alke", f"Number {number}")))
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(bot.now.index.segments) == 3


def test_what_is_there_already_is_said_and_not_added_twice(settings: Settings, tmp_path: Path) -> None:
    path = written(tmp_path, "alke.txt", ALKE)
    first, again = brought_in(settings, path, path)
    assert (first.status, again.status) == ("added", "known")
    (moved,) = brought_in(settings, written(tmp_path, "other name.txt", ALKE))
    assert (moved.status, moved.of) == ("known", first.article and first.article.id)
    assert len(list(settings.build.shelf.articles.iterdir())) == 1


def test_copies_of_several_publishers_count_as_one_origin(settings: Settings, tmp_path: Path) -> None:
    edited = ALKE.replace("for 12 million euros, ", "for 12 million euros on Friday, ")
    names = {"Skagen Post": ALKE, "Nordic Wire": "AALHOLM (NW) - " + ALKE, "Daily Buoy": edited}
    ids = []
    for number, (publisher, text) in enumerate(names.items()):
        (outcome,) = brought_in(settings, written(tmp_path, f"{number}.txt", text), publisher=publisher)
        assert outcome.status == ("copy" if number else "added")
        assert outcome.article
        ids.append(outcome.article.id)
    library = settings.build.load()
    found = [article for id in ids if (article := library.get(id))]
    assert [article.source.publisher for article in found] == list(names)
    assert {library.origin(article) for article in found} == {"skagen post"}
    settings.build.shelf.remove(ids[0])
    left = settings.build.load()
    assert len({left.origin(article) for article in left if article.id in ids}) == 1
    with Chatbot.open(settings, quiet=True).entered() as bot:
        answer = bot.ask(PRICE)
    assert len(answer.statements[0].citations) == 1


def test_refresh_finds_what_became_a_copy_and_what_is_none_any_more(settings: Settings, tmp_path: Path) -> None:
    brought_in(settings, written(tmp_path, "0.txt", ALKE), publisher="Skagen Post")
    path = written(tmp_path, "1.txt", "The harbour of Skagen was dredged in May 2024 by two ships. " * 5)
    (own,) = brought_in(settings, path, publisher="Daily Buoy")
    assert own.status == "added"

    def origins() -> set[str]:
        library = settings.build.load()
        return {library.origin(article) for article in library if article.id.startswith("added/")}

    path.write_text("SKAGEN (NW) - " + ALKE, encoding="utf-8")
    (same, copy) = sorted(Adder(settings, quiet=True).refresh(), key=lambda outcome: outcome.place)
    assert (same.status, copy.status) == ("unchanged", "changed")
    assert copy.of and same.article and copy.of == same.article.id
    assert copy.remarks == (f"it is a copy of {copy.of} now: both count as one origin",)
    assert origins() == {"skagen post"}
    # The other way round: what the copy is one of is not made a copy of its own copy.
    (tmp_path / "0.txt").write_text(ALKE.replace("12 million", "13 million"), encoding="utf-8")
    (changed, _) = sorted(Adder(settings, quiet=True).refresh(), key=lambda outcome: outcome.place)
    assert (changed.status, changed.of, origins()) == ("changed", None, {"skagen post"})
    path.write_text("Nine herons were counted at the weir of Aalholm in June 2024. " * 5, encoding="utf-8")
    (_, freed) = sorted(Adder(settings, quiet=True).refresh(), key=lambda outcome: outcome.place)
    assert freed.remarks == (f"it is no copy of {copy.of} now",)
    assert origins() == {"skagen post", "daily buoy"}


def test_a_known_address_with_another_text_in_another_file_is_not_for_refresh(settings: Settings, tmp_path: Path) -> None:
    page = '<html><head><title>Alke</title><link rel="canonical" href="https://post.example/alke"></head><body><article>{}'
    body = "".join(f"<p>{part}</p>" for part in ALKE.split("\n\n"))
    first = written(tmp_path, "1.html", page.format(body))
    brought_in(settings, first)
    other = written(tmp_path, "2.html", page.format(body.replace("12 million", "13 million")))
    (known,) = brought_in(settings, other)
    assert known.status == "known"
    assert ["dealbrief remove" in aside for aside in asides(known, "en") if "dealbrief" in aside] == [True]
    first.write_text(other.read_text(encoding="utf-8"), encoding="utf-8")
    (known,) = brought_in(settings, first)
    assert ["dealbrief refresh" in aside for aside in asides(known, "en") if "dealbrief" in aside] == [True]


def test_old_answers_verify_against_the_version_that_refresh_keeps(bot: Chatbot, settings: Settings, tmp_path: Path) -> None:
    path = written(tmp_path, "alke.txt", ALKE)
    (outcome,) = brought_in(settings, path)
    assert outcome.article
    before = bot.ask(PRICE).citations[0]
    path.write_text(ALKE.replace("12 million", "13 million"), encoding="utf-8")
    adder = Adder(settings, quiet=True)
    (changed,) = adder.refresh()
    adder.settle()
    assert changed.status == "changed"
    assert any(line.startswith("+") and "13 million" in line for line in changed.difference)
    assert any(line.startswith("-") and "12 million" in line for line in changed.difference)
    assert "13 million" in bot.ask(PRICE).text
    library = settings.build.load()
    assert not before.holds_in(library.get(outcome.article.id))
    assert [before.holds_in(version) for version in library.old_versions(outcome.article.id)] == [True]
    (unchanged,) = Adder(settings, quiet=True).refresh([outcome.article.id])
    assert unchanged.status == "unchanged"
    path.unlink()
    (refused,) = Adder(settings, quiet=True).refresh()
    assert (refused.status, refused.reason) == (
        "refused",
        "it cannot be read: No such file or directory; check its name and rights",
    )


def test_a_new_title_is_said_by_refresh_and_not_taken_over(settings: Settings, tmp_path: Path) -> None:
    page = "<html><head><title>{title}</title></head><body><article>{body}</article></body></html>"
    body = "".join(f"<p>{part}</p>" for part in ALKE.split("\n\n"))
    path = written(tmp_path, "alke.html", page.format(title="The Alke is sold", body=body))
    (added,) = brought_in(settings, path)
    assert added.article and added.article.source.title == "The Alke is sold"
    assert [outcome.remarks for outcome in Adder(settings, quiet=True).refresh()] == [()]
    path.write_text(page.format(title="The Alke stays", body=body), encoding="utf-8")
    (outcome,) = Adder(settings, quiet=True).refresh()
    assert outcome.remarks == ("its title there is now 'The Alke stays'; the kept one stays",)
    assert outcome.article and outcome.article.source.title == "The Alke is sold"


def test_another_publisher_and_date_are_said_by_refresh_too(settings: Settings, tmp_path: Path) -> None:
    page = (
        '<html><head><title>Alke</title><meta property="og:site_name" content="{}">'
        '<meta property="article:published_time" content="{}"></head><body><article>{}</article></body></html>'
    )
    body = "".join(f"<p>{part}</p>" for part in ALKE.split("\n\n"))
    path = written(tmp_path, "alke.html", page.format("Skagen Post", "2024-05-03", body))
    assert [outcome.missing for outcome in brought_in(settings, path)] == [()]
    path.write_text(page.format("Post Group", "2024-05-04", body), encoding="utf-8")
    (outcome,) = Adder(settings, quiet=True).refresh()
    assert outcome.status == "unchanged"
    assert outcome.remarks == (
        "its publisher there is now 'Post Group'; the kept one stays",
        "its date there is now 2024-05-04; the kept one stays",
    )


def test_an_address_in_front_matter_is_one_that_can_be_fetched(settings: Settings, tmp_path: Path) -> None:
    front = "---\ntitle: Alke\npublisher: Post\nlanguage: en\n{}: javascript:alert(1)\n---\n"
    for key in ("url", "read_at"):
        (refused,) = brought_in(settings, written(tmp_path, "alke.md", front.format(key) + ALKE))
        assert refused.status == "refused"
        assert "javascript:alert(1)" in refused.reason


def test_an_entry_of_a_feed_without_an_address_says_that_it_cannot_be_fetched_again(settings: Settings, tmp_path: Path) -> None:
    text = " ".join(f"The ferry Alke sailed from Aalholm to Skagen on day {day} of May 2024." for day in range(1, 20))
    feed = f"<rss><channel><item><title>Ferry</title><content:encoded>{text}</content:encoded></item></channel></rss>"
    path = written(
        tmp_path, "feed.xml", feed.replace("<rss>", '<rss xmlns:content="http://purl.org/rss/1.0/modules/content/">')
    )
    assert [outcome.status for outcome in brought_in(settings, path)] == ["added"]
    (outcome,) = Adder(settings, quiet=True).refresh()
    assert (outcome.status, outcome.reason) == ("refused", "its file does not say where it came from")


def test_a_dry_run_writes_nothing(settings: Settings, tmp_path: Path) -> None:
    adder = Adder(settings, dry_run=True)
    (outcome,) = adder.add([str(written(tmp_path, "alke.txt", ALKE))])
    adder.settle()
    assert outcome.status == "added"
    assert not settings.build.shelf.articles.exists()


def test_what_was_not_found_is_asked_for_and_what_was_given_is_not(settings: Settings, tmp_path: Path) -> None:
    asked = []

    def ask(draft: object, name: str) -> str | None:
        asked.append(name)
        return {"title": "The Alke is sold", "date": "2024-05"}.get(name)

    adder = Adder(settings, Given(publisher="Skagen Post"), dry_run=True, ask=ask)
    (outcome,) = adder.add([str(written(tmp_path, "alke.txt", ALKE))])
    assert asked == ["title", "date"]
    assert outcome.article and not outcome.missing
    source = outcome.article.source
    assert (source.title, source.publisher, source.published) == ("The Alke is sold", "Skagen Post", PartialDate(2024, 5))
    assert (source.language, source.kind, source.headline) == ("en", "original", None)


def test_a_date_that_has_not_come_is_left_out_and_said(settings: Settings, tmp_path: Path) -> None:
    adder = Adder(settings, Given(published=PartialDate(9000)), dry_run=True)
    (outcome,) = adder.add([str(written(tmp_path, "alke.txt", ALKE))])
    assert outcome.article and outcome.article.source.published is None
    assert "future" in outcome.remarks[0]


def test_the_corpus_reaches_as_far_as_what_was_added(settings: Settings, tmp_path: Path) -> None:
    (settings.corpus / "story.toml").write_text('as_of = "2024-06-30"\n', encoding="utf-8")
    assert str(settings.build.load().as_of) == "2024-06-30"
    brought_in(settings, written(tmp_path, "alke.txt", ALKE), published=PartialDate(2024, 8, 1))
    assert str(settings.build.load().as_of) == "2024-08-01"


def test_a_corpus_may_be_only_what_was_added_and_be_emptied_again(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    settings = Settings(corpus=tmp_path / "empty", threshold=0.0)
    with pytest.raises(CorpusEmpty, match="dealbrief add"):
        Chatbot.open(settings, quiet=True)
    (outcome,) = brought_in(settings, written(tmp_path, "alke.txt", ALKE))
    assert outcome.article
    bot = Chatbot.open(settings, quiet=True)
    assert bot.ask(PRICE).answered
    remover = Adder(settings, quiet=True)
    assert [done.status for done in remover.remove([outcome.article.id])] == ["removed"]
    remover.settle()
    with pytest.raises(CorpusEmpty):
        bot.ask(PRICE)
    bot.close()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("date", "3 May 2024"),
        ("date", "2024-13"),
        ("language", "English"),
        ("url", "file:///etc/passwd"),
        ("url", "http://a:b@c.example/"),
    ],
)
def test_what_is_given_is_checked(name: str, text: str) -> None:
    with pytest.raises(BriefingError):
        checked(name, text)


def test_two_that_add_the_same_at_once_add_it_once(settings: Settings, tmp_path: Path) -> None:
    path = str(written(tmp_path, "alke.txt", ALKE))
    adders = [Adder(settings, quiet=True) for _ in range(4)]
    started = [adder.add([path]) for adder in adders]
    barrier = threading.Barrier(4)
    done: list[Outcome] = []

    def run(outcomes: Iterator[Outcome]) -> None:
        barrier.wait()
        done.extend(outcomes)

    threads = [threading.Thread(target=run, args=(outcomes,)) for outcomes in started]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome.status for outcome in done) == ["added", "known", "known", "known"]
    assert len(settings.build.shelf.ids()) == 1
    for adder in adders:
        adder.changed = False
        adder.settle()


def test_a_home_that_cannot_be_written_is_said(settings: Settings, tmp_path: Path) -> None:
    (settings.home / "taken").write_text("a file where a folder should be")
    closed = settings.model_copy(update={"home": settings.home / "taken"})
    adder = Adder(closed, quiet=True)
    (outcome,) = adder.add([str(written(tmp_path, "alke.txt", ALKE))])
    adder.settle()
    assert outcome.status == "refused"
    assert "cannot be written: Not a directory. Give another with --home DIR." in outcome.reason
    assert headline(outcome, "en").count("..") == 0


def test_a_broken_file_on_the_shelf_is_named_and_the_others_answer(settings: Settings, tmp_path: Path) -> None:
    brought_in(settings, written(tmp_path, "alke.txt", ALKE))
    bad = written(settings.build.shelf.articles, "bad.md", "no front matter")
    library = settings.build.load()
    assert [problem.path for problem in library.problems] == [bad]
    (outcome,) = brought_in(settings, written(tmp_path, "other.txt", "The tug Brise sank off Skagen in March 2024."))
    assert outcome.status == "added"


def test_the_original_of_a_digest_counts_as_one_origin_with_it(settings: Settings, tmp_path: Path) -> None:
    path = written(tmp_path, "letter.txt", ALKE)
    (outcome,) = brought_in(settings, path, publisher="herald.example", url="https://www.herald.example/letter?utm_source=x")
    assert (outcome.status, outcome.of) == ("copy", "en/letter")
    library = settings.build.load()
    assert outcome.article
    assert {library.origin(found) for id in ("en/letter", outcome.article.id) if (found := library.get(id))} == {"the herald"}
    again = written(tmp_path, "other.txt", ALKE + " More.")
    (known,) = brought_in(settings, again, url="https://herald.example/letter")
    assert (known.status, known.of, known.reason) == ("known", outcome.article.id, "its text there is another")
