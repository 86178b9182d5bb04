"""Named retry policies. Every task carries one of them; nothing else decides how often something is tried again.

Trying again is always safe, because every service acts under a unique key in the ledger. That key, never Prefect's
result cache, is what stops a second letter: the cache forgets as soon as a comment in a task changes. So caching and
persisted results are off everywhere.
"""

from typing import Any

from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

from plancycle.domain.errors import OutsideFailure, PlancycleError


def is_worth_retrying(_task: Task[..., Any], _task_run: TaskRun, state: State[Any]) -> bool:
    """Whether the failure may go away by itself: not when the input is wrong or a person must act first."""
    failure = state.result(raise_on_failure=False)
    return isinstance(failure, OutsideFailure) or not isinstance(failure, PlancycleError)


_ALWAYS: dict[str, Any] = {
    "retry_condition_fn": is_worth_retrying,
    "retry_jitter_factor": 0.3,
    "cache_policy": NO_CACHE,
    "persist_result": False,
}

LOCAL: dict[str, Any] = {**_ALWAYS, "retries": 2, "retry_delay_seconds": [1, 5]}
"""Work on our own ledger and files: a busy disk or a locked database passes within seconds."""

NETWORK: dict[str, Any] = {**_ALWAYS, "retries": 3, "retry_delay_seconds": [2, 15, 60]}
"""Work that needs a mail relay or an addressee's gateway: back within a minute, or the next sweep does it."""

POLICIES = {"LOCAL": LOCAL, "NETWORK": NETWORK}
