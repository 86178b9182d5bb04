"""Reporting periods of one cycle year. A programme says in its calendar which of them it has, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from plancycle.domain.errors import NotFound


class Period(StrEnum):
    """A reporting period (kỳ báo cáo), in the order of the year.

    What a year ends with, its fourth quarter or second half, is covered by the annual evaluation.
    """

    PLAN = "plan"
    Q1 = "q1"
    Q2 = "q2"
    H1 = "h1"
    Q3 = "q3"
    ANNUAL = "annual"


def period_called(text: str) -> Period:
    """The period somebody named. Raises NotFound."""
    if text not in set(Period):
        raise NotFound("not_found.period", period=text[:20])
    return Period(text)


CHECK_INS = (Period.Q1, Period.Q2, Period.H1, Period.Q3)
"""Periods inside the year that report progress; the plan and the annual evaluation are of the whole year."""


def preceding(period: Period, order: Sequence[Period]) -> Period | None:
    """The period whose accepted figures are shown as "last period"; the plan and the year's first report have none.

    ``order`` is the programme's own periods.
    """
    reports = [one for one in order if one is not Period.PLAN]
    position = reports.index(period) if period in reports else 0
    return reports[position - 1] if position else None


@dataclass(frozen=True, slots=True)
class CycleKey:
    """One year of one programme, as every stable key spells it: ``tn-nq94-2025``."""

    programme: str
    year: int

    def __str__(self) -> str:
        return f"{self.programme}-{self.year}"


@dataclass(frozen=True, slots=True)
class ObligationKey:
    """Who owes what: agency × period of a cycle, spelt ``tn-nq94-2025/q1/so-y-te``."""

    cycle: str
    period: Period
    agency: str

    def __str__(self) -> str:
        return f"{self.cycle}/{self.period}/{self.agency}"

    @classmethod
    def parse(cls, text: str) -> "ObligationKey":
        """Read the spelling back. Raises ValueError when it is not three parts or names no period."""
        cycle, period, agency = text.split("/")
        return cls(cycle, Period(period), agency)
