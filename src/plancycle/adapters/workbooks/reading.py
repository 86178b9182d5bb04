"""Reads returned workbooks: gate and parser in a limited process, then cells by their codes.

This process only hands the bytes over and takes text back; who may answer, and whether the stamp is genuine, is decided
on this side, where the keys are.
"""

from collections.abc import Iterator, Sequence
from itertools import repeat

from plancycle.adapters.workbooks import packing
from plancycle.adapters.workbooks.cells import Inputs
from plancycle.adapters.workbooks.worker import shared_workers
from plancycle.domain.errors import UnreadableFile
from plancycle.domain.secrecy import Degree
from plancycle.domain.submissions import Entry, Stamp, entry_from
from plancycle.services.ports import ReadWorkbook


def read(data: bytes, file_name: str) -> ReadWorkbook:
    """Every cell of a workbook of ours; ``stamp=None`` and no entries for a readable workbook that is not.

    Raises UnreadableFile with the reason; ``file_name`` goes along with it for the log. Raises OutsideFailure when no
    process can be started to read it.
    """
    try:
        packing.check_size(data)
        answer = shared_workers().ask(data)
    except UnreadableFile as refusal:
        raise type(refusal)(refusal.key, file=file_name, **refusal.params) from refusal
    degree = Degree(answer["degree"]) if "degree" in answer else None
    if answer["stamp"] is None:
        return ReadWorkbook(None, (), degree)
    return ReadWorkbook(Stamp(*answer["stamp"]), tuple(entries_of(answer["sheets"])), degree)


def entries_of(sheets: Sequence[tuple[str, *Inputs]]) -> Iterator[Entry]:
    """Every input as an entry; a row without a code has one only where something stands."""
    for name, letters, fields, rows in sheets:
        width = len(fields)
        for number, code, *raws in rows:
            cells = [column + number for column in letters]
            row = repeat(name, width), cells, repeat(code, width), fields, raws, repeat(None, width)
            entries = map(entry_from, zip(*row, strict=True))
            yield from entries if code else (entry for entry in entries if entry.raw.strip())
