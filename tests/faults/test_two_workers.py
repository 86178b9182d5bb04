"""Two workers and two API processes on PostgreSQL and Redis; one worker is killed in mid-period.

``make faults`` runs it: everything of ``deployments/`` that can run on one machine runs here as processes.
"""

import json
import sys
import time

import pytest
from faulty_relay import FaultyRelay, decide_all, faults_found
from postgres_server import Server
from several_machines import PATIENCE, WITH_SEVERAL, Installation, a_redis, ask, wait_for
from sqlalchemy import create_engine, text

from plancycle.bootstrap import forget, open_house
from plancycle.domain.messages import MessageKind
from plancycle.domain.periods import Period
from plancycle.rehearsal.stage import furnish
from plancycle.services.cycle_view import cycle_view
from plancycle.services.resolve_doubt import letters
from plancycle.settings import Settings

AGENCIES, YEAR, SEED, CYCLE = 70, 2025, 7, "tn-nq94-2025"  # more than two senders' hands hold: 32 letters each
OPENS = "03/11/2025 09:00"  # Monday, the first day of the annual evaluation
HANDS = text("SELECT owner, status FROM messages WHERE status IN ('claimed', 'transmitting') AND owner IS NOT NULL")


@pytest.fixture
def servers(tmp_path):
    server = Server(durable=True)
    try:
        with a_redis(tmp_path) as redis_port:
            yield server, redis_port
    finally:
        server.remove()


@pytest.mark.slow
@pytest.mark.timeout(1500)
@WITH_SEVERAL
def test_one_of_two_workers_is_killed_and_nothing_is_lost_or_doubled(tmp_path, servers):
    server, redis_port = servers
    create(server, "prefect", "ledger")
    data = tmp_path / "data"
    data.mkdir()
    furnish(data, "tn-nq94", AGENCIES, SEED)
    with FaultyRelay(tmp_path / "mail", thinks=1.0) as relay:
        ours = {
            "PLANCYCLE_DATA": str(data),
            "PLANCYCLE_DATABASE_URL": server.url("ledger"),
            "PLANCYCLE_MAIL_URL": relay.url,
        }
        office = Installation(tmp_path, server.url("prefect"), redis_port, ours)
        settings = Settings(data=data, database_url=server.url("ledger"), mail_url=relay.url)
        try:
            office.start()
            told = interrupted_period(office, settings, relay)
        finally:
            office.stop()
        with open_house(settings) as house:
            found = faults_found(house, relay)
            calls = [one.agency for one in letters(house) if one.key.startswith(f"{CYCLE}/annual/") and is_call(one)]
            owed = cycle_view(house, YEAR).reporters(Period.ANNUAL)
        forget(data)
    twice = len(relay.ledger) - len({line.sha256 for line in relay.ledger})
    sys.stdout.write(
        json.dumps(
            {**told, "asked": len(calls), "letters": len(relay.ledger) - twice, "arrived_twice_and_listed": twice}
        )
        + "\n"
    )

    assert found == {name: [] for name in found}
    assert sorted(calls) == sorted(owed)
    assert all(told["in_hand_when_killed"].values())
    assert told["survivor"] == told["next_sweep"] == told["last_sweep"] == "COMPLETED"
    assert told["task_runs_by_api"][0] == told["task_runs_by_api"][1] > 0


def interrupted_period(office, settings, relay):
    """Two runs about the same period, one worker each; the first one's worker dies while letters leave."""
    began = time.monotonic()
    asked = {"year": YEAR, "as_of": OPENS, "dry_run": False}
    with open_house(settings) as house, house.work():
        pass  # the ledger's tables are there before two runs ask for them at once
    first = office.run("annual_evaluation", {"confirm": AGENCIES, **asked}, office.apis[0])
    wait_for(lambda: office.standing(first) == "RUNNING", PATIENCE, "the first run does not begin")
    doomed = office.worker_of(first)
    second = office.run("daily_sweep", asked, office.apis[1])
    hands = both_sending(office, settings, relay)
    arrived, processes = len(relay.ledger), doomed.kill()
    ends = {"survivor": office.finished(second)}
    ends["next_sweep"] = office.finished(office.run("daily_sweep", asked))
    with open_house(settings) as house:
        doubted = len(decide_all(house))
    ends["last_sweep"] = office.finished(office.run("daily_sweep", asked, office.apis[1]))
    return {
        **ends,
        "processes_killed": processes,
        "arrived_when_killed": arrived,
        "in_hand_when_killed": hands,
        "in_doubt": doubted,
        "killed_run": office.standing(first),
        "task_runs_by_api": [count_tasks(api) for api in office.apis],
        "seconds": round(time.monotonic() - began),
    }


def both_sending(office, settings, relay):
    """Wait until, by the ledger, a process of each worker is handing a letter over, and letters arrive.

    Returns how many letters each has in hand.
    """
    engine = create_engine(settings.database_url)

    def in_hand():
        with engine.connect() as connection:
            held = [(int(row.owner.split(":")[1]), row.status) for row in connection.execute(HANDS)]
        trees = {one.name: set(one.processes()) for one in office.workers}
        marked = {
            name: sum(pid in tree and status == "transmitting" for pid, status in held) for name, tree in trees.items()
        }
        return {n: sum(pid in tree for pid, _ in held) for n, tree in trees.items()} if all(marked.values()) else {}

    until = time.monotonic() + 2 * PATIENCE
    try:
        while not (found := in_hand()) or not relay.ledger:
            assert time.monotonic() < until, "the workers do not send at the same time"
            time.sleep(0.05)
    finally:
        engine.dispose()
    return found


def create(server, *names):
    """Empty databases."""
    engine = create_engine(server.url(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for name in names:
            connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()


def is_call(letter):
    """Whether it is the request itself."""
    return letter.kind is MessageKind.DATA_CALL


def count_tasks(api):
    """How many task runs that API process knows to be complete, once the services have written them down."""
    asked = {"task_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}}
    before, now = -1, ask(api, "/task_runs/count", asked)
    while before != now:
        time.sleep(3)
        before, now = now, ask(api, "/task_runs/count", asked)
    return now
