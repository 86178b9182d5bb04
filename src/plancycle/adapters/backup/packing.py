"""Backing up a data folder with its ledger, and restoring it into an empty place."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from plancycle import __version__
from plancycle.adapters.backup.archives import read_archive, write_archive
from plancycle.adapters.backup.snapshots import describe, describe_sqlite, put_back, take_snapshot
from plancycle.domain.backups import LEDGER, Manifest, Member, Part, part_of
from plancycle.domain.errors import ActionNeeded, DataProblem, OutsideFailure


@dataclass(frozen=True, slots=True)
class Place:
    """Where an installation keeps what it keeps: its data folder, its ledger (SQLAlchemy URL), its programme's id."""

    data: Path
    ledger_url: str
    programme: str


def back_up(place: Place, folder: Path, recipients: Sequence[str], at: datetime) -> tuple[Path, Manifest]:
    """Write the data's archive into a folder; everybody may go on working meanwhile.

    The ledger comes first: a row never points to a file that is not in the archive. Raises what
    :func:`.take_snapshot` and :func:`.write_archive` raise, and ActionNeeded without a recipient.
    """
    _check_recipients(recipients)
    target = folder / f"plancycle-{place.programme}-{at:%Y%m%dT%H%M%S}.tar.age"
    with TemporaryDirectory(prefix=".part-backup-", dir=place.data) as scratch:
        file = Path(scratch) / LEDGER
        snapshot = take_snapshot(place.ledger_url, file)

        def describe(members: list[Member]) -> Manifest:
            return Manifest(Part.DATA, at, __version__, place.programme, tuple(members), snapshot)

        files = [(LEDGER, file), *_files(place.data, Part.DATA)]
        return target, write_archive(target, recipients, files, describe)


def back_up_keys(place: Place, target: Path, recipients: Sequence[str], at: datetime) -> Manifest:
    """Write the archive of the installation's keys, to be kept elsewhere than the data's. Raises as :func:`back_up`."""
    _check_recipients(recipients)

    def describe(members: list[Member]) -> Manifest:
        return Manifest(Part.KEYS, at, __version__, place.programme, tuple(members))

    return write_archive(target, recipients, _files(place.data, Part.KEYS), describe)


def restore(archive: Path, identities: Path, place: Place, is_without_keys: bool = False) -> Manifest:
    """Put an archive of data back: into a data folder that holds the keys and nothing else, and an empty database.

    Without its keys an installation makes new ones: mailed links and workbooks that are out are then refused. Raises
    ActionNeeded (keys missing, not empty, another kind of database), DataProblem (the archive is not whole, or holds
    keys) and OutsideFailure (the ledger in it is damaged).
    """
    place.data.mkdir(mode=0o750, parents=True, exist_ok=True)
    if not is_without_keys and not any(True for _ in _files(place.data, Part.KEYS)):
        raise ActionNeeded("backup.keys_first", folder=str(place.data))
    if any(True for _ in _files(place.data, Part.DATA)):
        raise ActionNeeded("backup.folder_not_empty", folder=str(place.data))
    manifest = read_archive(archive, identities, place.data)
    _check_part(manifest, Part.DATA)
    assert manifest.snapshot is not None
    put_back(place.data / LEDGER, manifest.snapshot.kind, place.ledger_url)
    if describe(place.ledger_url) != manifest.snapshot:
        raise OutsideFailure("backup.rows_differ")
    _check_files(place.data / "files")
    return manifest


def restore_keys(archive: Path, identities: Path, place: Place) -> Manifest:
    """Put the keys back, before anything is started. Raises DataProblem (not whole, no keys, one is there already)."""
    place.data.mkdir(mode=0o750, parents=True, exist_ok=True)
    if any(True for _ in _files(place.data, Part.KEYS)):
        raise ActionNeeded("backup.keys_there", folder=str(place.data))
    manifest = read_archive(archive, identities, place.data)
    _check_part(manifest, Part.KEYS)
    return manifest


def check_archive(archive: Path, identities: Path, scratch: Path) -> Manifest:
    """Unpack an archive into an empty folder and look at all of it, the ledger too where it is SQLite.

    Raises as :func:`restore`.
    """
    manifest = read_archive(archive, identities, scratch)
    snapshot = manifest.snapshot
    if snapshot is not None and snapshot.kind == "sqlite" and describe_sqlite(scratch / LEDGER) != snapshot:
        raise DataProblem("backup.damaged", archive=archive.name, names=LEDGER)
    _check_files(scratch / "files")
    return manifest


def _check_recipients(recipients: Sequence[str]) -> None:
    if not recipients:
        raise ActionNeeded("backup.no_recipients")


def _check_part(manifest: Manifest, part: Part) -> None:
    if manifest.part is not part:
        raise DataProblem("backup.other_part", found=manifest.part, wanted=part)


def _check_files(store: Path) -> None:
    """Every kept file is named by its SHA-256: one that was damaged before it was packed is found here."""
    from hashlib import file_digest

    for folder, _, names in os.walk(store):
        for name in names:
            with open(Path(folder) / name, "rb") as file:
                if file_digest(file, "sha256").hexdigest() != name:
                    raise DataProblem("backup.damaged", archive=store.name, names=name)


def _files(data: Path, part: Part) -> Iterator[tuple[str, Path]]:
    for folder, folders, names in os.walk(data):
        folders[:] = sorted(one for one in folders if not one.startswith(".part-"))
        for name in sorted(names):
            path = Path(folder) / name
            relative = path.relative_to(data).as_posix()
            if part_of(relative) is part and path.is_file() and not path.is_symlink():
                yield relative, path
