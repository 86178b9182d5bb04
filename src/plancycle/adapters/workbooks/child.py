"""The process that judges and parses agencies' workbooks and nothing else: it may die, its parent may not.

Started by :mod:`plancycle.adapters.workbooks.worker` as ``python -m plancycle.adapters.workbooks.child``. On standard
input and output it speaks frames: eight bytes of length (big endian), then the content. It first says what it is held
to: ``{"limits": ["cpu", …]}``. A question is the bytes of a workbook; the answer is JSON:
``{"stamp": [cycle, …] or null, "sheets": [[name, [[cell, row, field, raw], …]], …]}`` or
``{"refused": key, "params": {…}}``.
"""

import gc
import json
import struct
import sys
from datetime import datetime
from io import BytesIO
from typing import BinaryIO

from python_calamine import CalamineError, CalamineWorkbook

from plancycle.adapters.workbooks import cells, gate
from plancycle.adapters.workbooks.confinement import allow_one_more_file, confine
from plancycle.domain.errors import UnreadableFile

MAX_ENTRIES = 20_000
"""Inputs of one workbook, with what was typed beside the form; a large form has a thousand."""
HEADER = struct.Struct(">Q")

_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def main() -> None:
    """Answer until standard input ends."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    _load_everything()
    gc.disable()  # nothing here refers to itself, and the process is replaced after its share of files
    _send(sink, {"limits": confine()})
    while (data := _next(source)) is not None:
        allow_one_more_file()
        _send(sink, answer(data))


def answer(data: bytes) -> dict[str, object]:
    """What one file holds, or why it is refused."""
    try:
        scan = gate.scan(data)
        sheets = _parsed(scan.judged)
        entries = [(name, cells.entries(rows, scan.cells.get(name))) for name, rows in sheets]
        if sum(len(places) for _, places in entries) > MAX_ENTRIES:
            raise UnreadableFile("file.too_many_cells", maximum=MAX_ENTRIES)
        return {"stamp": cells.stamp(sheets, scan.properties), "sheets": [sheet for sheet in entries if sheet[1]]}
    except UnreadableFile as refusal:
        return {"refused": refusal.key, "params": dict(refusal.params)}


def _load_everything() -> None:
    """What Python would look up on its first use: once confined, this process opens no file."""
    for codec in ("cp437", "utf-8", "utf-16-le", "utf-16-be", "ascii", "latin-1"):
        "".encode(codec)
    f"{datetime(2000, 1, 1):%d/%m/%Y %H:%M}"
    for sample in (b"", b"<html>", b"PK\x03\x04"):
        answer(sample)


def _next(source: BinaryIO) -> bytes | None:
    header = source.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    (size,) = HEADER.unpack(header)
    return source.read(size)


def _send(sink: BinaryIO, content: dict[str, object]) -> None:
    frame = _as_json(content).encode("utf-8", "surrogatepass")
    sink.write(HEADER.pack(len(frame)) + frame)
    sink.flush()


def _parsed(data: bytes) -> list[tuple[str, cells.Rows]]:
    """Every sheet's name and cells from A1 on. Raises UnreadableFile when the parser finds no workbook in it."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        return [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    except (CalamineError, ValueError, OSError) as error:
        raise UnreadableFile("file.damaged") from error


if __name__ == "__main__":
    main()
