"""Postpone one agency's due date: asked for by one person, decided by another, with a reason and a document."""

from dataclasses import replace
from datetime import datetime

from plancycle.domain.deadlines import Extension, effective_due
from plancycle.domain.errors import ActionNeeded
from plancycle.domain.extensions import (
    BeyondFreeze,
    ExtensionRequest,
    RequestStatus,
    Ruling,
    check_move,
    check_ruling,
    standing_at,
)
from plancycle.domain.periods import ObligationKey
from plancycle.services.cycle_view import CycleView
from plancycle.services.extension_letters import tell_granted, tell_refused
from plancycle.services.extension_requests import found, new_request, save, view_of
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.repositories import Work


def grant(
    house: House,
    obligation: ObligationKey,
    due_at: datetime,
    reason: str,
    requested_by: str,
    decided_by: str,
    document: str,
    position: str = "",
) -> Extension:
    """Ask on the agency's behalf, grant at once, and tell the agency. Twice is once.

    Raises NotFound (a body that owes nothing), NotAllowed (same person) and ActionNeeded (no reason, document or
    position; not later than the due date in force; beyond the freeze where the programme refuses that).
    """
    ruling = Ruling(decided_by, reason, document, position)
    with house.work() as work:
        view = view_of(house, work, obligation)
        check_ruling(house.programmes.address_book(view.programme.id), requested_by, ruling)
        known = work.submissions.extensions(view.id).get(str(obligation))
        if known is not None and known.due_at == due_at and known.revoked_at is None:
            return known
        _check_date(view, obligation, due_at, known)
        request = new_request(house, work, view, obligation, due_at, reason, requested_by)
        return _grant(house, work, view, request, due_at, ruling)


def grant_request(house: House, request_id: str, ruling: Ruling, due_at: datetime | None = None) -> Extension:
    """Grant what was asked for, or until another date. Granting twice is granting once.

    Raises what :func:`grant` raises, and MoveNotAllowed when the request was refused, withdrawn or has lapsed.
    """
    with house.work() as work:
        request = found(work, request_id)
        until = due_at or request.wanted
        view = view_of(house, work, request.obligation)
        known = work.submissions.extensions(view.id).get(str(request.obligation))
        if request.status is RequestStatus.GRANTED and known is not None and request.due_at == until == known.due_at:
            return known
        check_move(standing_at(request, house.clock.now()), RequestStatus.GRANTED)
        check_ruling(house.programmes.address_book(view.programme.id), request.asked_by, ruling)
        _check_date(view, request.obligation, until, known)
        return _grant(house, work, view, request, until, ruling)


def refuse(
    house: House, obligation: ObligationKey, wanted: datetime, requested_by: str, ruling: Ruling
) -> ExtensionRequest:
    """Refuse what an agency asked for outside the system: noted on its behalf, refused at once. Twice is once."""
    with house.work() as work:
        view = view_of(house, work, obligation)
        known = work.extension_requests.of(obligation)
        if known and (known[-1].status, known[-1].wanted) == (RequestStatus.REFUSED, wanted):
            return known[-1]
        check_ruling(house.programmes.address_book(view.programme.id), requested_by, ruling)
        request = new_request(house, work, view, obligation, wanted, ruling.reason, requested_by)
        return _refuse(house, work, request, ruling)


def refuse_request(house: House, request_id: str, ruling: Ruling) -> ExtensionRequest:
    """Refuse a request and tell the agency why; the due date in force stays. Twice is once.

    Raises NotFound, MoveNotAllowed, NotAllowed (same person) and ActionNeeded (no reason, document or position).
    """
    with house.work() as work:
        request = found(work, request_id)
        if request.status is RequestStatus.REFUSED:
            return request
        check_move(standing_at(request, house.clock.now()), RequestStatus.REFUSED)
        return _refuse(house, work, request, ruling)


def _refuse(house: House, work: Work, request: ExtensionRequest, ruling: Ruling) -> ExtensionRequest:
    view = view_of(house, work, request.obligation)
    refused = _decided(house, view, request, ruling, RequestStatus.REFUSED, None)
    save(house, work, refused, ruling.decided_by, document=ruling.document)
    tell_refused(house, work, view, request.obligation, request.wanted, ruling.reason)
    return refused


def _grant(
    house: House, work: Work, view: CycleView, request: ExtensionRequest, due_at: datetime, ruling: Ruling
) -> Extension:
    obligation, now = request.obligation, house.clock.now()
    decided = _decided(house, view, request, ruling, RequestStatus.GRANTED, due_at)
    work.extension_requests.save(decided)
    extension = Extension(
        str(obligation), due_at, ruling.reason, request.asked_by, ruling.decided_by, now, ruling.document
    )
    work.submissions.add_extension(extension)
    said: dict[str, object] = {"due_at": due_at.isoformat(), "document": ruling.document}
    if is_beyond_freeze(view, obligation, due_at):
        said["beyond_freeze"] = view.dates(obligation.period).freeze_at.isoformat()
    record(house, work, "extension.granted", str(obligation), ruling.decided_by, request=request.id, **said)
    tell_granted(house, work, view, obligation, due_at, _told(house, view, obligation, due_at, ruling.reason))
    return extension


def _decided(
    house: House,
    view: CycleView,
    request: ExtensionRequest,
    ruling: Ruling,
    status: RequestStatus,
    due_at: datetime | None,
) -> ExtensionRequest:
    position = check_ruling(house.programmes.address_book(view.programme.id), request.asked_by, ruling)
    return replace(
        request,
        status=status,
        decided_by=ruling.decided_by,
        decided_as=position,
        decided_at=house.clock.now(),
        answer=ruling.reason,
        document=ruling.document,
        due_at=due_at,
    )


def is_beyond_freeze(view: CycleView, obligation: ObligationKey, due_at: datetime) -> bool:
    """Whether an extension ends after the final edition is frozen, which does not wait for it."""
    return due_at > view.dates(obligation.period).freeze_at


def _check_date(view: CycleView, obligation: ObligationKey, due_at: datetime, known: Extension | None) -> None:
    in_force = effective_due(view.dates(obligation.period), known)
    if due_at <= in_force:
        raise ActionNeeded("extension.not_later", due_at=in_force)
    if view.programme.beyond_freeze is BeyondFreeze.REFUSE and is_beyond_freeze(view, obligation, due_at):
        raise ActionNeeded("extension.beyond_freeze", freeze_at=view.dates(obligation.period).freeze_at)


def _told(house: House, view: CycleView, obligation: ObligationKey, due_at: datetime, reason: str) -> str:
    """The reason as the agency reads it; an extension that the edition does not wait for says so."""
    if not is_beyond_freeze(view, obligation, due_at):
        return reason
    note = house.texts.say("extension.edition_does_not_wait", freeze_at=view.dates(obligation.period).freeze_at)
    return f"{reason.rstrip(' .;')}. {note}"
