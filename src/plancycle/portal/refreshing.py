"""The provisional edition follows what is accepted within seconds, and no clerk waits for it.

Acceptances of a few seconds are taken together. Prefect is told, whose deployment then consolidates; where there is
none, or it does not answer, this process does it itself, in a thread beside the requests. Both fold whatever is
accepted by then, so a lost or doubled hint changes nothing, and the sweep is the guarantee.
"""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Lock, Timer

from fastapi import Request

from plancycle.adapters.texts import Catalogue
from plancycle.domain.errors import PlancycleError
from plancycle.domain.periods import CycleKey, Period
from plancycle.portal.dependencies import PortalHouse
from plancycle.services.consolidate_period import consolidate

log = logging.getLogger("plancycle.portal")
WAIT = 2.0
"""Seconds in which further acceptances join the first."""
WORDS = Catalogue()
ACCEPTED = frozenset({"accepted", "accepted_late"})


class Refreshing:
    """Which periods have something new, and the one timer that sees to them."""

    def __init__(self, open_house: Callable[[], AbstractContextManager[PortalHouse]], wait: float = WAIT) -> None:
        self._open_house, self._wait = open_house, wait
        self._waiting: set[tuple[int, Period]] = set()
        self._lock, self._working = Lock(), Lock()
        self._timer: Timer | None = None

    def accepted(self, year: int, period: Period) -> None:
        """Something of a period was accepted; returns at once."""
        with self._lock:
            self._waiting.add((year, period))
            if self._timer is None:
                self._timer = Timer(self._wait, self.work_off)
                self._timer.daemon = True
                self._timer.start()

    def work_off(self) -> None:
        """See to everything that waits, one after the other; a second caller waits for the first."""
        with self._working:
            with self._lock:
                todo, self._timer = sorted(self._waiting), None
                self._waiting.clear()
            for year, period in todo:
                self._refresh(year, period)

    def _refresh(self, year: int, period: Period) -> None:
        try:
            with self._open_house() as house:
                cycle = str(CycleKey(house.programme_id, year))
                if not house.signals.accepted(cycle, period, house.clock.now()):
                    consolidate(house, year, period)
        except PlancycleError as problem:
            log.warning(WORDS.say(problem.key, "en", **problem.params))
        except Exception:
            # A thread nobody waits for: without this line the reason would be lost. The sweep tries again.
            log.exception("refresh of %s/%s", year, period)


def note_accepted(request: Request, cycle: str, period: Period, outcome: str) -> None:
    """After an answer was taken in: whoever keeps the provisional edition current is told when it counts."""
    refreshing: Refreshing | None = request.app.state.refreshing
    if refreshing is not None and outcome in ACCEPTED:
        refreshing.accepted(int(cycle.rpartition("-")[2]), period)
