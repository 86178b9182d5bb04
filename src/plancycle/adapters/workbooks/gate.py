"""The gate before any workbook is parsed: what the bytes are, how they unpack, where their cells stand.

A spreadsheet parser asked to hold A1 and XFD1048576 dies with the process (measured: an uncatchable abort), macros
and links to other files pass silently, and error cells come back as blanks. All of that is settled here, with the
standard library only. Reading passes the gate inside the limited process (:mod:`.child`), marking in its own.
"""

import struct
import zipfile
import zlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from xml.etree import ElementTree
from xml.parsers.expat import ExpatError

from plancycle.adapters.workbooks import layout
from plancycle.adapters.workbooks.directory import Member
from plancycle.adapters.workbooks.gate_cells import CellFacts, read_cells
from plancycle.adapters.workbooks.gate_parts import check_part, percent_styles, plain_root, sheet_names
from plancycle.adapters.workbooks.mark_signs import END_OF_STRING, strings_with_signs
from plancycle.adapters.workbooks.marks import text_of_part
from plancycle.adapters.workbooks.packing import Package, stored, unpacked
from plancycle.adapters.workbooks.remembering import LARGEST, remembered
from plancycle.domain.errors import UnreadableFile
from plancycle.domain.secrecy import Degree, degree_in

STYLES, STRINGS, CUSTOM_PROPERTIES = "xl/styles.xml", "xl/sharedStrings.xml", "docProps/custom.xml"
PARTS_REMEMBERED = 512
"""Styles, lists and guide are the same in file after file."""
_SIGNS = tuple(b">%b<" % text.encode() for text in (layout.MARKER, layout.META_KEYS[0]))
"""A sheet without either text asks nothing and says nothing about the file: guide, lists, what a clerk added."""
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
    known = {
        member.name: _part(package, member) for member in map(package.get, (STYLES, STRINGS)) if member is not None
    }
    percents = percent_styles(known[STYLES].content) if STYLES in known else frozenset()
    facts: dict[str, CellFacts] = {}
    judged: dict[str, bytes] = {}
    sums: dict[str, int] = {}
    concerns = _concerns(known.get(STRINGS))
    degrees: set[Degree | None] = set()
    for member in package:
        name = member.name
        if not name.lower().endswith((".xml", ".rels")):
            continue
        part = known.get(name) or _part(package, member)
        content, root = part.content, part.root
        degrees.add(part.degree)
        if root == b"worksheet" and not concerns(part):
            judged[name] = _NO_SHEET
            continue
        if root is None or root.rpartition(b":")[2] == b"worksheet":
            found = read_cells(content, root, percents)
            if found.lost or found.percents:
                facts[name] = found
        judged[name], sums[name] = content, member.checksum
    properties, names = judged.get(CUSTOM_PROPERTIES, b""), sheet_names(judged) if facts else {}
    cells = {names[part]: found for part, found in facts.items() if part in names}
    return Scan(cells, properties, stored(judged, sums), _highest(degrees))


def _highest(degrees: Collection[Degree | None]) -> Degree | None:
    found = [one for one in Degree if one in degrees] if any(degrees) else [None]
    return found[0]


class _Part(NamedTuple):
    """A part that may be there: as it is packed, its XML, its root when that is plain, and the mark on it.

    ``has_sign``: whether it is a sheet with a sign in its own bytes.
    """

    packed: bytes
    content: bytes
    root: bytes | None
    degree: Degree | None
    has_sign: bool


_Facts = tuple[str, int, int, int]
_once: set[_Facts] = set()
_seen: dict[_Facts, _Part] = {}
"""What the directory said of the parts of earlier files; those that came twice, whole. Most of a form comes once."""


def _part(package: Package, member: Member) -> _Part:
    """Look a part over; of the very bytes that came before, what was seen then. Raises as the gate does."""
    packed = package.packed(member)
    facts = member.name, member.kind, member.checksum, member.size
    seen = _seen.get(facts)
    if seen is None or seen.packed != packed:
        content = unpacked(packed, member)
        seen = _Part(packed, content, *_look(content, member.name))
        if len(content) <= LARGEST:
            _remember(facts, seen)
    return seen


def _remember(facts: _Facts, part: _Part) -> None:
    if facts not in _once:
        if len(_once) >= PARTS_REMEMBERED:
            _once.clear()
        _once.add(facts)
        return
    if len(_seen) >= PARTS_REMEMBERED:
        _seen.clear()
    _seen[facts] = part


def _look(content: bytes, name: str) -> tuple[bytes | None, Degree | None, bool]:
    root = plain_root(content)
    check_part(name, content, root)
    suspects = strings_with_signs(name, content, root).split(END_OF_STRING)
    degree = _highest([_degree_of_suspect(one, name) for one in suspects if one])
    return root, degree, root == b"worksheet" and any(content.find(sign) >= 0 for sign in _SIGNS)


@remembered(PARTS_REMEMBERED)
def _degree_of_suspect(suspect: bytes, name: str) -> Degree | None:
    """Of what may hold a mark; in a workbook of ours that is mostly what our own guide says."""
    return degree_in([text_of_part(name, suspect)])


def _concerns(strings: _Part | None) -> Callable[[_Part], bool]:
    """A test of a sheet: whether a sign stands on it, as a shared string or in the cell itself."""
    shared: list[bytes] = []
    if strings is not None:
        content = strings.content
        if strings.root is None:
            return lambda _: True
        for sign in _SIGNS:
            place = content.find(sign)
            while place >= 0:
                shared.append(b"<v>%d</v>" % (content.count(b"<si", 0, place) - 1))
                place = content.find(sign, place + 1)
    return lambda sheet: sheet.has_sign or any(_is_string(sheet.content, sign) for sign in shared)


def _is_string(content: bytes, value: bytes) -> bool:
    """Whether a cell holds that value other than as a number: one that says no type has a number."""
    place = content.find(value)
    while place >= 0:
        if content.find(b"t=", content.rfind(b"<c", 0, place), place) >= 0:
            return True
        place = content.find(value, place + 1)
    return False
