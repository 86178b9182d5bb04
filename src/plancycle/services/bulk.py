"""Work with very many small values, without the pauses of the search for cycles among them.

A national round has half a million entries, lines and figures. Frozen values hold no cycles, yet every few thousand
new ones make Python look through all of them: a third of the time an edition takes.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_COUNTING = Lock()
_busy: list[bool] = []
"""One entry a piece of work under way: whether the search was on before the first of them."""


@contextmanager
def settled() -> Iterator[None]:
    """Leave out of the look for circles whatever is there now; for those who know that it stays to the end."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@contextmanager
def uninterrupted() -> Iterator[None]:
    """While it lasts nothing is searched for; several threads may be in it, the last one out turns it on again."""
    with _COUNTING:
        _busy.append(gc.isenabled() if not _busy else _busy[0])
        gc.disable()
    try:
        yield
    finally:
        with _COUNTING:
            was_on = _busy.pop()
            if was_on and not _busy:
                gc.enable()
