"""``plancycle up``: logs of a limited size, refusals before anything starts, children that come back."""

import os
import stat
import sys
import time

import pytest

from plancycle.adapters.processes import LOGS_KEPT, Child
from plancycle.cli import run
from plancycle.cli.up import Watch

FIT = {
    "PLANCYCLE_BASE_URL": "https://bao-cao.so-noi-vu.example.vn",
    "PLANCYCLE_MAIL_URL": "smtps://may@thu.example.vn",
    "PLANCYCLE_MAIL_FROM": "bao-cao@so-noi-vu.example.vn",
}


def test_a_long_log_is_set_aside_and_only_a_few_are_kept(tmp_path):
    child = Child("talker", [], {}, tmp_path / "talker.log")
    for number in range(LOGS_KEPT + 2):
        child.log.write_text(f"{number}" * 100)
        assert (child.set_log_aside(200), child.set_log_aside(99)) == (False, True)

    names = [f"talker.log.{number}" for number in range(1, LOGS_KEPT + 1)]
    assert sorted(os.listdir(tmp_path)) == ["talker.log", *names]
    assert [(tmp_path / name).read_text()[0] for name in names] == ["6", "5", "4", "3", "2"]
    assert child.log.read_text() == ""


def test_a_child_goes_on_writing_into_its_log_after_it_was_cut(tmp_path):
    loop = "import time\nwhile True: print('x' * 99, flush=True); time.sleep(0.01)"
    child = Child("talker", [sys.executable, "-c", loop], dict(os.environ), tmp_path / "talker.log")
    child.start()
    try:
        until = time.monotonic() + 20
        while not child.set_log_aside(500) and time.monotonic() < until:
            time.sleep(0.02)
        while child.log.stat().st_size < 100 and time.monotonic() < until:
            time.sleep(0.02)
        assert set(child.log.read_text()) == {"x", "\n"}
    finally:
        child.stop()


def test_a_child_that_ends_is_started_again_and_told_of(tmp_path):
    child = Child("short", [sys.executable, "-c", "pass"], dict(os.environ), tmp_path / "short.log")
    stopping, told = [], []

    def tell(one):
        told.append(one.name)
        stopping.append(15)

    Watch((child,), stopping).until_stopped(tell)
    child.stop()
    assert told == ["short"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"PLANCYCLE_BASE_URL": "http://bao-cao.so-noi-vu.example.vn"}, ["https://"]),
        ({"PLANCYCLE_MAIL_URL": "smtp://thu.example.vn", "PLANCYCLE_SECRET_KEY": "ngan"}, ["tls=starttls", "32"]),
    ],
)
def test_unsafe_settings_are_refused_in_both_languages_before_anything_starts(
    tmp_path, monkeypatch, capsys, change, words
):
    for name, value in {**FIT, **change}.items():
        monkeypatch.setenv(name, value)
    data = tmp_path / "data"
    data.mkdir(mode=stat.S_IRWXU)
    code = run(["up", "--data", str(data)])
    told = capsys.readouterr().err

    assert (code, list(data.iterdir())) == (3, [])
    assert [told.count(word) >= 2 for word in words] == [True] * len(words)
    assert ("Không khởi động" in told, "Not started" in told) == (True, True)


def test_the_watch_looks_once_and_ends(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PLANCYCLE_DATA", str(tmp_path))
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "anh.jpg").write_bytes(b"no workbook")
    code = run(["watch", "--once"])

    assert (code, "tiếp nhận 1 tệp" in capsys.readouterr().err) == (0, True)
    assert [one.name for one in (tmp_path / "inbox").iterdir() if one.is_file()] == []
