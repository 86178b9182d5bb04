"""Everything the consolidated report says, gathered from the rows of one edition."""

from plancycle.domain.assignments import works_of
from plancycle.domain.consolidation import Edition
from plancycle.domain.forms import RowSource
from plancycle.domain.submissions import Entry
from plancycle.services.cycle_view import CycleView
from plancycle.services.matrix import cells_of
from plancycle.services.ports import House
from plancycle.services.report_contents import ReportFacts, SubmissionLine, WorkLine
from plancycle.services.repositories import Work


def report_facts(house: House, work: Work, view: CycleView, edition: Edition) -> ReportFacts:
    """The facts of one edition as of now; allocates the report's number once per period and reuses it."""
    programme, period = view.programme, edition.period
    answers = {member.agency: work.submissions.entries(member.submission) for member in edition.members}
    name = {agency.id: agency.name for agency in programme.reporting_agencies()}
    number = work.editions.document_number(programme.consolidator, view.year, f"{view.key(period)}/report")
    return ReportFacts(
        programme=programme,
        edition=edition,
        dates=view.dates(period),
        period_title=view.title(period),
        figures=edition.figures,
        works=tuple(line for agency in answers for line in _work_lines(view, agency, name[agency], answers[agency])),
        narratives=tuple(line for agency in answers for line in _narratives(view, name[agency], answers[agency])),
        submissions=_submission_lines(house, work, view, edition),
        missing=tuple(name[agency] for agency in edition.coverage.missing),
        late=tuple(name[agency] for agency in edition.coverage.late),
        signed_on=house.clock.now().date(),
        number=number,
        addressees=tuple(programme.agency(one.agency).name for one in programme.addressees_of(period)),
        signatory=house.programmes.address_book(programme.id).signatory,
    )


def _work_lines(view: CycleView, agency: str, name: str, entries: list[Entry]) -> list[WorkLine]:
    numbers = {ref.id: ref.number or ref.subject for ref in view.programme.legal_refs}
    lines = []
    for work in works_of(view.programme, agency):
        answers = {entry.field: entry.value for entry in entries if entry.row == work.id and entry.value is not None}
        basis = "; ".join(numbers[ref] for ref in work.legal_refs)
        lines.append(WorkLine(name, work.id, work.title, basis, answers))
    return lines


def _narratives(view: CycleView, name: str, entries: list[Entry]) -> list[tuple[str, str, str]]:
    fixed = {
        row.code
        for sheet in view.programme.form.sheets
        if sheet.source is RowSource.FIXED and sheet.code == "narrative"
        for row in sheet.rows
    }
    return [(name, entry.row, entry.value) for entry in entries if entry.row in fixed and entry.value]


def _submission_lines(house: House, work: Work, view: CycleView, edition: Edition) -> tuple[SubmissionLine, ...]:
    included = {member.agency for member in edition.members}
    lines = []
    for cell in cells_of(work, view, edition.period, house.clock.now()):
        agency = cell.obligation.key.agency
        submission = cell.submission if agency in included else None
        late_days = cell.late_by.days + 1 if submission is not None and cell.late_by is not None else 0
        lines.append(
            SubmissionLine(
                agency=view.programme.agency(agency).name,
                status=str(cell.status),
                sent_at=submission.sent_at if submission else None,
                late_days=late_days,
                receipt=submission.receipt if submission else "",
            )
        )
    return tuple(lines)
