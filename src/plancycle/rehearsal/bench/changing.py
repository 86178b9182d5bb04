"""Durable changes of status: what the ledger itself costs, beside a table that keeps a status and nothing else."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

from plancycle.bootstrap import Household
from plancycle.domain.messages import Message, MessageKind, MessageStatus
from plancycle.rehearsal.bench.measuring import Stage, Stopwatch
from plancycle.rehearsal.bench.world import PERIOD, World
from plancycle.services.deliver_messages import deliver
from plancycle.services.journal import record

COUNT = 240
"""Letters a round, however many agencies there are: a commit is soon over."""

MOST = 2.0
"""Times the bare table's time; the same as half its rate."""


class TakesAll:
    """A relay that takes every letter at once: what is left is the ledger's share."""

    def deliver(self, to_address: str, data: bytes, about_to_leave: Callable[[], None]) -> str:
        """Take it."""
        about_to_leave()
        return "250 taken"

    def greet(self) -> None:
        """Always there."""

    def close(self) -> None:
        """Nothing is held."""


def changes(world: World, count: int = COUNT) -> Stage:
    """Letters from waiting to sent, as the sender does it: claimed, marked and sent, each journaled once.

    Floor: a bare SQLite table with full sync, two commits a letter (under way, done), no journal.
    """

    def act(house: Household) -> None:
        house.postman = TakesAll()
        assert len(deliver(house).sent) == count

    return _stage(world, "status_changes", act, count)


def single_changes(world: World, count: int = COUNT) -> Stage:
    """The same letters, each marked and sent in two transactions of its own, and both changes journaled.

    Nothing in the product does this for many at a time; it is what one act of a person costs.
    """

    def act(house: Household) -> None:
        now = house.clock.now()
        for number in range(count):
            key = _letter(house, "", number).key
            with house.work() as work:
                work.outbox.move(key, MessageStatus.CLAIMED, at=now)
                record(house, work, "message.claimed", key)
            with house.work() as work:
                work.outbox.move(key, MessageStatus.TRANSMITTING, at=now)
                record(house, work, "message.transmitting", key)

    return _stage(world, "single_changes", act, count)


def _stage(world: World, name: str, act: Callable[[Household], None], count: int) -> Stage:
    def ours(watch: Stopwatch) -> None:
        with world.untouched() as house:
            with house.work() as work:
                kept = house.files.put(b"Subject: .\r\n\r\n.\r\n")
                for number in range(count):
                    work.outbox.add(_letter(house, kept, number))
            with watch:
                act(house)

    def floor(watch: Stopwatch) -> None:
        place = world.folder / "floor.db"
        with closing(sqlite3.connect(place, isolation_level=None)) as bare:
            bare.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
            bare.execute("CREATE TABLE tasks (id TEXT PRIMARY KEY, status TEXT, at TEXT)")
            bare.executemany("INSERT INTO tasks VALUES (?, 'waiting', '')", ((str(one),) for one in range(count)))
            with watch:
                for number in range(count):
                    for status in ("under way", "done"):
                        bare.execute("BEGIN IMMEDIATE")
                        bare.execute("UPDATE tasks SET status = ?, at = ? WHERE id = ?", (status, status, str(number)))
                        bare.execute("COMMIT")
        place.unlink()

    return Stage(name, count, ours, floor, MOST, is_by_clock=True)


def _letter(house: Household, sha256: str, number: int) -> Message:
    key = f"{house.programme_id}-bench/{PERIOD}/{number}/call/mail"
    kind, status, at = MessageKind.DATA_CALL, MessageStatus.QUEUED, house.clock.now()
    return Message(key, kind, str(PERIOD), str(number), "a@agency.example", ".", f"<{key}>", sha256, status, at)
