"""What the ledger says about the installation's health; the machine's part is looked at by adapters."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from plancycle.domain.errors import PlancycleError
from plancycle.domain.messages import MessageStatus
from plancycle.services.cycle_view import cycle_view
from plancycle.services.ports import House
from plancycle.services.programme_versions import drift_of
from plancycle.services.restored_house import is_held
from plancycle.services.sweep import due_actions
from plancycle.services.unasked import never_asked
from plancycle.services.verify_audit import verify

A_YEAR = timedelta(days=366)
CLOCK_SLIP = timedelta(minutes=5)
"""The newest event may be so far ahead of this machine's clock; more means the clock went back."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that was looked at. ``is_ok``: True, False (somebody must act), or None (worth knowing).

    Its words are ``doctor.<code>`` (what), ``doctor.<code>.<detail>`` (what was found, and how to mend it).
    """

    code: str
    is_ok: bool | None
    detail: str = "ok"
    params: dict[str, object] = field(default_factory=dict)


Look = Callable[[], Sign]


def looked(code: str, look: Look) -> Sign:
    """What a look found; a look that fails is a sign of its own and stops no other."""
    try:
        return look()
    except PlancycleError as refusal:
        return Sign(code, False, "refused", {"refusal": refusal})
    except Exception as fault:
        return Sign(code, False, "failed", {"kind": type(fault).__name__, "reason": str(fault)[:200]})


def look_at_ledger(house: House) -> Iterator[Sign]:
    """Every sign in the ledger, one after the other; only the first, when it cannot be opened."""
    now = house.clock.now()
    yield (opening := looked("ledger", lambda: _ledger(house)))
    if not opening.is_ok:
        return
    yield looked("audit", lambda: _audit(house))
    yield looked("clock", lambda: _clock(house, now))
    yield looked("programme", lambda: _programme(house, now.year))
    yield looked("restored", lambda: _restored(house))
    yield looked("doubts", lambda: _doubts(house))
    yield looked("due", lambda: _due(house, now.year))
    yield looked("unasked", lambda: _unasked(house, now.year))


def named_files(house: House) -> set[str]:
    """Every hash that stands in a row."""
    with house.work() as work:
        return work.custody.named_files()


def _ledger(house: House) -> Sign:
    try:
        with house.work() as work:
            count = len(work.cycles.all())
    except PlancycleError:
        raise  # it says itself what to do
    except Exception as fault:
        return Sign("ledger", False, "closed", {"reason": str(fault).partition("\n")[0][:200]})
    return Sign("ledger", True, "ok", {"count": count})


def _audit(house: House) -> Sign:
    report = verify(house)
    params: dict[str, object] = {"events": report.events, "head": report.head[:12], "seq": report.first_bad}
    return Sign("audit", report.ok, "ok" if report.ok else "broken", params)


def _clock(house: House, now: datetime) -> Sign:
    with house.work() as work:
        events = work.audit.all()[-1:]
    newest = datetime.fromisoformat(events[0].at) if events else now
    is_ok = newest - now <= CLOCK_SLIP
    return Sign("clock", is_ok, "ok" if is_ok else "behind", {"now": now, "newest": newest})


def _programme(house: House, year: int) -> Sign:
    programme = house.programmes.load(house.programme_id)
    params: dict[str, object] = {"programme": programme.id, "count": len(programme.reporters), "year": year}
    with house.work() as work:
        is_open = work.cycles.get(f"{programme.id}-{year}") is not None
    if not is_open:
        return Sign("programme", None, "not_open", params)
    return Sign(
        "programme", None if drift_of(house, year) else True, "drift" if drift_of(house, year) else "ok", params
    )


def _restored(house: House) -> Sign:
    with house.work() as work:
        held = is_held(work)
    return Sign("restored", not held, "held" if held else "ok")


def _doubts(house: House) -> Sign:
    with house.work() as work:
        count = sum(one.status is MessageStatus.IN_DOUBT for one in work.outbox.all())
    return Sign("doubts", not count, "some" if count else "ok", {"count": count})


def _due(house: House, year: int) -> Sign:
    with house.work() as work:
        if work.cycles.get(f"{house.programme_id}-{year}") is None:
            return Sign("due", True)
    count = len(due_actions(house, year))
    return Sign("due", not count, "some" if count else "ok", {"count": count})


def _unasked(house: House, year: int) -> Sign:
    """Periods of the year that passed while nothing ran."""
    with house.work() as work:
        view = cycle_view(house, year, work)
        found = never_asked(house, work, view, A_YEAR)
    params: dict[str, object] = {
        "count": len(set().union(*found.values())),
        "periods": ", ".join(view.title(period) for period in found),
    }
    return Sign("unasked", None if found else True, "some" if found else "ok", params)
