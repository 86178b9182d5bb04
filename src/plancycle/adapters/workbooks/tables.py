"""Reads lists that officials keep in spreadsheets; the parser runs in a limited process, as for agencies' files."""

from pathlib import Path

from plancycle.adapters.workbooks import packing
from plancycle.adapters.workbooks.worker import shared_workers
from plancycle.domain.errors import NotFound, UnreadableFile
from plancycle.domain.official_lists import Sheet

READER = "plancycle.adapters.workbooks.table_child"


def read_table(path: Path) -> tuple[Sheet, ...]:
    """Every sheet of an ``.xlsx`` file as text. Raises NotFound, or UnreadableFile with the reason."""
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise NotFound("list.no_file", file=str(path), reason=problem.strerror or "") from problem
    try:
        packing.check_size(data)
        answer = shared_workers(READER).ask(data)
    except UnreadableFile as refusal:
        raise type(refusal)(refusal.key, file=path.name, **refusal.params) from refusal
    return tuple(Sheet(name, tuple(tuple(row) for row in rows)) for name, rows in answer["sheets"])
