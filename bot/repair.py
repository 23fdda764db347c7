"""dealbrief doctor --repair: drops what is broken and makes it anew from articles and cache; never touches an article."""

from collections.abc import Iterator

from filelock import Timeout

from bot.settings import Settings
from corpus.errors import BriefingError
from index.build import ensure, verified
from index.cache import EmbeddingCache
from index.generation import Generation, GenerationError, Store
from index.segment import NewerFormat, SegmentError, check_segment


class RepairError(BriefingError):
    """A repair that cannot be made now."""


def repair(settings: Settings) -> Iterator[str]:
    """Does what is to be done and says each thing in one sentence.

    RepairError while another process builds or where nothing can be written; NewerFormat where a newer version wrote the
    index and VectorsError where the Chroma server does not answer: either index is left as it is.
    """
    given = settings.build
    model = given.open_model()
    cache = EmbeddingCache.at(given.cache, model.id, model.dimension, given.cache_limit)
    if cache.path.is_file() and cache.mend():
        yield f"The cache {cache.path} was broken and was dropped; what is asked of it is embedded anew."
    store = given.store
    if store.folder.is_dir():
        try:
            with store.lock().acquire(blocking=False):
                yield from _mend_index(store)
        except OSError as error:
            raise RepairError(f"{store.folder} cannot be written: {error.strerror}. Free space or give --home DIR.") from error
        except Timeout as error:
            raise RepairError(
                f"Another process is building the index in {store.folder}. Try again when it has ended."
            ) from error
    before = _name(store)
    ensure(given, quiet=True)
    after = _name(store)
    if after and after != before:
        yield f"The index was brought up to the articles: generation {after}."


def _mend_index(store: Store) -> Iterator[str]:
    """Drops the index where anything in it is broken, else what nothing in it names."""
    try:
        name = store.pointer()
        generation = store.read(name) if name else None
        for reason in _broken_segments(store, generation):
            raise SegmentError(reason)
    except NewerFormat:
        raise
    except (GenerationError, SegmentError) as error:
        store.clear()
        yield f"The index was broken and was dropped: {error}"
        return
    for path in store.tidy():
        yield f"{path} belonged to no index and was dropped."


def _broken_segments(store: Store, generation: Generation | None) -> Iterator[str]:
    """What is wrong with segments: every file against its digest, then opened in a process of its own."""
    for entry in generation.segments if generation else ():
        folder = store.segment(entry.name)
        check_segment(folder, store.place, thorough=True)
        if said := verified(store, folder):
            yield f"The index folder {folder} did not pass its check ({said})."


def _name(store: Store) -> str | None:
    try:
        return store.pointer()
    except GenerationError:
        return None
