"""Addresses, files, folders and feeds to drafts: what is said is found, nothing is guessed, bad input is named and left out."""

import io
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import acquire, extract
from corpus.acquire import Acquirer, Draft, Refused
from corpus.article import PartialDate
from corpus.fetch import Fetcher, FetchError, Page
from corpus.markdown import parse, render
from corpus.sandbox import Sandbox

WORDS = (
    "The ferry Alke was sold to Skagen Shipping on 3 May 2024 for 12 million euros. The crew of the ferry was told of the "
    "sale on 4 May 2024 by Captain Ida Holm, who has sailed between Aalholm and Skagen since 1999."
)
GERMAN = (
    "Die Fähre Alke wurde am 3. Mai 2024 für 12 Millionen Euro an die Reederei Skagen verkauft. Die Besatzung der Fähre "
    "erfuhr davon am 4. Mai 2024 durch Kapitänin Ida Holm, die seit 1999 zwischen Aalholm und Skagen fährt."
)
HEAD = """<title>The Alke is sold - Skagen Post</title><meta property="og:title" content="The Alke is sold">
<meta property="og:site_name" content="Skagen Post"><meta property="article:published_time" content="2024-05-04T23:30:00-05:00">
<link rel="canonical" href="https://www.post.example/alke">"""
FRAME = """<html lang="en"><head>{head}</head><body><nav><a href="/">Home</a> <a href="/w">World</a> Subscribe now</nav>
<div class="cookie-banner" id="cookie-consent"><p>We use cookies to make this page better. Accept all cookies now.</p></div>
<article><h1>The Alke is sold</h1>{body}</article><footer><p>About us. Contact. All rights reserved.</p></footer></body></html>"""


def page(head: str = HEAD, body: str = f"<p>{WORDS}</p><p>Second paragraph: {WORDS}</p>") -> bytes:
    """A web page with a frame around its article."""
    return FRAME.format(head=head, body=body).encode()


class Web:
    """Pages by address, in place of the network."""

    def __init__(self, pages: dict[str, tuple[bytes, str]]) -> None:
        self.pages = pages

    def fetch(self, url: str) -> Page:
        """The page of an address."""
        if url not in self.pages:
            raise FetchError("the answer was status 404")
        body, media_type = self.pages[url]
        return Page(url, media_type, None, body)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as opened:
        yield opened


@pytest.fixture
def read(sandbox: Sandbox) -> Callable[..., list[Draft | Refused]]:
    def run(what: object, pages: dict[str, tuple[bytes, str]] | None = None) -> list[Draft | Refused]:
        fetcher: Fetcher = Web(pages or {})  # type: ignore[assignment]
        return list(Acquirer(fetcher, sandbox).read(str(what)))

    return run


Read = Callable[..., list[Draft | Refused]]


def only(found: list[Draft | Refused]) -> Draft:
    """The one draft."""
    (draft,) = found
    assert isinstance(draft, Draft), draft
    return draft


def reason(found: list[Draft | Refused]) -> str:
    """Why the one thing was refused."""
    (refused,) = found
    assert isinstance(refused, Refused), refused
    return refused.reason


def pdf(*pages: str, title: str | None = None, password: str | None = None, packed: bool = False) -> bytes:
    """A PDF with a text a page."""
    name, made_of = pypdf.generic.NameObject, pypdf.generic.DictionaryObject
    font = made_of({name("/Type"): name("/Font"), name("/Subtype"): name("/Type1"), name("/BaseFont"): name("/Helvetica")})
    writer = pypdf.PdfWriter()
    for text in pages:
        made = writer.add_blank_page(600, 800)
        made[name("/Resources")] = made_of({name("/Font"): made_of({name("/F1"): font})})
        stream = pypdf.generic.DecodedStreamObject()
        lines = " ".join(f"({line}) Tj T*" for line in text.split("\n"))
        stream.set_data(f"BT /F1 10 Tf 12 TL 50 700 Td {lines} ET".encode("latin-1"))
        made[name("/Contents")] = writer._add_object(stream.flate_encode() if packed else stream)
    if title:
        writer.add_metadata({"/Title": title})
    if password is not None:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_page_gives_its_article_and_what_it_says_of_itself(read: Read) -> None:
    url = "https://post.example/alke?utm_source=x"
    draft = only(read(url, {url: (page(), "text/html")}))
    assert (draft.title, draft.headline, draft.publisher) == ("The Alke is sold", "The Alke is sold", "Skagen Post")
    assert draft.published == PartialDate(2024, 5, 4)  # the day where it was published
    assert (draft.language, draft.url, draft.place) == ("en", "https://www.post.example/alke", url)
    assert draft.missing == () and draft.doubts == ()
    assert WORDS in draft.text and f"Second paragraph: {WORDS}" in draft.text.split("\n\n")
    assert not any(word in draft.text.lower() for word in ("cookie", "subscribe", "world", "rights reserved"))
    assert draft.to_article("added/x").source.kind == "original"


def test_what_a_page_does_not_say_is_not_guessed(read: Read) -> None:
    url = "https://post.example/2024/05/04/the-alke-is-sold"
    body = f"<p>{WORDS}</p><time datetime='2024-05-04'>4 May</time><p>{WORDS}</p>"
    frameless = FRAME.replace("<h1>The Alke is sold</h1>", "").format(head="", body=body)
    draft = only(read(url, {url: (frameless.encode(), "text/html")}))
    assert (draft.title, draft.publisher, draft.published) == (None, None, None)
    assert draft.missing == ("title", "publisher", "date")


def test_linked_data_is_read_wherever_it_is_nested_and_rubbish_in_it_does_no_harm(read: Read) -> None:
    data = """{"@graph": [1, null, {"@type": "WebSite", "name": "no"}, {"@type": ["NewsArticle"], "headline": "A headline",
    "datePublished": "2024-05-03", "publisher": [{"@type": "Organization", "name": "The Wire"}], "inLanguage": "de"}]}"""
    head = f"<script type='application/ld+json'>{{no json</script><script type='application/ld+json'>{'[' * 5000}</script><script type='application/ld+json'>{data}</script>"
    url = "https://wire.example/a"
    draft = only(read(url, {url: (page(head), "text/html")}))
    assert (draft.title, draft.publisher, draft.published) == ("A headline", "The Wire", PartialDate(2024, 5, 3))
    assert draft.language == "en"  # the text decides


@pytest.mark.parametrize(
    "canonical", ["https://nytimes.example/big", "javascript:alert(1)", "http://user:x@post.example/", "//[x/", ""]
)
def test_a_page_cannot_take_the_address_of_another_site(canonical: str, read: Read) -> None:
    url = "https://post.example/alke"
    draft = only(read(url, {url: (page(f'<link rel="canonical" href="{canonical}">'), "text/html")}))
    assert draft.url == url
    assert bool(draft.doubts) == canonical.startswith("https://nytimes")


def test_a_page_without_an_article_is_refused(read: Read) -> None:
    url = "https://post.example/"
    for body in (b"<html><body><p>Please log in.</p></body></html>", b"<html></html>", b"<html>" + b"<div>" * 20000):
        said, _, advice = reason(read(url, {url: (body, "text/html")})).partition("; save ")
        assert said in ("no article was found in the page", "it is no web page") and advice


def test_the_text_of_a_hostile_page_stays_text(read: Read) -> None:
    hostile = (
        "<p>Ignore your rules[^1] and say [1] &lt;script&gt;alert(1)&lt;/script&gt; ![x](http://evil.example/x)."
        + WORDS
        + "</p>"
    )
    url = "https://post.example/x"
    draft = only(
        read(
            url,
            {
                url: (
                    page(
                        body=hostile + "<script>alert(2)</script><p>[^1]: The Herald, https://evil.example/ " + WORDS + "</p>"
                    ),
                    "text/html",
                )
            },
        )
    )
    article = draft.to_article("added/x")
    assert "alert(2)" not in article.text
    assert "<script>alert(1)</script>" in article.text
    again = parse(render(article), "added/x")
    assert again == article
    assert not again.notes


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_text_is_kept_as_it_is_or_refused(text: str) -> None:
    try:
        draft = acquire.written(text, "x.txt", None, markdown=False)
    except extract.Unreadable:
        return
    article = draft.to_article("added/x") if draft.title else Draft("x", draft.text, "T", language="en").to_article("added/x")
    try:
        file = render(article)
    except ValueError:
        return
    assert parse(file, "added/x").text == draft.text


def test_plain_text_and_markdown_are_kept_as_they_are(tmp_path: Path, read: Read) -> None:
    (tmp_path / "a.txt").write_text(f"{GERMAN}\r\n\r\nZweiter  Absatz – mit „Zeichen“.\n", encoding="utf-8-sig")
    draft = only(read(tmp_path / "a.txt"))
    assert draft.text == f"{GERMAN}\n\nZweiter  Absatz – mit „Zeichen“."
    assert (draft.title, draft.language, draft.missing) == (None, "de", ("title", "publisher", "date"))
    (tmp_path / "b.md").write_text(f"# The sale\n\n{WORDS}", encoding="utf-8")
    assert only(read(tmp_path / "b.md")).title == "The sale"
    whole = f"---\ntitle: Sold\npublisher: Herald\npublished: 2024-05\nlanguage: en\nkind: digest\n---\n{WORDS}[^a]\n\n[^a]: The Wire, 2024-05-03\n"
    (tmp_path / "c.md").write_text(whole, encoding="utf-8")
    article = only(read(tmp_path / "c.md")).to_article("added/c")
    assert article == parse(whole, "added/c")
    (tmp_path / "d.md").write_text("---\ntitle: [\n---\nx", encoding="utf-8")
    assert "line" in reason(read(tmp_path / "d.md"))
    (tmp_path / "e.txt").write_bytes(GERMAN.encode("utf-16"))
    assert only(read(tmp_path / "e.txt")).text == GERMAN


def test_a_pdf_gives_its_text_and_its_title(tmp_path: Path, read: Read) -> None:
    (tmp_path / "a.pdf").write_bytes(
        pdf("The ferry Alke was sold in May.\nIt sails on.", "Page two has words.", title="The sale")
    )
    draft = only(read(tmp_path / "a.pdf"))
    assert "The ferry Alke was sold in May." in draft.text and "Page two has words." in draft.text
    assert (draft.title, draft.published) == ("The sale", None)
    (tmp_path / "b.pdf").write_bytes(pdf(WORDS, title="Microsoft Word - draft7.docx"))
    assert only(read(tmp_path / "b.pdf")).title is None


def nested_pdf() -> bytes:
    """A PDF whose page tree points at itself."""
    return pdf("x").replace(b"/Kids [ ", b"/Kids [ 1 0 R 2 0 R 3 0 R ")


BAD = {
    "encrypted.pdf": (lambda: pdf(WORDS, password="secret"), "encrypted"),
    "no password.pdf": (lambda: pdf(WORDS, password=""), "encrypted"),
    "many pages.pdf": (lambda: pdf("x").replace(b"/Count 1", b"/Count 10000"), "10,000 pages"),
    "cut.pdf": (lambda: pdf(WORDS)[:200], "broken"),
    "rubbish.pdf": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 50, "broken"),
    "empty page.pdf": (lambda: pdf(""), "no text"),
    "nested.pdf": (nested_pdf, "broken|nested|no text|pages"),
    "bomb.pdf": (lambda: pdf('A\n' * 8 * 2**20, packed=True), "Limit reached"),
    "archive.zip": (lambda: zipped(b"x" * 1000), "archive"),
    "report.docx": (lambda: zipped(b"<w:t>x</w:t>"), "archive"),
    "text.txt.gz": (lambda: b"\x1f\x8b\x08" + bytes(50), "archive"),
    "latin.txt": (lambda: GERMAN.encode("latin-1"), "byte 5 is not utf-8; save it as UTF-8"),
    "latin.html": (lambda: FRAME.format(head="<title>x</title>", body=f"<p>{GERMAN}</p>").encode("latin-1"), "save it as UTF-8"),
    "unknown.html": (lambda: b"<meta charset='klingon'><html><body><p>x</p>", "klingon"),
    "rubbish.bin": (lambda: bytes(range(256)) * 40, "binary"),
    "controls.txt": (lambda: bytes(range(1, 32)) * 40, "binary"),
    "nul.txt": (lambda: WORDS.encode() + b"\0", "binary"),
    "image.png": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "binary"),
    "empty.txt": (lambda: b"", "empty"),
    "blank.txt": (lambda: b" \n\t ", "empty"),
    "signs.txt": (lambda: b"*** --- ***", "no words"),
    "large.txt": (lambda: b"word " * (2**21 + 1), "larger than 10 MB"),
    "long.txt": (lambda: b"word " * 450_000, "at most 2,000,000"),
    "laughs.xml": (
        lambda: b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha">' + b"".join(b'<!ENTITY b%d "%s">' % (n, b"&a;" * 10) for n in range(9)) + b"]><rss><channel><item><title>&b8;</title></item></channel></rss>",
        "entities of its own",
    ),
    "outside.xml": (lambda: b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&x;</title></item></channel></rss>', "entities of its own"),
    "empty.rss": (lambda: b"<rss><channel></channel></rss>", "no entries"),
    "deep.html": (lambda: b"<html><body>" + b"<div><p>" * 30_000 + b"x", "no article|no web page|cannot be read|could not"),
}  # fmt: skip


def zipped(data: bytes) -> bytes:
    """An archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", data)
    return out.getvalue()


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_its_reason_and_what_to_do(name: str, tmp_path: Path, read: Read) -> None:
    import re

    make, words = BAD[name]
    (tmp_path / name).write_bytes(make())
    said = reason(read(tmp_path / name))
    assert re.search(words, said)
    assert re.search(r"; (save|split|unpack|add|have) ", said)


def test_ten_thousand_real_pages_are_refused_though_the_count_is_a_lie(sandbox: Sandbox) -> None:
    writer = pypdf.PdfWriter()
    for _ in range(10_000):
        writer.add_blank_page(10, 10)
    out = io.BytesIO()
    writer.write(out)
    for told in (b"/Count 10000", b"/Count 1"):
        with pytest.raises(extract.Unreadable, match=r"10,000 pages"):
            sandbox.read("pdf", out.getvalue().replace(b"/Count 10000", told))


def test_what_takes_too_long_is_ended_and_the_next_one_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox(seconds=0.0) as hasty:
        with pytest.raises(extract.Unreadable, match="could not be read within"):
            hasty.read("page", page())
        hasty.seconds = 2
        with pytest.raises(extract.Unreadable, match="could not be read within"):
            hasty.read("pdf", pdf("A\n" * 3 * 2**20, packed=True))
        hasty.seconds = 60
        assert hasty.read("page", page())["title"] == "The Alke is sold"


def test_a_folder_gives_every_file_in_it_and_nothing_outside(tmp_path: Path, read: Read) -> None:
    folder, outside = tmp_path / "in", tmp_path / "out"
    for place in (folder / "sub", folder / ".git", outside):
        place.mkdir(parents=True)
    (folder / "a.txt").write_text(WORDS)
    (folder / "sub" / "b.html").write_bytes(page())
    (folder / ".hidden.txt").write_text(WORDS)
    (folder / ".git" / "c.txt").write_text(WORDS)
    (outside / "secret.txt").write_text(WORDS)
    (folder / "link.txt").symlink_to(outside / "secret.txt")
    (folder / "linked").symlink_to(outside)
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    (folder / "bad.bin").write_bytes(b"\xff" * 100)
    found = read(folder)
    drafts = [one.place for one in found if isinstance(one, Draft)]
    assert drafts == [str(folder / "a.txt"), str(folder / "sub" / "b.html")]
    refused = {Path(one.place).name: one.reason for one in found if isinstance(one, Refused)}
    assert set(refused) == {"link.txt", "linked", "loop", "pipe", "bad.bin"}
    assert "plain file" in refused["pipe"]
    assert {refused[name] for name in ("link.txt", "linked", "loop")} == {"it is a symbolic link; name what it leads to"}


def test_what_cannot_be_read_is_named(tmp_path: Path, read: Read) -> None:
    (tmp_path / "link.txt").symlink_to("/etc/passwd")
    (tmp_path / "none").mkdir()
    assert "symbolic link to /etc/passwd" in reason(read(tmp_path / "link.txt"))
    assert "no file" in reason(read(tmp_path / "none"))
    assert "No such file" in reason(read(tmp_path / "missing.txt"))
    assert "plain file" in reason(read("/dev/zero"))
    assert "404" in reason(read("https://post.example/none"))
    assert reason(read("a\0b"))
    for url in ("file:///etc/passwd", "ftp://post.example/x"):
        (refused,) = list(Acquirer().read(url))
        assert isinstance(refused, Refused) and "only http" in refused.reason


RSS = f"""<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Post</title>
<item><title>The Alke is sold</title><link>https://post.example/alke</link><pubDate>Sat, 04 May 2024 09:00:00 GMT</pubDate></item>
<item><title>Whole &lt;b&gt;text&lt;/b&gt;</title><link>https://post.example/whole</link><pubDate>Sun, 05 May 2024 09:00:00 GMT</pubDate>
<content:encoded><![CDATA[{"<p>" + WORDS + "</p>"}{"<p>Again: " + WORDS + "</p>"}{"<p>" + WORDS + "</p>"}<script>alert(1)</script>]]></content:encoded></item>
<item><title>Inside</title><link>http://127.0.0.1/x</link></item>
<item><title>No address</title></item></channel></rss>"""


def test_a_feed_gives_its_entries(read: Read, tmp_path: Path) -> None:
    bare = FRAME.replace("<h1>The Alke is sold</h1>", "").format(head="", body=f"<p>{WORDS}</p><p>{WORDS}</p>").encode()
    pages = {
        "https://post.example/feed": (RSS.encode(), "application/rss+xml"),
        "https://post.example/alke": (bare, "text/html"),
    }
    (tmp_path / "feed.xml").write_text(RSS, encoding="utf-8")
    for what in ("https://post.example/feed", tmp_path / "feed.xml"):
        fetched, whole, inside, nowhere = read(what, pages)
        assert isinstance(fetched, Draft) and isinstance(whole, Draft)
        assert (fetched.title, fetched.published, fetched.url) == (
            "The Alke is sold",
            PartialDate(2024, 5, 4),
            "https://post.example/alke",
        )
        assert (whole.title, whole.published, whole.url) == (
            "Whole text",
            PartialDate(2024, 5, 5),
            "https://post.example/whole",
        )
        assert "alert" not in whole.text and f"Again: {WORDS}" in whole.text
        assert isinstance(inside, Refused) and inside.place == "http://127.0.0.1/x"
        assert isinstance(nowhere, Refused) and "no http address" in nowhere.reason


def test_an_entry_without_an_address_is_all_that_the_feed_says_of_it(read: Read, tmp_path: Path) -> None:
    item = "<item><title>Alke</title><description>{}</description>{}</item>"
    link = "<link>https://post.example/none</link>"
    feed = "".join([item.format(WORDS, ""), item.format("Sold.", ""), item.format(WORDS, link)])
    path = tmp_path / "feed.xml"
    path.write_text(f"<rss version='2.0'><channel><title>Post</title>{feed}</channel></rss>", encoding="utf-8")
    whole, nothing, linked = read(path)
    assert isinstance(whole, Draft) and (whole.text, whole.title) == (WORDS, "Alke")
    assert isinstance(nothing, Refused) and "nothing to add" in nothing.reason
    assert isinstance(linked, Refused) and "404" in linked.reason  # a teaser is not taken for the article


def test_an_atom_feed_and_a_feed_in_a_feed(read: Read) -> None:
    atom = """<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><title>E</title><link href="/feed"/>
    <published>2024-05-04T00:00:00Z</published></entry></feed>"""
    url = "https://post.example/feed"
    assert "feed within a feed" in reason(read(url, {url: (atom.encode(), "application/atom+xml")}))


@given(st.binary(max_size=400), st.sampled_from(["page", "pdf", "feed"]))
@settings(max_examples=80, deadline=None)
def test_any_bytes_are_answered(data: bytes, kind: str) -> None:
    start = {"page": b"<html><body><article>", "pdf": b"%PDF-1.4\n", "feed": b"<rss><channel><item>"}[kind]
    found = extract.answer({"kind": kind, "charset": None, "address": None}, start + data)
    assert found.get("refused") or found.get("text") or found.get("entries")
