"""Postpone one agency's due date: asked for by one person, decided by another, with a reason."""

from datetime import datetime

from plancycle.domain.deadlines import Extension, effective_due
from plancycle.domain.errors import ActionNeeded, NotAllowed, NotFound
from plancycle.domain.messages import MessageKind
from plancycle.domain.periods import ObligationKey
from plancycle.services.cycle_view import cycle_view
from plancycle.services.journal import record
from plancycle.services.letters import queue_to_agency
from plancycle.services.ports import House


def grant(
    house: House, obligation: ObligationKey, due_at: datetime, reason: str, requested_by: str, decided_by: str
) -> Extension:
    """Grant and tell the agency. Twice is once.

    Raises NotFound (a body that owes nothing), NotAllowed (same person) and ActionNeeded (no reason, or not later
    than the due date in force).
    """
    if requested_by == decided_by:
        raise NotAllowed("extension.same_person", person=decided_by)
    view = cycle_view(house, int(obligation.cycle.rpartition("-")[2]))
    if obligation.agency not in view.programme.reporters:
        raise NotFound("not_found.reporter", agency=obligation.agency)
    if not reason.strip():
        raise ActionNeeded("extension.reason_needed")
    extension = Extension(str(obligation), due_at, reason, requested_by, decided_by, house.clock.now())
    with house.work() as work:
        known = work.submissions.extensions(view.id).get(str(obligation))
        if known is not None and known.due_at == due_at:
            return known
        in_force = effective_due(view.dates(obligation.period), known)
        if due_at <= in_force:
            raise ActionNeeded("extension.not_later", due_at=in_force)
        work.submissions.add_extension(extension)
        record(house, work, "extension.granted", str(obligation), decided_by, due_at=due_at.isoformat())
        facts = {"new_due_at": due_at, "reason": reason}
        rung = f"extension-{due_at:%Y%m%d%H%M}"
        queue_to_agency(house, work, view, obligation.period, obligation.agency, MessageKind.EXTENSION, rung, facts)
    return extension
