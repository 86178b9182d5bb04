"""Measuring two sides in turn, so that whatever else the machine does falls on both."""

import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LEAST = 1e-6
"""Seconds: what took less than the clock can tell counts as that."""
_TICKS = os.sysconf("SC_CLK_TCK")
Side = Callable[["Stopwatch"], None]
"""One side of a stage: gets ready, then works within the watch."""


class Stopwatch:
    """Seconds on the clock and of the processors, of this process and all it has started, while it is entered."""

    def __init__(self) -> None:
        self.wall = self.cpu = 0.0

    def __enter__(self) -> "Stopwatch":
        self._wall, self._own, self._others = time.perf_counter(), time.process_time(), descendants_seconds()
        return self

    def __exit__(self, *_: object) -> None:
        self.cpu += time.process_time() - self._own + descendants_seconds() - self._others
        self.wall += time.perf_counter() - self._wall


def descendants_seconds() -> float:
    """Processor seconds of the processes this one has started and theirs, the ended ones included (Linux; else 0)."""
    return sum(os.times()[2:4]) + family_seconds(os.getpid())


def family_seconds(parent: int) -> float:
    """Processor seconds of the living processes below one, and of those they have waited for (Linux; else 0)."""
    families: dict[int, list[tuple[int, int]]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            facts = (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:  # ended meanwhile
            continue
        # Fields 4 (parent) and 14 to 17 (own and waited-for children's time) of proc_pid_stat(5).
        families.setdefault(int(facts[1]), []).append((int(folder.name), sum(map(int, facts[11:15]))))
    pending, ticks = [parent], 0
    while pending:
        for child, spent in families.get(pending.pop(), []):
            ticks += spent
            pending.append(child)
    return ticks / _TICKS


def spread(values: Sequence[float]) -> dict[str, float]:
    """Least, median and most, to three places."""
    found = {"min": min(values), "median": statistics.median(values), "max": max(values)}
    return {name: round(value, 3) for name, value in found.items()}


def plainly(work: Callable[[], object]) -> Side:
    """A side that has nothing to get ready."""

    def side(watch: Stopwatch) -> None:
        with watch:
            work()

    return side


@dataclass(frozen=True, slots=True)
class Peer:
    """What one would use instead, on a share of the work: how many pieces it does.

    ``least``: times our time that it is to take, at least; 0: no goal.
    """

    work: Side
    count: int
    least: float = 0


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage: both sides do the same ``count`` pieces of work. ``goal``: times the floor it may take; 0: none."""

    name: str
    count: int
    ours: Side
    floor: Side
    goal: float = 0
    is_by_clock: bool = False
    """Whether the goal is meant in seconds of the clock (waiting is part of it), not of the processors."""
    peers: Mapping[str, Peer] = field(default_factory=dict)


def measure(stage: Stage, rounds: int) -> dict[str, object]:
    """Milliseconds a piece on every side, ours by the floor's round by round, and peers by ours.

    One round first that does not count: what is made once and shared is made there.
    """
    sides = {"floor": (stage.floor, stage.count), "ours": (stage.ours, stage.count)}
    sides |= {name: (peer.work, peer.count) for name, peer in stage.peers.items()}
    taken: dict[str, list[Stopwatch]] = {name: [] for name in sides}
    for turn in range(rounds + 1):
        for name, (side, _) in sides.items():
            watch = Stopwatch()
            side(watch)
            taken[name] += [watch] if turn else []
    cpu = {name: _each([one.cpu for one in taken[name]], count) for name, (_, count) in sides.items()}
    wall = {name: _each([one.wall for one in taken[name]], count) for name, (_, count) in sides.items()}
    by_floor = {kind: _ratios(times["ours"], times["floor"]) for kind, times in (("cpu", cpu), ("wall", wall))}
    by_ours = {name: _ratios(cpu[name], cpu["ours"]) for name in stage.peers}
    told = by_floor["wall" if stage.is_by_clock else "cpu"]
    return {
        "pieces": stage.count,
        "cpu_ms": {name: spread(times) for name, times in cpu.items()},
        "wall_ms": {name: spread(times) for name, times in wall.items()},
        "by_floor": told,
        "cpu_by_floor": by_floor["cpu"],
        "wall_by_floor": by_floor["wall"],
        "by_ours": by_ours,
        "peer_goals": {
            name: {"least": peer.least, "met": by_ours[name]["median"] >= peer.least}
            for name, peer in stage.peers.items()
            if peer.least
        },
        "goal": stage.goal or None,
        "met": told["median"] <= stage.goal if stage.goal else None,
    }


def _each(seconds: Sequence[float], count: int) -> list[float]:
    return [max(one, LEAST) * 1e3 / count for one in seconds]


def _ratios(ours: Sequence[float], theirs: Sequence[float]) -> dict[str, float]:
    return spread([mine / other for mine, other in zip(ours, theirs, strict=True)])


def durable_writes(folder: Path, seconds: float = 0.5) -> float:
    """How many times a second 4 KB reach the disk of a folder for good: the pace every commit depends on."""
    place, written, block = folder / "disk.probe", 0, bytes(4096)
    with place.open("wb") as file:
        began = time.perf_counter()
        while time.perf_counter() - began < seconds:
            file.seek(0)
            file.write(block)
            file.flush()
            os.fsync(file.fileno())
            written += 1
        taken = time.perf_counter() - began
    place.unlink()
    return round(written / taken, 1)
