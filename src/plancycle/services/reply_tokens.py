"""Marks by which a reply to our letters is known: only somebody who has one of an agency's letters can carry its mark.

Two ways, since mail programs drop one or the other: an address of its own to reply to (``bao-cao+<mark>@…``, RFC 5233
calls the part after the plus a detail), and the thread our letters of an agency and period belong to, whose Message-ID
is made from the mark and comes back in References.
"""

import hmac

from plancycle.domain.agencies import AddressBook
from plancycle.domain.incoming_mail import IncomingMail, plus_parts
from plancycle.services.ports import House
from plancycle.services.repositories import Work

DIGITS = 20
"""Hex digits of a mark: 80 bits, short enough for the 64 characters a local part may have (RFC 5321, 4.5.3.1.1)."""


def mark_of(house: House, thread: str, recipient: str) -> str:
    """The mark of a recipient's letters about one period (``thread``: ``tn-nq94-2025/q1``)."""
    return house.seals.seal("reply", thread, recipient)[:DIGITS]


def thread_of(house: House, thread: str, recipient: str) -> str:
    """The key of the mail thread those letters belong to; nobody can guess its Message-ID."""
    return f"{thread}/{recipient}/{mark_of(house, thread, recipient)}"


def reply_address(house: House, thread: str, recipient: str, book: AddressBook) -> str | None:
    """Where a reply goes: an agency's to the marked address of the mailbox; to the operator when there is no mailbox,
    and whenever somebody else than an agency was written to.
    """
    local, at, domain = house.mailbox.address.partition("@")
    if at and recipient in house.programmes.load(house.programme_id).reporters:
        return f"{local}+{mark_of(house, thread, recipient)}@{domain}"
    return book.operator_email


def agencies_replying(house: House, work: Work, mail: IncomingMail, agencies: frozenset[str]) -> frozenset[str]:
    """Those of the agencies whose mark, of any opened year's period, is on a mail."""
    details, references = plus_parts(mail.recipients), set(mail.references)
    programme = house.programmes.load(house.programme_id)
    threads = [f"{cycle.id}/{period}" for cycle in work.cycles.all() for period in programme.order]
    return frozenset(
        agency
        for agency in agencies
        for thread in threads
        if _carries(details, mark_of(house, thread, agency))
        or house.composer.message_id(thread_of(house, thread, agency)) in references
    )


def _carries(details: list[str], mark: str) -> bool:
    return any(hmac.compare_digest(detail.encode(), mark.encode()) for detail in details)
