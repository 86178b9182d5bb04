"""Put an edition up for approval anew: its documents are rendered again, and what was decided no longer stands.

For an edition that was returned although its figures are right, one whose signatory changed after the documents were
made, or one whose chain of steps changed.
"""

from plancycle.domain.approval_chain import live
from plancycle.domain.approvals import MINIMUM_REASON
from plancycle.domain.consolidation import Edition
from plancycle.domain.errors import ActionNeeded, NotFound
from plancycle.domain.secrecy import check_unmarked
from plancycle.services.approval_chain import year_of
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.decide_approval import void
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.prepare_submission import Prepared, check_can_be_approved, render_and_ask
from plancycle.services.repositories import Work


def renew(house: House, edition_id: str, reason: str, by: str) -> Prepared:
    """Render again under the same number and ask the first step again.

    Raises NotFound, and ActionNeeded without a reason, for an edition that has not been put up or is on its way, and as
    ``prepare`` does.
    """
    check_unmarked(reason)
    if len(reason.strip()) < MINIMUM_REASON:
        raise ActionNeeded("act.reason_needed", minimum=MINIMUM_REASON)
    with house.work() as work:
        edition = work.editions.get(edition_id)
        if edition is None:
            raise NotFound("not_found.edition", edition=edition_id)
        view = cycle_view(house, year_of(edition), work)
        known = work.editions.approvals(edition_id)
        if not known or any(one.edition == edition_id for one in work.transmittals.of_cycle(view.id)):
            raise ActionNeeded("approval.nothing_to_renew", edition=edition_id)
        check_can_be_approved(work, view, edition)
        record(house, work, "approval.renewed", edition_id, by, reason=reason.strip())
        return put_up_anew(house, work, view, edition)


def put_up_anew(house: House, work: Work, view: CycleView, edition: Edition) -> Prepared:
    """What was asked and decided no longer stands; the documents are made again and the first step is asked."""
    for one in live(work.editions.approvals(edition.id)):
        void(house, work, one)
    work.editions.drop_documents(edition.id)
    return render_and_ask(house, work, view, edition)
