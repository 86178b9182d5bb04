"""The workbook an agency fills in, made from what it is asked and what it said last time."""

from dataclasses import dataclass

from plancycle.domain.agencies import AddressBook
from plancycle.domain.forms import Form, FormField
from plancycle.domain.periods import Period
from plancycle.services.cycle_view import CycleView
from plancycle.services.ports import House, WorkbookContext
from plancycle.services.previous_values import earlier_values, planned_values, previous_values, values_by_body
from plancycle.services.repositories import Work


@dataclass(frozen=True, slots=True)
class Template:
    """A workbook ready to be sent."""

    file_name: str
    data: bytes


def make_template(
    house: House, work: Work, view: CycleView, period: Period, agency: str, book: AddressBook | None = None
) -> Template:
    """The agency's workbook for a period. Raises NotFound for a body that owes nothing.

    ``book``: the address book, when it has just been looked into.
    """
    form = view.form(period, agency)
    planned = planned_values(work, view, period, agency)
    book = book or house.programmes.address_book(view.programme.id)
    context = WorkbookContext(
        programme_title=view.programme.title,
        period_title=view.title(period),
        agency_name=view.name(agency),
        dates=view.dates(period),
        seal=house.seals.seal(form.cycle, str(period), agency, form.version),
        contact=f"{book.preparer.name}, {book.preparer.email}" if book.preparer else "",
        previous=previous_values(work, view, period, agency),
        previous_by_body=values_by_body(work, view, period, agency),
        earlier=earlier_values(work, view, period, agency),
        planned=planned,
        planned_fields=planned_fields(view, form) if planned else {},
        rules=view.programme.form,
        joined_on=view.share(period, agency).joined_on,
    )
    return Template(f"{view.id}_{period}_{agency}.xlsx", house.workbooks.write(form, context))


def planned_fields(view: CycleView, form: Form) -> dict[str, FormField]:
    """What the plan had to set for the rows of each sheet (its first required question), shown beside their answers."""
    found: dict[str, FormField] = {}
    for rules in view.programme.form.sheets:
        sheet = form.sheet(rules.code)
        now = {field.code for field in sheet.fields} if sheet is not None else set()
        for field in rules.fields:
            if sheet is not None and field.required and Period.PLAN in field.periods and field.code not in now:
                found.setdefault(rules.code, field)
    return found
