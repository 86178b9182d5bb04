"""Files by their SHA-256, and copies for people.

What is acknowledged must be on the disk: every file is written beside its place, fsynced, renamed into it, and the
folder is fsynced too, so that a power cut leaves the whole file or none.
"""

import hashlib
import os
import re
import threading
import unicodedata
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from plancycle.domain.backups import HELD
from plancycle.domain.errors import NotFound, OutsideFailure

MAX_NAME = 120
"""Characters of a file name. Well below the 255 bytes of file systems: people add a path in front of it."""

WRITERS = 4
"""Files of one process that are written side by side."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_DEVICES = {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))}
"""Names Windows reads as devices, with any extension; the data folder may be opened from there."""


class FileStore:
    """Bytes under ``<folder>/ab/<sha256>``; implements :class:`plancycle.services.ports.FileStore`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._batch = threading.local()

    def put(self, data: bytes) -> str:
        """Store and return the SHA-256 (hex); what is already there is kept. Raises OutsideFailure (disk).

        Within :meth:`together` it is on the disk, and an OutsideFailure is raised, when that block is left.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        if (batch := self._writing) is None:
            _keep(self._place(sha256), data)
        else:
            batch.append(_writers().submit(_keep, self._place(sha256), data))
        return sha256

    @contextmanager
    def together(self) -> Iterator[None]:
        """What this thread puts meanwhile is written beside its other work, and all of it is on the disk on leaving.

        Waiting for a disk costs a file as much as several at once. Raises OutsideFailure (disk) on leaving. One block
        within another is part of it.
        """
        if self._writing is not None:
            yield
            return
        batch: list[Future[None]] = []
        self._batch.writing = batch
        try:
            yield
        finally:
            self._batch.writing = None
            wait(batch)
        for one in batch:
            one.result()

    @property
    def _writing(self) -> list[Future[None]] | None:
        found: list[Future[None]] | None = getattr(self._batch, "writing", None)
        return found

    def get(self, sha256: str) -> bytes:
        """The bytes, checked against their name. Raises NotFound, or OutsideFailure when they have been damaged."""
        wait(self._writing or ())
        return _read(self._place(sha256), sha256)

    def drop(self, sha256: str) -> None:
        """Remove the bytes for good; what is not there is no error. Raises OutsideFailure (disk)."""
        _drop(self._place(sha256), sha256)

    def holds(self, sha256: str) -> bool:
        """Whether the bytes are there."""
        return bool(_SHA256.fullmatch(sha256)) and self._place(sha256).is_file()

    def set_apart(self, sha256: str) -> None:
        """Move the bytes out of the store, into a folder that no backup holds. Raises OutsideFailure (disk)."""
        if self.holds(sha256):
            write_durably(self._apart(sha256), self.get(sha256))
            self.drop(sha256)

    def holds_apart(self, sha256: str) -> bool:
        """Whether the bytes are set apart."""
        return bool(_SHA256.fullmatch(sha256)) and self._apart(sha256).is_file()

    def get_apart(self, sha256: str) -> bytes:
        """Bytes that were set apart. Raises as :meth:`get`."""
        return _read(self._apart(sha256), sha256)

    def drop_apart(self, sha256: str) -> None:
        """Remove bytes that were set apart. Raises OutsideFailure (disk)."""
        _drop(self._apart(sha256), sha256)

    def _place(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def _apart(self, sha256: str) -> Path:
        return self._folder.with_name(HELD) / sha256


@cache
def _writers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(WRITERS, "plancycle-files")


os.register_at_fork(after_in_child=_writers.cache_clear)


def _keep(place: Path, data: bytes) -> None:
    if place.exists():
        # A sender killed between rename and fsync of the folder left the name unsynced: sync it before we promise.
        sync_folder(place.parent)
    else:
        write_durably(place, data)


def _read(place: Path, sha256: str) -> bytes:
    if not _SHA256.fullmatch(sha256):
        raise NotFound("not_found.file", sha256=sha256)
    try:
        data = place.read_bytes()
    except FileNotFoundError:
        raise NotFound("not_found.file", sha256=sha256) from None
    if hashlib.sha256(data).hexdigest() != sha256:
        raise OutsideFailure("files.damaged", sha256=sha256)
    return data


def _drop(place: Path, sha256: str) -> None:
    if not _SHA256.fullmatch(sha256):
        return
    try:
        place.unlink(missing_ok=True)
        if place.parent.is_dir():
            sync_folder(place.parent)
    except OSError as problem:
        raise _not_stored(place, problem) from problem


def leave_file(data_dir: Path, folder: str, name: str, data: bytes) -> str:
    """Leave a copy for people in ``folder`` of the data directory, replacing an older one; returns its relative path.

    Both names may hold anything: they come out as plain ASCII and never lead outside. Raises OutsideFailure (disk).
    """
    parts = [safe_name(part) for part in re.split(r"[/\\]+", folder) if part.strip(". ")]
    relative = Path(*parts, safe_name(name))
    target = data_dir / relative
    try:
        # Whole or not at all, but not forced to the disk: a copy can be made again, its bytes are in the file store.
        unfinished = target.with_name(f".part-{os.getpid()}-{threading.get_ident()}-{target.name}")
        try:
            unfinished.write_bytes(data)
        except FileNotFoundError:
            target.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(data)
        unfinished.replace(target)
    except OSError as problem:
        raise _not_stored(target, problem) from problem
    return relative.as_posix()


def safe_name(text: str) -> str:
    """A file name made of ``A-Z a-z 0-9 . _ -`` only: ``Sở Y tế.xlsx`` becomes ``So-Y-te.xlsx``.

    No separators, no control characters, no leading dot, no device name, at most MAX_NAME characters.
    """
    plain = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    name = _UNSAFE.sub("-", letters).strip("-. ") or "tep"
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix) > 8:
        stem, dot, suffix = name, "", ""
    stem = stem[: MAX_NAME - len(dot + suffix)].rstrip("-. ") or "tep"
    if stem.partition(".")[0].lower() in _DEVICES:
        stem = f"tep-{stem}"
    return f"{stem}{dot}{suffix}"


def write_durably(target: Path, data: bytes) -> None:
    """Write a whole file or nothing: temporary file, fsync, rename, fsync of the folder.

    Raises OutsideFailure with the system's reason (disk full, no permission …); the caller must then not acknowledge.
    """
    try:
        _make_folders(target.parent)
        temporary = f"{target.parent}/.part-{os.urandom(8).hex()}"
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(handle)
            os.replace(temporary, target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        sync_folder(target.parent)
    except OSError as problem:
        raise _not_stored(target, problem) from problem


def _not_stored(target: Path, problem: OSError) -> OutsideFailure:
    return OutsideFailure("files.not_stored", name=target.name, reason=problem.strerror or str(problem))


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_folders(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folders(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)
