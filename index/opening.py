"""Opening the index of a corpus: built first where there is none, an older one where it cannot be."""

from corpus.library import Library
from index.build import BuildError, BuildRunning, BuildSettings, ensure
from index.embedder import EmbeddingModel
from index.generation import GenerationError, fingerprints
from index.search import Index
from index.segment import SegmentError


def open_index(
    settings: BuildSettings, library: Library, model: EmbeddingModel, quiet: bool = False
) -> tuple[Index, str | None]:
    """The index of the library, and why it is not up to date if it is not."""
    store = settings.store
    wanted = fingerprints(library.articles)
    stale: str | None = None
    for attempt in (1, 2):
        try:
            index = Index.open(store, library, model)
            if attempt == 2 or index.generation.fits(model.id, wanted):
                return index, stale
        except (GenerationError, SegmentError):
            index = None
            if attempt == 2:
                raise
        try:
            ensure(settings, quiet=quiet, wait=index is None)
        except BuildError as error:
            if index is None:
                raise
            stale = str(error)
            if isinstance(error, BuildRunning):
                return index, stale
        else:
            if index is not None:
                index.close()
    raise AssertionError("unreachable")
