"""The annexes of a report: work, figures, who submitted, obstacles and proposals. The same tables fill the workbook."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, replace
from decimal import Decimal
from typing import Any

from plancycle.adapters import vietnamese
from plancycle.adapters.documents import long_annexes
from plancycle.adapters.documents.annex_figures import figures_annex
from plancycle.adapters.documents.figures import by_agency
from plancycle.adapters.documents.long_annexes import Rows
from plancycle.adapters.documents.obstacles import obstacles
from plancycle.adapters.documents.paper import Annex
from plancycle.adapters.documents.report_charts import progress, timeliness, timeliness_counts
from plancycle.adapters.documents.tables import ROMAN, Layout, annex
from plancycle.adapters.documents.text import contradicted, names
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
SUBMISSIONS: Layout = (
    ("order", 10, "center"),
    ("agency", 40, "left"),
    ("sent_at", 33, "center"),
    ("standing", 30, "left"),
    ("late_days", 14, "center"),
    ("receipt", 38, "center"),
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
CONTRADICTIONS: Layout = (
    ("order", 10, "center"),
    ("agency", 44, "left"),
    ("work", 66, "left"),
    ("contradiction", 60, "left"),
    ("told_before", 36, "left"),
    ("told_now", 36, "left"),
)
EXPLANATIONS: Layout = (
    ("order", 10, "center"),
    ("agency", 42, "left"),
    ("figure", 82, "left"),
    ("value", 24, "right"),
    ("explanation", 94, "left"),
)


def annexes(facts: ReportFacts, texts: Texts, code: str, body: str) -> tuple[Annex, ...]:
    """All annexes of a period. ``code`` and ``body`` go into the reference line under each title."""
    reference = _reference(facts, texts, code, body)
    found = [
        _works(facts, texts, reference),
        figures_annex(facts, texts, reference),
        _submissions(facts, texts, reference),
    ]
    if facts.edition.period is not Period.PLAN:
        found.append(_obstacles(facts, texts, reference))
    if facts.explanations:
        found.append(_explanations(facts, texts, reference, ROMAN[len(found)]))
    if facts.contradictions:
        found.append(_contradictions(facts, texts, reference, ROMAN[len(found)]))
    return tuple(found)


def whole_annexes(facts: ReportFacts, texts: Texts, code: str, body: str) -> Iterator[Annex]:
    """Each annex of lines by agency that the report tells in short, with all its lines.

    Annex I only up to the usual number of lines: one for each piece of work of each agency is many times as long, and
    the workbook has them.
    """
    reference = _reference(facts, texts, code, body)
    if long_annexes.has_works_in_parts(facts):
        yield _whole_works(facts, texts, reference)
    if long_annexes.is_long(facts, len(facts.submissions)):
        rows = _submission_rows(facts, texts)
        yield annex(texts, "III", "submissions", SUBMISSIONS, rows, reference)
    has_obstacles = facts.edition.period is not Period.PLAN
    if has_obstacles and long_annexes.is_long(facts, len(told := obstacles(facts, texts))):
        yield annex(texts, "IV", "obstacles", OBSTACLES, _obstacle_rows(map(astuple, told)), reference)
    number = 3 + has_obstacles
    if long_annexes.is_long(facts, len(facts.explanations)):
        yield annex(texts, ROMAN[number], "explanations", EXPLANATIONS, _explanation_rows(facts), reference)
    if long_annexes.is_long(facts, len(facts.contradictions)):
        number += bool(facts.explanations)
        rows = _contradiction_rows(facts, texts)
        yield annex(texts, ROMAN[number], "contradictions", CONTRADICTIONS, rows, reference)


def _reference(facts: ReportFacts, texts: Texts, code: str, body: str) -> str:
    """The line under an annex's title; empty while the report has no number."""
    if facts.number <= 0:
        return ""
    return texts.say("document.annex.reference", code=code, day=vietnamese.official_day(facts.signed_on), body=body)


def _works(facts: ReportFacts, texts: Texts, reference: str) -> Annex:
    chart, lines = progress(facts, texts), len(facts.works)
    charts = (chart,) if chart else ()
    if not long_annexes.is_long(facts, lines):
        return replace(_whole_works(facts, texts, reference), charts=charts)
    note = long_annexes.note(texts, lines)
    if long_annexes.has_works_in_parts(facts):
        parts = len(list(long_annexes.cut(_work_rows(facts))))
        note = long_annexes.note_in_parts(texts, lines, parts)
    rows, layout = long_annexes.works(facts, texts), long_annexes.WORKS_IN_SHORT
    title = "planned" if facts.edition.period is Period.PLAN else "works"
    return annex(texts, "I", title, layout, rows, reference, note=note, charts=charts)


def _whole_works(facts: ReportFacts, texts: Texts, reference: str) -> Annex:
    """Annex I agency by agency, without its chart."""
    layout, title = (PLANNED, "planned") if facts.edition.period is Period.PLAN else (WORKS, "works")
    return annex(texts, "I", title, layout, _work_rows(facts), reference)


def _work_rows(facts: ReportFacts) -> Rows:
    works, rows = {work.id: work for work in facts.programme.works}, Rows()
    row = _planned_row if facts.edition.period is Period.PLAN else _work_row
    for agency, lines in by_agency(facts).items():
        rows.append((agency,))
        rows += [(str(order), *row(facts, line, works.get(line.code))) for order, line in enumerate(lines, start=1)]
    return rows


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


def _submissions(facts: ReportFacts, texts: Texts, reference: str) -> Annex:
    total = len(facts.submissions)
    if long_annexes.is_long(facts, total):
        told = long_annexes.submissions(facts, texts, _named(facts))
        rows: Rows = [(one,) if isinstance(one, str) else ("", *_submission_row(texts, *one)) for one in told]
    else:
        rows = _submission_rows(facts, texts)
    on_time, excused, late, missing = timeliness_counts(facts.submissions)
    counts: dict[str, Any] = {"on_time": on_time, "late": late, "missing": missing, "total": total}
    if excused:
        note = texts.say("document.timeliness_excused", excused=excused, **counts)
    else:
        note = texts.say("document.timeliness", **counts)
    if long_annexes.is_long(facts, total):
        note = f"{note} {long_annexes.note_in_parts(texts, total)}"
    charts = (timeliness(facts, texts),)
    return annex(texts, "III", "submissions", SUBMISSIONS, rows, reference, note=note, charts=charts)


def _named(facts: ReportFacts) -> list[tuple[str, SubmissionLine]]:
    return list(zip(names(facts, tuple(line.agency for line in facts.submissions)), facts.submissions, strict=True))


def _submission_rows(facts: ReportFacts, texts: Texts) -> Rows:
    return [(str(order), *_submission_row(texts, *one)) for order, one in enumerate(_named(facts), start=1)]


def _submission_row(texts: Texts, name: str, line: SubmissionLine) -> tuple[str, ...]:
    return (
        name,
        vietnamese.moment(line.sent_at) if line.sent_at else "",
        standing_words(texts, line),
        str(line.late_days) if line.late_days else "",
        line.receipt,
    )


def standing_words(texts: Texts, line: SubmissionLine) -> str:
    """Where a report stands; corrected since on which day; of a new reporter with the day its figures begin."""
    standing = texts.say(f"status.{line.status}")
    if line.corrected_at is not None:
        standing = f"{standing}; {texts.say('matrix.corrected', day=vietnamese.local(line.corrected_at))}"
    if line.joined_on is None:
        return standing
    return texts.say("partial_year.standing", standing=standing, day=f"{line.joined_on:%d/%m/%Y}")


def _obstacles(facts: ReportFacts, texts: Texts, reference: str) -> Annex:
    found, note = obstacles(facts, texts), ""
    told: Iterable[tuple[str, ...]] = map(astuple, found)
    if long_annexes.is_long(facts, len(found)):
        told, note = long_annexes.obstacles(facts, texts), long_annexes.note_in_parts(texts, len(found))
    return annex(texts, "IV", "obstacles", OBSTACLES, _obstacle_rows(told), reference, note=note)


def _obstacle_rows(told: Iterable[tuple[str, ...]]) -> Rows:
    return [(str(order), *line) for order, line in enumerate(told, start=1)]


def _explanations(facts: ReportFacts, texts: Texts, reference: str, number: str) -> Annex:
    rows, note = _explanation_rows(facts)[: long_annexes.most_lines(facts)], _cut(facts, texts, facts.explanations)
    return annex(texts, number, "explanations", EXPLANATIONS, rows, reference, note=note)


def _explanation_rows(facts: ReportFacts) -> Rows:
    return [
        (str(order), one.agency, one.question, one.typed, one.text)
        for order, one in enumerate(facts.explanations, start=1)
    ]


def _contradictions(facts: ReportFacts, texts: Texts, reference: str, number: str) -> Annex:
    """What an agency's reports of the year say differently about one commitment; the workbook has both cells."""
    rows = _contradiction_rows(facts, texts)[: long_annexes.most_lines(facts)]
    note = _cut(facts, texts, facts.contradictions)
    return annex(texts, number, "contradictions", CONTRADICTIONS, rows, reference, note=note)


def _contradiction_rows(facts: ReportFacts, texts: Texts) -> Rows:
    return [
        (str(order), whose, one.title, texts.say(f"contradiction.{one.kind}"), before, one.now)
        for order, (one, whose, before) in enumerate(contradicted(facts), start=1)
    ]


def _cut(facts: ReportFacts, texts: Texts, lines: Sequence[object]) -> str:
    return long_annexes.note_in_parts(texts, len(lines)) if long_annexes.is_long(facts, len(lines)) else ""
