"""Where a test keeps its ledger: SQLite beside its other files, or PostgreSQL with PLANCYCLE_TEST_DATABASE=postgresql.

Every test that opens a ledger asks :func:`ledger_url`; every house opened over a data folder is given the same answer
by the root ``conftest.py``. One server runs for a test process, started by the first who asks; each folder has a
database of its own, copied from a migrated one.
"""

import atexit
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from postgres_server import Server
from sqlalchemy import create_engine, text

from plancycle import bootstrap
from plancycle.adapters.database.unit_of_work import Database

VARIABLE = "PLANCYCLE_TEST_DATABASE"
CHOSEN = os.environ.get(VARIABLE, "sqlite")
"""Read once: a rehearsal takes every setting of plancycle's out of the environment while it runs."""
MIGRATED = "migrated"
LEDGER_FILE = "plancycle.db"
"""What a house calls its SQLite ledger."""
_made: dict[str, str] = {}


def on_postgresql() -> bool:
    """Whether this run of the tests is held on PostgreSQL."""
    return CHOSEN == "postgresql"


def ledger_url(folder: Path) -> str:
    """The URL of the folder's ledger, the same for the same folder; the ledger is at the newest migration or empty."""
    if on_postgresql():
        return postgres_url(folder)
    return f"sqlite:///{(folder / 'plancycle.db').resolve()}"


def postgres_url(folder: Path) -> str:
    """As :func:`ledger_url`, on PostgreSQL whatever the run."""
    name = _database_of(folder)
    if name not in _made:
        _execute(f"CREATE DATABASE {name} TEMPLATE {MIGRATED} STRATEGY FILE_COPY")
        _made[name] = server().url(name)
    return _made[name]


def upgrade_from_pattern(real: Callable[[Database], None]) -> Callable[[Database], None]:
    """A house's new SQLite ledger begins as a copy of one that went through every migration, once in this process."""

    @cache
    def pattern() -> Path:
        folder = tempfile.mkdtemp(prefix="plancycle-pattern-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        path = Path(folder) / "pattern.db"
        migrated = Database(f"sqlite:///{path}")
        real(migrated)
        migrated.close()
        return path

    def upgrade(self: Database) -> None:
        path = Path(self.engine.url.database or "")
        if self.engine.dialect.name == "sqlite" and path.name == LEDGER_FILE and not path.exists():
            shutil.copyfile(pattern(), path)
        real(self)

    return upgrade


def copied_url(source: Path, folder: Path) -> str:
    """A copy, for ``folder``, of the ledger that ``source`` has; nobody may have that one open."""
    if on_postgresql():
        name = "c" + hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:20]
        _execute(f"CREATE DATABASE {name} TEMPLATE {_database_of(source)} STRATEGY FILE_COPY")
        _made[name] = server().url(name)
        return _made[name]
    shutil.copy(source / "plancycle.db", folder / "plancycle.db")
    return ledger_url(folder)


def _database_of(folder: Path) -> str:
    """The name of a folder's PostgreSQL database."""
    return "t" + hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:20]


def empty_url(folder: Path) -> str:
    """A ledger that no migration has seen yet."""
    if on_postgresql():
        return bare_postgres_url(folder)
    folder.mkdir(exist_ok=True)
    return f"sqlite:///{(folder / 'empty.db').resolve()}"


def bare_postgres_url(folder: Path) -> str:
    """As :func:`empty_url`, on PostgreSQL whatever the run."""
    name = "e" + hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:20]
    if name not in _made:
        _execute(f"CREATE DATABASE {name}")
        _made[name] = server().url(name)
    return _made[name]


@cache
def server() -> Server:
    """The server of this test process, with a migrated database to copy."""
    started = Server()
    atexit.register(started.remove)
    _execute(f"CREATE DATABASE {MIGRATED}", started)
    pattern = Database(started.url(MIGRATED))
    pattern.upgrade()
    pattern.close()
    return started


def _execute(sql: str, at: Server | None = None) -> None:
    engine = create_engine((at or server()).url(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(sql))
    engine.dispose()


def known() -> set[str]:
    """The databases made so far."""
    return set(_made)


def drop_all_but(names: set[str]) -> None:
    """Give back what the test at hand has made: its connections and its databases."""
    for name in set(_made) - names:
        url = _made.pop(name)
        held = bootstrap._shared.pop(("database", url), None)
        if held is not None:
            held.close()
        _execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def new_database(folder: Path) -> str:
    """An empty PostgreSQL database whatever the run, as an office would make it before a restore."""
    name = "n" + hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:20]
    _execute(f"CREATE DATABASE {name}")
    _made[name] = server().url(name)
    return _made[name]
