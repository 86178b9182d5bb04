"""How an edition reaches an addressee, and how its answers come back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from plancycle.domain.consolidation import DocumentFile
from plancycle.domain.exchange import Business
from plancycle.services.report_contents import RenderedFile


@dataclass(frozen=True, slots=True)
class Concerned:
    """The earlier delivery that a package replaces, supplements or recalls."""

    key: str
    document_number: str = ""
    dated: date | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """What the package's outside says besides: names, codes, day and signature, as the document bears them."""

    sender_name: str = ""
    sender_code: str = ""
    addressee_name: str = ""
    addressee_code: str = ""
    """Identification codes (Decision 20/2020/QĐ-TTg); empty where none is known."""
    dated: date | None = None
    place: str = ""
    type_name: str = ""
    signer: str = ""
    position: str = ""
    competence: str = ""
    assignments: tuple[str, ...] = ()
    at: datetime | None = None
    """When the package was made up; a repeat has the same moment and so the same bytes."""


@dataclass(frozen=True, slots=True)
class Package:
    """What goes to an addressee: metadata and the approved files meant for it.

    ``approved`` lists every approved file, also those that go elsewhere, for the approved hash covers them all. A
    signed copy begins with the approved bytes, so both can be checked: the hash is that of its first ``size`` bytes.
    """

    key: str
    sender: str
    addressee: str
    document_number: str
    subject: str
    edition_sha256: str
    bundle_sha256: str
    files: tuple[RenderedFile, ...]
    business: Business = Business.NEW
    concerns: Concerned | None = None
    reason: str = ""
    cover: Cover = Cover()
    approved: tuple[DocumentFile, ...] = ()


@dataclass(frozen=True, slots=True)
class GatewayReply:
    """An addressee's answer to a delivery or a question; ``body`` is kept as evidence.

    ``state`` is sent, acknowledged or refused, or ``conflict`` when it has other bytes than ours under our key.
    ``code`` is its status code, empty when it gave none.
    """

    state: str
    body: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class GatewayAnswer:
    """A status message that an addressee left for us."""

    id: str
    """What the gateway calls the message."""
    concerns: str
    """Id of the document it is about (:func:`plancycle.domain.exchange.document_id`); empty when unreadable."""
    code: str
    description: str
    at: datetime | None
    data: bytes


class Gateway(Protocol):
    """One way of handing over an edition."""

    def send(self, package: Package) -> GatewayReply:
        """Hand over once; the addressee counts equal keys once.

        Raises OutsideFailure("gateway.not_delivered") when it surely was not taken, and
        OutsideFailure("gateway.unknown") when nobody can say (time-out after sending).
        """

    def ask(self, addressee: str, key: str, bundle_sha256: str = "") -> GatewayReply | None:
        """What became of a key; None when the addressee never saw it.

        Raises OutsideFailure("gateway.no_answer"), and OutsideFailure("gateway.cannot_ask") where nobody can be asked.
        """

    def recall(self, package: Package) -> GatewayReply:
        """Ask the addressee to give back ``package.concerns``; asking twice is asking once. Raises as :meth:`send`."""

    def answers(self) -> Sequence[GatewayAnswer] | None:
        """Status messages waiting for us; None where there are none to fetch and each key is asked about instead.

        Raises OutsideFailure("gateway.no_answer").
        """

    def note_taken(self, answers: Sequence[GatewayAnswer]) -> None:
        """These are kept by now; the gateway need not offer them again. Raises OutsideFailure("gateway.no_answer")."""
