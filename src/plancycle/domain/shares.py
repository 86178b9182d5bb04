"""One reporting period as a roster sees it: who is expected and for what, what moved, what was released."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from plancycle.domain.forms import Indicator
from plancycle.domain.programme import AssignedWork


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a period that matter here: it opens, and its final edition is frozen."""

    opens: date
    closes: date


@dataclass(frozen=True, slots=True)
class Share:
    """What one agency answers for in one period: its own work first, then the work of every body."""

    agency: str
    works: tuple[AssignedWork, ...]
    indicators: tuple[Indicator, ...] = ()
    """The indicators whose values it gives."""
    grown_on: date | None = None
    """The last day inside the period on which it got more to answer for; what it filed before lacks that."""
    joined_on: date | None = None
    """The day of this year on which it began to report; its figures cover part of the year only."""


@dataclass(frozen=True, slots=True)
class Released:
    """A body that nobody follows: its report is not required, and the record says why."""

    agency: str
    since: date
    reason: str
    reference: str


@dataclass(frozen=True, slots=True)
class PeriodRoster:
    """One period as seen on one day. ``shares`` are those who have reported or owe, in the programme's order."""

    shares: tuple[Share, ...]
    moved: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Bodies whose report moved while the period was open, with those who owe it now."""
    released: tuple[Released, ...] = ()
    _by_agency: dict[str, Share] = field(init=False, default_factory=dict, compare=False, repr=False)

    @property
    def agencies(self) -> tuple[str, ...]:
        """Ids of all that are expected in this period."""
        return tuple(self._listed())

    def share(self, agency: str) -> Share | None:
        """What an agency answers for; None for a body that owes nothing in this period."""
        return self._listed().get(agency)

    def _listed(self) -> dict[str, Share]:
        """The shares by agency, listed the first time one is asked for."""
        if self.shares and not self._by_agency:
            self._by_agency.update({share.agency: share for share in self.shares})
        return self._by_agency
