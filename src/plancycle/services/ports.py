"""What the services need from the outside. Adapters keep these promises; fakes in the tests keep them too."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from plancycle.domain.agencies import AddressBook
from plancycle.domain.consolidation import FigureRow
from plancycle.domain.deadlines import PeriodDates
from plancycle.domain.findings import Finding
from plancycle.domain.forms import Aggregation, Form
from plancycle.domain.messages import MessageKind
from plancycle.domain.programme import Programme
from plancycle.domain.submissions import Entry, Stamp
from plancycle.domain.working_days import WorkingDays
from plancycle.services.report_contents import ReceiptFacts, RenderedFile, ReportFacts
from plancycle.services.repositories import Work


class Clock(Protocol):
    """The time, in the programme's zone. Commands that take ``--as-of`` pass a fixed one."""

    def now(self) -> datetime:
        """An aware datetime."""


class Texts(Protocol):
    """The words of a message key in one language."""

    def say(self, key: str, language: str = "vi", **params: object) -> str:
        """The text with its parameters filled in. Raises KeyError for an unknown key (a bug)."""


class FileStore(Protocol):
    """Bytes by their SHA-256; what is put is on disk (fsynced) when the call returns."""

    def put(self, data: bytes) -> str:
        """Store and return the SHA-256 (hex). Storing the same bytes twice is storing them once."""

    def get(self, sha256: str) -> bytes:
        """The bytes. Raises NotFound."""


class Programmes(Protocol):
    """Programme folders and the coordinator's address books."""

    def load(self, programme_id: str) -> Programme:
        """Read and check one programme. Raises ProgrammeProblem with every error, or NotFound."""

    def address_book(self, programme_id: str) -> AddressBook:
        """The contacts entered by the coordinator; empty when none are."""

    def working_days(self, programme: Programme, year: int) -> WorkingDays:
        """The year's calendar and the neighbouring months: library, then the programme's overlay."""


@dataclass(frozen=True, slots=True)
class WorkbookContext:
    """What a workbook shows beside its questions."""

    programme_title: str
    period_title: str
    agency_name: str
    dates: PeriodDates
    seal: str
    contact: str
    """Who to ask, as one line; empty when the coordinator entered nobody."""
    previous: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Canonical values of the last accepted period by (row, field)."""


@dataclass(frozen=True, slots=True)
class ReadWorkbook:
    """A returned workbook's content: its stamp (None: not ours) and every cell found by row and field code."""

    stamp: Stamp | None
    entries: tuple[Entry, ...]


class Workbooks(Protocol):
    """Spreadsheet files, out and in."""

    def write(self, form: Form, context: WorkbookContext) -> bytes:
        """The agency's ``.xlsx``; same inputs, same bytes."""

    def read(self, data: bytes, file_name: str) -> ReadWorkbook:
        """Read a returned file in a limited child process. Raises UnreadableFile with the reason."""

    def mark(self, data: bytes, findings: Sequence[Finding]) -> bytes:
        """The clerk's own file with a first sheet listing what to mend and the cells marked; other cells untouched."""


class Seals(Protocol):
    """Keyed marks that only this installation can make."""

    def seal(self, *parts: str) -> str:
        """A short HMAC over the parts, for workbooks."""

    def is_genuine(self, seal: str, *parts: str) -> bool:
        """Whether the mark belongs to the parts (constant time)."""

    def sign_link(self, payload: Mapping[str, str]) -> str:
        """A URL-safe token for a mailed link."""

    def open_link(self, token: str) -> Mapping[str, str]:
        """The payload. Raises NotAllowed for a token that is not ours."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along with a letter."""

    file_name: str
    data: bytes
    media_type: str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to compose. ``facts`` are data for the templates, never template text themselves."""

    kind: MessageKind
    key: str
    thread: str
    to_address: str
    reply_to: str | None
    date: datetime
    facts: Mapping[str, object]
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class ComposedMail:
    """A letter as bytes (RFC 5322), with the subject and Message-ID that are inside."""

    subject: str
    message_id: str
    data: bytes


class Composer(Protocol):
    """Turns letters into mail; the same letter gives the same bytes and the same Message-ID."""

    def compose(self, letter: Letter) -> ComposedMail:
        """Render subject, text and HTML parts and attach the files."""


class AddressRefused(Exception):
    """The relay refused this address for good (5xx); the reply is the text."""


class Postman(Protocol):
    """Hands bytes to the relay or the mail folder."""

    def deliver(self, to_address: str, data: bytes) -> str:
        """The relay's reply. Raises AddressRefused (permanent) or OutsideFailure (try again later)."""

    def close(self) -> None:
        """End the connection."""


class Frames(Protocol):
    """Exact adding up in data frames of scaled integers."""

    def add_up(self, rows: Sequence[FigureRow], rules: Mapping[str, Aggregation]) -> dict[str, tuple[int, int]]:
        """Per figure id: (scaled result, number of contributors). Sums are exact; means round half up."""


class Documents(Protocol):
    """Official documents in the form of Decree 30/2020/NĐ-CP; same facts, same bytes."""

    def report(self, facts: ReportFacts) -> tuple[RenderedFile, ...]:
        """The consolidated report as ``.docx``, ``.pdf`` and ``.xlsx``."""

    def receipt(self, facts: ReceiptFacts) -> bytes:
        """A submission's receipt as PDF."""


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


class Inbox(Protocol):
    """The folder returned workbooks are dropped into."""

    def names(self) -> list[str]:
        """Files that are waiting, by name."""

    def read(self, name: str) -> bytes:
        """The bytes of one waiting file. Raises NotFound."""

    def done(self, name: str) -> None:
        """The file has been taken in (its bytes are in the file store): it no longer waits."""


class House(Protocol):
    """Everything a service may use; built in one place, :func:`plancycle.bootstrap.open_house`."""

    @property
    def clock(self) -> Clock:
        """The time."""

    @property
    def texts(self) -> Texts:
        """The words."""

    @property
    def files(self) -> FileStore:
        """Bytes by hash."""

    @property
    def programmes(self) -> Programmes:
        """Programmes and address books."""

    @property
    def workbooks(self) -> Workbooks:
        """Spreadsheets."""

    @property
    def seals(self) -> Seals:
        """Keyed marks."""

    @property
    def composer(self) -> Composer:
        """Letters as mail."""

    @property
    def postman(self) -> Postman:
        """The relay or mail folder."""

    @property
    def frames(self) -> Frames:
        """Exact adding up."""

    @property
    def documents(self) -> Documents:
        """Official documents."""

    @property
    def inbox(self) -> Inbox:
        """Dropped files."""

    @property
    def base_url(self) -> str:
        """The portal's address, as mailed links spell it."""

    @property
    def programme_id(self) -> str:
        """The programme this installation runs."""

    def gateway(self, channel: str) -> Gateway:
        """The gateway of a channel (``http`` or ``folder``)."""

    def work(self) -> AbstractContextManager[Work]:
        """One transaction: committed on leaving, rolled back on an error."""

    def only_sender(self) -> AbstractContextManager[bool]:
        """True while this process is the only one that sends letters; False when another one is at it."""

    def leave_file(self, folder: str, name: str, data: bytes) -> str:
        """Put a copy for people to open into a named folder of the data directory; returns its relative path."""
