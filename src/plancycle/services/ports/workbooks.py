"""Spreadsheet files, out and in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from plancycle.domain.deadlines import PeriodDates
from plancycle.domain.findings import Finding
from plancycle.domain.forms import Form
from plancycle.domain.submissions import Entry, Stamp


@dataclass(frozen=True, slots=True)
class WorkbookContext:
    """What a workbook shows beside its questions."""

    programme_title: str
    period_title: str
    agency_name: str
    dates: PeriodDates
    seal: str
    contact: str
    """Who to ask, as one line; empty when the coordinator entered nobody."""
    previous: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Canonical values of the last accepted period by (row, field)."""


@dataclass(frozen=True, slots=True)
class ReadWorkbook:
    """A returned workbook's content: its stamp (None: not ours) and every cell found by row and field code."""

    stamp: Stamp | None
    entries: tuple[Entry, ...]


class Workbooks(Protocol):
    """Spreadsheet files, out and in."""

    def write(self, form: Form, context: WorkbookContext) -> bytes:
        """The agency's ``.xlsx``; same inputs, same bytes."""

    def read(self, data: bytes, file_name: str) -> ReadWorkbook:
        """Read a returned file in a limited child process. Raises UnreadableFile with the reason."""

    def mark(self, data: bytes, findings: Sequence[Finding]) -> bytes:
        """The clerk's own file with a first sheet listing what to mend and the cells marked; other cells untouched."""
