"""What Prefect keeps and how quickly it shows it: its tables, and the requests its own pages send."""

import sqlite3
import statistics
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

TABLES = ("flow_run", "task_run", "events", "event_resources", "artifact", "log")
FIRST_RUNS: dict[str, Any] = {"page": 1, "limit": 100, "sort": "START_TIME_DESC"}
FIRST_TASKS: dict[str, Any] = {"page": 1, "limit": 100, "sort": "EXPECTED_START_TIME_DESC"}
NAMED: dict[str, Any] = {"operator": "and_", "type": {}, "key": {"exists_": True, "like_": ""}}


def database_facts(home: Path) -> dict[str, Any]:
    """Rows of the tables that grow, and the size of the database with its journal, in megabytes."""
    with closing(sqlite3.connect(f"file:{home / 'prefect.db'}?mode=ro", uri=True)) as database:
        rows = {table: database.execute(f"select count(*) from {table}").fetchone()[0] for table in TABLES}
    size = sum(one.stat().st_size for one in home.glob("prefect.db*"))
    return {"prefect_rows": rows, "prefect_database_mb": round(size / 1e6, 1)}


def requests_of_pages(now: datetime) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """The questions each main page of Prefect 3.8's interface asks when it is opened (seen in a browser).

    What a page asks once a run in its list, and what all pages ask (health, settings), is left out.
    """
    day = {"after_": (now - timedelta(days=1)).isoformat(), "before_": now.isoformat()}
    runs = {"operator": "and_", "expected_start_time": day}
    tasks = {"operator": "and_", "subflow_runs": {"exists_": False}, "start_time": day}
    events = {"filter": {"occurred": {"since": day["after_"], "until": day["before_"]}, "order": "DESC"}}
    ended = {"operator": "and_", "type": {"any_": ["COMPLETED"]}}
    newest = {"sort": "EXPECTED_START_TIME_DESC", "offset": 0}
    history = {"history_start": day["after_"], "history_end": day["before_"], "history_interval_seconds": 4320}
    return {
        "dashboard": [
            ("flow_runs/filter", {**newest, "flow_runs": runs}),
            ("flow_runs/count", {"flow_runs": {**runs, "state": ended}}),
            ("task_runs/count", {"task_runs": {**tasks, "state": ended}}),
            ("task_runs/history", {**history, "task_runs": {"operator": "and_", "start_time": day}}),
            ("work_pools/filter", {"offset": 0}),
        ],
        "runs": [
            ("flow_runs/count", {}),
            ("task_runs/count", {}),
            ("flow_runs/paginate", FIRST_RUNS),
            ("task_runs/paginate", FIRST_TASKS),
            ("ui/flow_runs/history", {**newest, "limit": 1000}),
        ],
        "artifacts": [
            ("artifacts/latest/count", {"artifacts": NAMED, "sort": "ID_DESC", "offset": 0}),
            ("artifacts/latest/filter", {"artifacts": NAMED, "sort": "ID_DESC", "offset": 0}),
        ],
        "flows": [("flows/paginate", {"page": 1, "limit": 10, "sort": "NAME_ASC"}), ("flows/count", {})],
        "events": [
            ("events/filter", {**events, "limit": 50}),
            ("events/count-by/time", {**events, "time_unit": "hour", "time_interval": 1}),
            ("events/count-by/event", {**events, "time_unit": "hour", "time_interval": 1}),
        ],
        "automations": [("automations/filter", {"sort": "CREATED_DESC", "offset": 0})],
    }


class PageWatch:
    """While it is entered, opens Prefect's main pages one after the other and notes how long each took to answer."""

    def __init__(self, api_url: str, pause: float = 1.0) -> None:
        self._api_url, self._pause = api_url, pause
        self.seconds: dict[str, list[float]] = {}
        self.slowest: tuple[float, str] = (0.0, "")
        """Of single requests."""

    def __enter__(self) -> "PageWatch":
        self._ended = threading.Event()
        self._watching = threading.Thread(target=self._watch)
        self._watching.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._watching.join()

    def _watch(self) -> None:
        with httpx.Client(base_url=self._api_url, trust_env=False, timeout=60) as client:
            while not self._ended.is_set():
                for page, asked in requests_of_pages(datetime.now(UTC)).items():
                    self.seconds.setdefault(page, []).append(sum(self._one(client, *request) for request in asked))
                    self._ended.wait(self._pause)

    def _one(self, client: httpx.Client, path: str, body: dict[str, Any]) -> float:
        began = time.perf_counter()
        client.post(f"/{path}", json=body).raise_for_status()
        taken = time.perf_counter() - began
        self.slowest = max(self.slowest, (round(taken, 3), path))
        return taken

    def told(self) -> dict[str, Any]:
        """For each page: how often it was opened, the median and the longest answer in seconds."""
        return {
            page: {"opened": len(took), "median": round(statistics.median(took), 3), "max": round(max(took), 3)}
            for page, took in self.seconds.items()
        }
