"""One BLAS thread for a while: what a forward pass asks of the library behind numpy's matrix products."""

import os
from threading import Lock

# numpy is imported first because threadpoolctl sees only libraries that are already loaded.
import numpy as np  # noqa: F401
from threadpoolctl import ThreadpoolController


class OneBlasThread:
    """A context that many threads may share; BLAS has one thread while anyone is inside.

    The limit belongs to the whole process, so the first to enter sets it and the last to leave restores it:
    if each did both, one that entered second and left last would restore the limit itself.
    A BLAS that threadpoolctl does not know (Apple's Accelerate) is left as it is.
    """

    def __init__(self) -> None:
        self._blas = ThreadpoolController().select(user_api="blas")
        self._lock = Lock()
        self._inside = 0
        # A child that was forked while another thread was inside would never see that thread leave.
        os.register_at_fork(before=self._lock.acquire, after_in_parent=self._lock.release, after_in_child=self._forget)

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._limit = self._blas.limit(limits=1)
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self._limit.restore_original_limits()

    def _forget(self) -> None:
        if self._inside:
            self._inside = 0
            self._limit.restore_original_limits()
        self._lock.release()


one_blas_thread = OneBlasThread()
