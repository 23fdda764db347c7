"""The same functions as MCP tools at /mcp: streamable HTTP without sessions, for clients that speak the Model Context Protocol.

Gradio's own MCP server is not used: it writes results as Python's repr, and its direct calls pass by the page's password.
"""

import inspect
from base64 import b64decode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial, wraps
from hmac import compare_digest
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.chatbot import Chatbot
from bot.web.functions import Functions
from bot.web.limits import Limiter
from bot.wording import say
from corpus.errors import BriefingError

if TYPE_CHECKING:
    from mcp.server.fastmcp import FastMCP

PATH = "/mcp"
AT_ONCE = 8
Login = tuple[str, str] | None


class McpError(BriefingError):
    """MCP tools cannot be served."""


def add_tools(app: Starlette, bot: Chatbot, limiter: Limiter, login: Login, *, local: bool) -> None:
    """Serves the tools at /mcp of an app; where the page has a password, with HTTP's basic authentication.

    `local` keeps other sites' pages out by the host that a request names. McpError where the package is not installed.
    """
    try:
        server = _server(bot, limiter, local)
    except ImportError as error:
        raise McpError("--mcp needs the package mcp. Install it with: pip install 'dealbrief[mcp]'") from error
    (route,) = server.streamable_http_app().routes
    assert isinstance(route, Route)
    app.router.routes.append(Route(PATH, endpoint=_Door(route.app, login)))
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(within: Any) -> AsyncIterator[Any]:
        async with inner(within) as state, server.session_manager.run():
            yield state

    app.router.lifespan_context = lifespan


def _server(bot: Chatbot, limiter: Limiter, local: bool) -> "FastMCP":
    from mcp.server.fastmcp import FastMCP
    from mcp.server.transport_security import TransportSecuritySettings

    hosts = ["127.0.0.1:*", "localhost:*", "[::1]:*"]
    origins = [f"http://{host}" for host in hosts]
    security = TransportSecuritySettings(enable_dns_rebinding_protection=local, allowed_hosts=hosts, allowed_origins=origins)
    server = FastMCP("Dealbrief", stateless_http=True, json_response=True, log_level="WARNING", transport_security=security)
    for function in Functions(bot).all:
        server.add_tool(_tool(function, limiter))
    return server


def _tool(function: Callable[..., Any], limiter: Limiter) -> Callable[..., Any]:
    """The function as a tool: in a thread of its own, a few at once, the requests of each client counted."""
    from anyio import CapacityLimiter, to_thread
    from mcp.server.fastmcp import Context

    room = CapacityLimiter(AT_ONCE)

    @wraps(function)
    async def tool(*, context: Any, **given: Any) -> Any:
        request = context.request_context.request
        if not limiter.admits(request.client.host if request and request.client else ""):
            raise BriefingError(say("busy", "en"))
        return await to_thread.run_sync(partial(function, **given), limiter=room)

    own = inspect.signature(function)
    last = inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=Context)
    tool.__signature__ = own.replace(parameters=[*own.parameters.values(), last])  # type: ignore[attr-defined]
    tool.__annotations__ = {**function.__annotations__, "context": Context}
    return tool


class _Door:
    """An ASGI layer that lets in who gives user and password, or everybody where there is none."""

    def __init__(self, app: ASGIApp, login: Login) -> None:
        self.app = app
        self.expected = ":".join(login).encode() if login else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or answers 401."""
        if self.expected is None or compare_digest(_given(scope), self.expected):
            await self.app(scope, receive, send)
        else:
            await Response(status_code=401, headers={"www-authenticate": 'Basic realm="Dealbrief"'})(scope, receive, send)


def _given(scope: Scope) -> bytes:
    """User and password of a request as they stand in its header."""
    kind, _, value = dict(scope["headers"]).get(b"authorization", b"").partition(b" ")
    try:
        return b64decode(value, validate=True) if kind.lower() == b"basic" else b""
    except ValueError:
        return b""
