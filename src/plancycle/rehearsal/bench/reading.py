"""Stages on the way in: the file a clerk sends back, and the checks of what it says."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from io import BytesIO

from plancycle.adapters.workbooks import gate
from plancycle.domain import findings
from plancycle.domain.forms import FieldKind, Form
from plancycle.domain.submissions import Entry
from plancycle.rehearsal.bench.measuring import Peer, Stage, plainly
from plancycle.rehearsal.bench.world import World


def intake(world: World) -> Stage:
    """Reading a returned file in the limited process. Floor: the gate and the bare parser in this one. Peer: pandas."""
    files = list(world.returned.values())
    some = files[:: max(1, len(files) // 5)]
    books = world.house.workbooks
    ours, floor = (
        plainly(lambda: [books.read(one, "") for one in files]),
        plainly(lambda: [_bare(one) for one in files]),
    )
    peer = Peer(plainly(lambda: [_by_pandas(one) for one in some]), len(some), 12.0)
    return Stage("intake", len(files), ours, floor, 1.5, peers={"pandas": peer})


def _bare(data: bytes) -> int:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(BytesIO(gate.scan(data).judged))
    return sum(len(row) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python())


def _by_pandas(data: bytes) -> int:
    import warnings

    import pandas

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # extensions openpyxl does not know; they concern looks only
        sheets = pandas.read_excel(BytesIO(data), sheet_name=None, header=None, engine="openpyxl")
    return sum(1 for sheet in sheets.values() for _ in sheet.iterrows())


def checking(world: World) -> Stage:
    """Every cell read and every check carried out. Floor: each answer found by its codes, each number made exact."""
    rules = world.view.programme.form
    jobs = [
        (world.form(agency), world.house.workbooks.read(data, "").entries) for agency, data in world.returned.items()
    ]
    ours = plainly(lambda: [findings.check(form, rules, entries, {}) for form, entries in jobs])
    return Stage("checking", len(jobs), ours, plainly(lambda: [_exact(*job) for job in jobs]))


def _exact(form: Form, entries: Sequence[Entry]) -> int:
    answers = {(one.row, one.field): one.raw for one in entries}
    numbers = 0
    for _, row, field in form.cells():
        said = answers.get((row.code, field.code), "")
        if field.kind is FieldKind.NUMBER and said:
            numbers += _is_number(said)
    return numbers


def _is_number(text: str) -> bool:
    try:
        return Decimal(text.replace(".", "").replace(",", ".")).is_finite()
    except InvalidOperation:
        return False
