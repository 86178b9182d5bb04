"""Rows to frozen values and back, in one place."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from decimal import Decimal
from functools import cache
from sys import intern
from typing import Any, TypeVar

from sqlalchemy import RowMapping

from plancycle.domain.consolidation import Coverage, Edition, EditionKind, Figure, Filled, Member, Origin
from plancycle.domain.events import canonical_json
from plancycle.domain.findings import Finding, Severity
from plancycle.domain.periods import ObligationKey, Period
from plancycle.domain.submissions import Submission, SubmissionStatus

Value = TypeVar("Value")
_PERIODS, _STATUSES = {str(one): one for one in Period}, {str(one): one for one in SubmissionStatus}
"""Looked up: a national period has thousands of rows, and the general way with each takes longer than reading it."""


def plain(value: Any) -> dict[str, Any]:
    """A flat frozen value as a row; the names are the same on both sides."""
    if isinstance(value, tuple):  # a named tuple: those there are hundreds of thousands of
        return dict(zip(value._fields, value, strict=True))  # type: ignore[attr-defined]
    return {name: getattr(value, name) for name in _names(type(value))}  # type: ignore[arg-type]


def of(kind: type[Value], row: RowMapping | Mapping[str, Any], /, **replaced: object) -> Value:
    """A flat frozen value from a row, with some fields given."""
    given = {name: row[name] for name in _names(kind) if name not in replaced}  # type: ignore[arg-type]
    return kind(**given, **replaced)


@cache
def _names(kind: type[object]) -> tuple[str, ...]:
    """The fields of a kind; asked for every row, so looked up once."""
    if issubclass(kind, tuple):
        return tuple(kind._fields)  # type: ignore[attr-defined]
    return tuple(field.name for field in fields(kind))  # type: ignore[arg-type]


def submission_row(submission: Submission) -> dict[str, Any]:
    """A submission as a row."""
    row = plain(submission)
    key: ObligationKey = row.pop("obligation")
    return {**row, "id": submission.id, "cycle": key.cycle, "period": str(key.period), "agency": key.agency}


def submission_of(row: RowMapping | Mapping[str, Any]) -> Submission:
    """A submission from its row."""
    key = ObligationKey(row["cycle"], _PERIODS[row["period"]], row["agency"])
    return Submission(
        key,
        row["version"],
        row["sha256"],
        row["file_name"],
        row["sent_at"],
        row["received_at"],
        row["is_late"],
        row["is_nil"],
        _STATUSES[row["status"]],
        row["receipt"],
        row["return_reason"],
    )


def finding_row(finding: Finding) -> dict[str, Any]:
    """A finding as a row."""
    return {**plain(finding), "severity": str(finding.severity), "params": canonical_json(finding.params)}


def finding_of(row: RowMapping) -> Finding:
    """A finding from its row."""
    # Findings from before checks were declared do not say which check, row and field they are about.
    place = {name: row[name] or "" for name in ("rule", "row", "field")}
    return of(Finding, row, severity=Severity(row["severity"]), params=json.loads(row["params"]), **place)


def edition_row(edition: Edition) -> dict[str, Any]:
    """An edition as a row; coverage and figures travel as JSON with decimals as text."""
    row = plain(edition)
    del row["members"]
    figures = [{**asdict(figure), "value": str(figure.value)} for figure in edition.figures]
    return {
        **row,
        "id": edition.id,
        "period": str(edition.period),
        "kind": str(edition.kind),
        "coverage": canonical_json(asdict(edition.coverage)),
        "figures": canonical_json(figures),
        "narrative": canonical_json([list(one) for one in edition.narrative]),
    }


def edition_of(row: RowMapping, members: tuple[Member, ...]) -> Edition:
    """An edition from its row and its members; whom it covers is told by the same texts as in every other edition."""
    coverage: Mapping[str, list[str]] = json.loads(row["coverage"])
    figures = tuple(_figure_of(figure) for figure in json.loads(row["figures"]))
    return of(
        Edition,
        row,
        period=Period(row["period"]),
        kind=EditionKind(row["kind"]),
        members=members,
        coverage=Coverage(**{name: tuple(map(intern, agencies)) for name, agencies in coverage.items()}),
        figures=figures,
        narrative=tuple((passage, version) for passage, version in json.loads(row["narrative"])),
    )


def _figure_of(told: dict[str, Any]) -> Figure:
    """A figure; those from before missing agencies could be filled in have nothing of the kind."""
    filled = tuple(
        Filled(one["agency"], Origin(one["origin"]), one["value"], tuple(one["submissions"]))
        for one in told.get("filled", ())
    )
    return Figure(**{**told, "value": Decimal(told["value"]), "filled": filled})
