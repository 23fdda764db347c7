"""LangChain outwards: the index as a retriever, the chatbot in a chain."""

import asyncio
import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from chat_server import chat_server
from contract import check_answer
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnablePassthrough
from langchain_core.tracers.langchain import wait_for_all_tracers
from scripted import Scripted, citing, open_ferries, writing

import index
from bot import Answer, BriefingError, Chatbot, Message, Statement
from index import as_retriever

QUESTION = "Who received Northwind's letter?"


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory, shared_cache: Path) -> Iterator[Chatbot]:
    """A chatbot over the ferries."""
    opened = open_ferries(tmp_path_factory.mktemp("ferries"), shared_cache)
    yield opened
    opened.close()


class Heard(BaseCallbackHandler):
    """Keeps the names of what was called."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def on_retriever_end(self, documents: Any, **_: Any) -> None:
        self.calls.append(f"retriever {len(documents)}")

    def on_chain_end(self, outputs: Any, **_: Any) -> None:
        self.calls.append(f"chain {type(outputs).__name__}")


def test_documents_say_where_they_stand(bot: Chatbot) -> None:
    documents = as_retriever(bot.index, k=5).invoke(QUESTION)
    assert len(documents) == len({document.id for document in documents}) == 5
    assert "Ingrid Solberg" in documents[0].page_content
    assert {document.metadata["language"] for document in documents} == {"en", "de"}
    for document in documents:
        article = bot.library.get(document.metadata["source"])
        assert article is not None
        start, end = document.metadata["start"], document.metadata["end"]
        assert article.text[start:end] == document.page_content
        assert document.metadata["digest"] == f"sha256:{hashlib.sha256(article.text.encode()).hexdigest()}"
        assert document.metadata["publisher"] == article.source.publisher
        assert document.metadata["scores"] and isinstance(document.metadata["score"], float)
    first = documents[0].metadata
    assert (first["published"], first["url"], first["kind"]) == ("2024-03-05", "https://herald.example/letter", "digest")


async def _documents(bot: Chatbot) -> list[Any]:
    return await as_retriever(bot.index).ainvoke(QUESTION)


def test_settings_open_the_same_index(bot: Chatbot) -> None:
    retriever = as_retriever(bot.settings.build, k=6)
    again = retriever.invoke(QUESTION)
    retriever.index.close()
    with ThreadPoolExecutor(1) as apart:  # the browser of other tests leaves a loop running in this thread
        awaited = apart.submit(lambda: asyncio.run(_documents(bot))).result()
    assert again == as_retriever(bot.index).invoke(QUESTION) == awaited
    with pytest.raises(AttributeError):
        _ = index.no_such_name


def test_a_chain_of_one_s_own_is_fed_by_the_retriever(bot: Chatbot) -> None:
    model = Scripted(reply=lambda prompt: "Solberg" if "Ingrid Solberg" in prompt else "unknown")
    prompt = ChatPromptTemplate.from_template("Context:\n{context}\n\nQuestion: {question}")
    retriever = as_retriever(bot.index, k=3)
    chain = {"context": retriever, "question": RunnablePassthrough()} | prompt | model
    assert chain.invoke(QUESTION).text == "Solberg"


def test_the_chatbot_stands_in_a_chain(bot: Chatbot) -> None:
    chain = bot.as_runnable() | (lambda answer: answer.text)
    assert chain.invoke(QUESTION) == bot.ask(QUESTION).text
    answers = bot.as_runnable().batch([QUESTION, "Who bought Baltica Ferries?"])
    for answer in answers:
        check_answer(answer, bot.library)


def test_a_history_of_langchain_s_messages_is_taken_and_others_are_refused(bot: Chatbot) -> None:
    runnable = bot.as_runnable()
    history = [HumanMessage("Wem gehört die Baltica?"), AIMessage("Der Stadt."), Message("user", "Danke")]
    assert runnable.invoke({"question": "Northwind?", "history": history}).language == "de"
    for wrong in (3, {"q": "x"}, {"question": 3}, {"question": QUESTION, "history": [SystemMessage("x")]}):
        with pytest.raises(BriefingError):
            runnable.invoke(wrong)


def test_the_runnable_streams_and_closing_it_stops_the_model(bot: Chatbot) -> None:
    *statements, answer = bot.as_runnable().stream(QUESTION)
    assert isinstance(answer, Answer) and tuple(statements) == answer.statements
    model = Scripted(reply=citing("The letter went to Ingrid Solberg {Ingrid}. " * 200), pause=0.01)
    stream = writing(bot, model).as_runnable().stream(QUESTION)
    assert isinstance(next(stream), Statement)
    stream.close()  # type: ignore[attr-defined]
    assert model.ended.wait(5)


def test_callbacks_of_a_caller_are_called(bot: Chatbot) -> None:
    heard = Heard()
    as_retriever(bot.index, k=2).invoke(QUESTION, {"callbacks": [heard]})
    bot.as_runnable().invoke(QUESTION, {"callbacks": [heard]})
    assert heard.calls == ["retriever 2", "chain Answer"]


def test_nothing_is_traced_because_of_a_variable(bot: Chatbot, monkeypatch: pytest.MonkeyPatch) -> None:
    from langsmith.utils import get_env_var

    with chat_server() as collector:
        for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING_V2"):
            monkeypatch.setenv(name, "true")
        monkeypatch.setenv("LANGSMITH_ENDPOINT", collector.address)
        monkeypatch.setenv("LANGSMITH_API_KEY", "lsv2-test")
        get_env_var.cache_clear()
        try:
            as_retriever(bot.index).invoke(QUESTION)
            bot.as_runnable().invoke(QUESTION)
            list(bot.as_runnable().stream(QUESTION))
            wait_for_all_tracers()
            assert collector.requests == []
        finally:
            monkeypatch.undo()
            get_env_var.cache_clear()
