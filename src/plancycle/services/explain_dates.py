"""Every date of a programme's year and why it is that day: the periods, then the plan's own deadlines, dated or not."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from plancycle.domain.deadlines import Extension, PeriodDates, effective_due, extension_reasons
from plancycle.domain.due_dates import OFFICE_CLOSES
from plancycle.domain.errors import NotFound
from plancycle.domain.plan_dates import EVENT, DeadlineDate, plan_dates
from plancycle.domain.reasons import Reason
from plancycle.domain.working_days import WorkingDays
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.ports import House


@dataclass(frozen=True, slots=True)
class ExplainedDate:
    """One date: of a period (``opens``, ``cutoff``, ``due``, ``freeze``) or of a deadline of the plan.

    ``at`` is None for a deadline that has no date yet; a due instant is the first moment that is late.
    """

    period: str
    deadline: str
    work: str
    title: str
    what: str
    at: datetime | date | None
    soft_at: datetime | None
    reasons: tuple[Reason, ...]


def explain(house: House, year: int, agency: str = "") -> list[ExplainedDate]:
    """The dates of a year, in the plan's order; of one agency with its extensions when one is named.

    Raises NotFound for a body that owes nothing, ProgrammeProblem and DataProblem for a calendar that cannot be.
    """
    with house.work() as work:
        view = cycle_view(house, year, work)
        extensions = work.submissions.extensions(view.id)
        entered = work.entered_dates.of_year(view.programme.id, year)
    periods = [one for one in view.programme.order if not agency or agency in view.reporters(one)]
    if not periods:
        raise NotFound("not_found.reporter", agency=agency)
    found: list[ExplainedDate] = []
    for period in periods:
        extension = extensions.get(f"{view.key(period)}/{agency}")
        found.extend(_of_period(view, view.dates(period), view.title(period), extension))
    for one in plan_dates(view.programme, year, view.calendar, entered):
        if not agency or _answers_for(view, agency, one.owner):
            found.extend(_of_deadline(one))
    return found


def _answers_for(view: CycleView, agency: str, owners: tuple[str, ...]) -> bool:
    """Whether the agency is one of the owners (all, when none is named) or has taken one's place."""
    return not owners or agency in owners or any(agency in view.reports_now(owner) for owner in owners)


def _of_period(view: CycleView, dates: PeriodDates, title: str, extension: Extension | None) -> list[ExplainedDate]:
    due_at = effective_due(dates, extension)
    soft_at = dates.soft_due_at if due_at == dates.due_at else _soft_before(due_at, view.calendar)
    why = dates.reasons
    due_why = (*why.due, *extension_reasons(dates, extension))
    rows: list[tuple[str, datetime | date, datetime | None, tuple[Reason, ...]]] = [
        ("opens", dates.opens_at, None, why.opens),
        ("cutoff", dates.cutoff, None, why.cutoff),
        ("due", due_at, soft_at, due_why),
        ("freeze", dates.freeze_at, None, why.freeze),
    ]
    return [ExplainedDate(str(dates.period), "", "", title, what, at, soft, said) for what, at, soft, said in rows]


def _soft_before(due_at: datetime, calendar: WorkingDays) -> datetime:
    """17:00 on the last working day before an extended due instant, or the instant itself when that is earlier."""
    day = calendar.last_on_or_before((due_at - timedelta(microseconds=1)).date())
    return min(datetime.combine(day, OFFICE_CLOSES, due_at.tzinfo), due_at)


def _of_deadline(one: DeadlineDate) -> list[ExplainedDate]:
    what = "event" if one.kind == EVENT else "deadline"
    dated = ExplainedDate("", one.deadline, one.work, one.title, what, one.at, one.soft_at, one.reasons)
    if one.cutoff is None:
        return [dated]
    return [ExplainedDate("", one.deadline, one.work, one.title, "cutoff", one.cutoff, None, one.reasons), dated]
