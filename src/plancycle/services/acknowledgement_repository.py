"""The addressees' answers as a transaction sees them."""

from typing import Protocol

from plancycle.domain.acknowledgements import Acknowledgement


class Acknowledgements(Protocol):
    """Answers are only ever added."""

    def add(self, answer: Acknowledgement) -> bool:
        """Keep an answer under the next number of its transmittal; False when its very bytes and code are there.

        ``answer.number`` is ignored.
        """

    def of(self, transmittal: str) -> list[Acknowledgement]:
        """The answers to one transmittal in the order of arrival; those to none under the empty key."""

    def under(self, prefix: str) -> list[Acknowledgement]:
        """The answers to transmittals whose key starts with the prefix, by key and number."""
