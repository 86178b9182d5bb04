"""Letters of the coordinator (công văn): the data call, the urging letter, the reply to one agency."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from plancycle.domain.deadlines import effective_due
from plancycle.domain.document_register import DocumentKind
from plancycle.domain.duties import DutyKind, DutyStatus
from plancycle.domain.errors import ActionNeeded
from plancycle.domain.obligations import MatrixCell, ObligationStatus
from plancycle.domain.periods import ObligationKey, Period
from plancycle.domain.submissions import SubmissionStatus
from plancycle.services.approval_chain import signatory_at
from plancycle.services.cycle_view import CycleView
from plancycle.services.document_contents import DocumentFacts, Draft, TableRows
from plancycle.services.duty_overview import records_at
from plancycle.services.matrix import cells_of
from plancycle.services.ports import House
from plancycle.services.repositories import Work

WAITED_FOR = (
    ObligationStatus.OPEN,
    ObligationStatus.DUE_SOON,
    ObligationStatus.RETURNED,
    ObligationStatus.MISSING,
)
"""Whoever stands so has not sent a report that counts."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What every document is written from: the house, its transaction, the year, today."""

    house: House
    work: Work
    view: CycleView

    @property
    def today(self) -> date:
        """The day a document is signed if it is signed now."""
        return self.house.clock.now().date()

    def name(self, body: str) -> str:
        """What a body is called on the day of signing."""
        return self.view.name(body, self.today)

    def names(self, bodies: Sequence[str]) -> tuple[str, ...]:
        """The same for several."""
        return tuple(self.name(body) for body in bodies)

    def facts(self, kind: DocumentKind, name: str, **said: Any) -> DocumentFacts:
        """Facts with what is the same in every document filled in."""
        signatory = signatory_at(self.house, self.work, self.view, None, self.house.clock.now())
        same: dict[str, Any] = {"year": self.view.year, "signed_on": self.today, "signatory": signatory}
        return DocumentFacts(kind, self.view.signing(self.today), name, **same, **said)

    def dates(self, period: Period) -> dict[str, object]:
        """The period's dates for a template."""
        dates = self.view.dates(period)
        return {
            "period": self.view.title(period),
            "opens": dates.opens_at.date(),
            "cutoff": dates.cutoff,
            "due": dates.due_at,
            "last_day": dates.last_day,
            "soft_due": dates.soft_due_at,
            "portal": self.house.base_url,
        }


def call(desk: Desk, period: Period, agency: str = "") -> list[Draft]:
    """One letter to every body that owes the period, or to one of them."""
    bodies = (agency,) if agency else desk.view.reporters(period)
    if agency:
        desk.view.share(period, agency)  # raises NotFound for a body that owes nothing
    values = {**desk.dates(period), "is_plan": period is Period.PLAN}
    base = f"{desk.view.key(period)}/call" + (f"/{agency}" if agency else "")
    stem = f"yeu-cau-bao-cao {base}"
    rows = tuple((order, name) for order, name in enumerate(desk.names(bodies), start=1))
    facts = desk.facts(DocumentKind.CALL, stem, addressees=desk.names(bodies), values=values, tables=_listed(rows))
    return [Draft(base, facts)]


def _listed(rows: Sequence[tuple[int, str]]) -> tuple[TableRows, ...]:
    """A list of addressees as an annex, for when there are too many for "Kính gửi"."""
    return (TableRows("addressees", tuple(rows)),)


def urge(desk: Desk, period: Period, agency: str = "") -> list[Draft]:
    """One letter to all who have not reported. Raises ActionNeeded when nobody is waited for."""
    now = desk.house.clock.now()
    cells = cells_of(desk.work, desk.view, period, now)
    waiting = [cell for cell in cells if _is_urged(desk, cell, agency)]
    if not waiting:
        raise ActionNeeded("document.nobody_to_urge", period=desk.view.title(period))
    extensions = desk.work.submissions.extensions(desk.view.id)
    rows = []
    for order, cell in enumerate(waiting, start=1):
        key = cell.obligation.key
        due = effective_due(desk.view.dates(period), extensions.get(str(key)))
        late = (now - due).days + 1 if now >= due else None
        status = desk.house.texts.say(f"status.{cell.status}")
        rows.append((order, desk.name(key.agency), due, late, status))
    names = desk.names([cell.obligation.key.agency for cell in waiting])
    past = now >= desk.view.dates(period).due_at
    reported = sum(cell.submission is not None and cell.status not in WAITED_FOR for cell in cells)
    values = {**desk.dates(period), "is_past": past, "as_of": now, "reported": reported, "expected": len(cells)}
    base = f"{desk.view.key(period)}/urge/{desk.today.isoformat()}" + (f"/{agency}" if agency else "")
    facts = desk.facts(
        DocumentKind.URGE,
        f"don-doc {base}",
        addressees=names,
        values=values,
        tables=(TableRows("waiting", tuple(rows)),),
    )
    return [Draft(base, facts)]


def _is_urged(desk: Desk, cell: MatrixCell, agency: str) -> bool:
    return cell.status in WAITED_FOR and agency in ("", cell.obligation.key.agency)


def reply(desk: Desk, period: Period, agency: str) -> list[Draft]:
    """What became of one agency's report, and of the obstacles it has reported this year.

    Raises NotFound (owes nothing) and ActionNeeded (no agency named, or nothing received from it).
    """
    if not agency:
        raise ActionNeeded("document.agency_needed", kind=DocumentKind.REPLY)
    desk.view.share(period, agency)
    versions = desk.work.submissions.versions(ObligationKey(desk.view.id, period, agency))
    standing = [one for one in versions if one.status in (SubmissionStatus.ACCEPTED, SubmissionStatus.RETURNED)]
    if not standing:
        raise ActionNeeded("document.nothing_received", agency=desk.name(agency), period=desk.view.title(period))
    last = standing[-1]
    values = {
        **desk.dates(period),
        "agency": desk.name(agency),
        "receipt": last.receipt,
        "sent_at": last.sent_at,
        "is_late": last.is_late,
        "is_returned": last.status is SubmissionStatus.RETURNED,
        "reason": last.return_reason or "",
        "obstacles": _obstacles(desk, agency),
    }
    base = f"{desk.view.key(period)}/reply/{agency}/v{last.version}/{desk.today.isoformat()}"
    facts = desk.facts(DocumentKind.REPLY, f"tra-loi {base}", addressees=(desk.name(agency),), values=values)
    return [Draft(base, facts)]


def _obstacles(desk: Desk, agency: str) -> tuple[dict[str, object], ...]:
    """The agency's obstacles of the year with where each stands: who answered by which document."""
    records = records_at(desk.work, desk.view.programme.id, desk.house.clock.now())
    found: list[dict[str, object]] = []
    for record in records:
        if (record.kind, record.year, record.body) != (DutyKind.OBSTACLE, desk.view.year, agency):
            continue
        answered = [event for event in record.events if event.status is DutyStatus.ANSWERED]
        found.append(
            {
                "subject": record.facts["subject"],
                "status": desk.house.texts.say(f"duty_status.{record.status}"),
                "document": answered[-1].document if answered else "",
                "document_on": answered[-1].document_on if answered else None,
            }
        )
    return tuple(found)
