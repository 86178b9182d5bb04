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
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx

from plancycle.adapters.file_store import safe_name, sync_folder, write_durably
from plancycle.domain.consolidation import digest
from plancycle.domain.errors import DataProblem, OutsideFailure
from plancycle.domain.events import canonical_json
from plancycle.services.ports import GatewayReply, Package
from plancycle.services.report_contents import RenderedFile

ARRIVED, REFUSED, REGISTERED = "01", "02", "03"
STATES: Mapping[str, str] = {
    ARRIVED: "sent",
    REFUSED: "refused",
    REGISTERED: "acknowledged",
    "04": "acknowledged",
    "05": "acknowledged",
    "06": "acknowledged",
}
"""What a status code means for a transmittal; whatever follows registration stays acknowledged."""

MAX_REPLY = 64 * 1024
"""Bytes of an answer that are kept as evidence."""
BUSY = {408, 425, 429}
"""Refusals that say "not now": the addressee took nothing and may be asked again."""
GATEWAY_TIMEOUT = 504
"""A proxy between us gave up waiting: nobody can say what the addressee behind it did."""
MANIFEST = "manifest.json"
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
    return canonical_json(
        {
            "schema": "plancycle-delivery/1",
            "key": package.key,
            "sender": package.sender,
            "addressee": package.addressee,
            "document_number": package.document_number,
            "subject": package.subject,
            "edition_sha256": package.edition_sha256,
            "bundle_sha256": package.bundle_sha256,
            "files": [_described(file) for file in package.files],
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
        return GatewayReply("sent" if is_same else "refused", body)

    def ask(self, addressee: str, key: str) -> GatewayReply | None:
        """The answer somebody left in ``tra-loi.json``, else ``sent``; None when the folder is not there.

        Raises OutsideFailure("gateway.no_answer") when the answer cannot be read.
        """
        place = self._place(addressee, key)
        if not place.exists():
            return None
        answer = place / ANSWER
        if not answer.exists():
            return GatewayReply("sent", _read(place / MANIFEST, addressee))
        return _answer(addressee, _read(answer, addressee))

    def _place(self, addressee: str, key: str) -> Path:
        name = safe_name(key)
        if name != key:  # two keys may look the same once made safe; their hashes do not
            name = f"{name}-{digest(key)[:8]}"
        return self._folder / safe_name(addressee) / name

    def _leave(self, place: Path, package: Package) -> None:
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            draft = Path(tempfile.mkdtemp(dir=place.parent, prefix=".part-"))
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

    ``timeout`` is in seconds: for connecting, for each read, and (three times it) for a whole answer.
    Raises DataProblem("gateway.bad_url") for an address that is not http or https.
    """

    def __init__(self, url: str, timeout: float = 30.0) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise DataProblem("gateway.bad_url", url=url)
        self._url = f"{url.rstrip('/')}/documents"
        self._timeout = timeout

    def send(self, package: Package) -> GatewayReply:
        """Hand over once, under the package's key. Redirects are not followed.

        Raises OutsideFailure("gateway.not_delivered") when it surely was not taken (no connection, busy, 5xx) and
        OutsideFailure("gateway.unknown") when nobody can say (the line broke or went silent after sending began).
        """
        boundary = digest(f"{package.key}|{package.bundle_sha256}")[:32]
        headers = {"Idempotency-Key": package.key, "Content-Type": f"multipart/form-data; boundary={boundary}"}
        try:
            with self._request("POST", self._url, headers=headers, files=_parts(package)) as response:
                body = self._read(response)
        except (httpx.ConnectError, httpx.ConnectTimeout) as problem:
            raise OutsideFailure("gateway.not_delivered", addressee=package.addressee) from problem
        except httpx.HTTPError as problem:
            raise OutsideFailure("gateway.unknown", addressee=package.addressee) from problem
        return _taken(package, response.status_code, body)

    def ask(self, addressee: str, key: str) -> GatewayReply | None:
        """``GET {url}/documents/{key}``: what became of it; None (404) when the addressee never saw it.

        Raises OutsideFailure("gateway.no_answer") when there is no answer or none we understand.
        """
        try:
            with self._request("GET", f"{self._url}/{quote(key, safe='')}") as response:
                body = self._read(response)
        except httpx.HTTPError as problem:
            raise OutsideFailure("gateway.no_answer", addressee=addressee) from problem
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        if not response.is_success:
            raise OutsideFailure("gateway.no_answer", addressee=addressee)
        return _answer(addressee, body)

    @contextmanager
    def _request(self, method: str, url: str, **content: object) -> Iterator[httpx.Response]:
        # trust_env=False: only PLANCYCLE_* variables steer us, never a stray HTTP_PROXY.
        with (
            httpx.Client(timeout=self._timeout, follow_redirects=False, trust_env=False) as client,
            client.stream(method, url, **content) as response,  # type: ignore[arg-type]
        ):
            yield response

    def _read(self, response: httpx.Response) -> str:
        """The answer's text, at most MAX_REPLY bytes; one that drips on and on counts as a time-out."""
        give_up_at = time.monotonic() + 3 * self._timeout
        body = b""
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) >= MAX_REPLY:
                break
            if time.monotonic() > give_up_at:
                raise httpx.ReadTimeout("the answer takes too long", request=response.request)
        return body[:MAX_REPLY].decode("utf-8", "replace")


def _parts(package: Package) -> list[tuple[str, tuple[str | None, bytes, str]]]:
    """The multipart fields: ``metadata`` first, then every file under the field ``file``."""
    parts: list[tuple[str, tuple[str | None, bytes, str]]] = [
        ("metadata", (None, metadata(package).encode(), "application/json"))
    ]
    for file in package.files:
        media_type = MEDIA_TYPES.get(file.kind, "application/octet-stream")
        parts.append(("file", (safe_name(file.file_name), file.data, media_type)))
    return parts


def _taken(package: Package, status: int, body: str) -> GatewayReply:
    """What an answer to a delivery means."""
    echoed = _field(body, "bundle_sha256")
    is_same = echoed == package.bundle_sha256
    if 200 <= status < 300:
        # An addressee that names other bytes than ours has something else on file: a person must look.
        return GatewayReply("sent" if echoed is None or is_same else "refused", body)
    if status == httpx.codes.CONFLICT:
        return GatewayReply("sent" if is_same else "refused", body)
    if status == GATEWAY_TIMEOUT:
        raise OutsideFailure("gateway.unknown", addressee=package.addressee)
    if 400 <= status < 500 and status not in BUSY:
        return GatewayReply("refused", body)
    raise OutsideFailure("gateway.not_delivered", addressee=package.addressee)


def _read(path: Path, addressee: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as problem:
        raise OutsideFailure("gateway.no_answer", addressee=addressee) from problem


def _answer(addressee: str, body: str) -> GatewayReply:
    state = STATES.get(_field(body, "status") or "")
    if state is None:
        raise OutsideFailure("gateway.no_answer", addressee=addressee)
    return GatewayReply(state, body)


def _field(body: str, name: str) -> str | None:
    """A text field of a JSON answer; None when there is none (the answer may be anything)."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    value = answer.get(name) if isinstance(answer, dict) else None
    return value if isinstance(value, str) else None
