"""Versions of real folders: what counts, what is kept, and a cycle amended through the command line."""

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from fake_ledger import Clash, FakeDatabase
from ledgers import ledger_url
from small_programme import CYCLE, at
from sqlalchemy.exc import IntegrityError

from plancycle.adapters.database.unit_of_work import Database
from plancycle.adapters.programme_files.folders import ProgrammeFiles
from plancycle.bootstrap import forget, open_house
from plancycle.cli import run
from plancycle.domain.amendments import Amendment
from plancycle.domain.errors import ProgrammeProblem
from plancycle.services.cycle_view import cycle_view
from plancycle.services.open_cycle import open_cycle
from plancycle.services.repositories import Cycle
from plancycle.settings import Settings

SHIPPED = Path(__file__).parents[2] / "programmes" / "thai-nguyen-nq94"
AN_AMENDMENT = Amendment(
    CYCLE, 1, "2" * 64, date(2025, 4, 15), "12/QĐ-UBND ngày 10/4/2025 “…”", "Đổi hạn quý I", "quản trị", at(4, 11)
)


@pytest.fixture
def folder(tmp_path):
    """A copy of the shipped programme."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "programmes" / "tn"))


@pytest.fixture
def files(folder):
    return ProgrammeFiles(folder.parent)


def swap(folder, file, old, new):
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")


# file, what stands there, what is written instead, whether that is another version of the plan
EDITS = [
    ("calendar.yaml", "freeze_days: 3", "freeze_days: 4", True),
    ("legal.yaml", 'number: "94/NQ-CP"', 'number: "95/NQ-CP"', True),
    ("groups.yaml", "line: 33", "line: 34", True),
    ("calendar.yaml", "freeze_days: 3", "freeze_days:   '3'  # chốt", False),
    ("programme.yaml", 'province: "Thái Nguyên"\nstart_year: 2024', 'start_year: 2024\nprovince: "Thái Nguyên"', False),
    ("legal.yaml", "# yaml-language-server", "# máy soạn thảo", False),
    ("working-days.yaml", "[02/01/2026]", "[02/01/2026, 03/02/2026]", False),
    ("contacts.example.yaml", "Phạm Văn Mẫu", "Phạm Thị Mẫu", False),
]


@pytest.mark.parametrize(("file", "old", "new", "is_new"), EDITS)
def test_a_version_is_what_the_plan_says_and_nothing_else(folder, files, file, old, new, is_new):
    version = files.load("tn-nq94").version
    swap(folder, file, old, new)

    assert (files.load("tn-nq94").version != version) is is_new
    assert ProgrammeFiles(folder.parent).load("tn-nq94").version == files.load("tn-nq94").version


def test_a_packed_version_comes_back_whole_after_the_folder_has_changed(folder, files):
    packed, first = files.pack("tn-nq94"), files.load("tn-nq94")
    swap(folder, "calendar.yaml", "freeze_days: 3", "freeze_days: 4")
    elsewhere = ProgrammeFiles(folder.parent)

    assert elsewhere.load("tn-nq94") != first
    assert elsewhere.kept("tn-nq94", first.version, lambda: packed) == first
    assert files.pack("tn-nq94") != packed
    assert "chốt ngay" in packed.decode()  # comments are kept with it


def test_a_kept_version_is_read_once_a_process(folder, files):
    packed, version = files.pack("tn-nq94"), files.load("tn-nq94").version
    reads = []
    elsewhere = ProgrammeFiles(folder.parent)
    for _ in range(3):
        elsewhere.kept("tn-nq94", version, lambda: reads.append(1) or packed)

    assert reads == [1]


def test_a_kept_version_is_not_held_against_newer_rules_but_against_the_fields(files):
    content = json.loads(files.pack("tn-nq94"))
    content["files"]["groups.yaml"] = content["files"]["groups.yaml"].replace("deadline: D8", "deadline: D88")
    assert files.kept("tn-nq94", "a" * 64, lambda: json.dumps(content).encode()).version == "a" * 64

    content["files"]["groups.yaml"] = "groups: [{id: G1}]"
    with pytest.raises(ProgrammeProblem) as refused:
        files.kept("tn-nq94", "b" * 64, lambda: json.dumps(content).encode())
    assert {place.file for place in refused.value.places} == {"groups.yaml"}


@pytest.fixture(params=["real", "fake"])
def ledger(request, tmp_path):
    """The real ledger and its stand-in, both with one opened cycle."""
    database = FakeDatabase() if request.param == "fake" else Database(ledger_url(tmp_path))
    if isinstance(database, Database):
        database.upgrade()
    with database.work() as work:
        work.cycles.add(Cycle(CYCLE, "ct", 2025, "1" * 64, at(1, 2)))
    yield database
    if isinstance(database, Database):
        database.close()


def test_versions_and_amendments_come_back_as_they_were(ledger):
    with ledger.work() as work:
        work.versions.keep("2" * 64, "ct", "b" * 64, at(4, 11))
        work.versions.keep("2" * 64, "ct", "c" * 64, at(4, 12))
        work.versions.add_amendment(AN_AMENDMENT)
    with ledger.work() as work:
        assert (work.versions.bundle("2" * 64), work.versions.bundle("3" * 64)) == ("b" * 64, None)
        assert (work.versions.amendments(CYCLE), work.versions.amendments("ct-2026")) == ([AN_AMENDMENT], [])


def test_a_folder_is_noticed_once_a_version(ledger):
    with ledger.work() as work:
        assert [work.versions.notice(CYCLE, version, at(4, 11)) for version in ("", "", "2" * 64)] == [
            True,
            False,
            True,
        ]


# the amendment to add to a ledger that holds number 1 and knows version 2
REFUSED = [
    pytest.param(AN_AMENDMENT, id="its number is taken"),
    pytest.param(replace(AN_AMENDMENT, number=2, version="9" * 64), id="its version was never kept"),
    pytest.param(replace(AN_AMENDMENT, cycle="ct-2030"), id="its cycle is not open"),
]


@pytest.mark.parametrize("amendment", REFUSED)
def test_an_amendment_rests_on_a_kept_version_and_an_open_cycle_and_has_its_own_number(ledger, amendment):
    def add(one):
        with ledger.work() as work:
            work.versions.keep("2" * 64, "ct", "b" * 64, at(4, 11))
            work.versions.add_amendment(one)

    add(AN_AMENDMENT)
    with pytest.raises((Clash, IntegrityError)):
        add(amendment)


@pytest.fixture
def data(tmp_path, folder, monkeypatch):
    """A data folder whose year 2026 has been opened on Friday 02/01/2026 (a day off, but computers work)."""
    monkeypatch.setenv("PLANCYCLE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("PLANCYCLE_PROGRAMMES", str(folder.parent))
    with open_house(Settings(), at(1, 2).replace(year=2026)) as house:
        open_cycle(house, 2026)
    yield tmp_path / "data"
    forget(tmp_path / "data")


AMEND = ["programme", "amend", "--cycle", "tn-nq94-2026", "--effective", "15/04/2026", "--as-of", "2026-04-01"]
CITED = ["--decision", "1234/QĐ-UBND ngày 30/3/2026 của UBND tỉnh", "--reason", "Thôi chốt muộn", "--by", "quản trị"]


def test_an_officer_previews_and_adopts_an_amendment(data, folder, capsys):
    swap(folder, "calendar.yaml", "due: 20/06", "due: 25/06")
    assert run(["status", "--year", "2026", "--as-of", "2026-04-01", "--period", "q2"]) == 0
    assert "plancycle programme amend" in capsys.readouterr().err

    assert run([*AMEND, *CITED]) == 0
    seen = capsys.readouterr()
    assert "sửa" in seen.out
    assert "25/06/2026 17:00" in seen.out
    assert "--yes" in seen.err

    assert run([*AMEND, *CITED, "--yes", "--json"]) == 0
    adopted = json.loads(capsys.readouterr().out)["adopted"]
    assert (adopted["number"], adopted["effective"], adopted["adopted_by"]) == (1, "2026-04-15", "quản trị")
    with open_house(Settings(), at(4, 16).replace(year=2026)) as house:
        views = [cycle_view(house, 2026, at=at(4, day).replace(year=2026)) for day in (14, 15)]
    assert [view.programme.period_rule(view.programme.order[2]).due for view in views] == [(6, 20), (6, 25)]
    assert run(["status", "--year", "2026", "--as-of", "2026-04-01", "--period", "q2"]) == 0
    assert "amend" not in capsys.readouterr().err


def test_a_running_year_goes_on_while_the_folder_has_errors(data, folder, capsys):
    swap(folder, "calendar.yaml", "due: 20/06", "due: 31/06")

    assert run(["status", "--year", "2026", "--as-of", "2026-04-01", "--period", "q2"]) == 0
    assert "plancycle programme check" in capsys.readouterr().err
    assert run(["status", "--year", "2027", "--as-of", "2026-04-01", "--period", "q2"]) == 3


def test_letters_go_out_while_another_file_than_the_contacts_has_errors(data, folder):
    shutil.copy(folder / "contacts.example.yaml", folder / "contacts.yaml")
    swap(folder, "calendar.yaml", "due: 20/06", "due: 31/06")
    with open_house(Settings(), at(4, 16).replace(year=2026)) as house:
        view = cycle_view(house, 2026)
        assert house.programmes.address_book("tn-nq94").contact("so-y-te") is not None
        assert house.composer is not None
        assert view.programme.version == house.programmes.latest("tn-nq94").version


# what is typed, the exit code, words on stderr
TYPED_WRONG = [
    (["--cycle", "tn-nq94", "--effective", "15/04/2026"], 3, "tn-nq94-2026"),
    (["--cycle", "tn-nq94-2026", "--effective", "31/04/2026"], 3, "15/04/2026"),
    (["--cycle", "tn-nq94-2031", "--effective", "15/04/2031"], 4, "tn-nq94-2031"),
    (["--cycle", "tn-nq94-2026", "--effective", "15/04/2026"], 4, "không có gì để điều chỉnh"),
]


@pytest.mark.parametrize(("typed", "code", "said"), TYPED_WRONG)
def test_a_wrong_amendment_is_explained(data, capsys, typed, code, said):
    assert run(["programme", "amend", *typed, *CITED, "--yes"]) == code
    assert said in capsys.readouterr().err


def test_show_prints_the_programme_for_people_and_for_programs(data, capsys):
    assert run(["programme", "show", "--year", "2026", "--as-of", "2026-04-01"]) == 0
    page = capsys.readouterr().out
    assert all(text in page for text in ("Sở Y tế (so-y-te)", "Đánh giá năm", "trước ngày 10/12", "E02.6", "06-ĐA/TU"))

    assert run(["programme", "show", "--year", "2026", "--as-of", "2026-04-01", "--json"]) == 0
    counts = json.loads(capsys.readouterr().out)
    assert (counts["works"], counts["legal_refs"], counts["decision"]) == (81, 29, None)
    assert [flag["work"] for flag in counts["flagged"]] == ["E02.6", "E02.6", "E07.6", "E15.4"]


def test_obligations_name_the_work_that_is_to_be_amended(data, capsys):
    assert run(["obligations", "--year", "2026", "--as-of", "2026-04-01", "--json"]) == 0
    owed = json.loads(capsys.readouterr().out)
    flagged = {work for one in owed for work in one["to_amend"]}

    assert flagged == {"E02.6", "E07.6", "E15.4"}
    assert all(set(one["to_amend"]) <= set(one["assignments"]) for one in owed)
