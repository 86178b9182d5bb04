"""Annex II of a report: its figures beside their goals and what they were before."""

from collections.abc import Mapping

from plancycle.adapters import vietnamese
from plancycle.adapters.documents.figures import label_of, subject_of
from plancycle.adapters.documents.paper import Annex
from plancycle.adapters.documents.report_charts import through_periods
from plancycle.adapters.documents.tables import Layout, annex
from plancycle.domain import numbers
from plancycle.domain.consolidation import Figure, Origin
from plancycle.domain.figure_rules import FigureRule, figure_rules
from plancycle.domain.forms import Missing
from plancycle.domain.periods import Period
from plancycle.services.ports import Texts
from plancycle.services.report_contents import ReportFacts

FIGURES: Layout = (
    ("order", 10, "center"),
    ("figure", 46, "left"),
    ("unit", 19, "center"),
    ("last_year", 20, "right"),
    ("goal", 20, "right"),
    ("value", 20, "right"),
    ("against_goal", 13, "right"),
    ("contributors", 17, "center"),
)
WITH_PERIOD_BEFORE: Layout = (
    ("order", 10, "center"),
    ("figure", 36, "left"),
    ("unit", 16, "center"),
    ("last_year", 19, "right"),
    ("period_before", 19, "right"),
    ("goal", 19, "right"),
    ("value", 19, "right"),
    ("against_goal", 12, "right"),
    ("contributors", 15, "center"),
)
GOAL = "goal"


def figures_annex(facts: ReportFacts, texts: Texts, reference: str) -> Annex:
    """Annex II: every figure against its goal, the same period last year and the period before, where known."""
    a_year_ago, goals = last_year_of(facts), goals_of(facts)
    before, rows = period_before_of(facts), []
    for order, figure in enumerate(facts.figures, start=1):
        goal = goals.get(subject_of(figure)) if facts.edition.period is not Period.PLAN else None
        rows.append(
            (
                str(order),
                label_of(facts, figure),
                figure.unit,
                figure_written(a_year_ago.get(suffix_of(figure))),
                *([figure_written(before.get(suffix_of(figure)))] if before else []),
                figure_written(goal),
                figure_written(figure),
                against(figure, goal),
                contributors_of(facts, texts, figure),
            )
        )
    source = texts.say("document.source", edition=facts.edition.id, sha256=facts.edition.sha256)
    said = (*filling_rules(facts, texts), source, facts.programme_version, facts.audit_point)
    note = " ".join(text for text in said if text)
    title = "goals" if facts.edition.period is Period.PLAN else "figures"
    chart = through_periods(facts, texts)
    layout = WITH_PERIOD_BEFORE if before else FIGURES
    return annex(texts, "II", title, layout, rows, reference, note=note, charts=(chart,) if chart else ())


def contributors_of(facts: ReportFacts, texts: Texts, figure: Figure) -> str:
    """How many agencies reported a value, how many of them an estimate, what stands in for others: ``118/120; …``."""
    counts = [f"{figure.contributors}/{len(facts.edition.coverage.expected)}"]
    if declared := len(facts.declared_estimates.get(suffix_of(figure), ())):
        counts.append(texts.say("document.declared_estimates", count=declared))
    for origin in (Origin.ESTIMATED, Origin.CARRIED_FORWARD):
        if figure.count(origin):
            counts.append(texts.say(f"document.filled.{origin}", count=figure.count(origin)))
    return "; ".join(counts)


def filling_rules(facts: ReportFacts, texts: Texts) -> list[str]:
    """By which declared rule values stand in for missing agencies, each rule once."""
    rules = {f"{facts.edition.cycle}/{facts.edition.period}/{one.suffix}": one for one in _rules(facts)}
    used = [rules[figure.id] for figure in facts.figures if figure.filled and figure.id in rules]
    keys = [one.missing if one.missing is Missing.CARRY_FORWARD else one.estimate for one in used]
    return [texts.say(f"document.filling.{key}") for key in dict.fromkeys(keys)]


def _rules(facts: ReportFacts) -> tuple[FigureRule, ...]:
    return figure_rules(facts.programme, facts.edition.period)


def suffix_of(figure: Figure) -> str:
    """What a figure is, whatever the year and period: ``inspections.value``."""
    return figure.id.split("/", 2)[2]


def last_year_of(facts: ReportFacts) -> Mapping[str, Figure]:
    """The same period's figures a year before, by what they are."""
    return {suffix_of(figure): figure for figure in facts.last_year}


def period_before_of(facts: ReportFacts) -> Mapping[str, Figure]:
    """The figures of the check-in before, by what they are; none in the first one and in a plan."""
    earlier = [one for one in facts.periods if one.period not in (Period.PLAN, facts.edition.period)]
    return {suffix_of(figure): figure for figure in earlier[-1].figures} if earlier else {}


def goals_of(facts: ReportFacts) -> Mapping[str, Figure]:
    """The goals the year's plan has set, by indicator."""
    planned = (one.figures for one in facts.periods if one.period is Period.PLAN)
    return {subject_of(figure): figure for figures in planned for figure in figures if suffix_of(figure).endswith(GOAL)}


def figure_written(figure: Figure | None) -> str:
    """A figure's value as people write it; empty when there is none."""
    return vietnamese.number(figure.value, figure.precision) if figure else ""


def against(figure: Figure, goal: Figure | None) -> str:
    """A figure in per cent of its goal, one decimal; empty without a goal to compare with."""
    if goal is None or goal.value == 0 or not suffix_of(figure).endswith(".value"):
        return ""
    return vietnamese.number(numbers.rounded(figure.value * 100 / goal.value, 1), 1)
