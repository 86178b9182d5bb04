"""What is accepted is in the provisional edition within seconds: by Prefect where there is one, else by the portal."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import factories as f
import yaml
from small_programme import ANNUAL, CYCLE, HOME, YEAR

from plancycle.adapters import signals
from plancycle.portal.refreshing import refreshing as refresher
from plancycle.services.following import Refreshing
from plancycle.services.receive_submission import receive

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def prefect(status=204):
    """The events page of a Prefect server; yields its address and what it took."""
    taken = []

    class Page(BaseHTTPRequestHandler):
        def do_POST(self):
            taken.extend(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            """Keep the test's output quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/api", taken
        server.shutdown()
        thread.join()


def a_house(api_url=""):
    """A house with one accepted answer, and what keeps its editions current (the timer is worked off by hand)."""
    house = f.a_house()
    house.signals = signals.Signals(api_url)
    receive(house, f.a_workbook(house, HOME), f"{HOME}.xlsx", "web")

    @contextmanager
    def open_house():
        yield house

    return house, refresher(open_house, wait=3600)


def editions(house):
    with house.work() as work:
        return work.editions.of_period(CYCLE, ANNUAL)


def accept(refreshing):
    refreshing.note(CYCLE, ANNUAL)


def done(refreshing):
    """Work off what waits, without waiting for the timer."""
    if refreshing._timer is not None:
        refreshing._timer.cancel()
    refreshing.work_off()


def test_without_prefect_the_portal_folds_once_for_many_acceptances_and_not_in_the_request():
    house, refreshing = a_house()
    for _ in range(5):
        accept(refreshing)
    assert editions(house) == []
    done(refreshing)
    assert [(str(one.kind), len(one.members)) for one in editions(house)] == [("provisional", 1)]
    done(refreshing)
    assert len(editions(house)) == 1


def test_the_timer_does_it_by_itself():
    house, _ = a_house()
    folded = threading.Event()

    @contextmanager
    def open_house():
        yield house
        folded.set()

    accept(refresher(open_house, wait=0.01))
    assert folded.wait(10)
    assert len(editions(house)) == 1


def test_in_a_stampede_the_portal_rests_between_two_turns():
    turns, twice = [], threading.Event()

    def refresh(place):
        turns.append((time.monotonic(), place))
        if len(turns) == 2:
            twice.set()
        else:
            following.note(*place)

    following = Refreshing(refresh, wait=0.0, rest=0.2)
    following.note(CYCLE, ANNUAL)
    assert twice.wait(10)
    assert turns[1][0] - turns[0][0] >= 0.2


def test_prefect_is_told_once_and_folds_itself():
    with prefect() as (address, taken):
        house, refreshing = a_house(address)
        accept(refreshing)
        accept(refreshing)
        done(refreshing)
    assert [(one["event"], one["payload"]) for one in taken] == [
        ("plancycle.submission.accepted", {"year": YEAR, "period": "annual"})
    ]
    assert taken[0]["resource"] == {"prefect.resource.id": f"plancycle.period.{CYCLE}.annual"}
    assert editions(house) == []


def test_where_prefect_does_not_take_it_the_portal_folds():
    with prefect(status=503) as (address, taken):
        house, refreshing = a_house(address)
        accept(refreshing)
        done(refreshing)
    assert (len(taken), len(editions(house))) == (1, 1)


def test_the_event_is_the_one_the_deployment_waits_for():
    deployments = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]
    consolidate = next(one for one in deployments if one["name"] == "consolidate")
    (trigger,) = consolidate["triggers"]
    expected = ([signals.SUBMISSION_ACCEPTED], {"prefect.resource.id": f"{signals.PERIOD_PREFIX}*"})
    assert (trigger["expect"], trigger["match"]) == expected
    assert (trigger["parameters"]["final"], consolidate["concurrency_limit"]["limit"]) == (False, 1)
