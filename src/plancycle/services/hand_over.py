"""One delivery, by the protocol: the attempt is stored first; who does not know what came of one asks before the next.

=====================  ===========================================================================
what is known          what is done
=====================  ===========================================================================
never tried            attempt stored, handed over
tried, outcome lost    asked; handed over again only when the addressee never saw it
other bytes there      parked for a person
nobody can be asked    parked for a person; never tried blindly again
=====================  ===========================================================================
"""

from dataclasses import replace

from plancycle.domain.errors import OutsideFailure
from plancycle.domain.exchange import Business
from plancycle.domain.transmittals import OPEN, Transmittal, TransmittalStatus, check_move
from plancycle.services.acknowledgements import MAIL, Said, note, take_the_place
from plancycle.services.cycle_view import CycleView
from plancycle.services.failpoints import reach
from plancycle.services.journal import record
from plancycle.services.packages import package_of
from plancycle.services.ports import GatewayReply, House
from plancycle.services.post_edition import post


def hand_over(house: House, view: CycleView, one: Transmittal) -> Transmittal:
    """Hand over what is to be handed over, unless it waits for a person; returns it as it stands then.

    Raises NotAllowed (no approval of these bytes) and ActionNeeded (channel not set up, no identification code).
    """
    if one.status not in OPEN or one.status is TransmittalStatus.PARKED:
        return one
    if one.channel == MAIL:
        return post(house, view, one)
    gateway = house.gateway(one.channel)
    try:
        reply = find_out(house, one) if one.business is not Business.RECALL else None
        if reply is None:
            with house.work() as work:
                package = package_of(house, work, view, one)
            one = _attempt(house, one)
            reply = gateway.recall(package) if one.business is Business.RECALL else gateway.send(package)
    except OutsideFailure as failure:
        return note_failure(house, one, failure)
    reach("transmit.delivered")
    return settle(house, one, reply)


def find_out(house: House, one: Transmittal) -> GatewayReply | None:
    """What became of an earlier attempt; None when there was none, or the addressee never saw it.

    Raises OutsideFailure when nobody answers.
    """
    if not one.attempts:
        return None
    return house.gateway(one.channel).ask(one.addressee, one.key, one.bundle_sha256)


def _attempt(house: House, one: Transmittal) -> Transmittal:
    tried = replace(one, status=TransmittalStatus.INTENT, attempts=one.attempts + 1)
    if one.status is not tried.status:
        check_move(one.status, tried.status)
    return save(house, tried, "transmittal.attempt")


def note_failure(house: House, one: Transmittal, failure: OutsideFailure) -> Transmittal:
    """Keep what went wrong: nothing taken, nobody can say, or nobody can be asked (then it is parked)."""
    marks = {"gateway.unknown": TransmittalStatus.UNKNOWN, "gateway.cannot_ask": TransmittalStatus.PARKED}
    status = marks.get(failure.key, one.status)
    if status is one.status and one.reply == failure.key:
        return one  # the same trouble again is no news
    if status is not one.status:
        check_move(one.status, status)
    action = f"transmittal.{status}" if failure.key in marks else "transmittal.not_delivered"
    return save(house, replace(one, status=status, reply=failure.key), action)


def settle(house: House, one: Transmittal, reply: GatewayReply) -> Transmittal:
    """Store what the addressee said about the delivery, and what follows for an earlier one, in one transaction."""
    marks = {"conflict": TransmittalStatus.PARKED, "refused": TransmittalStatus.REFUSED}
    status = marks.get(reply.state, TransmittalStatus.SENT)
    check_move(one.status, status)
    is_sent = status is TransmittalStatus.SENT
    now = house.clock.now()
    known = replace(one, status=status, sent_at=now if is_sent else None, reply=reply.body)
    with house.work() as work:
        work.transmittals.save(known)
        record(house, work, f"transmittal.{status}", known.key)
        if is_sent:
            take_the_place(house, work, known)
        if reply.code and status is not TransmittalStatus.PARKED and known.business is not Business.RECALL:
            known = note(house, work, known, Said(reply.code, reply.body.encode(), known.channel))
    return known


def save(house: House, one: Transmittal, action: str, actor: str = "plancycle", **details: object) -> Transmittal:
    """Store a transmittal with its event."""
    with house.work() as work:
        work.transmittals.save(one)
        record(house, work, action, one.key, actor, **details)
    return one
