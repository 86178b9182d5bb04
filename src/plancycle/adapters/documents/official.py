"""Official documents: the consolidated report (DOCX, PDF, XLSX) and a submission's receipt (PDF).

Every sentence is rendered once, so DOCX and PDF cannot differ in words; no clock, time zone or random number takes
part, so the same facts give the same bytes (on machines with the same fonts).
"""

from plancycle.adapters import vietnamese
from plancycle.services.ports import Texts
from plancycle.services.report_contents import ReceiptFacts, RenderedFile, ReportFacts

FILE_PREFIX = "bao-cao-tong-hop"


class Documents:
    """Implements :class:`plancycle.services.ports.Documents`."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def report(self, facts: ReportFacts) -> tuple[RenderedFile, ...]:
        """The consolidated report as ``.docx``, ``.pdf`` and ``.xlsx``."""
        from plancycle.adapters.documents.compose import compose
        from plancycle.adapters.documents.docx import report_docx
        from plancycle.adapters.documents.pdf import report_pdf
        from plancycle.adapters.documents.xlsx import report_xlsx

        paper = compose(facts, self._texts)
        rendered = {
            "docx": report_docx(paper),
            "pdf": report_pdf(paper),
            "xlsx": report_xlsx(facts, self._texts, paper.title),
        }
        stem = f"{FILE_PREFIX}_{vietnamese.ascii_name(facts.edition.id)}"
        return tuple(RenderedFile(kind, f"{stem}.{kind}", data) for kind, data in rendered.items())

    def receipt(self, facts: ReceiptFacts) -> bytes:
        """A submission's receipt, one page."""
        from plancycle.adapters.documents.pdf import compile_pdf

        day = vietnamese.local(facts.received_at).date()
        return compile_pdf("receipt.typ", self._receipt_words(facts), day)

    def _receipt_words(self, facts: ReceiptFacts) -> dict[str, object]:
        say = self._texts.say
        lines = (
            ("agency", facts.agency_name),
            ("programme", facts.programme_title),
            ("period", facts.period_title),
            ("submission", facts.submission),
            ("file_name", facts.file_name),
            ("sha256", facts.sha256),
            ("sent_at", vietnamese.moment_with_zone(facts.sent_at)),
            ("received_at", vietnamese.moment_with_zone(facts.received_at)),
            ("due_at", vietnamese.clock_and_day(facts.due_at)),
            ("standing", say("document.receipt.late" if facts.is_late else "document.receipt.on_time")),
        )
        return {
            "title": say("document.receipt.title"),
            "number_label": say("document.receipt.number"),
            "number": facts.receipt,
            "lines": [(say(f"document.receipt.{key}"), vietnamese.clean(value)) for key, value in lines],
            "footer": say("document.receipt.footer"),
        }
