"""The charts of a report: who sent in time, progress by part of the plan, indicators through the periods."""

from collections.abc import Sequence
from decimal import Decimal

from plancycle.adapters import vietnamese
from plancycle.adapters.documents.charts import Bar, Line, bars, lines
from plancycle.adapters.documents.figures import PROGRESS, field_of, subject_of
from plancycle.adapters.documents.text import names
from plancycle.domain import numbers
from plancycle.domain.consolidation import Figure
from plancycle.domain.obligations import ObligationStatus
from plancycle.domain.periods import Period
from plancycle.services.ports import Texts
from plancycle.services.report_contents import Chart, ChartFacts, ReportFacts, SubmissionLine

WHOLE = 1000
"""Progress is drawn in tenths of a per cent."""
VALUE = "value"


def report_charts(facts: ReportFacts | ChartFacts, texts: Texts) -> tuple[Chart, ...]:
    """Every chart there are numbers for."""
    found = (timeliness(facts, texts), progress(facts, texts), through_periods(facts, texts))
    return tuple(chart for chart in found if chart is not None)


def timeliness_counts(lines: Sequence[SubmissionLine]) -> tuple[int, int, int, int]:
    """On time, late but excused, late, and not there: whatever is none of the first three."""
    statuses = [line.status for line in lines]
    on_time = statuses.count(ObligationStatus.SUBMITTED)
    late = statuses.count(ObligationStatus.SUBMITTED_LATE)
    excused = statuses.count(ObligationStatus.SUBMITTED_EXCUSED)
    return on_time, excused, late, len(statuses) - on_time - excused - late


def timeliness(facts: ReportFacts | ChartFacts, texts: Texts) -> Chart:
    """How many sent in time, late, not at all."""
    on_time, excused, late, missing = timeliness_counts(facts.submissions)
    counted = [("on_time", on_time, "on_time"), ("excused", excused, "late"), ("late", late, "late")]
    told = [one for one in (*counted, ("missing", missing, "missing")) if one[0] != "excused" or one[1]]
    title, total = texts.say("document.chart.title"), len(facts.submissions)
    drawn = [Bar(texts.say(f"document.chart.{name}"), count, str(count), meaning) for name, count, meaning in told]
    rows = [(bar.label, bar.shown, vietnamese.share(bar.size, total)) for bar in drawn]
    return Chart(title, bars(title, drawn), _heads(texts, "standing", "units", "percent"), tuple(rows))


def progress(facts: ReportFacts | ChartFacts, texts: Texts) -> Chart | None:
    """Mean progress by the plan's parts (its entries of assigned work); None where no progress is told."""
    entries = {work.id: work.entry for work in facts.programme.works}
    told: dict[int, list[Decimal]] = {}
    for line in facts.works:
        if line.answers.get(PROGRESS) and line.code in entries:
            told.setdefault(entries[line.code], []).append(Decimal(line.answers[PROGRESS]))
    if not told:
        return None
    title = texts.say("document.chart.progress")
    rows, drawn = [], []
    for entry in sorted(told):
        mean = numbers.rounded(sum(told[entry], Decimal(0)) / len(told[entry]), 1)
        who = dict.fromkeys(line.agency for line in facts.works if entries.get(line.code) == entry)
        name, shown = part_name(facts, texts, entry, tuple(who)), vietnamese.number(mean, 1)
        rows.append((name, str(len(told[entry])), shown))
        drawn.append(Bar(name, int(mean * 10), f"{shown}%", "progress"))
    svg = bars(title, drawn, most=WHOLE, label_width=270)
    return Chart(title, svg, _heads(texts, "part", "turns", "progress"), tuple(rows))


def part_name(facts: ReportFacts | ChartFacts, texts: Texts, entry: int, who: tuple[str, ...]) -> str:
    """``2. Sở Nội vụ``: the plan's entry with the bodies that report on it now; the entry of all bodies says so."""
    if any(work.is_for_all for work in facts.programme.works if work.entry == entry):
        return texts.say("document.part.all", entry=entry)
    return texts.say("document.part.bodies", entry=entry, bodies=", ".join(names(facts, who)))


def through_periods(facts: ReportFacts | ChartFacts, texts: Texts) -> Chart | None:
    """Every figure that two periods of the year or more have a value of; None where there is none."""
    periods = [one for one in facts.periods if one.period is not Period.PLAN]
    by_period = [{subject_of(figure): figure for figure in one.figures if field_of(figure) == VALUE} for one in periods]
    known = {name: figure for figures in by_period for name, figure in figures.items()}
    wanted = [name for name in known if sum(name in figures for figures in by_period) > 1]
    if not wanted:
        return None
    title = texts.say("document.chart.periods")
    drawn = [_line(known[name], [figures.get(name) for figures in by_period]) for name in wanted]
    titles = tuple(one.title for one in periods)
    rows = tuple((known[name].label, known[name].unit, *line.shown) for name, line in zip(wanted, drawn, strict=True))
    return Chart(title, lines(title, titles, drawn), (*_heads(texts, "figure", "unit"), *titles), rows)


def _line(figure: Figure, found: Sequence[Figure | None]) -> Line:
    values = tuple(one.value if one else None for one in found)
    shown = tuple(vietnamese.number(one.value, one.precision) if one else "" for one in found)
    return Line(figure.label, values, shown)


def _heads(texts: Texts, *names: str) -> tuple[str, ...]:
    return tuple(texts.say(f"document.column.{name}") for name in names)
