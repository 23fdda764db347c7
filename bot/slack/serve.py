"""Running the app: over a socket that it opens itself, or behind an address that Slack calls."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from filelock import FileLock, Timeout
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from slack_sdk.errors import SlackApiError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from websocket import WebSocketException

from bot.settings import Settings
from bot.slack.app import STOP_SECONDS, SlackApp
from bot.slack.socket import Socket
from bot.slack.workspaces import SlackError, refused, required, unreachable, web_client

MAX_BODY = 1_000_000
PATH = "/slack/events"
_log = logging.getLogger(__name__)


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Keeps other processes from running the app of this home; SlackError where one does."""
    settings.home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.home / "slack.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise SlackError(f"Another dealbrief slack runs over {settings.home}. Stop it, or give another --home.") from None
    except OSError as error:
        raise SlackError(f"{settings.home} cannot be used: {error.strerror}. Give another --home.") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def socket_mode(app: SlackApp, settings: Settings, seconds: float = STOP_SECONDS) -> Iterator[None]:
    """The app behind a socket to Slack, until the block ends; then it has so long to finish.

    SlackError says what is wrong with the app token.
    """
    socket = Socket(app.bolt(), web_client(None, settings), required(settings, "DEALBRIEF_SLACK_APP_TOKEN"))
    app.start()
    try:
        connect(socket, settings)
        try:
            yield
        finally:
            socket.close()
    finally:
        _say_what_is_left(app.stop(seconds))


def connect(socket: Socket, settings: Settings) -> None:
    """Connects. SlackError says why it cannot."""
    try:
        socket.connect()
    except SlackApiError as error:
        raise refused("DEALBRIEF_SLACK_APP_TOKEN", error) from error
    except (WebSocketException, OSError) as error:
        raise unreachable(settings, error) from error


def http_app(app: SlackApp, settings: Settings) -> Starlette:
    """The address that Slack calls, behind its signature, and /healthz."""
    bolt = app.bolt(required(settings, "DEALBRIEF_SLACK_SIGNING_SECRET"))

    async def events(request: Request) -> Response:
        length = request.headers.get("content-length", "")
        if not length.isdigit() or int(length) > MAX_BODY:
            return PlainTextResponse("The request is too large.", 413)
        body = await request.body()
        try:
            asked = to_bolt_request(request, body)
        except UnicodeDecodeError:
            return PlainTextResponse("The request is not UTF-8.", 400)
        return to_starlette_response(await run_in_threadpool(bolt.dispatch, asked))

    async def health(request: Request) -> Response:
        return JSONResponse({"status": "ok", "workspaces": len(app.workspaces)})

    return Starlette(routes=[Route(PATH, events, methods=["POST"]), Route("/healthz", health)])


@contextmanager
def http_mode(app: SlackApp, settings: Settings) -> Iterator[str]:
    """The app behind an address of this machine, until the block ends."""
    served = http_app(app, settings)
    config = uvicorn.Config(served, host=settings.host, port=settings.slack_port, log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    app.start()
    thread = threading.Thread(target=server.run, name="slack-http", daemon=True)
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                raise SlackError(f"Port {settings.slack_port} of {settings.host} cannot be used. Set DEALBRIEF_SLACK_PORT.")
            thread.join(0.05)
        yield f"http://{settings.host}:{server.servers[0].sockets[0].getsockname()[1]}{PATH}"
    finally:
        server.should_exit = True
        thread.join(10)
        _say_what_is_left(app.stop())


def _say_what_is_left(count: int) -> None:
    if count:
        _log.warning("%s of Slack are not done; they will be at the next start", count)
