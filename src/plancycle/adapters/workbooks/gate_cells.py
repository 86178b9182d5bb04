"""The cells of one sheet before the parser sees them: refuses far and double ones, finds what the parser loses.

Parsers agree on plain cells and differ on the rest: of two cells in one place one takes the first and another the last;
error cells come back blank; a percentage comes back as a hundredth. A sheet as spreadsheet programs write it is looked
through at the speed of a search; anything out of the ordinary is walked tag by tag.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat

from plancycle.adapters.workbooks.layout import column_letters
from plancycle.domain.errors import UnreadableFile

MAX_COLUMNS, MAX_ROWS = 52, 9_999
"""The last column is AZ. A parser holds the whole rectangle, so one far cell costs as much as a full sheet."""
MAX_CELLS = 200_000

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_PLACES = re.compile(rb'<c(?: r="(A?[A-Z][1-9][0-9]{0,3})")?')
"""Of every cell its place when that is within the limits, else nothing."""
_CALCULATED = re.compile(rb"<f(?: [^<>]*)?(?:/>|>[^<]*</f>)<v>[^<]")


@dataclass(frozen=True, slots=True)
class CellFacts:
    """What stands in cells and does not come out of the parser.

    ``lost``: error cells (``{"E7": "#REF!"}``) and formulas that nobody has calculated (``=SUM(B1:B2)``).
    ``percents``: cells that show a hundred times the number they hold, with a percent sign.
    """

    lost: Mapping[str, str]
    percents: frozenset[str] = frozenset()


def read_cells(content: bytes, root: bytes | None, percent_styles: frozenset[str] = frozenset()) -> CellFacts:
    """Look through one XML part; parts that are no sheet have nothing to tell.

    ``root`` is what :func:`.gate_parts.plain_root` says of the content. Raises UnreadableFile
    (``file.abnormal``, ``file.far_cell``, ``file.too_many_cells``) and ExpatError.
    """
    if root == b"worksheet" and _is_usual(content) and not _has_style(content, percent_styles):
        return CellFacts({})
    return CellScan(percent_styles).read(content)


def _too_many() -> UnreadableFile:
    return UnreadableFile("file.too_many_cells", maximum=MAX_CELLS)


def _has_style(content: bytes, styles: frozenset[str]) -> bool:
    return any(f' s="{style}"'.encode() in content for style in styles)


def _is_usual(content: bytes) -> bool:
    """Whether a search can vouch for the sheet: every cell within the limits, in one place, calculated, no error."""
    if not content.endswith((b"</worksheet>", b"</worksheet>\n")):
        return False
    data = content[content.find(b"<sheetData") : content.rfind(b"</sheetData>")]
    if data.find(b't="e"') >= 0 or (data.find(b"'") >= 0 and data.find(b"t='e'") >= 0):  # ``in`` tries numbers first
        return False
    if not _are_calculated(data):
        return False
    places = _PLACES.findall(data)
    if len(places) > MAX_CELLS:
        raise _too_many()
    distinct = set(places)
    return len(distinct) == len(places) and b"" not in distinct


def _are_calculated(data: bytes) -> bool:
    """Whether a value stands behind every formula."""
    formulas = data.count(b"<f")
    if not formulas or (data.count(b"</f><v>") == formulas and data.find(b"<v><") < 0):
        return True
    return len(_CALCULATED.findall(data)) == formulas


class CellScan:
    """One part, tag by tag. Blank formatted cells may stand anywhere: spreadsheets leave them, parsers skip them."""

    def __init__(self, percent_styles: frozenset[str] = frozenset()) -> None:
        self._percent_styles = percent_styles
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._first
        self._lost: dict[str, str] = {}
        self._percents: set[str] = set()
        self._seen: set[tuple[int, int]] = set()
        self._row, self._column = 0, 0
        self._in_cell = False
        self._kind, self._style = "", ""
        self._parts: dict[str, str] = {}
        self._open: str | None = None

    def read(self, content: bytes) -> CellFacts:
        """Walk the part. Raises UnreadableFile and ExpatError."""
        self._parser.Parse(content, True)
        return CellFacts(self._lost, frozenset(self._percents))

    def _first(self, name: str, _: dict[str, str]) -> None:
        """The root element decides: only a sheet is walked cell by cell, the rest is read at full speed."""
        is_sheet = _local(name) == "worksheet"
        self._parser.StartElementHandler = self._start if is_sheet else None
        if is_sheet:
            self._parser.EndElementHandler = self._end
            self._parser.CharacterDataHandler = self._text

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if local == "row":
            self._row, self._column = _integer(attributes.get("r")) or self._row + 1, 0
        elif local == "c":
            self._place(attributes.get("r"))
            self._in_cell, self._parts = True, {}
            self._kind, self._style = attributes.get("t", ""), attributes.get("s", "")
        elif self._in_cell and local in ("v", "f", "is"):
            self._open = local
            self._parts.setdefault(local, "")

    def _text(self, text: str) -> None:
        if self._open is not None:
            self._parts[self._open] += text

    def _end(self, name: str) -> None:
        local = _local(name)
        if local == self._open:
            self._open = None
        elif local == "c" and self._in_cell:
            self._in_cell = False
            if "f" in self._parts or any(self._parts.values()):
                self._check_content()

    def _place(self, reference: str | None) -> None:
        """Where the cell stands; without a reference it follows the one before."""
        if reference is None:
            self._column += 1
        else:
            match = _REFERENCE.fullmatch(reference)
            if match is None:
                raise UnreadableFile("file.abnormal")
            self._column, self._row = _column_number(match[1]), int(match[2])
        if (self._row, self._column) in self._seen:
            raise UnreadableFile("file.abnormal")
        self._seen.add((self._row, self._column))
        if len(self._seen) > MAX_CELLS:
            raise _too_many()

    def _check_content(self) -> None:
        if self._column > MAX_COLUMNS or self._row > MAX_ROWS:
            last = column_letters(MAX_COLUMNS - 1)
            raise UnreadableFile("file.far_cell", cell=self._cell_name(), column=last, row=str(MAX_ROWS))
        value = self._parts.get("v", "")
        if self._kind == "e":
            self._lost[self._cell_name()] = value or "#VALUE!"
        elif "f" in self._parts and not value and self._kind != "str":
            self._lost[self._cell_name()] = f"={self._parts['f']}"
        elif self._kind in ("", "n") and self._style in self._percent_styles:
            self._percents.add(self._cell_name())

    def _cell_name(self) -> str:
        return f"{column_letters(self._column - 1)}{self._row}"


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _integer(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() else None


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
