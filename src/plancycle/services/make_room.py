"""Before a newer edition leaves: what the addressee has of the older one is found out, and where need be asked back.

An addressee never has two reports in force. The original is settled first; then either the addressee takes the newer
one and lets go of the original in one act, or the recall is agreed to (15) before anything new leaves.
"""

from dataclasses import replace

from plancycle.domain.errors import OutsideFailure
from plancycle.domain.exchange import Business, ExchangeStatus
from plancycle.domain.messages import MessageStatus
from plancycle.domain.transmittals import (
    OPEN,
    Transmittal,
    TransmittalStatus,
    check_move,
    check_recall,
    in_force,
    line,
)
from plancycle.services.acknowledgements import MAIL
from plancycle.services.cycle_view import CycleView
from plancycle.services.deliveries import declared
from plancycle.services.hand_over import find_out, hand_over, note_failure, save, settle
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.post_edition import letter_key
from plancycle.services.repositories import Work


def make_room(house: House, view: CycleView, one: Transmittal) -> Transmittal | None:
    """The transmittal as it may leave now; None while the original has to be waited for, or for a person to settle it.

    Where the addressee refuses to give the original back, the newer one is parked: a person must talk to it.
    """
    if one.status not in OPEN - {TransmittalStatus.PARKED} or one.business is Business.RECALL:
        return one
    for older in _earlier(house, one):
        if older.status in OPEN and _settled(house, view, older).status in OPEN:
            return None
    known = _earlier(house, one)
    if not known:
        return one
    standing = in_force(known)
    if standing:
        business = Business.UPDATE if one.business is Business.UPDATE else Business.REPLACE
        return _beside(house, view, _aimed(house, one, business, standing[-1].key), standing[-1])
    # What was tried and is not there may still arrive: the newer one says that it takes its place.
    tried = [older for older in known if older.status is TransmittalStatus.WITHDRAWN and older.attempts]
    return _aimed(house, one, Business.REPLACE if tried else Business.NEW, (tried or known)[-1].key)


def _earlier(house: House, one: Transmittal) -> list[Transmittal]:
    """What the addressee was sent before in the same line, oldest edition first."""
    with house.work() as work:
        known = line(work.transmittals.of_cycle(one.edition.split("/")[0]), one)
    before = [older for older in known if older.key != one.key and older.edition_number <= one.edition_number]
    return sorted(before, key=lambda older: (older.edition_number, older.key))


def _aimed(house: House, one: Transmittal, business: Business, concerns: str) -> Transmittal:
    """The same transmittal about what the addressee has by now."""
    aimed = replace(one, business=business, concerns=concerns)
    return one if aimed == one else save(house, aimed, "transmittal.aimed", business=str(business), concerns=concerns)


def _settled(house: House, view: CycleView, older: Transmittal) -> Transmittal:
    """Find out whether the original is there; one that surely never left is withdrawn."""
    if older.status is TransmittalStatus.PARKED:
        return older
    if older.channel == MAIL:
        return _unsent(house, older)
    try:
        reply = find_out(house, older)
    except OutsideFailure as failure:
        return note_failure(house, older, failure)
    if reply is not None:
        return settle(house, older, reply)
    check_move(older.status, TransmittalStatus.WITHDRAWN)
    return save(house, replace(older, status=TransmittalStatus.WITHDRAWN), "transmittal.withdrawn")


def _unsent(house: House, older: Transmittal) -> Transmittal:
    """A letter that still waits is taken out of the outbox; one in a sender's hands or in doubt is waited for."""
    with house.work() as work:
        letter = work.outbox.get(letter_key(older))
        if letter is not None and letter.status is not MessageStatus.QUEUED:
            return older
        if letter is not None:
            work.outbox.move(letter.key, MessageStatus.COVERED, at=house.clock.now(), reply=older.key)
        check_move(older.status, TransmittalStatus.WITHDRAWN)
        withdrawn = replace(older, status=TransmittalStatus.WITHDRAWN, attempts=0)
        work.transmittals.save(withdrawn)
        record(house, work, "transmittal.withdrawn", older.key)
    return withdrawn


def _beside(house: House, view: CycleView, one: Transmittal, older: Transmittal) -> Transmittal | None:
    """What to do while the original is in force: go as its replacement, or have it given back first."""
    to = declared(view, one)
    if one.business is Business.UPDATE or to is None or to.replaces_at_once:
        return one
    if older.standing is ExchangeStatus.RECALL_REFUSED:
        check_move(one.status, TransmittalStatus.PARKED)
        parked = replace(one, status=TransmittalStatus.PARKED, reply="transmittal.recall_refused")
        return save(house, parked, "transmittal.parked")
    with house.work() as work:
        asked = recall_intent(house, work, older, one.reason, one.approval)
    hand_over(house, view, asked)
    return None


def recall_intent(
    house: House,
    work: Work,
    older: Transmittal,
    reason: str,
    approval: str | None = None,
    by: str = "plancycle",
    **told: str,
) -> Transmittal:
    """The recall of a transmittal, stored before it leaves; asked for twice it is the same until it is answered.

    ``told`` goes into the log beside the reason. Raises ActionNeeded when there is nothing to recall.
    """
    known = [one for one in work.transmittals.of_cycle(older.edition.split("/")[0]) if _is_recall_of(one, older)]
    if known and known[-1].status is not TransmittalStatus.REFUSED:
        return known[-1]
    check_recall(older)
    asked = replace(
        older,
        key=f"{older.key}/thu-hoi-{len(known) + 1}",
        status=TransmittalStatus.INTENT,
        attempts=0,
        sent_at=None,
        acknowledged_at=None,
        reply=None,
        business=Business.RECALL,
        concerns=older.key,
        approval=approval,
        standing=ExchangeStatus.SENT,
        reason=reason,
    )
    work.transmittals.add(asked)
    record(house, work, "transmittal.recall", asked.key, by, concerns=older.key, reason=reason, **told)
    return asked


def _is_recall_of(one: Transmittal, older: Transmittal) -> bool:
    return one.business is Business.RECALL and one.concerns == older.key
