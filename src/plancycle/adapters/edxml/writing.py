"""From a document, or a status, to edXML bytes; the same document gives the same bytes."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from lxml import etree
from lxml.etree import _Element as Element

from plancycle.domain.exchange import Earlier, ExchangeDocument, ExchangeFile, Organ, StatusMessage

NAMESPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
OLDEST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)

Tree = tuple[str, "str | list[Tree]"]
"""An element: its local name, and its text or its children. Empty ones are left out."""


def write_document(document: ExchangeDocument) -> bytes:
    """The package of a document."""
    header: Tree = ("edXMLHeader", [("MessageHeader", list(_message(document))), _traces(document)])
    manifest: list[Tree] = [("Reference", _reference(file)) for file in document.files]
    envelope: Tree = ("edXMLEnvelope", [header, ("edXMLBody", [("edXMLManifest", manifest)])])
    attached: Tree = ("AttachmentEncoded", [("Attachment", _attachment(file)) for file in document.files])
    return _bytes(("edXML", [envelope, attached]))


def write_status(status: StatusMessage) -> bytes:
    """The package of a receiver's answer."""
    message: list[Tree] = [
        ("From", _organ(status.sender)),
        ("ResponseFor", _earlier(status.concerns)),
        ("StaffInfo", _staff(status)),
        ("StatusCode", status.code),
        ("Description", status.description),
        ("Timestamp", _moment(status.at)),
    ]
    return _bytes(("edXML", [("edXMLEnvelope", [("edXMLHeader", [("MessageHeader", message)])])]))


def _message(document: ExchangeDocument) -> Iterator[Tree]:
    yield ("From", _organ(document.sender))
    yield from (("To", _organ(receiver)) for receiver in document.receivers)
    yield ("DocumentId", document.document_id)
    yield ("Code", _code(document.number, document.notation))
    yield ("PromulgationInfo", [("Place", document.place), ("PromulgationDate", _day(document.promulgated))])
    kind: list[Tree] = [("Type", document.type_code), ("TypeDetail", document.type_detail)]
    yield ("DocumentType", [*kind, ("TypeName", document.type_name)])
    yield ("Subject", document.subject)
    yield ("Content", document.content)
    signer: list[Tree] = [("Competence", document.competence), ("Position", document.position)]
    yield ("SignerInfo", [*signer, ("FullName", document.signer)])
    yield ("DueDate", _day(document.due))
    yield ("ToPlaces", [("Place", place) for place in document.to_places])
    yield ("OtherInfo", _other(document))
    yield from (("ResponseFor", _earlier(earlier)) for earlier in document.responds_to)
    yield ("ResponseForTask", [("TaskCode", assignment) for assignment in document.assignments])


def _other(document: ExchangeDocument) -> list[Tree]:
    appendixes: list[Tree] = [("Appendix", appendix) for appendix in document.appendixes]
    pages = "" if document.pages is None else str(document.pages)
    return [("Priority", document.priority), ("PageAmount", pages), ("Appendixes", appendixes)]


def _organ(organ: Organ) -> list[Tree]:
    return [
        ("OrganId", organ.id),
        ("OrganizationInCharge", organ.in_charge),
        ("OrganName", organ.name),
        ("OrganAdd", organ.address),
        ("Email", organ.email),
        ("Telephone", organ.telephone),
        ("Fax", organ.fax),
        ("Website", organ.website),
    ]


def _code(number: str, notation: str) -> list[Tree]:
    return [("CodeNumber", number), ("CodeNotation", notation)]


def _earlier(earlier: Earlier) -> list[Tree]:
    return [
        ("OrganId", earlier.organ),
        ("Code", _code(earlier.number, earlier.notation)),
        ("DocumentId", earlier.document_id),
        ("PromulgationDate", _day(earlier.promulgated)),
    ]


def _traces(document: ExchangeDocument) -> Tree:
    passed: list[Tree] = [
        ("TraceHeader", [("OrganId", trace.organ), ("Timestamp", _moment(trace.at))]) for trace in document.traces
    ]
    concerned: list[Tree] = [] if document.concerns is None else _earlier(document.concerns)
    # The standard itself spells "Bussiness" with a double s.
    business: list[Tree] = [("BussinessDocType", document.business), ("BussinessDocReason", document.reason)]
    return ("TraceHeaderList", [*passed, ("Bussiness", [*business, ("ReplacementInfoList", concerned)])])


def _staff(status: StatusMessage) -> list[Tree]:
    people: list[Tree] = [("Department", status.department), ("Staff", status.staff)]
    return [*people, ("Email", status.email), ("Mobile", status.mobile)]


def _reference(file: ExchangeFile) -> list[Tree]:
    return [
        ("ContentId", f"cid:{file.content_id}"),
        ("ContentType", file.media_type),
        ("AttachmentName", file.name),
        ("Description", file.description),
    ]


def _attachment(file: ExchangeFile) -> list[Tree]:
    return [
        ("ContentId", f"cid:{file.content_id}"),
        ("AttachmentName", file.name),
        ("Description", file.description),
        ("ContentType", file.media_type),
        ("ContentTransferEncoded", b64encode(_zipped(file)).decode()),
    ]


def _zipped(file: ExchangeFile) -> bytes:
    """A file travels as a ZIP that holds it, although ``ContentType`` names what is inside."""
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        # A name is no path: with a slash at its end it would be a folder.
        info = ZipInfo(file.name.replace("/", "_").replace("\\", "_"), OLDEST_ZIP_TIME)
        info.compress_type, info.create_system = ZIP_DEFLATED, 0
        archive.writestr(info, file.data)
    return packed.getvalue()


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%Y/%m/%d}"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%Y/%m/%d %H:%M:%S}"


def _bytes(tree: Tree) -> bytes:
    root = etree.Element(f"{{{NAMESPACE}}}{tree[0]}", nsmap={None: NAMESPACE})
    _grow(root, tree[1])
    for manifest in root.iter(f"{{{NAMESPACE}}}edXMLManifest"):
        manifest.set("version", "1.0")
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _grow(parent: Element, content: "str | list[Tree]") -> None:
    if isinstance(content, str):
        parent.text = _legal(content)
        return
    for name, inside in content:
        if inside:
            _grow(etree.SubElement(parent, f"{{{NAMESPACE}}}{name}"), inside)


def _legal(text: str) -> str:
    """Characters no XML file may hold become visible question marks: agency text is data."""
    return "".join(letter if _is_legal(ord(letter)) else "\ufffd" for letter in text)


def _is_legal(code: int) -> bool:
    return code in (9, 10) or 32 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000
