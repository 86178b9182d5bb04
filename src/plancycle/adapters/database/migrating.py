"""Bringing the tables to the newest migration, all or nothing, while others may be at work."""

from functools import cache
from itertools import groupby
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from plancycle.adapters.database.faults import BUSY, LedgerFault, telling_faults
from plancycle.domain.errors import ActionNeeded
from plancycle.services.failpoints import reach

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK_SECONDS = 10
"""How long a table is waited for: everybody else waits behind a migration that waits."""

_HOLDERS = """
    SELECT DISTINCT coalesce(nullif(application_name, ''), 'unnamed') || ' (pid ' || pid || ')' FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"""

_UNSORTED = text("""
    SELECT table_name, column_name, data_type, character_maximum_length FROM information_schema.columns
    WHERE table_schema = current_schema() AND collation_name IS NULL AND data_type IN ('character varying', 'text')
    ORDER BY table_name, ordinal_position""")
"""Columns that sort as the database was set up to, not as the rest of plancycle does."""

_GUARDS = text("""
    SELECT relname AS table_name, tgname AS name, pg_get_triggerdef(pg_trigger.oid) AS definition
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace""")
"""A column that a trigger names is not altered while the trigger is there."""


def upgrade(engine: Engine) -> None:
    """Bring the tables to the newest migration in one transaction; a second who tries meanwhile waits, and is done.

    Raises LedgerFault when another program keeps a table, naming it, and ActionNeeded when the ledger is newer than
    this version of plancycle.
    """
    try:
        with telling_faults(), engine.begin() as connection:
            _bring_forward(connection)
    except LedgerFault as fault:
        if fault.key != BUSY or engine.dialect.name != "postgresql":
            raise
        raise LedgerFault("ledger.tables_held", holders=_holders(engine), seconds=LOCK_SECONDS) from fault


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


@cache  # thirty modules are loaded to find out which is the newest
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _bring_forward(connection: Connection) -> None:
    scripts = _scripts()
    standing = MigrationContext.configure(connection).get_current_heads()
    if set(standing) == set(scripts.get_heads()):
        return
    unknown = [one for one in standing if one not in {script.revision for script in scripts.walk_revisions()}]
    if unknown:
        raise ActionNeeded("ledger.newer", revision=", ".join(unknown))
    is_postgresql = connection.dialect.name == "postgresql"
    if is_postgresql:
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    reach("ledger.migrating")
    if is_postgresql:
        _sort_by_code_point(connection)


def _sort_by_code_point(connection: Connection) -> None:
    """Text sorts as in Python and SQLite, whatever language the database was made for: same inputs, same bytes."""
    found = connection.execute(_UNSORTED).all()
    tables = {one.table_name for one in found}
    guards = [one for one in connection.execute(_GUARDS).all() if one.table_name in tables]
    for guard in guards:
        connection.execute(text(f'DROP TRIGGER "{guard.name}" ON "{guard.table_name}"'))
    for table, columns in groupby(found, key=lambda row: row.table_name):
        changes = ", ".join(f'ALTER COLUMN "{one.column_name}" TYPE {_type(one)} COLLATE "C"' for one in columns)
        connection.execute(text(f'ALTER TABLE "{table}" {changes}'))
    for guard in guards:
        connection.exec_driver_sql(guard.definition)


def _type(column: object) -> str:
    length = getattr(column, "character_maximum_length", None)
    return f"varchar({length})" if length else "text"


def _holders(engine: Engine) -> str:
    """Who is in a transaction right now, by the name it gave itself; asked outside of our own queue."""
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(_HOLDERS)
        return ", ".join(str(one) for (one,) in cursor.fetchall()) or "?"
    finally:
        connection.close()
