"""The workbook's sheets about what agencies wrote: passages with every source, and contradictions with their cells."""

from collections.abc import Callable
from decimal import Decimal

from plancycle.adapters.documents.text import contradicted, kind_name
from plancycle.services.ports import Texts
from plancycle.services.report_contents import FigureSource, ReportFacts

Cell = str | int | Decimal
Table = tuple[str, tuple[str, ...], tuple[float, ...], list[tuple[Cell, ...]]]


MOST_LISTED = 10_000
"""Source cells in the workbook: a province has a third of it. Beyond, the report's ``.json`` has every one."""


def listed(facts: ReportFacts) -> tuple[FigureSource, ...]:
    """The source cells the workbook lists: all, or of every figure its first ones when there are too many to open."""
    if len(facts.sources) <= MOST_LISTED:
        return facts.sources
    most = max(1, MOST_LISTED // max(1, len(facts.figures)))
    counted: dict[str, int] = {}
    found = []
    for one in facts.sources:
        counted[one.figure] = counted.get(one.figure, 0) + 1
        if counted[one.figure] <= most:
            found.append(one)
    return tuple(found)


def told_tables(facts: ReportFacts) -> list[Callable[[ReportFacts, Texts], Table]]:
    """The sheets there is something for."""
    found: list[Callable[[ReportFacts, Texts], Table]] = []
    if facts.passages:
        found.append(passages)
    if facts.contradictions:
        found.append(contradictions)
    return found


def passages(facts: ReportFacts, texts: Texts) -> Table:
    """One row a source: the passage it is told in, its own words and its cell, or the record it was told by."""
    by_id = {agency: name for name, agency in facts.agency_ids.items()}
    rows: list[tuple[Cell, ...]] = []
    for one in facts.passages:
        kind = kind_name(one.kind, texts)
        for said in one.sources:
            told = (f"{one.id} v{one.version}", kind, one.group, one.addressee, one.text)
            whose = by_id.get(said.agency, said.agency)
            rows.append((len(rows) + 1, *told, whose, said.text, said.submission or said.row, said.sheet, said.cell))
    keys = ("order", "passage", "kind", "group", "addressee", "retold", "agency", "raw", "submission", "sheet", "cell")
    return "passages", keys, (6, 16, 20, 30, 22, 50, 30, 50, 36, 14, 8), rows


def contradictions(facts: ReportFacts, texts: Texts) -> Table:
    """One row a contradiction: whose, about what, the two values and their cells."""
    rows: list[tuple[Cell, ...]] = [
        (
            order,
            whose,
            one.id,
            one.title,
            texts.say(f"contradiction.{one.kind}"),
            before,
            one.now,
            "\n".join(f"{cell.submission} · {cell.sheet} · {cell.cell}" for cell in one.cells),
        )
        for order, (one, whose, before) in enumerate(contradicted(facts), start=1)
    ]
    keys = ("order", "agency", "code", "work", "contradiction", "told_before", "told_now", "cells")
    return "contradictions", keys, (6, 30, 12, 44, 40, 30, 30, 60), rows
