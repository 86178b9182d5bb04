"""Figures are added up exactly: pandas against an independent recomputation with decimals."""

from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plancycle.adapters.frames import INT64_MAX, Frames
from plancycle.domain.consolidation import FigureRow, Origin
from plancycle.domain.forms import Aggregation

SCALES = {"documents": 0, "budget": 1, "index": 2}
FIGURE_ROWS = st.builds(
    lambda figure, agency, scaled, weight, origin: FigureRow(figure, agency, scaled, SCALES[figure], weight, origin),
    st.sampled_from(sorted(SCALES)),
    st.sampled_from(["so-y-te", "so-noi-vu", "huyen-dai-tu", "so-tai-chinh"]),
    st.integers(-(10**30), 10**30) | st.integers(-500, 500),
    st.integers(0, 9),
    st.sampled_from([Origin.REPORTED, Origin.ESTIMATED]),
)


def rows(*scaled: int, figure: str = "documents", precision: int = 0) -> list[FigureRow]:
    return [FigureRow(figure, f"agency-{order}", value, precision) for order, value in enumerate(scaled)]


def recomputed(given_rows: list[FigureRow], rule: Aggregation) -> tuple[Decimal, int] | None:
    """The figure as a decimal, the slow way; None where there is nothing to divide by."""
    scale = given_rows[0].precision
    values = [Decimal(row.scaled).scaleb(-scale) for row in given_rows]
    agencies = len({row.agency for row in given_rows if row.origin is Origin.REPORTED})
    if rule in (Aggregation.LAST, Aggregation.NONE):
        return values[-1], agencies
    if rule is Aggregation.MAX:
        return max(values), agencies
    is_weighted = rule is Aggregation.WEIGHTED_MEAN
    weighted = [value * row.weight if is_weighted else value for value, row in zip(values, given_rows, strict=True)]
    total, weights = sum(weighted, Decimal(0)), sum(row.weight for row in given_rows)
    if rule in (Aggregation.SUM, Aggregation.COUNT):
        return total, agencies
    divisor = len(values) if rule is Aggregation.MEAN else weights
    if not divisor:
        return None
    return (total / divisor).quantize(Decimal(1).scaleb(-scale), rounding=ROUND_HALF_UP), agencies


@settings(deadline=None, max_examples=60)
@given(st.lists(FIGURE_ROWS, max_size=40), st.sampled_from(list(Aggregation)))
def test_every_figure_equals_its_recomputation_with_decimals(figure_rows: list[FigureRow], rule: Aggregation) -> None:
    added = Frames().add_up(figure_rows, dict.fromkeys(SCALES, rule))

    with localcontext(prec=120):
        expected = {
            figure: recomputed([row for row in figure_rows if row.figure == figure], rule)
            for figure in {row.figure for row in figure_rows}
        }
        expected = {figure: found for figure, found in expected.items() if found is not None}
        assert {f: (Decimal(scaled).scaleb(-SCALES[f]), n) for f, (scaled, n) in added.items()} == expected


@pytest.mark.parametrize(
    ("scaled", "rule", "expected"),
    [
        ((1, 2, 3), Aggregation.SUM, 6),
        ((0,), Aggregation.SUM, 0),
        ((1, 2), Aggregation.MEAN, 2),
        ((-1, -2), Aggregation.MEAN, -2),
        ((1, 1, 2), Aggregation.MEAN, 1),
        ((0, 0, 1), Aggregation.MEAN, 0),
        ((7, 9, 8), Aggregation.LAST, 8),
        ((INT64_MAX, 1), Aggregation.SUM, INT64_MAX + 1),
        ((INT64_MAX, INT64_MAX, -INT64_MAX), Aggregation.SUM, INT64_MAX),
        ((-INT64_MAX, -2), Aggregation.SUM, -INT64_MAX - 2),
        ((10**25, 10**25 + 1), Aggregation.MEAN, 10**25 + 1),
    ],
)
def test_each_rule_gives_its_figure(scaled: tuple[int, ...], rule: Aggregation, expected: int) -> None:
    assert Frames().add_up(rows(*scaled), {"documents": rule}) == {"documents": (expected, len(scaled))}


def test_results_are_python_integers_so_that_decimals_take_them() -> None:
    scaled, contributors = Frames().add_up(rows(1, 2), {"documents": Aggregation.SUM})["documents"]
    assert (type(scaled), type(contributors)) == (int, int)


def test_an_agency_with_several_rows_is_one_contributor() -> None:
    both = [FigureRow("works.progress", "so-y-te", value, 1) for value in (500, 1000)]
    assert Frames().add_up(both, {"works.progress": Aggregation.MEAN}) == {"works.progress": (750, 1)}


@pytest.mark.parametrize(
    ("values", "rule", "expected"),
    [
        ([(10, 1), (40, 3)], Aggregation.WEIGHTED_MEAN, 33),  # (10 + 120) / 4 = 32,5
        ([(10, 0), (40, 0)], Aggregation.WEIGHTED_MEAN, None),
        ([(1, 3), (1, 3)], Aggregation.RATIO, 0),  # 2/6
        ([(300, 2), (100, 1)], Aggregation.RATIO, 133),
        ([(1, 0)], Aggregation.RATIO, None),
        ([(-5, 1), (-7, 1)], Aggregation.MAX, -5),
    ],
)
def test_rules_with_weights_give(values: list[tuple[int, int]], rule: Aggregation, expected: int | None) -> None:
    given_rows = [FigureRow("documents", f"agency-{at}", value, 0, weight) for at, (value, weight) in enumerate(values)]
    found = Frames().add_up(given_rows, {"documents": rule})
    assert found == ({} if expected is None else {"documents": (expected, len(values))})


def test_what_stands_in_for_a_missing_agency_counts_in_the_sum_and_not_among_those_that_reported() -> None:
    both = [FigureRow("documents", "a", 1, 0), FigureRow("documents", "b", 2, 0, origin=Origin.ESTIMATED)]
    assert Frames().add_up(both, {"documents": Aggregation.SUM}) == {"documents": (3, 1)}


def test_nothing_in_gives_nothing_out() -> None:
    assert Frames().add_up([], {"documents": Aggregation.SUM}) == {}


def test_figures_keep_the_order_of_their_first_row() -> None:
    mixed = [*rows(1, figure="z"), *rows(2, figure="a")]
    assert list(Frames().add_up(mixed, dict.fromkeys("az", Aggregation.SUM))) == ["z", "a"]


def test_rows_of_different_scale_are_refused() -> None:
    mixed = [*rows(1, precision=0), *rows(1, precision=1)]
    with pytest.raises(ValueError, match="different scale"):
        Frames().add_up(mixed, {"documents": Aggregation.SUM})


def test_a_figure_without_a_rule_is_refused() -> None:
    with pytest.raises(KeyError):
        Frames().add_up(rows(1), {})
