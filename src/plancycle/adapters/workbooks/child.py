"""The process that parses agencies' workbooks and nothing else: it may die, its parent may not.

Started by :mod:`plancycle.adapters.workbooks.reading` as ``python -m plancycle.adapters.workbooks.child``. On standard
input and output it speaks frames: eight bytes of length (big endian), then the content. A question is the bytes of a
workbook; the answer is JSON: ``{"sheets": [[name, [[cell, …], …]], …]}`` with cells as text, number or boolean, or
``{"damaged": true}``.
"""

import json
import resource
import struct
import sys
from datetime import date, datetime
from io import BytesIO
from typing import BinaryIO

from python_calamine import CalamineError, load_workbook

MAX_MEMORY = 1024**3
MAX_CPU_SECONDS = 10
"""For one file; a normal one takes a thousandth of a second."""
HEADER = struct.Struct(">Q")


def main() -> None:
    """Answer until standard input ends."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    _limit()
    while (data := _next(source)) is not None:
        _allow_one_more_file()
        answer = json.dumps(_parse(data), ensure_ascii=False, separators=(",", ":")).encode()
        sink.write(HEADER.pack(len(answer)) + answer)
        sink.flush()


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _allow_one_more_file() -> None:
    """The kernel counts CPU time over the process's life; each file gets its own share on top of what is used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(used.ru_utime + used.ru_stime) + MAX_CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _next(source: BinaryIO) -> bytes | None:
    header = source.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    (size,) = HEADER.unpack(header)
    return source.read(size)


def _parse(data: bytes) -> dict[str, object]:
    try:
        book = load_workbook(BytesIO(data))
        return {"sheets": [[name, _cells(book.get_sheet_by_name(name))] for name in book.sheet_names]}
    except (CalamineError, ValueError, OSError):
        return {"damaged": True}


def _cells(sheet: object) -> list[list[object]]:
    rows = sheet.to_python(skip_empty_area=False)  # type: ignore[attr-defined]
    return [[_plain(cell) for cell in row] for row in rows]


def _plain(cell: object) -> object:
    """Dates as people write them; other values as JSON has them."""
    if isinstance(cell, str | bool | int | float):
        return cell
    if isinstance(cell, datetime) and cell.time() != cell.min.time():
        return f"{cell:%d/%m/%Y %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return str(cell)


if __name__ == "__main__":
    main()
