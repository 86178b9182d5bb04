"""``plancycle doctor``: each thing that can be wrong is named, with its mend, and the exit code says so."""

import json
import os
import time
from datetime import datetime, timedelta
from importlib import metadata
from types import SimpleNamespace

import ledgers
import pytest
from prefect_stand_in import a_prefect_server, saying

from plancycle.adapters import check_ups
from plancycle.adapters.documents import pdf
from plancycle.bootstrap import forget, open_house
from plancycle.cli import run
from plancycle.domain.errors import NotFound
from plancycle.rehearsal import stage
from plancycle.services.check_up import Sign, looked
from plancycle.services.journal import record
from plancycle.services.open_cycle import open_cycle
from plancycle.services.restored_house import hold

NOW = datetime.fromisoformat("2025-02-10T08:00:00+07:00")  # a Monday


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    """An installation whose year has begun and whose letters can leave."""
    monkeypatch.setenv("PLANCYCLE_DATA", str(tmp_path))
    monkeypatch.setenv("PLANCYCLE_MAIL_FROM", "bao-cao@so-noi-vu.example")
    tmp_path.chmod(0o750)
    with open_house(as_of=NOW) as house:
        open_cycle(house, 2025)
    yield tmp_path
    forget(tmp_path)


def findings(capsys, as_of=NOW):
    """Exit code, and what is wrong or worth knowing, by code."""
    code = run(["doctor", "--json", "--as-of", as_of.isoformat()])
    told = json.loads(capsys.readouterr().out)
    assert all(one["vi"] and one["en"] for one in told["signs"])
    return code, {one["code"]: one for one in told["signs"] if one["ok"] is not True}


def test_a_sound_installation_has_nothing_to_mend(capsys):
    code, found = findings(capsys)
    assert (code, sorted(found)) == (0, ["prefect"])


def test_it_reads_as_a_list_with_both_languages_where_something_is_to_do(capsys):
    assert run(["doctor", "--as-of", NOW.isoformat()]) == 0
    shown = capsys.readouterr().out
    assert "✓ Nhật ký: " in shown
    assert "sweeps still do everything" in shown


@pytest.mark.parametrize(
    ("name", "value", "code", "mend"),
    [
        ("PLANCYCLE_MAIL_URL", "smtp://127.0.0.1:1", "mail", "127.0.0.1"),
        ("PLANCYCLE_MAILBOX_URL", "imap://user@127.0.0.1:1/INBOX", "mailbox", "127.0.0.1"),
        ("PLANCYCLE_PREFECT_API_URL", "http://127.0.0.1:1/api", "prefect", "plancycle up"),
    ],
)
def test_what_stands_outside_and_does_not_answer_is_named(capsys, monkeypatch, name, value, code, mend):
    monkeypatch.setenv(name, value)
    exit_code, found = findings(capsys)
    assert (exit_code, found[code]["ok"]) == (4, False)
    assert mend in found[code]["vi"]


WORKER, RUN = {"status": "ONLINE"}, {"name": "rà soát", "expected_start_time": "2025-02-11T01:00:00Z"}
WELL = {"/workers/": [WORKER], "scheduled": [RUN], "late": []}


@pytest.mark.parametrize(
    ("changed", "wrong", "mend"),
    [
        ({}, [], ""),
        ({"/workers/": [{"status": "OFFLINE"}]}, ["worker"], "plancycle-worker"),
        ({"scheduled": []}, ["schedule"], "plancycle prefect install"),
        ({"late": [RUN, RUN]}, ["late"], "2"),
    ],
    ids=["well", "no worker", "nothing scheduled", "runs overdue"],
)
def test_what_prefect_says_about_worker_schedule_and_late_runs_is_told(capsys, monkeypatch, changed, wrong, mend):
    with a_prefect_server(saying({**WELL, **changed})) as server:
        monkeypatch.setenv("PLANCYCLE_PREFECT_API_URL", server.url)
        code, found = findings(capsys)

    assert (code, sorted(found)) == (4 if wrong else 0, wrong)
    assert all(mend in found[one][language] for one in wrong for language in ("vi", "en"))


@pytest.mark.parametrize(
    ("url", "said"),
    [("sqlite:////khong-co/so.db", "PLANCYCLE_DATABASE_URL"), ("postgresql+psycopg://a@127.0.0.1:1/so", "127.0.0.1")],
)
def test_a_ledger_that_does_not_open_is_told_once(capsys, monkeypatch, url, said):
    monkeypatch.setenv("PLANCYCLE_DATABASE_URL", url)
    code, found = findings(capsys)

    assert (code, sorted(found)) == (4, ["ledger", "prefect"])
    assert said in found["ledger"]["vi"]
    assert said in found["ledger"]["en"]


def test_without_the_right_fonts_documents_are_told_to_use_another(capsys, monkeypatch):
    monkeypatch.setattr(pdf, "typeface", lambda: SimpleNamespace(family="Libertinus Serif"))
    code, found = findings(capsys)

    assert (code, found["fonts"]["ok"]) == (0, None)
    assert "fonts-liberation" in found["fonts"]["vi"]


def test_a_sender_nobody_can_answer_is_worth_knowing(capsys, monkeypatch):
    monkeypatch.delenv("PLANCYCLE_MAIL_FROM")
    code, found = findings(capsys)
    assert (code, found["mail"]["ok"]) == (0, None)
    assert "PLANCYCLE_MAIL_FROM" in found["mail"]["en"]


def test_a_clock_that_went_back_is_noticed(capsys):
    code, found = findings(capsys, NOW - timedelta(days=1))
    assert (code, "timedatectl" in found["clock"]["vi"]) == (4, True)


def test_a_changed_log_is_noticed(capsys, data):
    with open_house() as house, house.work() as work:
        guard = "append_only ON audit_events" if ledgers.on_postgresql() else "no_update"
        work.audit._connection.exec_driver_sql(f"DROP TRIGGER audit_events_{guard}")
        work.audit._connection.exec_driver_sql("UPDATE audit_events SET actor = 'ai đó' WHERE seq = 1")
    code, found = findings(capsys)
    assert (code, "sự kiện 1" in found["audit"]["vi"]) == (4, True)


def test_a_restore_that_waits_is_noticed(capsys):
    with open_house(as_of=NOW) as house:
        hold(house, "Lê Văn Quản", NOW, "0" * 64)
    code, found = findings(capsys)
    assert (code, "restore reconcile" in found["restored"]["vi"]) == (4, True)


def test_work_that_is_due_and_not_done_is_noticed(capsys, data, monkeypatch):
    """Here agencies have addresses: their data calls of the first quarter should have left on 01/03."""
    home = data / "with-contacts"
    monkeypatch.setenv("PLANCYCLE_DATA", str(home))
    stage.furnish(home, "tn-nq94", 0, 2026)
    with open_house(as_of=NOW) as house:
        open_cycle(house, 2025)
    code, found = findings(capsys, NOW + timedelta(days=30))
    assert (code, "plancycle sweep" in found["due"]["vi"]) == (4, True)
    assert found["unasked"]["ok"] is None
    assert "Dự thảo kế hoạch" in found["unasked"]["en"]  # that period passed while nothing ran


def test_a_library_other_than_tested_is_named(capsys, monkeypatch):
    real = metadata.version
    monkeypatch.setattr(check_ups, "version", lambda name: "2.1.0" if name == "sqlalchemy" else real(name))
    code, found = findings(capsys)
    assert (code, "sqlalchemy 2.1.0" in found["pins"]["vi"].lower()) == (4, True)


def test_a_full_disk_and_an_open_folder_are_noticed(capsys, monkeypatch, data):
    data.chmod(0o755)
    monkeypatch.setattr(check_ups, "LOW_DISK", 1 << 60)
    code, found = findings(capsys)
    assert (code, found["folder"]["ok"], found["disk"]["ok"]) == (4, None, False)
    assert f"chmod 750 {data}" in found["folder"]["vi"]


def test_a_look_that_fails_stops_no_other():
    def broken() -> Sign:
        raise OSError("đĩa rút ra")

    def refused() -> Sign:
        raise NotFound("not_found.programme", programme="x", known="y")

    assert [looked("disk", broken).detail, looked("programme", refused).detail] == ["failed", "refused"]


def test_nothing_is_left_behind(capsys, data):
    before = sorted(os.listdir(data))
    with open_house(as_of=NOW) as house, house.work() as work:
        record(house, work, "test.event", "x")
    findings(capsys)
    assert sorted(os.listdir(data)) == sorted({*before, "mail"})


def test_bytes_that_were_kept_for_nobody_are_counted_once_they_are_old_enough(capsys, data):
    with open_house() as house:
        orphan = house.files.put(b"x" * 3000)
    assert "orphans" not in findings(capsys)[1]

    an_hour_ago = time.time() - check_ups.SETTLED - 1
    os.utime(data / "files" / orphan[:2] / orphan, (an_hour_ago, an_hour_ago))
    code, found = findings(capsys)
    assert (code, found["orphans"]["ok"]) == (0, None)
    assert "1 tệp (3 KB)" in found["orphans"]["vi"]
    assert orphan[:12] in found["orphans"]["en"]
