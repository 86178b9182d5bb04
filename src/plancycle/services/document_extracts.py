"""Extracts: one agency's share of the plan, and each ministry's share of the works that follow its timetable."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from plancycle.domain.document_register import DocumentKind
from plancycle.domain.periods import Period
from plancycle.domain.plan_dates import plan_dates
from plancycle.domain.programme import AssignedWork
from plancycle.domain.shares import Share
from plancycle.services.document_contents import Cell, Draft, TableRows
from plancycle.services.document_letters import Desk
from plancycle.services.report_figures import newest

Answers = Mapping[tuple[str, str], str]
"""Canonical values by (row, field)."""


def digest(desk: Desk, period: Period, agency: str = "") -> list[Draft]:
    """For each agency (or one) its tasks, what it has planned for each and where each stands, and its indicators."""
    shares = desk.view.period_roster(period).shares
    if agency:
        shares = (desk.view.share(period, agency),)
    return [_digest(desk, period, share) for share in shares]


def _digest(desk: Desk, period: Period, share: Share) -> Draft:
    planned = answers_of(desk, Period.PLAN, share.agency)
    told = answers_of(desk, period, share.agency) if period is not Period.PLAN else {}
    works = tuple(
        (order, *_work_row(desk, work), *_planned(planned, work.id), *_told(told, work.id))
        for order, work in enumerate(share.works, start=1)
    )
    indicators = (*desk.view.programme.form.figures, *share.indicators)
    figures = tuple(
        (order, one.name, one.unit, number(planned.get((one.id, "goal"))), number(told.get((one.id, "value"))))
        for order, one in enumerate(indicators, start=1)
    )
    name = desk.name(share.agency)
    base = f"{desk.view.key(period)}/digest/{share.agency}/{desk.today.isoformat()}"
    values = {**desk.dates(period), "agency": name, "task_count": len(works), "is_plan": period is Period.PLAN}
    tables = (TableRows("agency_works", works), TableRows("agency_figures", figures))
    facts = desk.facts(DocumentKind.DIGEST, f"nhiem-vu {base}", values=values, tables=tables)
    return Draft(base, facts)


def _work_row(desk: Desk, work: AssignedWork) -> tuple[Cell, ...]:
    cited = {ref.id: ref.number or ref.subject for ref in desk.view.programme.legal_refs}
    basis = "; ".join(cited[ref] for ref in work.legal_refs)
    return work.title, basis, deadline_words(desk, work)


def deadline_words(desk: Desk, work: AssignedWork) -> str:
    """The deadline in the plan's own words; empty where the plan gives none."""
    found = (one.text for one in desk.view.programme.deadlines if one.id == work.deadline)
    return next(found, None) or ""


def _planned(said: Answers, work: str) -> tuple[Cell, ...]:
    return said.get((work, "target"), ""), said.get((work, "output"), ""), day(said.get((work, "finish")))


def _told(said: Answers, work: str) -> tuple[Cell, ...]:
    return said.get((work, "status"), ""), number(said.get((work, "progress")))


def number(text: str | None) -> Decimal | None:
    """A canonical number."""
    return Decimal(text) if text else None


def day(text: str | None) -> date | None:
    """A canonical day."""
    return date.fromisoformat(text) if text else None


def answers_of(desk: Desk, period: Period, agency: str) -> Answers:
    """What stands in the newest edition of a period for one agency; empty when it is not in it."""
    if period not in desk.view.programme.order:
        return {}
    edition = newest(desk.work, desk.view.id, period)
    member = next((one for one in edition.members if one.agency == agency), None) if edition else None
    if member is None:
        return {}
    entries = desk.work.submissions.entries(member.submission)
    return {(entry.row, entry.field): entry.value for entry in entries if entry.value is not None}


def ministry(desk: Desk, period: Period, agency: str = "") -> list[Draft]:
    """One report to each ministry on the works that follow its timetable; a successor stands in its place by date.

    ``agency`` is the ministry, when only one is wanted. Works whose ministries have become one stand in one report.
    """
    found: dict[str, list[AssignedWork]] = {}
    for work in desk.view.programme.works:
        if work.ministry_schedule is not None:
            holder = desk.view.roster.holder(work.ministry_schedule, desk.today)
            if holder is not None:
                found.setdefault(holder, []).append(work)
    return [_extract(desk, period, body, works) for body, works in found.items() if agency in ("", body)]


def _extract(desk: Desk, period: Period, body: str, works: list[AssignedWork]) -> Draft:
    programme = desk.view.programme
    entered = desk.work.entered_dates.of_year(programme.id, desk.view.year)
    calendar = desk.house.programmes.working_days(programme, desk.view.year)
    dated = {one.work: one.at for one in plan_dates(programme, desk.view.year, calendar, entered) if one.work}
    lines = [line for work in works for line in _lines(desk, period, work, dated.get(work.id))]
    rows = tuple((order, *line.values()) for order, line in enumerate(lines, start=1))
    values = {**desk.dates(period), "ministry": desk.name(body), "works": lines}
    base = f"{desk.view.key(period)}/ministry/{body}"
    facts = desk.facts(
        DocumentKind.MINISTRY,
        f"bao-cao-de-an {base}",
        addressees=(desk.name(body),),
        values=values,
        tables=(TableRows("ministry_works", rows),),
    )
    return Draft(base, facts)


def _lines(desk: Desk, period: Period, work: AssignedWork, due: Cell) -> list[dict[str, Cell]]:
    lines = []
    holders = [desk.view.roster.holder(agency, desk.today, work.id) for agency in work.agencies]
    for agency in dict.fromkeys(holder for holder in holders if holder):
        said = answers_of(desk, period, agency)
        lines.append(
            {
                "title": work.title,
                "agency": desk.name(agency),
                "due": due or deadline_words(desk, work),
                "status": said.get((work.id, "status"), ""),
                "progress": number(said.get((work.id, "progress"))),
                "result": said.get((work.id, "result"), ""),
                "obstacle": said.get((work.id, "obstacle"), ""),
                "proposal": said.get((work.id, "proposal"), ""),
            }
        )
    return lines
