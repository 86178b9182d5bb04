"""Builds the journal's page: what was looked for, newest first, and whether the chain holds."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from urllib.parse import urlencode

from plancycle.domain.events import SealedEvent
from plancycle.domain.periods import ObligationKey
from plancycle.domain.searching import matches
from plancycle.portal.desk_frame import Desk, dossier_path
from plancycle.portal.desk_list_pages import AuditPage, AuditRow
from plancycle.portal.desk_words import Named, action_words, day_of, named, people_names
from plancycle.services.audit_repository import AuditQuery
from plancycle.services.cycle_view import cycle_view
from plancycle.services.programme_versions import current_programme
from plancycle.services.repositories import Work
from plancycle.services.verify_audit import AuditReport, verify

ROWS = 50
MOST_IN_CSV = 20_000
VERIFIED_AT_ONCE = 5_000
"""Events up to which the whole chain is hashed again after every change; beyond it only when asked."""
FIELDS = {"nguoi": "actor", "viec": "action", "ve": "subject", "tu": "since", "toi": "until"}
"""Names in the address and what they mean."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would calculate; a blank before it keeps it a text."""


def query_of(desk: Desk, limit: int = ROWS) -> AuditQuery:
    """What the address asks for. Raises DataProblem for a day that is none."""
    asked = {field: desk.request.query_params.get(name, "").strip()[:250] for name, field in FIELDS.items()}
    for name in ("since", "until"):
        if asked[name]:
            asked[name] = day_of(asked[name]).isoformat()
    newest = desk.request.query_params.get("den", "")
    before = int(newest) + 1 if newest.isdecimal() and len(newest) < 12 else 0
    return AuditQuery(**asked, before=before, limit=limit)


def _meant(desk: Desk, typed: AuditQuery) -> AuditQuery:
    """The query as the journal can answer it."""
    return replace(typed, actor=_actor(desk, typed.actor)) if typed.actor else typed


def _actor(desk: Desk, typed: str) -> str:
    """What the journal calls somebody who is looked for by name; what was typed, when that is nobody's or several's."""
    programme = current_programme(desk.house)
    with desk.house.work() as work:
        names = {one.id: one.name for one in programme.agencies} | people_names(desk.house, work)
    found = [known for known, name in names.items() if matches(name, typed)]
    return found[0] if len(found) == 1 else typed


def audit_page(desk: Desk) -> AuditPage:
    """The events asked for. Raises DataProblem."""
    wanted = query_of(desk)
    meant = _meant(desk, wanted)
    with desk.house.work() as work:
        found = work.audit.search(meant)
        newest = work.audit.search(AuditQuery(limit=1))
        actions = work.audit.actions()
        head = work.audit.head()
        known = _named(desk, work, found)
        people = people_names(desk.house, work)
    count = newest[0].seq if newest else 0
    is_asked = desk.request.query_params.get("kiem", "") == "1"
    kept = {name: getattr(wanted, field) for name, field in FIELDS.items() if getattr(wanted, field)}
    return AuditPage(
        wanted={field: _shown(field, getattr(wanted, field)) for field in FIELDS.values()},
        actions=tuple((one, action_words(one, desk.language)) for one in actions),
        rows=tuple(_row(desk, one, known, people) for one in found),
        older=f"/nhat-ky?{urlencode({**kept, 'den': found[-1].seq - 1})}" if len(found) == ROWS else "",
        csv=f"/nhat-ky/csv?{urlencode(kept)}",
        events=count,
        head=head,
        report=_report(desk, is_asked, count),
        verify=f"/nhat-ky?{urlencode({**kept, 'kiem': 1})}",
    )


def _report(desk: Desk, is_asked: bool, count: int) -> AuditReport | None:
    """Asked for, the chain is hashed again at once; a short one is otherwise hashed when something was added."""
    if is_asked:
        return verify(desk.house)
    return desk.remember("chain", work_out=lambda: verify(desk.house)) if count <= VERIFIED_AT_ONCE else None


def _shown(field: str, text: str) -> str:
    """What stands in the search form."""
    return f"{date.fromisoformat(text):%d/%m/%Y}" if text and field in ("since", "until") else text


def _named(desk: Desk, work: Work, events: Sequence[SealedEvent]) -> dict[str, Named]:
    """The names of each cycle that events are about."""
    prefix = f"{desk.house.programme_id}-"
    cycles = {_about(one).partition("/")[0] for one in events}
    years = {cycle: cycle.removeprefix(prefix) for cycle in cycles if cycle.startswith(prefix)}
    opened = {one.year for one in work.cycles.all()}
    return {
        cycle: named(desk.house, work, cycle_view(desk.house, int(year), work), desk.language)
        for cycle, year in years.items()
        if year.isdecimal() and int(year) in opened
    }


def _about(event: SealedEvent) -> str:
    """The subject; a clerk's link, which is only a number, is about the obligation it was made for."""
    return str(json.loads(event.payload).get("obligation", "")) or event.subject


def _row(desk: Desk, event: SealedEvent, known: Mapping[str, Named], people: Mapping[str, str]) -> AuditRow:
    about = _about(event)
    names = known.get(about.partition("/")[0])
    return AuditRow(
        seq=event.seq,
        at=datetime.fromisoformat(event.at),
        actor=event.actor,
        who=(names.names if names else people).get(event.actor, event.actor),
        action=event.action,
        words=action_words(event.action, desk.language),
        subject=event.subject,
        about=names.about(about) if names else "",
        payload=event.payload,
        hash=event.hash,
        href=_obligation_path(about),
    )


def _obligation_path(subject: str) -> str:
    """The page of the obligation a subject begins with; empty when it is about something else."""
    try:
        return dossier_path(ObligationKey.parse("/".join(subject.split("/")[:3])))
    except ValueError:
        return ""


def audit_csv(desk: Desk) -> bytes:
    """The same events as a file for a spreadsheet (UTF-8 with its mark); nothing in it calculates."""
    meant = _meant(desk, query_of(desk, MOST_IN_CSV))
    with desk.house.work() as work:
        found = work.audit.search(meant)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("seq", "at", "actor", "action", "subject", "payload", "prev_hash", "hash"))
    for one in found:
        texts = (one.actor, one.action, one.subject, one.payload)
        writer.writerow((one.seq, one.at, *(harmless(text) for text in texts), one.prev_hash, one.hash))
    return out.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """A text that a spreadsheet will not calculate."""
    return f" {text}" if text.startswith(FORMULA) else text


def file_name(today: date) -> str:
    """What the file is called."""
    return f"nhat-ky-{today.isoformat()}.csv"
