"""Genuine returned workbooks by seed: the shipped forms, filled in and saved the ways clerks and their programs do.

Every one knows what was typed, so that a reader can be held to it: (row code, field code) → the text a person saw.
"""

import random
import re
import unicodedata
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

from openpyxl import load_workbook

from plancycle.adapters.programme_files.folders import ProgrammeFiles
from plancycle.adapters.texts import Catalogue
from plancycle.adapters.workbooks import layout
from plancycle.adapters.workbooks.files import Workbooks
from plancycle.domain.assignments import field_for
from plancycle.domain.forms import FieldKind, Form, FormField
from plancycle.domain.periods import Period
from plancycle.services.cycle_view import CycleView
from plancycle.services.ports import WorkbookContext

YEAR = 2026
PHRASES = (
    "Đã ban hành Kế hoạch số 12/KH-SYT ngày 05/3/2026",
    "Phối hợp với Sở Nội vụ & UBND các huyện, thành phố <04 đợt>",
    "Tổ chức 03 hội nghị; 1.250 lượt người tham dự",
    "- Thuận lợi: cơ bản\n- Khó khăn: kinh phí chậm",
    "=Kết quả vượt kế hoạch",
    "Không",
)
Question = tuple[str, str]
"""Row code and field code."""


@dataclass(frozen=True)
class Genuine:
    """One file with the form it answers and the texts that must come out of it."""

    name: str
    data: bytes
    form: Form
    seen: Mapping[Question, str]


@cache
def year() -> CycleView:
    """The shipped programme's year."""
    files = ProgrammeFiles(Path(__file__).parents[2] / "programmes")
    programme = files.load("tn-nq94")
    return CycleView(programme, YEAR, files.working_days(programme, YEAR))


@cache
def forms() -> tuple[tuple[Period, str], ...]:
    """Every period and agency of the programme."""
    programme = year().programme
    return tuple((period, agency) for agency in programme.reporters for period in programme.order)


@cache
def blank(period: Period, agency: str) -> tuple[Form, bytes, Mapping[Question, tuple[str, str]]]:
    """An agency's form, the workbook it is sent, and where its questions stand."""
    view = year()
    form, name = view.form(period, agency), view.programme.agency(agency).name
    context = WorkbookContext(view.programme.title, view.title(period), name, view.dates(period), "f00d" * 8, "")
    data = Workbooks(Catalogue()).write(form, context)
    return form, data, places(data)


@dataclass(frozen=True)
class Typed:
    """One answer: what goes into the cell, what a person sees there."""

    value: object
    seen: str


def answers(form: Form, chance: random.Random) -> dict[Question, Typed]:
    """Good answers to every question, numbers typed as numbers or as text."""
    return {(row.code, field.code): _answer(field_for(field, row), chance) for _, row, field in form.cells()}


def _answer(field: FormField, chance: random.Random) -> Typed:
    if field.kind is FieldKind.NUMBER:
        return _number(field, chance)
    if field.kind is FieldKind.CHOICE:
        choice = field.choices[0] if field.code == "nil" else chance.choice(field.choices)
        return Typed(choice, choice)
    if field.kind is FieldKind.DATE:
        day = date(YEAR, chance.randint(1, 12), chance.randint(1, 28))
        as_text = chance.random() < 0.3
        return Typed(f"{day:%d/%m/%Y}" if as_text else day, f"{day:%d/%m/%Y}")
    text = chance.choice(PHRASES)[: field.max_length]
    return Typed(unicodedata.normalize("NFD", text) if chance.random() < 0.2 else text, text)


def _number(field: FormField, chance: random.Random) -> Typed:
    low = int(field.minimum) if field.minimum is not None else 0
    high = int(field.maximum) if field.maximum is not None else 5_000_000
    value = Decimal(chance.randint(low * 10**field.precision, high * 10**field.precision)).scaleb(-field.precision)
    plain = format(value.normalize(), "f").replace(".", ",")
    if chance.random() < 0.6:
        return Typed(float(value), plain)
    whole, _, rest = format(value, "f").partition(".")
    grouped = re.sub(r"(?<=\d)(?=(\d{3})+$)", ".", whole) + (f",{rest}" if rest else "")
    text = grouped if rest or grouped.count(".") > 1 else whole  # one dot alone would be a question
    text = chance.choice((text, f" {text} ", f"{text}\u00a0"))
    return Typed(text, text)


def places(data: bytes) -> dict[Question, tuple[str, str]]:
    """Sheet and cell of every question, found the way a person finds them: by the codes on the sheet."""
    found = {}
    for sheet in load_workbook(BytesIO(data)).worksheets:
        if sheet["A4"].value != layout.MARKER:
            continue
        for row in range(layout.FIRST_ROW + 1, sheet.max_row + 1):
            for column in range(2, sheet.max_column + 1):
                code, field = sheet.cell(row, 1).value, sheet.cell(layout.CODE_ROW + 1, column).value
                if code and field and not field.startswith(layout.LOCKED_PREFIXES):
                    found[code, field] = (sheet.title, sheet.cell(row, column).coordinate)
    return found


def as_parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def typed_in(data: bytes, where: Mapping[Question, tuple[str, str]], typed: Mapping[Question, Typed]) -> bytes:
    """The workbook with the answers in its cells and nothing else touched, as a spreadsheet leaves it."""
    parts = as_parts(data)
    names = [
        re.sub("&amp;", "&", name) for name in re.findall(r'<sheet name="([^"]*)"', parts["xl/workbook.xml"].decode())
    ]
    strings = parts["xl/sharedStrings.xml"].decode()
    count, added, by_sheet = strings.count("<si>"), [], {}
    for question, answer in typed.items():
        sheet, cell = where[question]
        if isinstance(answer.value, str):
            added.append(f'<si><t xml:space="preserve">{escape(answer.value)}</t></si>')
            content = ('t="s"', str(count + len(added) - 1))
        elif isinstance(answer.value, date):
            content = ("", str((answer.value - date(1899, 12, 30)).days))
        else:
            content = ("", repr(answer.value).removesuffix(".0"))
        by_sheet.setdefault(sheet, {})[cell] = content
    for sheet, cells in by_sheet.items():
        part = f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"
        parts[part] = re.sub(
            r'<c r="([A-Z]+[0-9]+)"( s="[0-9]+")?/>', lambda m, cells=cells: _cell(m, cells), parts[part].decode()
        ).encode()
    parts["xl/sharedStrings.xml"] = strings.replace("</sst>", "".join(added) + "</sst>").encode()
    return packed(parts)


def _cell(match: re.Match[str], cells: Mapping[str, tuple[str, str]]) -> str:
    if match[1] not in cells:
        return match[0]
    kind, value = cells[match[1]]
    return f'<c r="{match[1]}"{match[2] or ""}{" " + kind if kind else ""}><v>{value}</v></c>'


def a_genuine(number: int, seed: str = "genuine") -> Genuine:
    """The workbook of that number as a spreadsheet saves it after somebody has filled it in."""
    chance = random.Random(f"{seed} {number}")
    period, agency = chance.choice(forms()) if seed == "genuine" else forms()[number % len(forms())]
    form, data, where = blank(period, agency)
    typed = answers(form, chance)
    seen = {question: answer.seen for question, answer in typed.items()}
    return Genuine(f"{number}-{agency}-{period}.xlsx", typed_in(data, where, typed), form, seen)
