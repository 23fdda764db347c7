"""The socket over which Slack sends: reconnecting at once, acknowledging on the connection that something came over.

The clients of slack-sdk 3.48 notice a lost connection after 18 seconds (builtin) or are deaf for 10 seconds at every refresh
(websocket_client), measured against a server on loopback; so the connection is kept here, over websocket-client.
"""

import json
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from slack_bolt import App, BoltRequest
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from websocket import ABNF, WebSocket, WebSocketException, WebSocketTimeoutException, create_connection

QUIET_SECONDS = 10.0
"""How long a connection may be silent before it is asked whether it is alive."""
UNANSWERED = 2
"""Such questions without an answer after which it is given up."""
LONGEST_PAUSE = 30.0
RECEIVERS = 10
_log = logging.getLogger(__name__)


class Socket:
    """The connection of an app token to Slack; what comes is handed to the Bolt app and acknowledged when that is done."""

    def __init__(self, bolt: App | None, client: WebClient, token: str) -> None:
        self._bolt = bolt
        self._client = client
        self._token = token
        self._pool = ThreadPoolExecutor(RECEIVERS, "slack-receiver")
        self._current: WebSocket | None = None
        self._links: list[tuple[WebSocket, threading.Thread]] = []
        self._ending = threading.Event()

    def connect(self) -> None:
        """Opens the connection; from then on it is opened again whenever it is lost. Errors are those of the libraries."""
        url = str(self._client.apps_connections_open(app_token=self._token)["url"])
        self._current = connection = create_connection(url, timeout=QUIET_SECONDS, enable_multithread=True)
        reader = threading.Thread(target=self._read, args=(connection,), name="slack-socket", daemon=True)
        self._links = [(open, reading) for open, reading in self._links if reading.is_alive()] + [(connection, reader)]
        reader.start()

    def close(self) -> None:
        """Closes the connection and lets what was received be acknowledged."""
        self._ending.set()
        self._pool.shutdown(wait=True)
        for connection, _ in self._links:
            with suppress(WebSocketException, OSError):
                connection.send_close()
        for connection, reader in self._links:
            reader.join(2)
            connection.shutdown()  # type: ignore[no-untyped-call]

    def _read(self, connection: WebSocket) -> None:
        unanswered = 0
        while True:
            try:
                kind, data = connection.recv_data(control_frame=True)
            except WebSocketTimeoutException:
                unanswered += 1
                if unanswered > UNANSWERED:
                    break
                with suppress(WebSocketException, OSError):
                    connection.ping()
                continue
            except (WebSocketException, OSError) as error:
                _log.info("the connection to Slack was lost: %s", error)
                break
            unanswered = 0
            if kind == ABNF.OPCODE_CLOSE:
                break
            if kind == ABNF.OPCODE_TEXT:
                self._received(connection, data)
        connection.shutdown()  # type: ignore[no-untyped-call]
        if connection is self._current:
            self._reconnect()

    def _reconnect(self) -> None:
        pause = 0.0
        while not self._ending.wait(pause):
            try:
                self.connect()
                return
            except (SlackClientError, WebSocketException, OSError) as error:
                pause = min(max(1.0, pause * 2), LONGEST_PAUSE)
                _log.warning("no connection to Slack (%s); trying again in %.0f s", error, pause)

    def _received(self, connection: WebSocket, data: bytes) -> None:
        try:
            message = json.loads(data)
        except ValueError:
            return
        if message.get("type") == "disconnect":
            if connection is self._current:  # the new one is there before Slack closes this one
                self._reconnect()
        elif message.get("envelope_id") and not self._ending.is_set():
            self._pool.submit(self._hand_over, connection, message)

    def _hand_over(self, connection: WebSocket, message: dict[str, Any]) -> None:
        """What is not acknowledged, because it could not be kept or the connection is gone, comes again."""
        if self._bolt is None:
            return
        try:
            said = self._bolt.dispatch(BoltRequest(mode="socket_mode", body=message.get("payload") or {}))
            if said.status == 200:
                connection.send(json.dumps({"envelope_id": message["envelope_id"]}))
        except (WebSocketException, OSError) as error:
            _log.info("not acknowledged: %s", error)
        except Exception:
            _log.exception("something that Slack sent could not be received")
