"""Broken and hostile workbooks: one small form of ours to spoil by hand, and a machine that spoils files by seed."""

import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

from genuine_workbooks import as_parts, packed, places

from plancycle.adapters.texts import Catalogue
from plancycle.adapters.workbooks.files import Workbooks
from plancycle.domain.deadlines import PeriodDates, PeriodRule, Wording
from plancycle.domain.forms import FieldKind, Form, FormField, FormRow, FormRules, FormSheet
from plancycle.domain.periods import Period
from plancycle.services.ports import WorkbookContext

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SHEET = "xl/worksheets/sheet2.xml"
CHOICES = ("Đang thực hiện", "Hoàn thành")
Q1 = (Period.Q1,)
WORKS = FormSheet(
    "works",
    "Nhiệm vụ",
    (
        FormField("amount", "Kinh phí", FieldKind.NUMBER, Q1, precision=1),
        FormField("count", "Số lượt", FieldKind.NUMBER, Q1),
        FormField("finish", "Thời hạn", FieldKind.DATE, Q1),
        FormField("status", "Tình trạng", FieldKind.CHOICE, Q1, choices=CHOICES),
        FormField("text", "Kết quả", FieldKind.TEXT, Q1),
    ),
    (FormRow("E01.1", "Xây dựng kế hoạch"), FormRow("E01.2", "Kiểm tra"), FormRow("E02", "Tổng kết")),
)
FORM = Form("tn-nq94-2025", Period.Q1, "so-y-te", "0123abcd", (WORKS,))
RULES = FormRules((), (), "Hoàn thành", "Không phát sinh")
_DATES = PeriodDates(
    Period.Q1,
    2025,
    datetime(2025, 3, 1, 8, tzinfo=ZONE),
    date(2025, 3, 25),
    datetime(2025, 3, 31, 17, tzinfo=ZONE),
    datetime(2025, 4, 1, tzinfo=ZONE),
    date(2025, 3, 31),
    datetime(2025, 3, 31, 17, tzinfo=ZONE),
    PeriodRule(Period.Q1, "Quý I", (3, 1), Wording.BY, (3, 31), (3, 25), 0, ""),
)
BLANK = Workbooks(Catalogue()).write(FORM, WorkbookContext("Kế hoạch", "Quý I", "Sở Y tế", _DATES, "f00d", ""))
PLACES = places(BLANK)
FIRST = "E01.1"


def changed(data: bytes = BLANK, added: dict[str, bytes] | None = None, **by_part: Callable[[bytes], bytes]) -> bytes:
    """A workbook with parts changed (``sheet``, ``styles``, ``strings``, ``book``, ``types``, ``rels``) and added."""
    names = {
        "sheet": SHEET,
        "styles": "xl/styles.xml",
        "strings": "xl/sharedStrings.xml",
        "book": "xl/workbook.xml",
        "types": "[Content_Types].xml",
        "rels": "xl/_rels/workbook.xml.rels",
    }
    parts = as_parts(data)
    for short, change in by_part.items():
        parts[names[short]] = change(parts[names[short]])
    return packed(parts | (added or {}))


def with_cell(field: str, inner: str, kind: str = "", style: str = "", row: str = FIRST, data: bytes = BLANK) -> bytes:
    """The blank workbook with one input cell written as given: what stands between ``<c …>`` and ``</c>``."""
    place = PLACES[row, field][1]

    def change(xml: bytes) -> bytes:
        found = re.search(rf'<c r="{place}"( s="[0-9]+")?/>'.encode(), xml)
        assert found is not None, place
        look = f' s="{style}"'.encode() if style else found[1] or b""
        cell = f'<c r="{place}"'.encode() + look + (f' t="{kind}"' if kind else "").encode() + b">"
        return xml[: found.start()] + cell + inner.encode("utf-8", "surrogatepass") + b"</c>" + xml[found.end() :]

    return changed(data, sheet=change)


def with_text(field: str, text: str) -> bytes:
    """Text in one input cell, as it stands in the XML."""
    return with_cell(field, f'<is><t xml:space="preserve">{text}</t></is>', "inlineStr")


def with_format(code: str) -> tuple[Callable[[bytes], bytes], str]:
    """(change of the styles that adds a number format, the cell style that shows it)."""
    xml = as_parts(BLANK)["xl/styles.xml"].decode()
    number = re.search(r'<cellXfs count="(\d+)"', xml)
    assert number is not None

    def change(styles: bytes) -> bytes:
        text = styles.decode()
        text = re.sub(r'<numFmts count="\d+">', lambda m: f'{m[0]}<numFmt numFmtId="199" formatCode="{code}"/>', text)
        return text.replace("</cellXfs>", '<xf numFmtId="199" applyNumberFormat="1"/></cellXfs>').encode()

    return change, number[1]


def sheet_data(xml: bytes) -> Callable[[bytes], bytes]:
    """A change that puts rows at the end of the sheet's data."""
    return lambda content: content.replace(b"</sheetData>", xml + b"</sheetData>")


# ── by seed ─────────────────────────────────────────────────────────────────────────────────────────────────────────

SNIPPETS = (
    '<!DOCTYPE x [<!ENTITY a "aaaa">]>', "<!-- -->", "<![CDATA[<c]]>", "<?x y?>", "&a;", "&#0;", "&#xD800;", "\0",
    '<c r="XFD1048576"><v>1</v></c>', '<c r="A1"><v>1</v></c>', "<c><v>1</v></c>", '<row r="0">', "</row>", "<v>",
    '<x:c xmlns:x="x" r="ZZ99999"><v>1</v></x:c>', '<c r="B2" t="e"><v>#REF!</v></c>', "<f>cmd|'/c calc'!A0</f>",
    "<a>" * 5000, '<a b="c" b="d"/>', "]]>", "\u202e", "_x0000_", "é" * 40_000,
)  # fmt: skip
VALUES = (
    "NaN", "Infinity", "-inf", "1e999", "-0", "", "9007199254740993", "1" * 400, "0x10", "1_000", "１２３", "1e-400",
    "--1", "TRUE", "99999999", "-1", "0.1.2", " 5 ", "2958466", "60",
)  # fmt: skip
REFERENCES = ("XFD1048576", "A0", "a1", "A1", "", "1A", "AAAA1", "A99999999", "BA1", "A10000", "A1:B2", "$A$1")
KINDS = ("e", "d", "b", "s", "str", "n", "inlineStr", "x", "")
ADDED = (
    "xl/vbaProject.bin", "xl/macrosheets/sheet1.xml", "xl/externalLinks/externalLink1.xml", "xl/connections.xml",
    "xl/embeddings/oleObject1.bin", "xl/activeX/activeX1.xml", "customUI/customUI.xml", "../../etc/passwd",
    "xl/WORKBOOK.XML", "C:\\x.xml", "xl/media/a.png", "word/document.xml",
)  # fmt: skip


def mutations(bases: list[bytes], count: int, seed: str = "hostile") -> Iterator[tuple[str, bytes]]:
    """``count`` spoiled files with the name of what was done to them; the same seed gives the same files."""
    ways = [*BY_PART.items(), *BY_BYTES.items()]
    for number in range(count):
        chance = random.Random(f"{seed} {number}")
        data, names = chance.choice(bases), []
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            name, way = ways[(number + len(names) * 7) % len(ways)]
            names.append(name)
            try:
                data = way(data, chance)
            except (
                zipfile.BadZipFile,
                KeyError,
                ValueError,
                IndexError,
                RuntimeError,
                EOFError,
                struct.error,
                zlib.error,
            ):
                break  # what the first change left cannot be taken apart for the second
        yield f"{number} {' + '.join(names)}", data


def _any_xml(parts: dict[str, bytes], chance: random.Random) -> str:
    sheets = [name for name in parts if "/worksheets/" in name]
    return chance.choice(sheets if chance.random() < 0.6 else list(parts))


def _by_part(change: Callable[[bytes, random.Random], bytes]) -> Callable[[bytes, random.Random], bytes]:
    def way(data: bytes, chance: random.Random) -> bytes:
        parts = as_parts(data)
        name = _any_xml(parts, chance)
        parts[name] = change(parts[name], chance)
        return packed(parts)

    return way


def _some(pattern: bytes, replace: Callable[[re.Match[bytes], random.Random], bytes], most: int = 5):  # type: ignore[no-untyped-def]
    """Replace a few of a pattern's matches."""

    def change(content: bytes, chance: random.Random) -> bytes:
        found = list(re.finditer(pattern, content))
        for match in sorted(chance.sample(found, min(len(found), chance.randint(1, most))), key=lambda m: -m.start()):
            content = content[: match.start()] + replace(match, chance) + content[match.end() :]
        return content

    return _by_part(change)


def _cut(content: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(max(1, len(content)))
    return content[:start] + content[start + chance.randint(1, 200) :]


def _files(change: Callable[[dict[str, bytes], random.Random], None]) -> Callable[[bytes, random.Random], bytes]:
    def way(data: bytes, chance: random.Random) -> bytes:
        parts = as_parts(data)
        change(parts, chance)
        return packed(parts)

    return way


def _swap(parts: dict[str, bytes], chance: random.Random) -> None:
    one, other = chance.sample(list(parts), 2)
    parts[one], parts[other] = parts[other], parts[one]


def _blow_up(parts: dict[str, bytes], chance: random.Random) -> None:
    parts[chance.choice([*parts, "xl/extra.xml"])] = b" " * chance.choice((900_000, 3_000_000, 21_000_000))


def _pack_otherwise(data: bytes, chance: random.Random) -> bytes:
    buffer = BytesIO()
    method = chance.choice((zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, zipfile.ZIP_STORED))
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in as_parts(data).items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _flip(data: bytes, chance: random.Random) -> bytes:
    spoiled = bytearray(data)
    for _ in range(chance.choice((1, 3, 30))):
        spoiled[chance.randrange(len(spoiled))] ^= 1 << chance.randrange(8)
    return bytes(spoiled)


def _directory_field(data: bytes, chance: random.Random) -> bytes:
    """One field of one line of the directory, or of a member's own header, set to something extreme."""
    spoiled = bytearray(data)
    mark, fields = chance.choice(
        ((b"PK\x01\x02", (8, 10, 16, 20, 24, 28, 30, 42)), (b"PK\x03\x04", (6, 8, 14, 18, 26, 28)))
    )
    places = [match.start() for match in re.finditer(re.escape(mark), data)]
    place = chance.choice(places) + chance.choice(fields)
    struct.pack_into("<H", spoiled, place, chance.choice((0, 1, 0xFFFF, 99, chance.randrange(0xFFFF))))
    return bytes(spoiled)


def _other_encoding(content: bytes, chance: random.Random) -> bytes:
    text = content.decode("utf-8", "replace")
    encoding = chance.choice(("utf-16", "utf-16-le", "utf-32", "latin-1", "utf-8-sig", "utf-7"))
    named = re.sub('encoding="[^"]*"', f'encoding="{encoding}"', text) if chance.random() < 0.6 else text
    return named.encode(encoding, "replace")


BY_PART: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "a piece cut out": _by_part(_cut),
    "a snippet between tags": _some(rb"(?<=>)(?=<)", lambda _, chance: chance.choice(SNIPPETS).encode()),
    "a snippet in a text": _some(rb"(?<=>)[^<>]+(?=<)", lambda _, chance: chance.choice(SNIPPETS).encode()),
    "values": _some(rb"(?<=<v>)[^<]*(?=</v>)", lambda _, chance: chance.choice(VALUES).encode()),
    "places": _some(rb'(?<=<c r=")[^"]*(?=")', lambda _, chance: chance.choice(REFERENCES).encode()),
    "rows": _some(
        rb'(?<=<row r=")[^"]*(?=")', lambda _, chance: chance.choice(("0", "-1", "1048577", "5", "x")).encode()
    ),
    "kinds": _some(rb'(?<= t=")[^"]*(?=")', lambda _, chance: chance.choice(KINDS).encode()),
    "styles of cells": _some(rb'(?<= s=")[^"]*(?=")', lambda _, chance: chance.choice((b"9999", b"-1", b"x", b"1"))),
    "any attribute": _some(rb'(?<==")[^"]*(?=")', lambda _, chance: chance.choice(SNIPPETS[:9] + VALUES).encode()),
    "tags": _some(
        rb"(?<=<)/?[A-Za-z]+", lambda _, chance: chance.choice((b"c", b"/c", b"v", b"x:c", b"", b"row", b"f"))
    ),
    "another encoding": _by_part(_other_encoding),
    "a part taken out": _files(lambda parts, chance: parts.pop(chance.choice(list(parts))) and None),
    "a part added": _files(lambda parts, chance: parts.update({chance.choice(ADDED): b"<a/>"})),
    "two parts swapped": _files(_swap),
    "a part blown up": _files(_blow_up),
    "a part emptied": _by_part(lambda _, __: b""),
}
BY_BYTES: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "bits flipped": _flip,
    "the end missing": lambda data, chance: data[: chance.randrange(len(data))],
    "the start missing": lambda data, chance: data[chance.randrange(1, 400) :],
    "bytes put in": lambda data, chance: (
        (p := chance.randrange(len(data))) and data[:p] + chance.randbytes(50) + data[p:]
    ),
    "zeros": lambda data, chance: (p := chance.randrange(len(data))) and data[:p] + bytes(200) + data[p + 200 :],
    "the directory": _directory_field,
    "something behind": lambda data, chance: data + chance.choice((b"\0" * 100, data, b"PK\x05\x06" + bytes(18))),
    "something before": lambda data, chance: chance.choice((b"MZ", b"%PDF-1.4\n", data, b"\n")) + data,
    "packed otherwise": _pack_otherwise,
}
