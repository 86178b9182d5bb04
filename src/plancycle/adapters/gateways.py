"""Handing an approved edition to its addressee: over HTTP, or into a folder somebody carries on.

Both ways count a key once. The metadata carries everything the approved hash was made of, so that the addressee can
compute it again over the bytes it received.

Answers carry the status codes of Decision 28/2018/QĐ-TTg: 01 arrived, 02 refused, 03 accepted and registered,
04 assigned, 05 in progress, 06 finished.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx

from plancycle.adapters.file_store import safe_name, sync_folder, write_durably
from plancycle.adapters.timed_http import Answered, NoAnswer, NotReached, TimedHttp
from plancycle.domain.consolidation import digest
from plancycle.domain.errors import DataProblem, OutsideFailure
from plancycle.domain.events import canonical_json
from plancycle.services.ports import GatewayAnswer, GatewayReply, Package
from plancycle.services.report_contents import RenderedFile

ARRIVED, REFUSED, REGISTERED = "01", "02", "03"
STATES: Mapping[str, str] = {
    ARRIVED: "sent",
    REFUSED: "refused",
    REGISTERED: "acknowledged",
    "04": "acknowledged",
    "05": "acknowledged",
    "06": "acknowledged",
    "13": "acknowledged",
    "15": "acknowledged",
    "16": "acknowledged",
}
"""What a status code means for a transmittal; whatever follows registration stays acknowledged."""

BUSY = {408, 425, 429}
"""Refusals that say "not now": the addressee took nothing and may be asked again."""
CANNOT_ASK = {405, 501}
"""Answers to a question that say "I take none"."""
MANIFEST = "manifest.json"
RECALL = "thu-hoi.json"
"""Left beside the manifest when we ask for it back."""
ANSWER = "tra-loi.json"
"""What a person leaves beside the manifest when the addressee has answered: ``{"status": "03"}``."""

MEDIA_TYPES: Mapping[str, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
}


def metadata(package: Package) -> str:
    """The canonical JSON that goes along: same package, same bytes."""
    earlier = package.concerns
    concerned = {"key": earlier.key, "document_number": earlier.document_number} if earlier else None
    corrects = {"business": str(package.business), "concerns": concerned, "reason": package.reason} if earlier else {}
    names = ("kind", "file_name", "sha256", "size")
    approved = [{name: getattr(one, name) for name in names} for one in package.approved]
    return canonical_json(
        {
            **corrects,
            "schema": "plancycle-delivery/1",
            "key": package.key,
            "sender": package.sender,
            "addressee": package.addressee,
            "document_number": package.document_number,
            "subject": package.subject,
            "edition_sha256": package.edition_sha256,
            "bundle_sha256": package.bundle_sha256,
            "files": [_described(file) for file in package.files],
            **({"approved": approved} if approved else {}),
        }
    )


def _described(file: RenderedFile) -> dict[str, object]:
    sha256 = hashlib.sha256(file.data).hexdigest()
    return {
        "kind": file.kind,
        "file_name": file.file_name,
        "sent_as": safe_name(file.file_name),
        "sha256": sha256,
        "size": len(file.data),
    }


class FolderGateway:
    """Deliveries as folders ``<addressee>/<key>/``; implements :class:`plancycle.services.ports.Gateway`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, package: Package) -> GatewayReply:
        """Leave the files and ``manifest.json``, all or nothing; the same key with other bytes is refused.

        Raises OutsideFailure: nothing was left (disk), or what stands there has lost its manifest.
        """
        place = self._place(package.addressee, package.key)
        if not place.exists():
            self._leave(place, package)
        body = _read(place / MANIFEST, package.addressee)
        is_same = _field(body, "bundle_sha256") == package.bundle_sha256
        return GatewayReply("sent" if is_same else "conflict", body)

    def recall(self, package: Package) -> GatewayReply:
        """Leave ``thu-hoi.json`` beside what was delivered. Raises OutsideFailure as :meth:`send`."""
        if package.concerns is None or not self._place(package.addressee, package.concerns.key).exists():
            raise OutsideFailure("gateway.not_delivered", addressee=package.addressee)
        try:
            write_durably(self._place(package.addressee, package.concerns.key) / RECALL, metadata(package).encode())
        except OSError as problem:
            raise OutsideFailure("files.not_stored", name=RECALL, reason=str(problem.strerror)) from problem
        return GatewayReply("sent", "")

    def answers(self) -> Sequence[GatewayAnswer] | None:
        """None: each delivery is looked at."""
        return None

    def note_taken(self, answers: Sequence[GatewayAnswer]) -> None:
        """Nothing to be told."""

    def ask(self, addressee: str, key: str, bundle_sha256: str = "") -> GatewayReply | None:
        """The answer somebody left in ``tra-loi.json``, else ``sent``; None when the folder is not there.

        Raises OutsideFailure("gateway.no_answer") when the answer cannot be read.
        """
        place = self._place(addressee, key)
        if not place.exists():
            return None
        answer = place / ANSWER
        if not answer.exists():
            return GatewayReply("sent", _read(place / MANIFEST, addressee))
        return _answer(addressee, _read(answer, addressee), "")

    def _place(self, addressee: str, key: str) -> Path:
        name = safe_name(key)
        if name != key:  # two keys may look the same once made safe; their hashes do not
            name = f"{name}-{digest(key)[:8]}"
        return self._folder / safe_name(addressee) / name

    def _leave(self, place: Path, package: Package) -> None:
        draft = place.parent / f".part-{digest(place.name)[:16]}"  # one name for each key: what a kill left is cleared
        shutil.rmtree(draft, ignore_errors=True)
        try:
            draft.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as problem:
            raise OutsideFailure("files.not_stored", name=place.name, reason=str(problem.strerror)) from problem
        try:
            for file in package.files:
                write_durably(draft / safe_name(file.file_name), file.data)
            write_durably(draft / MANIFEST, metadata(package).encode())
            draft.chmod(0o755)
            os.rename(draft, place)
            sync_folder(place.parent)
        except OSError as problem:
            if not place.exists():  # else: somebody delivered this key meanwhile, and send() compares what they left
                raise OutsideFailure("files.not_stored", name=place.name, reason=str(problem.strerror)) from problem
        finally:
            shutil.rmtree(draft, ignore_errors=True)


class HttpGateway:
    """Deliveries by ``POST {url}/documents``; implements :class:`plancycle.services.ports.Gateway`.

    ``timeout`` is in seconds, for a whole call: connecting, sending and the last byte of the answer.
    ``authority``: file of certificates (PEM) trusted besides the well-known ones.
    Raises DataProblem("gateway.bad_url") for an address that is not http or https.
    """

    def __init__(self, url: str, timeout: float = 60.0, authority: str = "") -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise DataProblem("gateway.bad_url", url=url)
        self._url = f"{url.rstrip('/')}/documents"
        self._http = TimedHttp(timeout, authority)

    def send(self, package: Package) -> GatewayReply:
        """Hand over once, under the package's key. Redirects are not followed.

        Raises OutsideFailure("gateway.not_delivered") when it surely was not taken (no connection, no trust) and
        OutsideFailure("gateway.unknown") when nobody can say (silence, a broken line, an answer that names no bytes).
        """
        boundary = digest(f"{package.key}|{package.bundle_sha256}")[:32]
        headers = {"Idempotency-Key": package.key, "Content-Type": f"multipart/form-data; boundary={boundary}"}
        request = httpx.Request("POST", self._url, headers=headers, files=_parts(package))
        return _taken(package, self._hand_over(request, package.addressee))

    def recall(self, package: Package) -> GatewayReply:
        """``POST {url}/documents/{key}/recall`` with the metadata. Raises as :meth:`send`."""
        if package.concerns is None:
            raise ValueError("a recall concerns something")
        headers = {"Idempotency-Key": package.key, "Content-Type": "application/json"}
        url = f"{self._url}/{quote(package.concerns.key, safe='')}/recall"
        request = httpx.Request("POST", url, headers=headers, content=metadata(package).encode())
        answered = self._hand_over(request, package.addressee)
        if answered.status < 300 and _field(answered.text, "status"):
            return GatewayReply("sent", answered.text, _field(answered.text, "status") or "")
        if 400 <= answered.status < 500 and answered.status not in BUSY:
            return GatewayReply("refused", answered.text)
        raise OutsideFailure("gateway.unknown", addressee=package.addressee)

    def ask(self, addressee: str, key: str, bundle_sha256: str = "") -> GatewayReply | None:
        """``GET {url}/documents/{key}``: what became of it; None (404) when the addressee never saw it.

        Raises OutsideFailure("gateway.no_answer") when there is no answer or none we understand, and
        OutsideFailure("gateway.cannot_ask") when it takes no questions (405, 501).
        """
        try:
            answered = self._http.call(httpx.Request("GET", f"{self._url}/{quote(key, safe='')}"))
        except (NotReached, NoAnswer) as problem:
            raise OutsideFailure("gateway.no_answer", addressee=addressee) from problem
        if answered.status == httpx.codes.NOT_FOUND:
            return None
        if answered.status in CANNOT_ASK:
            raise OutsideFailure("gateway.cannot_ask", addressee=addressee)
        if not 200 <= answered.status < 300:
            raise OutsideFailure("gateway.no_answer", addressee=addressee)
        return _answer(addressee, answered.text, bundle_sha256)

    def answers(self) -> Sequence[GatewayAnswer] | None:
        """None: each delivery is asked about."""
        return None

    def note_taken(self, answers: Sequence[GatewayAnswer]) -> None:
        """Nothing to be told."""

    def _hand_over(self, request: httpx.Request, addressee: str) -> Answered:
        try:
            return self._http.call(request)
        except NotReached as problem:
            raise OutsideFailure("gateway.not_delivered", addressee=addressee) from problem
        except NoAnswer as problem:
            raise OutsideFailure("gateway.unknown", addressee=addressee) from problem


def _parts(package: Package) -> list[tuple[str, tuple[str | None, bytes, str]]]:
    """The multipart fields: ``metadata`` first, then every file under the field ``file``."""
    parts: list[tuple[str, tuple[str | None, bytes, str]]] = [
        ("metadata", (None, metadata(package).encode(), "application/json"))
    ]
    for file in package.files:
        media_type = MEDIA_TYPES.get(file.kind.rpartition(".")[2], "application/octet-stream")
        parts.append(("file", (safe_name(file.file_name), file.data, media_type)))
    return parts


def _taken(package: Package, answered: Answered) -> GatewayReply:
    """What an answer to a delivery means. Who names other bytes than ours has something else: a person must look."""
    status, body = answered.status, answered.text
    echoed = _field(body, "bundle_sha256")
    if 200 <= status < 300 or status == httpx.codes.CONFLICT:
        if echoed == package.bundle_sha256:
            return GatewayReply("sent", body, _field(body, "status") or "")
        if echoed is not None or status == httpx.codes.CONFLICT:
            return GatewayReply("conflict", body)
        raise OutsideFailure("gateway.unknown", addressee=package.addressee)  # a page that says nothing about us
    if 400 <= status < 500 and status not in BUSY:
        return GatewayReply("refused", body, _field(body, "status") or "")
    # Busy, redirected, broken (5xx): whether something behind it took the package, only asking can tell.
    raise OutsideFailure("gateway.unknown", addressee=package.addressee)


def _read(path: Path, addressee: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as problem:
        raise OutsideFailure("gateway.no_answer", addressee=addressee) from problem


def _answer(addressee: str, body: str, bundle_sha256: str) -> GatewayReply:
    """A standing; a code nobody knows is kept, and leaves the delivery where it was."""
    code = _field(body, "status")
    if not code:
        raise OutsideFailure("gateway.no_answer", addressee=addressee)
    echoed = _field(body, "bundle_sha256")
    if bundle_sha256 and echoed is not None and echoed != bundle_sha256:
        return GatewayReply("conflict", body)
    return GatewayReply(STATES.get(code, "sent"), body, code)


def _field(body: str, name: str) -> str | None:
    """A text field of a JSON answer; None when there is none (the answer may be anything)."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    value = answer.get(name) if isinstance(answer, dict) else None
    return value if isinstance(value, str) else None
