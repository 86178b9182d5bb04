"""Peers are measured where they are installed, are named where they are not, and are never asked for by the product."""

import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def peers(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(ROOT / "tests/bench"))
    import bench_peers

    return bench_peers


def test_a_peer_that_no_interpreter_has_is_left_out_and_named(peers, monkeypatch, tmp_path):
    absent = peers.Peer("no_such_module_anywhere", 1, peers.dbos)
    monkeypatch.setitem(peers.PEERS, "dbos", absent)

    found = peers.measure(tmp_path, [sys.executable], ["dbos"], rounds=1, count=16)
    told = peers.summary(found)

    assert told["skipped"] == {"dbos": "none of the interpreters has no_such_module_anywhere; give one with --python"}
    assert list(told["per_second"]) == ["bare", "batches", "one_by_one"]
    assert all(one["min"] > 0 for one in told["per_second"].values())
    assert list(told["ours_times"]) == ["bare"]
    assert len(told["durable_writes_per_second"]) == 2


def test_ours_is_compared_with_its_neighbour_of_the_same_round(peers):
    rates = {"bare": [100.0, 200.0, 50.0], "batches": [150.0, 100.0, 100.0], "one_by_one": [50.0, 50.0, 50.0]}
    told = peers.summary(peers.Found(rates=rates))["ours_times"]["bare"]

    assert told["batches"] == {"min": 0.5, "median": 1.5, "max": 2.0}
    assert told["one_by_one"] == {"min": 0.25, "median": 0.5, "max": 1.0}
    assert told["goal"] == 0.5


def test_what_a_peer_recorded_counts_and_not_what_it_was_asked_for(peers):
    found = peers.Found()
    told = iter([{"seconds": 2.0, "recorded": 100}, {"seconds": 1.0, "recorded": 80}])
    rate = peers._counted("prefect", lambda: next(told), found)

    assert [rate(), rate()] == [50.0, 80.0]
    assert found.least_recorded == {"prefect": 80}


@pytest.mark.parametrize("name", ["dbos", "apache-airflow"])
def test_the_product_asks_for_no_peer(name):
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = {"own": told["project"]["dependencies"], **told["dependency-groups"]}
    asked = [one for group in groups.values() for one in group]
    locks = [one.read_text("utf-8") for one in ROOT.glob("requirements*.lock")]

    assert not [one for one in asked if one.startswith(name)]
    assert not any(f"\n{name}==" in lock for lock in locks)
