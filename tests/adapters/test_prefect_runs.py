"""Links into Prefect are its current addresses; a start is asked for once; a server that is not there says so."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from plancycle.adapters.prefect_runs import Runs
from plancycle.domain.errors import ActionNeeded, NotFound, OutsideFailure

ANSWERS = {
    "/api/deployments/filter": [{"id": "d-1"}],
    "/api/deployments/d-1/create_flow_run": {"id": "r-1"},
    "/api/flow_runs/count": 3,
    "/api/flow_runs/filter": [
        {"id": "r-2", "name": "Quý I/2025", "state_type": "COMPLETED", "state_name": "Completed"},
    ],
}


class Page(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, body))
        is_unknown = "name" in body.get("deployments", {}) and body["deployments"]["name"]["any_"] == ["nothing"]
        answer = json.dumps([] if is_unknown else ANSWERS[self.path]).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args):
        """Keep the test's output quiet."""


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as made:
        made.asked, made.status = [], 200
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture
def runs(server):
    return Runs(f"http://127.0.0.1:{server.server_port}/api")


def test_the_form_opens_filled_in_at_its_current_address(runs, server):
    url = runs.form_url("remind_agencies", {"period": "Quý I", "year": 2025})

    assert url.startswith(f"http://127.0.0.1:{server.server_port}/v2/deployments/deployment/d-1/run?parameters=%7B")
    assert "Qu%C3%BD+I" in url


def test_a_start_carries_its_key_so_that_twice_is_once(runs, server):
    url = runs.start("remind_agencies", {"year": 2025}, "desk-1")

    assert url.endswith("/v2/runs/flow-run/r-1")
    assert server.asked[-1][1] == {
        "parameters": {"year": 2025},
        "idempotency_key": "desk-1",
        "state": {"type": "SCHEDULED"},
    }


def test_runs_are_found_by_their_tags(runs, server):
    [found] = runs.recent(["period:2025-q1"])

    assert (found["name"], found["state"], runs.overdue("2025-01-01T00:00:00+00:00")) == ("Quý I/2025", "COMPLETED", 3)
    assert server.asked[0][1]["flow_runs"] == {"tags": {"all_": ["period:2025-q1"]}}


def test_what_cannot_be_done_says_why(runs, server):
    with pytest.raises(NotFound, match=r"runs\.no_deployment"):
        runs.start("nothing", {}, "k")
    server.status = 500
    with pytest.raises(OutsideFailure, match="HTTP 500"):
        runs.recent([])
    with pytest.raises(OutsideFailure, match="ConnectError"):
        Runs("http://127.0.0.1:9/api").recent([])
    nowhere = Runs("")
    with pytest.raises(ActionNeeded, match=r"runs\.no_server"):
        nowhere.start("daily_sweep", {}, "k")
    assert (nowhere.is_there, nowhere.artifact_url("x")) == (False, "")
