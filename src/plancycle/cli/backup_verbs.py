"""Verbs about backups: ``backup`` with ``keys|check|new-key``, ``restore`` with ``keys|reconcile|release``."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cyclopts import App

from plancycle.cli.output import ZONE, figure, house, print_json, say, words

if TYPE_CHECKING:
    from plancycle.adapters.backup.packing import Place
    from plancycle.domain.backups import Manifest


BAD_DATA = 3


def register(app: App) -> None:
    """Add the verbs to the command line."""
    backups = App(name="backup", help="Back up everything that is kept, encrypted, while others work.")
    backups.default(back_up)
    backups.command(keys)
    backups.command(check)
    backups.command(new_key, name="new-key")
    restoring = App(name="restore", help="Put a backup back into an empty place; nothing is sent until it is released.")
    restoring.default(restore)
    restoring.command(restore_keys, name="keys")
    restoring.command(reconcile)
    restoring.command(release)
    app.command(backups)
    app.command(restoring)


def back_up(*, to: Path = Path("plancycle-backups"), as_of: str = "", json: bool = False) -> None:
    """Write ledger, kept files and all else but keys into one encrypted archive in a folder.

    It is made for whoever holds a private key to ``PLANCYCLE_BACKUP_RECIPIENTS``.

    Example: plancycle backup --to /mnt/backup
    """
    from plancycle.adapters.backup.packing import back_up as pack

    with house(as_of) as opened:
        archive, manifest = pack(_place(), to, _recipients(), opened.clock.now())
    _report("backup.made", archive, manifest, json)


def keys(*, to: Path, as_of: str = "", json: bool = False) -> None:
    """Write the installation's own keys into an encrypted archive, to be kept elsewhere than the backups.

    Once is enough, and again after a key was added.

    Example: plancycle backup keys --to /media/usb/plancycle-keys.tar.age
    """
    from plancycle.adapters.backup.packing import back_up_keys

    with house(as_of) as opened:
        manifest = back_up_keys(_place(), to, _recipients(), opened.clock.now())
    _report("backup.keys_made", to, manifest, json)


def check(archive: Path, /, *, identity: Path, json: bool = False) -> None:
    """Unpack an archive into a folder that is removed again, and look at every byte of it.

    Example: plancycle backup check plancycle-tn-nq94-20251209T190000.tar.age --identity backup-key.txt
    """
    from tempfile import TemporaryDirectory

    from plancycle.adapters.backup.packing import check_archive

    with TemporaryDirectory(prefix="plancycle-check-") as scratch:
        manifest = check_archive(archive, identity, Path(scratch))
    _report("backup.checked", archive, manifest, json)


def new_key(*, to: Path, json: bool = False) -> None:
    """Make a private key for reading backups; keep the file apart from them, put the public half into the settings.

    Example: plancycle backup new-key --to /media/usb/backup-key.txt
    """
    from plancycle.adapters.backup.archives import new_identity

    public = new_identity(to)
    if json:
        print_json({"file": str(to), "recipient": public})
    for language in ("vi", "en"):
        say(words("backup.key_made", language, file=to, recipient=public))


def restore(archive: Path, /, *, identity: Path, by: str, without_keys: bool = False, json: bool = False) -> int:
    """Put an archive back into ``PLANCYCLE_DATA`` and ``PLANCYCLE_DATABASE_URL``, both empty, and verify all of it.

    Put the keys back first (``restore keys``); if they are lost, say ``--without-keys``: mailed links and workbooks
    that are out are then refused. Nothing is sent before ``restore release``.

    Example: plancycle restore plancycle-tn-nq94-20251209T190000.tar.age --identity backup-key.txt --by "Lê Văn Quản"
    """
    import time

    from plancycle.adapters.backup.packing import restore as unpack
    from plancycle.services.restored_house import hold
    from plancycle.services.verify_audit import verify

    begun = time.monotonic()
    manifest = unpack(archive, identity, _place(), without_keys)
    assert manifest.snapshot is not None
    with house() as opened:
        chain = verify(opened)
        held = hold(opened, by, manifest.made_at, manifest.snapshot.head)
    is_whole = chain.ok and chain.head == manifest.snapshot.head
    lost, took = datetime.now(ZONE) - manifest.made_at, time.monotonic() - begun
    found = {"ok": is_whole, "rpo_seconds": int(lost.total_seconds()), "rto_seconds": round(took, 1)}
    if json:
        print_json({**found, **_described(manifest), "in_doubt": held})
    told = {"letters": len(held), "files": len(manifest.members), "rows": sum(manifest.snapshot.rows.values())}
    for language, seconds in (("vi", figure(round(took, 1))), ("en", round(took, 1))):
        shown_as = {**told, **found, "rto_seconds": seconds}
        say(words("backup.restored" if is_whole else "backup.not_whole", language, **shown_as))
    return 0 if is_whole else BAD_DATA


def restore_keys(archive: Path, /, *, identity: Path, json: bool = False) -> None:
    """Put the installation's keys back, before the data and before anything is started.

    Example: plancycle restore keys plancycle-keys.tar.age --identity backup-key.txt
    """
    from plancycle.adapters.backup.packing import restore_keys as unpack

    _report("backup.keys_restored", archive, unpack(archive, identity, _place()), json)


def reconcile(*, sent: Path, by: str, as_of: str = "", json: bool = False) -> None:
    """Mark letters as sent whose Message-ID stands in the mail server's log or its folder of sent mail.

    Run ``plancycle sweep`` before it: letters written in the lost hours are then written again, and recognised.

    Example: plancycle restore reconcile --sent /var/log/mail.log --by "Lê Văn Quản"
    """
    from plancycle.services import restored_house

    with house(as_of) as opened:
        known = restored_house.reconcile(opened, restored_house.message_ids(_lines(sent)), by)
        still = restored_house.open_letters(opened)
    if json:
        print_json({"sent": known, "open": [one.key for one in still]})
    for language in ("vi", "en"):
        say(words("backup.reconciled", language, count=len(known), left=len(still)))


def release(*, by: str, confirm: int | None = None, as_of: str = "", json: bool = False) -> None:
    """Let letters and reports leave again; ``--confirm`` takes the number of letters that then go out.

    Example: plancycle restore release --by "Lê Văn Quản" --confirm 0
    """
    from plancycle.services import restored_house

    with house(as_of) as opened:
        count = restored_house.release(opened, by, confirm)
    if json:
        print_json({"released": True, "letters": count})
    for language in ("vi", "en"):
        say(words("backup.released", language, count=count))


def _place() -> "Place":
    from plancycle.adapters.backup.packing import Place
    from plancycle.settings import load_settings

    settings = load_settings()
    return Place(settings.data.resolve(), settings.ledger_url, settings.programme)


def _recipients() -> list[str]:
    from plancycle.settings import load_settings

    return [one.strip() for one in load_settings().backup_recipients.split(",") if one.strip()]


def _lines(sent: Path) -> Iterator[str]:
    """Every line of a file, or of all files under a folder; bytes that are no text do not matter here."""
    for path in sorted(sent.rglob("*")) if sent.is_dir() else [sent]:
        if path.is_file():
            with open(path, encoding="latin-1") as lines:
                yield from lines


def _report(key: str, archive: Path, manifest: "Manifest", json: bool) -> None:
    if json:
        print_json({"file": str(archive), **_described(manifest)})
    for language in ("vi", "en"):
        say(words(key, language, file=archive, files=len(manifest.members)))


def _described(manifest: "Manifest") -> dict[str, object]:
    snapshot = manifest.snapshot
    ledger = {"kind": snapshot.kind, "events": snapshot.events, "head": snapshot.head} if snapshot else None
    size = sum(one.size for one in manifest.members)
    return {
        "part": manifest.part,
        "made_at": manifest.made_at,
        "files": len(manifest.members),
        "bytes": size,
        "ledger": ledger,
    }
