"""``plancycle programme new``: any of the 34 provinces or a ministry, from lists, by flags or by questions."""

import io
import json

import pytest
import xlsxwriter

from plancycle.adapters.communes import MERGED, communes_of, province_named, provinces
from plancycle.adapters.programme_files.folders import ProgrammeFiles, check
from plancycle.adapters.programme_files.starting import Wishes, start
from plancycle.cli import new_programme as verb
from plancycle.cli import run
from plancycle.domain.errors import DataProblem, ProgrammeProblem

ROSTER = [("Ten don vi", "Thư điện tử"), ("Sở Nội vụ", "snv@cb.vn"), ("Sở Y tế", ""), ("Tỉnh đoàn", "td@cb.vn")]
WORKS = [
    ("Thời hạn", "Cơ quan chủ trì", "Nội dung", "Phối hợp"),
    ("30/06/2026", "Sở Y tế", 'Việc "một": {a}', "Sở Nội vụ; Các sở, ngành"),
    ("Hằng năm", "Các cơ quan, đơn vị", "Việc chung", ""),
]


def book(path, rows):
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet("Danh sách")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def test_there_are_thirty_four_provinces_and_a_merged_one_is_told_with_the_others():
    assert len(provinces()) == 34
    assert {province_named(text).code for text in ("Cao Bằng", "tinh cao bang", "TỈNH CAO BẰNG")} == {4}
    assert (province_named("TP. Hồ Chí Minh").place, province_named("Huế").seat) == (
        "Thành phố Hồ Chí Minh",
        "thành phố Huế",
    )
    with pytest.raises(DataProblem) as refused:
        province_named("Bắc Nin")
    assert "Bắc Ninh" in refused.value.params["near"]


def test_the_twenty_nine_names_that_ended_in_2025_lead_to_the_province_they_became_part_of():
    former = [line.split("\t") for line in MERGED.read_text(encoding="utf-8").splitlines()[1:]]
    told = {}
    for name, _ in former:
        with pytest.raises(DataProblem) as refused:
            province_named(f"tỉnh {name}")
        told[name] = (refused.value.key, province_named(refused.value.params["since"]).name)

    assert told == {name: ("programme_new.merged_province", since) for name, since in former}
    assert (len(told), told["Bắc Kạn"][1], told["Bà Rịa - Vũng Tàu"][1]) == (29, "Thái Nguyên", "Hồ Chí Minh")


@pytest.mark.parametrize("name", ["Hồ Chí Minh", "Huế"])
def test_a_province_begins_with_its_departments_and_all_its_communes_by_name(tmp_path, name):
    start(tmp_path / "p" / "a", Wishes("x-kh", "Kế hoạch", province=name))
    programme = ProgrammeFiles(tmp_path / "p").load("x-kh")
    names = {one.name for one in programme.reporting_agencies()}

    assert len(programme.reporters) == 12 + len(communes_of(province_named(name).code))
    assert {f"UBND {one.name}" for one in communes_of(province_named(name).code)} <= names
    assert programme.consolidator == "so-noi-vu"


def test_a_ministry_asks_the_thirty_four_provinces(tmp_path):
    start(tmp_path / "p" / "a", Wishes("byt", "Kế hoạch", ministry="Bộ Y tế", consolidator="Cục Y tế dự phòng"))
    programme = ProgrammeFiles(tmp_path / "p").load("byt")

    assert len(programme.reporters) == 34
    assert programme.report.superior_body == "BỘ Y TẾ"
    assert programme.agency(programme.consolidator).name == "Cục Y tế dự phòng"


def test_an_officials_own_lists_become_bodies_addresses_work_and_deadlines(tmp_path):
    roster, works = book(tmp_path / "ds.xlsx", ROSTER), book(tmp_path / "nv.xlsx", WORKS)
    folder = tmp_path / "p" / "cb"
    started = start(folder, Wishes("cb", 'Kế hoạch "A": b', province="Cao Bằng", roster=roster, works=works))
    programme = ProgrammeFiles(folder.parent).load("cb")

    assert check(folder) == []
    assert programme.reporters == ("so-noi-vu", "so-y-te")
    assert [one.name for one in programme.invitations.bodies] == ["Tỉnh đoàn"]
    assert [(one.title, one.agencies, one.deadline) for one in programme.works][1:] == [
        ("Việc chung", (), None),
        ('Việc "một": {a}', ("so-y-te",), "D2"),
    ]
    assert ProgrammeFiles(folder.parent).address_book("cb").contact("so-noi-vu").email == "snv@cb.vn"
    assert (started.undated, "Thời hạn ghi trong danh sách: Hằng năm" in (folder / "assignments.yaml").read_text()) == (
        1,
        True,
    )


def test_mistakes_of_both_lists_are_told_together_and_nothing_is_written(tmp_path):
    roster = book(tmp_path / "ds.xlsx", [*ROSTER, ("Sở Y tế", "")])
    works = book(tmp_path / "nv.xlsx", [*WORKS, ("", "Sở Lạ", "Việc", "")])
    with pytest.raises(ProgrammeProblem) as refused:
        start(tmp_path / "cb", Wishes("cb", "K", province="Cao Bằng", roster=roster, works=works))

    assert [(one.file, one.key, one.params["cell"]) for one in refused.value.places] == [
        ("ds.xlsx", "list.twice", "A5"),
        ("nv.xlsx", "list.unknown_body", "B4"),
    ]
    assert not (tmp_path / "cb").exists()


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (["--id", "a", "--title", "K", "--province", "Cao Bằng", "--ministry", "Bộ Y tế"], "một trong hai"),
        (["--id", "A b", "--title", "K", "--province", "Cao Bằng"], "không dùng được"),
        (["--province", "Cao Bằng"], "--id; --title"),
        (["--id", "a", "--title", "K", "--province", "Cao Bằng", "--roster", "khong-co.xlsx"], "Không mở được"),
    ],
)
def test_what_is_missing_or_wrong_is_said(tmp_path, capsys, arguments, key):
    code = run(["programme", "new", str(tmp_path / "a"), *arguments])

    assert code in (3, 4)
    assert key in capsys.readouterr().err


def test_the_questions_make_the_same_programme_as_the_flags(tmp_path, capsys, monkeypatch):
    answers = ["Bắc Kạn", "cao bang", "Kế hoạch cải cách", "", "", "", ""]
    monkeypatch.setattr(verb, "is_terminal", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(answers) + "\n"))
    assert run(["programme", "new", str(tmp_path / "p" / "a"), "--start-year", "2026"]) == 0
    assert "Bắc Kạn đã nhập vào Thái Nguyên từ 01/07/2025" in capsys.readouterr().err
    flags = ["--id", "cao-bang-khcc", "--title", "Kế hoạch cải cách", "--province", "Cao Bằng", "--start-year", "2026"]
    assert run(["programme", "new", str(tmp_path / "p" / "b"), *flags, "--json"]) == 0

    assert json.loads(capsys.readouterr().out)["reporters"] == 68
    asked, told = ({one.name: one.read_bytes() for one in (tmp_path / "p" / name).iterdir()} for name in "ab")
    assert asked == told


@pytest.mark.slow
def test_each_of_the_thirty_four_provinces_makes_a_programme_that_passes_the_check(tmp_path):
    found = {}
    for one in provinces():
        folder = tmp_path / f"{one.code:02d}" / "a"
        started = start(folder, Wishes(f"x{one.code:02d}", "Kế hoạch", province=one.name))
        found[one.name] = (check(folder), len(started.blueprint.reporters()) - len(communes_of(one.code)))

    assert found == {one.name: ([], 12) for one in provinces()}
