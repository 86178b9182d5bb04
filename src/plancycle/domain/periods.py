"""Reporting periods of one cycle year: ``plan``, ``q1``, ``q2``, ``q3``, ``annual``."""

from dataclasses import dataclass
from enum import StrEnum


class Period(StrEnum):
    """A reporting period (kỳ báo cáo). The fourth quarter is covered by the annual evaluation."""

    PLAN = "plan"
    Q1 = "q1"
    Q2 = "q2"
    Q3 = "q3"
    ANNUAL = "annual"


QUARTERS = (Period.Q1, Period.Q2, Period.Q3)
ORDER = tuple(Period)


def preceding(period: Period) -> Period | None:
    """The period whose accepted figures are shown as "last period"; the plan has none and q1 follows no figures."""
    position = ORDER.index(period)
    return ORDER[position - 1] if position > ORDER.index(Period.Q1) else None


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
