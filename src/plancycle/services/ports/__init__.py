"""What the services need from the outside. Adapters keep these promises; fakes in the tests keep them too."""

from plancycle.services.ports.channels import FetchedMail, Mailbox, ReceiptKey
from plancycle.services.ports.credentials import Credentials
from plancycle.services.ports.documents import Documents, Frames
from plancycle.services.ports.gateways import Concerned, Cover, Gateway, GatewayAnswer, GatewayReply, Package
from plancycle.services.ports.house import House
from plancycle.services.ports.mailing import (
    AddressPostponed,
    AddressRefused,
    Attachment,
    ComposedMail,
    Composer,
    Letter,
    Postman,
    Senders,
)
from plancycle.services.ports.programmes import Programmes
from plancycle.services.ports.returned_mail import BounceReader
from plancycle.services.ports.signing import ApproverKeys, Signing
from plancycle.services.ports.surroundings import Clock, FileStore, Following, Inbox, Seals, Texts
from plancycle.services.ports.webhooks import Courier, NotTaken
from plancycle.services.ports.workbooks import CarriedAnswer, ReadWorkbook, WorkbookContext, Workbooks

__all__ = [
    "AddressPostponed",
    "AddressRefused",
    "ApproverKeys",
    "Attachment",
    "BounceReader",
    "CarriedAnswer",
    "Clock",
    "ComposedMail",
    "Composer",
    "Concerned",
    "Courier",
    "Cover",
    "Credentials",
    "Documents",
    "FetchedMail",
    "FileStore",
    "Following",
    "Frames",
    "Gateway",
    "GatewayAnswer",
    "GatewayReply",
    "House",
    "Inbox",
    "Letter",
    "Mailbox",
    "NotTaken",
    "Package",
    "Postman",
    "Programmes",
    "ReadWorkbook",
    "ReceiptKey",
    "Seals",
    "Senders",
    "Signing",
    "Texts",
    "WorkbookContext",
    "Workbooks",
]
