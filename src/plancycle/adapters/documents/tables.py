"""Tables of annexes: which columns each has, how cells are written."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from plancycle.adapters import vietnamese
from plancycle.adapters.documents.paper import Annex, Column
from plancycle.services.document_contents import Cell
from plancycle.services.ports import Texts
from plancycle.services.report_contents import Chart

Layout = tuple[tuple[str, float, str], ...]
"""Columns of a table: message key's last part, width in mm, alignment. An upright page holds 165 mm, the other 252."""

LAYOUTS: dict[str, Layout] = {
    "addressees": (("order", 15, "center"), ("agency", 150, "left")),
    "waiting": (
        ("order", 12, "center"),
        ("agency", 62, "left"),
        ("due", 42, "left"),
        ("late_days", 17, "center"),
        ("standing", 32, "left"),
    ),
    "agency_works": (
        ("order", 10, "center"),
        ("work", 66, "left"),
        ("basis", 28, "left"),
        ("finish", 24, "left"),
        ("target", 38, "left"),
        ("output", 30, "left"),
        ("planned_finish", 20, "center"),
        ("status", 20, "center"),
        ("progress", 16, "right"),
    ),
    "agency_figures": (
        ("order", 12, "center"),
        ("figure", 77, "left"),
        ("unit", 26, "center"),
        ("goal", 25, "right"),
        ("told", 25, "right"),
    ),
    "ministry_works": (
        ("order", 10, "center"),
        ("work", 58, "left"),
        ("agency", 28, "left"),
        ("finish", 23, "left"),
        ("status", 19, "center"),
        ("progress", 14, "right"),
        ("result", 40, "left"),
        ("obstacle", 30, "left"),
        ("proposal", 30, "left"),
    ),
    "budget": (
        ("order", 12, "center"),
        ("agency", 52, "left"),
        ("content", 50, "left"),
        ("amount", 26, "right"),
        ("standing", 25, "left"),
    ),
    "commendations": (
        ("order", 12, "center"),
        ("honoured", 46, "left"),
        ("who", 18, "center"),
        ("agency", 32, "left"),
        ("form", 22, "left"),
        ("achievement", 35, "left"),
    ),
}
LANDSCAPE_FROM = 200
"""Millimetres: a table wider than an upright page lies on its side."""
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")


def written(cell: Cell) -> str:
    """A cell as people write it; what is not there stays empty."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return vietnamese.clock_and_day(cell)
    if isinstance(cell, date):
        return vietnamese.day(cell)
    if isinstance(cell, Decimal):
        return vietnamese.number(cell)
    return vietnamese.clean(str(cell))


def headings(texts: Texts, layout: Layout) -> list[str]:
    """The headings of a table."""
    return [texts.say(f"document.column.{name}") for name, _, _ in layout]


def annex(
    texts: Texts,
    numeral: str,
    title: str,
    layout: Layout,
    rows: Sequence[Sequence[Cell]],
    reference: str = "",
    *,
    note: str = "",
    charts: tuple[Chart, ...] = (),
) -> Annex:
    """A table on its own page. ``numeral`` empty: the only annex of its document carries no number."""
    labels = headings(texts, layout)
    heading = texts.say("document.annex.heading", numeral=numeral)
    return Annex(
        heading=heading.strip(),
        title=texts.say(f"document.annex.{title}"),
        reference=reference,
        columns=tuple(Column(label, width, align) for label, (_, width, align) in zip(labels, layout, strict=True)),
        rows=tuple(tuple(written(cell) for cell in row) for row in rows),
        empty=texts.say("document.annex.empty"),
        landscape=sum(width for _, width, _ in layout) > LANDSCAPE_FROM,
        note=note,
        charts=charts,
    )


def numeral(at: int, count: int) -> str:
    """Roman numbers where there are two annexes or more (Decree 30/2020/NĐ-CP, Annex I)."""
    return ROMAN[at] if count > 1 else ""
