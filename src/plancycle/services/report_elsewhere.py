"""An agency declares that a report went by another channel: it is then neither missing nor overdue."""

from plancycle.domain.elsewhere import ReportedElsewhere
from plancycle.domain.errors import ActionNeeded, NotAllowed, NotFound
from plancycle.domain.periods import ObligationKey
from plancycle.domain.submissions import SubmissionStatus
from plancycle.services.cycle_view import cycle_view
from plancycle.services.journal import record
from plancycle.services.ports import House

LONGEST = 500


def declare_elsewhere(house: House, obligation: ObligationKey, reference: str, declared_by: str) -> ReportedElsewhere:
    """Keep the declaration; the first one stands. ``reference`` names the document sent, never what is in it.

    Raises NotFound (nothing owed, or the year is not open), NotAllowed (a body that has no other channel) and
    ActionNeeded (no document, no name, or a report that has been accepted here).
    """
    document, person = " ".join(reference.split()), " ".join(declared_by.split())
    if not document or not person or max(len(document), len(person)) > LONGEST:
        raise ActionNeeded("elsewhere.document_needed", longest=LONGEST)
    with house.work() as work:
        view = cycle_view(house, int(obligation.cycle.rpartition("-")[2]), work)
        if work.cycles.get(view.id) is None or obligation.agency not in view.reporters(obligation.period):
            raise NotFound("not_found.reporter", agency=obligation.agency)
        if not view.programme.agency(obligation.agency).other_channel:
            raise NotAllowed("elsewhere.not_allowed", agency=view.name(obligation.agency))
        for known in work.successions.declared(view.id):
            if known.obligation == str(obligation):
                return known
        if any(one.status is SubmissionStatus.ACCEPTED for one in work.submissions.versions(obligation)):
            raise ActionNeeded("elsewhere.already_filed", agency=view.name(obligation.agency))
        declared = ReportedElsewhere(str(obligation), document, person, house.clock.now())
        work.successions.declare(view.id, declared)
        record(house, work, "obligation.elsewhere", str(obligation), person, reference=document)
    return declared
