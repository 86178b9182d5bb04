"""Official documents: the consolidated report (DOCX, PDF, XLSX, JSON, CSV), letters, extracts and lists (DOCX, PDF),
and a submission's receipt (PDF).

Every sentence is rendered once, so DOCX and PDF cannot differ in words; no clock, time zone or random number takes
part, so the same facts give the same bytes (on machines with the same fonts).
"""

from concurrent.futures import ThreadPoolExecutor

from plancycle.adapters import vietnamese
from plancycle.domain.receipts import Receipt
from plancycle.services.document_contents import DocumentFacts
from plancycle.services.ports import Texts
from plancycle.services.report_contents import Chart, RenderedFile, ReportFacts

FILE_PREFIX = "bao-cao-tong-hop"
RULES_SHOWN = 16
"""Hex digits of the programme's version on paper; the twin has them all."""


class Documents:
    """Implements :class:`plancycle.services.ports.Documents`."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def report(self, facts: ReportFacts) -> tuple[RenderedFile, ...]:
        """The consolidated report: ``.docx``, ``.pdf``, ``.xlsx`` for people, ``.json`` and ``.csv`` for programs."""
        from plancycle.adapters.documents.annex_parts import files_of, with_list
        from plancycle.adapters.documents.compose import compose, compose_parts
        from plancycle.adapters.documents.data import report_csv, report_json
        from plancycle.adapters.documents.docx import report_docx
        from plancycle.adapters.documents.pdf import report_pdf
        from plancycle.adapters.documents.xlsx import report_xlsx

        texts, stem = self._texts, f"{FILE_PREFIX}_{vietnamese.ascii_name(facts.edition.id)}"
        paper = compose(facts, texts)
        parts = compose_parts(facts, texts, paper)
        with ThreadPoolExecutor(max_workers=1) as beside:  # the compiler runs outside of Python: on the second core
            printed = [beside.submit(report_pdf, part.paper) for part in parts]  # one after the other
            written = [report_docx(part.paper) for part in parts]
            # The report's own turn comes after its parts, whose SHA-256 it lists.
            listed = beside.submit(lambda: files_of(parts, stem, [one.result() for one in printed], written))
            pdf = beside.submit(lambda: report_pdf(with_list(paper, texts, listed.result())))
            xlsx, data = report_xlsx(facts, texts, paper.title), {"json": report_json(facts), "csv": report_csv(facts)}
            docx = report_docx(with_list(paper, texts, listed.result()))
            rendered = {"docx": docx, "pdf": pdf.result(), "xlsx": xlsx, **data}
        whole = (RenderedFile(kind, f"{stem}.{kind}", data) for kind, data in rendered.items())
        return (*whole, *(file for _, file in listed.result()))

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

    def charts(self, facts: ReportFacts) -> tuple[Chart, ...]:
        """The report's charts, each with the same numbers as a table."""
        from plancycle.adapters.documents.report_charts import report_charts

        return report_charts(facts, self._texts)

    def receipt(self, facts: Receipt) -> bytes:
        """A submission's receipt, one page."""
        from plancycle.adapters.documents.pdf import compile_pdf

        day = vietnamese.local(facts.received_at).date()
        return compile_pdf("receipt.typ", self._receipt_words(facts), day)

    def _receipt_words(self, facts: Receipt) -> dict[str, object]:
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
        return {
            "title": say("document.receipt.title"),
            "number_label": say("document.receipt.number"),
            "number": facts.number,
            "lines": [(say(f"document.receipt.{key}"), vietnamese.clean(value)) for key, value in lines if value],
            "footer": say("document.receipt.footer"),
        }
