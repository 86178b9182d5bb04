"""Whether a correction goes in the place of the report that left or beside it: a person chooses, until one approves."""

from plancycle.domain.approval_chain import live
from plancycle.domain.approvals import Approval, ApprovalStatus
from plancycle.domain.consolidation import Edition
from plancycle.domain.document_register import RegisterEntry
from plancycle.domain.errors import ActionNeeded, NotFound
from plancycle.domain.exchange import Business
from plancycle.services.correct_upward import (
    order,
    ordered_already,
    relation_of,
    resting_on,
)
from plancycle.services.cycle_view import cycle_view
from plancycle.services.document_register import check_reason, relate_otherwise
from plancycle.services.ports import House
from plancycle.services.prepare_submission import Prepared, check_can_be_approved, prepare
from plancycle.services.renew_approval import put_up_anew
from plancycle.services.repositories import Work
from plancycle.services.transmit_edition import waiting_order


def put_up(house: House, edition_id: str, business: Business, reason: str, by: str, document: str = "") -> Prepared:
    """Put the newest edition up for approval as replacement or supplement of the report that left.

    Where it has been ordered already, which the sweep does by itself after an agency's correction, the choice is
    changed: the number stays, the documents are made anew, the first step is asked again. Raises as :func:`.order`,
    and ActionNeeded once somebody has approved, or where it is to be the same again.
    """
    with house.work() as work:
        edition = work.editions.get(edition_id)
        if edition is None:
            raise NotFound("not_found.edition", edition=edition_id)
        view = cycle_view(house, int(edition.cycle.rpartition("-")[2]), work)
        entry = waiting_order(work, view, edition.period)
        if entry is not None:
            text, paper = check_reason(reason), resting_on(document)
            check_can_be_approved(work, view, edition)
            check_undecided(work, entry, edition)
            wanted = relation_of(business)
            if entry.relation is wanted:
                raise ordered_already(entry, edition)
            relate_otherwise(house, work, entry, wanted, text, by, edition=edition_id, **paper)
            return put_up_anew(house, work, view, edition)
    order(house, edition_id, business, reason, by, document)
    return prepare(house, edition_id)


def is_decided(work: Work, edition: Edition) -> bool:
    """Whether somebody's approval of it stands."""
    return bool(_decided(work, edition))


def _decided(work: Work, edition: Edition) -> list[Approval]:
    return [one for one in live(work.editions.approvals(edition.id)) if one.status is ApprovalStatus.APPROVED]


def check_undecided(work: Work, entry: RegisterEntry, edition: Edition) -> None:
    """Nobody has approved the edition: what was approved does not become something else. Raises ActionNeeded."""
    decided = _decided(work, edition)
    if decided:
        facts = {"code": f"{entry.code} ({entry.year})", "by": decided[-1].decided_by, "at": decided[-1].decided_at}
        raise ActionNeeded("transmittal.relation_approved", edition=edition.id, **facts)
