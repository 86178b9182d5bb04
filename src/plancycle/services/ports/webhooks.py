"""Webhooks: one signed POST at a time."""

from datetime import timedelta
from typing import Protocol

from plancycle.domain.webhooks import Endpoint
from plancycle.services.ports.mailing import AddressPostponed


class NotTaken(AddressPostponed):
    """The endpoint did not take it this time: try again under the same id. ``patience`` is what it asked for."""

    def __init__(self, reply: str, patience: timedelta | None = None) -> None:
        self.patience = patience
        super().__init__(reply)


class Courier(Protocol):
    """Signs a message and posts it to an agency's own system."""

    def deliver(self, endpoint: Endpoint, key: str, body: bytes) -> str:
        """The endpoint's answer (2xx). ``key`` is the id a receiver counts once, whatever happens on the way.

        Raises AddressRefused (410, the endpoint is gone) or NotTaken.
        """
