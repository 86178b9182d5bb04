"""A clerk's file is opened to be marked in a limited process: what kills that one still gets an answer from us."""

import os
import sys
import time
import zipfile
from io import BytesIO

import genuine_workbooks as genuine
import hostile_workbooks as hostile
import openpyxl
import pytest
from openpyxl.workbook import Workbook

from plancycle.adapters.texts import Catalogue
from plancycle.adapters.workbooks import marking, returning
from plancycle.adapters.workbooks.files import Workbooks
from plancycle.adapters.workbooks.worker import MARKER, Worker, shared_workers
from plancycle.domain.errors import UnreadableFile
from plancycle.domain.findings import Finding, Severity

LIST = "Lỗi cần sửa"
FINDING = Finding(Severity.ERROR, "required", "Số liệu", "C6", "Số cuộc", "", {})


def a_workbook(strings: bytes = b"") -> bytes:
    """A small workbook; ``strings`` is put among its shared strings."""
    book = Workbook()
    book.active.title = FINDING.sheet
    book.active["C6"] = "chưa rõ"
    saved = BytesIO()
    book.save(saved)
    if not strings:
        return saved.getvalue()
    packed = BytesIO()
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace(b"</sst>", strings + b"</sst>"))
    return packed.getvalue()


@pytest.fixture
def short_of_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A marking process that is ended at once, as if the file had been too much for it."""
    worker = Worker(seconds_per_file=0.0, program=MARKER)
    monkeypatch.setattr(returning, "shared_workers", lambda _: worker)


def test_the_file_is_marked_by_another_process_that_may_do_little() -> None:
    worker = Worker(program=MARKER)
    answer = worker.ask(returning.question(a_workbook(), [FINDING]))

    assert set(answer) == {"file"}
    assert worker.process_id not in (None, os.getpid())
    assert {"cpu", "memory", "writing"} <= set(worker.limits)
    if sys.platform.startswith("linux"):
        assert {"files", "network", "programs"} <= set(worker.limits)
    worker.close()


def test_marking_in_the_other_process_gives_the_bytes_that_marking_here_would() -> None:
    assert Workbooks(Catalogue()).mark(a_workbook(), [FINDING]) == marking.mark(a_workbook(), [FINDING], Catalogue())


def test_a_file_that_ends_the_marking_process_still_gets_its_list(short_of_patience: None) -> None:
    data = Workbooks(Catalogue()).mark(a_workbook(), [FINDING])
    book = openpyxl.load_workbook(BytesIO(data))

    assert (book.sheetnames[0], FINDING.sheet in book.sheetnames) == (LIST, False)
    assert "Số cuộc" in [cell.value for row in book[LIST].iter_rows() for cell in row]
    assert Workbooks(Catalogue()).mark(a_workbook(), [FINDING]) == data


def test_a_file_too_large_for_the_markers_memory_kills_nobody_here_and_the_next_one_is_marked() -> None:
    heavy = a_workbook(b"<si><t>x</t></si>" * 1_100_000)  # 18 MB unpacked, within what the gate lets through
    books = Workbooks(Catalogue())
    found = openpyxl.load_workbook(BytesIO(books.mark(heavy, [FINDING]))).sheetnames[0]
    shared_workers(MARKER).close()

    assert found == LIST
    assert FINDING.sheet in openpyxl.load_workbook(BytesIO(books.mark(a_workbook(), [FINDING]))).sheetnames


def test_a_file_the_library_cannot_open_gets_its_list_and_leaves_the_process_alive() -> None:
    """A spoiled part that nothing of the answer stands in: our parser never looks at it, the marker's does."""
    parts = genuine.as_parts(a_workbook())
    spoiled = genuine.packed(parts | {"docProps/core.xml": parts["docProps/core.xml"].replace(b"</", b"<", 1)})
    worker = Worker(program=MARKER)
    worker.ask(returning.question(a_workbook(), [FINDING]))
    before = worker.process_id

    with pytest.raises(UnreadableFile, match=r"file\.too_heavy"):
        worker.ask(returning.question(spoiled, [FINDING]))
    assert worker.process_id == before
    worker.close()


def test_a_cell_at_the_end_of_a_sheet_that_asks_nothing_costs_no_walk_to_it() -> None:
    """The gate lets it pass, since no parser of ours opens that sheet; the marked file comes back whole, at once."""
    parts = genuine.as_parts(hostile.BLANK)
    guide = "xl/worksheets/sheet1.xml"
    far = parts[guide].replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
    started = time.process_time()
    marked = marking.mark(genuine.packed(parts | {guide: far}), [FINDING], Catalogue())

    assert time.process_time() - started < 5
    assert hostile.WORKS.name in openpyxl.load_workbook(BytesIO(marked)).sheetnames


def test_a_file_that_does_not_pass_the_gate_is_refused_by_name() -> None:
    with pytest.raises(UnreadableFile, match=r"file\.not_xlsx"):
        Workbooks(Catalogue()).mark(b"\x00 no workbook", [FINDING])
