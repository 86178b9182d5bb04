"""Whether the ledger, the disk and the programme are fit for work; says how to mend what is not."""

import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from plancycle.domain.errors import PlancycleError
from plancycle.portal.pages import HealthCheck, HealthPage
from plancycle.portal.problems import WORDS
from plancycle.services.cycle_view import cycle_view
from plancycle.services.ports import House

LOW_DISK = 500 * 1024 * 1024
"""Bytes free below which a year's files may not fit."""


def health_page(house: House, data_dir: Path | None) -> HealthPage:
    """Look at everything once; a failing check never stops the others."""
    checks = (
        _checked("database", lambda: _database(house)),
        _checked("disk", lambda: _disk(data_dir)),
        _checked("programme", lambda: _programme(house)),
    )
    return HealthPage(all(check.is_ok for check in checks), house.clock.now(), checks)


Outcome = tuple[bool, str, dict[str, object]]


def _checked(code: str, look: Callable[[], Outcome]) -> HealthCheck:
    try:
        is_ok, key, params = look()
    except PlancycleError:
        # The page is public: what exactly is wrong stands in the desk's own tools, not here.
        is_ok, key, params = False, f"portal.health.{code}.failed", {}
    except Exception as problem:
        is_ok, key, params = False, "portal.health.failed", {"kind": type(problem).__name__}
    label = WORDS.say(f"portal.health.{code}")
    return HealthCheck(code, label, is_ok, WORDS.say(key, "vi", **params), WORDS.say(key, "en", **params))


def _database(house: House) -> Outcome:
    with house.work() as work:
        head = work.audit.head()
    return True, "portal.health.database.ok", {"head": head[:12]}


def _disk(data_dir: Path | None) -> Outcome:
    if data_dir is None:
        return True, "portal.health.disk.unknown", {}
    free = shutil.disk_usage(data_dir).free
    key = "portal.health.disk.ok" if free >= LOW_DISK else "portal.health.disk.low"
    return free >= LOW_DISK, key, {"free": Decimal(free // (1024 * 1024))}


def _programme(house: House) -> Outcome:
    programme = house.programmes.load(house.programme_id)
    view = cycle_view(house, house.clock.now().year)
    owing = view.roster.reporters(view.standpoint.day)
    return True, "portal.health.programme.ok", {"count": len(owing), "version": programme.version[:12]}
