"""A letter came back: the address gets its standing, and the alternate address one try under its own key."""

from plancycle.domain.bounces import (
    AddressStanding,
    Bounce,
    BounceKind,
    Complaint,
    after_complaint,
    kind_of,
    second_key,
    usable,
)
from plancycle.domain.messages import Message, MessageStatus
from plancycle.domain.webhooks import is_gone
from plancycle.services.carriers import endpoint_of, is_webhook
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.repositories import Work


def note_refusal(house: House, work: Work, message: Message, reply: str) -> None:
    """A carrier refused a letter for good, in the transaction that writes so. ``reply`` is its answer.

    A webhook that is parked after its last try leaves its endpoint as it is; 410 disables it.
    """
    if not is_webhook(message.key):
        kind = kind_of(Complaint(message.to_address, "failed", "", reply)) or BounceKind.SOFT
        _mark(house, work, message, message.to_address, kind, reply, None)
        try_alternate(house, work, message)
        return
    endpoint = endpoint_of(house, message.agency)
    if endpoint is not None and is_gone(reply):
        _mark(house, work, message, endpoint.label, BounceKind.HARD, reply, None)


def note_bounce(house: House, work: Work, message: Message, bounce: Bounce) -> str | None:
    """A report about a letter that had been sent; returns the key of the second try when one was queued."""
    if not work.addresses.add_bounce(bounce) or bounce.kind is BounceKind.DELAYED:
        return None
    record(house, work, "message.bounced", message.key, kind=str(bounce.kind), evidence=bounce.evidence)
    if message.status is MessageStatus.IN_DOUBT:
        # The report is the evidence that was missing: the letter did leave.
        work.outbox.move(message.key, MessageStatus.SENT, at=house.clock.now())
    _mark(house, work, message, bounce.address, bounce.kind, f"{bounce.status} {bounce.why}".strip(), bounce.evidence)
    return try_alternate(house, work, message)


def _mark(
    house: House, work: Work, message: Message, address: str, kind: BounceKind, why: str, evidence: str | None
) -> None:
    known = work.addresses.get(address)
    fresh = after_complaint(known, address, kind, why, house.clock.now(), evidence)
    work.addresses.save(fresh)
    if known is None or known.standing is not fresh.standing:
        record(house, work, f"address.{fresh.standing}", message.agency, letter=message.key, evidence=evidence)


def try_alternate(house: House, work: Work, message: Message) -> str | None:
    """Queue the letter once more for another address of the agency; None when there is none, or it was tried.

    The same text and attachments under a key and a Message-ID of their own: the second try has its own fate.
    """
    contact = house.programmes.address_book(house.programme_id).contact(message.agency)
    key = second_key(message.key)
    left = [one for one in usable(contact, work.addresses.refused()) if one != message.to_address]
    if key is None or not left:
        if contact is not None and not usable(contact, work.addresses.refused()):
            record(house, work, "agency.unreachable", message.agency, letter=message.key)
        return None
    return key if queue_copy(house, work, message, key, left[0]) else None


def queue_copy(house: House, work: Work, message: Message, key: str, address: str) -> bool:
    """Queue a letter's text and attachments for another address under another key; False when that was done."""
    if work.outbox.get(key) is not None:
        return False
    now = house.clock.now()
    mail = house.composer.readdress(house.files.get(message.sha256), key, address, now)
    sha256 = house.files.put(mail.data)
    copy = Message(
        key,
        message.kind,
        message.period,
        message.agency,
        address,
        mail.subject,
        mail.message_id,
        sha256,
        MessageStatus.QUEUED,
        now,
    )
    is_new = work.outbox.add(copy)
    if is_new:
        record(house, work, "message.queued", key, kind=str(message.kind), sha256=sha256, instead_of=message.key)
    return is_new


def is_working(work: Work, address: str) -> bool:
    """Whether nobody has refused that address for good."""
    known = work.addresses.get(address)
    return known is None or known.standing is not AddressStanding.REFUSED
