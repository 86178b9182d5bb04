"""One year of a programme as the services look at it: programme, calendar, forms, titles."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from plancycle.domain.assignments import form_for
from plancycle.domain.deadlines import Extension, PeriodDates, period_dates
from plancycle.domain.errors import NotFound
from plancycle.domain.findings import is_yearly_total
from plancycle.domain.forms import Form
from plancycle.domain.numbers import canonical
from plancycle.domain.obligations import Obligation, obligations_of
from plancycle.domain.periods import CHECK_INS, CycleKey, ObligationKey, Period, preceding
from plancycle.domain.programme import Programme
from plancycle.domain.submissions import SubmissionStatus
from plancycle.domain.working_days import WorkingDays
from plancycle.services.ports import House
from plancycle.services.repositories import Work


@dataclass(frozen=True, slots=True)
class CycleView:
    """A programme's year; everything in it is derived, nothing stored."""

    programme: Programme
    year: int
    calendar: WorkingDays

    @property
    def id(self) -> str:
        """The cycle's id, ``tn-nq94-2025``."""
        return str(CycleKey(self.programme.id, self.year))

    def key(self, period: Period) -> str:
        """The prefix of every key of a period, ``tn-nq94-2025/q1``."""
        return f"{self.id}/{period}"

    def dates(self, period: Period) -> PeriodDates:
        """Every instant of a period. Raises DataProblem when the calendar is impossible."""
        rule = self.programme.period_rule(period)
        return period_dates(rule, self.year, self.calendar, ZoneInfo(self.programme.timezone))

    def form(self, period: Period, agency: str) -> Form:
        """What an agency is asked. Raises NotFound for a body that owes nothing."""
        if agency not in self.programme.reporters:
            raise NotFound("not_found.reporter", agency=agency)
        return form_for(self.programme, self.id, period, agency)

    def title(self, period: Period) -> str:
        """``Quý I/2025``, ``Đánh giá năm 2025``."""
        title = self.programme.period_rule(period).title
        if period in CHECK_INS:
            return f"{title}/{self.year}"
        return f"{title} {self.year}" if title.endswith("năm") else f"{title} năm {self.year}"

    def open_periods(self, now: datetime) -> tuple[Period, ...]:
        """Periods whose opening instant has come, in order."""
        return tuple(period for period in self.programme.order if self.dates(period).opens_at <= now)

    def obligations(self, period: Period, extensions: dict[str, Extension]) -> tuple[Obligation, ...]:
        """Who owes the period, in roster order."""
        return obligations_of(self.id, self.dates(period), self.programme.reporters, extensions)


def cycle_view(house: House, year: int) -> CycleView:
    """Look at one year of the house's programme. Raises ProgrammeProblem or NotFound."""
    programme = house.programmes.load(house.programme_id)
    return CycleView(programme, year, house.programmes.working_days(programme, year))


def previous_values(work: Work, view: CycleView, period: Period, agency: str) -> dict[tuple[str, str], str]:
    """Canonical values the agency is compared with, by (row, field); empty when there are none.

    They are those of its last accepted period; for a yearly total they are the check-ins added up.
    """
    before = preceding(period, view.programme.order)
    if before is None:
        return {}
    values = _accepted_values(work, view, before, agency)
    if period is Period.ANNUAL:
        parts = [_accepted_values(work, view, part, agency) for part in view.programme.check_ins]
        values.update(_added_up(view, parts))
    return values


def _accepted_values(work: Work, view: CycleView, period: Period, agency: str) -> dict[tuple[str, str], str]:
    versions = work.submissions.versions(ObligationKey(view.id, period, agency))
    accepted = [version for version in versions if version.status is SubmissionStatus.ACCEPTED]
    entries = work.submissions.entries(accepted[-1].id) if accepted else []
    return {(entry.row, entry.field): entry.value for entry in entries if entry.value is not None}


def _added_up(view: CycleView, parts: list[dict[tuple[str, str], str]]) -> dict[tuple[str, str], str]:
    totals: dict[tuple[str, str], str] = {}
    for indicator in (*view.programme.form.figures, *view.programme.indicators):
        question = (indicator.id, "value")
        given = [Decimal(values[question]) for values in parts if question in values]
        if given and is_yearly_total(Period.ANNUAL, indicator):
            totals[question] = canonical(sum(given, Decimal(0)))
    return totals
