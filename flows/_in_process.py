"""Calling a flow in the caller's own process, for rehearsals and tests: the same flow, sooner over and in a fixed order.

One task at a time, so that what is written comes in the same order every time; no heartbeat, whose thread would hold
the end of each flow run back by a second (a rehearsal needs no zombie detection).
"""

from typing import Any

from prefect import Flow
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.task_runners import ThreadPoolTaskRunner


def quick(flow: Flow[..., Any], /, **parameters: Any) -> Any:
    """Run a flow to its end and return its result; what it raises is raised here."""
    one_by_one: Any = ThreadPoolTaskRunner(max_workers=1)
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        return flow.with_options(task_runner=one_by_one)(**parameters)
