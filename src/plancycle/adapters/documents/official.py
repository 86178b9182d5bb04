"""Official documents: the consolidated report (DOCX, PDF, XLSX, JSON, CSV), letters, extracts and lists (DOCX, PDF),
and a submission's receipt (PDF).

Every sentence is rendered once, so DOCX and PDF cannot differ in words; no clock, time zone or random number takes
part, so the same facts give the same bytes (on machines with the same fonts).
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING

from plancycle.adapters import vietnamese
from plancycle.domain.receipts import Receipt
from plancycle.services.bulk import uninterrupted
from plancycle.services.document_contents import DocumentFacts
from plancycle.services.ports import Texts
from plancycle.services.report_contents import Chart, ChartFacts, RenderedFile, ReportFacts, place_in_report

if TYPE_CHECKING:
    from plancycle.adapters.documents.receipt_form import ReceiptWords

FILE_PREFIX = "bao-cao-tong-hop"
COMPILERS = 2
"""PDFs of one report that are compiled side by side; each needs some 150 MB meanwhile."""
AHEAD = 16
"""Parts that are composed and compiled before their turn, however many there are: some 2 MB each when done."""
RULES_SHOWN = 16
"""Hex digits of the programme's version on paper; the twin has them all."""


class Documents:
    """Implements :class:`plancycle.services.ports.Documents`."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def report(self, facts: ReportFacts) -> tuple[RenderedFile, ...]:
        """The consolidated report: ``.docx``, ``.pdf``, ``.xlsx`` for people, ``.json`` and ``.csv`` for programs."""
        return tuple(sorted(self.report_files(facts), key=place_in_report))

    def report_files(self, facts: ReportFacts) -> Iterator[RenderedFile]:
        """The same files one by one, each as soon as it is made: whoever keeps them needs memory for a few."""
        from plancycle.adapters.documents.annex_parts import Listed, with_list
        from plancycle.adapters.documents.compose import compose, compose_parts
        from plancycle.adapters.documents.data import report_csv, report_json
        from plancycle.adapters.documents.docx import report_docx
        from plancycle.adapters.documents.pdf import report_pdf
        from plancycle.adapters.documents.xlsx import report_xlsx

        texts, stem = self._texts, f"{FILE_PREFIX}_{vietnamese.ascii_name(facts.edition.id)}"

        def named(kind: str, data: bytes) -> RenderedFile:
            return RenderedFile(kind, f"{stem}.{kind}", data)

        with uninterrupted():
            paper, listed = compose(facts, texts), list[Listed]()
        with ThreadPoolExecutor(COMPILERS) as beside:  # the compiler runs outside of Python: on the other cores
            parts = ((part, beside.submit(report_pdf, part.paper)) for part in compose_parts(facts, texts, paper))
            with uninterrupted():
                begun = deque(islice(parts, AHEAD))
            yield named("xlsx", report_xlsx(facts, texts, paper.title))
            with uninterrupted():
                data = report_json(facts)
            yield named("json", data)
            del data
            while begun:
                part, printed = begun.popleft()
                with uninterrupted():
                    begun.extend(islice(parts, 1))
                for file in part.files(stem, printed.result(), report_docx(part.paper)):
                    listed.append(Listed.of(part, file))
                    yield file
            # The report's own turn comes after its parts, whose SHA-256 it lists.
            paper = with_list(paper, texts, listed)
            pdf = beside.submit(report_pdf, paper)
            yield named("csv", report_csv(facts))
            yield named("docx", report_docx(paper))
            yield named("pdf", pdf.result())

    def document(self, facts: DocumentFacts) -> tuple[RenderedFile, ...]:
        """Any other document as ``.docx`` and ``.pdf``."""
        from plancycle.adapters.documents.compose import compose_document
        from plancycle.adapters.documents.docx import report_docx
        from plancycle.adapters.documents.pdf import report_pdf

        paper, stem = compose_document(facts, self._texts), vietnamese.ascii_name(facts.name)
        rendered = {"docx": report_docx(paper), "pdf": report_pdf(paper)}
        return tuple(RenderedFile(kind, f"{stem}.{kind}", data) for kind, data in rendered.items())

    def subject(self, facts: DocumentFacts) -> str:
        """What a document is about, as its template says it."""
        from plancycle.adapters.documents.compose import words

        return words(facts)[0]

    def charts(self, facts: ReportFacts | ChartFacts) -> tuple[Chart, ...]:
        """The report's charts, each with the same numbers as a table."""
        from plancycle.adapters.documents.report_charts import report_charts

        return report_charts(facts, self._texts)

    def receipt(self, facts: Receipt) -> bytes:
        """A submission's receipt, one page."""
        from plancycle.adapters.documents.receipts import receipt_pdf

        return receipt_pdf(self._receipt_words(facts), vietnamese.local(facts.received_at).date())

    def _receipt_words(self, facts: Receipt) -> "ReceiptWords":
        from plancycle.adapters.documents.receipt_form import ReceiptWords

        say = self._texts.say
        lines = (
            ("agency", facts.agency_name),
            ("programme", facts.programme_title),
            ("period", facts.period_title),
            ("submission", facts.submission),
            ("cites", facts.cites or ""),
            ("file_name", facts.file_name),
            ("sha256", facts.sha256),
            ("content_sha256", facts.content_sha256),
            ("rules", f"{facts.form_version} · {facts.programme_version[:RULES_SHOWN]}"),
            ("sent_at", vietnamese.moment_with_zone(facts.sent_at)),
            ("received_at", vietnamese.moment_with_zone(facts.received_at)),
            ("first_sent_at", vietnamese.moment_with_zone(facts.first_sent_at) if facts.first_sent_at else ""),
            ("due_at", vietnamese.clock_and_day(facts.due_at)),
            ("standing", say(f"receipt.verdict.{facts.verdict}") + " · " + say(f"receipt.outcome.{facts.outcome}")),
            ("audit", f"{facts.audit_seq} · {facts.audit_hash}"),
        )
        return ReceiptWords(
            title=say("document.receipt.title"),
            number_label=say("document.receipt.number"),
            number=facts.number,
            lines=tuple((say(f"document.receipt.{key}"), vietnamese.clean(value)) for key, value in lines if value),
            footer=say("document.receipt.footer"),
        )
