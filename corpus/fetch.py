"""A web address to what stands there, from public hosts only and within limits.

An address is taken apart and refused where two readers could take it differently; its host is resolved once, every
answer must be public, and the connection goes to one of these answers, so that a second resolution cannot move it.
Each redirect passes the same gate. No setting opens private addresses; tests give another resolver and connector.
"""

import http.client
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import quote, urljoin, urlsplit

from corpus.errors import BriefingError
from corpus.public import is_public

MAX_BYTES = 10 * 2**20
"""Bytes of one page, as sent and decompressed."""
SECONDS = 20.0
"""Time for one address with its redirects and robots.txt."""
MAX_REDIRECTS = 5
ROBOTS_BYTES = 500 * 2**10  # RFC 9309 section 2.5
AGENT = "Dealbrief"
_BY_HAND = "; save the text and add the file"
_INTERNAL = frozenset("localhost local localdomain internal intranet lan home corp private arpa svc onion invalid".split())
"""Last labels of names that lead into a machine or its network (RFC 6761, 6762, 8375, and what ICANN leaves to them)."""
_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)+")
_NUMERIC = re.compile(r"\d+|0x[0-9a-f]*")

Resolver = Callable[[str, int, float], Sequence[str]]
"""Host, port and seconds to the addresses of the host; OSError where there are none."""
Connector = Callable[[str, int, float], socket.socket]
"""Address, port and seconds to a connected socket; OSError where there is none."""


class FetchError(BriefingError):
    """An address that is not fetched, and why."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart: scheme, host in ASCII, port, and path with query as they are sent."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Host and port as the Host header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole address."""
        return f"{self.scheme}://{self.authority}{self.path}"


@dataclass(frozen=True, slots=True)
class Page:
    """What an address gave: where it lay in the end, its media type and charset in lower case, its bytes."""

    url: str
    media_type: str
    charset: str | None
    body: bytes


_PORTS = {"http": 80, "https": 443}


def target_of(url: str) -> Target:
    """Takes an address apart. FetchError says what about it is not fetched."""
    if re.search(r"[\x00-\x20\x7f-\xa0\\]", url):
        raise FetchError("the address holds spaces, control characters or backslashes")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise FetchError(f"the address cannot be read: {error}") from error
    if parts.scheme not in _PORTS:
        raise FetchError("only http:// and https:// addresses are fetched")
    if "@" in parts.netloc:
        raise FetchError("an address with a user name or password is not fetched; leave them out")
    if not parts.hostname or "%" in parts.netloc or port == 0:
        raise FetchError("the address names no host that can be fetched from")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (f"?{quote(parts.query, safe=_QUERY)}" if parts.query else "")
    host = _literal(parts.hostname) if parts.netloc.startswith("[") else _host(parts.hostname)
    return Target(parts.scheme, host, port or _PORTS[parts.scheme], path)


_QUERY = "/?%:@!$&'()*+,;=~-._[]"


def _literal(host: str) -> str:
    try:
        return str(IPv6Address(host))
    except ValueError as error:
        raise FetchError(f"{host} is no IPv6 address") from error


def _host(given: str) -> str:
    """The host in ASCII; an address only in its plain form, a name only where it can be a public one."""
    host = given.lower()
    if not host.isascii():
        import idna

        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError) as error:
            raise FetchError(f"{given} is no name of a host") from error
    host = host.removesuffix(".")
    last = host.rpartition(".")[2]
    if _NUMERIC.fullmatch(last):
        try:
            return str(IPv4Address(host))
        except ValueError as error:
            raise FetchError(f"{given} is a number where a name or a plain address is needed") from error
    if not _NAME.fullmatch(host) or last in _INTERNAL:
        raise FetchError(f"{given} is no name of a public host")
    return host


def system_addresses(host: str, port: int, seconds: float) -> Sequence[str]:
    """What the system's resolver says, within a time: in a thread, because getaddrinfo cannot be stopped."""
    found: list[str] = []
    failed: list[OSError] = []

    def resolve() -> None:
        try:
            entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.extend(dict.fromkeys(str(entry[4][0]) for entry in entries))
        except OSError as error:
            failed.append(error)

    thread = threading.Thread(target=resolve, daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if thread.is_alive():
        raise TimeoutError("the name was not resolved in time")
    return found


def open_socket(address: str, port: int, seconds: float) -> socket.socket:
    """A connection to an address."""
    return socket.create_connection((address, port), timeout=seconds)


@cache
def _tls() -> ssl.SSLContext:
    """The system's certificates and certifi's: some systems' Python has none of its own."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


@dataclass
class Fetcher:
    """Fetches addresses; what robots.txt of a host says is asked for once."""

    resolve: Resolver = system_addresses
    connect: Connector = open_socket
    tls: Callable[[], ssl.SSLContext] = _tls
    seconds: float = SECONDS
    _robots: dict[str, Callable[[str], bool]] = field(default_factory=dict)

    def fetch(self, url: str) -> Page:
        """What stands at an address. FetchError says why there is nothing or why it is not fetched."""
        return self._follow(url, time.monotonic() + self.seconds, MAX_BYTES, heed_robots=True)

    def _follow(self, url: str, until: float, limit: int, *, heed_robots: bool) -> Page:
        for _ in range(MAX_REDIRECTS + 1):
            target = target_of(url)
            if heed_robots and not self._allowed(target, until):
                raise FetchError(f"robots.txt of {target.host} does not want {target.path} to be fetched{_BY_HAND}")
            status, headers, body = self._get(target, until, limit)
            location = headers.get("Location")
            if status in (301, 302, 303, 307, 308) and location:
                url = urljoin(target.url, location)
                continue
            if status != 200:
                raise _Answered(status)
            charset = headers.get_content_charset()
            return Page(target.url, headers.get_content_type(), charset, body)
        raise FetchError(f"it redirects more than {MAX_REDIRECTS} times; name the address that it ends at")

    def _allowed(self, target: Target, until: float) -> bool:
        """Whether robots.txt lets us: no such file does, one that cannot be had does not (RFC 9309 section 2.3.1)."""
        site = f"{target.scheme}://{target.authority}"
        if site not in self._robots:
            self._robots[site] = self._read_robots(site, until)
        return self._robots[site](target.url)

    def _read_robots(self, site: str, until: float) -> Callable[[str], bool]:
        from protego import Protego

        try:
            page = self._follow(f"{site}/robots.txt", until, ROBOTS_BYTES, heed_robots=False)
        except _Answered as error:
            if 400 <= error.status < 500:
                return lambda url: True
            raise FetchError(f"its robots.txt cannot be read (status {error.status}); try again later") from error
        rules = Protego.parse(page.body.decode("utf-8", "replace"))
        return lambda url: bool(rules.can_fetch(url, AGENT))

    def _get(self, target: Target, until: float, limit: int) -> tuple[int, Message, bytes]:
        """One request: status, headers and decompressed body."""
        try:
            with self._connected(target, until) as stream:
                connection = http.client.HTTPConnection(target.host, target.port)
                connection.sock = stream
                headers = {
                    "Host": target.authority,
                    "User-Agent": f"{AGENT}/1",
                    "Accept-Encoding": "gzip",
                    "Connection": "close",
                }
                connection.request("GET", target.path, headers=headers)
                response = connection.getresponse()
                body = b"" if 300 <= response.status < 400 else _body(response, limit)
                _left(until)  # a connection that was cut looks like one that ended
                return response.status, response.headers, body
        except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
            if time.monotonic() >= until:
                raise FetchError(f"it took more than {self.seconds:.0f} seconds; try again later") from error
            raise FetchError(
                f"{target.host} did not give it: {_reason(error)}; check the address or try again later"
            ) from error

    @contextmanager
    def _connected(self, target: Target, until: float) -> Iterator[socket.socket]:
        """A connection to a checked address of the host, cut when the time is over, whatever is being waited for."""
        plain = self._open(target, until)
        handle = plain.dup()
        timer = threading.Timer(max(until - time.monotonic(), 0), _cut, (handle,))
        timer.daemon = True
        timer.start()
        try:
            secured = self.tls().wrap_socket(plain, server_hostname=target.host) if target.scheme == "https" else plain
            with secured:
                yield secured
        finally:
            timer.cancel()
            handle.close()
            plain.close()

    def _open(self, target: Target, until: float) -> socket.socket:
        failure: OSError = OSError("no address")
        for address in self._addresses(target, until):
            try:
                return self.connect(address, target.port, _left(until))
            except OSError as error:
                failure = error
        raise failure

    def _addresses(self, target: Target, until: float) -> list[str]:
        """The addresses of the host, all of them public."""
        try:
            found = [str(ip_address(target.host))]
        except ValueError:
            found = list(dict.fromkeys(self.resolve(target.host, target.port, _left(until))))
        for address in found:
            if not is_public(address):
                raise FetchError(f"{target.host} lies at {address}, which is no public address{_BY_HAND}")
        return found


class _Answered(FetchError):
    """A status that is no page."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the answer was status {status}; check the address or try again later")
        self.status = status


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("the time is over")
    return left


def _cut(handle: socket.socket) -> None:
    with suppress(OSError):  # it may be closed already
        handle.shutdown(socket.SHUT_RDWR)


def _body(response: http.client.HTTPResponse, limit: int) -> bytes:
    """The body, decompressed as far as the limit and no further."""
    encoding = (response.headers.get("Content-Encoding") or "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip"):
        raise FetchError(f"its compression {encoding!r} is not one that was asked for{_BY_HAND}")
    inflate = zlib.decompressobj(31) if encoding != "identity" else None
    body = bytearray()
    received = 0
    while piece := response.read1(65536):
        received += len(piece)
        body += inflate.decompress(piece, limit + 1 - len(body)) if inflate else piece
        if max(received, len(body)) > limit:
            raise FetchError(f"it is larger than {limit / 2**20:.1f} MB{_BY_HAND}")
    if response.length or (inflate and not inflate.eof):
        raise FetchError("it ends too early; try again later")
    return bytes(body)


def _reason(error: Exception) -> str:
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(said).split())[:200]
