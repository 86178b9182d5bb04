"""Consolidation: the fold of accepted submissions into one edition, with who is in it and who is not.

The adding up itself is done on scaled integers by :mod:`plancycle.adapters.frames`; the rules and the manifest,
whose SHA-256 is what gets approved, are here.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from plancycle.domain.events import canonical_json
from plancycle.domain.forms import Aggregation, FieldKind, FormField, Indicator, RowSource
from plancycle.domain.numbers import to_scaled
from plancycle.domain.periods import Period
from plancycle.domain.programme import Programme


class EditionKind(StrEnum):
    """``provisional``: current at any moment. ``final``: frozen for approval."""

    PROVISIONAL = "provisional"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Member:
    """One submission in an edition: exactly which version, and whether it was late."""

    agency: str
    submission: str
    sha256: str
    late: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """Who is in, who is late, who is missing: agency ids in roster order."""

    expected: tuple[str, ...]
    included: tuple[str, ...]
    late: tuple[str, ...]
    missing: tuple[str, ...]
    elsewhere: tuple[str, ...] = ()
    """Those whose report went by another channel: neither included nor missing."""
    excused: tuple[str, ...] = ()
    """Those who sent after the date everybody has, within their own extension: included, not late."""
    carried: tuple[str, ...] = ()
    """Submissions of earlier periods, of bodies that ended and that no single successor reports for."""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One numeric entry on its way into a figure, as a scaled integer of 10^-precision units."""

    figure: str
    agency: str
    scaled: int
    precision: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One consolidated figure. ``contributors`` is how many submissions gave a value."""

    id: str
    label: str
    unit: str
    value: Decimal
    precision: int
    aggregation: str
    contributors: int


@dataclass(frozen=True, slots=True)
class SourceCell:
    """Where part of a figure comes from."""

    agency: str
    submission: str
    sha256: str
    sheet: str
    cell: str
    raw: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Edition:
    """One consolidated result. Its id counts up within the period; ``sha256`` is the manifest's."""

    cycle: str
    period: Period
    number: int
    kind: EditionKind
    frozen_at: datetime
    members: tuple[Member, ...]
    coverage: Coverage
    figures: tuple[Figure, ...]
    dataset_sha256: str
    sha256: str

    @property
    def id(self) -> str:
        """Stable id: ``tn-nq94-2025/annual/e3``."""
        return f"{self.cycle}/{self.period}/e{self.number}"


def manifest(
    cycle: str,
    period: Period,
    kind: EditionKind,
    members: Sequence[Member],
    coverage: Coverage,
    figures: Sequence[Figure],
    dataset_sha256: str,
) -> str:
    """The canonical text of an edition: no clock, no number, so the same inputs give the same hash."""
    return canonical_json(
        {
            "schema": "plancycle-edition/1",
            "cycle": cycle,
            "period": str(period),
            "kind": str(kind),
            "members": [asdict(member) for member in sorted(members, key=lambda member: member.agency)],
            "coverage": _described(coverage),
            "figures": [{"id": f.id, "value": str(f.value), "unit": f.unit, "n": f.contributors} for f in figures],
            "dataset": dataset_sha256,
        }
    )


def _described(coverage: Coverage) -> dict[str, object]:
    """The coverage; what does not occur is left out, so that editions keep the hash they had before it could."""
    rare = ("elsewhere", "excused", "carried")
    return {name: value for name, value in asdict(coverage).items() if value or name not in rare}


def digest(text: str) -> str:
    """SHA-256 of UTF-8 text, as hex."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """A rendered file of an edition; its bytes are in the file store under ``sha256``."""

    edition: str
    kind: str
    file_name: str
    sha256: str
    size: int


def bundle_sha256(edition_sha256: str, files: Sequence[DocumentFile]) -> str:
    """What an approver approves: the edition and every rendered file, by hash."""
    listed = sorted((file.kind, file.file_name, file.sha256) for file in files)
    return digest(canonical_json({"edition": edition_sha256, "files": listed}))


@dataclass(frozen=True, slots=True)
class FigureRule:
    """How one consolidated figure is made: which entries it takes and how they become one.

    ``row`` None takes the field from every row; ``match`` counts the entries with that very value.
    """

    suffix: str
    label: str
    unit: str
    precision: int
    aggregation: Aggregation
    field: str
    row: str | None = None
    match: str | None = None

    def scaled(self, value: str) -> int:
        """What one entry adds, as a scaled integer: a count adds 1."""
        return 1 if self.match is not None else to_scaled(Decimal(value), self.precision)

    def takes(self, row: str, field: str, value: str) -> bool:
        """Whether an entry belongs to this figure."""
        return field == self.field and self.row in (None, row) and self.match in (None, value)


def figure_rules(programme: Programme, period: Period) -> tuple[FigureRule, ...]:
    """Every figure of a period, in the form's order: indicators, then counts by choice, then means."""
    rules: list[FigureRule] = []
    for sheet in programme.form.sheets:
        asked = [field for field in sheet.fields if period in field.periods]
        if sheet.source is RowSource.FIGURES:
            indicators = (*programme.form.figures, *programme.indicators)
            rules += [_indicator_rule(one, field) for one in indicators for field in asked if _is_number(field)]
        if sheet.source is RowSource.ASSIGNMENTS:
            for field in asked:
                rules += _work_rules(sheet.code, field)
    return tuple(rules)


def _is_number(field: FormField) -> bool:
    return field.kind is FieldKind.NUMBER


def _indicator_rule(one: Indicator, field: FormField) -> FigureRule:
    suffix = f"{one.id}.{field.code}"
    return FigureRule(suffix, one.name, one.unit, one.precision, one.aggregation, field.code, row=one.id)


def _work_rules(sheet: str, field: FormField) -> list[FigureRule]:
    if _is_number(field):
        suffix = f"{sheet}.{field.code}"
        return [FigureRule(suffix, field.label, "", field.precision, Aggregation.MEAN, field.code)]
    return [
        FigureRule(f"{sheet}.{field.code}.{number}", choice, "", 0, Aggregation.SUM, field.code, match=choice)
        for number, choice in enumerate(field.choices, start=1)
    ]
