"""What is different between two editions of a period: the figures, and whose reports they are made of."""

from dataclasses import dataclass
from decimal import Decimal

from plancycle.domain.consolidation import Edition, Figure


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure that reads differently; None where one of the editions does not have it."""

    label: str
    unit: str
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True, slots=True)
class EditionChanges:
    """What a reader of the earlier edition must look at again. Agencies are ids, in the order of the editions."""

    figures: tuple[FigureChange, ...]
    joined: tuple[str, ...]
    """Their report is new."""
    renewed: tuple[str, ...]
    """Another version of their report."""
    left: tuple[str, ...]
    """Their report was in the earlier one and no longer is."""

    @property
    def is_empty(self) -> bool:
        """Whether both say the same."""
        return not (self.figures or self.joined or self.renewed or self.left)


def changes_between_editions(before: Edition, after: Edition) -> EditionChanges:
    """Compare two editions of one period. Figures are matched by id, reports by agency."""
    old, new = ({one.agency: one.sha256 for one in edition.members} for edition in (before, after))
    return EditionChanges(
        figures=_figures(before.figures, after.figures),
        joined=tuple(agency for agency in new if agency not in old),
        renewed=tuple(agency for agency, sha256 in new.items() if agency in old and old[agency] != sha256),
        left=tuple(agency for agency in old if agency not in new),
    )


def _figures(before: tuple[Figure, ...], after: tuple[Figure, ...]) -> tuple[FigureChange, ...]:
    old, new = ({one.id: one for one in figures} for figures in (before, after))
    found = []
    for known in dict.fromkeys([*new, *old]):
        was, now = old.get(known), new.get(known)
        values = (was.value if was else None, now.value if now else None)
        if values[0] != values[1]:
            shown = now or was
            assert shown is not None
            found.append(FigureChange(shown.label, shown.unit, *values))
    return tuple(found)
