"""Who owes which of the plan's other duties, and where each stands on a day. Nothing here is stored.

Only duties with a day owe anything: a one-off ("trước ngày 15/8/2024", that day is late), a yearly day, or simply
every year (a dialogue with the young: at least once a year, Youth Law 57/2020/QH14, Article 10, clause 1).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from plancycle.domain.agencies import AgencyKind
from plancycle.domain.deadlines import PlanDeadline
from plancycle.domain.duties import DutyKind, DutyRecord, DutyStatus
from plancycle.domain.plan_dates import DeadlineDate
from plancycle.domain.programme import Duty, Programme
from plancycle.domain.roster import Roster

OWED = (DutyKind.DISSEMINATION, DutyKind.DIALOGUE, DutyKind.BUDGET)
"""Kinds that bodies owe; all others arise with their occasion."""

PUBLISHED_DAYS = 30
"""A dialogue's programme is published at least so many days before it (Youth Law 57/2020/QH14, Article 10)."""


class Standing(StrEnum):
    """Where a body stands with a duty it owes; ``voluntary`` did it without owing it."""

    DONE = "done"
    DONE_LATE = "done_late"
    PLANNED = "planned"
    NOT_HELD = "not_held"
    OPEN = "open"
    OVERDUE = "overdue"
    VOLUNTARY = "voluntary"


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One body's line: what it did last, by when it had to."""

    kind: DutyKind
    body: str
    standing: Standing
    last_day: date | None
    """The last good day; None where the plan names none and the coordinator has set none."""
    record: DutyRecord | None


@dataclass(frozen=True, slots=True)
class BudgetSum:
    """The proposals of a year added up exactly, before and after the department has submitted them."""

    year: int
    gathered_by: str
    unit: str
    precision: int
    proposals: tuple[DutyRecord, ...]
    """The newest of every body, in roster order."""
    total: Decimal
    submitted_total: Decimal
    missing: tuple[str, ...]


def deadline_of(programme: Programme, duty: Duty) -> PlanDeadline | None:
    """The plan's deadline a duty names, if any."""
    return next((one for one in programme.deadlines if one.id == duty.deadline), None)


def _one_off(programme: Programme, duty: Duty) -> date | None:
    """The one day in the life of the plan that a duty is due, whichever way it is worded."""
    deadline = deadline_of(programme, duty)
    return (deadline.before_date or deadline.by_date) if deadline is not None else None


def year_of(programme: Programme, duty: Duty, on: date, due: date | None, given: int) -> int:
    """The year a record belongs to: the one-off's own, the day that was set, or the day it happened.

    Money is proposed for a year that has to be said (``given``); left out, it is the year of the proposal.
    """
    named = _one_off(programme, duty)
    if named is not None:
        return named.year
    if duty.makes is DutyKind.BUDGET and given:
        return given
    return (due or on).year


def last_day(programme: Programme, duty: Duty, year: int, dates: Sequence[DeadlineDate]) -> date | None:
    """The last good day of an owed duty in a year; None where nobody has named or entered one.

    ``dates`` are the plan's deadlines of the year in which it is told, with what has been entered. "Every year"
    without a day ends with it. Money for a year is proposed in the year before it.
    """
    deadline, told_in = deadline_of(programme, duty), told_in_year(duty, year)
    if deadline is None:
        return date(told_in, *duty.due_day) if duty.due_day else None
    for dated in dates:
        if dated.deadline == deadline.id and dated.at is not None:
            return (dated.at - timedelta(microseconds=1)).date()
    return date(told_in, 12, 31) if deadline.kind == "yearly" else None


def told_in_year(duty: Duty, year: int) -> int:
    """The year in which a year's duty is told: its own, but a budget the year before the money is for."""
    return year - 1 if duty.makes is DutyKind.BUDGET else year


def owing(
    programme: Programme, duty: Duty, year: int, roster: Roster, acted: Collection[str], on: date
) -> tuple[str, ...]:
    """The bodies that owe a duty in a year as seen on a day: the deadline's owners, else every reporter.

    A body that has turned into others owes what it told itself (``acted``) and leaves the rest to them. Invited bodies
    never owe.
    """
    deadline, named = deadline_of(programme, duty), _one_off(programme, duty)
    if year < programme.start_year or (named is not None and named.year != year):
        return ()
    start, day = date(year, 1, 1), min(on, date(year, 12, 31))
    listed = deadline.owner if deadline else ()
    found = [body for owner in listed for body in _standing_for(owner, roster, acted, day, date.min)]
    if not listed:
        found = [body for owner in roster.reporters(start) for body in _standing_for(owner, roster, acted, day, start)]
    never = {AgencyKind.INVITED, AgencyKind.MINISTRY, AgencyKind.COUNCIL}
    return tuple(body for body in dict.fromkeys(found) if programme.agency(body).kind not in never)


def _standing_for(owner: str, roster: Roster, acted: Collection[str], on: date, since: date) -> tuple[str, ...]:
    return (owner,) if owner in acted else roster.heirs(owner, on, since)


def lines_of(
    programme: Programme,
    duty: Duty,
    year: int,
    roster: Roster,
    records: Sequence[DutyRecord],
    dates: Sequence[DeadlineDate],
    today: date,
) -> tuple[DutyLine, ...]:
    """Every body that owes the duty, then those that did it without owing it. ``records``: that year and kind."""
    kind = duty.makes
    assert kind is not None
    end = last_day(programme, duty, year, dates)
    newest = {record.body: record for record in sorted(records, key=_weight)}
    bodies = owing(programme, duty, year, roster, newest, min(today, end or today))
    owed = [DutyLine(kind, body, _standing(newest.get(body), end, today), end, newest.get(body)) for body in bodies]
    free = [DutyLine(kind, body, Standing.VOLUNTARY, None, newest[body]) for body in newest if body not in bodies]
    return (*owed, *free)


def _weight(record: DutyRecord) -> tuple[bool, bool, int, str]:
    """What counts most comes last: the first time it was really done; else what was told last."""
    is_done = record.status in (DutyStatus.DONE, DutyStatus.HELD)
    told = record.events[-1].on.toordinal()
    return is_done, record.status is not DutyStatus.REPLACED, -told if is_done else told, record.key


def _standing(record: DutyRecord | None, end: date | None, today: date) -> Standing:
    is_past = end is not None and today > end
    if record is None:
        return Standing.OVERDUE if is_past else Standing.OPEN
    if record.status is DutyStatus.NOT_HELD:
        return Standing.NOT_HELD
    if record.status is DutyStatus.PLANNED:
        return Standing.OVERDUE if is_past or record.is_overdue(today) else Standing.PLANNED
    told = record.events[-1].on if record.kind is not DutyKind.BUDGET else record.events[0].on
    return Standing.DONE_LATE if end is not None and told > end else Standing.DONE


def is_published_late(record: DutyRecord) -> bool:
    """Whether a dialogue's programme was published later than thirty days before the dialogue."""
    published = record.facts.get("published")
    if record.kind is not DutyKind.DIALOGUE or not published:
        return False
    last = record.events[-1]
    held = last.on if last.status is DutyStatus.HELD else last.due
    return held is not None and date.fromisoformat(published) + timedelta(days=PUBLISHED_DAYS) > held


def budget_sum(
    programme: Programme, duty: Duty, year: int, roster: Roster, records: Sequence[DutyRecord], today: date
) -> BudgetSum:
    """Add the newest proposal of every body up, exactly; a body is missing while it has proposed nothing."""
    standing = [record for record in records if record.status is not DutyStatus.REPLACED]
    # What has been submitted stands in the sums until its successor is submitted, too.
    newest = {record.body: record for record in sorted(standing, key=lambda record: record.events[0].at)}
    place = {body: number for number, body in enumerate(programme.reporters)}
    proposals = sorted(newest.values(), key=lambda record: (place.get(record.body, len(place)), record.body))
    submitted = [record.amount for record in standing if record.status is DutyStatus.SUBMITTED]
    gatherer = duty.gathered_by or programme.consolidator
    return BudgetSum(
        year=year,
        gathered_by=roster.holder(gatherer, today) or gatherer,
        unit=duty.unit or "",
        precision=duty.precision,
        proposals=tuple(proposals),
        total=sum((record.amount for record in proposals), Decimal(0)),
        submitted_total=sum(submitted, Decimal(0)),
        missing=tuple(body for body in owing(programme, duty, year, roster, newest, today) if body not in newest),
    )
