"""A simulated ministry that takes documents over HTTP, for the demo and the tests.

It listens on loopback only, counts equal keys once, computes the approved hash again over what it receives, registers
what it took (01 → 03) and misbehaves exactly as its script says. Its receipts are files without a clock in them, and
survive it.
"""

import hashlib
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from plancycle.adapters.file_store import safe_name, write_durably
from plancycle.adapters.gateways import ARRIVED, REFUSED, REGISTERED
from plancycle.domain.consolidation import DocumentFile, bundle_sha256
from plancycle.domain.events import canonical_json
from plancycle.rehearsal.ministry_server import Answer, Received, serve


class Fault(StrEnum):
    """How one delivery goes wrong."""

    NONE = "none"
    BUSY = "busy"
    """503, nothing taken."""
    TIMEOUT_AFTER_EFFECT = "timeout_after_effect"
    """Taken, but the answer never comes."""
    CONFLICT = "conflict"
    """409 naming other bytes: somebody else's document stands under this key."""
    REFUSE = "refuse"
    """400, nothing taken."""
    BAD_JSON = "bad_json"
    """Taken, and the answer is not JSON."""
    REDIRECT = "redirect"
    """302 to elsewhere, nothing taken."""
    WRONG_HASH = "wrong_hash"
    """Taken, but the answer names other bytes."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One document on file: the effect of a delivery, counted once a key."""

    key: str
    sender: str
    addressee: str
    document_number: str
    subject: str
    bundle_sha256: str
    files: tuple[str, ...]
    arrival_number: int
    """Số đến: counts up per addressee."""
    status: str = ARRIVED
    asked: int = 0
    """How often somebody asked about it."""


OTHER_BYTES = "0" * 64


class Ministry:
    """The ministry: a context manager with an ``url``. ``faults`` script each addressee's deliveries in order.

    ``register_after`` asks move a document from 01 to 03 (None: only :meth:`register` does).
    """

    def __init__(
        self,
        folder: Path,
        faults: Mapping[str, Sequence[Fault]] | None = None,
        register_after: int | None = 1,
        hold_seconds: float = 60.0,
    ) -> None:
        self._folder = folder
        self._script = {addressee: list(script) for addressee, script in (faults or {}).items()}
        self._register_after = register_after
        self._hold_seconds = hold_seconds
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._receipts = {receipt.key: receipt for receipt in _stored(folder)}
        self.deliveries = 0
        """POSTs seen, whatever became of them."""

    def __enter__(self) -> Self:
        self._closing.clear()
        self._server, self._thread = serve(self.receive, self.answer)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Where it listens; the port is a free one."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def ledger(self) -> tuple[Receipt, ...]:
        """Everything on file, by key: the effects, not the calls."""
        with self._lock:
            return tuple(self._receipts[key] for key in sorted(self._receipts))

    def register(self, key: str) -> None:
        """Accept and register a document (03). Raises KeyError for a key that never arrived."""
        self._set_status(key, REGISTERED)

    def refuse(self, key: str) -> None:
        """Refuse a document that had arrived (02). Raises KeyError for a key that never arrived."""
        self._set_status(key, REFUSED)

    def receive(self, received: Received) -> Answer:
        """Take one delivery (called by the server, one thread a call)."""
        facts = received.metadata
        with self._lock:
            self.deliveries += 1
            fault = self._next_fault(str(facts.get("addressee")))
            if fault in _WITHOUT_EFFECT:
                return _WITHOUT_EFFECT[fault]
            answer = self._file(received)
        if fault is Fault.TIMEOUT_AFTER_EFFECT:
            self._closing.wait(self._hold_seconds)
            return Answer(0, {})
        if fault is Fault.BAD_JSON:
            return Answer(answer.status, b"<html>01</html>")
        if fault is Fault.WRONG_HASH:
            return Answer(answer.status, {**answer.facts, "bundle_sha256": OTHER_BYTES})
        return answer

    def answer(self, key: str) -> Answer:
        """Say where a document stands."""
        with self._lock:
            receipt = self._receipts.get(key)
            if receipt is None:
                return Answer(404, {"key": key})
            asked = receipt.asked + 1
            is_enough = self._register_after is not None and asked >= self._register_after
            status = REGISTERED if is_enough and receipt.status == ARRIVED else receipt.status
            self._keep(replace(receipt, asked=asked, status=status))
            return Answer(200, _standing(self._receipts[key]))

    def _next_fault(self, addressee: str) -> Fault:
        script = self._script.get(addressee)
        return script.pop(0) if script else Fault.NONE

    def _file(self, received: Received) -> Answer:
        facts = received.metadata
        if problem := _problem(received):
            return Answer(422, {"status": REFUSED, "reason": problem})
        known = self._receipts.get(str(facts["key"]))
        if known is not None:
            return Answer(409, _standing(known))
        addressee = str(facts["addressee"])
        receipt = Receipt(
            key=str(facts["key"]),
            sender=str(facts["sender"]),
            addressee=addressee,
            document_number=str(facts["document_number"]),
            subject=str(facts["subject"]),
            bundle_sha256=str(facts["bundle_sha256"]),
            files=tuple(name for name, _ in received.files),
            arrival_number=1 + sum(other.addressee == addressee for other in self._receipts.values()),
        )
        self._keep(receipt)
        return Answer(201, _standing(receipt))

    def _set_status(self, key: str, status: str) -> None:
        with self._lock:
            self._keep(replace(self._receipts[key], status=status))

    def _keep(self, receipt: Receipt) -> None:
        name = f"{safe_name(receipt.key)}-{_sha256(receipt.key.encode())[:8]}.json"
        write_durably(self._folder / name, f"{canonical_json(asdict(receipt))}\n".encode())
        self._receipts[receipt.key] = receipt


_WITHOUT_EFFECT: dict[Fault, Answer] = {
    Fault.BUSY: Answer(503, {"reason": "busy"}),
    Fault.CONFLICT: Answer(409, {"bundle_sha256": OTHER_BYTES}),
    Fault.REFUSE: Answer(400, {"status": REFUSED, "reason": "refused"}),
    Fault.REDIRECT: Answer(302, {}, {"Location": "http://127.0.0.1:9/documents"}),
}


def _standing(receipt: Receipt) -> dict[str, object]:
    return {
        "key": receipt.key,
        "status": receipt.status,
        "bundle_sha256": receipt.bundle_sha256,
        "arrival_number": receipt.arrival_number,
        "location": f"/documents/{quote(receipt.key, safe='')}",
    }


def _problem(received: Received) -> str:
    """Why a delivery is refused: its key, a file or its hash does not fit; empty when all do."""
    facts = received.metadata
    if not facts or received.key != facts.get("key"):
        return "the Idempotency-Key header and the metadata differ"
    listed: list[dict[str, Any]] = facts.get("files", [])
    if [file.get("sent_as") for file in listed] != [name for name, _ in received.files]:
        return "the files and their list differ"
    computed = bundle_sha256(
        str(facts.get("edition_sha256")),
        [
            DocumentFile("", str(file.get("kind")), str(file.get("file_name")), _sha256(data), len(data))
            for file, (_, data) in zip(listed, received.files, strict=True)
        ],
    )
    return "" if computed == facts.get("bundle_sha256") else "the files are not the ones the bundle's hash names"


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _stored(folder: Path) -> list[Receipt]:
    """Receipts of an earlier run: a key it knew then is still counted once."""
    paths = sorted(folder.glob("*.json")) if folder.is_dir() else []
    read = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    return [Receipt(**{**facts, "files": tuple(facts["files"])}) for facts in read]
