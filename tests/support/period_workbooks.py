"""One period of thousands of agencies: each gets a form and a workbook of its own, filled in and sent back.

The shipped programme's agencies are multiplied: every one has a name, a seal and last values of its own, and two of
five answer for work that nobody else answers for in this combination. Workbooks are written as the product writes them.
"""

import random
from collections.abc import Mapping
from decimal import Decimal
from functools import cache

from genuine_workbooks import Question, Typed, answers, typed_in, year

from plancycle.adapters.texts import Catalogue
from plancycle.adapters.workbooks.files import Workbooks
from plancycle.domain import numbers
from plancycle.domain.assignments import form_for, share_of
from plancycle.domain.forms import FieldKind, Form
from plancycle.domain.periods import Period
from plancycle.domain.shares import Share
from plancycle.services.make_template import planned_fields
from plancycle.services.ports import WorkbookContext

PERIOD = Period.Q3
OWN_COMBINATION = 0.4
MOST_EXTRA_WORK = 6

_books = Workbooks(Catalogue())


def agency(number: int) -> str:
    """The id of that agency."""
    return f"a{number:04}"


@cache
def share(number: int) -> Share:
    """What that agency answers for."""
    programme, chance = year().programme, random.Random(f"share {number}")
    alike = share_of(programme, programme.reporters[number % len(programme.reporters)])
    works = list(alike.works)
    if chance.random() < OWN_COMBINATION:
        others = [work for work in programme.works if work not in works]
        works += chance.sample(others, chance.randint(1, min(MOST_EXTRA_WORK, len(others))))
    return Share(agency(number), tuple(works), alike.indicators)


def form(number: int) -> Form:
    """What that agency is asked."""
    view = year()
    return form_for(view.programme, view.id, PERIOD, agency(number), share(number))


@cache
def typed(number: int) -> Mapping[Question, Typed]:
    """What that agency answers; nobody else writes the same sentences."""
    asked, chance = form(number), random.Random(f"answers {number}")
    given = answers(asked, chance)
    for _, row, field in asked.cells():
        if field.kind is FieldKind.TEXT:
            said = f"{given[row.code, field.code].value} ({number}/{row.code})"[-field.max_length :]
            given[row.code, field.code] = Typed(said, said)
    return given


def last_values(asked: Form, number: int) -> Mapping[Question, str]:
    """What it said last time: figures like those it gives now, every fifth far from them."""
    chance, found = random.Random(f"before {number}"), {}
    for _, row, field in asked.cells():
        if field.code == "value" and row.indicator is not None:
            now = numbers.parse_decimal(typed(number)[row.code, field.code].seen)
            share = Decimal(chance.choice(("0.9", "0.95", "1", "1.1", "7")))
            found[row.code, field.code] = numbers.canonical(numbers.rounded(now * share, row.indicator.precision))
    return found


def workbook(number: int) -> bytes:
    """That agency's workbook as it is sent out."""
    view, asked = year(), form(number)
    name = f"{view.programme.agency(view.programme.reporters[number % len(view.programme.reporters)]).name} {number}"
    before = last_values(asked, number)
    context = WorkbookContext(
        programme_title=view.programme.title,
        period_title=view.title(PERIOD),
        agency_name=name,
        dates=view.dates(PERIOD),
        seal=random.Random(f"seal {number}").randbytes(32).hex(),
        contact="Nguyễn Văn A, a@tinh.example",
        previous=before,
        earlier=before,
        planned={(work.id, "deadline"): "31/12/2026" for work in share(number).works},
        planned_fields=planned_fields(view, asked),
        rules=view.programme.form,
    )
    return _books.write(asked, context)


def returned(number: int) -> bytes:
    """The same workbook filled in, as it comes back."""
    blank = workbook(number)
    where = {(one.row, one.field): (one.sheet, one.cell) for one in _books.read(blank, "").entries}
    return typed_in(blank, where, typed(number))
