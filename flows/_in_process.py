"""Running a flow in this very process, as a rehearsal does: many runs in a row, one server, no worker."""

from typing import Any

from prefect.flows import Flow
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings


def quick(flow: Flow[..., Any], **parameters: Any) -> Any:
    """Run a flow and return its result.

    Without a heartbeat: ending the heartbeat's thread costs every run a second, and a run that its caller watches
    needs none. The environment must name the server before this module is imported.
    """
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        return flow(**parameters)
