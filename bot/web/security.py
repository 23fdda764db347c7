"""What every response of the web app says to the browser, and what the page may load: nothing from elsewhere."""

import re
import secrets

from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 2_000_000
"""Bytes of a request; a question has at most 2,000 characters."""

_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; worker-src 'self' blob:; "
    "form-action 'self'; base-uri 'self'; frame-ancestors 'none'; object-src 'none'"
)
# Gradio's front end compiles its templates with `new Function`, hence 'unsafe-eval'; no script in the page's HTML runs
# without the nonce of this one response.
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_PREVIEW = re.compile(rb'\s*<meta\s+(?:property|name)="(?:og|twitter):[^>]*>', re.DOTALL)


class Guard:
    """An ASGI layer: security headers on everything, a policy and a nonce on each page, no request of unbounded size."""

    def __init__(self, app: ASGIApp, head: bytes) -> None:
        self.app = app
        self.head = head

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif _length(scope) > MAX_BODY:
            await _too_large(send)
        else:
            await self.app(_uncompressed(scope), _bounded(receive), Page(send, self.head).send)


class Page:
    """One response on its way out; a page of HTML is held back until it is whole, then given its policy."""

    def __init__(self, send: Send, head: bytes) -> None:
        self._send = send
        self._head = head
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        """Sends a part of the response, or keeps it."""
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *_encoded(_HEADERS)]}
            if _is_page(message):
                self._start = message
                return
        if self._start is None:
            await self._send(message)
            return
        self._body += message.get("body", b"")
        if not message.get("more_body"):
            await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        nonce = secrets.token_urlsafe(18)
        body = prepare(self._body, nonce, self._head)
        kept = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
        own = {
            "content-security-policy": _POLICY.format(nonce=nonce),
            "content-length": str(len(body)),
            "cache-control": "no-store",
        }
        await self._send({**start, "headers": [*kept, *_encoded(own)]})
        await self._send({"type": "http.response.body", "body": body})


def prepare(page: bytes, nonce: str, head: bytes) -> bytes:
    """Gradio's page with our head, with the nonce on its scripts, without the addresses of previews on other hosts."""
    bare = _PREVIEW.sub(b"", page)
    whole = bare.replace(b"</head>", head + b"</head>", 1)
    return whole.replace(b"<script", b'<script nonce="' + nonce.encode() + b'"')


def _is_page(start: Message) -> bool:
    return any(name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in start["headers"])


def _encoded(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def _length(scope: Scope) -> int:
    given = dict(scope["headers"]).get(b"content-length", b"0")
    return int(given) if given.isdigit() else 0


def _bounded(receive: Receive) -> Receive:
    """A body without a length may not grow beyond the bound either; then it is as if the client had gone."""
    read = 0

    async def bounded() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        return message if read <= MAX_BODY else {"type": "http.disconnect"}

    return bounded


def _uncompressed(scope: Scope) -> Scope:
    """A page must be readable here to be given its nonce, so it is not asked for compressed."""
    if not scope["path"].endswith("/"):
        return scope
    return {**scope, "headers": [header for header in scope["headers"] if header[0] != b"accept-encoding"]}


async def _too_large(send: Send) -> None:
    body = b"The request is too large."
    headers = _encoded({"content-type": "text/plain", "content-length": str(len(body))})
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
