"""A simulated ministry that takes documents over HTTP, for the demo and the tests.

It listens on loopback only, counts equal keys once, computes the approved hash again over what it receives, registers
what it took (01 → 03) and misbehaves exactly as its script says. Its receipts are files without a clock in them, and
survive it.
"""

import hashlib
import json
import ssl
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from plancycle.adapters.file_store import safe_name, write_durably
from plancycle.adapters.gateways import ARRIVED, REFUSED, REGISTERED
from plancycle.domain.consolidation import DocumentFile, bundle_sha256
from plancycle.domain.events import canonical_json
from plancycle.rehearsal.faults import DRIP, Fault
from plancycle.rehearsal.ministry_server import Answer, Received, serve


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
    business: str = "0"
    """0 new, 2 supplement, 3 replacement."""
    concerns: str = ""
    replaced_by: str = ""

    @property
    def is_effective(self) -> bool:
        """Whether it counts as a report in force: nothing took its place, nobody refused it or gave it back."""
        return self.business in ("0", "3") and not self.replaced_by and self.status not in (REFUSED, GIVEN_BACK)


OTHER_BYTES = "0" * 64
RECALL_ASKED, GIVEN_BACK, KEPT = "13", "15", "16"


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
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._folder = folder
        self._script = {addressee: list(script) for addressee, script in (faults or {}).items()}
        self._register_after = register_after
        self._hold_seconds = hold_seconds
        self._trust = trust
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._receipts = {receipt.key: receipt for receipt in _stored(folder)}
        self.deliveries = 0
        """POSTs seen, whatever became of them."""

    def __enter__(self) -> Self:
        self._closing.clear()
        self._server, self._thread = serve(self.receive, self.answer, self.recall, self._trust)
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
        scheme = "https" if self._trust else "http"
        return f"{scheme}://127.0.0.1:{self._server.server_address[1]}"

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

    def effective(self) -> tuple[Receipt, ...]:
        """What is in force now, by key."""
        return tuple(receipt for receipt in self.ledger() if receipt.is_effective)

    def advance(self, key: str) -> None:
        """Work on a document: 01 → 03 → 04 → 05 → 06. Raises KeyError for a key that never arrived."""
        steps = (ARRIVED, REGISTERED, "04", "05", "06")
        status = self._receipts[key].status
        if status in steps[:-1]:
            self._set_status(key, steps[steps.index(status) + 1])

    def give_back(self, key: str, agrees: bool = True) -> None:
        """Answer a recall: 15 or 16. Raises KeyError for a key that never arrived."""
        if self._receipts[key].status == RECALL_ASKED:
            self._set_status(key, GIVEN_BACK if agrees else KEPT)

    def recall(self, key: str, facts: Mapping[str, Any]) -> Answer:
        """Note that a document is asked back; asking twice is asking once."""
        with self._lock:
            receipt = self._receipts.get(key)
            if receipt is None:
                return Answer(404, {"key": key})
            if receipt.status in (ARRIVED, REGISTERED, "04", "05"):
                self._keep(replace(receipt, status=RECALL_ASKED))
            return Answer(200, _standing(self._receipts[key]))

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
        if fault in _AFTER_EFFECT:
            return _AFTER_EFFECT[fault]
        if fault is Fault.SLOW_DRIP:
            return replace(answer, drip=DRIP)
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
            business=str(facts.get("business", "0")),
            concerns=str((facts.get("concerns") or {}).get("key", "")),
        )
        later = [one.key for one in self._receipts.values() if (one.business, one.concerns) == ("3", receipt.key)]
        self._keep(replace(receipt, replaced_by=later[0] if later else ""))
        if receipt.business == "3" and receipt.concerns in self._receipts:
            self._keep(replace(self._receipts[receipt.concerns], replaced_by=receipt.key))
        return Answer(201, _standing(receipt))

    def _set_status(self, key: str, status: str) -> None:
        with self._lock:
            self._keep(replace(self._receipts[key], status=status))
            older = self._receipts.get(self._receipts[key].concerns)
            if status == REFUSED and older is not None and older.replaced_by == key:
                self._keep(
                    replace(older, replaced_by=self._receipts[key].replaced_by)
                )  # a replacement that is refused replaces nothing

    def _keep(self, receipt: Receipt) -> None:
        name = f"{safe_name(receipt.key)}-{_sha256(receipt.key.encode())[:8]}.json"
        write_durably(self._folder / name, f"{canonical_json(asdict(receipt))}\n".encode())
        self._receipts[receipt.key] = receipt


_WITHOUT_EFFECT: dict[Fault, Answer] = {
    Fault.BUSY: Answer(503, {"reason": "busy"}),
    Fault.CONFLICT: Answer(409, {"bundle_sha256": OTHER_BYTES}),
    Fault.REFUSE: Answer(400, {"status": REFUSED, "reason": "refused"}),
    Fault.REDIRECT: Answer(302, {}, {"Location": "http://127.0.0.1:9/documents"}),
    Fault.BROKEN: Answer(500, {"reason": "broken"}),
}
_AFTER_EFFECT: dict[Fault, Answer] = {
    Fault.BROKEN_AFTER_EFFECT: Answer(500, b"<html>500</html>"),
    Fault.PROXY_TIMEOUT: Answer(504, b"<html>504</html>"),
    Fault.REDIRECT_AFTER_EFFECT: Answer(303, {}, {"Location": "http://127.0.0.1:9/documents"}),
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
    approved = facts.get("approved") or listed
    of_name = {(one.get("kind"), one.get("file_name")): one for one in approved}
    for file, (_, data) in zip(listed, received.files, strict=True):
        one = of_name.get((file.get("kind"), file.get("file_name")), {})
        if _sha256(data[: int(one.get("size", 0))]) != one.get("sha256"):
            return "a file is not the approved one"
    computed = bundle_sha256(
        str(facts.get("edition_sha256")),
        [
            DocumentFile("", str(one.get("kind")), str(one.get("file_name")), str(one.get("sha256")), 0)
            for one in approved
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
