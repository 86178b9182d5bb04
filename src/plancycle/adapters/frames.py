"""Exact adding up with pandas: figures travel as scaled integers, never as floats."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from plancycle.domain.consolidation import FigureRow, Origin
from plancycle.domain.forms import Aggregation
from plancycle.domain.numbers import half_up

if TYPE_CHECKING:
    from numpy import ndarray
    from pandas import DataFrame

INT64_MAX = 2**63 - 1
_PLAIN = {Aggregation.SUM, Aggregation.COUNT, Aggregation.MEAN}
_PRODUCTS = (Aggregation.WEIGHTED_MEAN, Aggregation.RATIO)
Totals = dict[str, tuple[int, int]]
"""Per figure id: (scaled result, number of agencies that reported a value)."""


class Frames:
    """Implements :class:`plancycle.services.ports.Frames`."""

    def add_up(self, rows: Sequence[FigureRow], rules: Mapping[str, Aggregation]) -> Totals:
        """Per figure id: (scaled result, number of agencies that reported a value); figures without a row are left out.

        The result has the scale of its rows; a mean is over rows, not over agencies. A weighted mean or a ratio whose
        weights add up to nothing is left out, too. Raises ValueError when the rows of one figure differ in scale and
        KeyError when a figure has no rule: both are bugs of the caller.
        """
        if not rows:
            return {}
        _check_scales(rows)
        return fold(frame_of(rows), rules) if _fits(rows) else _fold_exactly(rows, rules)


def frame_of(rows: Sequence[FigureRow]) -> "DataFrame":
    """The rows as columns: figure and agency as categories in the order they come, the rest as 64-bit integers."""
    import numpy as np
    import pandas as pd

    count = len(rows)
    figures, agencies, scaled, _, weights, origins = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "figure": _categories(figures),
            "agency": _categories(agencies),
            "scaled": np.fromiter(scaled, np.int64, count),
            "weight": np.fromiter(weights, np.int64, count),
            "is_reported": np.fromiter((one is Origin.REPORTED for one in origins), np.bool_, count),
        }
    )


def _fits(rows: Sequence[FigureRow]) -> bool:
    """Whether every sum and product stays within 64 bits."""
    _, _, scaled, _, weights, _ = zip(*rows, strict=True)
    value, weight = (max(max(column), -min(column)) for column in (scaled, weights))
    if (value * weight + value + weight) * len(rows) <= INT64_MAX:
        return True
    return sum(abs(one.scaled * one.weight) + abs(one.scaled) + abs(one.weight) for one in rows) <= INT64_MAX


def _categories(names: Sequence[str]) -> object:
    import pandas as pd

    order = {name: code for code, name in enumerate(dict.fromkeys(names))}
    return pd.Categorical.from_codes([order[name] for name in names], categories=pd.Index(list(order)))


def fold(frame: "DataFrame", rules: Mapping[str, Aggregation]) -> Totals:
    """Fold the columns of :func:`frame_of`, whose sums and products all fit 64 bits."""
    figures = [str(name) for name in frame["figure"].cat.categories]
    of_figure = {figure: rules[figure] for figure in figures}
    codes = frame["figure"].cat.codes.to_numpy()
    contributors = _contributors(frame, codes, len(figures))
    results = _results(frame, codes, list(of_figure.values()))
    return {figure: (results[at], contributors[at]) for at, figure in enumerate(figures) if results[at] is not None}  # type: ignore[misc]


def _results(frame: "DataFrame", codes: "ndarray", rules: Sequence[Aggregation]) -> list[int | None]:
    """One result a figure: sums for all at once, and what else each rule asks for."""
    import numpy as np

    grouped = frame.groupby("figure", sort=False, observed=False)["scaled"]
    sums = grouped.sum().to_numpy()
    counts = np.bincount(codes, minlength=len(rules))
    special = _apart(frame, codes, counts) if set(rules) - _PLAIN else None
    found: list[int | None] = []
    for at, rule in enumerate(rules):
        total = int(sums[at])
        if rule in (Aggregation.SUM, Aggregation.COUNT):
            found.append(total)
        elif rule is Aggregation.MEAN or special is None:
            found.append(half_up(total, int(counts[at])))
        else:
            found.append(_special(rule, *special[at]))
    return found


def _apart(frame: "DataFrame", codes: "ndarray", counts: "ndarray") -> "list[tuple[ndarray, ndarray]]":
    """Values and weights of each figure, in the order of the rows: sorted once, then cut."""
    import numpy as np

    order = np.argsort(codes, kind="stable")
    cuts = np.cumsum(counts)[:-1]
    scaled, weight = (np.split(frame[name].to_numpy()[order], cuts) for name in ("scaled", "weight"))
    return list(zip(scaled, weight, strict=True))


def _special(rule: Aggregation, scaled: "ndarray", weight: "ndarray") -> int | None:
    if rule is Aggregation.MAX:
        return int(scaled.max())
    if rule in _PRODUCTS:
        divided = int((scaled * weight).sum()) if rule is Aggregation.WEIGHTED_MEAN else int(scaled.sum())
        divisor = int(weight.sum())
        return half_up(divided, divisor) if divisor else None
    return int(scaled[-1])


def _contributors(frame: "DataFrame", codes: "ndarray", figures: int) -> list[int]:
    """How many agencies reported a value, figure by figure: a table of yes and no, counted row by row."""
    import numpy as np

    agencies = len(frame["agency"].cat.categories)
    table = np.zeros(figures * agencies, np.bool_)
    place = codes.astype(np.int64) * agencies + frame["agency"].cat.codes.to_numpy()
    reported = frame["is_reported"].to_numpy()
    table[place if reported.all() else place[reported]] = True
    return [int(count) for count in table.reshape(figures, agencies).sum(axis=1)]


def _check_scales(rows: Iterable[FigureRow]) -> None:
    scales = {(row.figure, row.precision) for row in rows}
    counted = Counter(figure for figure, _ in scales)
    if mixed := {figure for figure, count in counted.items() if count > 1}:
        raise ValueError(f"rows of different scale in {sorted(mixed)}")


def _fold_exactly(rows: Sequence[FigureRow], rules: Mapping[str, Aggregation]) -> Totals:
    """The same with Python's own integers, for numbers beyond 64 bits."""
    grouped: dict[str, list[FigureRow]] = {}
    for row in rows:
        grouped.setdefault(row.figure, []).append(row)
    found = {}
    for figure, mine in grouped.items():
        result = _exactly(mine, rules[figure])
        if result is not None:
            reported = {row.agency for row in mine if row.origin is Origin.REPORTED}
            found[figure] = (result, len(reported))
    return found


def _exactly(rows: Sequence[FigureRow], rule: Aggregation) -> int | None:
    total = sum(row.scaled for row in rows)
    if rule in (Aggregation.SUM, Aggregation.COUNT):
        return total
    if rule is Aggregation.MEAN:
        return half_up(total, len(rows))
    if rule is Aggregation.MAX:
        return max(row.scaled for row in rows)
    if rule in _PRODUCTS:
        divisor = sum(row.weight for row in rows)
        divided = sum(row.scaled * row.weight for row in rows) if rule is Aggregation.WEIGHTED_MEAN else total
        return half_up(divided, divisor) if divisor else None
    return rows[-1].scaled
