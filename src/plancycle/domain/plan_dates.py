"""The plan's own deadlines as dates with reasons: what the plan dates, what somebody must still date, and why.

A plan dates few of its deadlines. *Kịp thời* (as soon as it happens) has no day until the event is entered; a review is
dated by the authority's decision; a scheme "theo tiến độ của Bộ" by the ministry's timetable. Nothing is derived that
neither the plan nor the law says: such a deadline has no date and says what must be entered.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from plancycle.domain.deadlines import PlanDeadline, cutoff_reasons
from plancycle.domain.due_dates import DayRule, Wording, named_in, settle
from plancycle.domain.errors import ActionNeeded, NotFound
from plancycle.domain.programme import AssignedWork, Programme
from plancycle.domain.reasons import Reason, because, weekday
from plancycle.domain.working_days import WorkingDays

EVENT, EXTERNAL, AUTHORITY = "event", "external_schedule", "authority_sets"


@dataclass(frozen=True, slots=True)
class EnteredDate:
    """A date that somebody entered because the plan leaves it open. The newest of a subject and year stands."""

    programme: str
    year: int
    subject: str
    """A deadline's id (D6), or the id of the work that follows a ministry's timetable (E02.18)."""
    day: date
    wording: Wording
    document: str
    """The document that sets the date, as it is cited: number, date, body."""
    entered_by: str
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class DeadlineDate:
    """A deadline of the plan in one year: an instant, or None with the reason why there is none."""

    deadline: str
    work: str
    """The work that follows a ministry's timetable; empty for every other deadline."""
    title: str
    kind: str
    owner: tuple[str, ...]
    """Agency ids; empty for everybody."""
    at: datetime | None
    soft_at: datetime | None
    cutoff: date | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a date can be entered for: a deadline, or one work of a deadline that follows a ministry's timetable."""

    deadline: PlanDeadline
    work: AssignedWork | None = None

    @property
    def id(self) -> str:
        """The id a date is entered under."""
        return self.work.id if self.work else self.deadline.id

    @property
    def owner(self) -> tuple[str, ...]:
        """Who answers for it."""
        return self.work.agencies if self.work else self.deadline.owner


@dataclass(frozen=True, slots=True)
class _Asked:
    """Everything a rule needs to be turned into dates."""

    programme: Programme
    year: int
    calendar: WorkingDays
    zone: ZoneInfo
    entered: Mapping[str, Sequence[EnteredDate]]


def subjects_of(programme: Programme) -> tuple[Subject, ...]:
    """Every deadline in the plan's order; one that follows the ministries' timetables is one subject a work."""
    found: list[Subject] = []
    for deadline in programme.deadlines:
        works = [one for one in programme.works if one.deadline == deadline.id and one.ministry_schedule]
        if deadline.kind == EXTERNAL and works:
            found.extend(Subject(deadline, work) for work in works)
        else:
            found.append(Subject(deadline))
    return tuple(found)


def check_can_be_entered(programme: Programme, subject_id: str) -> Subject:
    """The subject a date may be entered for.

    Raises NotFound (no such deadline) and ActionNeeded (the plan itself dates it, or a date belongs to each work).
    """
    subjects = subjects_of(programme)
    for subject in subjects:
        if subject.id == subject_id:
            if _is_dated_by_plan(subject.deadline):
                raise ActionNeeded("deadline.dated_by_plan", deadline=subject_id, line=subject.deadline.line)
            return subject
    works = [one.id for one in subjects if one.deadline.id == subject_id]
    if works:
        raise ActionNeeded("deadline.one_date_a_work", deadline=subject_id, works=", ".join(works))
    open_ones = [one.id for one in subjects if not _is_dated_by_plan(one.deadline)]
    raise NotFound("not_found.deadline", deadline=subject_id, known=", ".join(open_ones))


def _is_dated_by_plan(deadline: PlanDeadline) -> bool:
    return bool(deadline.before_date or deadline.by_date or deadline.before_month_day or deadline.days)


def plan_dates(
    programme: Programme, year: int, calendar: WorkingDays, entered: Sequence[EnteredDate]
) -> tuple[DeadlineDate, ...]:
    """Every deadline of the plan in one year, dated or not. ``entered`` are the year's, oldest first."""
    by_subject: dict[str, list[EnteredDate]] = {}
    for one in entered:
        by_subject.setdefault(one.subject, []).append(one)
    asked = _Asked(programme, year, calendar, ZoneInfo(programme.timezone), by_subject)
    return tuple(dated for subject in subjects_of(programme) for dated in RULES[subject.deadline.kind](subject, asked))


def _one_off(subject: Subject, asked: _Asked) -> list[DeadlineDate]:
    """One day in the life of the plan, the same whichever year is asked for."""
    deadline = subject.deadline
    if deadline.before_date:
        return [_named(subject, asked, deadline.before_date, Wording.BEFORE)]
    if deadline.by_date:
        return [_named(subject, asked, deadline.by_date, Wording.BY)]
    return _standing(subject, asked)


def _recurring(subject: Subject, asked: _Asked) -> list[DeadlineDate]:
    """Days that come round every year, each with its cut-off where the plan has one."""
    deadline = subject.deadline
    if deadline.before_month_day:
        month, day = deadline.before_month_day.split("-")
        return [_named(subject, asked, named_in(asked.year, (int(month), int(day))), Wording.BEFORE)]
    cutoffs = deadline.cutoffs or (None,) * len(deadline.days)
    pairs = zip(deadline.days, cutoffs, strict=True)
    dated = [_named(subject, asked, named_in(asked.year, day), deadline.wording, cutoff) for day, cutoff in pairs]
    return dated or _standing(subject, asked)


def _standing(subject: Subject, asked: _Asked) -> list[DeadlineDate]:
    """The newest entered date, or none and what to enter."""
    entered = asked.entered.get(subject.id, ())
    return [_entered(subject, asked, entered[-1])] if entered else [_undated(subject, asked)]


def _events(subject: Subject, asked: _Asked) -> list[DeadlineDate]:
    """Every event that was entered: the duty begins that day; the plan gives it no number of days."""
    found = []
    for one in asked.entered.get(subject.id, ()):
        said = because("event", day=one.day, weekday=weekday(one.day), text=subject.deadline.text or "")
        at = datetime.combine(one.day, time(0, 0), asked.zone)
        found.append(_dated(subject, asked, at, None, None, (entered_reason(one), said)))
    return found or [_undated(subject, asked)]


Rule = Callable[[Subject, _Asked], list[DeadlineDate]]

RULES: Mapping[str, Rule] = {
    "one_off": _one_off,
    "yearly": _recurring,
    "half_yearly": _recurring,
    "quarterly": _recurring,
    "periodic": _recurring,
    EVENT: _events,
    AUTHORITY: _standing,
    EXTERNAL: _standing,
}
"""How each kind of deadline gets its dates."""


def _named(
    subject: Subject, asked: _Asked, day: date, wording: Wording, cutoff: tuple[int, int] | None = None
) -> DeadlineDate:
    """A day the plan itself names."""
    deadline = subject.deadline
    due = settle(DayRule(wording, "", deadline.roll, deadline.roll_basis), day, asked.calendar, asked.zone)
    counted = named_in(asked.year, cutoff) if cutoff else None
    why = cutoff_reasons(deadline.id, counted, due.last_day, asked.calendar) if counted else ()
    return _dated(subject, asked, due.due_at, due.soft_at, counted, (*due.reasons, *why))


def _entered(subject: Subject, asked: _Asked, entered: EnteredDate) -> DeadlineDate:
    """A day that somebody entered."""
    deadline = subject.deadline
    rule = DayRule(entered.wording, "", deadline.roll, deadline.roll_basis)
    due = settle(rule, entered.day, asked.calendar, asked.zone)
    return _dated(subject, asked, due.due_at, due.soft_at, None, (entered_reason(entered), *due.reasons))


def entered_reason(entered: EnteredDate) -> Reason:
    """Which document sets the date, and who entered it when."""
    said = {"document": entered.document, "person": entered.entered_by, "at": entered.entered_at}
    return because("entered", **said)


def _undated(subject: Subject, asked: _Asked) -> DeadlineDate:
    """No date, why, and what must be entered."""
    deadline = subject.deadline
    said = {"deadline": subject.id, "text": deadline.text or "", "year": asked.year}
    if deadline.kind == EVENT:
        why = because("no_date_event", **said)
    elif deadline.kind == AUTHORITY:
        why = because("no_date_authority", **said)
    elif deadline.kind == EXTERNAL:
        why = because("no_date_external", ministry=_ministry(subject, asked), **said)
    else:
        why = because("no_date_configurable" if deadline.configurable else "no_date", **said)
    return _dated(subject, asked, None, None, None, (why, because("enter", **said)))


def _ministry(subject: Subject, asked: _Asked) -> str:
    schedule = subject.work.ministry_schedule if subject.work else None
    return asked.programme.agency(schedule).name if schedule else ""


def _dated(
    subject: Subject,
    asked: _Asked,
    at: datetime | None,
    soft_at: datetime | None,
    cutoff: date | None,
    reasons: tuple[Reason, ...],
) -> DeadlineDate:
    deadline = subject.deadline
    title = f"{deadline.title}: {subject.work.title}" if subject.work else deadline.title
    number = subject.work.line if subject.work else deadline.line
    line = because("plan_says" if deadline.text else "plan_line", line=number, text=deadline.text or "")
    work = subject.work.id if subject.work else ""
    why = (line, *reasons)
    return DeadlineDate(deadline.id, work, title, deadline.kind, subject.owner, at, soft_at, cutoff, why)
