"""Between our deliveries and edXML: a package becomes a document, a status package becomes an answer."""

import hashlib

from plancycle.adapters.edxml.reading import read_document, read_status
from plancycle.adapters.edxml.writing import write_document, write_status
from plancycle.adapters.file_store import safe_name
from plancycle.adapters.gateways import MEDIA_TYPES
from plancycle.domain.errors import ActionNeeded, UnreadableFile
from plancycle.domain.exchange import (
    Earlier,
    ExchangeDocument,
    ExchangeFile,
    ExchangeStatus,
    Organ,
    StatusMessage,
    document_id,
)
from plancycle.services.ports import GatewayAnswer, GatewayReply, Package
from plancycle.services.report_contents import RenderedFile


def document_of(package: Package, own_code: str = "") -> ExchangeDocument:
    """The document a package is on the exchange. ``own_code`` stands in for the sender's when it has none.

    Raises ActionNeeded("exchange.no_code") when a body has no identification code, for codes are never made up, and
    ActionNeeded("exchange.no_number") for a document without a number and a day.
    """
    cover = package.cover
    number, _, notation = package.document_number.partition("/")
    if not number or cover.dated is None:
        raise ActionNeeded("exchange.no_number", addressee=cover.addressee_name)
    return ExchangeDocument(
        sender=_organ(cover.sender_code or own_code, cover.sender_name),
        receivers=(_organ(cover.addressee_code, cover.addressee_name),),
        document_id=document_id(package.key),
        number=number,
        notation=notation,
        place=cover.place,
        promulgated=cover.dated,
        type_name=cover.type_name,
        subject=package.subject,
        content=_mark(package.bundle_sha256),
        competence=cover.competence,
        position=cover.position,
        signer=cover.signer,
        assignments=cover.assignments,
        business=package.business,
        reason=package.reason,
        concerns=_earlier(package, own_code),
        files=tuple(_file(file) for file in package.files),
    )


def recall_of(package: Package, own_code: str = "") -> StatusMessage:
    """Our request to get a document back (status 13). Raises ActionNeeded as :func:`document_of`."""
    earlier, cover = _earlier(package, own_code), package.cover
    if earlier is None or cover.at is None:
        raise ValueError("a recall concerns something and has a moment")
    sender = _organ(cover.sender_code or own_code, cover.sender_name)
    return StatusMessage(sender, earlier, ExchangeStatus.RECALL_ASKED, package.reason, cover.at)


def compared(data: bytes, bundle_sha256: str) -> GatewayReply:
    """Whether a document that is on the exchange under our id is the one we sent."""
    kept = read_document(data).content
    state = "conflict" if bundle_sha256 and kept != _mark(bundle_sha256) else "sent"
    return GatewayReply(state, kept)


def is_about(data: bytes, key: str) -> bool:
    """Whether a document on the exchange is the delivery with that key; one that cannot be read is none of ours."""
    try:
        return read_document(data).document_id == document_id(key)
    except UnreadableFile:
        return False


def answer_of(name: str, data: bytes) -> GatewayAnswer:
    """A status package as an answer, whatever its code; an unreadable one is kept, about nothing."""
    try:
        said = read_status(data)
    except UnreadableFile as unreadable:
        if unreadable.key == "edxml.unknown_status":
            return _unknown(name, data, str(unreadable.params["code"]))
        return GatewayAnswer(name, "", "", unreadable.key, None, data)
    return GatewayAnswer(name, said.concerns.document_id, str(said.code), said.description, said.at, data)


def _unknown(name: str, data: bytes, code: str) -> GatewayAnswer:
    """Everything else the package says is read as if the code were one we know; its bytes stay as they are."""
    known = data.replace(f">{code}<".encode(), f">{ExchangeStatus.ARRIVED}<".encode())
    try:
        said: StatusMessage | None = read_status(known)
    except UnreadableFile:
        said = None
    if said is None:
        return GatewayAnswer(name, "", code[:40], "", None, data)
    return GatewayAnswer(name, said.concerns.document_id, code[:40], said.description, said.at, data)


def _organ(code: str, name: str) -> Organ:
    if not code:
        raise ActionNeeded("exchange.no_code", body=name)
    return Organ(code, name)


def _earlier(package: Package, own_code: str) -> Earlier | None:
    if package.concerns is None:
        return None
    number, _, notation = package.concerns.document_number.partition("/")
    organ = package.cover.sender_code or own_code
    return Earlier(organ, document_id(package.concerns.key), number, notation, package.concerns.dated)


def _file(file: RenderedFile) -> ExchangeFile:
    media_type = MEDIA_TYPES.get(file.kind.rpartition(".")[2], "application/octet-stream")
    return ExchangeFile(hashlib.sha256(file.data).hexdigest()[:32], safe_name(file.file_name), media_type, file.data)


def _mark(bundle_sha256: str) -> str:
    return f"sha256:{bundle_sha256}"


def written(package: Package, own_code: str = "") -> bytes:
    """The edXML bytes of a package; the same package gives the same bytes."""
    return write_document(document_of(package, own_code))


def written_recall(package: Package, own_code: str = "") -> bytes:
    """The edXML bytes of a recall."""
    return write_status(recall_of(package, own_code))
