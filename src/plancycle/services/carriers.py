"""Which way a letter goes: by mail, or as a signed post to the agency's own system. The key's last part says it."""

from collections.abc import Callable
from datetime import datetime

from plancycle.domain.messages import Message, retry_at
from plancycle.domain.webhooks import CHANNEL as WEBHOOK
from plancycle.domain.webhooks import Endpoint, next_try
from plancycle.services.ports import AddressPostponed, House, NotTaken


def is_webhook(key: str) -> bool:
    """Whether a letter's key ends in the webhook channel."""
    return key.rpartition("/")[2] == WEBHOOK


def hand_over(house: House, message: Message, data: bytes, about_to_leave: Callable[[], None]) -> str:
    """Hand one letter to the carrier of its channel; returns the answer.

    Raises what the carriers raise: AddressRefused, AddressPostponed, OutsideFailure (mail only: one endpoint out of
    reach says nothing about the next).
    """
    if not is_webhook(message.key):
        return house.postman.deliver(message.to_address, data, about_to_leave)
    endpoint = endpoint_of(house, message.agency)
    if endpoint is None:
        raise NotTaken("contacts.yaml: -")
    about_to_leave()
    return house.courier.deliver(endpoint, message.key, data)


def endpoint_of(house: House, agency: str) -> Endpoint | None:
    """Where an agency's own system listens now; None when its contact does not ask for that channel."""
    contact = house.programmes.address_book(house.programme_id).contact(agency)
    return contact.webhook if contact and WEBHOOK in contact.channels else None


def again_at(message: Message, now: datetime, wait: AddressPostponed | None) -> datetime | None:
    """When a letter that was not taken is tried again; None when it is time to give up (the webhook is parked)."""
    if is_webhook(message.key):
        return next_try(message.attempts, now, wait.patience if isinstance(wait, NotTaken) else None)
    return retry_at(message, now)
