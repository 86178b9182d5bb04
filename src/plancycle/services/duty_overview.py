"""The plan's other duties at a moment: lists, who still owes, the budget added up, and a few numbers for the year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from plancycle.domain.duties import DutyKind, DutyRecord, DutyStatus, decision_of
from plancycle.domain.duty_rules import Reader, Told, duty_of, read_event
from plancycle.domain.duty_standing import OWED, BudgetSum, DutyLine, Standing, budget_sum, lines_of, told_in_year
from plancycle.domain.errors import ActionNeeded, NotFound, SeveralProblems
from plancycle.domain.plan_dates import DeadlineDate, plan_dates
from plancycle.domain.programme import Programme
from plancycle.domain.roster import Roster
from plancycle.services.cycle_view import cycle_view
from plancycle.services.duty_journal import append
from plancycle.services.ports import House
from plancycle.services.repositories import Work

AHEAD = timedelta(days=30)
"""A duty without a ladder of its own is brought to mind from a month before its last day."""

MET = (Standing.DONE, Standing.DONE_LATE)


@dataclass(frozen=True, slots=True)
class KindSummary:
    """One kind in a year: records, how many still wait for somebody, how many past their day; who did what is owed."""

    kind: DutyKind
    records: int
    open: int
    overdue: int
    owed: int
    done: int


def listed(house: House, year: int = 0, kind: DutyKind | None = None, body: str = "") -> list[DutyRecord]:
    """Records as they stand now, in the order in which they were told; year 0 means every year."""
    with house.work() as work:
        found = records_at(work, house.programme_id, house.clock.now())
    return [
        record
        for record in found
        if year in (0, record.year) and kind in (None, record.kind) and body in ("", record.body)
    ]


def shown(house: House, record_id: str) -> DutyRecord:
    """One record as it stands now. Raises NotFound."""
    with house.work() as work:
        record = work.duties.get(record_id)
    found = record.as_of(house.clock.now()) if record else None
    if found is None:
        raise NotFound("not_found.duty", record=record_id)
    return found


def records_at(work: Work, programme: str, now: datetime) -> list[DutyRecord]:
    """Every record of a programme as it stood at a moment."""
    return [found for record in work.duties.all(programme) if (found := record.as_of(now)) is not None]


@dataclass(frozen=True, slots=True)
class _Look:
    """One year in one transaction: the programme in force, its records and dates, today."""

    programme: Programme
    roster: Roster
    year: int
    records: tuple[DutyRecord, ...]
    dates: Mapping[int, tuple[DeadlineDate, ...]]
    """The plan's deadlines of the years in which this year's duties are told."""
    today: date

    def of(self, kind: DutyKind) -> list[DutyRecord]:
        """The year's records of a kind."""
        return [record for record in self.records if (record.kind, record.year) == (kind, self.year)]

    def lines(self, kind: DutyKind) -> tuple[DutyLine, ...]:
        """Who owes a kind, and where each stands."""
        duty = duty_of(self.programme, kind)
        dates = self.dates.get(told_in_year(duty, self.year), ())
        return lines_of(self.programme, duty, self.year, self.roster, self.of(kind), dates, self.today)

    def budget(self) -> BudgetSum:
        """The year's proposals added up."""
        duty = duty_of(self.programme, DutyKind.BUDGET)
        return budget_sum(self.programme, duty, self.year, self.roster, self.of(DutyKind.BUDGET), self.today)


def _look(house: House, work: Work, year: int) -> _Look:
    view, now = cycle_view(house, year, work), house.clock.now()
    told_in = {told_in_year(duty, year) for duty in view.programme.duties if duty.makes in OWED and duty.deadline}
    dates = {one: _dates(house, work, view.programme, one) for one in told_in}
    records = tuple(records_at(work, view.programme.id, now))
    return _Look(view.programme, view.roster, year, records, dates, now.date())


def _dates(house: House, work: Work, programme: Programme, year: int) -> tuple[DeadlineDate, ...]:
    entered = work.entered_dates.of_year(programme.id, year)
    return plan_dates(programme, year, house.programmes.working_days(programme, year), entered)


def owed(house: House, year: int, kind: DutyKind) -> tuple[DutyLine, ...]:
    """Where every body stands with a kind. Raises DataProblem when the programme has no such duty."""
    with house.work() as work:
        return _look(house, work, year).lines(kind)


def waiting_by_body(house: House, work: Work, year: int) -> dict[str, list[DutyLine]]:
    """What bodies still owe of the year's other duties, overdue or due within :data:`AHEAD`, by body and by day.

    Money for a year is asked for in the year before it.
    """
    found: dict[str, list[DutyLine]] = {}
    looks = [_look(house, work, one) for one in (year, year + 1)]
    for duty in looks[0].programme.duties:
        for look in looks:
            if duty.makes in OWED and told_in_year(duty, look.year) == year:
                for line in look.lines(duty.makes):
                    if _is_waiting(line, look.today):
                        found.setdefault(line.body, []).append(line)
    return {body: sorted(lines, key=lambda line: str(line.last_day)) for body, lines in found.items()}


def _is_waiting(line: DutyLine, today: date) -> bool:
    """Nothing has been told of it, and its day has passed or is near."""
    is_near = line.last_day is not None and line.last_day <= today + AHEAD
    return line.standing in (Standing.OPEN, Standing.OVERDUE) and is_near


def budget(house: House, year: int) -> BudgetSum:
    """The year's proposals added up. Raises DataProblem when the programme has no such duty."""
    with house.work() as work:
        return budget_of(house, work, year)


def budget_of(house: House, work: Work, year: int) -> BudgetSum:
    """The same inside a transaction."""
    return _look(house, work, year).budget()


def submit_budget(house: House, year: int, told: Told) -> BudgetSum:
    """The gathering department submits every newest proposal under one document; what they replace is marked so.

    Nothing new to submit changes nothing. Raises SeveralProblems, or ActionNeeded when nobody has proposed anything.
    """
    reader = Reader()
    event = read_event(reader, DutyKind.BUDGET, DutyStatus.SUBMITTED, told, house.clock.now())
    if reader.problems:
        raise SeveralProblems("duty.problems", reader.problems)
    with house.work() as work:
        look = _look(house, work, year)
        found = look.budget()
        if not found.proposals:
            raise ActionNeeded("duty.nothing_proposed", year=year)
        for record in found.proposals:
            if record.status is DutyStatus.PROPOSED:
                _replace_submitted(house, work, record, look.of(DutyKind.BUDGET))
                append(house, work, record, event)
        return _look(house, work, year).budget()


def _replace_submitted(house: House, work: Work, newer: DutyRecord, known: Sequence[DutyRecord]) -> None:
    for older in known:
        if older.body == newer.body and older.status is DutyStatus.SUBMITTED:
            append(house, work, older, older.replaced_by(newer.id, house.clock.now()))


def accepted_amendment(house: House, record_id: str) -> str:
    """The decision that accepted an amendment proposal, in words that an amended programme can cite.

    Raises NotFound, or MoveNotAllowed when nobody has accepted it.
    """
    decided = decision_of(shown(house, record_id))
    return house.texts.say("duty.decision", document=decided.document, on=decided.document_on)


def summary(house: House, year: int) -> tuple[KindSummary, ...]:
    """One line for each kind the programme has; what is open from earlier years still counts."""
    with house.work() as work:
        look = _look(house, work, year)
    kinds = {duty.makes for duty in look.programme.duties}
    return tuple(_summary(look, kind) for kind in DutyKind if kind in kinds)


def _summary(look: _Look, kind: DutyKind) -> KindSummary:
    left = [record for record in look.records if record.kind is kind and record.year < look.year and record.is_open]
    mine = [*left, *look.of(kind)]
    lines = look.lines(kind) if kind in OWED else ()
    standings = [line.standing for line in lines if line.standing is not Standing.VOLUNTARY]
    late = standings.count(Standing.OVERDUE) if lines else sum(record.is_overdue(look.today) for record in mine)
    return KindSummary(
        kind=kind,
        records=len(mine),
        open=sum(record.is_open for record in mine),
        overdue=late,
        owed=len(standings),
        done=sum(standing in MET for standing in standings),
    )
