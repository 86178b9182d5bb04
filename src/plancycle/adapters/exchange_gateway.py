"""Handing over through the national document exchange: to a gateway of its shape, or as files somebody carries.

The shape is that of the Government Office's software kit for the exchange (POST ``/sendEdoc``, ``/getSentEdocList``,
``/getReceivedEdocList``, ``/getEdoc``, ``/updateStatus``; ``servicetype=eDoc``, ``messagetype=edoc|status``; answers
``{status, ErrorCode, ErrorDesc, DocId, data}``). It has been run against a gateway on this machine only. Access to the
real one needs an account of the Government Office, and whoever has one compares this with its current papers first.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from plancycle.adapters.edxml.packages import answer_of, compared, is_about, written, written_recall
from plancycle.adapters.file_store import safe_name, write_durably
from plancycle.adapters.timed_http import Answered, NoAnswer, NotReached, TimedHttp
from plancycle.domain.errors import DataProblem, OutsideFailure
from plancycle.domain.exchange import document_id
from plancycle.services.ports import GatewayAnswer, GatewayReply, Package

MOST = 160 * 1024 * 1024
"""Bytes of a package that are read back."""
LOOKED_THROUGH = 200
"""Newest packages of ours that are looked through for one whose fate we do not know."""
DOCUMENT, STATUS = "edoc", "status"


def signature(secret: str, path: str, body_sha256: str) -> str:
    """The mark of a call: HMAC-SHA256 over its path and the hash of its body."""
    return hmac.new(secret.encode(), f"{path}\n{body_sha256}".encode(), hashlib.sha256).hexdigest()


class ExchangeGateway:
    """Deliveries over a gateway; implements :class:`plancycle.services.ports.Gateway`.

    ``own_code`` is our identification code there (Decision 20/2020/QĐ-TTg); ``seconds`` the time for each call.
    Raises DataProblem("gateway.bad_url").
    """

    def __init__(self, url: str, own_code: str, secret: str = "", seconds: float = 60.0, authority: str = "") -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise DataProblem("gateway.bad_url", url=url)
        self._url = url.rstrip("/")
        self._own_code = own_code
        self._secret = secret
        self._http = TimedHttp(seconds, authority)
        self._known: dict[str, bytes] = {}

    def send(self, package: Package) -> GatewayReply:
        """``/sendEdoc`` with the edXML package. Raises ActionNeeded, and OutsideFailure as the protocol says."""
        data = written(package, self._own_code)
        answered = self._send(package, data, DOCUMENT, package.cover.addressee_code)
        facts = _facts(answered)
        if facts.get("status") == "OK":
            return GatewayReply("sent", answered.text)
        if facts.get("status") != "FAIL":
            raise OutsideFailure("gateway.unknown", addressee=package.addressee)
        known = self.ask(package.addressee, package.key, package.bundle_sha256)
        return known or GatewayReply("refused", answered.text)

    def recall(self, package: Package) -> GatewayReply:
        """``/sendEdoc`` with status 13 about the document. Raises as :meth:`send`."""
        data = written_recall(package, self._own_code)
        answered = self._send(package, data, STATUS, package.cover.addressee_code)
        facts = _facts(answered)
        if facts.get("status") == "OK":
            return GatewayReply("sent", answered.text)
        if facts.get("status") == "FAIL":
            return GatewayReply("refused", answered.text)
        raise OutsideFailure("gateway.unknown", addressee=package.addressee)

    def ask(self, addressee: str, key: str, bundle_sha256: str = "") -> GatewayReply | None:
        """Look for the delivery among what the gateway says we sent.

        Raises OutsideFailure("gateway.no_answer").
        """
        for name in self._names("/getSentEdocList", DOCUMENT, addressee):
            data = self._package(name, addressee)
            if is_about(data, key):
                return compared(data, bundle_sha256)
        return None

    def answers(self) -> Sequence[GatewayAnswer] | None:
        """Every status package that waits for us. Raises OutsideFailure("gateway.no_answer")."""
        names = reversed(self._names("/getReceivedEdocList", STATUS, ""))
        return [answer_of(name, self._package(name, "")) for name in names]

    def note_taken(self, answers: Sequence[GatewayAnswer]) -> None:
        """``/updateStatus``: these need not be offered again. Raises OutsideFailure("gateway.no_answer")."""
        for one in answers:
            self._ask("/updateStatus", {"id": one.id, "status": "done"}, "")

    def _send(self, package: Package, data: bytes, kind: str, to: str) -> Answered:
        try:
            return self._call("/sendEdoc", data, "application/xml", {"messagetype": kind, "to": to})
        except NotReached as problem:
            raise OutsideFailure("gateway.not_delivered", addressee=package.addressee) from problem
        except NoAnswer as problem:
            raise OutsideFailure("gateway.unknown", addressee=package.addressee) from problem

    def _names(self, path: str, kind: str, addressee: str) -> list[str]:
        """Ids of the newest packages, newest first."""
        rows = _facts(self._ask(path, {"servicetype": "eDoc", "messagetype": kind}, addressee)).get("data")
        if not isinstance(rows, list):
            raise OutsideFailure("gateway.no_answer", addressee=addressee)
        names = [str(row.get("id", "")) for row in rows if isinstance(row, dict) and row.get("status") != "done"]
        return [name for name in names if name][::-1][:LOOKED_THROUGH]

    def _package(self, name: str, addressee: str) -> bytes:
        """The bytes of a package; they never change, so they are fetched once."""
        if name not in self._known:
            self._known[name] = self._ask("/getEdoc", {"id": name}, addressee).body
        return self._known[name]

    def _ask(self, path: str, question: Mapping[str, str], addressee: str) -> Answered:
        try:
            answered = self._call(path, json.dumps(question).encode(), "application/json", {})
        except (NotReached, NoAnswer) as problem:
            raise OutsideFailure("gateway.no_answer", addressee=addressee) from problem
        if answered.status != httpx.codes.OK:
            raise OutsideFailure("gateway.no_answer", addressee=addressee)
        return answered

    def _call(self, path: str, body: bytes, media_type: str, more: Mapping[str, str]) -> Answered:
        sha256 = hashlib.sha256(body).hexdigest()
        headers = {
            "Content-Type": media_type,
            "servicetype": "eDoc",
            "from": self._own_code,
            "sha256": sha256,
            "signature": signature(self._secret, path, sha256),
            **more,
        }
        return self._http.call(httpx.Request("POST", f"{self._url}{path}", headers=headers, content=body), MOST)


def _facts(answered: Answered) -> Mapping[str, Any]:
    """The answer's JSON object; empty when it is none or the gateway failed."""
    if answered.status != httpx.codes.OK:
        return {}
    try:
        found = json.loads(answered.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


OUTGOING, INCOMING, READ = "gui-di", "nhan-ve", "da-doc"


class ExchangeFolder:
    """edXML packages as files, carried to and from the exchange by a person or another program.

    ``gui-di/<addressee>/`` holds what is to be sent, ``nhan-ve/`` is where answers are put.
    """

    def __init__(self, folder: Path, own_code: str) -> None:
        self._folder = folder
        self._own_code = own_code

    def send(self, package: Package) -> GatewayReply:
        """Leave the package as a file. Raises ActionNeeded and OutsideFailure("files.not_stored")."""
        path = self._path(package.addressee, package.key)
        if not path.exists():
            self._leave(path, written(package, self._own_code))
        return compared(path.read_bytes(), package.bundle_sha256)

    def recall(self, package: Package) -> GatewayReply:
        """Leave the recall as a file of its own. Raises as :meth:`send`."""
        self._leave(self._path(package.addressee, package.key), written_recall(package, self._own_code))
        return GatewayReply("sent", "")

    def ask(self, addressee: str, key: str, bundle_sha256: str = "") -> GatewayReply | None:
        """Whether the file is there."""
        path = self._path(addressee, key)
        return compared(path.read_bytes(), bundle_sha256) if path.exists() else None

    def answers(self) -> Sequence[GatewayAnswer] | None:
        """What somebody put into ``nhan-ve``."""
        return [answer_of(path.name, path.read_bytes()) for path in sorted((self._folder / INCOMING).glob("*.edxml"))]

    def note_taken(self, answers: Sequence[GatewayAnswer]) -> None:
        """Put what has been read aside."""
        read = self._folder / INCOMING / READ
        read.mkdir(parents=True, exist_ok=True)
        for one in answers:
            (self._folder / INCOMING / one.id).replace(read / one.id)

    def _path(self, addressee: str, key: str) -> Path:
        return self._folder / OUTGOING / safe_name(addressee) / f"{document_id(key)}.edxml"

    def _leave(self, path: Path, data: bytes) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_durably(path, data)
        except OSError as problem:
            raise OutsideFailure("files.not_stored", name=path.name, reason=str(problem.strerror)) from problem
