"""What is fetched comes from public hosts only and stays within its limits; servers of the tests' own stand for them."""

import contextlib
import gzip
import json
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.fetch import MAX_BYTES, MAX_REDIRECTS, Fetcher, FetchError, target_of
from corpus.public import is_public

CASES: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "hostile_addresses.json").read_text(encoding="utf-8"))
PUBLIC = "93.184.215.14"
STORY = b"<html><body><p>A story.</p></body></html>"
Answer = tuple[int, dict[str, str], bytes | Iterator[bytes]]


@dataclass
class Site:
    """A server on loopback that answers for every public address: path to status, headers and body; what was asked for."""

    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    connected: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    names: dict[str, list[list[str]]] = field(default_factory=dict)
    port: int = 0

    def resolve(self, host: str, port: int, seconds: float) -> Sequence[str]:
        """The answers of a name, one after the other, the last one for ever."""
        answers = self.names.get(host, [[PUBLIC]])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def connect(self, address: str, port: int, seconds: float) -> socket.socket:
        """Notes the address and connects to the server of the test."""
        self.connected.append(address)
        return socket.create_connection(("127.0.0.1", self.port), timeout=seconds)

    def fetcher(self, seconds: float = 10.0) -> Fetcher:
        """A fetcher that reaches this site alone."""
        return Fetcher(self.resolve, self.connect, seconds=seconds)


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append(self.path)
            made.headers.append(dict(self.headers.items()))
            status, headers, body = made.pages.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):  # the reader may have had enough
                for piece in [body] if isinstance(body, bytes) else body:
                    self.wfile.write(piece)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


def html(body: bytes = STORY, **headers: str) -> Answer:
    """A page."""
    return 200, {"Content-Type": "text/html; charset=UTF-8", **headers}, body


def test_there_are_enough_hostile_addresses() -> None:
    assert sum(len(CASES[kind]) for kind in ("direct", "resolved", "redirects", "rebinding")) >= 200


@pytest.mark.parametrize("url", CASES["direct"])
def test_no_connection_is_made_to_a_hostile_address(url: str, site: Site) -> None:
    with pytest.raises(FetchError):
        site.fetcher().fetch(url)
    assert not site.connected


@pytest.mark.parametrize("case", CASES["resolved"], ids=lambda case: case["url"])
def test_no_connection_is_made_where_a_name_leads_inside(case: dict[str, Any], site: Site) -> None:
    fetcher = Fetcher(lambda host, port, seconds: case["answers"], site.connect)
    with pytest.raises(FetchError, match="no public address"):
        fetcher.fetch(case["url"])
    assert not site.connected


@pytest.mark.parametrize("location", CASES["redirects"])
@pytest.mark.parametrize("status", [302, 307])
def test_no_redirect_leads_inside(location: str, status: int, site: Site) -> None:
    site.names["private.example"] = [["10.0.0.1"]]
    site.pages["/story"] = (status, {"Location": location.encode().decode("latin-1")}, b"")
    with pytest.raises(FetchError):
        site.fetcher().fetch("http://news.example/story")
    assert "/story" in site.asked
    assert set(site.connected) == {PUBLIC}


@pytest.mark.parametrize("case", CASES["rebinding"], ids=lambda case: case["then"][0])
def test_a_name_that_changes_its_mind_is_not_followed_inside(case: dict[str, Any], site: Site) -> None:
    site.pages["/story"] = html()
    site.names["news.example"] = [case["first"], case["then"]]
    with pytest.raises(FetchError, match="no public address"):
        site.fetcher().fetch("http://news.example/story")
    assert site.connected == case["first"]


@pytest.mark.parametrize("url", CASES["public"])
def test_public_addresses_are_fetched(url: str, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    target = target_of(url)
    site.pages[target.path] = html()
    fetcher = Fetcher(site.resolve, site.connect, tls=Plain)  # type: ignore[arg-type]
    page = fetcher.fetch(url)
    assert (page.body, page.media_type, page.charset, page.url) == (STORY, "text/html", "utf-8", target.url)
    assert all(is_public(address) for address in site.connected)


class Plain:
    """Stands for TLS where only the name that it would check is looked at."""

    names: ClassVar[list[str]] = []

    def wrap_socket(self, plain: socket.socket, server_hostname: str) -> socket.socket:
        """Notes the name."""
        self.names.append(server_hostname)
        return plain.dup()


def test_the_certificate_is_checked_against_the_name_while_the_connection_goes_to_the_checked_address(site: Site) -> None:
    site.pages["/story"] = html()
    Plain.names.clear()
    Fetcher(site.resolve, site.connect, tls=Plain).fetch("https://news.example/story")  # type: ignore[arg-type]
    assert set(Plain.names) == {"news.example"}
    assert set(site.connected) == {PUBLIC}
    context = Fetcher().tls()
    assert context.check_hostname
    assert context.verify_mode == ssl.CERT_REQUIRED
    with pytest.raises(FetchError, match="did not give it"):  # the real context does not take a server without TLS
        site.fetcher().fetch("https://news.example/story")


def test_nothing_of_the_user_is_sent(site: Site) -> None:
    site.pages["/story"] = html(**{"Set-Cookie": "a=b"})
    fetcher = site.fetcher()
    fetcher.fetch("http://news.example/story#part")
    fetcher.fetch("http://news.example/story")
    assert site.asked == ["/robots.txt", "/story", "/story"]
    assert all(set(sent) == {"Host", "User-Agent", "Accept-Encoding", "Connection"} for sent in site.headers)


def test_redirects_are_followed_up_to_five(site: Site) -> None:
    site.pages |= {f"/{n}": (301, {"Location": f"/{n + 1}"}, b"") for n in range(MAX_REDIRECTS)}
    site.pages[f"/{MAX_REDIRECTS}"] = html()
    assert site.fetcher().fetch("http://news.example/0").url == f"http://news.example/{MAX_REDIRECTS}"
    site.pages[f"/{MAX_REDIRECTS}"] = (301, {"Location": "/0"}, b"")
    with pytest.raises(FetchError, match="more than 5 times"):
        site.fetcher().fetch("http://news.example/0")


def endless(piece: bytes) -> Iterator[bytes]:
    """A body that does not end."""
    while True:
        yield piece


def test_what_is_too_large_is_refused_before_all_of_it_is_read(site: Site) -> None:
    site.pages["/endless"] = html(endless(b"x" * 65536))  # type: ignore[arg-type]
    site.pages["/exact"] = html(b"x" * MAX_BYTES)
    site.pages["/over"] = html(b"x" * (MAX_BYTES + 1))
    for path in ("/endless", "/over"):
        with pytest.raises(FetchError, match=r"larger than 10\.0 MB"):
            site.fetcher().fetch(f"http://news.example{path}")
    assert len(site.fetcher().fetch("http://news.example/exact").body) == MAX_BYTES


def test_compressed_data_is_opened_only_as_far_as_the_limit(site: Site) -> None:
    bomb = zlib.compressobj(9, wbits=31)
    packed = b"".join(bomb.compress(bytes(2**20)) for _ in range(300)) + bomb.flush()
    assert len(packed) < 400_000
    site.pages["/bomb"] = html(packed, **{"Content-Encoding": "gzip"})
    site.pages["/story"] = html(gzip.compress(STORY), **{"Content-Encoding": "gzip"})
    site.pages["/cut"] = html(gzip.compress(STORY)[:-12], **{"Content-Encoding": "gzip"})
    site.pages["/short"] = html(STORY, **{"Content-Length": "1000"})
    site.pages["/broken"] = html(b"no gzip", **{"Content-Encoding": "gzip"})
    site.pages["/twice"] = html(b"x", **{"Content-Encoding": "gzip, gzip"})
    assert site.fetcher().fetch("http://news.example/story").body == STORY
    refused = {"bomb": "larger than", "cut": "ends too early", "short": "ends too early", "broken": "did not give"}
    for path, reason in {**refused, "twice": "compression"}.items():
        with pytest.raises(FetchError, match=reason):
            site.fetcher().fetch(f"http://news.example/{path}")


def drip(pieces: bytes) -> Iterator[bytes]:
    """A body of which a byte comes now and then."""
    for at in range(len(pieces)):
        time.sleep(0.05)
        yield pieces[at : at + 1]


def test_a_slow_answer_is_cut_wherever_it_is_slow(site: Site) -> None:
    site.pages["/slow"] = html(drip(b"x" * 200))  # type: ignore[arg-type]
    fetcher = site.fetcher(0.6)
    started = time.monotonic()
    with pytest.raises(FetchError, match="took more than 1 seconds"):
        fetcher.fetch("http://news.example/slow")
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections and never says anything
        site.port = silent.getsockname()[1]
        for url in ("http://news.example/", "https://news.example/"):
            with pytest.raises(FetchError, match="took more than"):
                site.fetcher(0.6).fetch(url)
    slow_name = Fetcher(lambda host, port, seconds: time.sleep(0.7) or [PUBLIC], site.connect, seconds=0.6)
    with pytest.raises(FetchError, match="took more than"):
        slow_name.fetch("http://news.example/")
    assert time.monotonic() - started < 15  # seconds of slowness in total would be 10 for the body alone


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429, 500, 503])
def test_other_statuses_are_no_page(status: int, site: Site) -> None:
    site.pages["/story"] = (status, {}, STORY)
    with pytest.raises(FetchError, match=f"status {status}"):
        site.fetcher().fetch("http://news.example/story")


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        (b"User-agent: *\nDisallow: /", False),
        (b"User-agent: *\nDisallow: /sto*y$", False),
        (b"User-agent: *\nDisallow: /\nAllow: /story", True),
        (b"User-agent: dealbrief\nDisallow: /story\n\nUser-agent: *\nAllow: /", False),
        (b"User-agent: other\nDisallow: /", True),
        (b"\xff\xfe rubbish", True),
        (b"", True),
    ],
)
def test_robots_txt_is_heeded(rules: bytes, allowed: bool, site: Site) -> None:
    site.pages |= {"/robots.txt": (200, {"Content-Type": "text/plain"}, rules), "/story": html()}
    if allowed:
        assert site.fetcher().fetch("http://news.example/story").body == STORY
    else:
        with pytest.raises(FetchError, match=r"robots\.txt"):
            site.fetcher().fetch("http://news.example/story")
        assert site.asked == ["/robots.txt"]


def test_robots_txt_is_asked_for_once_a_site_and_again_where_a_redirect_leads(site: Site) -> None:
    site.pages |= {"/story": (302, {"Location": "http://other.example/story"}, b""), "/fine": html()}
    fetcher = site.fetcher()
    fetcher.fetch("http://news.example/fine")
    fetcher.fetch("http://news.example/fine")
    assert site.asked.count("/robots.txt") == 1
    site.pages["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /story")
    with pytest.raises(FetchError, match=r"robots\.txt of other\.example"):
        fetcher.fetch("http://news.example/story")


def test_a_robots_txt_that_cannot_be_had_lets_nobody_in(site: Site) -> None:
    site.pages |= {"/robots.txt": (503, {}, b""), "/story": html()}
    with pytest.raises(FetchError, match=r"robots\.txt cannot be read"):
        site.fetcher().fetch("http://news.example/story")


@given(st.ip_addresses(v=4))
def test_python_calls_no_address_private_that_we_call_public(address: Any) -> None:
    assert not (is_public(str(address)) and (not address.is_global or address.is_multicast))


@given(st.integers(0, 2**32 - 1))
def test_no_ipv6_form_of_an_ipv4_address_is_public(number: int) -> None:
    low, high = number & 0xFFFF, number >> 16
    forms = (
        "::{:x}:{:x}",
        "::ffff:{:x}:{:x}",
        "::ffff:0:{:x}:{:x}",
        "64:ff9b::{:x}:{:x}",
        "2002:{:x}:{:x}::1",
        "2001:0:{:x}:{:x}::1",
    )
    assert not any(is_public(form.format(high, low)) for form in forms)


@given(st.text(min_size=1, max_size=40))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    for url in (text, f"http://{text}", f"http://{text}/x", f"http://news.example/{text}"):
        with contextlib.suppress(FetchError):
            target = target_of(url)
            assert target.url.isascii()
            assert target_of(target.url) == target
