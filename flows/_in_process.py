"""Calling a flow in the caller's own process, for rehearsals and tests: the same flow, over sooner.

One task at a time, so that what is written comes in the same order every time; no heartbeat, whose thread would hold
the end of each flow run back by a second (a rehearsal needs no zombie detection). No result is kept anyway; that is
said, or Prefect asks its server three times a run where to keep it.
"""

from functools import cache
from typing import Any

from prefect import Flow
from prefect.context import SettingsContext, get_settings_context
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, Settings
from prefect.task_runners import ThreadPoolTaskRunner

from flows._forms import BY_TIMETABLE


def quick(flow: Flow[..., Any], /, **parameters: Any) -> Any:
    """Run a flow to its end and return its result; what it raises is raised here."""
    timetable = BY_TIMETABLE.set(True)
    try:
        with SettingsContext(profile=get_settings_context().profile, settings=_without_heartbeat()):
            nowhere = get_settings_context().settings.results.local_storage_path
            one_by_one: Any = ThreadPoolTaskRunner(max_workers=1)
            quick_flow = flow.with_options(task_runner=one_by_one, persist_result=False, result_storage=nowhere)
            return quick_flow(**parameters)
    finally:
        BY_TIMETABLE.reset(timetable)


@cache
def _without_heartbeat() -> Settings:
    """The settings in force, less the heartbeat; made once, because making settings takes half a second."""
    return get_settings_context().settings.copy_with_update(updates={PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None})
