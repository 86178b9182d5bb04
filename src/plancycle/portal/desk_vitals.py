"""Builds the desk's health page: is the machine well, is work left undone, does anything wait for a person."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median

from plancycle.domain.errors import PlancycleError
from plancycle.domain.messages import MessageStatus
from plancycle.domain.waiting_line import RECENT
from plancycle.portal.desk_frame import Desk
from plancycle.portal.desk_list_pages import Vital, VitalsPage
from plancycle.portal.health import health_page
from plancycle.services import manage_quarantine
from plancycle.services.programme_versions import drift_of
from plancycle.services.repositories import Work
from plancycle.services.sweep import due_actions

SWEEP = "step:sweep"
"""The tag of the sweep's runs."""
LATE_AFTER = timedelta(minutes=15)
SWEPT_WITHIN = timedelta(hours=26)
"""A day and a little: the sweep comes every morning, in December every hour."""


def vitals_page(desk: Desk, data_dir: Path | None) -> VitalsPage:
    """Look at everything once; what cannot be looked at says so and stops nothing else."""
    now, is_english = desk.house.clock.now(), desk.language == "en"
    machine = health_page(desk.house, data_dir)
    vitals = [
        Vital(desk.say(f"desk.vital.{one.code}"), one.is_ok, one.detail_en if is_english else one.detail_vi)
        for one in machine.checks
    ]
    with desk.house.work() as work:
        vitals += _letters(desk, work, now)
        vitals.append(_line(desk, work))
    vitals.append(_quarantine(desk))
    vitals += [_looked(desk, "due", lambda: _undone(desk, now.year))]
    vitals += [_looked(desk, "drift", lambda: _drift(desk, now.year)), *_prefect(desk, now)]
    return VitalsPage(now, all(one.is_ok is not False for one in vitals), tuple(vitals))


def _vital(desk: Desk, code: str, is_ok: bool | None, detail: str, href: str = "", **params: object) -> Vital:
    """One sign with its words: ``desk.vital.<code>`` and ``desk.vital.<code>.<detail>``."""
    return Vital(desk.say(f"desk.vital.{code}"), is_ok, desk.say(f"desk.vital.{code}.{detail}", **params), href)


def _letters(desk: Desk, work: Work, now: datetime) -> list[Vital]:
    waiting, held = len(work.outbox.waiting(now)), len(work.outbox.held())
    doubts = sum(one.status is MessageStatus.IN_DOUBT for one in work.outbox.all())
    queued = f"/thu-di?tt={MessageStatus.QUEUED}"
    return [
        _vital(desk, "queue", None if waiting else True, "some", queued, waiting=waiting, held=held),
        _vital(desk, "doubt", not doubts, "some" if doubts else "none", "/thu-di", count=doubts),
    ]


def _line(desk: Desk, work: Work) -> Vital:
    """Answers that have arrived and are not checked yet, and about how long a check takes."""
    count, took = work.arrivals.waiting(), work.arrivals.recent_ms(RECENT)
    seconds = Decimal(round(median(took))) / 1000 if took else Decimal(0)
    return _vital(desk, "line", None if count else True, "some" if count else "none", count=count, seconds=seconds)


def _quarantine(desk: Desk) -> Vital:
    count = len(manage_quarantine.listed(desk.house))
    return _vital(desk, "refused", None if count else True, "some" if count else "none", "/cach-ly", count=count)


def _undone(desk: Desk, year: int) -> Vital:
    """What is due and has not been done: the one sign that counts, whatever Prefect says."""
    count = desk.remember("due", year, work_out=lambda: len(due_actions(desk.house, year)))
    return _vital(desk, "due", not count, "some" if count else "none", "/luot-chay", count=count)


def _drift(desk: Desk, year: int) -> Vital:
    found = drift_of(desk.house, year)
    return _vital(desk, "drift", found is None, "some" if found else "none")


def _last_sweep(desk: Desk, now: datetime) -> Vital:
    done = [one for one in desk.house.runs.recent([SWEEP]) if one["state"] == "COMPLETED"]
    if not done:
        return _vital(desk, "swept", False, "none", "/luot-chay")
    at = datetime.fromisoformat(done[0]["at"])
    return _vital(desk, "swept", now - at <= SWEPT_WITHIN, "some", done[0]["url"], at=at)


def _overdue(desk: Desk, now: datetime) -> Vital:
    count = desk.house.runs.overdue((now - LATE_AFTER).isoformat())
    return _vital(desk, "overdue", not count, "some" if count else "none", "/luot-chay", count=count)


def _looked(desk: Desk, code: str, look: Callable[[], Vital]) -> Vital:
    try:
        return look()
    except PlancycleError as problem:
        return Vital(desk.say(f"desk.vital.{code}"), False, desk.say(problem.key, **problem.params))


def _prefect(desk: Desk, now: datetime) -> list[Vital]:
    """Without Prefect the year goes on from the ledger: not answering is news, never a failure of ours."""
    try:
        return [_last_sweep(desk, now), _overdue(desk, now)]
    except PlancycleError:
        return [_vital(desk, "swept", None, "unknown", "/luot-chay")]
