"""Exact adding up with pandas: figures travel as scaled integers, never as floats."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from plancycle.domain.consolidation import FigureRow
from plancycle.domain.forms import Aggregation

if TYPE_CHECKING:
    from pandas import DataFrame, Series

INT64_MAX = 2**63 - 1


class Frames:
    """Implements :class:`plancycle.services.ports.Frames`."""

    def add_up(self, rows: Sequence[FigureRow], rules: Mapping[str, Aggregation]) -> dict[str, tuple[int, int]]:
        """Per figure id: (scaled result, number of agencies that gave a value); figures without a row are left out.

        The result has the scale of its rows; a mean is over rows, not over agencies. Raises ValueError when the rows
        of one figure differ in scale and KeyError when a figure has no rule: both are bugs of the caller.
        """
        if not rows:
            return {}
        frame = _frame(rows)
        _check_scales(frame)
        grouped = frame.groupby("figure", sort=False)
        return {
            str(figure): (_combine(group["scaled"], rules[str(figure)]), int(group["agency"].nunique()))
            for figure, group in grouped
        }


def _frame(rows: Sequence[FigureRow]) -> "DataFrame":
    """The rows as a frame; 64-bit integers when no sum can overflow, Python's own integers otherwise."""
    import pandas as pd

    fits = sum(abs(row.scaled) for row in rows) <= INT64_MAX
    return pd.DataFrame(
        {
            "figure": pd.Series([row.figure for row in rows], dtype="object"),
            "agency": pd.Series([row.agency for row in rows], dtype="object"),
            "scaled": pd.Series([row.scaled for row in rows], dtype="int64" if fits else "object"),
            "precision": pd.Series([row.precision for row in rows], dtype="int64"),
        }
    )


def _check_scales(frame: "DataFrame") -> None:
    scales = frame.groupby("figure", sort=False)["precision"].nunique()
    if mixed := [str(figure) for figure in scales.index[scales > 1]]:
        raise ValueError(f"rows of different scale in {mixed}")


def _combine(values: "Series[int]", rule: Aggregation) -> int:
    if rule is Aggregation.LAST:
        return int(values.iloc[-1])
    total = int(values.sum())
    return total if rule is Aggregation.SUM else _half_up(total, len(values))


def _half_up(total: int, count: int) -> int:
    """The exact ratio rounded to a whole number, ties away from zero as people round."""
    magnitude = (2 * abs(total) + count) // (2 * count)
    return magnitude if total >= 0 else -magnitude
