"""A clerk's quick hand: answers typed straight into the sheets of our own workbook, everything else left as it was.

For casts of thousands: a spreadsheet library takes a tenth of a second a file, this a tenth of that.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from io import BytesIO
from xml.sax.saxutils import escape, unescape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from python_calamine import CalamineWorkbook

from plancycle.adapters.workbooks.layout import IGNORED_MARKER, LOCKED_PREFIXES, MARKER
from plancycle.rehearsal.answers import Answer
from plancycle.rehearsal.behaviours import Typing
from plancycle.rehearsal.spreadsheet import LOOK_AT, MEMBER_DATE, ROW_CODE, as_typed

FIRST_DAY = date(1899, 12, 30)
"""Day 0 of a sheet's dates."""
_BLANK = re.compile(r'<c r="([A-Z]+[0-9]+)"( s="[0-9]+")?/>')
_SHEET = re.compile(r'<sheet name="([^"]*)"')

Say = Callable[[str, str], Answer]
"""What the clerk answers to a question: row code and field code."""


def type_in(data: bytes, say: Say, typing: Typing) -> bytes:
    """The workbook with an answer in every blank cell that asks for one."""
    with ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    names = [unescape(name, {"&quot;": '"'}) for name in _SHEET.findall(parts["xl/workbook.xml"].decode())]
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    for number, name in enumerate(names, start=1):
        cells = dict(_answers(book.get_sheet_by_name(name).to_python(skip_empty_area=False), say, typing))
        if cells:
            part = f"xl/worksheets/sheet{number}.xml"
            parts[part] = _BLANK.sub(lambda found, cells=cells: _cell(found, cells), parts[part].decode()).encode()  # type: ignore[misc]
    return _packed(parts)


def _answers(rows: Sequence[Sequence[object]], say: Say, typing: Typing) -> Iterator[tuple[str, str]]:
    """Cell names with their contents as XML."""
    top = next((line for line, row in enumerate(rows[:LOOK_AT]) if MARKER in row[:LOOK_AT]), None)
    if top is None or any(IGNORED_MARKER in row for row in rows[:LOOK_AT]):
        return
    left = rows[top].index(MARKER)
    fields = [(at, str(code)) for at, code in enumerate(rows[top]) if at > left and code]
    for line, row in enumerate(rows[top + 1 :], start=top + 2):
        code = str(row[left])
        if not ROW_CODE.fullmatch(code):
            continue
        for at, field in fields:
            answer = None if field.startswith(LOCKED_PREFIXES) else say(code, field)
            if answer is not None:
                yield f"{_letters(at)}{line}", _content(as_typed(answer, typing))


def _content(value: str | int | float | date | None) -> str:
    if isinstance(value, str):
        return f' t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    if isinstance(value, date):
        value = (value - FIRST_DAY).days
    return f"><v>{value}</v></c>"


def _cell(found: re.Match[str], cells: dict[str, str]) -> str:
    content = cells.get(found[1])
    return found[0] if content is None else f'<c r="{found[1]}"{found[2] or ""}{content}'


def _letters(column: int) -> str:
    """A column's letters, counted from 0."""
    head, last = divmod(column, 26)
    return (_letters(head - 1) if head else "") + chr(ord("A") + last)


def _packed(parts: dict[str, bytes]) -> bytes:
    result = BytesIO()
    with ZipFile(result, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            member = ZipInfo(name, MEMBER_DATE)
            member.compress_type = ZIP_DEFLATED
            archive.writestr(member, content)
    return result.getvalue()
