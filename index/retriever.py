"""The index as a retriever of LangChain: a question in, the sentences that may answer it out, each with its whereabouts."""

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableConfig
from pydantic import ConfigDict, Field

from corpus.library import load
from index.build import BuildSettings
from index.opening import open_index
from index.search import Index, SearchResult
from index.tracing import traced


class BriefingRetriever(BaseRetriever):
    """The best `k` sentences for a question, of all languages in turn; traced only where `tracing` asks for it."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Index = Field(repr=False)
    k: int = Field(6, ge=1)
    language: str | None = None
    tracing: bool = False

    def invoke(self, input: str, config: RunnableConfig | None = None, **kwargs: Any) -> list[Document]:
        """The documents for a question."""
        with traced(self.tracing):
            return super().invoke(input, config, **kwargs)

    async def ainvoke(self, input: str, config: RunnableConfig | None = None, **kwargs: Any) -> list[Document]:
        """The documents for a question."""
        with traced(self.tracing):
            return await super().ainvoke(input, config, **kwargs)

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        results = self.index.search(query, self.language, limit=self.k)
        return [document(result) for result in results.interleaved[: self.k]]


def as_retriever(
    of: Index | BuildSettings | None = None, *, k: int = 6, language: str | None = None, tracing: bool = False
) -> BriefingRetriever:
    """A retriever over an opened index, or over that of settings (`Settings().build`), built first if need be.

    Without either, over the bundled story in the default folders. `language` is the questions'; by default it is told.
    """
    if not isinstance(of, Index):
        settings = of or BuildSettings()
        of, _ = open_index(settings, load(settings.corpus), settings.open_model())
    return BriefingRetriever(index=of, k=k, language=language, tracing=tracing)


def document(result: SearchResult) -> Document:
    """A sentence as a document: `page_content == article.text[start:end]`, in a text with the digest of the metadata."""
    source = result.article.source
    return Document(
        id=f"{source.id}:{result.start}-{result.end}",
        page_content=result.text,
        metadata={
            "source": source.id,
            "title": source.title,
            "headline": source.headline,
            "publisher": source.publisher,
            "origin": source.origin,
            "published": str(source.published) if source.published else None,
            "url": source.url,
            "read_at": source.read_at,
            "language": source.language,
            "kind": source.kind,
            "start": result.start,
            "end": result.end,
            "passage_start": result.passage_start,
            "passage_end": result.passage_end,
            "digest": f"sha256:{result.article.sha256}",
            "score": result.score,
            "scores": dict(result.scores),
        },
    )
