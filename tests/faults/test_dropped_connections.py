"""The relay hangs up in the middle, again and again: no letter is missed, and what may have arrived twice is listed."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from faulty_relay import FaultyRelay, decide_all, faults_found, queue

from plancycle.bootstrap import Household, forget, open_house
from plancycle.services.deliver_messages import deliver
from plancycle.settings import Settings

DROPS = 20
POINTS = ("mail", "rcpt", "lost", "taken")


@pytest.fixture
def relay(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[FaultyRelay]:
    """A relay that hangs up 20 times, at all four points, somewhere among that many letters."""
    tries = random.Random(request.param).sample(range(1, request.param), DROPS)
    with FaultyRelay(tmp_path / "relay", {at: POINTS[n % 4] for n, at in enumerate(tries)}) as opened:
        yield opened


@pytest.fixture
def house(tmp_path: Path, relay: FaultyRelay) -> Iterator[Household]:
    """A house that sends to that relay."""
    data = tmp_path / "data"
    with open_house(Settings(data=data, mail_url=relay.url)) as opened:
        yield opened
    forget(data)


@pytest.mark.parametrize(
    ("relay", "count"),
    [(200, 200), pytest.param(4000, 4000, marks=pytest.mark.slow)],
    indirect=["relay"],
    ids=["200 letters", "4,000 letters"],
)
def test_twenty_dropped_connections_miss_no_letter(house, relay, count):
    queue(house, count)
    first = deliver(house)
    doubted = decide_all(house)
    second = deliver(house)

    assert relay.broken == dict.fromkeys(POINTS, DROPS // len(POINTS))
    assert (len(first.sent), set(first.in_doubt), first.waiting) == (count - len(doubted), doubted, [])
    assert len(doubted) == relay.broken["lost"] + relay.broken["taken"]
    assert set(second.sent) == doubted
    found = faults_found(house, relay)
    assert found == {name: [] for name in found}
    assert sum(copies - 1 for copies in relay.copies().values()) == relay.broken["taken"]
