"""The workbook an agency fills in, made from what it is asked and what it said last time."""

from dataclasses import dataclass

from plancycle.domain.periods import Period
from plancycle.services.cycle_view import CycleView, previous_values
from plancycle.services.ports import House, WorkbookContext
from plancycle.services.repositories import Work


@dataclass(frozen=True, slots=True)
class Template:
    """A workbook ready to be sent."""

    file_name: str
    data: bytes


def make_template(house: House, work: Work, view: CycleView, period: Period, agency: str) -> Template:
    """The agency's workbook for a period. Raises NotFound for a body that owes nothing."""
    form = view.form(period, agency)
    book = house.programmes.address_book(view.programme.id)
    context = WorkbookContext(
        programme_title=view.programme.title,
        period_title=view.title(period),
        agency_name=view.programme.agency(agency).name,
        dates=view.dates(period),
        seal=house.seals.seal(form.cycle, str(period), agency, form.version),
        contact=f"{book.preparer.name}, {book.preparer.email}" if book.preparer else "",
        previous=previous_values(work, view, period, agency),
    )
    return Template(f"{view.id}_{period}_{agency}.xlsx", house.workbooks.write(form, context))
