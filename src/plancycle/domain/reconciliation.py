"""What lies between two states of a period's figures: which answers, and what each did to which figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from plancycle.domain.consolidation import Figure, Member


class Shift(StrEnum):
    """What happened to one agency's answer between two states."""

    ADDED = "added"
    REPLACED = "replaced"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class MemberChange:
    """One agency's answer then and now; an empty id means none."""

    agency: str
    shift: Shift
    before: str
    after: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One figure then and now; None where it was not, or is not any more."""

    id: str
    label: str
    unit: str
    precision: int
    before: Decimal | None
    after: Decimal | None

    @property
    def delta(self) -> Decimal:
        """After less before; what is not there counts as nothing."""
        return (self.after or Decimal(0)) - (self.before or Decimal(0))


@dataclass(frozen=True, slots=True)
class Settled:
    """One agency's value of a figure that it had called an estimate: what it is now."""

    agency: str
    label: str
    unit: str
    estimated: str
    final: str
    """Empty while it still is an estimate, or is not told any more."""


def member_changes(before: Sequence[Member], after: Sequence[Member]) -> tuple[MemberChange, ...]:
    """Answers that came, were replaced, or went, in the order of ``after`` and then of ``before``."""
    old, new = {one.agency: one for one in before}, {one.agency: one for one in after}
    found = []
    for agency in dict.fromkeys([*new, *old]):
        was, now = old.get(agency), new.get(agency)
        if was is not None and now is not None and was.submission == now.submission:
            continue
        shift = Shift.ADDED if was is None else Shift.REMOVED if now is None else Shift.REPLACED
        is_late = (now or was).late  # type: ignore[union-attr]
        found.append(MemberChange(agency, shift, was.submission if was else "", now.submission if now else "", is_late))
    return tuple(found)


def figure_changes(before: Sequence[Figure], after: Sequence[Figure]) -> tuple[FigureChange, ...]:
    """Figures whose value is another, in the order of ``after`` and then of ``before``."""
    old, new = {one.id: one for one in before}, {one.id: one for one in after}
    found = []
    for name in dict.fromkeys([*new, *old]):
        was, now = old.get(name), new.get(name)
        one = now or was
        assert one is not None
        if (was.value if was else None) != (now.value if now else None):
            values = (was.value if was else None, now.value if now else None)
            found.append(FigureChange(name, one.label, one.unit, one.precision, *values))
    return tuple(found)
