"""Provisional editions follow what counts: noted where every change is journaled, folded when the work is done.

Whoever accepts, returns, withdraws or reviews an answer, by whatever way it came, journals the change; the journal
notes the period here. Noting is a hint: who folds takes whatever stands by then, so a hint that comes twice, or of a
change that was rolled back, changes nothing, and the sweep is the guarantee.
"""

import logging
from collections.abc import Callable, Iterable
from threading import Lock, Timer
from time import monotonic

from plancycle.domain.periods import Period

COUNTING = frozenset(
    {
        "submission.accepted",
        "submission.returned",
        "submission.withdrawn",
        "submission.reviewed",
        "explanation.given",
        "explanation.accepted",
        "explanation.refused",
        "extension.granted",
        "extension.revoked",
        "obligation.elsewhere",
        "narrative.edited",
    }
)
"""What changes which answers an edition holds, how they stand in it, or its words."""
Place = tuple[str, Period]
"""Cycle and period."""
LONG = 1.0
"""Seconds; a province folds in a tenth of it."""
_PERIODS = frozenset(Period)
log = logging.getLogger("plancycle.following")


def touched(action: str, subject: str) -> Place | None:
    """The period whose edition an event may change; None for every other event."""
    if action not in COUNTING:
        return None
    cycle, _, rest = subject.partition("/")
    period = rest.partition("/")[0]
    return (cycle, Period(period)) if period in _PERIODS else None


class Noted:
    """The periods that one house has changed, until somebody sees to them."""

    def __init__(self) -> None:
        self._places: set[Place] = set()

    def note(self, cycle: str, period: Period) -> None:
        """Something of a period counts differently now."""
        self._places.add((cycle, period))

    def take(self) -> list[Place]:
        """What has been noted, once."""
        taken, self._places = sorted(self._places), set()
        return taken


class Refreshing:
    """Sees to periods in a thread beside the work: several changes together, and never one fold upon the other.

    ``wait``: seconds in which further changes join the first. ``rest``: seconds between two turns, so that a stampede
    before a deadline does not fold all the time. ``outlives``: whether the program ends before a turn that waits.
    """

    def __init__(self, refresh: Callable[[Place], None], wait: float, rest: float = 0.0, outlives: bool = True) -> None:
        self._refresh, self._wait, self._rest, self._outlives = refresh, wait, rest, outlives
        self._waiting: set[Place] = set()
        self._lock, self._working = Lock(), Lock()
        self._timer: Timer | None = None
        self._ready_at = 0.0

    def note(self, cycle: str, period: Period) -> None:
        """Something of a period counts differently now; returns at once."""
        with self._lock:
            self._waiting.add((cycle, period))
            if self._timer is None:
                self._timer = Timer(max(self._wait, self._ready_at - monotonic()), self.work_off)
                self._timer.daemon = self._outlives
                self._timer.start()

    def work_off(self) -> None:
        """See to everything that waits, one after the other; a second caller waits for the first."""
        with self._working:
            with self._lock:
                todo, self._timer = sorted(self._waiting), None
                self._waiting.clear()
                self._ready_at = monotonic() + self._rest
            for place in todo:
                attempt(self._refresh, place)


class Pace:
    """Folds at once what the houses of a process changed, and of a large programme no more than a fifth of the time.

    Answers come in by the hundred before a deadline, through one house after the other, and a nation takes seconds to
    fold: what comes too soon is left to ``later``, in a thread for which the program waits before it ends.
    """

    def __init__(self, later: Callable[[Place], None], wait: float = LONG) -> None:
        self._later = Refreshing(later, wait, outlives=False)
        self._ready_at = 0.0

    def follow(self, places: Iterable[Place], fold: Callable[[Place], None], at_once: bool = False) -> None:
        """See to each of the places, now or a little later; what fails is logged.

        ``at_once``: never later, for a house that stands at a moment of its own; later is by the real clock.
        """
        for place in places:
            if monotonic() < self._ready_at and not at_once:
                self._later.note(*place)
                continue
            start = monotonic()
            attempt(fold, place)
            took = monotonic() - start
            self._ready_at = monotonic() + (4 * took if took > LONG else 0.0)


def attempt(refresh: Callable[[Place], None], place: Place) -> None:
    """Nobody waits for it: without the line in the log the reason would be lost. The sweep tries again."""
    try:
        refresh(place)
    except Exception:
        log.exception("refresh of %s/%s", *place)
