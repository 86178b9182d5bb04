"""The catalogue of hazards in returned files: each refused by name or read for what it is, never silently wrong."""

import base64
import json
import random
import struct
import unicodedata
import zipfile
from io import BytesIO

import hostile_workbooks as hostile
import openpyxl
import pytest
from genuine_workbooks import as_parts, packed
from hostile_workbooks import BLANK, FIRST, PLACES, changed, sheet_data, with_cell, with_format, with_text

from plancycle.adapters.texts import Catalogue
from plancycle.adapters.workbooks.files import Workbooks
from plancycle.domain import findings
from plancycle.domain.errors import UnreadableFile
from plancycle.services.ports import ReadWorkbook

OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600)


def read(data: bytes) -> ReadWorkbook:
    return Workbooks(Catalogue()).read(data, "bao-cao.xlsx")


def stream(name: str) -> bytes:
    return OLE + name.encode("utf-16-le")


def zip_of(*names: str) -> bytes:
    return packed(dict.fromkeys(names, b"x"))


def resaved_with_comment(comment: bytes) -> bytes:
    """The workbook with a comment behind its directory."""
    return BLANK[:-2] + struct.pack("<H", len(comment)) + comment


def lying_about_size() -> bytes:
    """A part that unpacks to more than the directory says."""
    data = bytearray(changed(sheet=lambda xml: xml + b" " * 500_000))
    place = next(i for i in range(len(data)) if data[i : i + 4] == b"PK\x01\x02" and b"sheet2" in data[i : i + 90])
    struct.pack_into("<I", data, place + 24, 2000)
    return bytes(data)


def other_name_inside() -> bytes:
    """The directory calls a part one thing, the part itself another."""
    return BLANK.replace(b"xl/theme/theme1.xml", b"xl/theme/theme2.xml", 1)


def entities(levels: int) -> bytes:
    lines = "".join(f'<!ENTITY e{n} "&e{n - 1};&e{n - 1};&e{n - 1};">' for n in range(1, levels))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">{lines}]>'.encode()


def with_doctype(head: bytes, part: str = "sheet") -> bytes:
    return changed(**{part: lambda xml: head + xml[xml.index(b"?>") + 2 :]})


def in_utf_16(part: str) -> bytes:
    """A DOCTYPE that a search for its bytes would miss."""
    head = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x>'
    return changed(**{part: lambda xml: (head + xml.decode().split("?>", 1)[1]).encode("utf-16")})


def linked(kind: str, target: str) -> bytes:
    link = f'<Relationship Id="x9" TargetMode="External" Target="{target}" Type="http://x/{kind}"/></Relationships>'
    return changed(rels=lambda xml: xml.replace(b"</Relationships>", link.encode()))


def with_formula(formula: str) -> bytes:
    return with_cell("amount", f"<f>{formula}</f><v>4</v>")


def opendocument() -> bytes:
    return packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<a/>"})


CELL = '<row r="{row}"><c r="{place}"><v>1</v></c></row>'
MAIL = b"From: a@b.example\r\nTo: c@d.example\r\nSubject: Bao cao\r\n\r\nKem tep"
REFUSED = {
    # what the file is
    "nothing": (b"", "file.empty"),
    "an old Excel workbook": (stream("Workbook"), "file.old_excel"),
    "a Word document of the old kind": (stream("WordDocument"), "file.other_document"),
    "a workbook with a password": (stream("EncryptedPackage"), "file.password"),
    "a saved Outlook message": (stream("__properties_version1.0"), "file.mail"),
    "a saved message": (MAIL, "file.mail"),
    "a binary workbook": (zip_of("xl/workbook.bin", "[Content_Types].xml"), "file.binary_excel"),
    "an OpenDocument spreadsheet": (opendocument(), "file.opendocument"),
    "a Word document": (zip_of("word/document.xml"), "file.other_document"),
    "an Apple spreadsheet": (zip_of("Index/Document.iwa", "Metadata/a.plist"), "file.numbers"),
    "a zip with a workbook in it": (packed({"bao-cao.xlsx": BLANK}), "file.archive"),
    "a zip of pictures": (zip_of("a.png"), "file.not_xlsx"),
    "a RAR archive": (b"Rar!\x1a\x07\0", "file.archive"),
    "a PDF": (b"%PDF-1.7\n%", "file.pdf"),
    "a PDF after blank lines": (b"\n\n%PDF-1.7\n%", "file.pdf"),
    "a PDF that is a workbook as well": (b"%PDF-1.4\n" + BLANK, "file.pdf"),
    "a photograph": (b"\xff\xd8\xff\xe0JFIF", "file.image"),
    "a table of semicolons": ("Mã;Số\r\nE01;12,5\r\n".encode(), "file.csv"),
    "a table in Excel's Unicode text": ("Mã\tSố\r\nE01\t12\r\n".encode("utf-16"), "file.csv"),
    "a web page called a workbook": (b"\xef\xbb\xbf<!DOCTYPE html><html><table>", "file.web_page"),
    "an Excel web page": (b"<html xmlns:x='urn:schemas-microsoft-com:office:excel'>", "file.web_page"),
    "an XML workbook of 2003": (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
        "file.old_excel",
    ),
    "JSON": (json.dumps({"a": "b, c"}).encode(), "file.not_xlsx"),
    "bytes of nothing known": (bytes(range(1, 200)), "file.not_xlsx"),
    # how it is packed
    "a part of 500 MB in half a megabyte": (changed(added={"xl/a.xml": b" " * 21_000_000}), "file.too_large"),
    "a part that is nothing but blanks": (changed(added={"xl/a.xml": b" " * 5_000_000}), "file.abnormal"),
    "a part longer than the directory says": (lying_about_size(), "file.damaged"),
    "a part with two names": (other_name_inside(), "file.abnormal"),
    "a directory behind the directory": (resaved_with_comment(b"PK\x05\x06" + bytes(40)), "file.abnormal"),
    "bytes behind the end": (BLANK + b"\0\0\0\0", "file.abnormal"),
    "a workbook behind a workbook": (BLANK + BLANK, "file.abnormal"),
    "bytes before the start": (b"PK\x03\x04" + BLANK, "file.abnormal"),
    "two parts that differ by case": (changed(added={"xl/WORKBOOK.xml": b"<a/>"}), "file.abnormal"),
    "an unusual compression": (
        hostile._pack_otherwise(BLANK, type("Always", (), {"choice": lambda _, many: zipfile.ZIP_BZIP2})()),
        "file.abnormal",
    ),
    # what stands in it
    "entities within entities": (with_doctype(entities(40)), "file.abnormal"),
    "an entity of a local file": (
        with_doctype(b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>', "strings"),
        "file.abnormal",
    ),
    "an entity of a web address": (
        with_doctype(b'<!DOCTYPE x [<!ENTITY f SYSTEM "http://evil.example/x">]>', "styles"),
        "file.abnormal",
    ),
    "a DOCTYPE in another encoding": (in_utf_16("styles"), "file.abnormal"),
    "a DOCTYPE in a sheet in another encoding": (in_utf_16("sheet"), "file.abnormal"),
    "a macro under another name": (changed(added={"xl/VBAProject.BIN": b"x"}), "file.macros"),
    "a macro-enabled type": (
        changed(types=lambda xml: xml.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml", 1)),
        "file.macros",
    ),
    "a sheet of Excel 4 macros": (changed(added={"xl/macrosheets/sheet1.xml": b"<a/>"}), "file.macros"),
    "a link to another workbook": (linked("externalLinkPath", "file:///c:/x.xlsx"), "file.external"),
    "a linked picture": (linked("image", "http://evil.example/a.png"), "file.external"),
    "an embedded object": (changed(added={"xl/embeddings/oleObject1.bin": OLE}), "file.external"),
    "a live data link": (changed(added={"xl/externalLinks/externalLink1.xml": b"<a/>"}), "file.external"),
    "a database connection": (changed(added={"xl/connections.xml": b"<a/>"}), "file.external"),
    "a web extension": (changed(added={"xl/webextensions/webextension1.xml": b"<a/>"}), "file.external"),
    "a button of its own": (changed(added={"customUI/customUI14.xml": b"<a/>"}), "file.external"),
    "a formula that starts a program": (with_formula("cmd|'/C calc'!A0"), "file.external"),
    "a formula that talks to a program": (with_formula('DDE("soffice","/etc/passwd","A1")'), "file.external"),
    "a formula that calls a web address": (with_formula('1+_xlfn.WEBSERVICE("http://evil.example/")'), "file.external"),
    "a formula that hides its name": (with_formula('_xlfn.&#x77;ebservice ("http://x/")'), "file.external"),
    "a formula in two pieces": (with_formula("WEBSER<!-- -->VICE(A1)"), "file.external"),
    "a formula that calls a library": (with_formula('CALL("kernel32","WinExec","JCJ","calc",0)'), "file.external"),
    "a name that stands for a program": (
        changed(
            book=lambda xml: xml.replace(
                b"</definedNames>", b"<definedName name=\"x\">cmd|'/C calc'!A0</definedName></definedNames>"
            )
        ),
        "file.external",
    ),
    "a sheet that is no XML by name": (
        changed(rels=lambda xml: xml.replace(b"sheet2.xml", b"sheet2.png")),
        "file.abnormal",
    ),
    # where its cells stand
    "a cell in the last corner": (
        changed(sheet=sheet_data(CELL.format(row=1048576, place="XFD1048576").encode())),
        "file.far_cell",
    ),
    "a cell in the last column": (
        changed(sheet=sheet_data(CELL.format(row=99, place="XFD99").encode())),
        "file.far_cell",
    ),
    "one cell twice": (changed(sheet=sheet_data(CELL.format(row=1, place="A1").encode())), "file.abnormal"),
    "one row of cells twice": (
        changed(
            sheet=lambda xml: xml.replace(
                b"</sheetData>", xml[xml.index(b'<row r="6"') : xml.index(b'<row r="7"')] + b"</sheetData>"
            )
        ),
        "file.abnormal",
    ),
    "a cell nowhere": (changed(sheet=sheet_data(b'<row r="99"><c r="A0"><v>1</v></c></row>')), "file.abnormal"),
    "a sheet that ends half way": (changed(sheet=lambda xml: xml[: len(xml) // 2]), "file.damaged"),
    "a shared string that is not there": (with_cell("text", "<v>99999</v>", "s"), "file.damaged"),
    "more answers than any form asks": (
        changed(
            sheet=sheet_data(
                b"".join(
                    f'<row r="{r}">{"".join(f"""<c r="{c}{r}"><v>1</v></c>""" for c in "DEFGH")}</row>'.encode()
                    for r in range(100, 6000)
                )
            )
        ),
        "file.too_many_cells",
    ),
    "borders drawn down the whole sheet": (
        changed(
            sheet=sheet_data(b"".join(b'<row r="%d"><c r="A%d" s="1"/></row>' % (r, r) for r in range(100, 200_200)))
        ),
        "file.too_many_cells",
    ),
}


@pytest.mark.parametrize(("data", "key"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_cannot_be_an_answer_is_refused_for_what_it_is(data: bytes, key: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read(data)
    assert refusal.value.key == key
    words = {Catalogue().say(key, language, **refusal.value.params) for language in ("vi", "en")}
    assert len(words) == 2


def huge_string_everywhere() -> bytes:
    """One shared string of ten megabytes, cited by thousands of cells: gigabytes once it is parsed."""

    def cite(xml: bytes) -> bytes:
        rows = b"".join(b'<row r="%d"><c r="AZ%d" t="s"><v>0</v></c></row>' % (r, r) for r in range(200, 2000))
        return xml.replace(b"</sheetData>", rows + b"</sheetData>")

    text = base64.b64encode(random.Random(1).randbytes(3_000_000)).decode()
    return changed(sheet=cite, strings=lambda xml: xml.replace(b"<si>", f"<si><t>{text}</t></si><si>".encode(), 1))


def test_one_string_cited_by_thousands_of_cells_ends_in_the_limited_process() -> None:
    with pytest.raises(UnreadableFile, match=r"file\.too_heavy"):
        read(huge_string_everywhere())
    assert read(BLANK).stamp is not None


percent, percent_style = with_format("0.0%")
literal, literal_style = with_format("0&quot;%&quot;")
NFD = unicodedata.normalize("NFD", "Đã tổ chức hội nghị triển khai")
SEEN = {
    # field, the workbook, what a person saw, the finding (None: accepted)
    "dots and comma": ("amount", with_text("amount", "1.234,5"), "1.234,5", None),
    "one dot": ("amount", with_text("amount", "12.5"), "12.5", "number_ambiguous"),
    "thousands by one dot": ("amount", with_text("amount", "1.234"), "1.234", "number_ambiguous"),
    "the English way": ("amount", with_text("amount", "1,234,567.8"), "1,234,567.8", "number_invalid"),
    "blanks around": ("count", with_text("count", " 123\u00a0"), " 123\u00a0", None),
    "an invisible blank inside": ("count", with_text("count", "1\u200b23"), "1\u200b23", "forbidden_character"),
    "full-width digits": ("count", with_text("count", "１２３"), "１２３", "number_invalid"),
    "Arabic digits": ("count", with_text("count", "١٢"), "١٢", "number_invalid"),
    "an underscore": ("count", with_text("count", "1_000"), "1_000", "number_invalid"),
    "brackets for minus": ("count", with_text("count", "(500)"), "(500)", "number_invalid"),
    "a number held as 0.5 and shown as 50%": (
        "amount",
        changed(with_cell("amount", "<v>0.5</v>", style=percent_style), styles=percent),
        "50%",
        "number_ambiguous",
    ),
    "a percentage in tenths": (
        "amount",
        changed(with_cell("amount", "<v>0.1255</v>", style=percent_style), styles=percent),
        "12,55%",
        "number_ambiguous",
    ),
    "a percent sign that multiplies nothing": (
        "amount",
        changed(with_cell("amount", "<v>50</v>", style=literal_style), styles=literal),
        "50",
        None,
    ),
    "a percentage typed as text": ("amount", with_text("amount", "50%"), "50%", "number_ambiguous"),
    "not a number": ("amount", with_cell("amount", "<v>NaN</v>"), "nan", "number_invalid"),
    "more than a number": ("amount", with_cell("amount", "<v>1e999</v>"), "inf", "number_invalid"),
    "minus zero": ("amount", with_cell("amount", "<v>-0</v>"), "0", None),
    "an empty value": ("amount", with_cell("amount", "<v></v>"), "", None),
    "2^53 + 1": ("count", with_cell("count", "<v>9007199254740993</v>"), "9007199254740992.0", "number_too_long"),
    "sixteen digits": ("count", with_cell("count", "<v>1234567890123456</v>"), "1234567890123456", "number_too_long"),
    "a fraction of a person": ("count", with_cell("count", "<v>2.5</v>"), "2,5", "number_precision"),
    "a sum with a binary tail": ("amount", with_cell("amount", "<v>12.299999999999999</v>"), "12,3", None),
    "an error": ("amount", with_cell("amount", "<v>#REF!</v>", "e"), "#REF!", "formula_error"),
    "an error in a text": ("text", with_cell("text", "<f>1/0</f><v>#DIV/0!</v>", "e"), "#DIV/0!", "formula_error"),
    "an error typed by hand": ("text", with_text("text", "#N/A"), "#N/A", "formula_error"),
    "a formula with its result": ("amount", with_cell("amount", "<f>1+1</f><v>2</v>"), "2", None),
    "a formula nobody calculated": ("amount", with_cell("amount", "<f>1+1</f>"), "=1+1", "number_invalid"),
    "a shared formula nobody calculated": (
        "amount",
        with_cell("amount", '<f t="shared" si="0"/>'),
        "=",
        "number_invalid",
    ),
    "a truth": ("count", with_cell("count", "<v>1</v>", "b"), "TRUE", "number_invalid"),
    "a day": ("finish", with_cell("finish", "<v>46000</v>"), "09/12/2025", None),
    "a day counted from 1904": (
        "finish",
        changed(
            with_cell("finish", "<v>44538</v>"),
            book=lambda xml: xml.replace(b"<workbookPr", b'<workbookPr date1904="1"'),
        ),
        "09/12/2025",
        None,
    ),
    "the day that never was": ("finish", with_cell("finish", "<v>60</v>"), "28/02/1900", "date_invalid"),
    "a month before a day": ("finish", with_text("finish", "12/31/2025"), "12/31/2025", "date_invalid"),
    "29 February of a common year": ("finish", with_text("finish", "29/02/2025"), "29/02/2025", "date_invalid"),
    "a day by the rules of databases": (
        "finish",
        with_cell("finish", "<v>2025-12-09T00:00:00</v>", "d"),
        "09/12/2025",
        None,
    ),
    "a number where a day is asked": ("finish", with_text("finish", "46000"), "46000", "date_invalid"),
    "decomposed letters": ("text", with_text("text", NFD), unicodedata.normalize("NFC", NFD), None),
    "decomposed letters in a choice": (
        "status",
        with_text("status", unicodedata.normalize("NFD", "Hoàn thành")),
        "Hoàn thành",
        None,
    ),
    "text that turns around": ("text", with_text("text", "abc\u202exslx"), "abc\u202exslx", "forbidden_character"),
    "text with an invisible joint": (
        "text",
        with_text("text", "kinh\u200bphí"),
        "kinh\u200bphí",
        "forbidden_character",
    ),
    "a control character as Excel spells it": ("text", with_text("text", "a_x0000_b"), "a\0b", "forbidden_character"),
    "half a letter as Excel spells it": ("text", with_text("text", "a_xD800_b"), "a_xD800_b", None),
    "more than a cell holds": ("text", with_text("text", "x" * 32_768), "x" * 32_768, "too_long"),
    "ten thousand lines": ("text", with_text("text", "a\n" * 10_000), "a\n" * 10_000, "too_long"),
    "markup": ("text", with_text("text", "&lt;script&gt;{{7*7}}=1+1"), "<script>{{7*7}}=1+1", None),
    "several lines": ("text", with_text("text", "một\nhai"), "một\nhai", None),
    "runs of letters in several looks": (
        "text",
        with_cell(
            "text", '<is><r><t>Đã</t></r><r><rPr><b/></rPr><t xml:space="preserve"> ban hành</t></r></is>', "inlineStr"
        ),
        "Đã ban hành",
        None,
    ),
}


@pytest.mark.parametrize(("field", "data", "seen", "code"), SEEN.values(), ids=SEEN)
def test_a_cell_is_read_as_a_person_saw_it_or_asked_about(field: str, data: bytes, seen: str, code: str | None) -> None:
    workbook = read(data)
    entry = next(entry for entry in workbook.entries if (entry.row, entry.field) == (FIRST, field))
    _, found = findings.check(hostile.FORM, hostile.RULES, workbook.entries, {})
    assert [(one.code, one.cell) for one in found] == ([] if code is None else [(code, PLACES[FIRST, field][1])])
    assert entry.raw == seen


def prefixed(xml: bytes) -> bytes:
    """The sheet as some libraries write it: every element under a prefix, single quotes."""
    text = xml.decode().replace("<worksheet xmlns=", "<worksheet xmlns:x=")
    head, body = text.split("?>", 1)
    body = "".join(f"<{'/' if part[0] == '/' else ''}x:{part.lstrip('/')}" for part in body.strip()[1:].split("<"))
    return f"{head}?>{body}".encode()


@pytest.mark.parametrize("change", [prefixed, lambda xml: xml.replace(b'"', b"'"), lambda xml: xml + b"<!-- x -->"])
def test_an_error_is_found_however_the_sheet_is_spelled(change) -> None:  # type: ignore[no-untyped-def]
    data = changed(with_cell("amount", "<v>#REF!</v>", "e"), sheet=change)
    raws = {(entry.row, entry.field): entry.raw for entry in read(data).entries}
    assert raws == dict.fromkeys(PLACES, "") | {(FIRST, "amount"): "#REF!"}


@pytest.mark.parametrize("change", [prefixed, lambda xml: xml.replace(b'"', b"'")])
def test_a_formula_to_the_outside_is_found_however_the_sheet_is_spelled(change) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UnreadableFile, match=r"file\.external"):
        read(changed(with_formula("Rtd(A1)"), sheet=change))


@pytest.mark.parametrize("formula", ['LEN("a|b")+1', 'IF(A1="CALL(1)",1,4)', "RECALL(1)", "MYIMAGE+1"])
def test_arithmetic_that_only_looks_like_it_is_left_alone(formula: str) -> None:
    assert len(read(with_formula(formula)).entries) == len(PLACES)


def test_words_that_only_look_like_a_formula_are_left_alone() -> None:
    text = "Đã gọi CALL(1) | cmd|'/C calc'!A0"
    assert next(one.raw for one in read(with_text("text", text)).entries if one.raw) == text


def test_two_cells_in_one_place_do_not_pass_in_any_spelling() -> None:
    for quote in ('"', "'"):
        twice = f"<row r={quote}6{quote}><c r={quote}D6{quote}><v>999</v></c></row>".encode()
        with pytest.raises(UnreadableFile, match=r"file\.abnormal"):
            read(changed(with_cell("amount", "<v>5</v>"), sheet=sheet_data(twice)))


def test_a_password_on_the_sheet_and_a_missing_style_table_hinder_nobody() -> None:
    parts = as_parts(BLANK)
    parts["xl/worksheets/sheet2.xml"] = parts["xl/worksheets/sheet2.xml"].replace(
        b"<sheetProtection", b'<sheetProtection password="83AF"'
    )
    del parts["xl/styles.xml"]
    assert len(read(packed(parts)).entries) == len(PLACES)


def test_a_comment_of_the_packer_is_no_harm() -> None:
    assert read(resaved_with_comment(b"packed by somebody")).stamp is not None


def test_another_workbook_is_not_ours_whatever_its_sheets_are_called() -> None:
    book, buffer = openpyxl.Workbook(), BytesIO()
    book.active.title = "_meta"
    book.save(buffer)
    assert read(buffer.getvalue()) == ReadWorkbook(None, ())
