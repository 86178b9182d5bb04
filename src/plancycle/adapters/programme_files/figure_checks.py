"""What a figure can get wrong: a rule without the figures it needs, or figures that its rule does not look at."""

from collections.abc import Iterator, Sequence

from plancycle.adapters.programme_files.schema_cycle import IndicatorEntry
from plancycle.adapters.programme_files.yaml_lines import Loc, YamlFile
from plancycle.domain.errors import Place
from plancycle.domain.forms import Aggregation, Estimate

NEEDS = {
    Aggregation.WEIGHTED_MEAN: frozenset({"weight"}),
    Aggregation.RATIO: frozenset({"numerator", "denominator"}),
}
"""What a rule needs; no other takes it."""
PARAMETERS = frozenset({"weight", "numerator", "denominator", "per"})
TAKES = {Aggregation.RATIO: frozenset({"per"})}
WITH_MEDIAN = frozenset({Aggregation.SUM, Aggregation.MEAN, Aggregation.MAX})


def figure_places(file: YamlFile, loc: Loc, entries: Sequence[IndicatorEntry]) -> Iterator[Place]:
    """The problems of every figure of a list."""
    for index, entry in enumerate(entries):
        place, rule = (*loc, index), entry.aggregation
        needed = NEEDS.get(rule, frozenset())
        given = entry.model_fields_set & PARAMETERS
        for name in sorted(needed - given):
            yield file.place((*place, "aggregation"), "programme.figure_needs", value=name, rule=rule.value)
        for name in sorted(given - needed - TAKES.get(rule, frozenset())):
            yield file.place_of_name((*place, name), "programme.figure_takes_no", value=name, rule=rule.value)
        if rule is Aggregation.COUNT:
            yield file.place((*place, "aggregation"), "programme.figure_count", value=entry.id)
        if entry.estimate is Estimate.MEDIAN and rule not in WITH_MEDIAN:
            yield file.place((*place, "estimate"), "programme.figure_median", value=entry.id, rule=rule.value)
