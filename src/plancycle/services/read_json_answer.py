"""An answer written as JSON: the same questions by the same codes, read as strictly as a workbook.

``{"year": 2025, "period": "q1", "version": "1a2b3c4d", "answers": [{"row": …, "field": …, "value": …}, …]}``. A text
is read as if it had been typed into the cell (``1.234,5``); a JSON number needs no guessing and is taken exactly.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import NoReturn

from plancycle.domain.errors import UnreadableFile
from plancycle.domain.findings import notes_beside
from plancycle.domain.forms import Form, FormRules
from plancycle.domain.periods import CycleKey, Period
from plancycle.domain.submissions import Entry, Stamp
from plancycle.services.cycle_view import cycle_view
from plancycle.services.ports import House, ReadWorkbook

MAX_BYTES = 1024 * 1024
NAMES = {"year", "period", "version", "answers"}
ANSWER_NAMES = {"row", "field", "value"}
FIRST_YEAR, LAST_YEAR = 2000, 2099


@dataclass(frozen=True, slots=True)
class _Number:
    """A JSON number as it was written: never a float."""

    text: str

    @property
    def typed(self) -> str:
        """The number as it would be typed into a cell: with a decimal comma."""
        return self.text.replace(".", ",")


def read_json_answer(house: House, data: bytes, agency: str) -> ReadWorkbook:
    """Read an agency's answer; questions it leaves out are empty cells.

    Raises UnreadableFile: ``answer.not_json``, ``answer.too_large``, ``answer.shape`` (naming what is missing or
    unknown), ``answer.unknown_questions`` (naming every one).
    """
    body = _parsed(data)
    year, period, version = _heading(body)
    cycle = str(CycleKey(house.programme_id, year))
    seal = house.seals.seal(cycle, str(period), agency, version)
    answers = tuple(_answers(body["answers"]))
    stamp = Stamp(cycle, str(period), agency, version, seal)
    view = cycle_view(house, year)
    if period not in view.programme.order:
        raise UnreadableFile("answer.shape", where="/period")
    if agency not in view.reporters(period):
        return ReadWorkbook(stamp, answers)
    form = view.form(period, agency)
    if form.version == version:
        answers = _placed(form, view.programme.form, answers)
    return ReadWorkbook(stamp, answers)


def _parsed(data: bytes) -> dict[str, object]:
    if len(data) > MAX_BYTES:
        raise UnreadableFile("answer.too_large", maximum=MAX_BYTES // 1024)
    try:
        body = json.loads(
            data.decode("utf-8-sig"),
            object_pairs_hook=_once,
            parse_float=_Number,
            parse_int=_Number,
            parse_constant=_refuse_constant,
        )
    except (ValueError, RecursionError) as broken:
        raise UnreadableFile("answer.not_json") from broken
    if not isinstance(body, dict):
        raise UnreadableFile("answer.not_json")
    return body


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refuse_constant(text: str) -> NoReturn:
    """NaN and Infinity are not JSON (RFC 8259), whatever the library thinks."""
    raise ValueError(text)


def _heading(body: dict[str, object]) -> tuple[int, Period, str]:
    _check_names(body, NAMES, "")
    year, period, version = body["year"], body["period"], body["version"]
    if not isinstance(year, _Number) or not year.text.isdigit() or not FIRST_YEAR <= int(year.text) <= LAST_YEAR:
        raise UnreadableFile("answer.shape", where="/year")
    if period not in set(Period):
        raise UnreadableFile("answer.shape", where="/period")
    if not isinstance(version, str):
        raise UnreadableFile("answer.shape", where="/version")
    return int(year.text), Period(str(period)), version


def _check_names(found: dict[str, object], wanted: set[str], where: str) -> None:
    """Every name that is missing or unknown, at once."""
    wrong = sorted(found.keys() ^ wanted)
    if wrong:
        raise UnreadableFile("answer.shape", where=", ".join(f"{where}/{name}"[:80] for name in wrong))


def _answers(listed: object) -> Iterator[Entry]:
    if not isinstance(listed, list):
        raise UnreadableFile("answer.shape", where="/answers")
    for number, one in enumerate(listed):
        where = f"/answers/{number}"
        if not isinstance(one, dict):
            raise UnreadableFile("answer.shape", where=where)
        _check_names(one, ANSWER_NAMES, where)
        row, field, value = one["row"], one["field"], one["value"]
        if not isinstance(row, str) or not isinstance(field, str) or not isinstance(value, str | _Number | None):
            raise UnreadableFile("answer.shape", where=where)
        yield Entry("", where, row, field, value.typed if isinstance(value, _Number) else value or "")


def _placed(form: Form, rules: FormRules, answers: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The answers under the names of the form's sheets, and an empty cell for every question left out.

    A row may be explained also where its sheet has no column for it.
    """
    asked = chain(form.cells(), notes_beside(form, rules, [(one.row, one.field) for one in answers]))
    sheets = {(row.code, field.code): sheet.name for sheet, row, field in asked}
    unknown = [f"{one.row}.{one.field}"[:80] for one in answers if (one.row, one.field) not in sheets]
    if unknown:
        raise UnreadableFile("answer.unknown_questions", names=", ".join(unknown[:50]), count=len(unknown))
    given = {(one.row, one.field) for one in answers}
    placed = [Entry(sheets[one.row, one.field], one.cell, one.row, one.field, one.raw) for one in answers]
    empty = [Entry(sheet, "", row, field, "") for (row, field), sheet in sheets.items() if (row, field) not in given]
    return (*placed, *empty)
