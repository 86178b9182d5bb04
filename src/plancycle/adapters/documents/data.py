"""A report for programs: ``.json`` and ``.csv`` under stable codes, the same facts as on paper.

The columns and members are described in ``docs/how-to/official-documents.md``; a change of their meaning changes
:data:`SCHEMA`. Values are canonical: decimals with a point, days as 2025-12-09, moments with their offset.
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from io import BytesIO, TextIOWrapper
from itertools import islice
from json.encoder import encode_basestring as _quoted

from plancycle.adapters import vietnamese
from plancycle.adapters.documents.annex_figures import suffix_of
from plancycle.adapters.documents.figures import field_of, subject_of
from plancycle.domain.consolidation import Figure
from plancycle.domain.narrative import Said
from plancycle.services.report_contents import FigureSource, ReportFacts

SCHEMA = "plancycle-report/1"
COLUMNS = ("cycle", "period", "edition", "record", "agency", "code", "field", "value", "unit", "contributors")
"""Of the ``.csv`` and of the workbook's data sheet: one row a value."""
BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads Vietnamese letters as something else."""
LONG = ("sources", "works", "narratives", "submissions")
"""Members that a nation's report has thousands of entries in; they are written one by one."""
PIECE = 2_000
"""Entries that are written at once."""
_NEXT = ",\n"
_HERE = re.compile(f'"(?P<name>{"|".join(LONG)})": ""')
"""Where one of them stands in the rest. Quotes inside a text are written with a backslash: this is in no text."""
ACTS = ("=", "+", "-", "@", "\t", "\r")
COVERAGE = (
    "expected",
    "included",
    "late",
    "missing",
    "elsewhere",
    "excused",
    "held",
    "carried_forward",
    "estimated",
)
Row = tuple[str, ...]


def data_rows(facts: ReportFacts) -> Iterator[Row]:
    """Every value of the report: figures, the work's answers, narrative, who submitted."""
    edition = facts.edition
    place = (edition.cycle, str(edition.period), edition.id)
    for figure in facts.figures:
        told = (subject_of(figure), _field(figure), str(figure.value), figure.unit, str(figure.contributors))
        yield (*place, "figure", "", *told)
    for line in facts.works:
        for field, value in line.answers.items():
            yield (*place, "work", _id(facts, line.agency), line.code, field, value, "", "")
    for agency, row, text in facts.narratives:
        yield (*place, "narrative", _id(facts, agency), row, "value", text, "", "")
    for sent in facts.submissions:
        at = vietnamese.local(sent.sent_at).isoformat() if sent.sent_at else ""
        answers = {"status": sent.status, "sent_at": at, "late_days": str(sent.late_days), "receipt": sent.receipt}
        if sent.corrected_at:
            answers["corrected_at"] = vietnamese.local(sent.corrected_at).isoformat()
        for field, value in answers.items():
            yield (*place, "submission", _id(facts, sent.agency), "", field, value, "", "")


def _field(figure: Figure) -> str:
    """``value``; for a count of a choice ``status.3``."""
    return figure.id.rpartition("/")[2].partition(".")[2] or field_of(figure)


def _id(facts: ReportFacts, name: str) -> str:
    """An agency's stable id; facts carry names."""
    return facts.agency_ids.get(name, name)


def report_csv(facts: ReportFacts) -> bytes:
    """RFC 4180 with a byte order mark. A text that a spreadsheet would run as a formula is quoted by ``'``."""
    out = BytesIO()
    text = TextIOWrapper(out, "utf-8", newline="")
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([*map(_told_in_csv, row)] for row in data_rows(facts))
    text.flush()
    return out.getvalue()


@lru_cache(10_000)
def _told_in_csv(text: str) -> str:
    return harmless(vietnamese.clean(text))


def harmless(text: str) -> str:
    """Text as no spreadsheet takes for a formula; numbers stay as they are."""
    if not text.startswith(ACTS):
        return text
    try:
        is_number = Decimal(text).is_finite()
    except InvalidOperation:
        is_number = False
    return text if is_number else f"'{text}"


def report_json(facts: ReportFacts) -> bytes:
    """One JSON document, members in a fixed order, UTF-8. What is long is written entry by entry into the rest."""
    rest, out = json.dumps(_whole(facts), ensure_ascii=False, indent=1), BytesIO()
    by_figure: dict[str, list[FigureSource]] = {}
    for one in facts.sources:
        by_figure.setdefault(one.figure, []).append(one)
    figures, end = iter(facts.figures), 0
    for place in _HERE.finditer(rest):
        out.write(rest[end : place.start()].encode())
        if (name := place["name"]) == "sources":
            _write_list(out, name, map(_cell, by_figure.get(next(figures).id, ())), margin=" " * 3)
        else:
            _write_list(out, name, _ENTRIES[name](facts), margin=" ")
        end = place.end()
    out.write(f"{rest[end:]}\n".encode())
    return out.getvalue()


def _write_list(out: BytesIO, name: str, entries: Iterable[str], margin: str) -> None:
    """A member with its entries, as :mod:`json` writes it."""
    every = iter(entries)
    first = next(every, None)
    out.write(f'"{name}": [{"" if first is None else _NEXT[1:] + first}'.encode())
    while some := list(islice(every, PIECE)):
        out.write((_NEXT + _NEXT.join(some)).encode())
    out.write(b"]" if first is None else f"\n{margin}]".encode())


def _cell(one: FigureSource) -> str:
    return (
        f'    {{\n     "agency": {_quoted(one.agency)},\n     "submission": {_quoted(one.submission)},\n'
        f'     "sheet": {_quoted(one.sheet)},\n     "cell": {_quoted(one.cell)},\n'
        f'     "raw": {_quoted(one.raw)},\n     "value": {_quoted(one.value)}\n    }}'
    )


def _works(facts: ReportFacts) -> Iterator[str]:
    for line in facts.works:
        told = ",\n".join(f"    {_quoted(field)}: {_quoted(value)}" for field, value in line.answers.items())
        answers = f"{{\n{told}\n   }}" if told else "{}"
        agency, code = _quoted(_id(facts, line.agency)), _quoted(line.code)
        yield f'  {{\n   "agency": {agency},\n   "code": {code},\n   "answers": {answers}\n  }}'


def _narratives(facts: ReportFacts) -> Iterator[str]:
    for agency, row, text in facts.narratives:
        whose, told = _quoted(_id(facts, agency)), _quoted(vietnamese.clean(text))
        yield f'  {{\n   "agency": {whose},\n   "row": {_quoted(row)},\n   "text": {told}\n  }}'


def _submissions(facts: ReportFacts) -> Iterator[str]:
    for line in facts.submissions:
        told = {
            "agency": _id(facts, line.agency),
            "status": line.status,
            "sent_at": vietnamese.local(line.sent_at).isoformat() if line.sent_at else None,
            "corrected_at": vietnamese.local(line.corrected_at).isoformat() if line.corrected_at else None,
            "late_days": line.late_days,
            "receipt": line.receipt,
            "partial_year_from": line.joined_on.isoformat() if line.joined_on else None,
        }
        members = (f'   "{name}": {_json(value)}' for name, value in told.items())
        yield "  {\n" + ",\n".join(members) + "\n  }"


_json = json.JSONEncoder(ensure_ascii=False).encode
_ENTRIES = {"works": _works, "narratives": _narratives, "submissions": _submissions}


def _whole(facts: ReportFacts) -> dict[str, object]:
    """Every member; in place of the :data:`LONG` ones an empty text, which no text of an agency can be taken for."""
    edition = facts.edition
    return {
        "schema": SCHEMA,
        "programme": {"id": facts.programme.id, "version": facts.programme.version},
        "cycle": edition.cycle,
        "period": str(edition.period),
        "edition": {
            "id": edition.id,
            "kind": str(edition.kind),
            "frozen_at": vietnamese.local(edition.frozen_at).isoformat(),
            "sha256": edition.sha256,
            "dataset_sha256": edition.dataset_sha256,
        },
        "signed_on": facts.signed_on.isoformat(),
        "number": facts.number or None,
        "coverage": {name: list(getattr(edition.coverage, name)) for name in COVERAGE},
        "figures": _figures(facts),
        "works": "",
        "narratives": "",
        **_told(facts),
        "submissions": "",
    }


def _told(facts: ReportFacts) -> dict[str, object]:
    """The narrative passage by passage with its sources, and what does not go together."""
    return {
        "passages": [
            {
                "id": one.id,
                "version": one.version,
                "kind": one.kind,
                "group": one.group,
                "addressee": one.addressee,
                "text": vietnamese.clean(one.text),
                "sources": [_place(said) for said in one.sources],
            }
            for one in facts.passages
        ],
        "contradictions": [
            {"kind": str(one.kind), "agency": one.agency, "id": one.id, "before": one.before, "now": one.now}
            for one in facts.contradictions
        ],
    }


def _place(said: Said) -> dict[str, str]:
    """Where a text stands: a cell of a version, or a record of its own."""
    if not said.submission:
        return {"agency": said.agency, "record": said.row}
    return {"agency": said.agency, "submission": said.submission, "sheet": said.sheet, "cell": said.cell}


def _figures(facts: ReportFacts) -> list[dict[str, object]]:
    """Every figure; the cells it is made of come last."""
    return [
        {
            "id": figure.id,
            "label": figure.label,
            "value": str(figure.value),
            "unit": figure.unit,
            "precision": figure.precision,
            "aggregation": figure.aggregation,
            "contributors": figure.contributors,
            "filled": [asdict(one) for one in figure.filled],
            "declared_estimates": list(facts.declared_estimates.get(suffix_of(figure), ())),
            "sources": "",
        }
        for figure in facts.figures
    ]
