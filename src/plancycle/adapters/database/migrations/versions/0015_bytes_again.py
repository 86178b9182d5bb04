"""Bytes that were withdrawn may be handed in again; the versions that stand have bytes of their own each"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None

UNIQUE = "uq_submissions_cycle_period_agency_sha256"


def upgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        _rebuild()
    else:
        op.drop_constraint(UNIQUE, "submissions", type_="unique")
    is_there = sa.text("status <> 'withdrawn'")
    columns = ["cycle", "period", "agency", "sha256"]
    op.create_index(UNIQUE, "submissions", columns, unique=True, sqlite_where=is_there, postgresql_where=is_there)


def _rebuild() -> None:
    """SQLite cannot drop a constraint: the table is made again under its own name, with its rows, guards and indexes.

    Rows that point to it are without it only inside the transaction; the ledger checks them when it is committed.
    """
    connection = op.get_bind()
    kept = "SELECT type, sql FROM sqlite_master WHERE tbl_name = 'submissions' AND sql IS NOT NULL ORDER BY type DESC"
    found = connection.execute(sa.text(kept)).all()
    (table,) = (sql for kind, sql in found if kind == "table")
    without = re.sub(rf",\s*CONSTRAINT {UNIQUE} UNIQUE \([^)]*\)", "", table)
    for statement in (
        "PRAGMA defer_foreign_keys = ON",
        "CREATE TEMPORARY TABLE submissions_kept AS SELECT * FROM submissions",
        "DROP TABLE submissions",
        without,
        "INSERT INTO submissions SELECT * FROM submissions_kept",
        "DROP TABLE submissions_kept",
        *(sql for kind, sql in found if kind != "table"),
    ):
        connection.exec_driver_sql(statement)
