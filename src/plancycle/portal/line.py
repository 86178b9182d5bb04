"""The portal's side of the waiting line: uploads are kept together, checks follow one by one in the order of arrival.

A commit costs the disk the same for one upload as for twenty. So whoever comes while a commit is under way waits, and
the first of those who waited keeps all of them in the next one: one transaction, and every request is answered only
after it. Where that fails, each is tried by itself, so that one of them sinks nobody else.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from plancycle.domain.errors import OutsideFailure
from plancycle.domain.waiting_line import Place, Waiting
from plancycle.portal.dependencies import PortalHouse
from plancycle.services.ports import House
from plancycle.services.wait_in_line import check_next, checked_among, keep

PATIENCE = 2.0
"""Seconds after its arrival in which an upload waits for its own check; then it is told its place in the line."""
DOOR_PATIENCE = 0.5
"""Seconds the next check waits at most for uploads that are being kept."""
GUESS = 0.1
"""Seconds a check takes as long as too few are known: a quick machine's, so that nobody is sent away needlessly."""
MOST_FAILURES = 5
"""Checks that may fail in a row before nobody tries until the next upload, look or round of ``plancycle watch``."""
IDLE = 0.05
"""Seconds."""
AT_ONCE = 400
"""Uploads that may wait at a time, each in a thread that sleeps."""
Made = TypeVar("Made")
Spent = Callable[[str, float], None]
log = logging.getLogger("plancycle.line")


def _held() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(slots=True, eq=False)
class _Coming:
    """An upload that waits for its commit; then its place, or why it could not be kept."""

    arrived: Waiting
    call: threading.Lock = field(default_factory=_held)
    """Let go of when it is kept, or when it is the first of those who came while others were being kept."""
    kept: tuple[Waiting, Place] | None = None
    failure: Exception | None = None

    @property
    def is_done(self) -> bool:
        return self.kept is not None or self.failure is not None


class Door:
    """How many uploads are on their way to being kept."""

    def __init__(self) -> None:
        self._lock, self._count = threading.Lock(), 0

    def enter(self) -> None:
        """One more."""
        with self._lock:
            self._count += 1

    def leave(self) -> None:
        """One less."""
        with self._lock:
            self._count -= 1

    @contextmanager
    def entered(self) -> Iterator[None]:
        """For the length of a block."""
        self.enter()
        try:
            yield
        finally:
            self.leave()

    def wait_until_free(self, most: float) -> None:
        """Until nobody is on the way, so many seconds at most."""
        until = time.monotonic() + most
        while self._count and time.monotonic() < until:
            time.sleep(0.01)


@dataclass(slots=True)
class Line:
    """Everything of one application that waits. ``spent`` is told what took how many seconds."""

    open_house: Callable[[], AbstractContextManager[PortalHouse]]
    patience: float = PATIENCE
    spent: Spent = lambda part, seconds: None
    door: Door = field(default_factory=Door)
    _coming: list[_Coming] = field(default_factory=list)
    _list: threading.Lock = field(default_factory=threading.Lock)
    _awaited: dict[str, list["Future[Waiting]"]] = field(default_factory=dict)
    _limiter: CapacityLimiter | None = None
    _is_keeping: bool = False
    _is_checking: bool = False
    _is_woken: bool = False
    _is_stopping: bool = False

    async def run(self, act: Callable[[], Made]) -> Made:
        """Do what may have to wait, in a thread of the line's own: pages keep theirs."""
        if self._limiter is None:
            self._limiter = CapacityLimiter(AT_ONCE)
        return await to_thread.run_sync(act, limiter=self._limiter)

    def take_in(self, house: House, arrived: Waiting, patience: float) -> tuple[Waiting, Place]:
        """Keep an upload whose bytes are in the file store, then wait for its check, ``patience`` seconds at most.

        Returns it with its result, or without one while it still waits, and its place. Where recent checks let expect
        a longer wait, it is answered at once. Raises LedgerFault when it was not kept.
        """
        kept, place = self._keep(house, arrived)
        self.door.leave()
        try:
            expected = place.ahead * GUESS if place.seconds is None else place.seconds
            if patience <= 0 or expected > patience:
                self.wake()
                return kept, place
            with self._awaiting(kept.id) as checked:
                self.wake()
                return checked.result(patience), place
        except TimeoutError:
            return kept, place
        finally:
            self.door.enter()  # whoever let it in takes it off again

    def _keep(self, house: House, arrived: Waiting) -> tuple[Waiting, Place]:
        mine, began = _Coming(arrived), time.perf_counter()
        with self._list:
            self._coming.append(mine)
            is_first, self._is_keeping = not self._is_keeping, True
        if not is_first:
            mine.call.acquire()
        self.spent("writer", time.perf_counter() - began)
        if not mine.is_done:
            self._keep_who_came(house)
        if mine.failure is not None:
            raise mine.failure
        assert mine.kept is not None
        return mine.kept

    def _keep_who_came(self, house: House) -> None:
        """Commit for all of them. The first who came meanwhile is called before they are: it commits for the next."""
        with self._list:
            batch, self._coming = self._coming, []
        began = time.perf_counter()
        try:
            _keep_all(house, batch)
            self.spent("commit", time.perf_counter() - began)
        finally:
            with self._list:
                called = [*self._coming[:1], *batch]
                self._is_keeping = bool(self._coming)
            for one in called:
                one.call.release()

    def wake(self) -> None:
        """See to it that somebody checks what waits."""
        with self._list:
            self._is_woken = True
            if self._is_checking or self._is_stopping:
                return
            self._is_checking = True
        threading.Thread(target=self._work_off, name="plancycle-line", daemon=True).start()

    def stop(self) -> None:
        """Begin no further check."""
        self._is_stopping = True

    def until_idle(self, most: float) -> None:
        """Wait until nobody checks any more, so many seconds at most: a process that is asked to end ends well."""
        until = time.monotonic() + most
        while self._is_checking and time.monotonic() < until:
            time.sleep(0.01)

    def _work_off(self) -> None:
        """Check until nothing waits any more, and nobody for it."""
        failed = 0
        while failed < MOST_FAILURES and not self._is_stopping:
            self.door.wait_until_free(DOOR_PATIENCE)
            self._is_woken = False  # whoever comes from here on is found, or wakes us once more
            try:
                with self.open_house() as house:
                    one = check_next(house)
                    failed = 0
                    if one is not None:
                        self._note(one)
                        self._tell(one)
                        continue
                    self._tell_known(house)
            except Exception:  # of one answer: the next one is not to blame
                log.exception("check of an answer")
                failed += 1
            else:
                if self._is_over():
                    return
            time.sleep(IDLE)
        with self._list:
            self._is_checking = False

    def _is_over(self) -> bool:
        with self._list:
            self._is_checking = self._is_woken or bool(self._awaited)
            return not self._is_checking

    def _tell_known(self, house: House) -> None:
        """Those somebody waits for may have been checked by another process."""
        with self._list:
            awaited = list(self._awaited)
        for one in checked_among(house, awaited):
            self._tell(one)

    @contextmanager
    def _awaiting(self, arrival_id: str) -> Iterator["Future[Waiting]"]:
        future: Future[Waiting] = Future()
        with self._list:
            self._awaited.setdefault(arrival_id, []).append(future)
        try:
            yield future
        finally:
            with self._list:
                left = [one for one in self._awaited.pop(arrival_id, []) if one is not future]
                if left:
                    self._awaited[arrival_id] = left

    def _note(self, one: Waiting) -> None:
        self.spent("check", one.took_ms / 1000)
        if one.begun_at is not None:
            self.spent("line", (one.begun_at - one.arrived_at).total_seconds())

    def _tell(self, one: Waiting) -> None:
        with self._list:
            futures = self._awaited.get(one.id, [])
            for future in futures:
                if not future.done():
                    future.set_result(one)


def _keep_all(house: House, batch: list[_Coming]) -> None:
    """All in one transaction; where that fails, each in its own."""
    try:
        for one, kept in zip(batch, keep(house, [one.arrived for one in batch]), strict=True):
            one.kept = kept
    except Exception as failure:
        if len(batch) == 1 or isinstance(failure, OutsideFailure):  # the ledger is away: for every one of them
            for one in batch:
                one.failure = failure
            return
        for one in batch:
            _keep_all(house, [one])
