"""The annexes of a report: work, figures, who submitted, obstacles and proposals. The same tables fill the workbook."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from plancycle.adapters import vietnamese
from plancycle.adapters.documents.figures import by_agency, label_of, subject_of
from plancycle.adapters.documents.obstacles import obstacles
from plancycle.adapters.documents.paper import Annex
from plancycle.adapters.documents.report_charts import progress, through_periods, timeliness, timeliness_counts
from plancycle.adapters.documents.tables import ROMAN, Layout, annex
from plancycle.adapters.documents.text import names
from plancycle.domain import numbers
from plancycle.domain.consolidation import Figure, Origin
from plancycle.domain.figure_rules import FigureRule, figure_rules
from plancycle.domain.forms import Missing
from plancycle.domain.periods import Period
from plancycle.domain.programme import AssignedWork
from plancycle.services.ports import Texts
from plancycle.services.report_contents import ReportFacts, SubmissionLine, WorkLine

WORKS: Layout = (
    ("order", 9, "center"),
    ("work", 50, "left"),
    ("coordinates", 24, "left"),
    ("basis", 23, "left"),
    ("finish", 18, "left"),
    ("result", 47, "left"),
    ("status", 18, "center"),
    ("progress", 13, "right"),
    ("obstacle", 25, "left"),
    ("proposal", 25, "left"),
)
PLANNED: Layout = (
    ("order", 10, "center"),
    ("work", 70, "left"),
    ("basis", 34, "left"),
    ("target", 66, "left"),
    ("output", 48, "left"),
    ("finish", 24, "center"),
)
FIGURES: Layout = (
    ("order", 10, "center"),
    ("figure", 49, "left"),
    ("unit", 19, "center"),
    ("last_year", 20, "right"),
    ("goal", 20, "right"),
    ("value", 20, "right"),
    ("against_goal", 13, "right"),
    ("contributors", 14, "center"),
)
SUBMISSIONS: Layout = (
    ("order", 10, "center"),
    ("agency", 46, "left"),
    ("sent_at", 36, "center"),
    ("standing", 34, "left"),
    ("late_days", 16, "center"),
    ("receipt", 23, "center"),
)
OBSTACLES: Layout = (
    ("order", 9, "center"),
    ("agency", 34, "left"),
    ("subject", 44, "left"),
    ("obstacle", 46, "left"),
    ("cause", 35, "left"),
    ("proposal", 44, "left"),
    ("resolver", 20, "left"),
    ("standing", 20, "left"),
)
EXPLANATIONS: Layout = (
    ("order", 10, "center"),
    ("agency", 42, "left"),
    ("figure", 82, "left"),
    ("value", 24, "right"),
    ("explanation", 94, "left"),
)
GOAL = "goal"


def annexes(facts: ReportFacts, texts: Texts, code: str, body: str) -> tuple[Annex, ...]:
    """All annexes of a period. ``code`` and ``body`` go into the reference line under each title."""
    reference = ""
    if facts.number > 0:
        day = vietnamese.official_day(facts.signed_on)
        reference = texts.say("document.annex.reference", code=code, day=day, body=body)
    found = [_works(facts, texts, reference), _figures(facts, texts, reference), _submissions(facts, texts, reference)]
    if facts.edition.period is not Period.PLAN:
        found.append(_obstacles(facts, texts, reference))
    if facts.explanations:
        found.append(_explanations(facts, texts, reference, ROMAN[len(found)]))
    return tuple(found)


def _works(facts: ReportFacts, texts: Texts, reference: str) -> Annex:
    is_plan = facts.edition.period is Period.PLAN
    works = {work.id: work for work in facts.programme.works}
    rows: list[tuple[str, ...]] = []
    for agency, lines in by_agency(facts).items():
        rows.append((agency,))
        for order, line in enumerate(lines, start=1):
            row = _planned_row if is_plan else _work_row
            rows.append((str(order), *row(facts, line, works.get(line.code))))
    layout, title = (PLANNED, "planned") if is_plan else (WORKS, "works")
    chart = progress(facts, texts)
    return annex(texts, "I", title, layout, rows, reference, charts=(chart,) if chart else ())


def _work_row(facts: ReportFacts, line: WorkLine, work: AssignedWork | None) -> tuple[str, ...]:
    answer = line.answers.get
    return (
        line.title,
        "; ".join(work.coordinates_with) if work else "",
        line.basis,
        deadline_words(facts, work),
        "\n".join(text for text in (answer("result"), answer("evidence")) if text),
        answer("status", ""),
        number_written(answer("progress", "")),
        answer("obstacle", ""),
        answer("proposal", ""),
    )


def _planned_row(_facts: ReportFacts, line: WorkLine, _work: AssignedWork | None) -> tuple[str, ...]:
    answer = line.answers.get
    return (
        line.title,
        line.basis,
        answer("target", ""),
        answer("output", ""),
        vietnamese.day_of(answer("finish", "")),
    )


def deadline_words(facts: ReportFacts, work: AssignedWork | None) -> str:
    """The deadline in the plan's own words; empty where the plan gives none."""
    if work is None or work.deadline is None:
        return ""
    return next((one.text or "" for one in facts.programme.deadlines if one.id == work.deadline), "")


def number_written(value: str) -> str:
    """A canonical number (``62.5``) as people write it (``62,5``)."""
    return vietnamese.number(Decimal(value)) if value else ""


def _figures(facts: ReportFacts, texts: Texts, reference: str) -> Annex:
    expected, before, goals = len(facts.edition.coverage.expected), last_year_of(facts), goals_of(facts)
    rows = []
    for order, figure in enumerate(facts.figures, start=1):
        goal = goals.get(subject_of(figure)) if facts.edition.period is not Period.PLAN else None
        rows.append(
            (
                str(order),
                label_of(facts, figure),
                figure.unit,
                figure_written(before.get(suffix_of(figure))),
                figure_written(goal),
                figure_written(figure),
                against(figure, goal),
                contributors_of(texts, figure, expected),
            )
        )
    source = texts.say("document.source", edition=facts.edition.id, sha256=facts.edition.sha256)
    said = (*filling_rules(facts, texts), source, facts.programme_version, facts.audit_point)
    note = " ".join(text for text in said if text)
    title = "goals" if facts.edition.period is Period.PLAN else "figures"
    chart = through_periods(facts, texts)
    return annex(texts, "II", title, FIGURES, rows, reference, note=note, charts=(chart,) if chart else ())


def contributors_of(texts: Texts, figure: Figure, expected: int) -> str:
    """How many agencies reported a value, and what stands in for others: ``118/120; 2 ước tính``."""
    counts = [f"{figure.contributors}/{expected}"]
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


def _submissions(facts: ReportFacts, texts: Texts, reference: str) -> Annex:
    lines = list(zip(names(facts, tuple(line.agency for line in facts.submissions)), facts.submissions, strict=True))
    rows = [(str(order), *_submission_row(texts, name, line)) for order, (name, line) in enumerate(lines, start=1)]
    on_time, excused, late, missing = timeliness_counts(facts.submissions)
    counts: dict[str, Any] = {"on_time": on_time, "late": late, "missing": missing, "total": len(rows)}
    if excused:
        note = texts.say("document.timeliness_excused", excused=excused, **counts)
    else:
        note = texts.say("document.timeliness", **counts)
    charts = (timeliness(facts, texts),)
    return annex(texts, "III", "submissions", SUBMISSIONS, rows, reference, note=note, charts=charts)


def _submission_row(texts: Texts, name: str, line: SubmissionLine) -> tuple[str, ...]:
    return (
        name,
        vietnamese.moment(line.sent_at) if line.sent_at else "",
        standing_words(texts, line),
        str(line.late_days) if line.late_days else "",
        line.receipt,
    )


def standing_words(texts: Texts, line: SubmissionLine) -> str:
    """Where a report stands; of a new reporter with the day its figures begin."""
    standing = texts.say(f"status.{line.status}")
    if line.joined_on is None:
        return standing
    return texts.say("partial_year.standing", standing=standing, day=f"{line.joined_on:%d/%m/%Y}")


def _obstacles(facts: ReportFacts, texts: Texts, reference: str) -> Annex:
    rows = [
        (str(order), one.agency, one.subject, one.obstacle, one.cause, one.proposal, one.resolver, one.standing)
        for order, one in enumerate(obstacles(facts, texts), start=1)
    ]
    return annex(texts, "IV", "obstacles", OBSTACLES, rows, reference)


def _explanations(facts: ReportFacts, texts: Texts, reference: str, number: str) -> Annex:
    rows = [
        (str(order), one.agency, one.question, one.typed, one.text)
        for order, one in enumerate(facts.explanations, start=1)
    ]
    return annex(texts, number, "explanations", EXPLANATIONS, rows, reference)
