"""A real portal behind a real socket when everybody comes at once: nothing lost or misjudged, and a place told."""

import hashlib
import shutil
import socket
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import many_writers
import portal_load as load
import pytest
import uvicorn
from clerk_world import a_clerk
from ledgers import copied_url, ledger_url, on_postgresql
from loaded_portal import ALONE, AheadClock, portal_of

from plancycle import bootstrap
from plancycle.adapters.processes import LOOPBACK, free_port
from plancycle.bootstrap import open_house
from plancycle.domain.errors import OutsideFailure
from plancycle.domain.events import GENESIS
from plancycle.domain.waiting_line import Place, Waiting
from plancycle.portal.line import Line
from plancycle.rehearsal.bench.world import PERIOD, YEAR
from plancycle.rehearsal.year import PROGRAMME
from plancycle.services import wait_in_line
from plancycle.settings import Settings

CLIENTS = 16
OPEN = datetime(2025, 9, 10, 2, 0, tzinfo=UTC)  # a Wednesday; the third quarter can be answered
SLOW = 0.4


@dataclass(frozen=True)
class Served:
    """A running portal with its folder."""

    ready: load.Ready
    settings: Settings
    clock: AheadClock
    app: Any
    port: int

    def due_in(self, seconds: float) -> float:
        """Put the clock so many seconds before the deadline; that moment by the machine's clock."""
        due = time.time() + seconds
        self.clock.ahead = timedelta(seconds=self.ready.due_at.timestamp() - due)
        return due

    def until_checked(self, seconds: float = 60) -> None:
        """Wait until nothing waits."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with open_house(self.settings) as house, house.work() as work:
                if not work.arrivals.waiting():
                    return
            time.sleep(0.05)
        raise TimeoutError


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> load.Ready:
    made = load.prepare(tmp_path_factory.mktemp("line") / "data", 30)
    if on_postgresql():  # a database that somebody has open is not copied
        bootstrap._shared.pop(("database", ledger_url(made.folder))).close()
    return made


@pytest.fixture
def served(ready: load.Ready, tmp_path: Path) -> Iterator[Served]:
    with serving(ready, tmp_path / "data", 0.3) as one:
        yield one


@contextmanager
def serving(ready: load.Ready, folder: Path, patience: float) -> Iterator[Served]:
    """The portal of a copy of the folder, in this process."""
    shutil.copytree(ready.folder, folder)
    ledger = copied_url(ready.folder, folder) if on_postgresql() else ""
    settings = Settings(data=folder, database_url=ledger, mail_url="folder:", programme=PROGRAMME)
    clock = AheadClock(timedelta(0))
    app, port = portal_of(settings, clock, patience=patience), free_port(load.ANY_PORT)
    server = uvicorn.Server(uvicorn.Config(app, host=LOOPBACK, port=port, log_level="critical"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        load.wait_until_open(port, 20)
        yield Served(replace(ready, folder=folder), settings, clock, app, port)
    finally:
        server.should_exit = True
        thread.join(20)
        bootstrap.forget(folder)


def test_everybody_in_the_last_50_milliseconds_is_kept_and_judged_by_the_moment_of_arrival(served: Served) -> None:
    offices = served.ready.offices[:CLIENTS]
    due = served.due_in(0.6)
    # Four milliseconds apart, half of them in time and half late, all of them faster than one is checked.
    moments = [due + 0.004 * (number - CLIENTS // 2) + 0.002 for number in range(CLIENTS)]
    uploads = [load.upload(one, at=at) for one, at in zip(offices, moments, strict=True)]
    answers = load.send_all(served.port, uploads)
    served.until_checked()
    with open_house(served.settings) as house, house.work() as work:
        found = {one.sha256: one for one in work.submissions.of_period(f"{PROGRAMME}-{YEAR}", PERIOD)}
        receipts = [work.receipts.of_submission(one.id) for one in found.values()]
        order = [work.arrivals.get(one.facts["arrival"]) for one in answers if "arrival" in one.facts]
        chain = work.audit.all()
    hashes = [hashlib.sha256(one.body).hexdigest() for one in offices]
    off = [found[sha256].sent_at.timestamp() - served.ready.due_at.timestamp() + due for sha256 in hashes]

    assert {one.status for one in answers} <= {201, 202}
    assert sorted(found) == sorted(hashes)
    assert all(receipts)
    for answer, at, sha256 in zip(answers, off, hashes, strict=True):
        assert abs(at - answer.sent) < 0.02, "the moment of arrival is the network's, not that of a thread"
        if abs(answer.sent - due) > 0.012:  # the system's own account is in steps of a few milliseconds
            assert found[sha256].is_late == (answer.sent >= due)
    checked = sorted((one for one in order if one is not None), key=lambda one: one.number)
    assert [one.checked_at for one in checked] == sorted(one.checked_at for one in checked)
    assert [one.prev_hash for one in chain] == [GENESIS, *(one.hash for one in chain[:-1])]


def test_what_uploads_are_measured_beside_keeps_every_one_too(served: Served) -> None:
    offices = served.ready.offices[:3]
    sent = [load.upload(one, path) for one, path in zip(offices, ("/bench/thread", ALONE, "/bench/null"), strict=True)]
    answers = load.send_all(served.port, sent)
    writers = many_writers.Writers.of(served.settings)
    for way, keep in writers.ways().items():
        bodies = [[f"{way} {one} {at}".encode() for at in range(2)] for one in range(4)]
        _, taken = many_writers.all_at_once(writers, keep, offices, bodies)
        assert len(taken) == 8, way
    writers.close()
    by_hand = [f"thread {one} {at}".encode() for one in range(4) for at in range(2)]
    with closing(sqlite3.connect(served.ready.folder / "by-thread.db")) as table:
        by_thread = [body for (body,) in table.execute("SELECT body FROM uploads")]
    with open_house(served.settings) as house, house.work() as work:
        arrivals, chain = work.arrivals.waiting(), work.audit.all()

    assert [one.status for one in answers] == [201, 202, 201]
    assert sorted(by_thread) == sorted([offices[0].body, *by_hand])
    assert arrivals == 1 + 8 + 8
    assert sum(one.action == "answer.arrived" for one in chain) == arrivals
    assert [one.prev_hash for one in chain] == [GENESIS, *(one.hash for one in chain[:-1])]


def test_whoever_must_wait_is_told_its_place_and_later_the_outcome(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = wait_in_line.checked

    def slow(house: Any, one: Waiting) -> Any:
        time.sleep(SLOW)
        return quick(house, one)

    monkeypatch.setattr(wait_in_line, "checked", slow)
    offices = served.ready.offices[:6]
    served.due_in(3600)
    answers = load.send_all(served.port, [load.upload(one, prefer="respond-async") for one in offices])
    told = [one.facts for one in answers]
    last = max(told, key=lambda one: int(one["ahead"]))
    office = next(one for one in offices if hashlib.sha256(one.body).hexdigest() == last["sha256"])
    heads = [one.head.lower() for one in answers]
    served.until_checked()
    outcome = load.look(served.port, office, f"/api/arrivals/{last['arrival']}")
    stranger = next(one for one in offices if one is not office)
    others = load.look(served.port, stranger, f"/api/arrivals/{last['arrival']}")

    assert Counter(one.status for one in answers) == {202: 6}
    assert {one["outcome"] for one in told} == {"waiting"}
    assert last["ahead"] >= 2
    assert all("location: /api/arrivals/" in head for head in heads)
    assert (outcome.status, outcome.facts["outcome"]) == (201, "accepted")
    assert others.status == 404


def test_one_that_cannot_be_kept_sinks_nobody_who_is_kept_with_it(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    line: Line = served.app.state.line
    first, ill = (served.ready.offices[place].agency for place in (9, 3))
    good, everybody_is_here = wait_in_line.keep, threading.Event()
    together: list[int] = []

    def keep(house: Any, arrived: Any) -> Any:
        together.append(len(arrived))
        if any(one.agency == ill for one in arrived):
            raise ValueError("cannot be written")
        if arrived[0].agency == first:
            everybody_is_here.wait(20)
        return good(house, arrived)

    monkeypatch.setattr("plancycle.portal.line.keep", keep)
    served.due_in(3600)
    answers: list[load.Answered] = []
    early = load.upload(served.ready.offices[9], prefer="respond-async")
    leading = threading.Thread(target=lambda: load.send_all(served.port, [early]))
    sending = threading.Thread(target=lambda: answers.extend(_send(served)))
    leading.start()
    while not together:
        time.sleep(0.01)
    sending.start()  # everybody comes while a commit is under way, so that the next one is for all of them
    while len(line._coming) < 8:
        time.sleep(0.01)
    everybody_is_here.set()
    leading.join()
    sending.join()

    assert together == [1, 8, *[1] * 8]
    assert Counter(one.status for one in answers) == {202: 7, 500: 1}


def _send(served: Served) -> list[load.Answered]:
    return load.send_all(served.port, [load.upload(one, prefer="respond-async") for one in served.ready.offices[:8]])


def test_who_is_kept_is_told_while_the_next_commit_is_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(lambda: nullcontext(None))  # type: ignore[arg-type,return-value]
    line.stop()
    may_commit = {name: threading.Event() for name in "abd"}

    def keep(house: Any, arrived: Any) -> Any:
        assert may_commit[arrived[0].agency].wait(20)
        return [(one, Place(0, None)) for one in arrived]

    def come(pool: ThreadPoolExecutor, name: str, waiting: int) -> Any:
        one = Waiting(name, "", "api", "", "", None, "", "{}", OPEN)
        coming = pool.submit(line.take_in, None, one, 0)  # type: ignore[arg-type]
        while not line._is_keeping or len(line._coming) != waiting:
            time.sleep(0.01)
        return coming

    monkeypatch.setattr("plancycle.portal.line.keep", keep)
    with ThreadPoolExecutor() as pool:
        first, second, third = (come(pool, name, waiting) for name, waiting in (("a", 0), ("b", 1), ("c", 2)))
        may_commit["a"].set()
        assert first.result(5)
        while line._coming:  # the second takes the third along
            time.sleep(0.01)
        last = come(pool, "d", 1)
        may_commit["b"].set()
        told = second.result(5), third.result(5)
        is_under_way = not last.done()
        may_commit["d"].set()

    assert [one.agency for one, _ in told] == ["b", "c"]
    assert is_under_way


def test_a_long_body_is_not_read_of_who_has_no_key(served: Served) -> None:
    office = replace(served.ready.offices[0], token="plk_nobody", body=b"{" * 1_000_000)
    content = load.upload(office).content

    with socket.create_connection((LOOPBACK, served.port), 10) as sending:
        sending.sendall(content[: -len(office.body)])  # the head alone
        answered = sending.recv(1000)

    assert answered.startswith(b"HTTP/1.1 401 ")


def test_whoever_comes_just_when_the_line_is_found_empty_is_checked_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line, looks = Line(lambda: nullcontext(None)), []  # type: ignore[arg-type,return-value]

    def check_next(house: Any) -> None:
        looks.append(house)
        if len(looks) == 1:
            line.wake()  # kept after the look into the ledger, before the end of it

    monkeypatch.setattr("plancycle.portal.line.check_next", check_next)
    line.wake()
    line.until_idle(5)

    assert len(looks) == 2


def test_nothing_is_acknowledged_while_the_ledger_is_away(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(house: Any, arrived: Any) -> Any:
        raise OutsideFailure("ledger.full", reason="disk")

    monkeypatch.setattr("plancycle.portal.line.keep", away)
    (answer,) = load.send_all(served.port, [load.upload(served.ready.offices[0])])

    assert answer.status >= 500


def test_a_clerk_sees_the_place_in_the_line_and_the_page_leads_on_to_the_receipt(build: Any) -> None:
    clerk = a_clerk(build(now=OPEN, patience=0.0))
    browser = clerk.enter()
    browser.submit(f"{clerk.base}/tep", {}, files={"tep": ("bc.xlsx", clerk.workbook())})
    line: Line = clerk.world.app.state.line
    with line._list:
        line._is_checking = True  # somebody else's report is being checked
    browser.submit(f"{clerk.base}/nop", {"ho_ten": "Trần Thị B", "xac_nhan": "1"})
    waiting, here = browser.text, browser.here
    by_itself = [browser.send("GET", f"{here}{more}").headers.get("refresh") for more in ("", "?tu-xem-lai=1")]
    with line._list:
        line._is_checking = False
    browser.open(here)
    until = time.monotonic() + 30
    while "/cho/" in browser.here and time.monotonic() < until:
        time.sleep(0.05)
        browser.open(here)

    assert "BÁO CÁO ĐÃ ĐẾN" in waiting
    assert "Không cần gửi lại: gửi lại không được kiểm tra sớm hơn." in waiting
    assert "Báo cáo này đang được kiểm tra hoặc là báo cáo kế tiếp." in waiting
    assert by_itself == [None, "10"]  # nothing moves unasked
    assert "/bien-nhan/" in browser.here
    assert len(clerk.versions()) == 1
