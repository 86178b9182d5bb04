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
from typing import NamedTuple

from plancycle.domain.events import canonical_json
from plancycle.domain.periods import Period


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
    held: tuple[str, ...] = ()
    """Those whose report is there but does not count by the programme's rule (late, or not reviewed)."""
    carried_forward: tuple[str, ...] = ()
    """Missing ones that stand in a figure with a value of their own from before."""
    estimated: tuple[str, ...] = ()
    """Missing ones that stand in a figure with an estimate."""


class Origin(StrEnum):
    """Where a value comes from."""

    REPORTED = "reported"
    EARLIER = "earlier"
    """From a check-in of a body that ended inside the year."""
    CARRIED_FORWARD = "carried_forward"
    ESTIMATED = "estimated"


class FigureRow(NamedTuple):
    """One numeric entry on its way into a figure, as a scaled integer of 10^-precision units.

    A named tuple because a national round makes a quarter of a million of them.
    """

    figure: str
    agency: str
    scaled: int
    precision: int
    weight: int = 1
    """How often it counts (weighted mean), or what it is divided by (ratio)."""
    origin: Origin = Origin.REPORTED


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in a figure for one missing agency, and the submissions it was taken from (none: a median)."""

    agency: str
    origin: Origin
    value: str
    submissions: tuple[str, ...] = ()


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
    filled: tuple[Filled, ...] = ()
    """What stands in it for agencies that sent nothing."""

    def count(self, origin: Origin) -> int:
        """How many missing agencies stand in it with a value of that origin; one with its predecessors' is one."""
        return len({one.agency for one in self.filled if one.origin is origin})


@dataclass(frozen=True, slots=True)
class SourceCell:
    """Where part of a figure comes from. An estimate without a cell of its own has no submission."""

    agency: str
    submission: str
    sha256: str
    sheet: str
    cell: str
    raw: str
    value: str | None
    origin: Origin = Origin.REPORTED


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
    narrative: tuple[tuple[str, int], ...] = ()
    """Passages as people edited them: id and version."""

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
    narrative: Sequence[tuple[str, int]] = (),
) -> str:
    """The canonical text of an edition: no clock, no number, so the same inputs give the same hash."""
    return canonical_json(
        {
            "schema": "plancycle-edition/1",
            "cycle": cycle,
            "period": str(period),
            "kind": str(kind),
            "members": [_member(one) for one in sorted(members, key=lambda member: member.agency)],
            "coverage": _described(coverage),
            "figures": [_told(figure) for figure in figures],
            "dataset": dataset_sha256,
            **({"narrative": [list(one) for one in narrative]} if narrative else {}),
        }
    )


def _member(one: Member) -> dict[str, object]:
    return {"agency": one.agency, "submission": one.submission, "sha256": one.sha256, "late": one.late}


def _told(figure: Figure) -> dict[str, object]:
    """A figure; what stands in for missing agencies is said where there is any."""
    told = {"id": figure.id, "value": str(figure.value), "unit": figure.unit, "n": figure.contributors}
    return {**told, "filled": [asdict(one) for one in figure.filled]} if figure.filled else told


def _described(coverage: Coverage) -> dict[str, object]:
    """The coverage; what does not occur is left out, so that editions keep the hash they had before it could."""
    rare = ("elsewhere", "excused", "carried", "held", "carried_forward", "estimated")
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

    @property
    def ending(self) -> str:
        """What opens it: ``pdf``, ``docx``, ``xlsx``."""
        return self.kind.rpartition(".")[2]

    @property
    def is_annex_part(self) -> bool:
        """Whether it is a part of one of the report's annexes, in a file of its own."""
        return self.kind.startswith(ANNEX)

    @property
    def meant_for(self) -> str:
        """The ministry whose extract this is; empty for the report and its annexes, which everybody gets."""
        return "" if self.is_annex_part else self.kind.rpartition(".")[0]


ANNEX = "annex/"
"""What the kind of an annex part begins with; no body has an id with a slash."""


def annex_kind(numeral: str, at: int, ending: str) -> str:
    """The kind of an annex part: ``annex/III-001.pdf``; parts counted from 1."""
    return f"{ANNEX}{numeral}-{at:03d}.{ending}"


def bundle_sha256(edition_sha256: str, files: Sequence[DocumentFile]) -> str:
    """What an approver approves: the edition and every rendered file, by hash."""
    listed = sorted((file.kind, file.file_name, file.sha256) for file in files)
    return digest(canonical_json({"edition": edition_sha256, "files": listed}))
