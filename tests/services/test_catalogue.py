"""The catalogue of answers that go wrong, A27 to A54: what each is told and what is kept of it, in one table.

Each goes the whole way through intake with real workbooks and a real ledger, of the kind the run of the tests asks for
(``ledgers``). What single readers and parsers do with many more spellings
of the same is beside them (``adapters/test_hostile_files.py``, ``services/test_answer_by_api.py``).
"""

import json
import re
import resource
import socket
import time
import unicodedata
import zipfile
from copy import copy
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO

import factories as f
import genuine_workbooks as genuine
import kept_ledgers
import pytest
from small_programme import HEALTH

from plancycle.adapters.texts import Catalogue
from plancycle.adapters.workbooks.files import Workbooks
from plancycle.services.quarantine import IntakeResult
from plancycle.services.receive_submission import receive

FIGURE, TEXT, STATUS = ("inspections", "value"), ("N1", "text"), ("n1", "status")
ODD = ("forbidden_character",)
VERSION, NOTHING, RETURNED = "accepted, a version", "quarantined, no version", "returned, a version"
NFD = unicodedata.normalize("NFD", "Đã tổ chức hội nghị triển khai")


@dataclass(frozen=True)
class Case:
    """One line: its id, what happens, the file, what is kept, and the reason or findings that are told."""

    id: str
    sentence: str
    make: object
    kept: str
    told: tuple[str, ...] = ()


def a_house():
    """A house whose workbooks are real files."""
    house = f.a_house()
    house.workbooks = Workbooks(Catalogue())
    return house


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """The folder of a ledger in which the year is open."""
    return kept_ledgers.opened(tmp_path_factory.mktemp("opened"))


@pytest.fixture
def kept_house(opened, tmp_path):
    """A house whose workbooks are real files and whose ledger is a real one of its own."""
    with kept_ledgers.copy_of(opened, tmp_path) as database:
        yield replace(a_house(), database=database)


@cache
def template() -> bytes:
    return f.a_template(a_house(), HEALTH)


@cache
def where() -> dict:
    return genuine.places(template())


@cache
def good() -> bytes:
    """The agency's workbook, filled in rightly, as a spreadsheet leaves it."""
    typed = {
        question: genuine.Typed(text, text) for question, text in f.answers(f.ANNUAL).items() if question in where()
    }
    return genuine.typed_in(template(), where(), typed)


def part_of(question) -> str:
    names = re.findall(r'<sheet name="([^"]*)"', genuine.as_parts(good())["xl/workbook.xml"].decode())
    return f"xl/worksheets/sheet{names.index(where()[question][0]) + 1}.xml"


def cell(question, inner: str, kind: str = "") -> bytes:
    """The good workbook with one cell written as given."""
    parts, part = genuine.as_parts(good()), part_of(question)
    start = f'<c r="{where()[question][1]}"'
    shown = re.compile(start + r'( s="[0-9]+")?[^>]*?(?:/>|>.*?</c>)')
    kind_ = f' t="{kind}"' if kind else ""
    parts[part] = shown.sub(lambda m: f"{start}{m[1] or ''}{kind_}>{inner}</c>", parts[part].decode(), count=1).encode()
    return genuine.packed(parts)


def typed(question, text: str) -> bytes:
    """Text in one cell."""
    return cell(question, f'<is><t xml:space="preserve">{text}</t></is>', "inlineStr")


def with_part(name: str, content: bytes = b"x") -> bytes:
    return genuine.packed({**genuine.as_parts(good()), name: content})


def changed(name: str, old: bytes, new: bytes) -> bytes:
    parts = genuine.as_parts(good())
    assert old in parts[name], name
    return genuine.packed({**parts, name: parts[name].replace(old, new, 1)})


def rows(xml: bytes) -> bytes:
    """The good workbook with rows put at the end of a sheet."""
    return changed(part_of(FIGURE), b"</sheetData>", xml + b"</sheetData>")


def doctype(inner: bytes) -> bytes:
    return changed("xl/styles.xml", b"<styleSheet", b"<!DOCTYPE x [" + inner + b"]><styleSheet")


def stamped(**stamp: str) -> bytes:
    """A workbook of ours with another stamp, sealed by us."""
    house, parts = a_house(), genuine.as_parts(good())
    old = Workbooks(Catalogue()).read(good(), "").stamp
    new = {name: stamp.get(name, getattr(old, name)) for name in ("cycle", "period", "agency", "version")}
    new["seal"] = house.seals.seal(*new.values())
    for name, value in new.items():
        for part in ("xl/sharedStrings.xml", "docProps/custom.xml"):
            parts[part] = parts[part].replace(f"{getattr(old, name)}".encode(), value.encode())
    return genuine.packed(parts)


def overlapping(parts: int = 100, size: int = 20_000_000) -> bytes:
    """A small file whose directory names one packed part many times: two gigabytes when each is unpacked."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in genuine.as_parts(good()).items():
            archive.writestr(name, content)
        archive.writestr("xl/a0.xml", bytes(size))
        first = archive.getinfo("xl/a0.xml")
        for number in range(1, parts):
            again = copy(first)
            again.filename = f"xl/a{number}.xml"
            archive.filelist.append(again)
            archive.NameToInfo[again.filename] = again
        archive._didModify = True
    return packed.getvalue()


def opened_by(programs: bytes) -> bytes:
    return programs + bytes(600)


def body(**changed: object) -> bytes:
    """The same answers as JSON, all rows; ``changed`` are parts of the heading or single values."""
    answers = [{"row": r, "field": c, "value": v} for (r, c), v in f.answers(f.ANNUAL).items() if (r, c) in where()]
    version = Workbooks(Catalogue()).read(good(), "").stamp.version
    return json.dumps({"year": 2025, "period": "annual", "version": version, "answers": answers} | changed).encode()


def swapped(old: bytes, new: bytes) -> bytes:
    assert old in body(), old
    return body().replace(old, new, 1)


OLE = bytes.fromhex("D0CF11E0A1B11AE1")
FAR = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
CATALOGUE = (
    # the API's JSON
    Case(
        "A27",
        "A name that stands twice is no JSON",
        lambda: swapped(b'{"year"', b'{"year": 1, "year"'),
        NOTHING,
        ("answer.not_json",),
    ),
    Case("A27", "NaN is no JSON", lambda: swapped(b'"4"', b"NaN"), NOTHING, ("answer.not_json",)),
    Case(
        "A27",
        "A number beyond every float is asked about, exactly as written",
        lambda: swapped(b'"4"', b"1e999"),
        RETURNED,
        ("number_invalid",),
    ),
    Case(
        "A27",
        "Twenty digits are not rounded but asked about",
        lambda: swapped(b'"4"', b"12345678901234567890"),
        RETURNED,
        ("number_too_long",),
    ),
    Case("A28", "An unknown field is named", lambda: body(colour="red"), NOTHING, ("answer.shape",)),
    Case("A28", "A missing field is named", lambda: swapped(b'"version"', b'"edition"'), NOTHING, ("answer.shape",)),
    Case(
        "A28",
        "Thirty levels of brackets are no answer",
        lambda: body(answers=json.loads("[" * 30 + "]" * 30)),
        NOTHING,
        ("answer.shape",),
    ),
    Case(
        "A28", "More than a megabyte is too large", lambda: body() + b" " * 1024 * 1024, NOTHING, ("answer.too_large",)
    ),
    Case("A29", "UTF-16 is not taken", lambda: body().decode().encode("utf-16"), NOTHING, ("answer.not_json",)),
    Case(
        "A29", "Latin-1 is not taken", lambda: swapped(b'"4"', '"é"'.encode("latin-1")), NOTHING, ("answer.not_json",)
    ),
    Case("A29", "A byte order mark does no harm", lambda: b"\xef\xbb\xbf" + body(), VERSION),
    Case("A30", "1.234.567 is a number", lambda: swapped(b'"4"', b'"1.234.567"'), VERSION),
    Case("A30", "1.234 has two readings", lambda: swapped(b'"4"', b'"1.234"'), RETURNED, ("number_ambiguous",)),
    Case(
        "A30",
        "1,234,567.89 is no number here",
        lambda: swapped(b'"4"', b'"1,234,567.89"'),
        RETURNED,
        ("number_invalid",),
    ),
    Case(
        "A30",
        "Full-width digits are no number",
        lambda: swapped(b'"4"', '"１２３"'.encode()),
        RETURNED,
        ("number_invalid",),
    ),
    # what the file is
    Case("A31", "A workbook filled in rightly is taken", good, VERSION),
    Case("A32", "A macro project is refused", lambda: with_part("xl/vbaProject.bin"), NOTHING, ("file.macros",)),
    Case(
        "A32",
        "A sheet of Excel 4 macros is refused",
        lambda: with_part("xl/macrosheets/sheet1.xml"),
        NOTHING,
        ("file.macros",),
    ),
    Case(
        "A33",
        "An .xls is refused by its name",
        lambda: opened_by(OLE + "Workbook".encode("utf-16-le")),
        NOTHING,
        ("file.old_excel",),
    ),
    Case(
        "A33",
        "A file with a password is refused by its name",
        lambda: opened_by(OLE + "EncryptedPackage".encode("utf-16-le")),
        NOTHING,
        ("file.password",),
    ),
    Case(
        "A33",
        "A PDF is refused, also when it is a workbook as well",
        lambda: b"%PDF-1.4\n" + good(),
        NOTHING,
        ("file.pdf",),
    ),
    Case("A33", "Nothing at all is refused", lambda: b"", NOTHING, ("file.empty",)),
    Case("A33", "A web page is refused", lambda: b"<html><table>", NOTHING, ("file.web_page",)),
    Case(
        "A34",
        "A part of 500 MB in half a megabyte is not unpacked",
        lambda: with_part("xl/a.xml", bytes(21_000_000)),
        NOTHING,
        ("file.too_large",),
    ),
    Case("A35", "A workbook behind a workbook is not unpacked", lambda: good() + good(), NOTHING, ("file.abnormal",)),
    Case("A35", "Parts that share their bytes are not unpacked", lambda: overlapping(), NOTHING, ("file.too_large",)),
    Case("A35", "Not even a few of them", lambda: overlapping(2, 1_000), NOTHING, ("file.abnormal",)),
    Case("A36", "A cell in the last corner is refused", lambda: rows(FAR), NOTHING, ("file.far_cell",)),
    Case(
        "A37",
        "Entities within entities are refused",
        lambda: doctype(b'<!ENTITY a "ha"><!ENTITY b "&a;&a;">'),
        NOTHING,
        ("file.abnormal",),
    ),
    Case(
        "A38",
        "An entity of a local file is refused",
        lambda: doctype(b'<!ENTITY a SYSTEM "file:///etc/passwd">'),
        NOTHING,
        ("file.abnormal",),
    ),
    Case(
        "A39",
        "A link to another workbook is refused",
        lambda: with_part("xl/externalLinks/externalLink1.xml"),
        NOTHING,
        ("file.external",),
    ),
    Case(
        "A39",
        "An embedded object is refused",
        lambda: with_part("xl/embeddings/oleObject1.bin"),
        NOTHING,
        ("file.external",),
    ),
    Case(
        "A39", "A database connection is refused", lambda: with_part("xl/connections.xml"), NOTHING, ("file.external",)
    ),
    Case(
        "A39",
        "A formula that starts a program is refused",
        lambda: cell(FIGURE, "<f>cmd|'/C calc'!A0</f><v>4</v>"),
        NOTHING,
        ("file.external",),
    ),
    # whose it is
    Case(
        "A40",
        "An older form is answered with the new one",
        lambda: stamped(version="00000000"),
        NOTHING,
        ("file.old_version",),
    ),
    Case(
        "A41",
        "Another agency's workbook is kept, for neither of them",
        lambda: stamped(agency="so-tai-chinh"),
        NOTHING,
        ("file.other_agency",),
    ),
    Case(
        "A42",
        "Another year's workbook is no answer to this one",
        lambda: stamped(cycle="ct-2024"),
        NOTHING,
        ("file.nothing_owed",),
    ),
    # where its cells stand
    Case(
        "A43",
        "A second answer to one question is asked about, none is chosen",
        lambda: rows(second_answer()),
        RETURNED,
        ("cell_twice",),
    ),
    Case(
        "A43",
        "The same answer once more changes nothing",
        lambda: rows(second_answer(f.answers(f.ANNUAL)[FIGURE])),
        VERSION,
    ),
    # what stands in them
    Case(
        "A44", "An error cell is asked about", lambda: cell(FIGURE, "<v>#REF!</v>", "e"), RETURNED, ("formula_error",)
    ),
    Case(
        "A44",
        "A formula nobody calculated is asked about",
        lambda: cell(FIGURE, "<f>1+1</f>"),
        RETURNED,
        ("number_invalid",),
    ),
    Case("A45", "NaN is asked about", lambda: cell(FIGURE, "<v>NaN</v>"), RETURNED, ("number_invalid",)),
    Case(
        "A45", "More than a number is asked about", lambda: cell(FIGURE, "<v>1e999</v>"), RETURNED, ("number_invalid",)
    ),
    Case(
        "A45", "An empty value where one is needed is missing", lambda: cell(FIGURE, "<v></v>"), RETURNED, ("required",)
    ),
    Case("A46", "A negative number is out of range", lambda: cell(FIGURE, "<v>-3</v>"), RETURNED, ("number_range",)),
    Case(
        "A46", "Half an inspection is too precise", lambda: cell(FIGURE, "<v>2.5</v>"), RETURNED, ("number_precision",)
    ),
    Case(
        "A46",
        "Sixteen digits are too many",
        lambda: cell(FIGURE, "<v>1234567890123456</v>"),
        RETURNED,
        ("number_too_long",),
    ),
    Case(
        "A47",
        "2^53 + 1 is asked about, never rounded",
        lambda: cell(FIGURE, "<v>9007199254740993</v>"),
        RETURNED,
        ("number_too_long",),
    ),
    Case("A48", "Blanks around a number do no harm", lambda: typed(FIGURE, " 4\u00a0"), VERSION),
    Case("A48", "An invisible blank inside a number is asked about", lambda: typed(FIGURE, "4\u200b0"), RETURNED, ODD),
    Case("A49", "A day is no number", lambda: typed(FIGURE, "31/12/2025"), RETURNED, ("number_invalid",)),
    Case(
        "A49",
        "A day of another calendar is none either",
        lambda: typed(FIGURE, "1/1/1904"),
        RETURNED,
        ("number_invalid",),
    ),
    Case("A50", "Decomposed letters are the same answer", lambda: typed(TEXT, NFD), VERSION),
    Case("A51", "A control character is asked about", lambda: typed(TEXT, "a_x0000_b"), RETURNED, ODD),
    Case("A51", "Text that turns around is asked about", lambda: typed(TEXT, "abc\u202exslx"), RETURNED, ODD),
    Case("A51", "A NUL in JSON is asked about", lambda: swapped(b'"4"', b'"4\\u0000"'), RETURNED, ODD),
    Case("A51", "Half a letter in JSON is asked about", lambda: swapped(b'"4"', b'"4\\ud800"'), RETURNED, ODD),
    Case("A52", "More than a cell holds is too long", lambda: typed(TEXT, "x" * 32_768), RETURNED, ("too_long",)),
    Case("A52", "Ten thousand lines are too long", lambda: typed(TEXT, "a\n" * 10_000), RETURNED, ("too_long",)),
    Case(
        "A53",
        "Two cells in one place are refused",
        lambda: rows(b'<row r="1"><c r="A1"><v>1</v></c></row>'),
        NOTHING,
        ("file.abnormal",),
    ),
    Case("A53", "Two parts of one name are refused", lambda: with_part("xl/WORKBOOK.xml"), NOTHING, ("file.abnormal",)),
)
ELSEWHERE = {"A54": "names: below"}


def second_answer(figure: str = "7") -> bytes:
    """A row below with the code of a row above, and a figure."""
    column = re.sub("[0-9]", "", where()[FIGURE][1])
    text = '<c r="{0}900" t="inlineStr"><is><t>{1}</t></is></c>'
    return f'<row r="900">{text.format("A", FIGURE[0])}{text.format(column, figure)}</row>'.encode()


def send(house, data: bytes, name: str = "bao-cao.xlsx") -> IntakeResult:
    is_json = data.lstrip(b"\xef\xbb\xbf\xff\xfe")[:1] == b"{"
    name = "tra-loi.json" if is_json else name
    return receive(house, data, name, "api", sender=HEALTH, allowed=(HEALTH,), json_of=HEALTH if is_json else None)


@pytest.mark.parametrize("case", CATALOGUE, ids=[f"{case.id} {case.sentence}" for case in CATALOGUE])
def test_what_goes_wrong_is_told_by_name_and_kept(case, kept_house):
    house, data = kept_house, case.make()
    result = send(house, data)
    told = (result.reason,) if result.reason else tuple(one.code for one in result.findings)
    with house.work() as work:
        listed = [(one.sha256, one.reason) for one in work.quarantine.all()]
    versions = [str(one.status) for one in f.versions(house, HEALTH)]

    assert told == case.told
    assert house.files.get(result.sha256) == data
    assert f"{result.outcome}, {'a' if versions else 'no'} version" == case.kept
    assert listed == ([(result.sha256, result.reason)] if case.kept == NOTHING else [])
    assert [one for agency in f.EVERYBODY if agency != HEALTH for one in f.versions(house, agency)] == []


def test_every_line_of_the_catalogue_is_here_or_named():
    expected = {f"A{number}" for number in range(27, 55)}

    assert {case.id for case in CATALOGUE} | set(ELSEWHERE) == expected


def test_a_bomb_is_refused_within_a_second_and_costs_this_process_little_memory():
    data = with_part("xl/a.xml", bytes(21_000_000))
    house, before, started = a_house(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    send(house, data)

    assert time.process_time() - started < 1
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 64


def test_an_entity_of_a_web_address_calls_nobody():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/x".encode()
        result = send(a_house(), doctype(b'<!ENTITY a SYSTEM "' + address + b'">'))
        with pytest.raises(TimeoutError):
            listener.accept()

    assert result.reason == "file.abnormal"


@pytest.mark.parametrize(
    ("name", "kept"),
    {
        "../../x.xlsx": "x.xlsx",
        "C:\\bao cao\\x.xlsx": "x.xlsx",
        "CON.xlsx": "CON.xlsx",
        "a" * 5000 + ".xlsx": "a" * 195 + ".xlsx",
        "a\r\nBcc: x.xlsx": "aBcc: x.xlsx",
        "a\0b.xlsx": "ab.xlsx",
        "\u202exslx.exe": "xslx.exe",
        "b\udce1o c\udce1o.xlsx": "bo co.xlsx",
        unicodedata.normalize("NFD", "Báo cáo.xlsx"): "Báo cáo.xlsx",
        "": "tep.xlsx",
    }.items(),
)
def test_a_files_name_is_shown_plain_and_leads_nowhere(name, kept):
    """A54: the bytes lie under their hash; the name is only ever shown."""
    result = send(a_house(), good(), name)

    assert (result.file_name, result.outcome) == (kept, "accepted")
