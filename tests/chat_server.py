"""An OpenAI-compatible server on this machine that says what a test writes, and keeps what it was sent."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class ChatServer:
    """Answers every chat with `words`, or with the status `status`; `cut` ends the connection in the middle."""

    words: list[str] = field(default_factory=lambda: ["NONE"])
    status: int = 200
    cut: bool = False
    endless: bool = False
    address: str = ""
    requests: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)

    def paths(self) -> list[str]:
        """The paths that were asked for."""
        return [path for path, _, _ in self.requests]


@contextmanager
def chat_server(**options: Any) -> Iterator[ChatServer]:
    """The server while it runs."""
    state = ChatServer(**options)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._json(200, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            state.requests.append(
                (self.path, {name.casefold(): value for name, value in self.headers.items()}, body.decode(errors="replace"))
            )
            if not self.path.endswith("/chat/completions"):
                self._json(202, {})
            elif state.status != 200:
                said = {"error": {"message": f"refused: {self.headers.get('authorization')}", "type": "x", "code": "y"}}
                self._json(state.status, said)
            else:
                self._speak()

        def _speak(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            try:
                for word in state.words:
                    self._event({"index": 0, "delta": {"role": "assistant", "content": word}, "finish_reason": None})
                while state.endless:
                    self._event({"index": 0, "delta": {"content": "word "}, "finish_reason": None})
                if not state.cut:
                    self._event({"index": 0, "delta": {}, "finish_reason": "stop"})
                    self.wfile.write(b"data: [DONE]\n\n")
            except OSError:
                state.left.set()

        def _event(self, choice: dict[str, Any]) -> None:
            event = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
            self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
            self.wfile.flush()

        def _json(self, status: int, said: dict[str, Any]) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
