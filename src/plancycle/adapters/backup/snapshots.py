"""The ledger as one file, taken while others write to it, and put back into an empty place."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, make_url

from plancycle.domain.backups import Snapshot
from plancycle.domain.errors import ActionNeeded, OutsideFailure

if TYPE_CHECKING:
    import psycopg

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
_SQLITE_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
_HEAD = "SELECT count(*), coalesce((SELECT hash FROM audit_events ORDER BY seq DESC LIMIT 1), '') FROM audit_events"


def take_snapshot(url: str, target: Path) -> Snapshot:
    """Write the ledger behind a SQLAlchemy URL, as it is at one moment, into a new file.

    Raises ActionNeeded (no ledger yet, ``pg_dump`` not installed) and OutsideFailure (the copy is not whole).
    """
    address = make_url(url)
    return (
        _from_sqlite(address, target) if address.get_backend_name() == "sqlite" else _from_postgresql(address, target)
    )


def put_back(snapshot: Path, kind: str, url: str) -> None:
    """Make a snapshot the ledger at a URL; there must be none yet, and of the same kind.

    Raises ActionNeeded (a ledger stands there, another kind of database) and OutsideFailure (what came is not whole).
    """
    address = make_url(url)
    if address.get_backend_name() != kind:
        raise ActionNeeded("backup.other_database", found=kind, wanted=address.get_backend_name())
    if kind == "sqlite":
        place = Path(str(address.database))
        if place.exists():
            raise ActionNeeded("backup.ledger_there", ledger=place.name)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(snapshot, place)
        describe_sqlite(place)
    else:
        _into_postgresql(address, snapshot)


def describe(url: str) -> Snapshot:
    """What the ledger behind a URL holds. Raises as :func:`describe_sqlite`."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return describe_sqlite(Path(str(address.database)))
    import psycopg

    with psycopg.connect(_conninfo(address)) as connection:
        return _described(connection, "postgresql", [str(row[0]) for row in connection.execute(_TABLES)])


def describe_sqlite(file: Path) -> Snapshot:
    """What a SQLite ledger holds. Raises OutsideFailure when the database finds itself damaged."""
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        judged = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
        orphans = connection.execute("PRAGMA foreign_key_check").fetchmany(5)
        if judged != ["ok"] or orphans:
            raise OutsideFailure("backup.ledger_damaged", reason="; ".join([*judged, *map(str, orphans)]))
        names = [row[0] for row in connection.execute(_SQLITE_TABLES)]
        return _described(connection, "sqlite", names)
    except sqlite3.DatabaseError as damage:
        raise OutsideFailure("backup.ledger_damaged", reason=str(damage)) from damage
    finally:
        connection.close()


def _from_sqlite(address: URL, target: Path) -> Snapshot:
    source = Path(str(address.database))
    if not source.exists():
        raise ActionNeeded("backup.no_ledger", ledger=source.name)
    connection = sqlite3.connect(source, timeout=60)
    try:
        # One read transaction: writers go on meanwhile. The file alone would be useless, its journal holds the newest.
        connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.DatabaseError as damage:
        raise OutsideFailure("backup.ledger_damaged", reason=str(damage)) from damage
    finally:
        connection.close()
    return describe_sqlite(target)


def _from_postgresql(address: URL, target: Path) -> Snapshot:
    import psycopg

    with psycopg.connect(_conninfo(address)) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        exported = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert exported is not None
        names = [str(row[0]) for row in connection.execute(_TABLES)]
        if "audit_events" not in names:
            raise ActionNeeded("backup.no_ledger", ledger=address.database)
        # The very moment that is counted here is dumped there.
        _run("pg_dump", address, "--format=custom", "--no-owner", f"--snapshot={exported[0]}", f"--file={target}")
        return _described(connection, "postgresql", names)


def _into_postgresql(address: URL, snapshot: Path) -> None:
    import psycopg

    with psycopg.connect(_conninfo(address)) as connection:
        if connection.execute(_TABLES).fetchone() is not None:
            raise ActionNeeded("backup.ledger_there", ledger=address.database)
    _run("pg_restore", address, "--no-owner", "--exit-on-error", "--single-transaction", str(snapshot))
    snapshot.unlink()


def _described(connection: "sqlite3.Connection | psycopg.Connection[Any]", kind: str, names: Sequence[str]) -> Snapshot:
    rows = {name: _one(connection, f'SELECT count(*) FROM "{name}"')[0] for name in names}
    events, head = _one(connection, _HEAD)
    return Snapshot(kind, int(events), str(head), rows)


def _one(connection: Any, query: str) -> Any:
    return connection.execute(query).fetchone()


def _conninfo(address: URL) -> str:
    return address.set(drivername="postgresql").render_as_string(hide_password=False)


def _run(program: str, address: URL, *arguments: str) -> None:
    """A program of PostgreSQL's own; the password goes by its environment, where no list of processes shows it."""
    found = shutil.which(program)
    if found is None:
        raise ActionNeeded("backup.no_program", program=program)
    plain = address.set(drivername="postgresql", password=None).render_as_string()
    env = {**os.environ, **({"PGPASSWORD": str(address.password)} if address.password else {})}
    command = [found, *arguments[:-1], f"--dbname={plain}", arguments[-1]]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise OutsideFailure("backup.program_failed", program=program, lines=done.stderr.strip()[-800:])
