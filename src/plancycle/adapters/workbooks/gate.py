"""The gate before any workbook is parsed: what the bytes are, how they unpack, where their cells stand.

A spreadsheet parser asked to hold A1 and XFD1048576 dies with the process (measured: an uncatchable abort), macros
and links to other files pass silently, and error cells come back as blanks. All of that is settled here, with the
standard library only. Reading passes the gate inside the limited process (:mod:`.child`), marking in its own.
"""

import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.parsers.expat import ExpatError

from plancycle.adapters.workbooks import layout
from plancycle.adapters.workbooks.gate_cells import CellFacts, read_cells
from plancycle.adapters.workbooks.gate_parts import check_part, percent_styles, plain_root, sheet_names
from plancycle.adapters.workbooks.mark_signs import END_OF_STRING, strings_with_signs
from plancycle.adapters.workbooks.marks import text_of_part
from plancycle.adapters.workbooks.packing import PARTS_REMEMBERED, Package, stored
from plancycle.adapters.workbooks.remembering import remembered
from plancycle.domain.errors import UnreadableFile
from plancycle.domain.secrecy import Degree, degree_in

STYLES, STRINGS, CUSTOM_PROPERTIES = "xl/styles.xml", "xl/sharedStrings.xml", "docProps/custom.xml"
_SIGNS = (layout.MARKER.encode(), layout.META_KEYS[0].encode())
"""A sheet without either asks nothing and says nothing about the file: guide, lists, what a clerk added."""
_NO_SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'


@dataclass(frozen=True, slots=True)
class Scan:
    """What the gate saw: per sheet name, what the parser loses or leaves out about its cells."""

    cells: Mapping[str, CellFacts]
    properties: bytes
    """The document's custom properties as XML; empty when it has none."""
    judged: bytes
    """The XML parts that passed, packed anew: the parser sees what the gate saw and nothing else."""
    degree: Degree | None = None
    """The mark of a state secret on any part of it."""


def scan(data: bytes) -> Scan:
    """Look a file over. Raises UnreadableFile naming the first thing that rules it out."""
    try:
        return _scan(Package(data))
    except (zipfile.BadZipFile, zlib.error, struct.error, ExpatError, ElementTree.ParseError, EOFError) as error:
        raise UnreadableFile("file.damaged") from error
    except (KeyError, NotImplementedError, RuntimeError, ValueError, OSError) as error:  # flags and names nobody uses
        raise UnreadableFile("file.abnormal") from error


def _scan(package: Package) -> Scan:
    percents = percent_styles(package.read(STYLES)) if STYLES in package else frozenset()
    facts: dict[str, CellFacts] = {}
    judged: dict[str, bytes] = {}
    sums: dict[str, int] = {}
    concerns = _concerns(package)
    degrees: set[Degree | None] = set()
    for name in package:
        if not name.lower().endswith((".xml", ".rels")):
            continue
        content = package.read(name)
        root, degree = _look(content, name)
        degrees.add(degree)
        if root == b"worksheet" and not concerns(content):
            judged[name] = _NO_SHEET
            continue
        if root is None or root.rpartition(b":")[2] == b"worksheet":
            found = read_cells(content, root, percents)
            if found.lost or found.percents:
                facts[name] = found
        judged[name], sums[name] = content, package.checksum(name)
    properties, names = judged.get(CUSTOM_PROPERTIES, b""), sheet_names(judged) if facts else {}
    cells = {names[part]: found for part, found in facts.items() if part in names}
    return Scan(cells, properties, stored(judged, sums), next((one for one in Degree if one in degrees), None))


@remembered(PARTS_REMEMBERED)
def _look(content: bytes, name: str) -> tuple[bytes | None, Degree | None]:
    """The root of a part that may be there, and the mark on it. Raises UnreadableFile and ExpatError."""
    root = plain_root(content)
    check_part(name, content, root)
    suspects = strings_with_signs(name, content, root).split(END_OF_STRING)
    degrees = {_degree_of_suspect(one, name) for one in suspects if one}
    return root, next((one for one in Degree if one in degrees), None)


@remembered(PARTS_REMEMBERED)
def _degree_of_suspect(suspect: bytes, name: str) -> Degree | None:
    """Of what may hold a mark; in a workbook of ours that is mostly what our own guide says."""
    return degree_in([text_of_part(name, suspect)])


def _concerns(package: Package) -> Callable[[bytes], bool]:
    """A test of a sheet's XML: whether a sign stands on it, as a shared string or in the cell itself."""
    strings = package.read(STRINGS) if STRINGS in package else b""
    if strings and plain_root(strings) is None:
        return lambda _: True
    signs: list[bytes] = []
    for sign in _SIGNS:
        place = strings.find(sign)
        while place >= 0:
            signs.append(b"<v>%d</v>" % (strings.count(b"<si", 0, place) - 1))
            place = strings.find(sign, place + 1)
    signs += _SIGNS
    return lambda content: any(sign in content for sign in signs)
