"""An HTTP server that answers a few questions as Prefect does, and can be stopped."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RUN = {
    "id": "r-2",
    "name": "Quý III/2025 · nhắc hạn",
    "state_type": "COMPLETED",
    "state_name": "Completed",
    "expected_start_time": "2025-09-08T01:00:00Z",
}


class _Page(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        answer = json.dumps([RUN] if self.path.endswith("/flow_runs/filter") else []).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args: object) -> None:
        """Keep the test's output quiet."""


def saying(answers: dict[str, object]) -> type[BaseHTTPRequestHandler]:
    """A page that answers as told: by the end of the path, and what is scheduled by whether it is asked for later."""

    class Saying(_Page):
        def do_GET(self) -> None:
            self._say(answers.get(self.path, {}))

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or "{}")
            when = (asked.get("flow_runs") or {}).get("expected_start_time") or {}
            name = "late" if "before_" in when else "scheduled" if when else self.path.rpartition("/workers/")[1]
            self._say(answers.get(name or self.path, []))

        def _say(self, told: object) -> None:
            answer = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

    return Saying


@dataclass
class PrefectStandIn:
    """``url`` is the address of its API."""

    server: ThreadingHTTPServer

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/api"

    def stop(self) -> None:
        """Answer nobody any more; twice is once."""
        self.server.shutdown()
        self.server.server_close()


@contextmanager
def a_prefect_server(page: type[BaseHTTPRequestHandler] = _Page) -> Iterator[PrefectStandIn]:
    """One that knows one run, or answers with another page (:func:`saying`)."""
    made = PrefectStandIn(ThreadingHTTPServer(("127.0.0.1", 0), page))
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield made
    made.stop()
    thread.join()
