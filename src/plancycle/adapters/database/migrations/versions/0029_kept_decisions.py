"""The database itself keeps decisions, editions, what went upward, answers, receipts and duties"""

from alembic import op

revision = "0029"
down_revision = "0019"
branch_labels = None
depends_on = None

NEVER_CHANGED = ("editions", "edition_members", "acknowledgements", "receipts", "duty_records", "duty_events")
NEVER_DELETED = ("approvals", "delegations", "transmittals")
"""Their rows change once or step by step: a request is decided, a delegation ended, a delivery answered."""
REFUSED = {
    **dict.fromkeys(NEVER_CHANGED, ("UPDATE", "DELETE")),
    **dict.fromkeys(NEVER_DELETED, ("DELETE",)),
}
SQLITE_GUARDS = [
    f"""CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}
    BEGIN SELECT RAISE(ABORT, '{table}: rows are kept'); END"""
    for table, verbs in REFUSED.items()
    for verb in verbs
]
POSTGRESQL_GUARDS = [
    """CREATE FUNCTION rows_are_kept() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '%: rows are kept', TG_TABLE_NAME; END $$""",
    *(
        f"""CREATE TRIGGER {table}_kept BEFORE {" OR ".join((*verbs, "TRUNCATE"))} ON {table}
    EXECUTE FUNCTION rows_are_kept()"""
        for table, verbs in REFUSED.items()
    ),
]


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for guard in SQLITE_GUARDS if is_sqlite else POSTGRESQL_GUARDS:
        op.execute(guard)
