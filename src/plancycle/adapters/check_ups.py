"""A look at the machine and at what stands around it: libraries, disk, fonts, mail, Prefect."""

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

import httpx

from plancycle.adapters.prefect_server import POOL
from plancycle.adapters.trust import well_known
from plancycle.domain.errors import ActionNeeded
from plancycle.services.check_up import Sign, looked
from plancycle.services.ports import Mailbox, Postman

LOW_DISK = 500 * 1024 * 1024
"""Bytes free below which a year's files may not fit."""
SLOW_SYNC = 0.25
"""Seconds for one small write to reach the disk; every acknowledged submission waits for some."""
SETTLED = 3600
"""Seconds after which bytes without a row are no answer on its way in."""
LATE = timedelta(minutes=15)
PATIENCE = 5.0
"""Seconds to wait for Prefect."""


def look_at_machine(data: Path) -> Iterator[Sign]:
    """Libraries, data folder, disk, fonts."""
    yield looked("pins", _pins)
    yield looked("folder", lambda: _folder(data))
    yield looked("disk", lambda: _disk(data))
    yield looked("fonts", _fonts)


def look_at_files(data: Path, named: Callable[[], set[str]]) -> Iterator[Sign]:
    """The file store beside the ledger. ``named``: every hash that stands in a row."""
    yield looked("orphans", lambda: _orphans(data, named()))


def look_at_mail(postman: Postman, mailbox: Mailbox, is_collecting: bool, address: str) -> Iterator[Sign]:
    """The way out, and the way in where one is set up. ``address``: what we send from."""
    yield looked("mail", lambda: _mail(postman, address))
    if is_collecting:
        yield looked("mailbox", lambda: _mailbox(mailbox))


def look_at_prefect(api_url: str, now: datetime) -> Iterator[Sign]:
    """Whether it answers, a worker is there, a run is scheduled and none is late; nothing without an address."""
    if not api_url:
        yield Sign("prefect", None, "none")
        return
    with httpx.Client(base_url=api_url, verify=well_known(), timeout=PATIENCE, trust_env=False) as client:
        answering = looked("prefect", lambda: _answers(client))
        yield answering
        if answering.is_ok:
            yield looked("worker", lambda: _worker(client))
            yield looked("schedule", lambda: _schedule(client, now))
            yield looked("late", lambda: _late(client, now))


def _pins() -> Sign:
    """Libraries as this version was tested with them: with some others Prefect schedules nothing and says nothing."""
    from packaging.requirements import Requirement

    wrong: list[str] = []
    for line in requires("plancycle") or ():
        wanted = Requirement(line)
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            if not wanted.specifier.contains(version(wanted.name), prereleases=True):
                wrong.append(f"{wanted.name} {version(wanted.name)} ({wanted.specifier})")
        except PackageNotFoundError:
            wrong.append(wanted.name)
    return Sign("pins", not wrong, "wrong" if wrong else "ok", {"names": ", ".join(wrong)})


def _folder(data: Path) -> Sign:
    is_open = bool(stat.S_IMODE(data.stat().st_mode) & stat.S_IRWXO)
    begun = time.monotonic()
    with tempfile.NamedTemporaryFile(prefix=".part-", dir=data) as probe:
        probe.write(b"plancycle")
        probe.flush()
        os.fsync(probe.fileno())
    seconds = time.monotonic() - begun
    params: dict[str, object] = {"folder": str(data), "milliseconds": round(seconds * 1000)}
    if is_open:
        return Sign("folder", None, "open", params)
    return Sign("folder", True if seconds < SLOW_SYNC else None, "ok" if seconds < SLOW_SYNC else "slow", params)


def _disk(data: Path) -> Sign:
    free = shutil.disk_usage(data).free
    return Sign("disk", free >= LOW_DISK, "ok" if free >= LOW_DISK else "low", {"megabytes": free // (1024 * 1024)})


def _fonts() -> Sign:
    from plancycle.adapters.documents.pdf import FAMILIES, typeface

    family = typeface().family
    is_ok = family in FAMILIES
    return Sign("fonts", True if is_ok else None, "ok" if is_ok else "embedded", {"family": family})


def _orphans(data: Path, named: set[str]) -> Sign:
    """Bytes that were kept, and then the process died before their row: nobody was told that they had arrived."""
    before = time.time() - SETTLED
    kept = [(path, path.stat()) for path in (data / "files").glob("??/*") if path.name not in named]
    old = sorted((known.st_mtime, path.name, known.st_size) for path, known in kept if known.st_mtime < before)
    if not old:
        return Sign("orphans", True)
    params: dict[str, object] = {
        "count": len(old),
        "kilobytes": -(-sum(size for _, _, size in old) // 1024),
        "oldest": datetime.fromtimestamp(old[0][0], UTC),
        "names": ", ".join(name[:12] for _, name, _ in old[:5]),
    }
    return Sign("orphans", None, "some", params)


def _mail(postman: Postman, address: str) -> Sign:
    postman.greet()
    if address.endswith(".invalid"):
        return Sign("mail", None, "sender", {"address": address})
    return Sign("mail", True)


def _mailbox(mailbox: Mailbox) -> Sign:
    try:
        next(iter(mailbox.waiting()), None)
    finally:
        mailbox.close()
    return Sign("mailbox", True)


def _answers(client: httpx.Client) -> Sign:
    try:
        is_there = client.get("/health").is_success
    except httpx.HTTPError:
        is_there = False
    return Sign("prefect", is_there, "ok" if is_there else "silent", {"url": str(client.base_url)})


def _worker(client: httpx.Client) -> Sign:
    found = _ask(client, f"/work_pools/{POOL}/workers/filter", {})
    online = [one for one in found if one.get("status") == "ONLINE"]
    return Sign("worker", bool(online), "ok" if online else "none", {"count": len(online)})


def _schedule(client: httpx.Client, now: datetime) -> Sign:
    found = _ask(client, "/flow_runs/filter", _scheduled({"after_": now.astimezone(UTC).isoformat()}))
    if not found:
        return Sign("schedule", False, "none")
    at = datetime.fromisoformat(found[0]["expected_start_time"].replace("Z", "+00:00")).astimezone(now.tzinfo)
    return Sign("schedule", True, "ok", {"at": at, "name": found[0]["name"]})


def _late(client: httpx.Client, now: datetime) -> Sign:
    count = len(_ask(client, "/flow_runs/filter", _scheduled({"before_": (now - LATE).astimezone(UTC).isoformat()})))
    return Sign("late", not count, "some" if count else "ok", {"count": count})


def _scheduled(when: dict[str, str]) -> dict[str, Any]:
    chosen = {"state": {"type": {"any_": ["SCHEDULED"]}}, "expected_start_time": when}
    return {"flow_runs": chosen, "sort": "EXPECTED_START_TIME_ASC", "limit": 50}


def _ask(client: httpx.Client, path: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    answer = client.post(path, json=body)
    if not answer.is_success:
        raise ActionNeeded("runs.not_answering", reason=f"HTTP {answer.status_code}")
    found: list[dict[str, Any]] = answer.json()
    return found
