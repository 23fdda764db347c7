"""Chat models behind real addresses: settings that are wrong, servers that fail, keys, tracing, and a small real model."""

import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from chat_server import chat_server
from command import Command
from contract import check_answer
from scripted import open_ferries, writing
from small_model import NAME, serving

from bot import Chatbot, Settings, Statement
from bot.chat_model import ChatModel
from bot.generative import GenerativeReader
from bot.settings import SettingsError

QUESTION = "What price did The Herald name for Baltica Ferries?"
WORDS = ["The price was put at ", "340 million euros on ", "5 March 2024 [1].", " Northwind did", " not comment [2]."]
KEY = "sk-test-93847-SECRET"


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory, shared_cache: Path) -> Iterator[Chatbot]:
    """A chatbot over the ferries, without a chat model."""
    opened = open_ferries(tmp_path_factory.mktemp("ferries"), shared_cache)
    yield opened
    opened.close()


@pytest.fixture
def command(write_corpus: Callable[..., Path], tmp_path: Path, shared_cache: Path) -> Command:
    """The command over the ferries."""
    home = tmp_path / "home"
    home.mkdir()
    return Command(home, shared_cache, write_corpus())


def behind(bot: Chatbot, address: str, **options: Any) -> Chatbot:
    """The chatbot with the chat model behind an address."""
    given = {"model": NAME, "model_key": KEY, "model_base_url": address, "model_timeout": 20.0, **options}
    chat = ChatModel.open(Settings(**given))
    return writing(bot, chat.model, chat=chat)


def test_a_model_behind_an_address_writes_the_answer(bot: Chatbot) -> None:
    with chat_server(words=WORDS) as server:
        answer = behind(bot, f"{server.address}/v1").ask(QUESTION)
    check_answer(answer, bot.library)
    assert answer.reader == NAME and answer.statements[0].check.verdict == "supported"
    (path, headers, body) = server.requests[0]
    assert path == "/v1/chat/completions" and headers["authorization"] == f"Bearer {KEY}" and QUESTION in body


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"status": 401}, "DEALBRIEF_MODEL_KEY"),
        ({"status": 404}, "correct DEALBRIEF_MODEL."),
        ({"status": 429}, "quota"),
        ({"status": 500}, "DEALBRIEF_MODEL_BASE_URL"),
        ({"cut": True, "words": ["The price was "]}, "The answer is quoted"),
    ],
)
def test_a_server_that_fails_gets_the_extractive_answer(bot: Chatbot, options: dict[str, Any], word: str) -> None:
    with chat_server(**options) as server:
        answer = behind(bot, f"{server.address}/v1").ask(QUESTION)
    check_answer(answer, bot.library)
    assert answer.reader == "extractive" and word in answer.notices[-1 if "Thin" not in answer.notices[-1] else -2]
    assert KEY not in str(answer.to_dict())


def test_an_address_that_nobody_answers_at(bot: Chatbot) -> None:
    with chat_server() as server:
        pass
    answer = behind(bot, f"http://name:word@{server.address.removeprefix('http://')}/v1?x={KEY}").ask(QUESTION)
    assert answer.reader == "extractive"
    assert any(f"{server.address}/v1 (DEALBRIEF_MODEL_BASE_URL)" in notice for notice in answer.notices)
    assert not re.search("word@|SECRET", str(answer.to_dict()))


def test_closing_the_stream_ends_the_connection(bot: Chatbot) -> None:
    with chat_server(words=[*WORDS, " And"], endless=True) as server:
        stream = behind(bot, f"{server.address}/v1").stream(QUESTION)
        assert isinstance(next(stream), Statement)
        stream.close()  # type: ignore[attr-defined]
        assert server.left.wait(10)


@pytest.mark.parametrize("name", ["gpt-5", "openai:", ":gpt", "", "nobody:knows", "extractive:x", "a:b:c"])
def test_a_model_that_does_not_exist_is_one_sentence(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="DEALBRIEF_MODEL") as raised:
        ChatModel.open(Settings(model=name, model_key=KEY))
    assert KEY not in str(raised.value) and "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("provider", "package", "extra"),
    [
        ("anthropic", "langchain_anthropic", "anthropic"),
        ("google", "langchain_google_genai", "google"),
        ("mistralai", "langchain_mistralai", "mistral"),
        ("ollama", "langchain_ollama", "ollama"),
    ],
)
def test_a_missing_extra_is_named_with_the_command(
    provider: str, package: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(SettingsError) as raised:
        ChatModel.open(Settings(model=f"{provider}:x", model_key=KEY))
    said = str(raised.value)
    assert f"-m pip install {package.replace('_', '-')}" in said and repr(extra) in said and KEY not in said
    assert extra in (Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8")


def test_a_key_that_is_missing_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SettingsError, match="needs a key. Set DEALBRIEF_MODEL_KEY"):
        ChatModel.open(Settings(model=NAME))


def test_a_key_stands_in_no_repr(bot: Chatbot) -> None:
    settings = Settings(model=NAME, model_key=KEY, model_base_url=f"http://{KEY}:{KEY}@127.0.0.1:9/v1?{KEY}")
    assert KEY not in f"{settings!r} {settings} {ChatModel.open(settings)!r} {behind(bot, 'http://127.0.0.1:9')!r}"


def test_the_command_names_the_provider_and_what_is_sent_and_never_the_key(command: Command) -> None:
    with chat_server(words=WORDS) as server:
        variables = {"DEALBRIEF_MODEL_KEY": KEY, "DEALBRIEF_MODEL_BASE_URL": f"{server.address}/v1", "DEALBRIEF_THRESHOLD": "0"}
        options = ["--model", NAME, "--log-level", "debug"]
        ended = command.run("ask", QUESTION, options=options, variables=variables)
        server.status = 401
        refused = command.run("ask", QUESTION, options=options, variables=variables)
    assert ended.code == 0 and "The price was put at 340 million" in ended.out
    shown = [line for line in ended.err.splitlines() if line.startswith("Answers are written by the chat model")]
    assert len(shown) == 1 and NAME in shown[0] and server.address in shown[0]
    assert refused.code == 0 and "DEALBRIEF_MODEL_KEY" in refused.err
    assert KEY not in ended.out + ended.err + refused.out + refused.err


def test_a_wrong_model_ends_the_command_with_one_sentence(command: Command) -> None:
    ended = command.run("ask", QUESTION, options=["--model", "nonsense"])
    assert ended.code == 1 and ended.out == "" and len(ended.err.splitlines()) == 1 and "DEALBRIEF_MODEL" in ended.err


@pytest.mark.parametrize("asked_for", [False, True])
def test_langchain_s_variables_alone_trace_nothing(command: Command, asked_for: bool) -> None:
    with chat_server(words=WORDS) as server, chat_server() as collector:
        switched_on = {f"{name}_{end}": "true" for name in ("LANGSMITH", "LANGCHAIN") for end in ("TRACING", "TRACING_V2")}
        del switched_on["LANGCHAIN_TRACING"]
        variables = {
            **switched_on,
            **{f"{name}_ENDPOINT": collector.address for name in ("LANGSMITH", "LANGCHAIN")},
            "LANGSMITH_API_KEY": "lsv2-test",
            "DEALBRIEF_MODEL_KEY": KEY,
            "DEALBRIEF_MODEL_BASE_URL": f"{server.address}/v1",
            "DEALBRIEF_THRESHOLD": "0",
            **({"DEALBRIEF_TRACING": "1"} if asked_for else {}),
        }
        ended = command.run("ask", QUESTION, options=["--model", NAME], variables=variables)
        assert ended.code == 0 and "340 million" in ended.out
        assert bool(collector.requests) == asked_for
        assert not any(KEY in body for _, _, body in collector.requests)


def test_an_old_variable_that_stops_every_model_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGCHAIN_TRACING", "true")
    with pytest.raises(SettingsError, match="LANGCHAIN_TRACING"):
        ChatModel.open(Settings(model=NAME, model_key=KEY))


def test_a_small_real_model_keeps_the_contract_and_is_no_worse_than_quotes(bot: Chatbot) -> None:
    questions = ["Who received Northwind's letter?", "Wie viele Beschäftigte der Baltica streikten?"]
    with serving() as address:
        model = behind(bot, address, model_timeout=120.0)
        assert isinstance(model.reader, GenerativeReader)
        said = "".join(model.reader.chat.stream([("user", "Name a colour in one word.")], time.monotonic() + 120))
        assert said.strip()
        object.__setattr__(model.reader, "tokens", 200)
        for question in questions:
            answer, plain = model.ask(question), bot.ask(question)
            check_answer(answer, bot.library)
            assert answer.answered and answer.reader in (NAME, "extractive")
            # Its sentences are checked, or quotes of what leads; where it has neither, the quotes are shown.
            if answer.reader == "extractive":
                assert answer.statements == plain.statements
            else:
                quoted = {citation.quote for citation in plain.citations}
                own = any(statement.check.verdict == "supported" for statement in answer.statements)
                assert own or quoted & {citation.quote for citation in answer.citations}


def test_the_doctor_names_the_model_and_what_is_wrong_with_it(command: Command) -> None:
    ended = command.run("doctor", options=["--model", "openai:"])
    assert ended.code == 1 and "chat model" in ended.out and "DEALBRIEF_MODEL" in ended.out
