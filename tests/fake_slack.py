"""A Slack of our own on loopback: its Web API over HTTP, its socket, its signed calls, its limits, and its bad days."""

import asyncio
import hashlib
import hmac
import itertools
import json
import random
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from slack_limits import faults
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

SECRET = "0123456789abcdef0123456789abcdef"
APP_TOKEN = "xapp-1-A1-good"
SCOPES = "app_mentions:read,assistant:write,channels:history,chat:write,commands,groups:history,im:history"
TRIGGER_SECONDS = 3.0
REDELIVER_SECONDS = 3.0


def bot_token(team: str) -> str:
    """The bot token of a workspace."""
    return f"xoxb-{team}"


@dataclass
class Envelope:
    """Something sent over the socket until it is acknowledged."""

    body: dict[str, Any]
    type: str
    sent: list[float] = field(default_factory=list)
    received: threading.Event = field(default_factory=threading.Event)
    waited: float | None = None
    """Seconds from the first sending to the first acknowledgement."""


class FakeSlack:
    """Workspaces with channels, threads and messages; everything that was called is kept in `calls`."""

    def __init__(self, teams: tuple[str, ...] = ("T1",), seed: int = 1) -> None:
        self.teams = teams
        self.scopes = SCOPES
        self.calls: list[tuple[str, dict[str, Any], float]] = []
        self.messages: list[dict[str, Any]] = []
        self.views: dict[str, dict[str, Any]] = {}
        self.faults: list[str] = []
        self.limited = 0.0
        """Share of calls that are answered with 429."""
        self.refuse: dict[str, list[tuple[int, dict[str, str], dict[str, Any]]]] = {}
        self.streams = True
        self.url: str | None = None
        """Where the app is to be called; without it everything goes over the socket."""
        self.slow = 0.0
        """Seconds that each call takes."""
        self._random = random.Random(seed)
        self._lock = threading.RLock()
        self._last = 0.0
        self._numbers = itertools.count(1)
        self._triggers: dict[str, float] = {}
        self._pending: dict[str, Envelope] = {}
        self._sockets: set[ServerConnection] = set()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "FakeSlack":
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)

    @property
    def api(self) -> str:
        """The address of the Web API."""
        return f"http://127.0.0.1:{self.port}/api/"

    def now(self) -> str:
        """The id of a message of this moment; later ones are greater."""
        with self._lock:
            self._last = max(time.time(), self._last + 0.000002)
            return f"{self._last:.6f}"

    def of(self, method: str) -> list[dict[str, Any]]:
        """What was sent to a method."""
        with self._lock:
            return [data for name, data, _ in self.calls if name == method]

    def bot_says(self, channel: str | None = None, thread: str | None = None, team: str | None = None) -> list[dict[str, Any]]:
        """The messages of the app that stand in Slack now."""
        with self._lock:
            return [
                message
                for message in self.messages
                if message["user"].startswith("UBOT")
                and channel in (None, message["channel"])
                and thread in (None, message.get("thread_ts"))
                and team in (None, message["team"])
            ]

    def refuse_once(self, method: str, error: str, status: int = 200, **headers: str) -> None:
        """The next call of a method fails."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.refuse.setdefault(method, []).append((status, named, {"ok": False, "error": error}))

    def trigger(self) -> str:
        """A trigger as a press of a button carries it: good once, for three seconds."""
        name = f"trigger-{next(self._numbers)}"
        self._triggers[name] = time.monotonic()
        return name

    def write(
        self, text: str, channel: str = "C1", thread: str | None = None, user: str = "U1", team: str = "T1"
    ) -> dict[str, Any]:
        """A person writes a message; it stands in Slack and is given as its event."""
        message = {"type": "message", "user": user, "text": text, "ts": self.now(), "channel": channel, "team": team}
        message |= {"channel_type": "im" if channel.startswith("D") else "channel"}
        if thread:
            message["thread_ts"] = thread
        with self._lock:
            self.messages.append(dict(message))
        return message

    def event(self, event: Mapping[str, Any], team: str = "T1", id: str | None = None) -> dict[str, Any]:
        """The body in which an event comes."""
        return {
            "type": "event_callback",
            "team_id": team,
            "api_app_id": "A1",
            "event_id": id or f"Ev{next(self._numbers)}",
            "event_time": int(time.time()),
            "event": dict(event),
            "authorizations": [{"team_id": team, "user_id": f"UBOT{team}", "is_bot": True}],
        }

    def command(self, text: str, channel: str = "C1", user: str = "U1", team: str = "T1") -> dict[str, Any]:
        """The body in which a slash command comes."""
        return {
            "command": "/dealbrief",
            "text": text,
            "user_id": user,
            "channel_id": channel,
            "team_id": team,
            "response_url": f"http://127.0.0.1:{self.port}/respond/{channel}/{user}",
            "trigger_id": self.trigger(),
        }

    def press(
        self,
        action: Mapping[str, Any],
        message: Mapping[str, Any] | None = None,
        user: str = "U1",
        team: str = "T1",
        **more: Any,
    ) -> dict[str, Any]:
        """The body in which the press of a button comes."""
        body: dict[str, Any] = {
            "type": "block_actions",
            "user": {"id": user},
            "team": {"id": team},
            "trigger_id": self.trigger(),
        }
        body["actions"] = [{"block_id": "b", "action_ts": "1", **action}]
        if message is not None:
            body |= {"channel": {"id": message["channel"]}, "message": dict(message), "container": {"type": "message"}}
            body["response_url"] = f"http://127.0.0.1:{self.port}/respond/{message['channel']}/{user}"
        return body | more

    # --- what Slack sends

    def send(self, body: dict[str, Any], type: str = "events_api") -> Envelope:
        """Sends something to the app, again every three seconds until it is acknowledged."""
        envelope = Envelope(body, type)
        if self.url:
            threading.Thread(target=self._call_until_received, args=(envelope, self.url), daemon=True).start()
            return envelope
        self._loop.call_soon_threadsafe(lambda: asyncio.ensure_future(self._deliver(envelope)))
        return envelope

    def _call_until_received(self, envelope: Envelope, url: str) -> None:
        kind = {"events_api": "json", "slash_commands": "form"}.get(envelope.type, "payload")
        while not envelope.received.is_set():
            tried = (
                {"X-Slack-Retry-Num": str(len(envelope.sent)), "X-Slack-Retry-Reason": "http_timeout"} if envelope.sent else {}
            )
            envelope.sent.append(time.monotonic())
            try:
                status, _, envelope.waited = self.call(url, envelope.body, kind, headers=tried)
            except OSError:
                status = 0
            if status == 200:
                envelope.received.set()
            else:
                time.sleep(REDELIVER_SECONDS)

    def drop_sockets(self) -> None:
        """All connections break off without a word."""

        def drop() -> None:
            for connection in list(self._sockets):
                connection.transport.abort()

        self._loop.call_soon_threadsafe(drop)

    def refresh_sockets(self) -> None:
        """Slack asks for a new connection and closes the old one."""

        async def refresh() -> None:
            for connection in list(self._sockets):
                with suppress(ConnectionClosed):
                    await connection.send(json.dumps({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}}))
                    self._loop.call_later(1, lambda connection=connection: asyncio.ensure_future(connection.close()))

        asyncio.run_coroutine_threadsafe(refresh(), self._loop).result(5)

    def connected(self) -> int:
        """How many sockets are open."""
        return len(self._sockets)

    def call(
        self,
        url: str,
        body: Mapping[str, Any],
        kind: str = "json",
        *,
        secret: str = SECRET,
        age: float = 0,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, str, float]:
        """Calls the app over HTTP, signed; gives status, body and seconds."""
        if kind == "json":
            raw, content = json.dumps(body).encode(), "application/json"
        else:
            form = {"payload": json.dumps(body)} if kind == "payload" else body
            raw, content = urllib.parse.urlencode(form).encode(), "application/x-www-form-urlencoded"
        stamp = str(int(time.time() - age))
        signed = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + raw, hashlib.sha256).hexdigest()
        sent = {
            "Content-Type": content,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={signed}",
            **(headers or {}),
        }
        started = time.monotonic()
        try:
            with urllib.request.urlopen(urllib.request.Request(url, raw, sent), timeout=15) as said:
                return said.status, said.read().decode(), time.monotonic() - started
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(), time.monotonic() - started

    # --- the server

    def _run(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        self._end = asyncio.Event()
        routes = [
            Route("/api/{method}", self._api, methods=["GET", "POST"]),
            Route("/respond/{channel}/{user}", self._respond, methods=["POST"]),
        ]
        config = uvicorn.Config(
            Starlette(routes=routes), host="127.0.0.1", port=0, log_level="error", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        serving = asyncio.ensure_future(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        self.port = server.servers[0].sockets[0].getsockname()[1]
        async with serve(self._socket, "127.0.0.1", 0, ping_interval=None, close_timeout=1) as sockets:
            self.socket_port = next(iter(sockets.sockets)).getsockname()[1]
            self._ready.set()
            await self._end.wait()
            server.should_exit = True
            for connection in list(self._sockets):
                connection.transport.abort()
        await serving

    async def _socket(self, connection: ServerConnection) -> None:
        await connection.send(json.dumps({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A1"}}))
        self._sockets.add(connection)
        try:
            async for raw in connection:
                envelope = self._pending.get(json.loads(raw).get("envelope_id"))
                if envelope and envelope.waited is None:
                    envelope.waited = time.monotonic() - envelope.sent[0]
                    self.calls.append(("acknowledged", envelope.body, time.time()))
                    envelope.received.set()
        except ConnectionClosed:
            pass
        finally:
            self._sockets.discard(connection)

    async def _deliver(self, envelope: Envelope) -> None:
        while not envelope.received.is_set():
            if not self._sockets:
                await asyncio.sleep(0.05)
                continue
            connection = self._random.choice(sorted(self._sockets, key=id))
            name = f"env-{next(self._numbers)}"
            self._pending[name] = envelope
            sent = {"envelope_id": name, "type": envelope.type, "payload": envelope.body, "accepts_response_payload": False}
            if envelope.sent:
                sent |= {"retry_attempt": len(envelope.sent), "retry_reason": "timeout"}
            with suppress(ConnectionClosed):
                await connection.send(json.dumps(sent))
                envelope.sent.append(time.monotonic())
            until = time.monotonic() + REDELIVER_SECONDS
            while time.monotonic() < until and connection in self._sockets and not envelope.received.is_set():
                await asyncio.sleep(0.02)

    async def _api(self, request: Request) -> Response:
        method = request.path_params["method"]
        if request.headers.get("content-type", "").startswith("application/json"):
            data = await request.json()
        else:
            data = dict(urllib.parse.parse_qsl((await request.body()).decode())) | dict(request.query_params)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self.slow:
            await asyncio.sleep(self.slow)
        with self._lock:
            self.calls.append((method, data, time.time()))
            if self.refuse.get(method):
                status, headers, body = self.refuse[method].pop(0)
                return JSONResponse(body, status, headers)
            if self.limited and self._random.random() < self.limited:
                return JSONResponse({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "1"})
            if method == "apps.connections.open":
                good = token == APP_TOKEN
                url = f"ws://127.0.0.1:{self.socket_port}/link?ticket=1"
                return JSONResponse({"ok": True, "url": url} if good else {"ok": False, "error": "invalid_auth"})
            team = next((team for team in self.teams if token == bot_token(team)), None)
            if team is None:
                return JSONResponse({"ok": False, "error": "invalid_auth"})
            answer = self._do(method, data, team)
        return JSONResponse(answer, headers={"x-oauth-scopes": self.scopes})

    async def _respond(self, request: Request) -> Response:
        data = await request.json()
        with self._lock:
            self.calls.append(("response_url", data, time.time()))
            self.faults += faults(data)
        return PlainTextResponse("ok")

    def _do(self, method: str, data: dict[str, Any], team: str) -> dict[str, Any]:
        named = {
            "auth.test": self._who,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "chat.delete": self._delete,
        }
        named |= {"chat.startStream": self._start, "chat.appendStream": self._append, "chat.stopStream": self._stop}
        named |= {"conversations.replies": self._replies, "conversations.history": self._replies}
        named |= {"views.open": self._open, "views.push": self._open, "views.update": self._fill}
        self.faults += faults(data)
        does: Callable[[dict[str, Any], str], dict[str, Any]] = named.get(method, lambda data, team: {})
        found = does(data, team)
        return found if "error" in found else {"ok": True, **found}

    def _who(self, data: dict[str, Any], team: str) -> dict[str, Any]:
        return {"team_id": team, "team": f"Team {team}", "user_id": f"UBOT{team}", "bot_id": f"B{team}", "user": "dealbrief"}

    def _post(self, data: dict[str, Any], team: str) -> dict[str, Any]:
        message = {"type": "message", "user": f"UBOT{team}", "bot_id": f"B{team}", "team": team, "ts": self.now(), **data}
        self.messages.append(message)
        return {"ts": message["ts"], "channel": data["channel"], "message": message}

    def _mine(self, data: dict[str, Any], team: str) -> dict[str, Any] | None:
        found = (one for one in self.messages if one["ts"] == data["ts"] and one["channel"] == data["channel"])
        return next((one for one in found if one["user"] == f"UBOT{team}"), None)

    def _update(self, data: dict[str, Any], team: str) -> dict[str, Any]:
        message = self._mine(data, team)
        if message is None:
            return {"ok": False, "error": "message_not_found"}
        message |= {**data, "streaming": False}
        return {"ts": data["ts"]}

    def _delete(self, data: dict[str, Any], team: str) -> dict[str, Any]:
        message = self._mine(data, team)
        if message is None:
            return {"ok": False, "error": "message_not_found"}
        self.messages.remove(message)
        return {}

    def _start(self, data: dict[str, Any], team: str) -> dict[str, Any]:
        if not self.streams:
            return {"ok": False, "error": "method_not_supported_for_channel_type"}
        if not data["channel"].startswith("D") and not (data.get("recipient_team_id") and data.get("recipient_user_id")):
            return {"ok": False, "error": "missing_recipient"}
        message = {"type": "message", "user": f"UBOT{team}", "bot_id": f"B{team}", "team": team, "ts": self.now()}
        message |= {"channel": data["channel"], "thread_ts": data["thread_ts"], "streamed": _chunks(data), "streaming": True}
        self.messages.append(message)
        return {"ts": message["ts"]}

    def _append(self, data: dict[str, Any], team: str) -> dict[str, Any]:
        message = self._mine(data, team)
        if message is None or not message.get("streaming"):
            return {"ok": False, "error": "message_not_in_streaming_state"}
        message["streamed"] += _chunks(data)
        return {}

    def _stop(self, data: dict[str, Any], team: str) -> dict[str, Any]:
        found = self._append(data, team)
        message = self._mine(data, team)
        if "error" not in found and message is not None:
            message |= {"streaming": False, "blocks": data.get("blocks"), "metadata": data.get("metadata")}
        return found

    def _replies(self, data: dict[str, Any], team: str) -> dict[str, Any]:
        oldest, thread = data.get("oldest", "0"), data.get("ts")
        found = [
            message
            for message in self.messages
            if message["team"] == team
            and message["channel"] == data["channel"]
            and message["ts"] > oldest
            and (thread is None or thread in (message.get("thread_ts"), message["ts"]))
        ]
        found.sort(key=lambda message: str(message["ts"]))
        at = int(data.get("cursor") or 0)
        page, rest = found[at : at + 3], found[at + 3 :]  # small pages, so that they are read on
        return {"messages": page, "response_metadata": {"next_cursor": str(at + 3) if rest else ""}}

    def _open(self, data: dict[str, Any], team: str) -> dict[str, Any]:
        since = self._triggers.pop(data["trigger_id"], None)
        if since is None or time.monotonic() - since > TRIGGER_SECONDS:
            return {"ok": False, "error": "expired_trigger_id"}
        view = {"id": f"V{next(self._numbers)}", "hash": "1", **_view(data)}
        self.views[view["id"]] = view
        return {"view": view}

    def _fill(self, data: dict[str, Any], team: str) -> dict[str, Any]:
        if data.get("view_id") not in self.views:
            return {"ok": False, "error": "not_found"}
        self.views[data["view_id"]] |= _view(data)
        return {"view": self.views[data["view_id"]]}


def _view(data: Mapping[str, Any]) -> dict[str, Any]:
    view = data["view"]
    return dict(json.loads(view) if isinstance(view, str) else view)


def _chunks(data: Mapping[str, Any]) -> list[Any]:
    return [block for chunk in data.get("chunks") or [] for block in chunk["blocks"]]
