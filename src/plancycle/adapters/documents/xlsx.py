"""The report's figures and tables as a workbook, for whoever goes on calculating. Typed text is only ever text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

from plancycle.adapters import vietnamese
from plancycle.adapters.documents.annex_figures import contributors_of
from plancycle.adapters.documents.annexes import standing_words
from plancycle.adapters.documents.figures import by_agency, label_of
from plancycle.adapters.documents.obstacles import obstacles
from plancycle.adapters.documents.text import names
from plancycle.adapters.documents.xlsx_data import data_sheet
from plancycle.adapters.documents.xlsx_rows import Cell, Link, Rows, decimals_written, is_exact, with_rows
from plancycle.adapters.documents.xlsx_told import listed, told_tables
from plancycle.domain.forms import FieldKind, RowSource
from plancycle.services.bulk import uninterrupted
from plancycle.services.ports import Texts
from plancycle.services.report_contents import ReportFacts

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

LINE_HEIGHT, MAX_HEIGHT = 15.0, 409.0
WIDTH_OF_A_LETTER = 0.9
"""Vietnamese text in Times against the digits a column's width is counted in, with a little room for whole words."""
_PLAIN_STRINGS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


@dataclass(frozen=True)
class Formats:
    """The few looks a cell can have, and the workbook that makes those of numbers when they are needed."""

    workbook: "Workbook"
    title: "Format"
    heading: "Format"
    text: "Format"
    moment: "Format"
    link: "Format"

    def of(self, look: str | int) -> "Format":
        """The look of that name; a number is its decimals."""
        if isinstance(look, str):
            found: Format = getattr(self, look)
            return found
        return self.number(look)

    def number(self, digits: int) -> "Format":
        """Grouped thousands and that many decimals; the reader's spreadsheet shows 1.234,5 or 1,234.5."""
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return self.workbook.add_format({"font_name": FONT, "num_format": pattern, "border": 1, "valign": "top"})


FONT = "Times New Roman"


TOP = 2
"""The row of a table's headings, counted from 0."""
CODES = 1
"""The column of figures' codes. In the first row, which shows the looks, a link stands there as well."""


def report_xlsx(facts: ReportFacts, texts: Texts, title: str) -> bytes:
    """Sheets for people (figures, work, who submitted, obstacles, source cells, source) and one for programs.

    Same facts, same bytes.
    """
    with uninterrupted():
        return _report_xlsx(facts, texts, title)


def _report_xlsx(facts: ReportFacts, texts: Texts, title: str) -> bytes:
    from xlsxwriter import Workbook

    stored = BytesIO()
    workbook = Workbook(stored, _PLAIN_STRINGS)
    workbook.set_properties(
        {
            "title": title[:255],
            "author": facts.programme.report.issuing_body,
            "comments": f"{facts.edition.id} {facts.edition.sha256}",
            "created": datetime.combine(facts.signed_on, time(0, 0)),
        }
    )
    formats, told = _formats(workbook), dict[int, Rows]()
    sheets = {}
    tables = (_figures, _works, _submissions, _obstacles, *told_tables(facts), source_cells)
    for name, headings, widths, rows in (table(facts, texts) for table in tables):
        sheets[name] = _sheet(workbook, texts.say(f"document.sheet.{name}"), title, formats)
        labels = [texts.say(f"document.column.{one}") for one in headings]
        told[len(sheets)] = _table(sheets[name], formats, TOP, labels, widths, rows)
    link_sources(formats, facts, sheets["figures"], sheets["sources"])
    told[len(told) + 1] = _source(workbook, facts, texts, title, formats)
    told[len(told) + 1] = data_sheet(workbook, facts)
    workbook.close()
    return with_rows(stored.getvalue(), told)


Table = tuple[str, Sequence[str], Sequence[float], Sequence[Sequence[Cell]]]
"""Name, column keys, column widths in characters, rows."""


def _formats(workbook: "Workbook") -> Formats:
    cell = {"font_name": FONT, "border": 1, "valign": "top", "text_wrap": True}
    return Formats(
        workbook,
        workbook.add_format({"font_name": FONT, "bold": True, "font_size": 13}),
        workbook.add_format({**cell, "bold": True, "align": "center", "valign": "vcenter", "bg_color": "#EDEDED"}),
        workbook.add_format(cell),
        workbook.add_format({**cell, "num_format": "dd/mm/yyyy hh:mm", "align": "left"}),
        workbook.add_format({"font_name": FONT, "border": 1, "valign": "top", "font_color": "#1f4e79", "underline": 1}),
    )


def _sheet(workbook: "Workbook", name: str, title: str, formats: Formats) -> "Worksheet":
    sheet = workbook.add_worksheet(name)
    sheet.write_string(0, 0, title, formats.title)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.8)
    return sheet


def _table(
    sheet: "Worksheet",
    formats: Formats,
    top: int,
    headings: Sequence[str],
    widths: Sequence[float],
    rows: Sequence[Sequence[Cell]],
) -> Rows:
    """Headings, widths and filter; the rows themselves are put in afterwards, with the looks of the first one."""
    for column, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(top, column, heading, formats.heading)
    sheet.repeat_rows(top)
    sheet.freeze_panes(top + 1, 0)
    looks: list[str | int] = []
    if rows:
        sheet.autofilter(top, 0, top + len(rows), len(headings) - 1)
        looks = ["text", "link", "moment", *_decimals(rows)]
    for column, look in enumerate(looks):
        sheet.write_blank(top + 1, column, None, formats.of(look))
    return Rows(top + 1, len(headings), rows, looks, lambda cells: _height(cells, widths))


def _decimals(rows: Sequence[Sequence[Cell]]) -> list[int]:
    """How many decimals the table's numbers are written with."""
    numbers = (Decimal(cell) for cells in rows for cell in cells if isinstance(cell, int | Decimal))
    return sorted({decimals_written(one) for one in numbers if is_exact(one)})


def _height(cells: Sequence[Cell], widths: Sequence[float]) -> float:
    """Points a row needs for its longest wrapped text; not every spreadsheet works that out on opening."""
    lines = [
        sum(1 + int(len(line) * WIDTH_OF_A_LETTER / width) for line in cell.split("\n"))
        for cell, width in zip(cells, widths, strict=True)
        if isinstance(cell, str) and (len(cell) * WIDTH_OF_A_LETTER >= width or "\n" in cell)
    ]
    return min(MAX_HEIGHT, LINE_HEIGHT * max(lines, default=1))


def _figures(facts: ReportFacts, texts: Texts) -> Table:
    sourced = _first_cells(facts)
    rows = [
        (
            order,
            Link(figure.id) if figure.id in sourced else figure.id,
            label_of(facts, figure),
            figure.value,
            figure.unit,
            contributors_of(facts, texts, figure),
            texts.say(f"document.aggregation.{figure.aggregation}"),
        )
        for order, figure in enumerate(facts.figures, start=1)
    ]
    keys = ("order", "figure_id", "figure", "value", "unit", "contributors", "aggregation")
    return "figures", keys, (6, 42, 48, 18, 14, 16, 24), rows


def _works(facts: ReportFacts, _texts: Texts) -> Table:
    """One row a piece of work: the columns are the fields the form asks in this period."""
    sheet = next(sheet for sheet in facts.programme.form.sheets if sheet.source is RowSource.ASSIGNMENTS)
    fields = [field for field in sheet.fields if facts.edition.period in field.periods and field.code in KNOWN_FIELDS]
    rows: list[tuple[Cell, ...]] = []
    for agency, lines in by_agency(facts).items():
        for line in lines:
            answers = [_answer(line.answers.get(field.code, ""), field.kind) for field in fields]
            rows.append((len(rows) + 1, agency, line.code, line.title, line.basis, *answers))
    keys = ("order", "agency", "code", "work", "basis", *(field.code for field in fields))
    return "works", keys, (6, 28, 10, 44, 22, *(max(14, field.width) for field in fields)), rows


KNOWN_FIELDS = frozenset(
    {"target", "output", "finish", "status", "progress", "result", "evidence", "obstacle", "proposal", "explanation"}
)
"""Fields with a heading of their own in the catalogue of words."""


def _answer(value: str, kind: FieldKind) -> Cell:
    if kind is FieldKind.NUMBER and value:
        return Decimal(value)
    if kind is FieldKind.DATE and value:
        return vietnamese.day_of(value)
    return value


def _submissions(facts: ReportFacts, texts: Texts) -> Table:
    agencies = names(facts, tuple(line.agency for line in facts.submissions))
    rows = [
        (order, name, line.sent_at or "", standing_words(texts, line), line.late_days or "", line.receipt)
        for order, (name, line) in enumerate(zip(agencies, facts.submissions, strict=True), start=1)
    ]
    keys = ("order", "agency", "sent_at", "standing", "late_days", "receipt")
    return "submissions", keys, (6, 40, 18, 22, 12, 14), rows


def _obstacles(facts: ReportFacts, texts: Texts) -> Table:
    rows = [
        (order, one.agency, one.subject, one.obstacle, one.cause, one.proposal, one.resolver, one.standing)
        for order, one in enumerate(obstacles(facts, texts), start=1)
    ]
    keys = ("order", "agency", "subject", "obstacle", "cause", "proposal", "resolver", "standing")
    return "obstacles", keys, (6, 30, 44, 40, 34, 40, 20, 20), rows


def source_cells(facts: ReportFacts, _texts: Texts) -> Table:
    """One row a cell that went into a figure, in the order of the figures; :data:`MOST_LISTED` at most."""
    first = frozenset(_first_cells(facts).values())
    rows = [
        (
            at + 1,
            Link(one.figure) if at in first else one.figure,
            one.agency_name,
            one.submission,
            one.sheet,
            one.cell,
            one.raw,
            one.value,
        )
        for at, one in enumerate(listed(facts))
    ]
    keys = ("order", "figure_id", "agency", "submission", "sheet", "cell", "raw", "read_as")
    return "sources", keys, (8, 42, 34, 42, 16, 10, 24, 24), rows


def _first_cells(facts: ReportFacts) -> dict[str, int]:
    """The place of each figure's first cell in the list of source cells, counted from 0."""
    first: dict[str, int] = {}
    for at, one in enumerate(listed(facts)):
        first.setdefault(one.figure, at)
    return first


def link_sources(formats: Formats, facts: ReportFacts, figures: "Worksheet", sources: "Worksheet") -> None:
    """A figure's code leads to its first source cell, and that one leads back."""
    first = _first_cells(facts)
    for row, figure in enumerate(facts.figures, start=TOP + 1):
        if figure.id in first:
            there = TOP + 1 + first[figure.id]
            figures.write_url(row, CODES, f"internal:'{sources.get_name()}'!B{there + 1}", formats.link, figure.id)
            sources.write_url(there, CODES, f"internal:'{figures.get_name()}'!B{row + 1}", formats.link, figure.id)


def _source(workbook: "Workbook", facts: ReportFacts, texts: Texts, title: str, formats: Formats) -> Rows:
    """Which edition this is and exactly which files it is made of."""
    edition = facts.edition
    sheet = _sheet(workbook, texts.say("document.sheet.source"), title, formats)
    for row, (key, value) in enumerate(
        (
            ("edition", edition.id),
            ("kind", texts.say(f"edition_kind.{edition.kind}")),
            ("frozen_at", vietnamese.moment_with_zone(edition.frozen_at)),
            ("sha256", edition.sha256),
            ("dataset", edition.dataset_sha256),
            *((("programme", facts.programme_version),) if facts.programme_version else ()),
        ),
        start=2,
    ):
        sheet.write_string(row, 0, texts.say(f"document.source.{key}"), formats.heading)
        sheet.write_string(row, 1, value, formats.text)
    sheet.write_string(8, 0, texts.say("document.source.members"), formats.title)
    agencies = names(facts, tuple(member.agency for member in edition.members))
    rows = [
        (name, member.submission, member.sha256, texts.say("document.yes" if member.late else "document.no"))
        for name, member in zip(agencies, edition.members, strict=True)
    ]
    headings = [texts.say(f"document.column.{key}") for key in ("agency", "submission", "sha256", "late")]
    return _table(sheet, formats, 9, headings, (34, 70, 70, 10), rows)
