"""Many threads that each keep uploads, no web between: by the portal's line, one by one, and by hand."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from loaded_portal import Alone, ByThread, arrived
from portal_load import Office

from plancycle.bootstrap import Household, open_house
from plancycle.portal.line import Line
from plancycle.settings import Settings

Keep = Callable[[Household, Office, bytes], object]
"""Keeps one upload for good."""


@dataclass(frozen=True)
class Writers:
    """The three ways into one folder: ``line`` shares commits, ``alone`` and ``thread`` commit each for itself."""

    settings: Settings
    line: Line
    alone: Alone
    thread: ByThread

    @classmethod
    def of(cls, settings: Settings) -> "Writers":
        """Over a prepared folder; nothing that is kept is checked."""
        line = Line(lambda: open_house(settings))
        line.stop()
        return cls(settings, line, Alone(settings.ledger_url), ByThread(settings.data / "by-thread.db"))

    def ways(self) -> dict[str, Keep]:
        """By name."""
        return {
            "line": lambda house, office, body: self.line.take_in(house, arrived(house, office.agency, body), 0),
            "alone": lambda house, office, body: self.alone.keep(house, office.agency, body),
            "thread": lambda house, office, body: self.thread.keep(house, office.agency, body),
        }

    def close(self) -> None:
        """Let go of every connection of ours."""
        self.alone.close()
        self.thread.close()


def all_at_once(
    writers: Writers, keep: Keep, offices: Sequence[Office], bodies: Sequence[Sequence[bytes]]
) -> tuple[float, list[float]]:
    """A thread for each list of bodies, one upload after the other each: seconds for all, and of each upload."""
    taken: list[float] = []
    ready = threading.Barrier(len(bodies) + 1)

    def one(office: Office, mine: Sequence[bytes]) -> None:
        with open_house(writers.settings) as house:
            ready.wait()
            for body in mine:
                began = time.perf_counter()
                keep(house, office, body)
                taken.append(time.perf_counter() - began)

    threads = [
        threading.Thread(target=one, args=(offices[place % len(offices)], mine)) for place, mine in enumerate(bodies)
    ]
    for thread in threads:
        thread.start()
    ready.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began, taken
