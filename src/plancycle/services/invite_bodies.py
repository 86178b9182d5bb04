"""Invite the bodies that the plan politely asks to help: one letter a year, without a due date, never followed up.

Sent by an operator's act, never by the ladder: the plan invites these bodies, it gives them no duty.
"""

from plancycle.domain.messages import MessageKind, message_key
from plancycle.services.cycle_view import cycle_view
from plancycle.services.letters import address_of, put, sender_of
from plancycle.services.ports import House

INVITATION = "invitation"


def invite_all(house: House, year: int) -> list[str]:
    """Queue the invitation of every invited body that has an address and none yet; returns the keys."""
    view = cycle_view(house, year)
    book = house.programmes.address_book(view.programme.id)
    invited = view.programme.invitations
    queued: list[str] = []
    with house.work() as work:
        for body in invited.bodies:
            contact = book.contact(body.id)
            address = address_of(work, contact)
            key = message_key(f"{view.id}/{INVITATION}", body.id, INVITATION)
            if not address or work.outbox.get(key) is not None:
                continue
            facts = {
                "programme_title": view.programme.title,
                "programme_short": view.programme.id.upper(),
                "agency_name": view.name(body.id),
                "sender": sender_of(view),
                "person": contact.person if contact else "",
                "contact": f"{book.preparer.name}, {book.preparer.email}" if book.preparer else "",
                "requests": [request.title for request in invited.requests],
                "year": year,
            }
            put(house, work, f"{view.id}/{INVITATION}", body.id, MessageKind.INVITATION, key, address, facts)
            queued.append(key)
    return queued
