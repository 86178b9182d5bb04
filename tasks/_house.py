"""How a task opens the house: at the moment its flow was asked for, or now."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from plancycle.adapters.logs import set_up_logs
from plancycle.adapters.traces import set_up_traces
from plancycle.bootstrap import Household, open_house
from plancycle.domain.errors import DataProblem
from plancycle.domain.periods import Period
from plancycle.services.ports import House
from plancycle.settings import load_settings
from tasks.editions import fold

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PATTERNS = ("%d/%m/%Y %H:%M", "%d/%m/%Y", "%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z")
OFFICE_OPENS = 8
"""A day without an hour means the moment the office opens, as on the command line."""
BATCH = 25
"""Agencies or files per task run where nobody would retry a single one."""
MOST_BATCHES = 40
"""Task runs of one step: each costs a server thirty milliseconds of a processor, so of thousands more share one."""


def moment(text: str) -> datetime | None:
    """Read ``2025-12-09T16:30``, ``09/12/2025 16:30`` or ``09/12/2025`` (Vietnamese time); empty is now: None.

    Raises DataProblem when it is none of these.
    """
    written = text.strip()
    if not written:
        return None
    for pattern in PATTERNS:
        try:
            found = datetime.strptime(written, pattern)
        except ValueError:
            continue
        return found.replace(hour=found.hour if "%H" in pattern else OFFICE_OPENS, tzinfo=found.tzinfo or ZONE)
    raise DataProblem("prefect.moment_unreadable", text=written)


def house_at(as_of: str, is_batch: bool = False) -> Household:
    """The house at that moment; use it in a ``with``. What happens in it is logged, beside Prefect's own lines.

    ``is_batch``: what it changed is folded once, by the task that ends its step.
    """
    _set_up_telling()
    return open_house(as_of=moment(as_of), fold=_leave_to_the_end if is_batch else bring_up_to_date)


def bring_up_to_date(house: House, place: tuple[str, Period]) -> None:
    """What a task changed is in the period's edition, and on its page, when the task ends."""
    cycle, period = place
    fold(house, int(cycle.rpartition("-")[2]), period)


def _leave_to_the_end(_house: House, _place: tuple[str, Period]) -> None:
    """A nation's step has forty batches, and an edition with its page takes ten seconds: longer than a batch."""


@cache
def _set_up_telling() -> None:
    """Logs and traces of this process, as configured; once."""
    settings = load_settings()
    set_up_logs(settings.log_format, settings.secrets, settings.log_level)
    set_up_traces(settings.trace_to, "plancycle-worker")


def batches(items: Sequence[str]) -> list[list[str]]:
    """Cut a long list into task-sized pieces: of 25, or, beyond a thousand, into forty."""
    size = max(BATCH, -(-len(items) // MOST_BATCHES))
    return [list(items[start : start + size]) for start in range(0, len(items), size)]


def as_data(result: "DataclassInstance") -> dict[str, Any]:
    """A service's answer as a plain dict, to hand on to other tasks."""
    return asdict(result)
