"""Where Prefect shows its forms, runs and artifacts, and starting a deployment; by its HTTP interface only.

Addresses are those of its current interface (``/v2/…``). Nobody waits for Prefect: every question has a short limit,
and a page that links to it is made without asking.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from plancycle.adapters.trust import well_known
from plancycle.domain.errors import ActionNeeded, NotFound, OutsideFailure

TIMEOUT = 3.0
"""Seconds."""


class Runs:
    """The Prefect server at ``api_url`` (``http://…/api``); empty: there is none, and every question says so."""

    def __init__(self, api_url: str) -> None:
        self._api_url = api_url.rstrip("/")

    @property
    def is_there(self) -> bool:
        """Whether a server is configured."""
        return bool(self._api_url)

    def artifact_url(self, key: str) -> str:
        """The timeline of one artifact; empty without a server."""
        return f"{self._ui_url}/v2/artifacts/key/{quote(key)}" if self._api_url else ""

    def form_url(self, deployment: str, parameters: Mapping[str, object]) -> str:
        """The deployment's form, filled in. Raises ActionNeeded, NotFound or OutsideFailure."""
        query = urlencode({"parameters": json.dumps(dict(parameters), ensure_ascii=False)})
        return f"{self._ui_url}/v2/deployments/deployment/{self._deployment(deployment)['id']}/run?{query}"

    def start(self, deployment: str, parameters: Mapping[str, object], key: str) -> str:
        """Start the deployment; the same ``key`` twice is one run. Returns the run's address.

        Raises ActionNeeded, NotFound or OutsideFailure.
        """
        found = self._deployment(deployment)
        body = {"parameters": dict(parameters), "idempotency_key": key, "state": {"type": "SCHEDULED"}}
        made = self._ask("POST", f"/deployments/{found['id']}/create_flow_run", body)
        return self._run_url(made["id"])

    def recent(self, tags: list[str], limit: int = 20, patience: float = TIMEOUT) -> list[dict[str, str]]:
        """The newest runs with all of these tags: name, state (type, name), when to start, begun, ended, address.

        ``patience``: seconds to wait for an answer. Raises ActionNeeded or OutsideFailure.
        """
        chosen = {"flow_runs": {"tags": {"all_": tags}}, "sort": "EXPECTED_START_TIME_DESC", "limit": limit}
        return [
            {
                "name": str(one["name"]),
                "state": str(one.get("state_type") or ""),
                "state_name": str(one.get("state_name") or ""),
                "at": str(one.get("expected_start_time") or ""),
                "began": str(one.get("start_time") or ""),
                "ended": str(one.get("end_time") or ""),
                "url": self._run_url(one["id"]),
            }
            for one in self._ask("POST", "/flow_runs/filter", chosen, patience)
        ]

    def overdue(self, at: str) -> int:
        """How many runs should have started before a moment (ISO 8601) and have not."""
        late = {"state": {"type": {"any_": ["SCHEDULED"]}}, "expected_start_time": {"before_": at}}
        return int(self._ask("POST", "/flow_runs/count", {"flow_runs": late}))

    @property
    def _ui_url(self) -> str:
        return self._api_url.removesuffix("/api")

    def _run_url(self, run_id: object) -> str:
        return f"{self._ui_url}/v2/runs/flow-run/{run_id}"

    def _deployment(self, name: str) -> dict[str, Any]:
        chosen = {"deployments": {"name": {"any_": [name]}}, "limit": 1}
        found = self._ask("POST", "/deployments/filter", chosen)
        if not found:
            raise NotFound("runs.no_deployment", deployment=name)
        first: dict[str, Any] = found[0]
        return first

    def _ask(self, method: str, path: str, body: Mapping[str, Any], patience: float = TIMEOUT) -> Any:
        if not self._api_url:
            raise ActionNeeded("runs.no_server")
        try:
            # trust_env=False: only PLANCYCLE_* variables steer us, never a stray HTTP_PROXY.
            with httpx.Client(verify=well_known(), timeout=patience, trust_env=False) as client:
                answer = client.request(method, f"{self._api_url}{path}", json=body)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise OutsideFailure("runs.not_answering", reason=type(error).__name__) from error
        if not answer.is_success:
            raise OutsideFailure("runs.not_answering", reason=f"HTTP {answer.status_code}")
        return answer.json()
