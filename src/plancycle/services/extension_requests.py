"""Requests for more time: asked, withdrawn, revoked, and what time itself ends. Deciding is :mod:`.grant_extension`."""

from dataclasses import dataclass, replace
from datetime import datetime

from plancycle.domain.deadlines import effective_due
from plancycle.domain.errors import ActionNeeded, NotFound
from plancycle.domain.extensions import ExtensionRequest, RequestStatus, check_move, lapse_of, standing_at
from plancycle.domain.periods import CycleKey, ObligationKey
from plancycle.domain.secrecy import check_unmarked
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.extension_letters import tell_revoked
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.repositories import Work


def ask(house: House, obligation: ObligationKey, wanted: datetime, reason: str, asked_by: str) -> ExtensionRequest:
    """An agency asks for a later due date (or the operator does on its behalf). Asking twice is asking once.

    Raises NotFound (a body that owes nothing) and ActionNeeded (no reason, nobody named, not later than the due date
    in force, another request waits for its decision).
    """
    with house.work() as work:
        view = view_of(house, work, obligation)
        now = house.clock.now()
        waiting = [
            one for one in work.extension_requests.of(obligation) if standing_at(one, now) is RequestStatus.REQUESTED
        ]
        if waiting and waiting[-1].wanted == wanted:
            return waiting[-1]
        if waiting:
            raise ActionNeeded("extension.already_asked", request=waiting[-1].id)
        in_force = effective_due(
            view.dates(obligation.period), work.submissions.extensions(view.id).get(str(obligation))
        )
        if wanted <= max(in_force, now):
            raise ActionNeeded("extension.not_later", due_at=max(in_force, now))
        return new_request(house, work, view, obligation, wanted, reason, asked_by)


def withdraw(house: House, request_id: str, by: str) -> ExtensionRequest:
    """The agency no longer needs what it asked for. Twice is once. Raises NotFound and MoveNotAllowed."""
    return _end(house, request_id, by, RequestStatus.WITHDRAWN)


def revoke(house: House, request_id: str, by: str, reason: str) -> ExtensionRequest:
    """Take a granted extension back from now on and tell the agency; what it sent until now stays excused.

    Raises NotFound, MoveNotAllowed (not granted, or its date has come) and ActionNeeded (no reason).
    """
    check_unmarked(reason)
    if not reason.strip():
        raise ActionNeeded("extension.reason_needed")
    with house.work() as work:
        request = found(work, request_id)
        if request.status is RequestStatus.REVOKED:
            return request
        now = house.clock.now()
        check_move(standing_at(request, now), RequestStatus.REVOKED)
        ended = replace(request, status=RequestStatus.REVOKED, ended_by=by, ended_at=now)
        save(house, work, ended, by, reason=reason)
        work.submissions.revoke_extension(str(request.obligation), now)
        view = view_of(house, work, request.obligation)
        tell_revoked(house, work, view, request.obligation, request.due_at or request.wanted, reason)
    return ended


def _end(house: House, request_id: str, by: str, status: RequestStatus) -> ExtensionRequest:
    with house.work() as work:
        request = found(work, request_id)
        if request.status is status:
            return request
        check_move(standing_at(request, house.clock.now()), status)
        ended = replace(request, status=status, ended_by=by, ended_at=house.clock.now())
        save(house, work, ended, by)
    return ended


def overdue(house: House, work: Work, cycle: str) -> list[tuple[ExtensionRequest, RequestStatus]]:
    """Requests of a cycle whose time is up and of which the rows do not say so yet: lapsed and expired ones."""
    now = house.clock.now()
    known = work.extension_requests.of_cycle(cycle)
    moved = ((one, standing_at(one, now)) for one in known)
    return [(one, status) for one, status in moved if status is not one.status]


def settle_overdue(house: House, year: int) -> list[ExtensionRequest]:
    """Write down what time itself has ended; running it twice writes nothing twice."""
    settled = []
    with house.work() as work:
        over = overdue(house, work, str(CycleKey(house.programme_id, year)))
    for request, status in over:
        with house.work() as work:
            fresh = found(work, request.id)
            if standing_at(fresh, house.clock.now()) is status is not fresh.status:
                ended_at = fresh.lapses_at if status is RequestStatus.LAPSED else fresh.due_at
                ended = replace(fresh, status=status, ended_at=ended_at)
                save(house, work, ended, "plancycle")
                settled.append(ended)
    return settled


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request as a list shows it; ``status`` is where it stands now."""

    request: ExtensionRequest
    agency_name: str
    period_title: str
    status: RequestStatus


def listing(house: House, year: int) -> list[RequestLine]:
    """Every request of a year, oldest first."""
    view, now = cycle_view(house, year), house.clock.now()
    with house.work() as work:
        known = work.extension_requests.of_cycle(view.id)
    return [
        RequestLine(one, view.name(one.obligation.agency), view.title(one.obligation.period), standing_at(one, now))
        for one in known
    ]


def view_of(house: House, work: Work, obligation: ObligationKey) -> CycleView:
    """The year an obligation belongs to. Raises NotFound for a body that owes nothing in the period."""
    view = cycle_view(house, int(obligation.cycle.rpartition("-")[2]), work)
    if obligation.agency not in view.reporters(obligation.period):
        raise NotFound("not_found.reporter", agency=obligation.agency)
    return view


def new_request(
    house: House,
    work: Work,
    view: CycleView,
    obligation: ObligationKey,
    wanted: datetime,
    reason: str,
    asked_by: str,
) -> ExtensionRequest:
    """Store a request and journal it. Raises ActionNeeded (no reason, nobody named) and DataProblem (marked secret)."""
    check_unmarked(reason, asked_by)
    if not reason.strip():
        raise ActionNeeded("extension.reason_needed")
    if not asked_by.strip():
        raise ActionNeeded("extension.asker_needed")
    now = house.clock.now()
    due_at = effective_due(view.dates(obligation.period), work.submissions.extensions(view.id).get(str(obligation)))
    number = len(work.extension_requests.of(obligation)) + 1
    lapses_at = lapse_of(now, due_at, wanted)
    request = ExtensionRequest(f"{obligation}/x{number}", obligation, wanted, reason, asked_by, now, lapses_at)
    work.extension_requests.add(request)
    record(house, work, "extension.requested", request.id, asked_by, wanted=wanted.isoformat())
    return request


def found(work: Work, request_id: str) -> ExtensionRequest:
    """The request with that id. Raises NotFound."""
    request = work.extension_requests.get(request_id)
    if request is None:
        raise NotFound("not_found.extension_request", request=request_id)
    return request


def save(house: House, work: Work, request: ExtensionRequest, by: str, **said: object) -> None:
    """Store where a request stands now, and journal it under its status."""
    work.extension_requests.save(request)
    record(house, work, f"extension.{request.status}", request.id, by, **said)


def waiting_of(house: House, obligation: ObligationKey) -> str:
    """The id of the request of an obligation that waits for its decision; empty when none does."""
    now = house.clock.now()
    with house.work() as work:
        known = work.extension_requests.of(obligation)
    return next((one.id for one in known if standing_at(one, now) is RequestStatus.REQUESTED), "")
