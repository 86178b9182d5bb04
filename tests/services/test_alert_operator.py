"""A fault reaches the operator: once for each run and standing, and never lost when the relay is away."""

import json

import factories as f
import pytest
from small_programme import CYCLE

from plancycle.domain.errors import OutsideFailure
from plancycle.services.alert_operator import Alarm, alert
from plancycle.services.deliver_messages import deliver

CRASHED = Alarm("0e9c-1", "Crashed", "Năm 2025 · rà soát", "SIGKILL", "http://127.0.0.1:4200/v2/runs/flow-run/0e9c-1")
KEY = f"{CYCLE}/alerts/operator/crashed-0e9c-1/mail"


def test_each_run_and_state_is_told_once_to_the_operator():
    house = f.a_house()
    late = Alarm("0e9c-1", "Late", "Năm 2025 · rà soát")
    keys = [alert(house, one) for one in (CRASHED, CRASHED, late)]

    assert keys == [KEY, KEY, f"{CYCLE}/alerts/operator/late-0e9c-1/mail"]
    assert house.postman.received() == [keys[0], keys[2]]
    assert {to for to, _ in house.postman.delivered} == {"van-hanh@so-noi-vu.example"}


def test_what_a_server_wrote_is_data_and_cut_to_length():
    house = f.a_house()
    key = alert(house, Alarm("x", "Failed", "a" * 500, "<b>{{ 7*7 }}</b>" * 100))
    with house.work() as work:
        facts = json.loads(house.files.get(work.outbox.get(key).sha256))["facts"]

    assert (len(facts["step"]), len(facts["told"])) == (120, 600)


def test_a_relay_that_is_away_keeps_the_alert_waiting():
    house = f.a_house()
    house.postman.script.append("down")
    with pytest.raises(OutsideFailure, match=r"alert\.waiting"):
        alert(house, CRASHED)
    assert deliver(house).sent == [KEY]
    assert alert(house, CRASHED) == KEY
    assert house.postman.received() == [KEY]
