"""For every test: on PostgreSQL, when this run asks for it, each data folder's ledger is a database of its own."""

from collections.abc import Iterator
from functools import partial

import ledgers
import pytest
from argon2 import PasswordHasher

from plancycle.adapters import credentials
from plancycle.adapters.database.unit_of_work import Database
from plancycle.settings import Settings


@pytest.fixture(autouse=True, scope="session")
def ledgers_of_this_run() -> Iterator[None]:
    """Let every house of this process find its ledger where this run keeps them."""
    with pytest.MonkeyPatch.context() as patch:
        if not ledgers.on_postgresql():
            patch.setattr(Database, "upgrade", ledgers.upgrade_from_pattern(Database.upgrade))
            yield
            return
        patch.setattr(Settings, "ledger_url", property(lambda self: self.database_url or ledgers.ledger_url(self.data)))
        yield


@pytest.fixture(autouse=True, scope="session")
def passwords_without_their_cost() -> Iterator[None]:
    """A password is meant to be slow to guess: a twentieth of a second each time. Here nobody guesses."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(credentials, "PasswordHasher", partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(autouse=True)
def only_what_is_in_use(ledgers_of_this_run: None) -> Iterator[None]:
    """Drop a test's databases after it."""
    before = ledgers.known()
    yield
    ledgers.drop_all_but(before)
