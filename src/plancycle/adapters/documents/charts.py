"""Small bar charts as SVG from a template; the numbers also stand in the text beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

from plancycle.adapters.documents.text import environment

LABEL_WIDTH, BAR_WIDTH, ROW_HEIGHT = 110, 300, 22
COLOURS = {"on_time": "#1b5e20", "late": "#b26a00", "missing": "#b71c1c"}
"""Dark enough on white to be told apart in grey print; the label says it in words as well."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, its count, and what it stands for (a key of :data:`COLOURS`)."""

    label: str
    count: int
    meaning: str


def bars(title: str, values: Sequence[Bar]) -> str:
    """Horizontal bars as an SVG document. Lengths are whole points: no float formatting, the same bytes anywhere."""
    most = max((bar.count for bar in values), default=0) or 1
    rows = [
        {
            "label": bar.label,
            "count": bar.count,
            "length": bar.count * BAR_WIDTH // most,
            "top": order * ROW_HEIGHT,
            "colour": COLOURS[bar.meaning],
        }
        for order, bar in enumerate(values)
    ]
    size = {"width": LABEL_WIDTH + BAR_WIDTH + 40, "height": ROW_HEIGHT * len(rows), "label_width": LABEL_WIDTH}
    return environment().get_template("bars.svg.j2").render(title=title, rows=rows, **size)
