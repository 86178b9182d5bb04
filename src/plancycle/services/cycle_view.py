"""One year of a programme as the services look at it: programme, calendar, forms, titles."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from plancycle.domain.amendments import Amendment
from plancycle.domain.assignments import form_for
from plancycle.domain.deadlines import Extension, PeriodDates, period_dates
from plancycle.domain.errors import NotFound
from plancycle.domain.forms import Form
from plancycle.domain.obligations import Obligation, obligations_of
from plancycle.domain.periods import CHECK_INS, CycleKey, Period
from plancycle.domain.programme import Addressee, Programme
from plancycle.domain.roster import Roster
from plancycle.domain.shares import PeriodRoster, Share, Span
from plancycle.domain.submissions import SubmissionStatus
from plancycle.domain.succession import Decision
from plancycle.domain.working_days import WorkingDays
from plancycle.services.ports import House
from plancycle.services.programme_versions import governing
from plancycle.services.repositories import Work
from plancycle.services.rosters import dates_of, roster_of


@dataclass(frozen=True, slots=True)
class Standpoint:
    """From where a year is seen: the day, and what the rows say about who answers for what."""

    day: date = date.min
    decisions: tuple[Decision, ...] = ()
    filed: Mapping[Period, Mapping[str, date]] = field(default_factory=dict)
    """When agencies filed, in periods during which a succession took effect."""
    elsewhere: frozenset[str] = frozenset()
    """Obligations declared as reported by another channel."""


@dataclass(frozen=True, slots=True)
class CycleView:
    """A programme's year; everything in it is derived, nothing stored."""

    programme: Programme
    year: int
    calendar: WorkingDays
    amendment: Amendment | None = None
    """The amendment the programme stands in; None while the version it was opened with is in force."""
    standpoint: Standpoint = Standpoint()
    known_dates: dict[Period, PeriodDates] = field(default_factory=dict, compare=False, repr=False)
    """Worked out once: they follow from the programme, the year and the calendar alone."""
    _roster: list[Roster] = field(init=False, default_factory=list, compare=False, repr=False)
    """Looked up once a view; at most one."""
    _rosters: dict[Period, PeriodRoster] = field(init=False, default_factory=dict, compare=False, repr=False)
    """Worked out once a view: they follow from its standpoint, too."""
    _owed: dict[Period, tuple[dict[str, Extension], tuple[Obligation, ...]]] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )
    """The same, beside the extensions they were worked out with."""

    @property
    def id(self) -> str:
        """The cycle's id, ``tn-nq94-2025``."""
        return str(CycleKey(self.programme.id, self.year))

    def key(self, period: Period) -> str:
        """The prefix of every key of a period, ``tn-nq94-2025/q1``."""
        return f"{self.id}/{period}"

    def dates(self, period: Period) -> PeriodDates:
        """Every instant of a period. Raises DataProblem when the calendar is impossible."""
        known = self.known_dates.get(period)
        if known is None:
            rule = self.programme.period_rule(period)
            known = period_dates(rule, self.year, self.calendar, ZoneInfo(self.programme.timezone))
            self.known_dates[period] = known
        return known

    def form(self, period: Period, agency: str) -> Form:
        """What an agency is asked. Raises NotFound for a body that owes nothing in that period."""
        return form_for(self.programme, self.id, period, agency, self.share(period, agency))

    @property
    def roster(self) -> Roster:
        """The bodies through time, as the programme and people's decisions have them."""
        if not self._roster:
            self._roster.append(roster_of(self.programme, self.standpoint.decisions))
        return self._roster[0]

    def period_roster(self, period: Period) -> PeriodRoster:
        """Who is expected in a period and for what, as seen from the view's day."""
        known = self._rosters.get(period)
        if known is None:
            filed = self.standpoint.filed.get(period, {})
            known = self.roster.period(span_of(self.dates(period)), self.standpoint.day, filed)
            self._rosters[period] = known
        return known

    def reporters(self, period: Period) -> tuple[str, ...]:
        """Ids of all that have reported or owe a report in a period, in the programme's order."""
        return self.period_roster(period).agencies

    def share(self, period: Period, agency: str) -> Share:
        """What an agency answers for in a period. Raises NotFound for a body that owes nothing in it."""
        share = self.period_roster(period).share(agency)
        if share is None:
            raise NotFound("not_found.reporter", agency=agency)
        return share

    def reports_now(self, agency: str) -> tuple[str, ...]:
        """Who reports today in the place of a body: itself, its successors, or nobody."""
        return self.roster.heirs(agency, self.standpoint.day)

    def stands_for(self, agency: str, on: date | None = None) -> str:
        """Who stands for a body on a day (default: the view's): its successor, else the body itself."""
        return self.roster.holder(agency, on or self.standpoint.day) or agency

    def signing(self, on: date) -> Programme:
        """The programme as a document signed on that day has it: a coordinator or an authority that is gone stands
        under its successor. The register's numbers and symbols stay the programme's.
        """
        programme = self.programme
        consolidator, authority = (self.stands_for(one, on) for one in (programme.consolidator, programme.authority))
        form = programme.report
        if consolidator != programme.consolidator:
            form = replace(form, issuing_body=programme.agency(consolidator).name_on(on))
        if authority != programme.authority:
            form = replace(form, superior_body=programme.agency(authority).name_on(on))
        if form is programme.report:
            return programme
        return replace(programme, consolidator=consolidator, authority=authority, report=form)

    def partial_year(self, period: Period) -> dict[str, date]:
        """Who began to report inside the year, and on which day: their figures are not of a whole year."""
        return {one.agency: one.joined_on for one in self.period_roster(period).shares if one.joined_on}

    def name(self, agency: str, on: date | None = None) -> str:
        """What a body is called on a day (default: the view's). Raises NotFound."""
        return self.programme.agency(agency).name_on(on or self.standpoint.day)

    def addressees(self, period: Period, on: date | None = None) -> tuple[Addressee, ...]:
        """Who receives a period's report that is signed on a day (default: the view's); each body once."""
        day = on or self.standpoint.day
        found: dict[str, Addressee] = {}
        for one in self.programme.addressees_of(period):
            holder = self.roster.holder(one.agency, day)
            if holder is not None:
                found.setdefault(holder, replace(one, agency=holder))
        return tuple(found.values())

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
        known = self._owed.get(period)
        if known is None or known[0] != extensions:
            known = extensions, self._obligations(period, self.period_roster(period).shares, extensions)
            self._owed[period] = known
        return known[1]

    def obligation(self, period: Period, agency: str, extensions: dict[str, Extension]) -> Obligation:
        """What one agency owes in a period. Raises NotFound for a body that owes nothing in it."""
        return self._obligations(period, (self.share(period, agency),), extensions)[0]

    def _obligations(
        self, period: Period, shares: Sequence[Share], extensions: dict[str, Extension]
    ) -> tuple[Obligation, ...]:
        zone = ZoneInfo(self.programme.timezone)
        grown = {one.agency: datetime.combine(one.grown_on, time(0), zone) for one in shares if one.grown_on}
        agencies = [one.agency for one in shares]
        return obligations_of(self.id, self.dates(period), agencies, extensions, grown, self.standpoint.elsewhere)


def span_of(dates: PeriodDates) -> Span:
    """The days between which a period can be handed on: from its opening to its final edition."""
    return Span(dates.opens_at.date(), dates.freeze_at.date())


def cycle_view(house: House, year: int, work: Work | None = None, at: datetime | None = None) -> CycleView:
    """Look at one year of the house's programme, in the version in force at an instant (default: now).

    Inside a transaction ``work`` must be given: a second one would wait for the first. Raises ProgrammeProblem or
    NotFound.
    """
    now = house.clock.now()
    day = (at.astimezone(now.tzinfo) if at else now).date()
    with nullcontext(work) if work else house.work() as reading:
        found = governing(house, reading, year, day)
        calendar = house.programmes.working_days(found.programme, year)
        known = dates_of(found.programme, year, calendar)
        view = CycleView(found.programme, year, calendar, found.amendment, known_dates=known)
        return replace(view, standpoint=_standpoint(reading, view, day))


def _standpoint(work: Work, view: CycleView, day: date) -> Standpoint:
    decisions = tuple(work.successions.decisions(view.programme.id))
    elsewhere = frozenset(one.obligation for one in work.successions.declared(view.id))
    seen = replace(view, standpoint=Standpoint(day, decisions))
    turning: list[Period] = []
    if any(one.year == view.year for one in seen.roster.days):
        turning = [one for one in view.programme.order if seen.roster.turns(span_of(view.dates(one)), day)]
    filed = {period: _filed(work, view, period) for period in turning}
    return Standpoint(day, decisions, filed, elsewhere)


def _filed(work: Work, view: CycleView, period: Period) -> dict[str, date]:
    """The day on which each agency's standing answer was sent, by the programme's clock."""
    zone = ZoneInfo(view.programme.timezone)
    return {
        one.obligation.agency: one.sent_at.astimezone(zone).date()
        for one in work.submissions.of_period(view.id, period)
        if one.status is SubmissionStatus.ACCEPTED
    }
