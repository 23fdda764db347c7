"""From articles to search results: the index of a corpus, and what finds in it."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.retriever import as_retriever

__all__ = ["as_retriever"]


def __getattr__(name: str) -> Any:
    # Loaded when asked for: LangChain takes a second that asking a question does not need.
    if name == "as_retriever":
        from index.retriever import as_retriever

        return as_retriever
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
