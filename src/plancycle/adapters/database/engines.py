"""An engine with our rules, for either database: commits are on the disk, and one transaction follows the other.

SQLite runs in WAL with ``synchronous=FULL`` and every transaction starts IMMEDIATE. PostgreSQL gives every transaction
one advisory lock as its first act, which the server itself takes back when the connection ends, however it ends. So a
use case reads what the one before it has committed: the audit chain stays one line, versions and letters are counted
without gaps, and two of our own writers can neither collide nor deadlock, on one machine or on several.
"""

from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, make_url, select, text

from plancycle.adapters.database.prepared import Prepared

BUSY_SECONDS = 60
"""How long a transaction waits for the one before it."""

IDLE_SECONDS = 300
"""A process that falls silent within a transaction (its machine is gone, say) holds the others up no longer."""

CONNECT_SECONDS = 10
WRITING = 0x706C616E6379636C
"""The advisory lock of whoever is in a transaction; locks of PostgreSQL are per database."""

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={BUSY_SECONDS * 1000}",
    "wal_autocheckpoint=4000",
)
"""The last: pages (16 MB) until what was committed is carried over into the file itself. A change touches five or six
pages; at the usual thousand one commit in two hundred would wait for that."""
_BEGIN, _COMMIT = Prepared(text("BEGIN IMMEDIATE")), Prepared(text("COMMIT"))
_WAIT = Prepared(select(func.pg_advisory_xact_lock(WRITING).label("turn")))
_KEEPALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}


def engine_for(url: str) -> Engine:
    """The engine behind a SQLAlchemy URL; ``postgresql://`` means the driver that is installed with us."""
    address = _with_our_driver(make_url(url))
    if address.get_backend_name() == "sqlite":
        return _sqlite(address)
    return _postgresql(address)


def _with_our_driver(address: URL) -> URL:
    is_plain = address.drivername in ("postgresql", "postgres")
    return address.set(drivername="postgresql+psycopg") if is_plain else address


def _sqlite(address: URL) -> Engine:
    engine = create_engine(address, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # The driver must not open transactions by itself: ours start IMMEDIATE (see below).
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Connection) -> None:
    _BEGIN.run(connection)


def begin_again(connection: Connection) -> None:
    """Begin one on a SQLite connection whose last one ended with :func:`commit_and_stay`."""
    _BEGIN.run(connection)


def commit_and_stay(connection: Connection) -> None:
    """End a SQLite connection's transaction for good, and leave the library within the one it has begun.

    What the library does between two takes twice what SQLite does for both, and its next one would be the same.
    """
    _COMMIT.run(connection)


def _postgresql(address: URL) -> Engine:
    limits = f"-c lock_timeout={BUSY_SECONDS}s -c idle_in_transaction_session_timeout={IDLE_SECONDS}s -c timezone=UTC"
    asked = {"connect_timeout": CONNECT_SECONDS, "options": limits, "application_name": "plancycle", **_KEEPALIVE}
    # A connection that was cut while it lay idle is noticed before it is used.
    engine = create_engine(address, connect_args=asked, pool_pre_ping=True)
    event.listen(engine, "connect", _set_up_postgresql)
    event.listen(engine, "begin", _take_turn)
    return engine


def _set_up_postgresql(connection: Any, _record: object) -> None:
    # A server that is set to acknowledge before it has written would let us acknowledge what may be lost.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
        )
    connection.commit()


def _take_turn(connection: Connection) -> None:
    _WAIT.rows(connection)
