"""How the rehearsed year calls the product: the services themselves, or the flows an operator would start.

Both ways end in the same services; the flows add what is seen in the orchestrator.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol

from plancycle.adapters.clock import FixedClock
from plancycle.bootstrap import Household
from plancycle.domain.periods import ObligationKey, Period
from plancycle.services import collect_inbox, data_calls, sweep
from plancycle.services.consolidate_period import consolidate
from plancycle.services.cycle_view import cycle_view
from plancycle.services.deliver_messages import deliver
from plancycle.services.grant_extension import grant
from plancycle.services.open_cycle import open_cycle
from plancycle.services.return_submission import return_submission


@dataclass(frozen=True, slots=True)
class Postponement:
    """An extension to grant: until the end of ``last_day``."""

    period: Period
    agency: str
    last_day: date
    reason: str
    requested_by: str
    decided_by: str
    document: str
    """On which the decision rests."""


@dataclass(frozen=True, slots=True)
class Return:
    """A submission to send back by hand."""

    period: Period
    agency: str
    reason: str
    actor: str


class Runner(Protocol):
    """The product, one method for each thing that is started during the year."""

    def open_period(self, year: int, period: Period, as_of: datetime) -> None:
        """Open the cycle and the period: the data calls go out."""

    def sweep(self, year: int, as_of: datetime) -> None:
        """Take in what was dropped, then do everything that is due."""

    def grant_extension(self, year: int, granted: Postponement, as_of: datetime) -> None:
        """Postpone one agency's due date."""

    def return_submission(self, year: int, returned: Return, as_of: datetime) -> None:
        """Send an accepted submission back."""


class ServiceRunner:
    """Calls the services in this process, without an orchestrator; the year takes seconds."""

    def __init__(self, house: Household) -> None:
        self._house = house

    def open_period(self, year: int, period: Period, as_of: datetime) -> None:
        """Open the cycle and the period: the data calls go out."""
        house = self._at(as_of)
        open_cycle(house, year)
        data_calls.queue_all(house, year, period, data_calls.recipients(house, year, period))
        deliver(house, f"{cycle_view(house, year).id}/")
        consolidate(house, year, period)

    def sweep(self, year: int, as_of: datetime) -> None:
        """Take in what was dropped, then do everything that is due."""
        house = self._at(as_of)
        for take_in in collect_inbox.in_turn(house, collect_inbox.waiting(house)):
            take_in()
        house.catch_up(at_once=True)
        sweep.perform(house, year)

    def grant_extension(self, year: int, granted: Postponement, as_of: datetime) -> None:
        """Postpone one agency's due date."""
        house = self._at(as_of)
        until = datetime.combine(granted.last_day + timedelta(days=1), time(0), as_of.tzinfo)
        key = self._key(year, granted.period, granted.agency)
        people = (granted.requested_by, granted.decided_by)
        grant(house, key, until, granted.reason, *people, granted.document)

    def return_submission(self, year: int, returned: Return, as_of: datetime) -> None:
        """Send an accepted submission back."""
        house = self._at(as_of)
        return_submission(house, self._key(year, returned.period, returned.agency), returned.reason, returned.actor)

    def _key(self, year: int, period: Period, agency: str) -> ObligationKey:
        return ObligationKey(f"{self._house.programme_id}-{year}", period, agency)

    def _at(self, as_of: datetime) -> Household:
        self._house.clock = FixedClock(as_of)
        return self._house


OPENING: dict[Period, tuple[str, dict[str, str]]] = {
    Period.PLAN: ("flows.draft_plans.draft_plans", {}),
    Period.Q1: ("flows.quarterly_checkin.quarterly_checkin", {"quarter": "Quý I"}),
    Period.Q2: ("flows.quarterly_checkin.quarterly_checkin", {"quarter": "Quý II"}),
    Period.H1: ("flows.quarterly_checkin.quarterly_checkin", {"quarter": "6 tháng đầu năm"}),
    Period.Q3: ("flows.quarterly_checkin.quarterly_checkin", {"quarter": "Quý III"}),
    Period.ANNUAL: ("flows.annual_evaluation.annual_evaluation", {}),
}
"""The flow that opens each period, with the choice an operator would make in its form."""

LETTERS_OF_A_DECISION = 1
"""The agency hears of it by one letter; an operator gives that number, as the dry run shows it."""

CHOICES: dict[Period, str] = {
    Period.PLAN: "Kế hoạch năm",
    Period.Q1: "Quý I",
    Period.Q2: "Quý II",
    Period.H1: "6 tháng đầu năm",
    Period.Q3: "Quý III",
    Period.ANNUAL: "Đánh giá năm",
}
"""How the forms of the other flows spell the periods."""


class FlowRunner:
    """Calls the real flows in this process, found by import string: their runs are then in the orchestrator's history.

    The environment must name the orchestrator's server before the first call.
    """

    def __init__(self) -> None:
        self._quick: Callable[..., Any] = found("flows._in_process.quick")
        self.started = 0
        """Flow runs started so far."""

    def open_period(self, year: int, period: Period, as_of: datetime) -> None:
        """Open the cycle and the period: the data calls go out."""
        flow, choice = OPENING[period]
        self._start(flow, as_of, year=year, **choice)

    def sweep(self, year: int, as_of: datetime) -> None:
        """Take in what was dropped, then do everything that is due."""
        self._start("flows.daily_sweep.daily_sweep", as_of, year=year)

    def grant_extension(self, year: int, granted: Postponement, as_of: datetime) -> None:
        """Postpone one agency's due date."""
        self._start(
            "flows.grant_extension.grant_extension",
            as_of,
            year=year,
            period=CHOICES[granted.period],
            agency=granted.agency,
            last_day=granted.last_day,
            reason=granted.reason,
            requested_by=granted.requested_by,
            decided_by=granted.decided_by,
            document=granted.document,
            confirm=LETTERS_OF_A_DECISION,
        )

    def return_submission(self, year: int, returned: Return, as_of: datetime) -> None:
        """Send an accepted submission back."""
        self._start(
            "flows.return_submission.return_submission",
            as_of,
            year=year,
            period=CHOICES[returned.period],
            agency=returned.agency,
            reason=returned.reason,
            actor=returned.actor,
        )

    def _start(self, flow: str, as_of: datetime, **parameters: object) -> None:
        self.started += 1
        self._quick(found(flow), as_of=as_of.isoformat(), dry_run=False, **parameters)


def found(path: str) -> Any:
    """What a dotted path names. Raises ImportError when the flows are not beside the package."""
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)
