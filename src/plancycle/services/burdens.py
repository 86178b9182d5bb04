"""The burden ledger: what each body is asked across programmes and periods of a year, read from the rows."""

from dataclasses import dataclass
from datetime import datetime

from plancycle.domain.burden import VALUE, Asking, Burden, FigureAsked, burden_of, cells_of
from plancycle.domain.forms import Form, RowSource
from plancycle.domain.messages import MessageStatus
from plancycle.domain.openings import VisitKind
from plancycle.domain.periods import Period
from plancycle.domain.searching import folded
from plancycle.domain.submissions import Submission, SubmissionStatus
from plancycle.services.cycle_view import CycleView
from plancycle.services.matrix import versions_by_agency
from plancycle.services.other_programmes import views_of
from plancycle.services.ports import House
from plancycle.services.repositories import Work


@dataclass(frozen=True, slots=True)
class BurdenLine:
    """A body with its name and its burden."""

    name: str
    burden: Burden


def burdens(house: House, year: int, agency: str = "") -> tuple[BurdenLine, ...]:
    """Every body that is asked anything in a year (one of them, when named by id), the most cells first.

    A body of two programmes is one when its id or its name is the same, marks and case aside.
    """
    askings: list[Asking] = []
    names: dict[str, str] = {}
    with house.work() as work:
        for view in views_of(house, work, year):
            known = _same_bodies(view, names)
            for period in view.programme.order:
                askings += _period(work, view, period, known)
    lines = [BurdenLine(name, burden_of(body, askings)) for body, name in names.items() if agency in ("", body)]
    found = [one for one in lines if one.burden.askings]
    return tuple(sorted(found, key=lambda one: (-one.burden.cells, one.name)))


def _same_bodies(view: CycleView, names: dict[str, str]) -> dict[str, str]:
    """Under which id of an earlier programme each body goes; new ones are added to the names."""
    by_name = {folded(name): body for body, name in names.items()}
    known = {}
    for one in view.programme.agencies:
        name = one.name_on(view.standpoint.day)
        known[one.id] = one.id if one.id in names else by_name.get(folded(name), one.id)
        names.setdefault(known[one.id], name)
    return known


def _period(work: Work, view: CycleView, period: Period, known: dict[str, str]) -> list[Asking]:
    prefix = f"{view.key(period)}/"
    opened = _first_openings(work, prefix)
    versions = versions_by_agency(work, view, period)
    letters: dict[str, int] = {}
    for letter in work.outbox.all(prefix):
        if letter.status is not MessageStatus.COVERED:
            letters[letter.agency] = letters.get(letter.agency, 0) + 1
    found = []
    for agency in view.reporters(period):
        form, mine, begun = view.form(period, agency), versions.get(agency, []), opened.get(agency)
        cells, required = cells_of(form)
        found.append(
            Asking(
                body=known.get(agency, agency),
                programme=view.programme.id,
                period=view.key(period),
                title=view.title(period),
                due_at=view.dates(period).due_at,
                cells=cells,
                required=required,
                works=len(view.share(period, agency).works),
                figures=_figures(work, view, form, mine),
                letters=letters.get(agency, 0),
                opened_at=begun,
                submitted_at=_submitted(mine, begun),
            )
        )
    return found


def _figures(work: Work, view: CycleView, form: Form, versions: list[Submission]) -> tuple[FigureAsked, ...]:
    stands = next((one for one in reversed(versions) if one.status is SubmissionStatus.ACCEPTED), None)
    entries = work.submissions.entries(stands.id) if stands else []
    values = {entry.row: entry.value for entry in entries if entry.field == VALUE}
    sheets = {rules.code for rules in view.programme.form.sheets if rules.source is RowSource.FIGURES}
    return tuple(
        FigureAsked(row.code, row.label, row.unit, values.get(row.code))
        for sheet in form.sheets
        if sheet.code in sheets and any(field.code == VALUE for field in sheet.fields)
        for row in sheet.rows
    )


def _first_openings(work: Work, prefix: str) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for visit in work.addresses.visits(prefix):
        if visit.kind is VisitKind.OPENED:
            agency = visit.obligation.agency
            found[agency] = min(visit.first_at, found.get(agency, visit.first_at))
    return found


def _submitted(versions: list[Submission], opened: datetime | None) -> datetime | None:
    sent = [one.received_at for one in versions if opened is None or one.received_at >= opened]
    return min(sent, default=None)
