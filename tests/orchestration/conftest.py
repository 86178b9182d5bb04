"""One Prefect test server for the session, and a small real world for each test. ``~/.prefect`` is never touched."""

import os
import tempfile

os.environ.update(
    {
        "PREFECT_HOME": tempfile.mkdtemp(prefix="plancycle-prefect-"),
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
)

import pytest
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.testing.utilities import prefect_test_harness

from plancycle.bootstrap import forget
from plancycle.rehearsal.stage import furnish

AGENCIES = 4


@pytest.fixture(scope="session")
def prefect_server():
    """Start the server once; without heartbeats, whose joining would cost every run a second."""
    with (
        prefect_test_harness(server_startup_timeout=120),
        temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
    ):
        yield


@pytest.fixture
def world(tmp_path, monkeypatch, prefect_server):
    """A data folder with the shipped programme, cut to four agencies, and an invented address book."""
    furnish(tmp_path, "tn-nq94", AGENCIES, seed=7)
    monkeypatch.setenv("PLANCYCLE_DATA", str(tmp_path))
    yield tmp_path
    forget(tmp_path)
