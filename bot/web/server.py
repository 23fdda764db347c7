"""The server of the page: where it listens, who may come in, what stands beside Gradio's own routes."""

import logging
import socket
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import gradio as gr
import uvicorn
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.types import ASGIApp

from bot.chatbot import Chatbot
from bot.settings import Settings
from bot.web.limits import Limiter
from bot.web.mcp import PATH, add_tools
from bot.web.security import Guard
from corpus.errors import BriefingError

PORTS_TRIED = 50
SECONDS_TO_END = 2
_HERE = Path(__file__).parent
_MODULES = tuple(f"{name}.js" for name in ("app", "articles", "box", "chat", "feedback", "server", "sources", "take", "views"))
_PAPER = {"body_background_fill": "#faf9f6", "body_background_fill_dark": "#14161a"}


class WebError(BriefingError):
    """The page cannot be served as it was asked for."""


def run(blocks: gr.Blocks, bot: Chatbot, settings: Settings) -> None:
    """Serves the page until it is interrupted; says where it is."""
    app = build_server(blocks, bot, settings)
    listening = listen(settings.host, settings.port)
    port = listening.getsockname()[1]
    if port != settings.port:
        print(f"Port {settings.port} is taken.")
    place = f"http://{_named(settings.host)}:{port}"
    print(f"Dealbrief is at {place} (Ctrl-C ends it).", flush=True)
    if settings.web_mcp:
        print(f"Its MCP tools are at {place}{PATH}.", flush=True)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=SECONDS_TO_END
    )
    _Server(config).run(sockets=[listening])


def build_server(blocks: gr.Blocks, bot: Chatbot, settings: Settings) -> ASGIApp:
    """Gradio's app with our style and scripts, /healthz and the security headers. WebError where it would be open to all."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_api_route("/healthz", lambda: health(bot), methods=["GET"])
    app.mount("/web", _OwnFiles(directory=_HERE))
    login = _auth(settings)
    if settings.web_mcp:
        add_tools(app, bot, Limiter(settings.web_questions), login, local=_loopback(settings.host))
    theme = gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]).set(**_PAPER)
    options: dict[str, Any] = {"footer_links": [], "run_history": False, "show_error": False, "ssr_mode": False, "pwa": False}
    options |= {"enable_monitoring": False, "mcp_server": False, "max_file_size": 0, "theme": theme}
    gr.mount_gradio_app(app, blocks, path="/", server_name=settings.host, auth=login, **options)
    return Guard(app, head())


def head() -> bytes:
    """What goes into the page's head: the style and the first script in place, so that the first paint is the right one."""
    style, first = ((_HERE / name).read_text(encoding="utf-8") for name in ("style.css", "start.js"))
    ahead = "".join(f'<link rel="modulepreload" href="web/{name}">' for name in _MODULES)
    return f'<style>{style}</style><script>{first}</script>{ahead}<script type="module" src="web/app.js"></script>'.encode()


def health(bot: Chatbot) -> dict[str, Any]:
    """Whether the index is there, which generation it is, and how much it holds."""
    with bot.entered() as now:
        return {"status": "ok", "generation": now.generation, **now.index.size}


def listen(host: str, port: int) -> socket.socket:
    """A socket at the port, or at the next free one. WebError where none can be had."""
    failure: OSError | None = None
    for candidate in range(port, min(port + PORTS_TRIED, 65536)):
        try:
            return socket.create_server((host, candidate), family=_family(host), backlog=128)
        except OSError as error:
            failure = error
    raise WebError(f"Dealbrief cannot listen at {host}, ports {port} and up: {failure}. Give another --host or --port.")


class _Server(uvicorn.Server):
    """Ends soon when it is asked to, though each open tab holds a connection, and says nothing of those that it cuts off."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)


class _OwnFiles(StaticFiles):
    """The scripts beside this module, and no other file."""

    def lookup_path(self, path: str) -> tuple[str, Any]:
        return super().lookup_path(path) if path in _MODULES else ("", None)


def _auth(settings: Settings) -> tuple[str, str] | None:
    """User and password; required wherever others than this machine's users can come in."""
    if settings.web_user and settings.web_password:
        return settings.web_user, settings.web_password.get_secret_value()
    if settings.web_add:
        raise WebError("Only those who signed in may add articles. Set DEALBRIEF_WEB_USER and DEALBRIEF_WEB_PASSWORD too.")
    if settings.web_open or _loopback(settings.host):
        return None
    raise WebError(
        f"At {settings.host} others can reach the page. Set DEALBRIEF_WEB_USER and DEALBRIEF_WEB_PASSWORD, or give --no-auth."
    )


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _named(host: str) -> str:
    return f"[{host}]" if ":" in host else host
