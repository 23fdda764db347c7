"""The MCP tools, called by the official client over HTTP."""

import asyncio
import base64
import json
import sys
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.error import HTTPError

import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client
from starlette.applications import Starlette
from web_running import served

from bot.chatbot import Chatbot
from bot.settings import Settings
from bot.web.limits import Limiter
from bot.web.mcp import McpError, add_tools

ENGLISH = "When did the ferry Alke sink?"
T = TypeVar("T")


@pytest.fixture(scope="module")
def mcp_address(bot: Chatbot, settings: Settings) -> Iterator[str]:
    with served(bot, settings.model_copy(update={"web_mcp": True})) as url:
        yield url + "mcp"


def with_session(url: str, work: Callable[[ClientSession], Awaitable[T]], **headers: str) -> T:
    async def run() -> T:
        async with streamablehttp_client(url, headers=headers) as (read, write, _), ClientSession(read, write) as session:
            await session.initialize()
            return await work(session)

    with ThreadPoolExecutor() as threads:  # the browser's own loop may be running in this one
        return threads.submit(lambda: asyncio.run(run())).result()


def test_the_tools_are_the_functions_typed_and_described(mcp_address: str) -> None:
    tools = {tool.name: tool for tool in with_session(mcp_address, lambda session: session.list_tools()).tools}
    assert list(tools) == ["ask", "search", "brief", "timeline", "changes", "disputes"]
    assert "exact quotes" in (tools["ask"].description or "")
    properties = tools["timeline"].inputSchema["properties"]
    assert {name: about["type"] for name, about in properties.items()} == dict.fromkeys(
        ("start", "end", "about", "language"), "string"
    )
    assert tools["changes"].inputSchema["required"] == ["since"]


def test_a_tool_answers_in_json_and_says_in_a_sentence_what_it_cannot_use(mcp_address: str, bot: Chatbot) -> None:
    async def calls(session: ClientSession) -> list[Any]:
        history = [{"role": "user", "content": "Wann sank die Fähre Alke?"}]
        return [
            await session.call_tool("ask", {"question": ENGLISH}),
            await session.call_tool("ask", {"question": "Alke?", "history": history}),
            await session.call_tool("search", {"question": "Alke", "limit": 2}),
            await session.call_tool("timeline", {"start": "2024"}),
            await session.call_tool("changes", {"since": "soon"}),
            await session.call_tool("ask", {"question": " "}),
        ]

    asked, german, found, timeline, wrong, empty = with_session(mcp_address, calls)
    answer = json.loads(asked.content[0].text)
    assert {**answer, "elapsed_ms": 0} == {**bot.ask(ENGLISH).to_dict(), "elapsed_ms": 0}
    assert asked.structuredContent == answer
    assert json.loads(german.content[0].text)["language"] == "de"
    assert [hit["number"] for hit in found.structuredContent["result"]] == [1, 2]
    assert timeline.structuredContent["options"] == {"from": "2024"}
    assert wrong.isError and "'soon' is no date of the calendar" in wrong.content[0].text
    assert empty.isError and "Ask a question in words." in empty.content[0].text


def test_requests_of_a_client_are_counted(bot: Chatbot, settings: Settings) -> None:
    async def twice(session: ClientSession) -> list[Any]:
        return [await session.call_tool("ask", {"question": ENGLISH}) for _ in range(2)]

    with served(bot, settings.model_copy(update={"web_mcp": True, "web_questions": 1})) as url:
        first, second = with_session(url + "mcp", twice)
    assert not first.isError
    assert second.isError and "Too many questions" in second.content[0].text


def test_a_password_and_the_name_of_the_host_keep_strangers_out(bot: Chatbot, settings: Settings, mcp_address: str) -> None:
    values = {**settings.model_dump(), "web_mcp": True, "web_user": "ann", "web_password": "secret of ann"}
    with served(bot, Settings(**values)) as url:
        for login in (None, "ann:wrong", "ann", ""):
            with pytest.raises(HTTPError, match="401"):
                post(url + "mcp", login)
        token = base64.b64encode(b"ann:secret of ann").decode()
        assert with_session(url + "mcp", lambda session: session.list_tools(), authorization=f"Basic {token}").tools
    with pytest.raises(HTTPError, match="421"):
        post(mcp_address, None, host="evil.example")


def post(url: str, login: str | None, **headers: str) -> None:
    request = urllib.request.Request(url, data=b"{}", method="POST", headers={"content-type": "application/json", **headers})
    if login is not None:
        request.add_header("authorization", "Basic " + base64.b64encode(login.encode()).decode())
    urllib.request.urlopen(request, timeout=10)


def test_a_missing_package_is_one_sentence(bot: Chatbot, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp.server.fastmcp", None)
    with pytest.raises(McpError, match=r"pip install 'dealbrief\[mcp\]'"):
        add_tools(Starlette(), bot, Limiter(0), None, local=True)


def test_without_the_setting_there_are_no_tools(address: str) -> None:
    with pytest.raises(HTTPError):
        post(address + "mcp", None)
