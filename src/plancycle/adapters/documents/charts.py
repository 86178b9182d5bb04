"""Charts as SVG from templates; the same numbers always stand in a table beside them.

Every length is a whole number: no float formatting takes part, so the same numbers give the same bytes anywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from textwrap import wrap

from plancycle.adapters.documents.templating import environment

BAR_WIDTH, ROW_HEIGHT, VALUE_WIDTH = 300, 22, 60
LINE_LABEL, LINE_WIDTH, LINE_HEIGHT, LINE_ROOM = 250, 360, 46, 14
LONGEST_LABEL = 42
TICK_LINE, TICK_GAP, LETTER_WIDTH = 15, 12, 6
"""Under the lines: a line of a period's name, what is left free between two names, a letter's width at this size."""
COLOURS = {"on_time": "#1b5e20", "late": "#b26a00", "missing": "#b71c1c", "progress": "#1f4e79"}
"""Dark enough on white to be told apart in grey print; the label says it in words as well."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, its length against the others, how its number is written, what it stands for."""

    label: str
    size: int
    shown: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator through the periods; None where a period has no value."""

    label: str
    values: tuple[Decimal | None, ...]
    shown: tuple[str, ...]


def short(label: str) -> str:
    """A label that fits beside its bar; the table has it whole."""
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1].rstrip()}…"


def bars(title: str, values: Sequence[Bar], most: int = 0, label_width: int = 110) -> str:
    """Horizontal bars. ``most`` is what the longest possible bar stands for (0: the largest value there is)."""
    longest = most or max((bar.size for bar in values), default=0) or 1
    rows = [
        {
            "label": short(bar.label),
            "shown": bar.shown,
            "length": bar.size * BAR_WIDTH // longest,
            "top": order * ROW_HEIGHT,
            "colour": COLOURS[bar.meaning],
        }
        for order, bar in enumerate(values)
    ]
    size = {
        "width": label_width + BAR_WIDTH + VALUE_WIDTH,
        "height": ROW_HEIGHT * len(rows),
        "label_width": label_width,
    }
    return environment().get_template("bars.svg.j2").render(title=title, rows=rows, **size)


def lines(title: str, periods: Sequence[str], values: Sequence[Line]) -> str:
    """One small line chart an indicator, each on its own scale: what matters is which way it goes."""
    rows = [
        {"label": short(line.label), "top": order * LINE_HEIGHT, "runs": _runs(line, order * LINE_HEIGHT)}
        for order, line in enumerate(values)
    ]
    room = (LINE_WIDTH // max(len(periods), 1) - TICK_GAP) // LETTER_WIDTH
    written = [wrap(name, max(room, 1), break_long_words=False, break_on_hyphens=False) for name in periods]
    bottom = LINE_HEIGHT * len(rows) + ROW_HEIGHT - 6
    ticks = [
        {"label": words, "left": _left(at, len(periods)), "top": bottom + TICK_LINE * down}
        for at, name in enumerate(written)
        for down, words in enumerate(name)
    ]
    size = {
        "width": LINE_LABEL + LINE_WIDTH + VALUE_WIDTH // 2,
        "height": bottom + 6 + TICK_LINE * (max(map(len, written), default=1) - 1),
        "label_width": LINE_LABEL,
        "line_height": LINE_HEIGHT,
    }
    return environment().get_template("lines.svg.j2").render(title=title, rows=rows, ticks=ticks, **size)


def _left(at: int, count: int) -> int:
    step = LINE_WIDTH // max(count, 1)
    return LINE_LABEL + step * at + step // 2


def _runs(line: Line, top: int) -> list[list[dict[str, object]]]:
    """Where each value stands, by unbroken runs: a period without a value leaves a gap in the line."""
    known = [value for value in line.values if value is not None]
    low, high = min(known), max(known)
    room = LINE_HEIGHT - LINE_ROOM - 12
    found: list[list[dict[str, object]]] = [[]]
    for at, (value, shown) in enumerate(zip(line.values, line.shown, strict=True)):
        if value is None:
            found.append([])
        else:
            rise = int((value - low) * room / (high - low)) if high > low else room // 2
            place = {"left": _left(at, len(line.values)), "top": top + LINE_HEIGHT - 8 - rise, "shown": shown}
            found[-1].append(place)
    return [run for run in found if run]
