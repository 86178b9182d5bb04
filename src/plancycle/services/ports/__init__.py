"""What the services need from the outside. Adapters keep these promises; fakes in the tests keep them too."""

from plancycle.services.ports.documents import Documents, Frames
from plancycle.services.ports.gateways import Gateway, GatewayReply, Package
from plancycle.services.ports.house import House
from plancycle.services.ports.mailing import AddressRefused, Attachment, ComposedMail, Composer, Letter, Postman
from plancycle.services.ports.programmes import Programmes
from plancycle.services.ports.surroundings import Clock, FileStore, Inbox, Seals, Texts
from plancycle.services.ports.workbooks import ReadWorkbook, WorkbookContext, Workbooks

__all__ = [
    "AddressRefused",
    "Attachment",
    "Clock",
    "ComposedMail",
    "Composer",
    "Documents",
    "FileStore",
    "Frames",
    "Gateway",
    "GatewayReply",
    "House",
    "Inbox",
    "Letter",
    "Package",
    "Postman",
    "Programmes",
    "ReadWorkbook",
    "Seals",
    "Texts",
    "WorkbookContext",
    "Workbooks",
]
