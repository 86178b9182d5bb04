"""Take in a delivery report: find the letter, mark the address, try the alternate. The same report twice is once."""

from dataclasses import dataclass
from enum import StrEnum

from plancycle.domain.bounces import MAX_WHY, Bounce, BounceKind, BounceNotice, Complaint, kind_of
from plancycle.domain.messages import Message
from plancycle.services.bounced_letters import note_bounce
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.repositories import Work


class BounceOutcome(StrEnum):
    """What became of a letter that looked like a report."""

    RECORDED = "recorded"
    KNOWN = "known"
    UNMATCHED = "unmatched"
    NOT_A_REPORT = "not_a_report"


@dataclass(frozen=True, slots=True)
class RecordedBounce:
    """``evidence`` is the SHA-256 the report is kept under; ``second_try`` the key of the alternate's letter."""

    outcome: BounceOutcome
    evidence: str
    key: str = ""
    kind: BounceKind | None = None
    second_try: str | None = None


def record_bounce(house: House, raw: bytes) -> RecordedBounce:
    """Record one report, given as the whole letter (RFC 5322 bytes).

    The bytes are kept first. A report that names no Message-ID of ours is listed for the operator and changes no
    address: anybody can write such a letter.
    """
    evidence = house.files.put(raw)
    notice = house.bounce_reader.read(raw)
    if notice is None:
        return RecordedBounce(BounceOutcome.NOT_A_REPORT, evidence)
    with house.work() as work:
        letters = [work.outbox.get(key) for key in work.addresses.letters(notice.message_ids)]
        message = next((one for one in letters if one is not None), None)
        if message is None:
            return _unmatched(house, work, evidence, notice)
        complaint = _about(message, notice)
        kind = kind_of(complaint)
        if kind is None:
            return RecordedBounce(BounceOutcome.NOT_A_REPORT, evidence, message.key)
        bounce = _bounce(house, evidence, message.key, message.to_address, kind, complaint)
        is_known = any(one.evidence == evidence for one in work.addresses.bounces(message.key))
        second = note_bounce(house, work, message, bounce)
    outcome = BounceOutcome.KNOWN if is_known else BounceOutcome.RECORDED
    return RecordedBounce(outcome, evidence, message.key, kind, second)


def _about(message: Message, notice: BounceNotice) -> Complaint:
    """What the report says about this letter's recipient; a forwarding relay may name another address for it."""
    mine = [one for one in notice.complaints if one.address.casefold() == message.to_address.casefold()]
    return (mine or list(notice.complaints))[0]


def _unmatched(house: House, work: Work, evidence: str, notice: BounceNotice) -> RecordedBounce:
    complaint = notice.complaints[0]
    kind = kind_of(complaint) or BounceKind.DELAYED
    bounce = _bounce(house, evidence, "", complaint.address, kind, complaint)
    if not work.addresses.add_bounce(bounce):
        return RecordedBounce(BounceOutcome.KNOWN, evidence)
    record(house, work, "bounce.unmatched", evidence)
    return RecordedBounce(BounceOutcome.UNMATCHED, evidence, kind=kind)


def _bounce(house: House, evidence: str, key: str, address: str, kind: BounceKind, complaint: Complaint) -> Bounce:
    why = " ".join(complaint.diagnostic.split())[:MAX_WHY]
    return Bounce(evidence, key, address[:254], kind, complaint.status[:20], why, house.clock.now())
