"""Lists an official already has, a roster of bodies and a list of assigned work, read by the headings of their columns.

A heading is found whatever its case, marks and order of columns (``Cơ quan chủ trì``, ``CO QUAN CHU TRI``), below any
title lines. What cannot be used is told all at once, each with its cell.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from plancycle.domain.errors import Place
from plancycle.domain.searching import folded

LOOKED_AT = 40
"""Rows of a sheet in which its headings may stand."""
FAR_CELLS = 5_000
"""Rows that are read."""

Headings = Mapping[str, tuple[str, ...]]

ROSTER: Headings = {
    "name": (
        *("ten co quan don vi", "ten co quan", "ten don vi", "co quan don vi", "co quan", "don vi"),
        *("co quan to chuc don vi", "ten co quan to chuc", "don vi bao cao"),
    ),
    "kind": ("loai", "loai co quan", "loai don vi", "nhom", "khoi"),
    "id": ("ma", "ma co quan", "ma don vi"),
    "email": ("thu dien tu", "email", "e mail", "dia chi thu dien tu", "dia chi email", "hop thu", "hop thu cong vu"),
    "alternate_email": ("thu dien tu du phong", "thu du phong", "email du phong"),
    "leader_email": ("thu dien tu lanh dao", "thu lanh dao", "email lanh dao"),
    "person": (
        "nguoi lien he",
        "can bo dau moi",
        "dau moi",
        "nguoi phu trach",
        "ho va ten",
        "ho ten",
        "can bo phu trach",
    ),
    "phone": ("dien thoai", "so dien thoai", "dt", "sdt"),
}
WORKS: Headings = {
    "title": (
        *("nhiem vu", "ten nhiem vu", "noi dung nhiem vu", "nhiem vu duoc giao", "noi dung", "noi dung cong viec"),
        *("cong viec", "nhiem vu giai phap", "ten cong viec"),
    ),
    "agencies": (
        *("co quan chu tri", "don vi chu tri", "chu tri", "co quan don vi chu tri", "co quan thuc hien"),
        *("don vi thuc hien", "co quan don vi thuc hien", "co quan duoc giao", "don vi duoc giao", "co quan", "don vi"),
    ),
    "with": ("co quan phoi hop", "don vi phoi hop", "phoi hop", "co quan don vi phoi hop"),
    "output": ("san pham", "san pham dau ra", "ket qua", "san pham ket qua", "san pham du kien"),
    "due": ("thoi han", "thoi han hoan thanh", "han hoan thanh", "thoi gian hoan thanh", "thoi gian thuc hien"),
}
NEEDED: Mapping[str, tuple[str, ...]] = {"roster": ("name",), "works": ("title", "agencies")}
KNOWN: Mapping[str, Headings] = {"roster": ROSTER, "works": WORKS}

_NUMBERING = {"stt", "tt", "so tt", "so thu tu"}
_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")
_IN_BRACKETS = re.compile(r"\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook as text, row by row from A1 on."""

    name: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list: its number in the sheet, what stands under which heading, and the cells."""

    row: int
    values: Mapping[str, str]
    cells: Mapping[str, str]

    def get(self, name: str) -> str:
        """What stands under a heading; empty where the list has no such column."""
        return self.values.get(name, "")


@dataclass(frozen=True, slots=True)
class OfficialList:
    """A list that was found: where, its rows, the columns nobody uses, and what is wrong with it."""

    sheet: str
    lines: tuple[Line, ...]
    unused: tuple[str, ...] = ()
    problems: tuple[Place, ...] = field(default=())


def heading(text: str) -> str:
    """A heading as it is compared: plain small letters, no punctuation, nothing in brackets."""
    return " ".join(_NOT_A_LETTER.sub(" ", _IN_BRACKETS.sub(" ", folded(text))).split())


def read_list(file: str, kind: str, sheets: Sequence[Sheet]) -> OfficialList:
    """The first sheet with all headings a list of that kind (``roster``, ``works``) needs, row by row.

    A missing heading, an empty list and every empty needed cell is a problem; nothing is raised.
    """
    found = max(
        (
            (_score(columns, kind), -place, sheet, row, columns)
            for place, (sheet, row, columns) in enumerate(_tops(sheets, kind))
        ),
        default=None,
        key=lambda one: one[:2],
    )
    if found is None or not found[0][0]:
        missing = [name for name in NEEDED[kind] if found is None or name not in found[4]]
        return OfficialList("", (), problems=(_no_headings(file, kind, missing, sheets),))
    _, _, sheet, top, columns = found
    lines = tuple(_lines(sheet, top, columns))
    unused = tuple(
        text.strip()
        for place, text in enumerate(sheet.rows[top])
        if text.strip() and place not in columns.values() and heading(text) not in _NUMBERING
    )
    problems = [one for line in lines for one in _empty(file, kind, sheet.name, line)]
    if not lines:
        problems.append(problem(file, "list.no_rows", sheet.name, f"A{top + 2}", top + 2))
    return OfficialList(sheet.name, lines, unused, tuple(problems))


def problem(file: str, key: str, sheet: str, cell: str, row: int, column: int = 1, **params: object) -> Place:
    """Something to mend in a list: the message, the sheet and the cell."""
    return Place(file, row, column, key, {"sheet": sheet, "cell": cell, **params})


def cell_name(row: int, column: int) -> str:
    """``B7`` for row 7, second column (both counted from 1)."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def near(text: str, names: Collection[str]) -> tuple[str, ...]:
    """Up to three names that are spelt nearly like a text, marks aside."""
    by_folded = {folded(name): name for name in names}
    return tuple(by_folded[one] for one in get_close_matches(folded(text), by_folded, 3, 0.6))


def _tops(sheets: Sequence[Sheet], kind: str) -> Iterator[tuple[Sheet, int, dict[str, int]]]:
    for sheet in sheets:
        for number, row in enumerate(sheet.rows[:LOOKED_AT]):
            columns = _columns(row, KNOWN[kind])
            if columns:
                yield sheet, number, columns


def _columns(row: Sequence[str], known: Headings) -> dict[str, int]:
    """Which column is which; the better of two spellings wins, each column is used once."""
    texts = {place: heading(text) for place, text in enumerate(row) if text.strip()}
    wanted = [
        (names.index(text), place, name)
        for name, names in known.items()
        for place, text in texts.items()
        if text in names
    ]
    found: dict[str, int] = {}
    for _, place, name in sorted(wanted):
        if name not in found and place not in found.values():
            found[name] = place
    return found


def _score(columns: Mapping[str, int], kind: str) -> tuple[bool, int]:
    return all(name in columns for name in NEEDED[kind]), len(columns)


def _no_headings(file: str, kind: str, missing: Sequence[str], sheets: Sequence[Sheet]) -> Place:
    name = sheets[0].name if sheets else ""
    return problem(file, f"list.no_headings_{kind}", name, "A1", 1, missing=len(missing))


def _lines(sheet: Sheet, top: int, columns: Mapping[str, int]) -> Iterator[Line]:
    """The rows below the headings; a row with nothing in the list's own columns is left out."""
    for number, row in enumerate(sheet.rows[top + 1 : top + 1 + FAR_CELLS], start=top + 2):
        values = {name: " ".join(row[place].split(" ")).strip() for name, place in columns.items() if place < len(row)}
        if any(values.values()):
            yield Line(number, values, {name: cell_name(number, place + 1) for name, place in columns.items()})


def _empty(file: str, kind: str, sheet: str, line: Line) -> Iterator[Place]:
    """A title row between the others has nothing but its title; anything more makes the rest necessary."""
    filled = [name for name, value in line.values.items() if value]
    if kind == "works" and filled == ["title"]:
        return
    for name in NEEDED[kind]:
        if not line.get(name):
            yield problem(file, f"list.empty_{name}", sheet, line.cells[name], line.row)
