"""What an article is, and how articles come in."""

from corpus.article import Article, Note, PartialDate, Source, clean_text
from corpus.errors import BriefingError
from corpus.library import BUNDLED, Library, Problem, corpus_id, load
from corpus.story import CorpusError, Story

__all__ = [
    "BUNDLED", "Article", "BriefingError", "CorpusError", "Library", "Note", "PartialDate", "Problem", "Source", "Story",
    "clean_text", "corpus_id", "load",
]  # fmt: skip
