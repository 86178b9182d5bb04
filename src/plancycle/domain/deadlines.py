"""What a date in the plan means, to the second, and why.

"Trước ngày 10/12" names a calendar point: the last good moment is 24:00 on 9/12, and it never rolls forward
(in 2028 the next working day after Saturday 9/12 is 11/12, past the point itself). "Chậm nhất ngày 20" includes
the 20th. Reminders aim at the soft due: 17:00 on the last working day inside. Lateness is judged by when a report
left the sender's system (E-Transactions Law 2023, Article 15).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from plancycle.domain.errors import DataProblem
from plancycle.domain.periods import Period
from plancycle.domain.working_days import WorkingDays

OFFICE_CLOSES = time(17, 0)
MINIMUM_WORKING_DAYS = 1
"""Between the end of data collection and the deadline (Decree 09/2019/NĐ-CP, Article 8, clause 5, point b)."""


class Wording(StrEnum):
    """``before``: trước ngày D, D excluded. ``by``: chậm nhất ngày D, D included."""

    BEFORE = "before"
    BY = "by"


@dataclass(frozen=True, slots=True)
class PlanDeadline:
    """One of the deadlines the plan itself names; dates the plan leaves open stay None."""

    id: str
    title: str
    kind: str
    owner: tuple[str, ...]
    """Agency ids; empty when the deadline binds every body of the roster."""
    line: int
    text: str | None = None
    before_date: date | None = None
    before_month_day: str | None = None
    """Month and day of a yearly deadline, spelt ``12-10``; the day itself is excluded."""
    to: tuple[str, ...] = ()
    configurable: bool = False


@dataclass(frozen=True, slots=True)
class PeriodRule:
    """The calendar of one period, as month and day of the cycle year."""

    period: Period
    title: str
    opens: tuple[int, int]
    wording: Wording
    due: tuple[int, int]
    cutoff: tuple[int, int]
    freeze_days: int
    """Working days after the last on-time day on which the final edition is frozen; 0: at the soft due itself."""
    basis: str
    """Where the date comes from: a line of the plan, a decree's article, or the coordinator's own choice."""


@dataclass(frozen=True, slots=True)
class PeriodDates:
    """Every instant of a period. ``due_at`` is half-open: on time iff ``sent_at < due_at``."""

    period: Period
    year: int
    opens_at: datetime
    cutoff: date
    soft_due_at: datetime
    due_at: datetime
    last_day: date
    freeze_at: datetime
    rule: PeriodRule

    def is_on_time(self, sent_at: datetime) -> bool:
        """Strictly before the due instant, whatever zone ``sent_at`` is written in."""
        return sent_at.astimezone(UTC) < self.due_at.astimezone(UTC)


def period_dates(rule: PeriodRule, year: int, calendar: WorkingDays, zone: ZoneInfo) -> PeriodDates:
    """Turn a rule into instants. Raises DataProblem when the cut-off leaves too few working days."""
    named_day = date(year, *rule.due)
    last_day = named_day if rule.wording is Wording.BY else named_day - timedelta(days=1)
    soft_day = calendar.last_on_or_before(last_day)
    cutoff = date(year, *rule.cutoff)
    _check_cutoff(rule, cutoff, last_day, calendar)
    soft_due_at = datetime.combine(soft_day, OFFICE_CLOSES, zone)
    freeze_at = soft_due_at
    if rule.freeze_days:
        freeze_at = datetime.combine(calendar.add(last_day, rule.freeze_days), OFFICE_CLOSES, zone)
    return PeriodDates(
        period=rule.period,
        year=year,
        opens_at=datetime.combine(date(year, *rule.opens), time(8, 0), zone),
        cutoff=cutoff,
        soft_due_at=soft_due_at,
        due_at=datetime.combine(last_day + timedelta(days=1), time(0, 0), zone),
        last_day=last_day,
        freeze_at=freeze_at,
        rule=rule,
    )


def _check_cutoff(rule: PeriodRule, cutoff: date, last_day: date, calendar: WorkingDays) -> None:
    days = calendar.count_after(cutoff, last_day)
    if days < MINIMUM_WORKING_DAYS:
        raise DataProblem("calendar.cutoff_too_late", period=rule.period, cutoff=cutoff, last_day=last_day, days=days)


@dataclass(frozen=True, slots=True)
class Extension:
    """A granted postponement of one obligation: a new due instant, a reason, and who decided."""

    obligation: str
    due_at: datetime
    reason: str
    requested_by: str
    decided_by: str
    decided_at: datetime


def effective_due(dates: PeriodDates, extension: Extension | None) -> datetime:
    """The due instant of one agency; an extension never shortens it."""
    if extension is None:
        return dates.due_at
    return max(dates.due_at, extension.due_at)


def due_rung(ladder: tuple[int, ...], soft_due: date, today: date) -> int | None:
    """The reminder rung that is due today: the latest one reached, so an outage is followed by one letter, not five."""
    reached = [rung for rung in ladder if soft_due + timedelta(days=rung) <= today]
    return max(reached, default=None)
