"""Documents as files: ours and anyone's are looked at as Word or a PDF viewer would show them."""

import json
import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt, RGBColor
from sample_report import report_facts

from plancycle.adapters.documents.compose import compose
from plancycle.adapters.documents.docx import report_docx
from plancycle.adapters.documents.observe import LARGEST_UNPACKED, observe
from plancycle.adapters.documents.pdf import report_pdf
from plancycle.adapters.texts import Catalogue
from plancycle.cli import run
from plancycle.domain.errors import UnreadableFile
from plancycle.domain.official_form_rules import deviations
from plancycle.domain.periods import Period


@pytest.fixture(scope="module")
def paper():
    return compose(report_facts(Period.ANNUAL), Catalogue())


@pytest.fixture(scope="module")
def word_file(paper) -> bytes:
    return report_docx(paper)


@pytest.fixture(scope="module")
def pdf_file(paper) -> bytes:
    return report_pdf(paper)


def codes(data: bytes) -> list[tuple[str, str]]:
    return [(one.code, str(one.element)) for one in deviations(observe(data))]


def edited(data: bytes, edit) -> bytes:
    """The Word file after an edit by hand."""
    document = Document(BytesIO(data))
    edit(document)
    saved = BytesIO()
    document.save(saved)
    return saved.getvalue()


def test_our_own_report_has_no_deviation_in_either_format(word_file, pdf_file):
    assert (codes(word_file), codes(pdf_file)) == ([], [])


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_our_word_file_printed_by_another_program_still_has_the_form(word_file, tmp_path):
    (tmp_path / "report.docx").write_bytes(word_file)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), "report.docx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    assert codes((tmp_path / "report.pdf").read_bytes()) == []


def body_of(document):
    return next(one for one in document.paragraphs if one.text.endswith("như sau:"))


def in_arial(document):
    body_of(document).runs[0].font.name = "Arial"


def too_small(document):
    body_of(document).runs[0].font.size = Pt(12)


def to_the_left(document):
    body_of(document).alignment = WD_ALIGN_PARAGRAPH.LEFT


def in_red(document):
    body_of(document).runs[0].font.color.rgb = RGBColor(200, 0, 0)


def by_style(document):
    body_of(document).style.font.size = Pt(16)


def narrow(document):
    document.sections[0].left_margin = Mm(10)


def numbered_first_page(document):
    document.sections[0].different_first_page_header_footer = False


@pytest.mark.parametrize(
    ("edit", "deviation"),
    [
        (in_arial, ("font", "body")),
        (too_small, ("size", "body")),
        (to_the_left, ("align", "body")),
        (in_red, ("colour", "body")),
        (by_style, ("size", "body")),
        (narrow, ("margin", "left")),
        (numbered_first_page, ("page_number_first", "page")),
    ],
)
def test_what_somebody_changed_in_word_is_noticed(word_file, edit, deviation):
    assert deviation in codes(edited(word_file, edit))


def huge() -> bytes:
    """A small zip that claims to unpack into far too much."""
    packed = BytesIO()
    with ZipFile(packed, "w", 8) as archive:
        archive.writestr("word/document.xml", b"\0" * (LARGEST_UNPACKED + 1))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "document.other_format"),
        (b"just text", "document.other_format"),
        (b"PK\x03\x04 broken", "document.not_readable"),
        (b"%PDF-1.7 broken", "document.not_readable"),
        (huge(), "document.too_large"),
    ],
    ids=["nothing", "text", "broken zip", "broken pdf", "zip bomb"],
)
def test_what_is_no_document_is_refused_with_its_reason(data, key):
    with pytest.raises(UnreadableFile) as refused:
        observe(data)
    assert refused.value.key == key


def test_the_command_lists_every_deviation_in_both_languages(word_file, tmp_path: Path, capsys):
    wrong = tmp_path / "wrong.docx"
    wrong.write_bytes(edited(word_file, too_small))

    assert run(["check-document", str(wrong), "--json"]) == 3
    answer = json.loads(capsys.readouterr().out)
    assert (answer["ok"], [one["code"] for one in answer["deviations"]]) == (False, ["size"])
    assert answer["deviations"][0]["fix_vi"] == "Dùng cỡ chữ từ 13 đến 14."
    assert answer["deviations"][0]["fix_en"] == "Use a size from 13 to 14."


def test_a_document_without_deviation_passes(word_file, tmp_path: Path, capsys):
    right = tmp_path / "right.docx"
    right.write_bytes(word_file)

    assert run(["check-document", str(right), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"ok": True, "deviations": []}
