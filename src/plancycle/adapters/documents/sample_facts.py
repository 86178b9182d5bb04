"""Made-up facts about a programme's own bodies and work, to try its templates with. They are never kept or sent."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from plancycle.domain.consolidation import Coverage, Edition, EditionKind, Figure, Member
from plancycle.domain.deadlines import period_dates
from plancycle.domain.document_register import DocumentKind, symbol_of
from plancycle.domain.periods import Period
from plancycle.domain.programme import Programme
from plancycle.domain.working_days import WorkingDays
from plancycle.services.document_contents import DocumentFacts
from plancycle.services.report_contents import CitedDocument, ReportFacts, SubmissionLine, WorkLine

TEXT, HASH = "Nội dung thử", "0" * 64
NOON = datetime(2025, 12, 9, 5, 0, tzinfo=UTC)
DAY = date(2025, 12, 9)
OLDER = CitedDocument("01/BC", DAY)


def sample_reports(programme: Programme) -> Iterator[ReportFacts]:
    """A report of the plan and of the year, each with everything and with next to nothing."""
    periods = dict.fromkeys((programme.order[0], programme.order[-1]))
    for period in periods:
        yield _report(programme, period, is_full=True)
        yield _report(programme, period, is_full=False)


def _report(programme: Programme, period: Period, is_full: bool) -> ReportFacts:
    year, cycle = programme.start_year, f"{programme.id}-{programme.start_year}"
    bodies = programme.reporters if is_full else ()
    late, missing = bodies[:1], bodies[1:2]
    members = tuple(Member(body, f"{cycle}/{period}/{body}/v1", HASH, body in late) for body in bodies)
    answers = {"status": TEXT, "progress": "50", "result": TEXT, "target": TEXT, "obstacle": TEXT, "proposal": TEXT}
    names = [programme.agency(body).name for body in bodies]
    edition = Edition(
        cycle=cycle,
        period=period,
        number=1,
        kind=EditionKind.FINAL if is_full else EditionKind.PROVISIONAL,
        frozen_at=NOON,
        members=members,
        coverage=Coverage(programme.reporters, bodies, late, missing),
        figures=_figures(programme, f"{cycle}/{period}") if is_full else (),
        dataset_sha256=HASH,
        sha256=HASH,
    )
    return ReportFacts(
        programme=programme,
        edition=edition,
        dates=period_dates(programme.period_rule(period), year, WorkingDays(), ZoneInfo(programme.timezone)),
        period_title=programme.period_rule(period).title,
        figures=edition.figures,
        works=tuple(
            WorkLine(name, work.id, work.title, TEXT, answers) for name in names for work in programme.works[:3]
        ),
        narratives=tuple((name, f"N{row}", TEXT) for name in names for row in range(1, 6)),
        submissions=tuple(SubmissionLine(name, "submitted_excused", NOON, 0, "AAAA") for name in names),
        missing=tuple(names[1:2]),
        late=tuple(names[:1]),
        signed_on=DAY,
        number=1 if is_full else 0,
        addressees=(programme.agency(programme.authority).name,),
        signatory=None,
        replaces=OLDER if is_full else None,
    )


def _figures(programme: Programme, prefix: str) -> tuple[Figure, ...]:
    indicators = (*programme.form.figures, *programme.indicators)
    return tuple(
        Figure(f"{prefix}/{one.id}.value", one.name, one.unit, Decimal(1), one.precision, str(one.aggregation), 1)
        for one in indicators
    )


def sample_documents(programme: Programme) -> Iterator[DocumentFacts]:
    """Every other document, with everything and with as little as it can say."""
    for kind in DocumentKind:
        if kind is not DocumentKind.REPORT:
            for is_full in (True, False):
                yield _document(programme, kind, is_full)


def _document(programme: Programme, kind: DocumentKind, is_full: bool) -> DocumentFacts:
    form = programme.report
    return DocumentFacts(
        kind=kind,
        programme=programme,
        name=str(kind),
        year=programme.start_year,
        signed_on=DAY,
        signatory=None,
        addressees=(TEXT,) * (20 if is_full else 1),
        values=_values(is_full),
        number=1 if is_full else 0,
        symbol=symbol_of(kind, form.symbol, form.letter_symbol),
        replaces=OLDER if is_full else None,
    )


def _values(is_full: bool) -> dict[str, object]:
    """Everything any of the documents names; what a document does not have is in none of the shipped templates."""
    many, amount = (TEXT, TEXT) if is_full else (), Decimal("1.5") if is_full else Decimal(0)
    obstacle = {"subject": TEXT, "status": TEXT, "document": TEXT, "document_on": DAY if is_full else None}
    line: dict[str, object] = dict.fromkeys(("title", "agency", "due", "result", "obstacle", "proposal"), TEXT)
    line |= {"status": TEXT if is_full else "", "progress": amount if is_full else None}
    dates = {
        "period": TEXT,
        "opens": DAY,
        "cutoff": DAY,
        "due": NOON,
        "last_day": DAY,
        "soft_due": NOON,
        "portal": TEXT,
    }
    letters = {"is_plan": not is_full, "is_past": is_full, "as_of": NOON, "reported": 1, "expected": 2}
    replies = {"agency": TEXT, "receipt": TEXT, "sent_at": NOON, "is_late": is_full, "is_returned": is_full}
    more = {"reason": TEXT if is_full else "", "obstacles": (obstacle,) if is_full else ()}
    money = {"unit": TEXT, "total": amount, "submitted": amount, "proposals": len(many), "missing": many}
    honours = {"persons": 1, "collectives": 1, "all": 2}
    old = {"old_code": TEXT, "old_type": TEXT, "old_dated": DAY if is_full else None, "old_subject": more["reason"]}
    return {
        **dates,
        **letters,
        **replies,
        **more,
        **money,
        **honours,
        **old,
        "ministry": TEXT,
        "works": [line],
        "task_count": 1,
    }
