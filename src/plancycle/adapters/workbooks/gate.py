"""The gate before any workbook is parsed: what the bytes are, how they unpack, where their cells stand.

A spreadsheet parser asked to hold A1 and XFD1048576 dies with the process (measured: an uncatchable abort), macros
and links to other files pass silently, and error cells come back as blanks. All of that is settled here, with the
standard library only, before the bytes go to the parser's own limited process (:mod:`.reading`).
"""

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from xml.etree import ElementTree
from xml.parsers.expat import ExpatError

from plancycle.adapters.workbooks.gate_cells import CellScan
from plancycle.domain.errors import UnreadableFile

MAX_MEMBERS = 200
MAX_UNPACKED = 20 * 1024 * 1024
MAX_RATIO = 100
RATIO_MATTERS_FROM = 1024 * 1024
"""A part smaller than this may compress as well as it likes: a sheet of repeated blanks does."""

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_ZIP = b"PK\x03\x04"
_WORKBOOK, _WORKBOOK_RELS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_MACRO_PARTS = ("vbaproject", "vbadata", "macrosheets/", "dialogsheets/")
_FOREIGN_PARTS = (
    "externallinks/",
    "embeddings/",
    "activex/",
    "connections.xml",
    "querytables/",
    "webextensions/",
    "customui/",
    "model/",
)
_LOCAL_HEADER = 30
"""Bytes of a zip member's header before its name."""

PartCells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Scan:
    """What the gate saw: per sheet name, the cells whose content the parser would lose, with what stands there.

    Error cells (``#REF!``) and formulas that nobody has calculated (``=SUM(B1:B2)``).
    """

    lost_cells: Mapping[str, PartCells]


def scan(data: bytes) -> Scan:
    """Look a file over. Raises UnreadableFile naming the first thing that rules it out."""
    _check_kind(data)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check_directory(archive.infolist())
            return _scan_parts(archive)
    except (zipfile.BadZipFile, zlib.error, ExpatError, ElementTree.ParseError, EOFError, KeyError) as error:
        raise UnreadableFile("file.damaged") from error
    except (NotImplementedError, RuntimeError, ValueError, OSError) as error:  # a compression or flag nobody uses
        raise UnreadableFile("file.abnormal") from error


def _check_kind(data: bytes) -> None:
    if not data:
        raise UnreadableFile("file.empty")
    if len(data) > MAX_UNPACKED:
        raise _too_large()
    if data.startswith(_OLE):
        raise UnreadableFile("file.password" if _ENCRYPTED_STREAM in data else "file.old_excel")
    if data.lstrip()[:5].startswith(b"%PDF"):
        raise UnreadableFile("file.pdf")
    if not data.startswith(_ZIP):
        raise UnreadableFile("file.not_xlsx")


def _too_large() -> UnreadableFile:
    return UnreadableFile("file.too_large", maximum=str(MAX_UNPACKED // 1024**2))


def _check_directory(members: list[zipfile.ZipInfo]) -> None:
    """Everything that can be told from the directory alone, before a byte is unpacked."""
    if len(members) > MAX_MEMBERS:
        raise UnreadableFile("file.abnormal")
    if any(member.flag_bits & 0x1 for member in members):
        raise UnreadableFile("file.password")
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        raise _too_large()
    names = [member.filename.casefold() for member in members]
    if len(set(names)) != len(names) or any(_is_bomb(member) for member in members) or _overlap(members):
        raise UnreadableFile("file.abnormal")
    if _WORKBOOK not in names:
        raise UnreadableFile("file.not_xlsx")
    for name in names:
        if any(part in name for part in _MACRO_PARTS):
            raise UnreadableFile("file.macros")
        if any(part in name for part in _FOREIGN_PARTS):
            raise UnreadableFile("file.external", part=PurePosixPath(name).name)


def _is_bomb(member: zipfile.ZipInfo) -> bool:
    return member.file_size > RATIO_MATTERS_FROM and member.file_size > MAX_RATIO * max(1, member.compress_size)


def _overlap(members: list[zipfile.ZipInfo]) -> bool:
    """Whether two members share bytes of the archive, which no honest writer does."""
    end = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        if member.header_offset < end:
            return True
        end = member.header_offset + _LOCAL_HEADER + len(member.filename) + member.compress_size
    return False


def _scan_parts(archive: zipfile.ZipFile) -> Scan:
    cells: dict[str, PartCells] = {}
    for member in archive.infolist():
        name = member.filename
        content = archive.read(member)
        if name.lower().endswith(".vml"):  # drawings of notes are not always well-formed; nobody parses them
            continue
        if not name.lower().endswith((".xml", ".rels")):
            continue
        if name == "[Content_Types].xml" and b"macroenabled" in content.lower():
            raise UnreadableFile("file.macros")
        found = CellScan().read(content)
        if name.endswith(".rels"):
            _check_relationships(content)
        if found:
            cells[name] = found
    if not cells:
        return Scan({})
    names = _sheet_names(archive)
    return Scan({names[part]: found for part, found in cells.items() if part in names})


def _check_relationships(content: bytes) -> None:
    """Only a typed web address may point outside; linked pictures, objects and workbooks may not."""
    if b"External" not in content:
        return
    for relation in ElementTree.fromstring(content):
        if relation.get("TargetMode") == "External" and not relation.get("Type", "").endswith("/hyperlink"):
            raise UnreadableFile("file.external", part=relation.get("Type", "").rpartition("/")[2])


def _sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name by the part that holds it."""
    relations = {
        relation.get("Id", ""): relation.get("Target", "")
        for relation in ElementTree.fromstring(archive.read(_WORKBOOK_RELS))
    }
    names: dict[str, str] = {}
    for element in ElementTree.fromstring(archive.read(_WORKBOOK)).iter():
        if element.tag.rpartition("}")[2] != "sheet":
            continue
        relation_id = next((value for key, value in element.items() if key.endswith("}id")), "")
        target = relations.get(relation_id, "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        names[part] = element.get("name", "")
    return names
