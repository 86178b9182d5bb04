"""The mark of a state secret is seen wherever a file can carry it, and genuine files carry none."""

import zipfile
from io import BytesIO

import hostile_workbooks as h
import openpyxl
import pytest
from docx import Document
from openpyxl.comments import Comment

from plancycle.adapters.workbooks import child
from plancycle.adapters.workbooks.reading import read
from plancycle.domain.errors import UnreadableFile
from plancycle.domain.secrecy import REASON, Degree


def saved(change):
    """A blank form of ours after a clerk's program changed and saved it."""
    book = openpyxl.load_workbook(BytesIO(h.BLANK))
    change(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def in_header(book):
    book.worksheets[0].oddHeader.center.text = "TỐI MẬT"


def in_footer(book):
    book.worksheets[-1].oddFooter.right.text = "Độ mật: Mật"


def in_a_cell(book):
    book.worksheets[0]["A1"] = "TUYỆT MẬT"


def on_a_sheet_of_its_own(book):
    book.create_sheet("Phụ lục")["C3"] = "T Ố I   M Ậ T"


def in_a_comment(book):
    book.worksheets[0]["A1"].comment = Comment("MẬT", "ai đó")


def in_its_properties(book):
    book.properties.keywords = "tối mật"


def as_a_sheets_name(book):
    book.create_sheet("MẬT")


WORKBOOKS = [
    (in_header, Degree.HIGH),
    (in_footer, Degree.PLAIN),
    (in_a_cell, Degree.TOP),
    (on_a_sheet_of_its_own, Degree.HIGH),
    (in_a_comment, Degree.PLAIN),
    (in_its_properties, Degree.HIGH),
    (as_a_sheets_name, Degree.PLAIN),
]
DRAWING = (
    '<xdr:wsDr xmlns:xdr="x" xmlns:a="a"><xdr:sp><a:p><a:r><a:t>TỐI </a:t></a:r><a:r><a:t>M&#7852;T</a:t></a:r></a:p>'
    "</xdr:sp></xdr:wsDr>"
)


def a_word_file(text, where="header"):
    document = Document()
    place = document.sections[0].header if where == "header" else document
    place.add_paragraph(text)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def a_package(name, xml):
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr(name, xml)
    return out.getvalue()


OTHERS = [
    (a_word_file("TUYỆT MẬT"), "TUYỆT MẬT"),
    (a_word_file("Độ mật: Mật", "body"), "MẬT"),
    (a_package("content.xml", "<office><text:p>TỐI MẬT</text:p></office>"), "TỐI MẬT"),
    ("Báo cáo;quý III\nMẬT;\n".replace(";", ",").replace("MẬT,", "MẬT").encode(), "MẬT"),
    (b"<html><body><p>T\xe1\xbb\x91i m\xe1\xba\xadt</p></body></html>", "TỐI MẬT"),
    (b"%PDF-1.7\n1 0 obj << /Title (TUYET MAT) >> endobj", "TUYỆT MẬT"),
    (b"%PDF-1.7\n<< /Keywords <FEFF" + "TỐI MẬT".encode("utf-16-be").hex().encode() + b"> >>", "TỐI MẬT"),
    (bytes.fromhex("D0CF11E0A1B11AE1") + "\rTỐI MẬT\r".encode("utf-16-le"), "TỐI MẬT"),
]


@pytest.mark.parametrize(("change", "degree"), WORKBOOKS, ids=[change.__name__ for change, _ in WORKBOOKS])
def test_a_marked_workbook_is_told_by_the_limited_process(change, degree):
    assert child.answer(saved(change)).get("degree") == degree


def test_a_stamp_drawn_as_a_text_box_is_seen():
    marked = h.changed(added={"xl/drawings/drawing9.xml": DRAWING.encode()})

    assert child.answer(marked).get("degree") == Degree.HIGH


@pytest.mark.parametrize(("data", "mark"), OTHERS, ids=range(len(OTHERS)))
def test_a_marked_file_of_another_kind_is_held_whatever_else_is_wrong_with_it(data, mark):
    with pytest.raises(UnreadableFile) as refused:
        read(data, "tep.xlsx")

    assert (refused.value.key, refused.value.params["mark"]) == (REASON, mark)


def test_ordinary_files_say_why_they_are_refused_as_before():
    with pytest.raises(UnreadableFile) as refused:
        read(a_word_file("Công tác bảo mật và mật độ dân số"), "tep.docx")

    assert refused.value.key == "file.other_document"


def test_the_form_as_it_is_mailed_carries_no_mark():
    assert read(h.BLANK, "tep.xlsx").degree is None
