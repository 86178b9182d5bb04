"""Builds the page of one obligation: its timeline from the ledger, and what can be done about it."""

import json
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlencode

from plancycle.domain.bounces import usable
from plancycle.domain.deadlines import effective_due
from plancycle.domain.events import SealedEvent
from plancycle.domain.explanations import Explanation, ExplanationStatus
from plancycle.domain.extensions import official_called
from plancycle.domain.messages import Message, MessageStatus
from plancycle.domain.openings import Visit
from plancycle.domain.people import Role
from plancycle.domain.periods import ObligationKey
from plancycle.domain.submissions import Submission, SubmissionStatus, can_move
from plancycle.portal import reports
from plancycle.portal.desk_frame import NOTHING_TYPED, Desk, Typed, dossier_path
from plancycle.portal.desk_pages import DossierPage, ExplanationLine, Happening, VersionLine
from plancycle.portal.desk_runs import period_links, run_happenings
from plancycle.portal.desk_words import action_words, last_day_of, mask
from plancycle.portal.pages import StatusMark
from plancycle.services.audit_repository import AuditQuery
from plancycle.services.corrections import approved_edition, awaited, locked
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.matrix import matrix
from plancycle.services.repositories import Work
from plancycle.services.withdraw_submission import is_under_review

MOST_EVENTS = 500
TOLD_ELSEWHERE = frozenset({"message.queued", "message.sent", "submission.received", "receipt.issued"})
"""Events whose facts stand in the letters and versions themselves."""
FAILED = (MessageStatus.REFUSED, MessageStatus.IN_DOUBT)


def dossier_page(desk: Desk, obligation: ObligationKey, typed: Typed = NOTHING_TYPED) -> DossierPage:
    """Everything about one obligation. Raises NotFound for an agency the programme does not know."""
    house = desk.house
    year = int(obligation.cycle.rpartition("-")[2])
    row = next((one for one in matrix(house, year, obligation.period).rows if one.agency == obligation.agency), None)
    with house.work() as work:
        view = cycle_view(house, year, work)
        extension = work.submissions.extensions(view.id).get(str(obligation))
        versions = work.submissions.versions(obligation)
        explanations = work.explanations.under(f"{obligation}/")
        happenings = _timeline(desk, work, obligation, versions)
        has_link = any(one.revoked_at is None for one in work.links.of(obligation))
        standing, name = _standing(versions), row.agency_name if row else view.name(obligation.agency)
        is_locked, opened = locked(work, obligation) is not None, awaited(work, obligation)
        can_return, can_withdraw = _ways_back(work, standing)
        addresses, can_send_again = _mail(desk, work, view, obligation)
    ran, runs_problem = run_happenings(desk, year, obligation.period)
    due_at = effective_due(view.dates(obligation.period), extension) if row else None
    contact = house.programmes.address_book(house.programme_id).contact(obligation.agency)
    return DossierPage(
        agency=obligation.agency,
        agency_name=name,
        title=view.title(obligation.period),
        year=year,
        period_href=f"/bao-cao?nam={year}&ky={obligation.period}",
        path=dossier_path(obligation),
        mark=reports.mark(house, row, desk.language) if row else _not_asked(desk),
        last_day=last_day_of(due_at.astimezone(house.clock.now().tzinfo)) if due_at else None,
        extended_by=extension.decided_by if extension else "",
        person=contact.person if contact else "",
        addresses=addresses,
        versions=tuple(_version(desk, one) for one in reversed(versions)),
        happenings=tuple(sorted((*happenings, *ran), key=lambda one: one.at)),
        explanations=tuple(_explained(desk, one) for one in explanations),
        runs=period_links(desk, year, obligation.period),
        runs_problem=runs_problem,
        journal_href=f"/nhat-ky/csv?{urlencode({'ve': str(obligation)})}",
        can_return=can_return,
        can_withdraw=can_withdraw,
        can_correct=is_locked,
        correction=opened.reason if opened else "",
        can_send_again=can_send_again,
        can_extend=row is not None,
        can_revoke=has_link,
        bundle_href=f"{dossier_path(obligation)}/goi",
        day_after=_day_after(due_at, house.clock.now()),
        needs_position=needs_position(desk),
        **desk.acting(typed, Role.OPERATOR, Role.REVIEWER),
    )


def _explained(desk: Desk, one: Explanation) -> ExplanationLine:
    return ExplanationLine(one, desk.say(f"explanation_status.{one.status}"), one.status is ExplanationStatus.GIVEN)


def _standing(versions: list[Submission]) -> Submission | None:
    """The version a return is about: the one that stands, else the newest."""
    accepted = [one for one in versions if one.status is SubmissionStatus.ACCEPTED]
    return (accepted or versions)[-1] if versions else None


def _ways_back(work: Work, standing: Submission | None) -> tuple[bool, bool]:
    """Whether it may be returned, and withdrawn: what has been approved is corrected instead."""
    if standing is None:
        return False, False
    can_return = can_move(standing.status, SubmissionStatus.RETURNED) and approved_edition(work, standing) is None
    can_withdraw = can_move(standing.status, SubmissionStatus.WITHDRAWN) and not is_under_review(work, standing)
    return can_return, can_withdraw


def _not_asked(desk: Desk) -> StatusMark:
    return StatusMark("·", desk.say("status.not_asked"), "not_asked")


def needs_position(desk: Desk) -> bool:
    """Whether a decision of whoever is here must say in which position: the address book does not know them."""
    book = desk.house.programmes.address_book(desk.house.programme_id)
    return official_called(book, desk.staff.name) is None


def _day_after(due_at: datetime | None, now: datetime) -> str:
    """The due instant is the first moment that is late, so the day it falls on is the first one to be gained."""
    first = max(due_at, now) if due_at else now
    return f"{first.astimezone(now.tzinfo):%d/%m/%Y}"


def _mail(desk: Desk, work: Work, view: CycleView, obligation: ObligationKey) -> tuple[tuple[str, ...], bool]:
    """The agency's addresses, and whether its last letter of the period failed and can go out again."""
    contact = desk.house.programmes.address_book(view.programme.id).contact(obligation.agency)
    refused = work.addresses.refused()
    known = [one for one in (contact.email, contact.alternate_email) if one] if contact else []
    addresses = tuple(desk.say("desk.address_bad", address=one) if one in refused else one for one in known)
    fates = work.addresses.fates(f"{obligation}/")
    return addresses, bool(fates and fates[-1].has_failed and usable(contact, refused))


def _version(desk: Desk, one: Submission) -> VersionLine:
    path = dossier_path(one.obligation)
    return VersionLine(
        submission=one,
        status=desk.say(f"submission_status.{one.status}"),
        href=f"/xet{path.removeprefix('/don-vi')}?v={one.version}",
        file_href=f"{path}/tep/{one.version}",
        figures_href=f"{path}/so-lieu/{one.version}",
    )


def _timeline(desk: Desk, work: Work, obligation: ObligationKey, versions: list[Submission]) -> tuple[Happening, ...]:
    key = str(obligation)
    events = work.audit.search(AuditQuery(subject=key, limit=MOST_EVENTS))
    about = (one for one in events if one.subject == key or one.subject.startswith(f"{key}/"))
    found = [
        *(_letter(desk, one) for one in work.outbox.all(f"{key}/")),
        *(_arrival(desk, one) for one in versions),
        *(_visit(desk, one) for one in work.addresses.visits(f"{key}/") if str(one.obligation) == key),
        *(_event(desk, one) for one in about if one.action not in TOLD_ELSEWHERE),
    ]
    return tuple(sorted(found, key=lambda one: one.at))


def _letter(desk: Desk, one: Message) -> Happening:
    status = desk.say(f"message_status.{one.status}")
    return Happening(
        at=one.sent_at or one.queued_at,
        kind="trouble" if one.status in FAILED else "letter",
        words=f"{desk.say(f'message_kind.{one.kind}')}: {status}",
        actor="",
        details=(f"{mask(one.to_address)} · {one.subject}", *([one.reply] if one.reply else [])),
        href=f"/thu-di/la?khoa={one.key}",
        href_words=desk.say("desk.see_letter"),
    )


def _arrival(desk: Desk, one: Submission) -> Happening:
    return Happening(
        at=one.received_at,
        kind="answer",
        words=desk.say("desk.arrived_late" if one.is_late else "desk.arrived", version=one.version),
        actor="",
        details=(f"{one.receipt} · SHA-256 {one.sha256[:12]} · {one.file_name}",),
        href=f"/xet{dossier_path(one.obligation).removeprefix('/don-vi')}?v={one.version}",
        href_words=desk.say("desk.see_answer"),
    )


def _visit(desk: Desk, one: Visit) -> Happening:
    words = desk.say(f"desk.visit.{one.kind}")
    times = desk.say("desk.visits", times=one.times, first_at=one.first_at)
    return Happening(one.last_at, str(one.kind), words, "", (times,) if one.times > 1 else ())


def _event(desk: Desk, one: SealedEvent) -> Happening:
    return Happening(
        at=datetime.fromisoformat(one.at),
        kind="decision",
        words=action_words(one.action, desk.language),
        actor=one.actor,
        details=tuple(_facts(json.loads(one.payload))),
        href=f"/nhat-ky?den={one.seq}#s{one.seq}",
        href_words=f"#{one.seq}",
    )


TELLING = ("reason", "due_at", "verdict", "text", "document", "cells")
"""Facts of an event that say something to people; hashes stand in the journal."""


def _facts(payload: dict[str, object]) -> Iterator[str]:
    for name in TELLING:
        if payload.get(name):
            yield str(payload[name])
