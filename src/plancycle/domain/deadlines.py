"""What a date in the plan means, to the second, and why.

"Trước ngày 10/12" excludes the day and never rolls forward, "chậm nhất ngày 20" includes it; how a named day becomes
an instant is in :mod:`plancycle.domain.due_dates`. Reminders aim at the soft due: 17:00 on the last working day
inside. Lateness is judged by when a report left the sender's system (E-Transactions Law 2023, Article 15).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from plancycle.domain.due_dates import OFFICE_CLOSES, DayRule, DueDay, Roll, Wording, named_in, settle
from plancycle.domain.errors import DataProblem
from plancycle.domain.periods import Period
from plancycle.domain.reasons import Reason, because, weekday
from plancycle.domain.working_days import ONE_DAY, WorkingDays

__all__ = [
    "Counting",
    "DateReasons",
    "Extension",
    "PeriodDates",
    "PeriodRule",
    "PlanDeadline",
    "Roll",
    "Rung",
    "RungTo",
    "Wording",
    "effective_due",
    "extension_reasons",
    "period_dates",
    "rung_dates",
]

OFFICE_OPENS = time(8, 0)
MINIMUM_WORKING_DAYS = 1
"""Between the end of data collection and the deadline (Decree 09/2019/NĐ-CP, Article 8, clause 5, point b)."""


@dataclass(frozen=True, slots=True)
class PlanDeadline:
    """One of the deadlines the plan itself names; dates the plan leaves open stay None and may be entered later."""

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
    by_date: date | None = None
    days: tuple[tuple[int, int], ...] = ()
    """Month and day of each time the deadline comes round in a year: four of a quarterly one, two of a half-yearly."""
    wording: Wording = Wording.BEFORE
    """How ``days`` are read."""
    cutoffs: tuple[tuple[int, int], ...] = ()
    """The data cut-off of each of ``days``, or none at all."""
    roll: Roll = Roll.NONE
    roll_basis: str = ""


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
    roll: Roll = Roll.NONE
    roll_basis: str = ""
    """What lets the last day move to a working day, or forbids it."""


@dataclass(frozen=True, slots=True)
class DateReasons:
    """Why each instant of a period is what it is, in the order a person would tell it."""

    opens: tuple[Reason, ...] = ()
    cutoff: tuple[Reason, ...] = ()
    due: tuple[Reason, ...] = ()
    freeze: tuple[Reason, ...] = ()


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
    reasons: DateReasons = field(default=DateReasons(), compare=False)

    def is_on_time(self, sent_at: datetime) -> bool:
        """Strictly before the due instant, whatever zone ``sent_at`` is written in."""
        return sent_at.astimezone(UTC) < self.due_at.astimezone(UTC)


def period_dates(rule: PeriodRule, year: int, calendar: WorkingDays, zone: ZoneInfo) -> PeriodDates:
    """Turn a rule into instants. Raises DataProblem when the cut-off leaves too few working days."""
    day_rule = DayRule(rule.wording, rule.basis, rule.roll, rule.roll_basis)
    due = settle(day_rule, named_in(year, rule.due), calendar, zone)
    opens, cutoff = named_in(year, rule.opens), named_in(year, rule.cutoff)
    freeze_at, freeze_reasons = _freeze(rule, due, calendar, zone)
    return PeriodDates(
        period=rule.period,
        year=year,
        opens_at=datetime.combine(opens, OFFICE_OPENS, zone),
        cutoff=cutoff,
        soft_due_at=due.soft_at,
        due_at=due.due_at,
        last_day=due.last_day,
        freeze_at=freeze_at,
        rule=rule,
        reasons=DateReasons(
            opens=(because("opens", day=opens, weekday=weekday(opens)), because("basis", basis=rule.basis)),
            cutoff=cutoff_reasons(rule.period, cutoff, due.last_day, calendar),
            due=due.reasons,
            freeze=freeze_reasons,
        ),
    )


def _freeze(
    rule: PeriodRule, due: DueDay, calendar: WorkingDays, zone: ZoneInfo
) -> tuple[datetime, tuple[Reason, ...]]:
    """When the final edition is frozen: at the soft due, or some working days after the last good day."""
    if not rule.freeze_days:
        return due.soft_at, (because("freeze_soft"),)
    day = calendar.add(due.last_day, rule.freeze_days)
    between = calendar.facts(due.last_day + ONE_DAY, day)
    skipped = tuple(one for one in between if one.key != "why.ordinary")
    counted = because("freeze_days", count=rule.freeze_days, last_day=due.last_day, weekday=weekday(day))
    return datetime.combine(day, OFFICE_CLOSES, zone), (counted, *skipped)


def cutoff_reasons(period: str, cutoff: date, last_day: date, calendar: WorkingDays) -> tuple[Reason, ...]:
    """Why a data cut-off is allowed. Raises DataProblem when it leaves less than one working day."""
    days = calendar.count_after(cutoff, last_day)
    if days < MINIMUM_WORKING_DAYS:
        raise DataProblem("calendar.cutoff_too_late", period=period, cutoff=cutoff, last_day=last_day, days=days)
    return (because("cutoff", day=cutoff, weekday=weekday(cutoff), days=days, last_day=last_day),)


@dataclass(frozen=True, slots=True)
class Extension:
    """A granted postponement of one obligation: a new due instant, a reason, and who decided."""

    obligation: str
    due_at: datetime
    reason: str
    requested_by: str
    decided_by: str
    decided_at: datetime
    document: str = ""
    """Number and day of the document it rests on."""
    revoked_at: datetime | None = None

    def in_force(self) -> "Extension":
        """As it counts: one that was taken back ends when it was, never earlier, so that nobody is made late by it."""
        return self if self.revoked_at is None else replace(self, due_at=min(self.due_at, self.revoked_at))


def effective_due(dates: PeriodDates, extension: Extension | None) -> datetime:
    """The due instant of one agency; an extension never shortens it."""
    if extension is None:
        return dates.due_at
    return max(dates.due_at, extension.due_at)


def extension_reasons(dates: PeriodDates, extension: Extension | None) -> tuple[Reason, ...]:
    """What an agency's extension adds, after everything else."""
    if extension is None:
        return ()
    said = {"due_at": extension.due_at, "reason": extension.reason, "decided_at": extension.decided_at}
    return (because("extended" if extension.due_at > dates.due_at else "extension_shorter", **said),)


class Counting(StrEnum):
    """How the days of a reminder are counted from the soft due date."""

    CALENDAR = "calendar"
    WORKING = "working"


class RungTo(StrEnum):
    """Whom a reminder goes to."""

    CONTACT = "contact"
    LEADER = "leader"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Rung:
    """One reminder: so many days before (negative) or after the soft due date, in calendar or working days."""

    days: int
    count: Counting = Counting.CALENDAR
    to: RungTo = RungTo.CONTACT


def rung_dates(ladder: Sequence[Rung], soft_due: date, calendar: WorkingDays) -> tuple[tuple[date, Rung], ...]:
    """The day of every reminder, earliest first; rungs that fall on one day keep the ladder's order."""
    dated = [(_rung_day(rung, soft_due, calendar), rung) for rung in ladder]
    return tuple(sorted(dated, key=lambda one: one[0]))


def _rung_day(rung: Rung, soft_due: date, calendar: WorkingDays) -> date:
    if rung.count is Counting.WORKING:
        return calendar.add(soft_due, rung.days)
    return soft_due + timedelta(days=rung.days)
