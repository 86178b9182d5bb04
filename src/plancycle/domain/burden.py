"""What agencies are asked: how many cells and works, which figures twice, how long an answer took."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from plancycle.domain.forms import Form
from plancycle.domain.searching import folded

VALUE = "value"
"""The field of a figure's own value."""


@dataclass(frozen=True, slots=True)
class FigureAsked:
    """A figure that is asked, and whether an accepted answer has a value: the text of it, None while there is none."""

    id: str
    name: str
    unit: str
    answered: str | None = None

    @property
    def meaning(self) -> tuple[str, str]:
        """By what two figures are taken to be the same: name and unit, marks and case aside."""
        return folded(self.name), folded(self.unit)


@dataclass(frozen=True, slots=True)
class Asking:
    """What one body is asked in one period of one programme, and what became of it."""

    body: str
    programme: str
    period: str
    """``tn-nq94-2025/q1``."""
    title: str
    due_at: datetime
    cells: int
    required: int
    works: int
    figures: tuple[FigureAsked, ...]
    letters: int = 0
    opened_at: datetime | None = None
    submitted_at: datetime | None = None

    @property
    def minutes(self) -> int | None:
        """Whole minutes from the first opening to the first submission after it; None where one is not on record."""
        if self.opened_at is None or self.submitted_at is None or self.submitted_at < self.opened_at:
            return None
        return int((self.submitted_at - self.opened_at).total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class Repeat:
    """A figure that a body is asked for more than once: everywhere it is asked, and where it was answered already."""

    name: str
    unit: str
    places: tuple[str, ...]
    answered: tuple[tuple[str, str], ...]
    """Place and value."""


@dataclass(frozen=True, slots=True)
class Burden:
    """Everything one body is asked in a year."""

    body: str
    askings: tuple[Asking, ...]
    repeats: tuple[Repeat, ...]
    median_minutes: int | None

    @property
    def cells(self) -> int:
        """Cells of all periods together."""
        return sum(one.cells for one in self.askings)

    @property
    def works(self) -> int:
        """The most works it reports on in a period."""
        return max((one.works for one in self.askings), default=0)

    @property
    def letters(self) -> int:
        """Letters that were written to it."""
        return sum(one.letters for one in self.askings)


def cells_of(form: Form) -> tuple[int, int]:
    """How many cells a form has, and how many of them must be filled in."""
    cells = [field for _, _, field in form.cells()]
    return len(cells), sum(field.required for field in cells)


def burden_of(body: str, askings: Iterable[Asking]) -> Burden:
    """Add up what one body is asked, in order of the due instants."""
    mine = tuple(sorted((one for one in askings if one.body == body), key=lambda one: (one.due_at, one.period)))
    minutes = sorted(one.minutes for one in mine if one.minutes is not None)
    return Burden(body, mine, repeats_in(mine), minutes[(len(minutes) - 1) // 2] if minutes else None)


def repeats_in(askings: Sequence[Asking]) -> tuple[Repeat, ...]:
    """Figures asked by two programmes, or twice in one period; being asked again every period is no repeat."""
    asked: dict[tuple[str, str], list[tuple[Asking, FigureAsked]]] = defaultdict(list)
    for asking in askings:
        for figure in asking.figures:
            asked[figure.meaning].append((asking, figure))
    found = []
    for cases in asked.values():
        programmes = {asking.programme for asking, _ in cases}
        periods = [asking.period for asking, _ in cases]
        if len(programmes) > 1 or len(set(periods)) < len(periods):
            places = tuple(f"{asking.period} · {figure.id}" for asking, figure in cases)
            answered = [(f"{a.period} · {f.id}", f.answered) for a, f in cases if f.answered is not None]
            found.append(Repeat(cases[0][1].name, cases[0][1].unit, places, tuple(answered)))
    return tuple(found)
