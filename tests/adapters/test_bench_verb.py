"""``plancycle bench``: each stage beside its floor in one run, kept in a history in which two runs can be compared."""

import json
from io import BytesIO

import genuine_workbooks as genuine
import openpyxl
import pytest

from plancycle.cli import run
from plancycle.domain.periods import Period
from plancycle.rehearsal.bench.by_openpyxl import LOOKS, replay
from plancycle.rehearsal.bench.history import keep, newest, side_by_side
from plancycle.rehearsal.bench.measuring import Peer, Stage, durable_writes, measure, plainly, spread

STAGES = (
    *("data_calls", "templates", "sending", "status_changes", "single_changes"),
    *("intake", "checking", "consolidating", "rendering", "portal"),
)


@pytest.mark.parametrize(
    "chosen", [("templates", "consolidating", "portal"), pytest.param((), marks=pytest.mark.slow)], ids=["three", "all"]
)
def test_stages_are_measured_beside_their_floors_and_the_run_is_kept(capsys, tmp_path, monkeypatch, chosen):
    monkeypatch.setenv("PLANCYCLE_DATA", str(tmp_path))
    only = [word for name in chosen for word in ("--only", name)]
    assert run(["bench", "--agencies", "3", "--rounds", "1", "--label", "first", *only, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)

    assert (told["label"], told["agencies"], tuple(told["stages"])) == ("first", 3, chosen or STAGES)
    assert told["disk"]["durable_writes_before"] > 0 < told["disk"]["durable_writes_after"]
    for name, one in told["stages"].items():
        sides = [one[kind][side] for kind in ("cpu_ms", "wall_ms") for side in ("floor", "ours")]
        assert all(0 < side["min"] <= side["median"] <= side["max"] for side in sides), name
    goals = {"templates": 2.0, "sending": 1.5, "intake": 1.5, "consolidating": 3.0}
    goals |= {"status_changes": 2.0, "single_changes": 2.0}
    assert {name: one["goal"] for name, one in told["stages"].items()} == {
        name: goals.get(name) for name in told["stages"]
    }
    assert newest(tmp_path / "bench.jsonl", "first") == told
    assert [one.name for one in tmp_path.iterdir()] == ["bench.jsonl"]  # the measured house is gone


def test_a_ratio_compares_neighbouring_rounds_and_a_peer_is_counted_by_its_own_share():
    turns = {"ours": iter([9, 2, 6]), "floor": iter([9, 1, 2]), "peer": iter([9, 4, 5])}

    def side(name, per):
        def work(watch):
            watch.wall = watch.cpu = next(turns[name]) * per

        return work

    peer = Peer(side("peer", 1), 1, least=1.5)
    found = measure(Stage("x", 10, side("ours", 10), side("floor", 10), 2.0, peers={"library": peer}), rounds=2)

    assert found["by_floor"] == {
        "min": 2.0,
        "median": 2.5,
        "max": 3.0,
    }  # 2/1 and 6/2; the first round counts for nothing
    assert found["by_ours"] == {"library": spread([4 / 2, 5 / 6])}
    assert found["peer_goals"] == {"library": {"least": 1.5, "met": False}}  # in the middle 1.417
    assert (found["goal"], found["met"], found["cpu_ms"]["ours"]["median"]) == (2.0, False, 4000.0)


def test_the_watch_counts_work_and_not_what_is_got_ready():
    def side(watch):
        sum(range(2_000_000))
        with watch:
            pass

    found = measure(Stage("x", 1, side, plainly(lambda: sum(range(2_000_000)))), rounds=1)

    assert found["cpu_by_floor"]["median"] < 0.5


def test_openpyxl_is_measured_on_the_same_cells_looks_and_rules():
    _, data, _ = genuine.blank(Period.Q3, "so-noi-vu")
    ours, theirs = (openpyxl.load_workbook(BytesIO(one)) for one in (data, replay(data)()))

    assert [sheet.title for sheet in theirs] == [sheet.title for sheet in ours]
    assert sorted(theirs.defined_names) == sorted(ours.defined_names)
    for mine, other in zip(ours, theirs, strict=True):
        assert _shown(other) == _shown(mine), mine.title
    assert sum(len(rows) for rows in map(_shown, ours)) > 400


def _shown(sheet):
    cells = [one for row in sheet.iter_rows() for one in row if one.value not in (None, "") or one.has_style]
    looks = [(one.coordinate, one.value or None, *_looks(one)) for one in cells]
    rules = sorted((str(one.sqref), one.type, str(one.formula1)) for one in sheet.data_validations.dataValidation)
    return [*looks, *rules, sheet.sheet_state, sheet.protection.sheet, sheet.freeze_panes]


def _looks(cell):
    return [repr(getattr(cell, look)) for look in LOOKS] if cell.has_style else []


def test_two_labels_are_compared_by_their_newest_runs(capsys, tmp_path):
    place = tmp_path / "history.jsonl"
    for label, median in (("aaa1", 9.0), ("aaa1", 4.0), ("bbb2", 2.0)):
        stages = {"intake": {"by_floor": {"median": median}}, label: {"by_floor": {"median": 1.0}}}
        keep(place, {"label": label, "stages": stages})

    assert side_by_side(newest(place, "aaa"), newest(place, "bbb2")) == [
        {"stage": "intake", "before": 4.0, "after": 2.0, "change": 0.5}
    ]
    assert run(["bench", "--history", str(place), "--compare", "aaa1", "bbb2"]) == 0
    assert capsys.readouterr().out.splitlines()[1].split() == ["đọc", "tệp", "nộp", "4,00", "2,00", "0,50"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--compare", "x", "y"], ("Run plancycle bench --label x first", 4)),
        (["--only", "magic"], ("There is no stage magic", 3)),
    ],
)
def test_what_cannot_be_measured_or_compared_is_told(capsys, tmp_path, monkeypatch, asked, said):
    monkeypatch.setenv("PLANCYCLE_DATA", str(tmp_path))
    text, code = said

    assert run(["bench", *asked]) == code
    assert text in capsys.readouterr().err


def test_the_pace_of_the_disk_is_probed_and_leaves_nothing(tmp_path):
    assert durable_writes(tmp_path, seconds=0.02) > 1
    assert list(tmp_path.iterdir()) == []
