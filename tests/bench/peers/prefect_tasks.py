"""A flow of so many task runs against the Prefect server of the environment: ``COUNT FOLDER``; seconds as JSON.

``returned``: until the flow returned. ``seconds``: until the server had recorded all of them, or no more came for ten
seconds.
"""

import json
import sys
import time

from prefect import flow, task
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import StateType
from prefect.context import get_run_context
from prefect.task_runners import ThreadPoolTaskRunner

COUNT, PATIENCE = int(sys.argv[1]), 10.0


@task(retries=2)
def piece(number: int) -> int:
    return number


@flow(task_runner=ThreadPoolTaskRunner(max_workers=16), log_prints=False)
def all_pieces(count: int) -> tuple[float, float, str]:
    began = time.perf_counter()
    for future in [piece.submit(number) for number in range(count)]:
        future.result()
    return began, time.perf_counter() - began, str(get_run_context().flow_run.id)  # type: ignore[union-attr]


began, returned, run = all_pieces(COUNT)
recorded, last = 0, time.perf_counter()
with get_client(sync_client=True) as client:
    mine = {"flow_runs": FlowRunFilter(id={"any_": [run]}).model_dump(mode="json")}
    done = {"task_runs": {"state": {"type": {"any_": [StateType.COMPLETED.value]}}}}
    while recorded < COUNT and time.perf_counter() - last < PATIENCE:
        found = client.request("POST", "/task_runs/count", json=mine | done).json()
        if found > recorded:
            recorded, last = found, time.perf_counter()
        time.sleep(0.05)
told = {"seconds": last - began, "returned": returned, "recorded": recorded}
sys.stdout.write(json.dumps(told) + "\n")
