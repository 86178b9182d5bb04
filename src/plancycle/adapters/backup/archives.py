"""Archives: a tar stream, compressed, encrypted with age (https://age-encryption.org/v1), its manifest at the end.

Only the public half of the key is needed to make one, so the machine that makes backups cannot read them. Nothing
unencrypted touches the disk but the ledger's snapshot, inside the data folder.
"""

import gzip
import hashlib
import io
import os
import tarfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import IO, Any

import pyrage

from plancycle.adapters.file_store import sync_folder
from plancycle.domain.backups import MANIFEST, Manifest, Member, differences, read_manifest
from plancycle.domain.errors import DataProblem, OutsideFailure

CHUNK = 1 << 20


def write_archive(
    target: Path,
    recipients: Iterable[str],
    files: Iterable[tuple[str, Path]],
    describe: Callable[[list[Member]], Manifest],
) -> Manifest:
    """Pack files (name, path) for the holders of these public keys; whole under its name, or not at all.

    ``describe`` makes the manifest of what was packed. Raises DataProblem for a key that is none, and OutsideFailure
    (disk).
    """
    keys = [_recipient(one) for one in recipients]
    made: list[Manifest] = []

    def pack(sink: IO[bytes]) -> None:
        packed = gzip.GzipFile(fileobj=sink, mode="wb", compresslevel=1, mtime=0)
        with packed, tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            manifest = describe([one for name, path in files if (one := _add(tar, name, path)) is not None])
            data = manifest.text().encode()
            tar.addfile(_entry(MANIFEST, len(data)), io.BytesIO(data))
            made.append(manifest)

    unfinished = target.with_name(f".part-{target.name}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(unfinished, "wb") as out:
            with _piped(pack) as source:
                pyrage.encrypt_io(source, out, keys)
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(target)
        sync_folder(target.parent)
    except OSError as problem:
        raise OutsideFailure("files.not_stored", name=target.name, reason=str(problem)) from problem
    finally:
        unfinished.unlink(missing_ok=True)
    return made[0]


def read_archive(archive: Path, identities: Path, into: Path) -> Manifest:
    """Unpack into a folder and hold every byte against the manifest.

    Raises DataProblem: no file, not an archive, not for these keys, cut off, or changed since it was made.
    """
    if not archive.is_file():
        raise DataProblem("backup.no_archive", archive=str(archive))
    keys = read_identities(identities)
    try:
        with open(archive, "rb") as source, _piped(lambda sink: pyrage.decrypt_io(source, sink, keys)) as plain:
            manifest, found = _unpack_all(plain, into)
    except (pyrage.DecryptError, tarfile.TarError, EOFError, gzip.BadGzipFile, UnicodeDecodeError, OSError) as broken:
        raise DataProblem("backup.unreadable", archive=archive.name, reason=str(broken)) from broken
    if manifest is None:
        raise DataProblem("backup.no_manifest")
    if wrong := differences(manifest, found):
        raise DataProblem("backup.damaged", archive=archive.name, names=", ".join(wrong[:10]))
    return manifest


def new_identity(target: Path) -> str:
    """Make a private key in a new file, readable by its owner only; returns the public half.

    Raises DataProblem when the file is there already: whoever overwrites a key loses every backup made for it.
    """
    identity = pyrage.x25519.Identity.generate()
    public = str(identity.to_public())
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as there:
        raise DataProblem("backup.key_there", file=str(target)) from there
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"# public key: {public}\n{identity}\n")
        file.flush()
        os.fsync(file.fileno())
    return public


def read_identities(file: Path) -> list[pyrage.x25519.Identity]:
    """The private keys of a file, one a line, ``#`` before remarks. Raises DataProblem when there is none in it."""
    try:
        lines = [line.strip() for line in file.read_text("ascii").splitlines()]
        return [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError) as broken:
        raise DataProblem("backup.no_key", file=str(file), reason=str(broken)) from broken


def _recipient(text: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as broken:
        raise DataProblem("backup.no_recipient", text=text[:80], reason=str(broken)) from broken


def _add(tar: tarfile.TarFile, name: str, path: Path) -> Member | None:
    """One file as long as it was when it was opened, for it may grow meanwhile; None when it is gone by now."""
    with suppress(FileNotFoundError), open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        hashed = _Hashing(file)
        tar.addfile(_entry(name, size), hashed)
        return Member(name, size, hashed.digest.hexdigest())
    return None


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


def _unpack_all(plain: IO[bytes], into: Path) -> tuple[Manifest | None, dict[str, Member]]:
    manifest: Manifest | None = None
    found: dict[str, Member] = {}
    with gzip.GzipFile(fileobj=plain) as unpacked, tarfile.open(fileobj=unpacked, mode="r|") as tar:
        for entry in tar:
            content = tar.extractfile(entry)
            if content is None:
                raise DataProblem("backup.damaged", archive=into.name, names=entry.name[:200])
            if entry.name == MANIFEST:
                manifest = read_manifest(content.read().decode())
            else:
                found[entry.name] = _unpack(content, entry.name, into)
    return manifest, found


def _unpack(content: IO[bytes], name: str, into: Path) -> Member:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or "\\" in name:
        raise DataProblem("backup.damaged", archive=into.name, names=name[:200])
    target = into.joinpath(*path.parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while chunk := content.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return Member(name, size, digest.hexdigest())


class _Hashing(io.RawIOBase):
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(size)
        self.digest.update(chunk)
        return chunk


@contextmanager
def _piped(fill: Callable[[IO[bytes]], None]) -> Iterator[IO[bytes]]:
    """Read what ``fill`` writes, while it writes; what it raises is raised here."""
    reading, writing = os.pipe()
    faults: list[BaseException] = []

    def run() -> None:
        try:
            with os.fdopen(writing, "wb") as sink:
                fill(sink)
        except BaseException as fault:  # handed over below
            faults.append(fault)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    fault: Any = None
    try:
        with os.fdopen(reading, "rb") as source:
            yield source
    except BaseException as raised:
        fault = raised
    thread.join()
    if faults and not (fault is not None and isinstance(faults[0], BrokenPipeError)):
        raise faults[0]
    if fault is not None:
        raise fault
