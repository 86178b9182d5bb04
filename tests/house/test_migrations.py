"""The migrations reach the tables the code is written for, from nothing, in one line, and twice without harm."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from ledgers import empty_url
from sqlalchemy import CheckConstraint, Column, Integer, MetaData, Table, inspect

from plancycle.adapters.database import rows
from plancycle.adapters.database.migrating import MIGRATIONS
from plancycle.adapters.database.unit_of_work import Database


@pytest.fixture
def database(tmp_path):
    """An empty database file."""
    database = Database(empty_url(tmp_path))
    yield database
    database.close()


def differences(database: Database, metadata: MetaData) -> list[object]:
    """What a new migration would have to do, types and defaults included."""
    with database.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)


def keys_of(database: Database) -> dict[str, tuple[object, ...]]:
    """Per table its primary key, unique and foreign keys, which a comparison of columns would not see."""
    inspector = inspect(database.engine)
    return {
        table: (
            tuple(inspector.get_pk_constraint(table)["constrained_columns"]),
            sorted(tuple(unique["column_names"]) for unique in inspector.get_unique_constraints(table)),
            sorted((*key["constrained_columns"], key["referred_table"]) for key in inspector.get_foreign_keys(table)),
        )
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def test_migrating_an_empty_database_reaches_the_tables_of_the_code(database):
    database.upgrade()

    assert differences(database, rows.metadata) == []


def test_migrations_make_the_same_keys_as_the_tables_of_the_code(database, tmp_path):
    database.upgrade()
    straight = Database(empty_url(tmp_path / "straight"))
    rows.metadata.create_all(straight.engine)

    assert keys_of(database) == keys_of(straight)
    straight.close()


def test_migrating_twice_changes_nothing(database):
    database.upgrade()
    before = keys_of(database)
    database.upgrade()

    assert keys_of(database) == before


def test_migrations_are_one_line_with_one_end():
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)

    assert (len(scripts.get_bases()), len(scripts.get_heads())) == (1, 1)
    assert [script.revision for script in scripts.walk_revisions() if script.is_merge_point] == []


def test_a_table_without_a_migration_is_noticed(database):
    database.upgrade()
    grown = MetaData(naming_convention=rows.metadata.naming_convention)
    for table in rows.metadata.tables.values():
        table.to_metadata(grown)
    Table("forgotten", grown, Column("id", Integer, primary_key=True))
    grown.tables["cycles"].append_column(Column("colour", Integer))

    assert {change[0] for change in differences(database, grown)} == {"add_table", "add_column"}


def test_nothing_rests_on_checks_that_only_one_database_knows():
    found = [
        f"{table.name}.{constraint.name}"
        for table in rows.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    ]

    assert found == []
