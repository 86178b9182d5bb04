"""What a programme can get wrong about a figure: each mistake told at its place, what is right told nowhere."""

from types import SimpleNamespace

import pytest

from plancycle.adapters.programme_files.figure_checks import figure_places
from plancycle.adapters.programme_files.schema_cycle import IndicatorEntry

FILE = SimpleNamespace(
    place=lambda loc, key, **params: (loc, key, params), place_of_name=lambda loc, key, **params: (loc, key, params)
)
"""Stands for a YAML file: where and what, without lines and columns."""


def mistakes(**given):
    entry = IndicatorEntry.model_validate({"id": "x", "name": "Chỉ số", "unit": "%", "precision": "0", **given})
    return [
        (loc[-1], key.rpartition(".")[2], params.get("value")) for loc, key, params in figure_places(FILE, (), [entry])
    ]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"aggregation": "sum"}, []),
        ({"aggregation": "weighted_mean", "weight": "w"}, []),
        ({"aggregation": "ratio", "numerator": "a", "denominator": "b", "per": "100"}, []),
        ({"aggregation": "weighted_mean"}, [("aggregation", "figure_needs", "weight")]),
        (
            {"aggregation": "ratio"},
            [("aggregation", "figure_needs", "denominator"), ("aggregation", "figure_needs", "numerator")],
        ),
        ({"aggregation": "sum", "weight": "w"}, [("weight", "figure_takes_no", "weight")]),
        ({"aggregation": "count"}, [("aggregation", "figure_count", "x")]),
        ({"aggregation": "last", "estimate": "median"}, [("estimate", "figure_median", "x")]),
        ({"aggregation": "max", "estimate": "median"}, []),
    ],
)
def test_a_rule_has_what_it_needs_and_nothing_it_does_not_look_at(given, expected):
    assert mistakes(**given) == expected
