"""What pages have worked out from the whole ledger, kept while nothing in it changes.

Every change of the ledger adds an event to the journal in the same transaction, so the head of its chain says whether
anything is different; time passes as well, so nothing is kept beyond the minute it was worked out in.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar, cast

T = TypeVar("T")
Stamp = tuple[str, str]
"""The head of the journal's chain, and the minute."""

MOST = 64


class Remembered:
    """The newest results by what they are about; shared by all requests of one application."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[object, ...], tuple[Stamp, object]] = OrderedDict()

    def get(self, stamp: Stamp, about: tuple[object, ...], work_out: Callable[[], T]) -> T:
        """What ``work_out`` returns, or what it returned under the same stamp. An error is never kept."""
        with self._lock:
            kept = self._kept.get(about)
        if kept is not None and kept[0] == stamp:
            return cast("T", kept[1])
        made = work_out()
        with self._lock:
            self._kept[about] = (stamp, made)
            self._kept.move_to_end(about)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made
