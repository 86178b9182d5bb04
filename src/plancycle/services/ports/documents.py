"""Adding up and official documents."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from plancycle.domain.consolidation import FigureRow
from plancycle.domain.forms import Aggregation
from plancycle.services.report_contents import ReceiptFacts, RenderedFile, ReportFacts


class Frames(Protocol):
    """Exact adding up in data frames of scaled integers."""

    def add_up(self, rows: Sequence[FigureRow], rules: Mapping[str, Aggregation]) -> dict[str, tuple[int, int]]:
        """Per figure id: (scaled result, number of contributors). Sums are exact; means round half up."""


class Documents(Protocol):
    """Official documents in the form of Decree 30/2020/NĐ-CP; same facts, same bytes."""

    def report(self, facts: ReportFacts) -> tuple[RenderedFile, ...]:
        """The consolidated report as ``.docx``, ``.pdf`` and ``.xlsx``."""

    def receipt(self, facts: ReceiptFacts) -> bytes:
        """A submission's receipt as PDF."""
