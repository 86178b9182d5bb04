"""Spreadsheet files, out and in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from plancycle.domain.deadlines import PeriodDates
from plancycle.domain.findings import CellProblem, Finding
from plancycle.domain.forms import REASONS, FieldKind, Form, FormField, FormRules
from plancycle.domain.secrecy import Degree
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
    previous_by_body: Sequence[tuple[str, Mapping[tuple[str, str], str]]] = ()
    """For a body that took others over: (name, its own last values) of each, the body itself first."""
    earlier: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """What the year's earlier accepted periods add up to, by (row, field)."""
    planned: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """What the accepted plan of the year says, by (row, field of the plan)."""
    planned_fields: Mapping[str, FormField] = field(default_factory=dict)
    """The plan's field that is shown beside the questions of a sheet, by sheet code."""
    rules: FormRules | None = None
    """The programme's thresholds, for the sheet that checks while people type; None leaves those checks out."""
    joined_on: date | None = None
    """The day inside the year on which the agency began to report: it gives figures from then on."""


@dataclass(frozen=True, slots=True)
class ReadWorkbook:
    """A returned workbook's content: its stamp (None: not ours) and every cell found by row and field code."""

    stamp: Stamp | None
    entries: tuple[Entry, ...]
    degree: Degree | None = None
    """The mark of a state secret on it: in a cell, a header or footer, a drawing, a comment, its properties."""


@dataclass(frozen=True, slots=True)
class CarriedAnswer:
    """One answer on its way into another workbook. ``value`` is canonical; None when ``problem`` keeps it a text."""

    entry: Entry
    kind: FieldKind
    label: str
    value: str | None
    problem: CellProblem | None


class Workbooks(Protocol):
    """Spreadsheet files, out and in."""

    def write(self, form: Form, context: WorkbookContext) -> bytes:
        """The agency's ``.xlsx``; same inputs, same bytes."""

    def read(self, data: bytes, file_name: str) -> ReadWorkbook:
        """Read a returned file in a limited child process. Raises UnreadableFile with the reason."""

    def mark(self, data: bytes, findings: Sequence[Finding], reasons: str = REASONS) -> bytes:
        """The clerk's own file with a first sheet listing what to mend and the cells marked; other cells untouched.

        ``reasons``: the code of the programme's column for explanations; a sheet without one gets it where it is asked.
        """

    def carry(self, data: bytes, kept: Sequence[CarriedAnswer], left: Sequence[Entry]) -> bytes:
        """A workbook of ours with answers typed in, and a first sheet that says which were and which have no place."""
