"""Memory that stays flat under load."""

import ctypes
from contextlib import suppress

_M_ARENA_MAX = -8
HEAPS = 2


def share_heaps() -> None:
    """Has all threads share a few heaps where the C library is glibc; elsewhere nothing happens.

    glibc gives threads up to eight heaps for each core, and what one of them frees serves no other (mallopt(3)).
    """
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, HEAPS)
