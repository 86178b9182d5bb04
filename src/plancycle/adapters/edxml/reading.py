"""From edXML bytes to a document or a status.

Packages in the wild are careless: namespaces differ inside one file, elements come in any order, attachments with and
without a prefix. Elements are found by local name; what is missing stays empty; what is needed and missing is told.
"""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from lxml import etree
from lxml.etree import _Element as Element

from plancycle.adapters.edxml.writing import ZONE
from plancycle.domain.errors import UnreadableFile
from plancycle.domain.exchange import (
    Business,
    Earlier,
    ExchangeDocument,
    ExchangeFile,
    ExchangeStatus,
    Organ,
    StatusMessage,
    Trace,
)

LARGEST_PACKAGE = 100 * 1024 * 1024
LARGEST_FILE = 200 * 1024 * 1024


def read_document(data: bytes) -> ExchangeDocument:
    """The document of a package. Raises UnreadableFile, naming what is wrong."""
    root = _root(data)
    message = _needed(root, "MessageHeader")
    business = _first(root, "Bussiness")
    concerned = _first(business, "ReplacementInfoList")
    pages = _text(message, "OtherInfo", "PageAmount")
    return ExchangeDocument(
        sender=_organ(_needed(message, "From")),
        receivers=tuple(_organ(one) for one in _children(message, "To")),
        document_id=_required(message, "DocumentId"),
        number=_text(message, "Code", "CodeNumber"),
        notation=_text(message, "Code", "CodeNotation"),
        place=_text(message, "PromulgationInfo", "Place"),
        promulgated=_day(_text(message, "PromulgationInfo", "PromulgationDate")) or _missing("PromulgationDate"),
        type_name=_text(message, "DocumentType", "TypeName"),
        type_code=_text(message, "DocumentType", "Type"),
        type_detail=_text(message, "DocumentType", "TypeDetail"),
        subject=_text(message, "Subject"),
        content=_text(message, "Content"),
        competence=_text(message, "SignerInfo", "Competence"),
        position=_text(message, "SignerInfo", "Position"),
        signer=_text(message, "SignerInfo", "FullName"),
        due=_day(_text(message, "DueDate")),
        to_places=_texts(message, "ToPlaces", "Place"),
        priority=_text(message, "OtherInfo", "Priority"),
        pages=int(pages) if pages.isdecimal() else None,
        appendixes=_texts(message, "OtherInfo", "Appendixes", "Appendix"),
        responds_to=tuple(_earlier(one) for one in _children(message, "ResponseFor")),
        assignments=_texts(message, "ResponseForTask", "TaskCode"),
        business=_business(_text(business, "BussinessDocType")),
        reason=_text(business, "BussinessDocReason"),
        concerns=_earlier(concerned) if concerned is not None and len(concerned) else None,
        traces=tuple(_trace(one) for one in _children(_first(root, "TraceHeaderList"), "TraceHeader")),
        files=tuple(_files(root)),
    )


def read_status(data: bytes) -> StatusMessage:
    """A receiver's answer. Raises UnreadableFile, naming what is wrong."""
    message = _needed(_root(data), "MessageHeader")
    code = _required(message, "StatusCode")
    if code not in set(ExchangeStatus) - {ExchangeStatus.SENT}:
        raise UnreadableFile("edxml.unknown_status", code=code)
    return StatusMessage(
        sender=_organ(_needed(message, "From")),
        concerns=_earlier(_needed(message, "ResponseFor")),
        code=ExchangeStatus(code),
        description=_text(message, "Description"),
        at=_moment(_required(message, "Timestamp")),
        department=_text(message, "StaffInfo", "Department"),
        staff=_text(message, "StaffInfo", "Staff"),
        email=_text(message, "StaffInfo", "Email"),
        mobile=_text(message, "StaffInfo", "Mobile"),
    )


def _root(data: bytes) -> Element:
    if len(data) > LARGEST_PACKAGE:
        raise UnreadableFile("edxml.too_large", megabytes=LARGEST_PACKAGE // 1024 // 1024)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise UnreadableFile("edxml.document_type")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True)
    try:
        root: Element = etree.fromstring(data.lstrip(), parser)
    except etree.XMLSyntaxError as broken:
        raise UnreadableFile("edxml.not_xml", line=broken.lineno) from broken
    return root


def _children(parent: Element | None, name: str) -> list[Element]:
    if parent is None:
        return []
    return [child for child in parent if isinstance(child.tag, str) and etree.QName(child).localname == name]


def _first(parent: Element | None, name: str) -> Element | None:
    """The first element of that name, at any depth."""
    if parent is None:
        return None
    named = (one for one in parent.iter() if isinstance(one.tag, str) and etree.QName(one).localname == name)
    return next(named, None)


def _needed(parent: Element, name: str) -> Element:
    found = _first(parent, name)
    if found is None:
        raise UnreadableFile("edxml.missing", element=name)
    return found


def _missing(name: str) -> date:
    raise UnreadableFile("edxml.missing", element=name)


def _texts(parent: Element | None, *path: str) -> tuple[str, ...]:
    found = [parent] if parent is not None else []
    for name in path:
        found = [child for one in found for child in _children(one, name)]
    return tuple((one.text or "").strip() for one in found)


def _text(parent: Element | None, *path: str) -> str:
    return next(iter(_texts(parent, *path)), "")


def _required(parent: Element, name: str) -> str:
    text = _text(parent, name)
    if not text:
        raise UnreadableFile("edxml.missing", element=name)
    return text


def _organ(element: Element) -> Organ:
    return Organ(
        id=_required(element, "OrganId"),
        name=_text(element, "OrganName"),
        in_charge=_text(element, "OrganizationInCharge"),
        address=_text(element, "OrganAdd"),
        email=_text(element, "Email"),
        telephone=_text(element, "Telephone"),
        fax=_text(element, "Fax"),
        website=_text(element, "Website"),
    )


def _earlier(element: Element) -> Earlier:
    return Earlier(
        organ=_text(element, "OrganId"),
        document_id=_text(element, "DocumentId"),
        number=_text(element, "Code", "CodeNumber"),
        notation=_text(element, "Code", "CodeNotation"),
        promulgated=_day(_text(element, "PromulgationDate")),
    )


def _trace(element: Element) -> Trace:
    return Trace(_text(element, "OrganId"), _moment(_required(element, "Timestamp")))


def _business(text: str) -> Business:
    if text and text not in set(Business):
        raise UnreadableFile("edxml.unknown_business", code=text)
    return Business(text or Business.NEW)


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y/%m/%d").date() if text else None
    except ValueError as broken:
        raise UnreadableFile("edxml.bad_date", text=text[:40]) from broken


def _moment(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y/%m/%d %H:%M:%S").replace(tzinfo=ZONE)
    except ValueError as broken:
        raise UnreadableFile("edxml.bad_date", text=text[:40]) from broken


def _files(root: Element) -> Iterator[ExchangeFile]:
    encoded = _first(root, "AttachmentEncoded")
    for element in _children(encoded, "Attachment"):
        name = _required(element, "AttachmentName")
        yield ExchangeFile(
            content_id=_required(element, "ContentId").removeprefix("cid:"),
            name=name,
            media_type=_text(element, "ContentType"),
            data=_unpacked(name, _required(element, "ContentTransferEncoded")),
            description=_text(element, "Description"),
        )


def _unpacked(name: str, encoded: str) -> bytes:
    """The one file inside the ZIP; its name in there is not looked at, let alone used as a path."""
    try:
        archive = ZipFile(BytesIO(b64decode("".join(encoded.split()), validate=True)))
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len(entries) != 1 or entries[0].file_size > LARGEST_FILE:
            raise UnreadableFile("edxml.bad_attachment", name=name)
        with archive.open(entries[0]) as stream:
            return stream.read(LARGEST_FILE)
    except (NotBase64, BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as broken:
        raise UnreadableFile("edxml.bad_attachment", name=name) from broken
