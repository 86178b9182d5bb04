"""A gateway of the national document exchange's shape, on loopback only, for the demo and the tests.

It takes edXML packages, counts a document id once, keeps a ledger of effects, and plays the receivers' offices:
01 on arrival, then whatever :meth:`Exchange.say` has them answer. It misbehaves exactly as its script says.
"""

import hashlib
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from plancycle.adapters.edxml.reading import read_document, read_status
from plancycle.adapters.edxml.writing import write_status
from plancycle.adapters.exchange_gateway import DOCUMENT, STATUS, signature
from plancycle.domain.errors import UnreadableFile
from plancycle.domain.exchange import Business, Earlier, ExchangeDocument, ExchangeStatus, StatusMessage
from plancycle.rehearsal.faults import DRIP, Fault
from plancycle.rehearsal.ministry_server import Answer, LoopbackHandler, listen

TAKEN_BACK = {ExchangeStatus.REFUSED, ExchangeStatus.RECALL_AGREED}


@dataclass(frozen=True, slots=True)
class Filed:
    """One document at its receiver: the effect of a delivery, counted once a document id."""

    name: str
    document: ExchangeDocument
    data: bytes
    standing: ExchangeStatus = ExchangeStatus.ARRIVED
    replaced_by: str = ""

    @property
    def is_effective(self) -> bool:
        """Whether it counts as a report in force."""
        is_report = self.document.business in (Business.NEW, Business.REPLACE)
        return is_report and not self.replaced_by and self.standing not in TAKEN_BACK


@dataclass(slots=True)
class _Waiting:
    """A status package for the sender."""

    name: str
    data: bytes
    is_done: bool = False


@dataclass
class Exchange:
    """The gateway: a context manager with an ``url``. ``now`` is what its clock says.

    ``faults`` script the deliveries of documents in order, whoever they are for.
    """

    now: Callable[[], datetime]
    faults: Sequence[Fault] = ()
    secret: str = ""
    hold_seconds: float = 60.0
    agrees: bool | None = None
    """How receivers answer a recall at once; None: they wait for :meth:`say`."""
    deliveries: int = 0
    _filed: dict[str, Filed] = field(default_factory=dict)
    _waiting: list[_Waiting] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _closing: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._script = list(self.faults)

    def __enter__(self) -> Self:
        self._closing.clear()
        self._server, self._thread = listen(_handler_of(self))
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

    def ledger(self) -> tuple[Filed, ...]:
        """Everything that was taken, in the order of arrival."""
        with self._lock:
            return tuple(self._filed.values())

    def effective(self) -> tuple[Filed, ...]:
        """What is in force at its receivers now."""
        return tuple(one for one in self.ledger() if one.is_effective)

    def say(self, document_id: str, code: str, description: str = "") -> None:
        """Have the receiver of a document answer. Raises KeyError for one that never arrived."""
        with self._lock:
            self._say(document_id, code, description)

    def _say(self, document_id: str, code: str, description: str = "") -> None:
        filed = self._filed[document_id]
        document = filed.document
        about = Earlier(document.sender.id, document_id, document.number, document.notation, document.promulgated)
        known = code if code in set(ExchangeStatus) else ExchangeStatus.ARRIVED
        told = StatusMessage(document.receivers[0], about, ExchangeStatus(known), description, self.now())
        data = write_status(told)
        if known != code:
            data = data.replace(f">{known}</StatusCode>".encode(), f">{code}</StatusCode>".encode())
        else:
            self._filed[document_id] = replace(filed, standing=ExchangeStatus(code))
            self._restore(document_id, ExchangeStatus(code))
        self._waiting.append(_Waiting(f"S{len(self._waiting) + 1:04d}", data))

    def _restore(self, document_id: str, code: ExchangeStatus) -> None:
        """A replacement that is refused replaces nothing."""
        for name, older in self._filed.items():
            if code is ExchangeStatus.REFUSED and older.replaced_by == document_id:
                self._filed[name] = replace(older, replaced_by=self._filed[document_id].replaced_by)

    def work(self) -> None:
        """One step at every receiver's office: 01 → 03 → 04, then 05 → 06; a recall is agreed to."""
        steps = {"01": ("03", "04"), "03": ("04",), "04": ("05", "06"), "05": ("06",), "13": ("15",)}
        for filed in self.ledger():
            for code in steps.get(filed.standing, ()):
                self.say(filed.document.document_id, code)

    def handle(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """One call (by the server, one thread a call)."""
        sha256 = hashlib.sha256(body).hexdigest()
        if headers.get("sha256") != sha256 or headers.get("signature") != signature(self.secret, path, sha256):
            return Answer(401, _failed("401", "signature"))
        if path == "/sendEdoc":
            return self._take_status(body) if headers.get("messagetype") == STATUS else self._take_document(body)
        question = json.loads(body or b"{}")
        calls: dict[str, Callable[[Mapping[str, Any]], Answer]] = {
            "/getSentEdocList": self._list,
            "/getReceivedEdocList": self._list,
            "/getEdoc": self._package,
            "/updateStatus": self._done,
        }
        return calls[path](question) if path in calls else Answer(404, _failed("404", path))

    def _take_document(self, body: bytes) -> Answer:
        with self._lock:
            self.deliveries += 1
            fault = self._script.pop(0) if self._script else Fault.NONE
            if fault in REFUSALS:
                return REFUSALS[fault]
            answer = self._file(body)
        return self._spoiled(fault, answer)

    def _spoiled(self, fault: Fault, answer: Answer) -> Answer:
        if fault is Fault.TIMEOUT_AFTER_EFFECT:
            self._closing.wait(self.hold_seconds)
            return Answer(0, {})
        if fault is Fault.SLOW_DRIP:
            return replace(answer, drip=DRIP)
        return AFTER_EFFECT.get(fault, answer)

    def _file(self, body: bytes) -> Answer:
        try:
            document = read_document(body)
        except UnreadableFile as unreadable:
            return Answer(200, _failed("1", unreadable.key))
        known = self._filed.get(document.document_id)
        if known is not None:
            return Answer(200, _ok(known.name) if known.data == body else _failed("2", "other bytes under this id"))
        name = f"D{len(self._filed) + 1:04d}"
        self._filed[document.document_id] = Filed(name, document, body, replaced_by=self._replacement_of(document))
        older = document.concerns.document_id if document.concerns else ""
        if document.business is Business.REPLACE and older in self._filed:
            self._filed[older] = replace(self._filed[older], replaced_by=document.document_id)
        self._say(document.document_id, ExchangeStatus.ARRIVED)
        return Answer(200, _ok(name))

    def _replacement_of(self, document: ExchangeDocument) -> str:
        """The replacement that came before what it replaces; empty when there is none."""
        for name, one in self._filed.items():
            concerned = one.document.concerns
            is_replacement = one.document.business is Business.REPLACE and concerned is not None
            if is_replacement and concerned and concerned.document_id == document.document_id:
                return name
        return ""

    def _take_status(self, body: bytes) -> Answer:
        told = read_status(body)
        name = told.concerns.document_id
        with self._lock:
            filed = self._filed.get(name)
            if filed is None:
                return Answer(200, _failed("3", "no such document"))
            can_be_asked = filed.standing not in {*TAKEN_BACK, ExchangeStatus.FINISHED, ExchangeStatus.RECALL_ASKED}
            if can_be_asked and not filed.replaced_by:
                self._filed[name] = replace(filed, standing=ExchangeStatus.RECALL_ASKED)
                if self.agrees is not None:
                    self._say(name, "15" if self.agrees else "16")
        return Answer(200, _ok(f"R-{filed.name}"))

    def _list(self, question: Mapping[str, Any]) -> Answer:
        with self._lock:
            rows = [{"id": one.name, "status": "done" if one.is_done else "initial"} for one in self._waiting]
            if question.get("messagetype") == DOCUMENT:
                rows = [{"id": one.name, "status": "initial"} for one in self._filed.values()]
        return Answer(200, {**_ok(""), "data": rows})

    def _package(self, question: Mapping[str, Any]) -> Answer:
        with self._lock:
            packages = {one.name: one.data for one in self._filed.values()}
            packages |= {one.name: one.data for one in self._waiting}
        data = packages.get(str(question.get("id")))
        return Answer(404, _failed("404", "no such package")) if data is None else Answer(200, data)

    def _done(self, question: Mapping[str, Any]) -> Answer:
        with self._lock:
            for one in self._waiting:
                one.is_done = one.is_done or one.name == question.get("id")
        return Answer(200, _ok(""))


def _ok(name: str) -> dict[str, object]:
    return {"status": "OK", "ErrorCode": "0", "ErrorDesc": "", "DocId": name}


def _failed(code: str, why: str) -> dict[str, object]:
    return {"status": "FAIL", "ErrorCode": code, "ErrorDesc": why, "DocId": ""}


REFUSALS: dict[Fault, Answer] = {
    Fault.BUSY: Answer(503, b"busy"),
    Fault.BROKEN: Answer(500, b"broken"),
    Fault.REFUSE: Answer(200, _failed("9", "refused")),
    Fault.REDIRECT: Answer(302, {}, {"Location": "http://127.0.0.1:9/"}),
}
AFTER_EFFECT: dict[Fault, Answer] = {
    Fault.BROKEN_AFTER_EFFECT: Answer(500, b"broken"),
    Fault.PROXY_TIMEOUT: Answer(504, b"timeout"),
    Fault.REDIRECT_AFTER_EFFECT: Answer(303, {}, {"Location": "http://127.0.0.1:9/"}),
    Fault.BAD_JSON: Answer(200, b"<html>OK</html>"),
    Fault.CONFLICT: Answer(200, _failed("2", "known already")),
}


def _handler_of(exchange: Exchange) -> type[LoopbackHandler]:
    class Handler(LoopbackHandler):
        def do_POST(self) -> None:  # noqa: N802  (the name is http.server's)
            """Every call is a POST."""
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.send(exchange.handle(self.path, headers, self.body()))

    return Handler
