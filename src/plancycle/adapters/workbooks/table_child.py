"""The process that opens a list of an official's own (a roster, assigned work) and gives its cells back as text.

Started by :mod:`plancycle.adapters.workbooks.worker` as ``python -m plancycle.adapters.workbooks.table_child``. The
answer is ``{"sheets": [[name, [[text, …], …]], …]}`` or ``{"refused": key, "params": {…}}``.
"""

from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook

from plancycle.adapters.workbooks import cells, gate
from plancycle.adapters.workbooks.serving import load_codecs, refusal, serve
from plancycle.domain.errors import UnreadableFile
from plancycle.domain.official_lists import FAR_CELLS

COLUMNS = 60
"""Columns that are read: lists of bodies and work have a dozen."""


def main() -> None:
    """Answer until standard input ends."""
    load_codecs()
    serve(answer)


def answer(data: bytes) -> dict[str, object]:
    """The cells of every sheet, or why the file is refused."""
    try:
        gate.scan(data)  # refuses; what it hands on leaves out every sheet that is no form of ours
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        return {"sheets": [[name, _rows(book, name)] for name in book.sheet_names]}
    except UnreadableFile as reason:
        return refusal(reason)
    except (CalamineError, ValueError, OSError):
        return refusal(UnreadableFile("file.damaged"))


def _rows(book: CalamineWorkbook, name: str) -> list[list[str]]:
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)[:FAR_CELLS]
    return [[cells.text(cell) for cell in row[:COLUMNS]] for row in rows]


if __name__ == "__main__":
    main()
