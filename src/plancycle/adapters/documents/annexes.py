"""The annexes of a report: work, figures, who submitted, obstacles and proposals. The same tables fill the workbook."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from plancycle.adapters import vietnamese
from plancycle.adapters.documents.charts import Bar, bars
from plancycle.adapters.documents.figures import by_agency, label_of
from plancycle.adapters.documents.paper import Annex, Column
from plancycle.adapters.documents.text import names
from plancycle.domain.obligations import ObligationStatus
from plancycle.domain.periods import Period
from plancycle.domain.programme import AssignedWork
from plancycle.services.ports import Texts
from plancycle.services.report_contents import ReportFacts, SubmissionLine, WorkLine

Layout = tuple[tuple[str, float, str], ...]
"""Columns of a table: message key's last part, width in mm, alignment."""

WORKS: Layout = (
    ("order", 10, "center"),
    ("work", 54, "left"),
    ("basis", 25, "left"),
    ("finish", 20, "left"),
    ("result", 52, "left"),
    ("status", 19, "center"),
    ("progress", 14, "right"),
    ("obstacle", 29, "left"),
    ("proposal", 29, "left"),
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
    ("figure", 58, "left"),
    ("unit", 20, "center"),
    ("value", 24, "right"),
    ("contributors", 24, "center"),
    ("aggregation", 29, "left"),
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
    ("order", 10, "center"),
    ("agency", 42, "left"),
    ("subject", 52, "left"),
    ("obstacle", 52, "left"),
    ("cause", 42, "left"),
    ("proposal", 54, "left"),
)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One line of the annex on obstacles; ``subject`` is the piece of work, or "general"."""

    agency: str
    subject: str
    obstacle: str
    cause: str
    proposal: str


def annexes(facts: ReportFacts, texts: Texts, code: str, body: str) -> tuple[Annex, ...]:
    """All annexes of a period. ``code`` and ``body`` go into the reference line under each title."""
    reference = ""
    if facts.number > 0:
        day = vietnamese.official_day(facts.signed_on)
        reference = texts.say("document.annex.reference", code=code, day=day, body=body)
    found = [_works(facts, texts, reference), _figures(facts, texts, reference), _submissions(facts, texts, reference)]
    if facts.edition.period is not Period.PLAN:
        found.append(_obstacles(facts, texts, reference))
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
    return _annex(texts, "I", title, layout, rows, reference, landscape=True)


def _work_row(facts: ReportFacts, line: WorkLine, work: AssignedWork | None) -> tuple[str, ...]:
    answer = line.answers.get
    return (
        line.title,
        line.basis,
        _deadline(facts, work),
        "\n".join(text for text in (answer("result"), answer("evidence")) if text),
        answer("status", ""),
        written(answer("progress", "")),
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


def _deadline(facts: ReportFacts, work: AssignedWork | None) -> str:
    """The deadline in the plan's own words; empty where the plan gives none."""
    if work is None or work.deadline is None:
        return ""
    return next((one.text or "" for one in facts.programme.deadlines if one.id == work.deadline), "")


def written(value: str) -> str:
    """A canonical number (``62.5``) as people write it (``62,5``)."""
    return vietnamese.number(Decimal(value)) if value else ""


def _figures(facts: ReportFacts, texts: Texts, reference: str) -> Annex:
    expected = len(facts.edition.coverage.expected)
    rows = [
        (
            str(order),
            label_of(facts, figure),
            figure.unit,
            vietnamese.number(figure.value, figure.precision),
            f"{figure.contributors}/{expected}",
            texts.say(f"document.aggregation.{figure.aggregation}"),
        )
        for order, figure in enumerate(facts.figures, start=1)
    ]
    note = texts.say("document.source", edition=facts.edition.id, sha256=facts.edition.sha256)
    title = "goals" if facts.edition.period is Period.PLAN else "figures"
    return _annex(texts, "II", title, FIGURES, rows, reference, note=note)


def _submissions(facts: ReportFacts, texts: Texts, reference: str) -> Annex:
    lines = list(zip(names(facts, tuple(line.agency for line in facts.submissions)), facts.submissions, strict=True))
    rows = [(str(order), *_submission_row(texts, name, line)) for order, (name, line) in enumerate(lines, start=1)]
    on_time, late, missing = timeliness_counts(facts.submissions)
    note = texts.say("document.timeliness", total=len(rows), on_time=on_time, late=late, missing=missing)
    chart = bars(
        texts.say("document.chart.title"),
        [
            Bar(texts.say("document.chart.on_time"), on_time, "on_time"),
            Bar(texts.say("document.chart.late"), late, "late"),
            Bar(texts.say("document.chart.missing"), missing, "missing"),
        ],
    )
    return _annex(texts, "III", "submissions", SUBMISSIONS, rows, reference, note=note, chart=chart)


def _submission_row(texts: Texts, name: str, line: SubmissionLine) -> tuple[str, ...]:
    return (
        name,
        vietnamese.moment(line.sent_at) if line.sent_at else "",
        texts.say(f"status.{line.status}"),
        str(line.late_days) if line.late_days else "",
        line.receipt,
    )


def timeliness_counts(lines: Sequence[SubmissionLine]) -> tuple[int, int, int]:
    """On time, late, and not there: whatever is neither of the first two."""
    statuses = [line.status for line in lines]
    on_time = statuses.count(ObligationStatus.SUBMITTED)
    late = statuses.count(ObligationStatus.SUBMITTED_LATE)
    return on_time, late, len(statuses) - on_time - late


def _obstacles(facts: ReportFacts, texts: Texts, reference: str) -> Annex:
    rows = [
        (str(order), one.agency, one.subject, one.obstacle, one.cause, one.proposal)
        for order, one in enumerate(obstacles(facts, texts), start=1)
    ]
    return _annex(texts, "IV", "obstacles", OBSTACLES, rows, reference, landscape=True)


def obstacles(facts: ReportFacts, texts: Texts) -> list[Obstacle]:
    """Each agency's general obstacles (N2, cause N3, proposal N5), then those of its single works."""
    speakers = names(facts, tuple(agency for agency, _, _ in facts.narratives))
    said = {(name, row): text for name, (_, row, text) in zip(speakers, facts.narratives, strict=True)}
    works = by_agency(facts)
    found = []
    for agency in dict.fromkeys([*works, *speakers]):
        obstacle, cause, proposal = (said.get((agency, row), "") for row in ("N2", "N3", "N5"))
        if obstacle or proposal:
            found.append(Obstacle(agency, texts.say("document.general"), obstacle, cause, proposal))
        for line in works.get(agency, []):
            obstacle, proposal = line.answers.get("obstacle", ""), line.answers.get("proposal", "")
            if obstacle or proposal:
                found.append(Obstacle(agency, line.title, obstacle, "", proposal))
    return found


def headings(texts: Texts, layout: Layout) -> list[str]:
    """The headings of a table."""
    return [texts.say(f"document.column.{name}") for name, _, _ in layout]


def _annex(
    texts: Texts,
    numeral: str,
    title: str,
    layout: Layout,
    rows: Sequence[tuple[str, ...]],
    reference: str,
    *,
    landscape: bool = False,
    note: str = "",
    chart: str = "",
) -> Annex:
    labels = headings(texts, layout)
    return Annex(
        heading=texts.say("document.annex.heading", numeral=numeral),
        title=texts.say(f"document.annex.{title}"),
        reference=reference,
        columns=tuple(Column(label, width, align) for label, (_, width, align) in zip(labels, layout, strict=True)),
        rows=tuple(tuple(vietnamese.clean(cell) for cell in row) for row in rows),
        empty=texts.say("document.annex.empty"),
        landscape=landscape,
        note=note,
        chart=chart,
    )
