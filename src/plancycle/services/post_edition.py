"""An approved edition by e-mail: one letter in the outbox, sent once by the outbox's own rules."""

from dataclasses import replace

from plancycle.domain.errors import ActionNeeded
from plancycle.domain.exchange import Business
from plancycle.domain.messages import MessageKind, MessageStatus, message_key
from plancycle.domain.periods import Period
from plancycle.domain.transmittals import OPEN, Transmittal, TransmittalStatus, check_move
from plancycle.services.cycle_view import CycleView
from plancycle.services.deliver_messages import deliver
from plancycle.services.journal import record
from plancycle.services.letters import address_of, agency_facts, put
from plancycle.services.packages import package_of
from plancycle.services.ports import Attachment, House, Package
from plancycle.services.repositories import Work

MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
OUTCOMES = {
    MessageStatus.SENT: TransmittalStatus.SENT,
    MessageStatus.IN_DOUBT: TransmittalStatus.UNKNOWN,
    MessageStatus.REFUSED: TransmittalStatus.REFUSED,
}
"""What became of the letter, as a transmittal; in every other status it has surely not left yet."""


def post(house: House, view: CycleView, one: Transmittal) -> Transmittal:
    """Queue the letter, send it, and follow what becomes of it.

    Raises ActionNeeded("transmittal.no_mailbox"), NotAllowed, and ActionNeeded("transmittal.recall_by_letter"): a
    letter cannot be called back by a machine.
    """
    if one.business is Business.RECALL:
        raise ActionNeeded("transmittal.recall_by_letter", transmittal=one.key)
    key = letter_key(one)
    with house.work() as work:
        if work.outbox.get(key) is None:
            _queue(house, work, view, one, key)
    deliver(house, key)
    with house.work() as work:
        letter = work.outbox.get(key)
        known = work.transmittals.get(one.key) or one
        status = OUTCOMES.get(letter.status) if letter else None
        if letter is None or status is None or status is known.status or known.status not in OPEN:
            return known
        check_move(known.status, status)
        sent = replace(known, status=status, sent_at=letter.sent_at, reply=letter.reply)
        work.transmittals.save(sent)
        record(house, work, f"transmittal.{status}", one.key, letter=key)
        return sent


def letter_key(one: Transmittal) -> str:
    """The key of a transmittal's letter in the outbox."""
    return message_key(one.period_key, one.addressee, f"gui-{one.key.partition(f'/{one.addressee}/')[2]}")


def _queue(house: House, work: Work, view: CycleView, one: Transmittal, key: str) -> None:
    contact = house.programmes.address_book(view.programme.id).contact(one.addressee)
    address = address_of(work, contact)
    if not address:
        raise ActionNeeded("transmittal.no_mailbox", addressee=one.addressee)
    package = package_of(house, work, view, one)
    period = Period(one.period_key.rpartition("/")[2])
    facts = {
        **agency_facts(house, view, period),
        "agency_name": package.cover.addressee_name,
        "person": contact.person if contact else "",
        "number": package.document_number,
        "dated": package.cover.dated,
        "part": str(one.part),
        "replaces": package.concerns.document_number if package.concerns else "",
        "is_replacement": one.business is Business.REPLACE,
        "bundle_sha256": one.bundle_sha256,
        "files": [file.file_name for file in package.files],
    }
    attached = _attached(package)
    tried = replace(one, attempts=one.attempts + 1)
    work.transmittals.save(tried)
    put(house, work, one.period_key, one.addressee, MessageKind.TRANSMITTAL, key, address, facts, attached)
    record(house, work, "transmittal.attempt", one.key, letter=key)


def _attached(package: Package) -> list[Attachment]:
    kinds = ((file, file.kind.rpartition(".")[2]) for file in package.files)
    return [
        Attachment(file.file_name, file.data, MEDIA_TYPES.get(kind, "application/octet-stream"))
        for file, kind in kinds
        if kind in ("pdf", "docx")
    ]
