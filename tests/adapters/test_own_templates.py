"""A programme's own templates: used instead of the shipped ones, part of its version, checked with file and line."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from reading_documents import docx_text
from sample_documents import a_document
from sample_report import PROGRAMMES, report_facts

from plancycle.adapters.documents.official import Documents
from plancycle.adapters.documents.templating import shipped_names
from plancycle.adapters.programme_files import versions
from plancycle.adapters.programme_files.folders import ProgrammeFiles, inspect_folder
from plancycle.adapters.texts import Catalogue
from plancycle.domain.document_register import DocumentKind
from plancycle.domain.errors import ProgrammeProblem
from plancycle.domain.programme import Template

SHIPPED = Path(versions.__file__).parents[2] / "templates" / "reports"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "thai-nguyen-nq94"
    shutil.copytree(PROGRAMMES / "thai-nguyen-nq94", copy)
    (copy / "templates").mkdir()
    return copy


def put(folder: Path, text: str, name: str = "call.txt.j2") -> Path:
    path = folder / "templates" / name
    path.write_text(text, "utf-8")
    return path


def call() -> str:
    return (SHIPPED / "call.txt.j2").read_text("utf-8")


def test_every_shipped_template_passes_as_a_programme_s_own(folder: Path) -> None:
    for name in shipped_names():
        shutil.copy(SHIPPED / name, folder / "templates")
    assert len(shipped_names()) == 12
    assert inspect_folder(folder, 2026).errors == ()


def test_a_programme_s_own_template_is_used_instead_of_the_shipped_one(folder: Path) -> None:
    put(folder, "! V/v thử\n| Lời của tỉnh, {{ body }}./.\n")
    programme = ProgrammeFiles(folder.parent).load("tn-nq94")
    said = docx_text(Documents(Catalogue()).document(replace(a_document(DocumentKind.CALL), programme=programme))[0])

    assert "Lời của tỉnh, Sở Nội vụ./." in said
    assert "Lời của tỉnh" not in docx_text(Documents(Catalogue()).document(a_document(DocumentKind.CALL))[0])


def test_a_part_of_a_shipped_template_can_be_replaced_alone(folder: Path) -> None:
    put(folder, "| Tỉnh tự viết câu này.\n", "_coverage.txt.j2")
    programme = ProgrammeFiles(folder.parent).load("tn-nq94")
    assert "Tỉnh tự viết câu này." in docx_text(
        Documents(Catalogue()).report(replace(report_facts(), programme=programme))[0]
    )


def test_templates_are_part_of_the_version_and_come_back_with_it(folder: Path) -> None:
    files = ProgrammeFiles(folder.parent)
    plain = files.load("tn-nq94").version
    path = put(folder, call())
    first, bundle = files.load("tn-nq94"), files.pack("tn-nq94")
    put(folder, call() + "| Thêm một câu./.\n")
    second = files.load("tn-nq94").version
    path.unlink()

    assert len({plain, first.version, second}) == 3
    assert files.load("tn-nq94").version == plain
    again = ProgrammeFiles(folder.parent).kept("tn-nq94", first.version, lambda: bundle)
    assert again.templates == (Template("call.txt.j2", call()),)


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ("{{ portal }}", "{{ potral }}", 11, "template_name"),
        ("{{ portal }}", "{{ portal.__class__.mro() }}", 11, "template_failed"),
        ("{{ due }}", "{{ due | ngay }}", 10, "template_syntax"),
        ("{% endif %}", "", 18, "template_syntax"),
        ("| 2. Thời hạn", "2. Thời hạn", 10, "template_mark"),
        ("| 2. Thời hạn", "| {{ 1 / 0 }} 2. Thời hạn", 10, "template_failed"),
        ("| 2. Thời hạn", "{% include 'khong-co.txt.j2' %}\n| 2. Thời hạn", 10, "template_name"),
    ],
)
def test_a_mistake_in_a_template_is_told_with_file_and_line(
    folder: Path, old: str, new: str, line: int, key: str
) -> None:
    path = put(folder, call().replace(old, new, 1))
    (found,) = inspect_folder(folder, 2026).errors

    assert (found.file, found.line, found.key) == (str(path), line, f"programme.{key}")
    for language in ("vi", "en"):
        assert Catalogue().say(found.key, language, **found.params)
    with pytest.raises(ProgrammeProblem):
        ProgrammeFiles(folder.parent).load("tn-nq94")


def test_a_template_nobody_reads_and_one_that_is_no_text_are_told(folder: Path) -> None:
    put(folder, "! V/v thử\n| Thử./.\n", "cal.txt.j2")
    (folder / "templates" / "urge.txt.j2").write_bytes(b"\xff\xfe")
    assert [(Path(one.file).name, one.key) for one in inspect_folder(folder, 2026).errors] == [
        ("urge.txt.j2", "programme.template_not_text"),
        ("cal.txt.j2", "programme.template_unknown"),
    ]
