"""LangChain traces nothing here unless somebody asked Dealbrief for it."""

from contextlib import AbstractContextManager


def traced(asked_for: bool = False) -> AbstractContextManager[None]:
    """A context in which LangChain traces nothing of its own accord, whatever LANGSMITH_* or LANGCHAIN_* variables say.

    Where it was asked for, these variables say where to. Callbacks that a caller hands over are called in either case.
    """
    from langsmith import tracing_context

    return tracing_context(enabled=asked_for)
