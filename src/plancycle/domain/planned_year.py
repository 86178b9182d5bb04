"""A year played in advance: every letter, answer and edition, by the programme's own rules and stated habits.

The dates, the reminder ladder and the roster are those of the real year (:mod:`.deadlines`, :mod:`.ladder`,
:mod:`.roster`); only how agencies behave is supposed, and :data:`HABITS` says how.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from plancycle.domain.deadlines import PeriodDates, RungTo, period_dates
from plancycle.domain.ladder import aim_of, rung_due, rung_name
from plancycle.domain.messages import MessageKind
from plancycle.domain.periods import Period
from plancycle.domain.programme import Programme
from plancycle.domain.roster import Roster
from plancycle.domain.shares import Span
from plancycle.domain.succession import applied
from plancycle.domain.what_if import WhatIf, supposed
from plancycle.domain.working_days import WorkingDays

SWEEPS = (time(8, 5), time(17, 5))
"""When what is due is done, every day; the second is just after offices close."""
SENT = time(15, 0)
WORK_DAYS = 5
"""Working days an agency needs from the day a letter reaches it."""
URGED_DAYS = 2
"""Working days from the first letter after the due date to the answer of somebody who waited for it."""
CHASED = timedelta(days=10)
WHEN_URGED, NEVER = 1000, 2000
HABITS: tuple[tuple[int, int], ...] = ((20, -11), (45, -5), (70, -1), (90, 0), (97, WHEN_URGED), (100, NEVER))
"""Of a hundred agencies the first 20 send 11 days before the soft due, up to 45 five days, …; 7 only when urged after
the due date, 3 never. The mix is the rehearsal's; nobody sends before the data cut-off."""


class Fate(StrEnum):
    """What became of one obligation."""

    ON_TIME = "on_time"
    LATE = "late"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class PlannedLetter:
    """A letter: when, to whom, which; ``is_refused`` when the mailbox would not take it."""

    at: datetime
    period: Period
    agency: str
    kind: MessageKind
    rung: str
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class PlannedAnswer:
    """What an agency would send; None: nothing."""

    period: Period
    agency: str
    sent_at: datetime | None
    fate: Fate


@dataclass(frozen=True, slots=True)
class PlannedEdition:
    """A period's final edition: when it is frozen, with how many of how many, and whether before the due instant.

    ``is_in_time`` is asked of periods whose freeze lies before the due instant (the evaluation before 10/12).
    """

    period: Period
    frozen_at: datetime
    planned_at: datetime
    included: int
    expected: int
    is_in_time: bool


@dataclass(frozen=True, slots=True)
class PlannedYear:
    """Everything that would happen."""

    programme: Programme
    dates: Mapping[Period, PeriodDates]
    letters: tuple[PlannedLetter, ...]
    answers: tuple[PlannedAnswer, ...]
    editions: tuple[PlannedEdition, ...]
    unreachable: tuple[str, ...] = ()


@dataclass(slots=True)
class _Case:
    """One agency in one period while it is played."""

    called: datetime | None = None
    reached: date | None = None
    names: list[str] = field(default_factory=list)
    urged: date | None = None
    sends_at: datetime | None = None
    taken_in: bool = False


def plan_year(
    programme: Programme,
    year: int,
    calendar: WorkingDays,
    wanted: WhatIf | None = None,
    alternates: Mapping[str, bool] | None = None,
) -> PlannedYear:
    """Play a year. ``alternates``: which agencies have a second address, where that is known (unknown: they have).

    Raises DataProblem: a supposed date that the calendar refuses, or a body or period that does not exist.
    """
    wanted = wanted or WhatIf()
    changed = supposed(programme, wanted)
    zone = ZoneInfo(programme.timezone)
    dates = {period: period_dates(changed.period_rule(period), year, calendar, zone) for period in changed.order}
    roster = Roster(changed, applied(changed.successions))
    everybody = dict.fromkeys(
        one for period in changed.order for one in roster.reporters(dates[period].opens_at.date())
    )
    dead = frozenset(sorted(everybody, key=lambda one: _number("mailbox", one))[: wanted.bounces])
    mute = frozenset(one for one in dead if not (alternates or {}).get(one, True))
    tried: set[str] = set()
    played = [_Stage(changed, dates[one], calendar, roster, wanted, dead, mute, tried).play() for one in changed.order]
    letters = sorted((one for stage in played for one in stage.letters), key=lambda one: one.at)
    return PlannedYear(
        changed,
        dates,
        tuple(letters),
        tuple(one for stage in played for one in stage.answers()),
        tuple(stage.edition for stage in played if stage.edition),
        tuple(sorted(mute)),
    )


class _Stage:
    """One period, sweep by sweep."""

    def __init__(
        self,
        programme: Programme,
        dates: PeriodDates,
        calendar: WorkingDays,
        roster: Roster,
        wanted: WhatIf,
        dead: frozenset[str],
        mute: frozenset[str],
        tried: set[str],
    ) -> None:
        self.programme, self.dates, self.calendar, self.roster = programme, dates, calendar, roster
        self.wanted, self.dead, self.mute = wanted, dead, mute
        self.tried = tried  # addresses that have refused once: from then on the other one is written to
        self.cases: dict[str, _Case] = {}
        self.letters: list[PlannedLetter] = []
        self.edition: PlannedEdition | None = None

    def play(self) -> "_Stage":
        """Every sweep from the opening until nobody is chased any longer."""
        day, zone = self.dates.opens_at.date(), self.dates.due_at.tzinfo
        while day <= (self.dates.freeze_at + CHASED).date() or self.edition is None:
            if not any(one.covers(day) for one in self.wanted.outages):
                for at in SWEEPS:
                    self._sweep(datetime.combine(day, at, zone))
            day += timedelta(days=1)
            if day > (self.dates.freeze_at + CHASED * 20).date():
                break
        return self

    def answers(self) -> list[PlannedAnswer]:
        """What became of everybody who owes at the end."""
        found = []
        for agency in self._owing(self.dates.freeze_at.date()):
            sent_at = case.sends_at if (case := self.cases.get(agency)) else None
            is_sent = sent_at is not None and case is not None and case.taken_in
            fate = Fate.MISSING if not is_sent else Fate.ON_TIME if self.dates.is_on_time(sent_at) else Fate.LATE  # type: ignore[arg-type]
            found.append(PlannedAnswer(self.dates.period, agency, sent_at if is_sent else None, fate))
        return found

    def _owing(self, today: date) -> tuple[str, ...]:
        span = Span(self.dates.opens_at.date(), self.dates.freeze_at.date())
        filed = {agency: case.sends_at.date() for agency, case in self.cases.items() if case.taken_in and case.sends_at}
        return self.roster.period(span, today, filed).agencies

    def _sweep(self, now: datetime) -> None:
        if now < self.dates.opens_at:
            return
        for case in self.cases.values():
            case.taken_in = case.taken_in or (case.sends_at is not None and case.sends_at <= now)
        owing = self._owing(now.date())
        for agency in owing:
            case = self.cases.setdefault(agency, _Case())
            if not case.taken_in:
                self._write(agency, case, now)
        self._freeze(owing, now)

    def _write(self, agency: str, case: _Case, now: datetime) -> None:
        """The data call, once more to the other address when it was refused, then the ladder."""
        if case.called is None or (case.reached is None and agency in self.dead - self.mute):
            if now < self.dates.freeze_at:
                self._call(agency, case, now)
            return
        if agency in self.mute or case.called.date() >= now.date():
            return
        aim = aim_of(self.dates.soft_due_at.date(), self.calendar)
        rung = rung_due(self.programme.ladder, self.calendar, aim, now.date(), case.names)
        if rung is None:
            return
        name = rung_name(rung.days, aim)
        is_over = now >= self.dates.due_at
        kind = MessageKind.OVERDUE if is_over else MessageKind.REMINDER
        kind = MessageKind.ESCALATION if rung.to is RungTo.LEADER else kind
        case.names.append(name)
        self.letters.append(PlannedLetter(now, self.dates.period, agency, kind, name))
        if is_over and case.urged is None:
            case.urged = now.date()
            self._decide(agency, case)

    def _call(self, agency: str, case: _Case, now: datetime) -> None:
        is_first = case.called is None
        is_refused = agency in self.dead and (agency in self.mute or agency not in self.tried)
        self.tried |= {agency} if is_refused else set()
        case.called = now
        rung = "call" if is_first else "call-alternate"
        self.letters.append(PlannedLetter(now, self.dates.period, agency, MessageKind.DATA_CALL, rung, is_refused))
        if not is_refused:
            case.reached = now.date()
            self._decide(agency, case)

    def _decide(self, agency: str, case: _Case) -> None:
        """When the agency sends, now that a letter reached it or urged it."""
        offset = habit(agency, self.dates.period)
        if offset == NEVER or case.sends_at is not None or case.reached is None:
            return
        if offset == WHEN_URGED:
            if case.urged is not None:
                case.sends_at = self._at(self.calendar.add(case.urged, URGED_DAYS))
            return
        ready = self.calendar.add(max(case.reached, self.dates.opens_at.date()), WORK_DAYS)
        counted = self.calendar.add(self.dates.cutoff, 1)
        wished = self.calendar.last_on_or_before(self.dates.soft_due_at.date() + timedelta(days=offset))
        case.sends_at = self._at(max(ready, counted, wished))

    def _at(self, day: date) -> datetime:
        return datetime.combine(day, SENT, self.dates.due_at.tzinfo)

    def _freeze(self, owing: Sequence[str], now: datetime) -> None:
        included = sum(self.cases[one].taken_in for one in owing)
        is_due = now >= self.dates.freeze_at or (bool(owing) and included == len(owing))
        if self.edition is not None or not is_due:
            return
        planned = self.dates.freeze_at
        is_in_time = now < self.dates.due_at or planned >= self.dates.due_at
        self.edition = PlannedEdition(self.dates.period, now, planned, included, len(owing), is_in_time)


def habit(agency: str, period: Period) -> int:
    """How an agency behaves in a period: days from the soft due, or one of the two that wait. The same every time."""
    place = _number(str(period), agency) % 100
    return next(offset for limit, offset in HABITS if place < limit)


def _number(about: str, agency: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{about}|{agency}".encode()).digest()[:8], "big")
