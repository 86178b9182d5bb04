"""Memory that is free and still held.

The C library has a store of memory for every few threads and keeps there what a large piece of work has freed, as
long as something small stands above it. A compiler's threads and each step's own fill one store after another.
"""

import ctypes
from collections.abc import Callable
from functools import cache


def give_back() -> None:
    """Hand free memory back to the system: some 30 ms of a processor for a gigabyte; nothing happens without glibc."""
    _trim()(0)


@cache
def _trim() -> Callable[[int], object]:
    """``malloc_trim``, which looks through every store; its number is how many bytes to leave at the end of each."""
    try:
        found: Callable[[int], object] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # another C library; Windows has no handle of the program itself
        return lambda _: 0
    return found
