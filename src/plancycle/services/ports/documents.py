"""Adding up and official documents."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from plancycle.domain.consolidation import FigureRow
from plancycle.domain.forms import Aggregation
from plancycle.domain.receipts import Receipt
from plancycle.services.document_contents import DocumentFacts
from plancycle.services.report_contents import Chart, ChartFacts, RenderedFile, ReportFacts


class Frames(Protocol):
    """Exact adding up in data frames of scaled integers."""

    def add_up(self, rows: Sequence[FigureRow], rules: Mapping[str, Aggregation]) -> dict[str, tuple[int, int]]:
        """Per figure id: (scaled result, number of contributors).

        Sums are exact; means and ratios round half up, once; a ratio of nothing is left out.
        """


class Documents(Protocol):
    """Official documents in the form of Decree 30/2020/NĐ-CP; same facts, same bytes."""

    def report(self, facts: ReportFacts) -> tuple[RenderedFile, ...]:
        """The consolidated report: ``.docx``, ``.pdf``, ``.xlsx`` for people, ``.json`` and ``.csv`` for programs."""

    def report_files(self, facts: ReportFacts) -> Iterator[RenderedFile]:
        """The same files one by one, as they are made and in no order: a nation's are too many to hold."""

    def document(self, facts: DocumentFacts) -> tuple[RenderedFile, ...]:
        """Any other document as ``.docx`` and ``.pdf``."""

    def subject(self, facts: DocumentFacts) -> str:
        """What a document is about (trích yếu), as its template says it."""

    def charts(self, facts: ReportFacts | ChartFacts) -> tuple[Chart, ...]:
        """The report's charts, each with the same numbers as a table."""

    def receipt(self, facts: Receipt) -> bytes:
        """A submission's receipt as PDF."""
