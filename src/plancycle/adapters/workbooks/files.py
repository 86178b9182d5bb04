"""Spreadsheet files, out and in: implements :class:`plancycle.services.ports.Workbooks`.

Each direction imports its own library only when it is used: a portal that takes in files never loads the writer.
"""

from collections.abc import Sequence

from plancycle.domain.findings import Finding
from plancycle.domain.forms import REASONS, Form
from plancycle.domain.submissions import Entry
from plancycle.services.ports import CarriedAnswer, ReadWorkbook, Texts, WorkbookContext


class Workbooks:
    """Writes, reads and marks the agencies' workbooks, in Vietnamese."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def write(self, form: Form, context: WorkbookContext) -> bytes:
        """The agency's ``.xlsx``; same inputs, same bytes."""
        from plancycle.adapters.workbooks import writing

        return writing.write(form, context, self._texts)

    def read(self, data: bytes, file_name: str) -> ReadWorkbook:
        """Read a returned file in a limited child process. Raises UnreadableFile with the reason."""
        from plancycle.adapters.workbooks import reading

        return reading.read(data, file_name)

    def mark(self, data: bytes, findings: Sequence[Finding], reasons: str = REASONS) -> bytes:
        """The clerk's own file with a first sheet listing what to mend and the cells marked, made in a limited process.

        The list alone for a file that is too much for it. Raises UnreadableFile when the file would not pass the gate.
        """
        from plancycle.adapters.workbooks import returning

        return returning.mark(data, findings, self._texts, reasons)

    def carry(self, data: bytes, kept: Sequence[CarriedAnswer], left: Sequence[Entry]) -> bytes:
        """A workbook of ours with answers typed in, and a first sheet that says which were and which have no place."""
        from plancycle.adapters.workbooks import carrying

        return carrying.carry(data, kept, left, self._texts)
