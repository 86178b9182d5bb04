"""How an edition reaches an addressee."""

from dataclasses import dataclass
from typing import Protocol

from plancycle.services.report_contents import RenderedFile


@dataclass(frozen=True, slots=True)
class Package:
    """What goes to an addressee: metadata and the approved files."""

    key: str
    sender: str
    addressee: str
    document_number: str
    subject: str
    edition_sha256: str
    bundle_sha256: str
    files: tuple[RenderedFile, ...]


@dataclass(frozen=True, slots=True)
class GatewayReply:
    """An addressee's answer: ``state`` is sent, acknowledged or refused; ``body`` is kept as evidence."""

    state: str
    body: str


class Gateway(Protocol):
    """One way of handing over an edition."""

    def send(self, package: Package) -> GatewayReply:
        """Hand over once; the addressee counts equal keys once.

        Raises OutsideFailure("gateway.not_delivered") when it surely was not taken, and
        OutsideFailure("gateway.unknown") when nobody can say (time-out after sending).
        """

    def ask(self, addressee: str, key: str) -> GatewayReply | None:
        """What became of a key; None when the addressee never saw it."""
