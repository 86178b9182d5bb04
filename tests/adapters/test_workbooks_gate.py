"""Hostile and broken files are refused by name, and nobody but the child process can die of them."""

import os
import platform
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from multiprocessing import get_context

import genuine_workbooks as genuine
import hostile_workbooks as hostile
import openpyxl
import pytest

from plancycle.adapters.texts import Catalogue
from plancycle.adapters.workbooks import gate, layout, wire
from plancycle.adapters.workbooks.files import Workbooks
from plancycle.adapters.workbooks.gate_cells import CellFacts
from plancycle.adapters.workbooks.worker import Worker, Workers, shared_workers
from plancycle.domain.errors import OutsideFailure, UnreadableFile

SHEET = "xl/worksheets/sheet1.xml"
CELLS = rb"<sheetData>.*</sheetData>|<sheetData */>"


def plain() -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"] = "xin chào"
    book.active["A2"] = "#ma"  # else nobody would look into the sheet
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


PLAIN = plain()
NOTHING = {"stamp": None, "sheets": []}
"""What there is to say about the plain workbook."""


def rebuilt(change: Callable[[str, bytes], bytes] = lambda name, content: content, **added: bytes) -> bytes:
    """The plain workbook with its parts changed and others added (``xl_vbaProject__bin`` is ``xl/vbaProject.bin``)."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(PLAIN)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
        for name, content in added.items():
            target.writestr(name.replace("__", ".").replace("_", "/"), content)
    return buffer.getvalue()


def with_cells(xml: bytes) -> bytes:
    sign = b'<row><c r="AZ9998" t="inlineStr"><is><t>#ma</t></is></c></row>'
    data = b"<sheetData>" + sign + xml + b"</sheetData>"
    return rebuilt(
        lambda name, content: re.sub(CELLS, lambda _: data, content, flags=re.S) if name == SHEET else content
    )


def with_doctype(name: str, content: bytes) -> bytes:
    if name != SHEET:
        return content
    head = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    return head + re.sub(rb"<\?xml.*?\?>", b"", content)


def with_macro_type(name: str, content: bytes) -> bytes:
    return (
        content.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml") if name == "[Content_Types].xml" else content
    )


def with_linked_picture(name: str, content: bytes) -> bytes:
    link = (
        b'<Relationship Id="x9" TargetMode="External" Target="http://evil.example/a.png" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"/>'
    )
    return content.replace(b"</Relationships>", link + b"</Relationships>") if name.endswith(".rels") else content


def same_names() -> bytes:
    return rebuilt(xl_Styles__xml=b"<a/>")


def overlapping() -> bytes:
    """The last entry of the directory points at the bytes of the first one."""
    data = bytearray(PLAIN)
    directory = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, directory + 42, 0)
    return bytes(data)


def locked_member() -> bytes:
    data = bytearray(PLAIN)
    place = data.index(b"PK\x01\x02")
    struct.pack_into("<H", data, place + 8, 1)
    return bytes(data)


def many_members() -> bytes:
    return rebuilt(**{f"xl_extra{number}__xml": b"<a/>" for number in range(200)})


REFUSED = {
    "nothing at all": (b"", "file.empty"),
    "a letter": ("Kính gửi Sở Nội vụ".encode(), "file.not_xlsx"),
    "a web page": (b"<html><body>", "file.web_page"),
    "a table of commas": (b"a,b\r\n1,2\r\n", "file.csv"),
    "a PDF": (b"%PDF-1.7\n", "file.pdf"),
    "a PDF with a workbook behind it": (b"%PDF-1.7\n" + PLAIN, "file.pdf"),
    "an old .xls": (bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600, "file.old_excel"),
    "an encrypted workbook": (
        bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        "file.password",
    ),
    "an encrypted member": (locked_member(), "file.password"),
    "half a workbook": (PLAIN[: len(PLAIN) // 2], "file.damaged"),
    "a changed byte": (PLAIN[:60] + bytes([PLAIN[60] ^ 0xFF]) + PLAIN[61:], "file.damaged"),
    "XML that does not close": (rebuilt(lambda n, c: c[:-5] if n == SHEET else c), "file.damaged"),
    "a macro": (rebuilt(xl_vbaProject__bin=b"x"), "file.macros"),
    "a macro sheet": (rebuilt(xl_macrosheets_sheet1__xml=b"<a/>"), "file.macros"),
    "a macro-enabled type": (rebuilt(with_macro_type), "file.macros"),
    "a link to another workbook": (rebuilt(xl_externalLinks_externalLink1__xml=b"<a/>"), "file.external"),
    "an embedded object": (rebuilt(xl_embeddings_oleObject1__bin=b"x"), "file.external"),
    "ActiveX": (rebuilt(xl_activeX_activeX1__xml=b"<a/>"), "file.external"),
    "a database connection": (rebuilt(xl_connections__xml=b"<a/>"), "file.external"),
    "a linked picture": (rebuilt(with_linked_picture), "file.external"),
    "a DOCTYPE": (rebuilt(with_doctype), "file.abnormal"),
    "two parts of one name": (same_names(), "file.abnormal"),
    "parts that overlap": (overlapping(), "file.abnormal"),
    "too many parts": (many_members(), "file.abnormal"),
    "a zip bomb": (rebuilt(xl_media_a__xml=b"\0" * 25_000_000), "file.too_large"),
    "a dense part": (rebuilt(xl_media_a__xml=b" " * 15_000_000), "file.abnormal"),
    "A1 and XFD1048576": (
        with_cells(b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "file.far_cell",
    ),
    "a column beyond AZ": (with_cells(b'<row r="1"><c r="BA1"><v>1</v></c></row>'), "file.far_cell"),
    "row 10,000": (with_cells(b'<row r="10000"><c r="A10000"><v>1</v></c></row>'), "file.far_cell"),
    "a far cell without a reference": (with_cells(b"<row r='10000'><c><v>1</v></c></row>"), "file.far_cell"),
    "one cell twice": (with_cells(b'<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'), "file.abnormal"),
    "a cell of no place": (with_cells(b'<row r="1"><c r="1A"><v>1</v></c></row>'), "file.abnormal"),
    "a zip of something else": (
        rebuilt(lambda name, content: content).replace(b"xl/workbook.xml", b"xl/workbook.txt"),
        "file.not_xlsx",
    ),
}


@pytest.mark.parametrize(("data", "key"), REFUSED.values(), ids=REFUSED)
def test_a_file_is_refused_by_name_and_the_reader_lives(data: bytes, key: str) -> None:
    books = Workbooks(Catalogue())
    with pytest.raises(UnreadableFile) as refusal:
        books.read(data, "bao-cao.xlsx")
    assert refusal.value.key == key
    for language in ("vi", "en"):
        assert Catalogue().say(key, language, **refusal.value.params)
    assert books.read(PLAIN, "khac.xlsx").stamp is None


@pytest.mark.parametrize("key", sorted({key for _, key in REFUSED.values()}))
def test_a_file_that_is_refused_is_not_marked_either(key: str) -> None:
    data = next(data for data, reason in REFUSED.values() if reason == key)
    with pytest.raises(UnreadableFile):
        Workbooks(Catalogue()).mark(data, [])


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = REFUSED["a zip bomb"][0]
    started = time.perf_counter()
    with pytest.raises(UnreadableFile):
        gate.scan(bomb)
    assert time.perf_counter() - started < 1


ACCEPTED = {
    "plain": PLAIN,
    "a far cell that is only formatted": with_cells(b'<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="0"/></row>'),
    "cells without references": with_cells(b"<row><c><v>1</v></c><c><v>2</v></c></row>"),
    "the last cell allowed": with_cells(b'<row r="9999"><c r="AZ9999"><v>1</v></c></row>'),
    "printer settings": rebuilt(xl_printerSettings_printerSettings1__bin=b"x"),
    "a drawing of a note": rebuilt(xl_drawings_vmlDrawing1__vml=b"<xml><br></xml>"),
    "a web address": rebuilt(
        lambda name, content: with_linked_picture(name, content).replace(b"/image", b"/hyperlink")
    ),
}


@pytest.mark.parametrize("data", ACCEPTED.values(), ids=ACCEPTED)
def test_what_honest_programs_write_passes(data: bytes) -> None:
    assert Workbooks(Catalogue()).read(data, "x.xlsx").entries == ()


def test_cells_the_parser_would_lose_are_found_with_what_stands_there() -> None:
    xml = (
        b'<row r="2"><c r="B2" t="e"><v>#REF!</v></c><c r="C2"><f>SUM(A1:A2)&amp;"x"</f></c>'
        b'<c r="D2"><f>1+1</f><v>2</v></c><c r="E2" t="str"><f>""</f><v></v></c>'
        b'<c r="F2"><f t="shared" si="0"/></c></row>'
    )
    expected = CellFacts({"B2": "#REF!", "C2": '=SUM(A1:A2)&"x"', "F2": "="})
    assert gate.scan(with_cells(xml)).cells == {"Sheet": expected}


# A1 and XFD1048576 would make the parser ask for half a terabyte: the abort that the gate is there to prevent.
FAR = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><x:c xmlns:x="x" r="XFD1048576"><v>1</v></x:c></row>'
KILLER = with_cells(FAR)


def test_past_the_gate_only_the_child_dies_and_the_next_file_is_read() -> None:
    worker = Worker()
    worker.ask(PLAIN)
    first = worker.process_id
    with pytest.raises(UnreadableFile, match=r"file\.too_heavy"):
        worker.ask(KILLER)
    assert worker.ask(PLAIN) == NOTHING
    assert worker.process_id not in (None, first, os.getpid())
    worker.close()


def test_a_file_that_killed_nobody_is_read_when_the_child_was_already_dead() -> None:
    worker = Worker()
    worker.ask(PLAIN)
    os.kill(worker.process_id or 0, 9)
    assert worker.ask(PLAIN) == NOTHING
    worker.close()


def test_a_child_that_takes_too_long_is_ended() -> None:
    worker = Worker(seconds_per_file=0.0)
    with pytest.raises(UnreadableFile, match=r"file\.too_heavy"):
        worker.ask(PLAIN)
    worker.close()


def test_a_child_that_stands_still_is_ended_in_time() -> None:
    worker = Worker(seconds_per_file=0.5)
    worker.ask(PLAIN)
    os.kill(worker.process_id or 0, signal.SIGSTOP)
    started = time.perf_counter()
    assert worker.ask(PLAIN) == NOTHING
    assert time.perf_counter() - started < 30
    worker.close()


def test_no_file_is_blamed_when_no_child_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(OutsideFailure, match=r"reader\.cannot_start"):
        Worker().ask(PLAIN)


def test_no_file_is_blamed_when_the_child_cannot_find_its_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr(sys, "executable", shutil.which("false") or "false")
    with pytest.raises(OutsideFailure, match=r"reader\.cannot_start"):
        Worker().ask(PLAIN)


def test_a_child_is_replaced_after_its_share_of_files() -> None:
    worker = Worker(files_per_child=2)
    pids = []
    for _ in range(4):
        worker.ask(PLAIN)
        pids.append(worker.process_id)
    assert pids[0] == pids[1] != pids[2] == pids[3]
    worker.close()


def test_what_is_no_workbook_to_the_parser_is_damaged() -> None:
    with pytest.raises(UnreadableFile, match=r"file\.damaged"):
        Workbooks(Catalogue()).read(b"PK\x03\x04 nothing", "x.xlsx")


def test_threads_share_a_few_children() -> None:
    workers = Workers(2)
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(workers.ask(PLAIN))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [NOTHING] * 8
    workers.close()


def test_a_forked_process_starts_children_of_its_own() -> None:
    mine = shared_workers()
    with ProcessPoolExecutor(1, get_context("fork")) as pool:
        assert pool.submit(_id_of_shared_workers).result() != id(mine)
    assert shared_workers() is mine


def _id_of_shared_workers() -> int:
    return 0 if shared_workers.cache_info().currsize == 0 else id(shared_workers())


CONFINED = """
import socket, subprocess, sys
from plancycle.adapters.workbooks.confinement import confine
tries = {
    "network": lambda: socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5),
    "files": lambda: open("/etc/hostname"),
    "programs": lambda: subprocess.run(["true"]),
    "memory": lambda: bytearray(2**31),
    "processes": lambda: __import__("os").fork(),
}
for attempt in (lambda: open("/nowhere"), lambda: "".encode("idna")):
    try:
        attempt()
    except OSError:
        pass
held = confine()
for name in sorted(tries):
    try:
        tries[name]()
        print(name, "open", name in held)
    except (OSError, MemoryError) as error:
        print(name, "closed", name in held)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux closes files, network and programs")
@pytest.mark.skipif(platform.machine() not in ("x86_64", "aarch64"), reason="no system-call filter for this machine")
def test_the_child_has_no_network_no_files_no_programs_and_little_memory() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = str(server.getsockname()[1])
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-c", CONFINED, port]
        run = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
        with pytest.raises(TimeoutError):
            server.accept()
    names = ("files", "memory", "network", "processes", "programs")
    assert run.stdout.split("\n")[:-1] == [f"{name} closed True" for name in names], run.stderr


def test_the_child_says_what_it_is_held_to() -> None:
    worker = Worker()
    worker.ask(PLAIN)
    assert {"cpu", "dumps", "writing"} <= set(worker.limits)
    worker.close()


@pytest.mark.parametrize(("kind", "is_asked"), [(b"", False), (b' t="n"', True), (b' t="s"', True), (b" t='s'", True)])
def test_a_number_that_is_the_place_of_the_forms_sign_is_no_sign(kind: bytes, is_asked: bool) -> None:
    """A sheet is looked into when it holds the sign as text; a cell that names its type is taken for one."""
    parts = genuine.as_parts(hostile.BLANK)
    strings, guide = parts["xl/sharedStrings.xml"], "xl/worksheets/sheet1.xml"
    place = strings.count(b"<si", 0, strings.index(layout.MARKER.encode())) - 1
    row = b'<row r="1048576"><c r="A1048576"%s><v>%d</v></c></row></sheetData>' % (kind, place)
    data = genuine.packed(parts | {guide: parts[guide].replace(b"</sheetData>", row)})

    if is_asked:
        with pytest.raises(UnreadableFile, match=r"file\.far_cell"):
            gate.scan(data)
    else:
        assert gate.scan(data).cells == {}


def test_halves_of_letters_come_through_between_the_processes() -> None:
    said = {"raw": "\ud800 và \udfff", "reasons": {"a": "lý do"}}

    assert wire.from_json(wire.as_json(said)) == said
