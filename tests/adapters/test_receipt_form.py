"""A receipt that is a form filled in is the receipt the compiler would have set."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject
from reading_documents import pdf_text

from plancycle.adapters.documents import pdf, receipts
from plancycle.adapters.documents.pdf_objects import Unfamiliar, taken_apart
from plancycle.adapters.documents.receipt_form import ReceiptWords
from plancycle.adapters.texts import Catalogue

DAY = date(2026, 12, 9)  # a Wednesday
TITLE = "Kế hoạch triển khai Nghị quyết số 94/NQ-CP của Chính phủ trên địa bàn tỉnh Thái Nguyên giai đoạn 2026–2030"
_BOX = re.compile(r'xMin="(\S+)" yMin="(\S+)" xMax="(\S+)" yMax="(\S+)">(.*?)</word>')


def words(**changed: str) -> ReceiptWords:
    values = {
        "agency": "Sở Y tế",
        "programme": "Kế hoạch 94",
        "period": "Đánh giá năm 2026",
        "submission": "tn-nq94-2026/annual/so-y-te/v2",
        "file_name": "Bao-cao.xlsx",
        "sha256": "ab12ffe9" * 8,
        "content_sha256": "cd34" * 16,
        "rules": "1a2b3c4d · ef56ef56ef56ef56",
        "sent_at": "09/12/2026 16:05:07 (+07:00)",
        "received_at": "09/12/2026 16:05:09 (+07:00)",
        "due_at": "24 giờ ngày 09/12/2026",
        "standing": "Đúng hạn · đã chấp nhận",
        "audit": "1234 · " + "9f8e" * 16,
    }
    say = Catalogue().say
    number = changed.pop("number", "AC3DE4FH5JKM")
    lines = tuple((say(f"document.receipt.{key}"), value) for key, value in (values | changed).items())
    footer = say("document.receipt.footer")
    return ReceiptWords(say("document.receipt.title"), say("document.receipt.number"), number, lines, footer)


HELD = {
    "an ordinary one": words(),
    "a title of two lines": words(programme=TITLE),
    "a body with a long name": words(
        agency="Ban Quản lý các khu công nghiệp và khu kinh tế tỉnh (sau sáp nhập, hợp nhất các ban) Thái Nguyên"
    ),
    "one that cites another": words(cites="AC3DE4FH5JKM"),
    "another number": words(number="WW9XX9MM9WWM"),
    "names in quotation marks": words(file_name="“báo cáo” {{7}} #read('x') \\ (1).xlsx"),
}
LEFT = {
    "a letter no Vietnamese word has": words(agency="Sở Y tế ☃"),
    "letters put together from two": words(agency="So\u031b Y tế"),
    "two blanks": words(file_name="bao  cao.xlsx"),
    "two lines": words(agency="Sở\nY tế"),
    "a word longer than a line": words(file_name="bao-cao-" * 12),
    "a word that may be cut where the line ends": words(agency=f"{'m' * 46} A/BBBBBBBB"),
    "more lines than there is room for": words(programme=TITLE * 4, agency=TITLE * 4),
    "a number that is none": words(number="Ẳ12"),
}


def held(name: str) -> bytes:
    data = receipts.filled(HELD[name], DAY)
    assert data is not None
    return data


def boxes(data: bytes) -> list[tuple[str, list[float]]]:
    """Every word with its place on the page, in points."""
    done = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=data, capture_output=True, check=True)
    return [(found[5], [float(one) for one in found.groups()[:4]]) for found in _BOX.finditer(done.stdout.decode())]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
@pytest.mark.parametrize("name", HELD)
def test_every_word_stands_where_the_compiler_sets_it(name: str) -> None:
    ours, theirs = boxes(held(name)), boxes(receipts.compiled(HELD[name], DAY))
    assert [word for word, _ in ours] == [word for word, _ in theirs]
    for (word, place), (_, expected) in zip(ours, theirs, strict=True):
        assert place == pytest.approx(expected, abs=0.001), word


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_lines_break_where_the_compiler_breaks_them() -> None:
    """Whatever stands at the edge of a line: it is the same word, or the compiler is asked."""
    ends = "Ủy ban (nhân dân), “tỉnh”; số 94/NQ-CP của [Chính phủ]: 50% và/hoặc A–B…"
    asked = 0
    for width in range(3, 75, 2):
        one = words(agency=f"{'i' * width} {ends} {ends}")
        ours = receipts.filled(one, DAY)
        asked += ours is None
        if ours is not None:
            assert [round(place[1]) for _, place in boxes(ours)] == [
                round(place[1]) for _, place in boxes(receipts.compiled(one, DAY))
            ], width
    assert 0 < asked < 30


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm is not installed")
def test_the_pictures_of_both_are_the_same() -> None:
    name = "a title of two lines"
    drawn = ["pdftoppm", "-r", "60", "-png", "-"]
    ours, theirs = (
        subprocess.run(drawn, input=data, capture_output=True, check=True).stdout
        for data in (held(name), receipts.compiled(HELD[name], DAY))
    )
    assert len(ours) > 5000
    assert ours == theirs


@pytest.mark.parametrize("name", LEFT)
def test_what_the_form_cannot_hold_is_left_to_the_compiler(name: str) -> None:
    assert receipts.filled(LEFT[name], DAY) is None
    assert receipts.receipt_pdf(LEFT[name], DAY) == receipts.compiled(LEFT[name], DAY)


def test_the_same_words_give_the_same_bytes_whatever_was_made_before() -> None:
    first = {name: held(name) for name in HELD}
    receipts._form.cache_clear()
    assert {name: held(name) for name in reversed(HELD)} == first
    assert len(set(first.values())) == len(HELD)


def test_the_file_says_its_own_number_and_day() -> None:
    reader = PdfReader(BytesIO(held("another number")), strict=True)
    assert reader.metadata is not None
    assert reader.xmp_metadata is not None
    assert reader.metadata.title == "BIÊN NHẬN BÁO CÁO WW9XX9MM9WWM"
    assert reader.xmp_metadata.dc_title == {"x-default": "BIÊN NHẬN BÁO CÁO WW9XX9MM9WWM"}
    assert {str(reader.metadata.creation_date_raw), str(reader.metadata.modification_date_raw)} == {"D:20261209000000Z"}
    assert receipts.FORM_NUMBER.encode() not in held("another number")
    assert b"2000" not in reader.xmp_metadata.stream.get_data()


def test_two_receipts_have_two_identities() -> None:
    trailers = [PdfReader(BytesIO(held(name))).trailer["/ID"] for name in HELD]
    assert len({str(one[0]) for one in trailers}) == len(HELD)
    assert [str(one[0]) for one in trailers] == [str(one[1]) for one in trailers]


@pytest.mark.parametrize("name", HELD)
def test_a_screen_reader_meets_every_mark_of_the_structure_once(name: str) -> None:
    reader = PdfReader(BytesIO(held(name)), strict=True)
    page = reader.pages[0].get_contents()
    assert page is not None
    on_page = [int(one) for one in re.findall(rb"/MCID (\d+)", page.get_data())]
    root = reader.trailer["/Root"]["/StructTreeRoot"]["/K"][0].get_object()
    assert list(_marks(root)) == sorted(on_page) == on_page


def _marks(element: DictionaryObject) -> Iterator[int]:
    for kid in ArrayObject(element["/K"]):
        if isinstance(kid.get_object(), DictionaryObject):
            yield from _marks(kid.get_object())
        else:
            yield int(kid)


NOT_BROUGHT = pytest.mark.skipif(
    find_spec(pdf.BROUGHT_ALONG[1]) is None, reason=f"{pdf.BROUGHT_ALONG[1]} not installed"
)


@pytest.mark.parametrize("family", [pytest.param("brought along", marks=NOT_BROUGHT), "embedded"])
def test_the_form_works_with_every_family_a_machine_may_have(family: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import typst

    embedded = pdf.Typeface(typst.Fonts(include_system_fonts=False), pdf.EMBEDDED_FAMILY)
    chosen = pdf.brought_along() if family == "brought along" else embedded
    monkeypatch.setattr(pdf, "typeface", lambda: chosen)
    pdf._compiler.cache_clear()
    receipts._form.cache_clear()
    try:
        assert (
            pdf_text(held("a title of two lines")).split()
            == pdf_text(receipts.compiled(HELD["a title of two lines"], DAY)).split()
        )
    finally:
        pdf._compiler.cache_clear()
        receipts._form.cache_clear()


def test_a_file_built_in_another_way_is_not_taken_apart(tmp_path: Path) -> None:
    whole = held("an ordinary one")
    for broken in (b"", whole[:-20], whole.replace(b"\n3 0 obj", b"\n9 0 obj"), whole.replace(b"trailer", b"Trailer")):
        with pytest.raises(Unfamiliar):
            taken_apart(broken)


def test_where_the_compiler_writes_otherwise_receipts_are_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipts, "compiled", lambda words, on: b"%PDF-2.0 of a later compiler")
    receipts._form.cache_clear()
    try:
        assert receipts.receipt_pdf(replace(words(), footer="x"), DAY) == b"%PDF-2.0 of a later compiler"
    finally:
        receipts._form.cache_clear()
