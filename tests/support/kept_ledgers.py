"""Real ledgers in which the small programme's year is open: made once, copied for every test that wants one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import factories as f
import ledgers
from small_programme import YEAR

from plancycle.adapters.database.unit_of_work import Database
from plancycle.services.open_cycle import open_cycle


def opened(folder: Path) -> Path:
    """The folder, with a ledger that nobody holds."""
    database = Database(ledgers.ledger_url(folder))
    database.upgrade()
    open_cycle(replace(f.a_house(opened=False), database=database), YEAR)
    database.close()
    return folder


@contextmanager
def copy_of(source: Path, folder: Path) -> Iterator[Database]:
    """A copy of a folder's ledger, open."""
    database = Database(ledgers.copied_url(source, folder))
    yield database
    database.close()
