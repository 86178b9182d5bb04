"""What a year under Prefect leaves out of what Prefect would do by itself, and what it does not."""

import httpx
import pytest
from prefect.settings.models.root import Settings

from flows import _story
from plancycle.adapters.prefect_server import CHECKOUT, PrefectServer, shipped_settings
from plancycle.cli.demo import FOR_DEPLOYMENTS, ONLY_WHAT_IS_USED, QUIET

DUE = [
    {"kind": "remind", "agency": "a", "period": "q1", "key": "k1"},
    {"kind": "deliver", "agency": "a", "period": "q1", "key": "k2"},
    {"kind": "escalate", "agency": "b", "period": "q1", "key": "k3"},
]
CALL = {"kind": "call", "agency": "c", "period": "q1", "key": "k4"}


def test_the_demos_server_is_without_what_deployments_need_and_records_everything(tmp_path):
    server = PrefectServer(tmp_path, tmp_path / "log", besides=ONLY_WHAT_IS_USED)
    services = Settings().server.services
    off = [name for name in type(services).model_fields if server.env.get(_switch(name)) == "false"]

    assert sorted(off) == sorted(name.lower() for name in FOR_DEPLOYMENTS)
    assert not {"task_run_recorder", "event_persister", "db_vacuum"} & {*off}


def test_the_shipped_settings_switch_no_service_off():
    assert not [name for name, value in shipped_settings(CHECKOUT).items() if name.endswith("_ENABLED") and not value]
    assert not {_switch(name.lower()) for name in FOR_DEPLOYMENTS} & shipped_settings(CHECKOUT).keys()


def test_no_connection_of_the_demo_stumbles_over_the_certificates_it_leaves_out(monkeypatch):
    for name, value in QUIET.items():
        monkeypatch.setenv(name, value)
    with httpx.Client() as client:
        assert client.trust_env


@pytest.mark.parametrize(
    ("due", "asked_again", "reminded"), [(DUE, [], ["k1", "k3"]), ([CALL, *DUE], [""], ["k9"]), ([DUE[1]], [], [])]
)
def test_reminders_are_looked_for_again_only_when_the_run_has_just_asked_somebody(
    monkeypatch, due, asked_again, reminded
):
    looked, sent = [], []
    monkeypatch.setattr(_story, "reminders_due", lambda year, period, as_of: looked.append(period) or ["k9"])
    monkeypatch.setattr(_story, "remind", lambda year, keys, as_of: sent.extend(keys) or keys)

    assert _story._chase_due(due, 2025, "") == len(reminded)
    assert (looked, sent) == (asked_again, reminded)


def _switch(service: str) -> str:
    return f"PREFECT_SERVER_SERVICES_{service.upper()}_ENABLED"
