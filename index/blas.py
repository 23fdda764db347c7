"""One BLAS thread for a while: what a forward asks of the library behind numpy's matrix products.

Some libraries keep the number of threads for each thread that calls them (MKL, OpenBLAS over OpenMP), others for the
whole process (OpenBLAS as in numpy's wheels). One that threadpoolctl does not know (Apple's Accelerate) is left alone.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

# numpy comes first because threadpoolctl sees only libraries that are already loaded.
import numpy as np  # noqa: F401
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

LIBRARIES = ThreadpoolController().select(user_api="blas").lib_controllers
OF_A_THREAD = [each for each in LIBRARIES if each.internal_api == "mkl" or getattr(each, "threading_layer", "") == "openmp"]
OF_THE_PROCESS = [each for each in LIBRARIES if each not in OF_A_THREAD]


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """BLAS has one thread inside, for this thread or for the process; any number of threads may be inside at once."""
    _process.enter()
    before = _limit(OF_A_THREAD)
    try:
        yield
    finally:
        _restore(OF_A_THREAD, before)
        _process.leave()


class _Process:
    """The limit of the libraries that have one for the process: the first to enter sets it, the last restores it.

    If each thread did both, one that entered second and left last would restore the limit of the first.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0
        self._before: list[int] = []
        # A child that is forked while other threads are inside would wait for ever for them to leave.
        os.register_at_fork(before=self._lock.acquire, after_in_parent=self._lock.release, after_in_child=self._after_fork)

    def enter(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._before = _limit(OF_THE_PROCESS)
            self._inside += 1

    def leave(self) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                _restore(OF_THE_PROCESS, self._before)

    def _after_fork(self) -> None:
        if self._inside:
            self._inside = 0
            _restore(OF_THE_PROCESS, self._before)
        self._lock.release()


def _limit(libraries: list[Any]) -> list[int]:
    """Sets the libraries to one thread and returns how many they had."""
    before = [library.num_threads for library in libraries]
    _restore(libraries, [1] * len(libraries))
    return before


def _restore(libraries: list[Any], threads: list[int]) -> None:
    for library, number in zip(libraries, threads, strict=True):
        # For a limit of the process, threadpoolctl 3.8 obeys one thread and silently ignores all others until that
        # one is done; a server's threads come and go, and the lock above orders them.
        if hasattr(library, "clear_controlling_thread"):
            library.clear_controlling_thread(force=True)
        library.set_num_threads(number)
        if hasattr(library, "clear_controlling_thread"):
            library.clear_controlling_thread(force=True)


_process = _Process()
