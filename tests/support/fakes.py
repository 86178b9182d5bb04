"""Stand-ins for the outside that keep the promises of ``services/ports.py``: in memory, exact, failing on cue."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from fake_approvals import FakeApproverKeys, FakeSigning
from fake_channels import FakeMailbox, FakeReceiptKey
from fake_ledger import Clash, FakeDatabase, FakeWork, PowerCut
from fake_outside import FakeCourier, FakeGateway, FakePostman, FakeSenders

from plancycle.adapters.credentials import Credentials
from plancycle.adapters.mail.bounces import BounceReader
from plancycle.domain.agencies import AddressBook
from plancycle.domain.consolidation import FigureRow, Origin
from plancycle.domain.errors import NotAllowed, NotFound, UnreadableFile
from plancycle.domain.events import canonical_json
from plancycle.domain.findings import Finding
from plancycle.domain.forms import REASONS, Aggregation, Form
from plancycle.domain.narrative import Folding
from plancycle.domain.programme import Programme
from plancycle.domain.receipts import Receipt
from plancycle.domain.rule_checks import Likeness, no_likeness
from plancycle.domain.submissions import Entry, Stamp
from plancycle.domain.working_days import WorkingDays
from plancycle.services.document_contents import DocumentFacts
from plancycle.services.following import Noted
from plancycle.services.ports import (
    CarriedAnswer,
    ComposedMail,
    Letter,
    ReadWorkbook,
    WorkbookContext,
)
from plancycle.services.report_contents import Chart, RenderedFile, ReportFacts

__all__ = ["Clash", "FakeDatabase", "FakeGateway", "FakeHouse", "FakePostman", "FakeWork", "PowerCut"]


def sha256(data: bytes) -> str:
    """The SHA-256 of some bytes, as hex."""
    return hashlib.sha256(data).hexdigest()


@dataclass
class FakeClock:
    """A clock that is put to any moment."""

    at: datetime

    def ago(self, seconds: float) -> datetime:
        return self.at

    def now(self) -> datetime:
        return self.at


class FakeTexts:
    """Names the key instead of its words."""

    def say(self, key: str, language: str = "vi", **params: object) -> str:
        return f"{language}:{key}{canonical_json(params)}"


class FakeFiles:
    """Bytes by hash."""

    def __init__(self) -> None:
        self.stored: dict[str, bytes] = {}
        self.apart: dict[str, bytes] = {}

    def put(self, data: bytes) -> str:
        self.stored[sha256(data)] = data
        return sha256(data)

    def together(self) -> AbstractContextManager[None]:
        return nullcontext()

    def get(self, sha256: str) -> bytes:
        if sha256 not in self.stored:
            raise NotFound("not_found.file", sha256=sha256)
        return self.stored[sha256]

    def drop(self, sha256: str) -> None:
        self.stored.pop(sha256, None)

    def holds(self, sha256: str) -> bool:
        return sha256 in self.stored

    def set_apart(self, sha256: str) -> None:
        if sha256 in self.stored:
            self.apart[sha256] = self.stored.pop(sha256)

    def holds_apart(self, sha256: str) -> bool:
        return sha256 in self.apart

    def get_apart(self, sha256: str) -> bytes:
        if sha256 not in self.apart:
            raise NotFound("not_found.file", sha256=sha256)
        return self.apart[sha256]

    def drop_apart(self, sha256: str) -> None:
        self.apart.pop(sha256, None)


@dataclass
class FakeProgrammes:
    """One programme with its address book; Monday to Friday are working days."""

    programme: Programme
    book: AddressBook
    calendar: WorkingDays = field(default_factory=WorkingDays)
    packed: dict[bytes, Programme] = field(default_factory=dict)
    """Every programme that was ever packed, by its bundle."""

    def load(self, programme_id: str) -> Programme:
        if programme_id != self.programme.id:
            raise NotFound("not_found.programme", programme=programme_id)
        return self.programme

    def pack(self, programme_id: str) -> bytes:
        programme = self.load(programme_id)
        bundle = f"bundle of {programme.version}".encode()
        self.packed[bundle] = programme
        return bundle

    def latest(self, programme_id: str) -> Programme:
        return self.programme

    def kept(self, programme_id: str, version: str, read: Callable[[], bytes]) -> Programme:
        return self.packed[read()]

    def address_book(self, programme_id: str) -> AddressBook:
        return self.book

    def english(self, programme_id: str) -> dict[str, str]:
        return {}

    def working_days(self, programme: Programme, year: int) -> WorkingDays:
        return self.calendar


class FakeWorkbooks:
    """Workbooks as JSON: the stamp and one entry a cell; rows and columns are where a spreadsheet has them."""

    def write(self, form: Form, context: WorkbookContext) -> bytes:
        stamp = Stamp(form.cycle, str(form.period), form.agency, form.version, context.seal)
        entries = [
            Entry(
                sheet.name,
                f"{chr(ord('D') + sheet.fields.index(field))}{6 + sheet.rows.index(row)}",
                row.code,
                code,
                "",
            )
            for sheet, row, field in form.cells()
            for code in [field.code]
        ]
        previous = {f"{row}.{field}": value for (row, field), value in context.previous.items()}
        content = {"stamp": asdict(stamp), "entries": [one._asdict() for one in entries], "previous": previous}
        return canonical_json(content).encode()

    def read(self, data: bytes, file_name: str) -> ReadWorkbook:
        try:
            content = json.loads(data)
        except ValueError as broken:
            raise UnreadableFile("file.not_xlsx") from broken
        stamp = Stamp(**content["stamp"]) if content.get("stamp") else None
        return ReadWorkbook(stamp, tuple(Entry(**entry) for entry in content["entries"]))

    def mark(self, data: bytes, findings: Sequence[Finding], reasons: str = REASONS) -> bytes:
        marked = [[finding.cell, finding.code] for finding in findings]
        return canonical_json({**json.loads(data), "marked": marked}).encode()

    def carry(self, data: bytes, kept: Sequence[CarriedAnswer], left: Sequence[Entry]) -> bytes:
        filled = fill(data, {(one.entry.row, one.entry.field): one.entry.raw for one in kept})
        return canonical_json({**json.loads(filled), "left": [one.raw for one in left]}).encode()


def fill(data: bytes, answers: Mapping[tuple[str, str], str]) -> bytes:
    """A workbook with some cells typed in, by (row code, field code)."""
    content = json.loads(data)
    for entry in content["entries"]:
        entry["raw"] = answers.get((entry["row"], entry["field"]), entry["raw"])
    return canonical_json(content).encode()


class FakeSeals:
    """Hashes that only this class makes."""

    def seal(self, *parts: str) -> str:
        return sha256(canonical_json(["seal", *parts]).encode())[:32]

    def is_genuine(self, seal: str, *parts: str) -> bool:
        return seal == self.seal(*parts)

    def sign_link(self, payload: Mapping[str, str]) -> str:
        body = canonical_json(dict(payload)).encode().hex()
        return f"{body}.{self.seal(body)}"

    def open_link(self, token: str) -> Mapping[str, str]:
        body, _, mark = token.partition(".")
        if mark != self.seal(body):
            raise NotAllowed("link.not_ours")
        payload: dict[str, str] = json.loads(bytes.fromhex(body))
        return payload


class FakeComposer:
    """Letters as JSON; the same letter gives the same bytes."""

    def compose(self, letter: Letter) -> ComposedMail:
        attached = [[one.file_name, sha256(one.data)] for one in letter.attachments]
        content = {"kind": str(letter.kind), "key": letter.key, "to": letter.to_address, "facts": dict(letter.facts)}
        content |= {"date": letter.date.isoformat(), "attached": attached, "answers": letter.answers}
        data = canonical_json(content).encode()
        return ComposedMail(f"{letter.kind} {letter.key}", self.message_id(letter.key), data)

    def readdress(self, data: bytes, key: str, to_address: str, date: datetime) -> ComposedMail:
        content = {**json.loads(data), "key": key, "to": to_address, "date": date.isoformat()}
        return ComposedMail(f"{content['kind']} {key}", self.message_id(key), canonical_json(content).encode())

    def message_id(self, key: str) -> str:
        return f"<{sha256(key.encode())}@test>"


def fold_equal(texts: Sequence[str], _percent: int) -> list[int]:
    """Only the very same text says the same."""
    return [texts.index(text) for text in texts]


class FakeFrames:
    """Adding up with exact decimals."""

    def add_up(self, rows: Sequence[FigureRow], rules: Mapping[str, Aggregation]) -> dict[str, tuple[int, int]]:
        figures: dict[str, list[FigureRow]] = {}
        for row in rows:
            figures.setdefault(row.figure, []).append(row)
        results = {name: self._result(found, rules[name]) for name, found in figures.items()}
        return {
            name: (result, len({r.agency for r in figures[name] if r.origin is Origin.REPORTED}))
            for name, result in results.items()
            if result is not None
        }

    def _result(self, rows: list[FigureRow], rule: Aggregation) -> int | None:
        if rule is Aggregation.LAST:
            return rows[-1].scaled
        if rule is Aggregation.MAX:
            return max(row.scaled for row in rows)
        is_weighted = rule is Aggregation.WEIGHTED_MEAN
        total = sum((Decimal(row.scaled) * (row.weight if is_weighted else 1) for row in rows), Decimal(0))
        if rule in (Aggregation.SUM, Aggregation.COUNT):
            return int(total)
        divisor = len(rows) if rule is Aggregation.MEAN else sum(row.weight for row in rows)
        return int((total / divisor).quantize(Decimal(1), rounding=ROUND_HALF_UP)) if divisor else None


class FakeDocuments:
    """Documents as JSON of what they state."""

    def report(self, facts: ReportFacts) -> tuple[RenderedFile, ...]:
        said = {
            "edition": facts.edition.id,
            "number": facts.number,
            "figures": {figure.id: str(figure.value) for figure in facts.figures},
            "works": [[work.agency, work.code, dict(work.answers)] for work in facts.works],
            "narratives": facts.narratives,
            "submissions": [[line.agency, line.status, line.late_days, line.receipt] for line in facts.submissions],
            "missing": facts.missing,
            "late": facts.late,
            "addressees": facts.addressees,
        }
        name = f"bao-cao_{facts.edition.id.replace('/', '_')}"
        return tuple(
            RenderedFile(kind, f"{name}.{kind}", canonical_json({**said, "kind": kind}).encode())
            for kind in ("docx", "pdf", "xlsx")
        )

    def report_files(self, facts: ReportFacts) -> Iterator[RenderedFile]:
        return iter(self.report(facts))

    def document(self, facts: DocumentFacts) -> tuple[RenderedFile, ...]:
        said = {"number": facts.number, "symbol": facts.symbol, "addressees": facts.addressees, "on": facts.signed_on}
        text = canonical_json({**said, "values": repr(facts.values), "tables": repr(facts.tables)})
        name = facts.name.replace("/", "_")
        return tuple(RenderedFile(kind, f"{name}.{kind}", f"{kind} {text}".encode()) for kind in ("docx", "pdf"))

    def subject(self, facts: DocumentFacts) -> str:
        return f"{facts.kind} {facts.year}"

    def charts(self, facts: ReportFacts) -> tuple[Chart, ...]:
        return ()

    def receipt(self, facts: Receipt) -> bytes:
        return canonical_json(asdict(facts)).encode()


class FakeInbox:
    """Dropped files by name."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def names(self) -> list[str]:
        return sorted(self.files)

    def read(self, name: str) -> bytes:
        if name not in self.files:
            raise NotFound("not_found.file", name=name)
        return self.files[name]

    def done(self, name: str) -> None:
        del self.files[name]

    def discard(self, name: str) -> None:
        del self.files[name]


@dataclass(repr=False)
class FakeHouse:
    """Everything a service may use, with a clock to set: ``house.clock.at = ...``."""

    programmes: FakeProgrammes
    clock: FakeClock
    database: FakeDatabase = field(default_factory=FakeDatabase)
    texts: FakeTexts = field(default_factory=FakeTexts)
    files: FakeFiles = field(default_factory=FakeFiles)
    workbooks: FakeWorkbooks = field(default_factory=FakeWorkbooks)
    seals: FakeSeals = field(default_factory=FakeSeals)
    composer: FakeComposer = field(default_factory=FakeComposer)
    postman: FakePostman = field(default_factory=FakePostman)
    courier: FakeCourier = field(default_factory=FakeCourier)
    bounce_reader: BounceReader = field(default_factory=BounceReader)
    frames: FakeFrames = field(default_factory=FakeFrames)
    documents: FakeDocuments = field(default_factory=FakeDocuments)
    following: Noted = field(default_factory=Noted)
    inbox: FakeInbox = field(default_factory=FakeInbox)
    by_hand: FakeInbox = field(default_factory=FakeInbox)
    mailbox: FakeMailbox = field(default_factory=FakeMailbox)
    receipt_key: FakeReceiptKey = field(default_factory=FakeReceiptKey)
    approver_keys: FakeApproverKeys = field(default_factory=FakeApproverKeys)
    signing: FakeSigning = field(default_factory=FakeSigning)
    anchor_addresses: tuple[str, ...] = ()
    gateways: dict[str, FakeGateway] = field(default_factory=lambda: {"http": FakeGateway(), "folder": FakeGateway()})
    left: dict[str, bytes] = field(default_factory=dict)
    senders: FakeSenders = field(default_factory=FakeSenders)
    credentials: Credentials = field(default_factory=lambda: Credentials(b"0123456789abcdef" * 2))
    likeness: Likeness = no_likeness
    folding: Folding = fold_equal
    base_url: str = "https://bao-cao.example"

    @property
    def programme_id(self) -> str:
        return self.programmes.programme.id

    def gateway(self, channel: str) -> FakeGateway:
        return self.gateways[channel]

    def work(self) -> AbstractContextManager[FakeWork]:
        return self.database.work()

    def rerun(self, act):
        with self.work() as work:
            return act(work)

    def leave_file(self, folder: str, name: str, data: bytes) -> str:
        self.left[f"{folder}/{name}"] = data
        return f"{folder}/{name}"
