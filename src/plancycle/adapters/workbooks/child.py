"""The process that judges and parses agencies' workbooks and nothing else: it may die, its parent may not.

Started by :mod:`plancycle.adapters.workbooks.worker` as ``python -m plancycle.adapters.workbooks.child``. A question is
the bytes of a workbook; the answer is JSON:
``{"stamp": [cycle, …] or null, "sheets": [[name, letters, fields, [[number, row, raw, …], …]], …]}``, as
:data:`.cells.Inputs` describes a sheet, with ``"degree"`` when it is marked as a state secret, or
``{"refused": key, "params": {…}}``.
"""

import gc
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook

from plancycle.adapters.workbooks import cells, gate
from plancycle.adapters.workbooks.marks import degree_of_file
from plancycle.adapters.workbooks.serving import load_codecs, refusal, serve
from plancycle.domain.errors import UnreadableFile
from plancycle.domain.secrecy import REASON, WRITTEN

MAX_ENTRIES = 20_000
"""Inputs of one workbook, with what was typed beside the form; a large form has a thousand."""


def main() -> None:
    """Answer until standard input ends."""
    load_codecs()
    for sample in (b"", b"<html>", b"PK\x03\x04"):
        answer(sample)
    gc.disable()  # nothing here refers to itself, and the process is replaced after its share of files
    serve(answer)


def answer(data: bytes) -> dict[str, object]:
    """What one file holds, or why it is refused."""
    try:
        scan = gate.scan(data)
        sheets = _parsed(scan.judged)
        found = [(name, cells.inputs(rows, scan.cells.get(name))) for name, rows in sheets]
        kept = [(name, *asked) for name, asked in found if asked is not None]
        if sum(len(fields) * len(rows) for _, _, fields, rows in kept) > MAX_ENTRIES:
            raise UnreadableFile("file.too_many_cells", maximum=MAX_ENTRIES)
        marked = {} if scan.degree is None else {"degree": scan.degree}
        return {"stamp": cells.stamp(sheets, scan.properties), "sheets": kept, **marked}
    except UnreadableFile as reason:
        degree = degree_of_file(data)
        return refusal(UnreadableFile(REASON, mark=WRITTEN[degree]) if degree is not None else reason)


def _parsed(data: bytes) -> list[tuple[str, cells.Rows]]:
    """Every sheet's name and cells from A1 on. Raises UnreadableFile when the parser finds no workbook in it."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        return [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    except (CalamineError, ValueError, OSError) as error:
        raise UnreadableFile("file.damaged") from error


if __name__ == "__main__":
    main()
