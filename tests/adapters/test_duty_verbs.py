"""The verbs of ``plancycle duty`` on the shipped programme: data on stdout, talk on stderr, exit codes."""

import json

import pytest

from plancycle.bootstrap import forget
from plancycle.cli import run

MONDAY = "2025-03-10"
RECORD = "tn-nq94-2025/obstacle/so-y-te/cv-12"
OBSTACLE = ["obstacle", "--body", "so-y-te", "--key", "cv-12", "--by", "Trần B", "--subject", "Thiếu kinh phí"]


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    """A data folder of its own."""
    monkeypatch.setenv("PLANCYCLE_DATA", str(tmp_path / "data"))
    yield
    forget(tmp_path / "data")


@pytest.fixture
def duty(capsys):
    """Call a verb; returns exit code, data and talk."""

    def call(*words, as_of=MONDAY):
        code = run(["duty", *words, "--as-of", as_of])
        said = capsys.readouterr()
        return code, json.loads(said.out) if "--json" in words and said.out else said.out, said.err

    return call


def test_a_record_is_added_moved_listed_and_shown(duty):
    assert duty("add", *OBSTACLE)[0] == 0
    _, moved, _ = duty("move", RECORD, "closed", "--by", "Trần B", "--note", "Đã bố trí", "--json")
    _, listed, _ = duty("list", "--kind", "obstacle", "--year", "2025", "--json")
    _, shown, _ = duty("show", RECORD, "--json")

    assert listed == [moved] == [shown]
    assert [event["status"] for event in shown["events"]] == ["reported", "closed"]
    assert shown["facts"] == {"subject": "Thiếu kinh phí"}


def test_people_read_tables_in_vietnamese(duty):
    duty("add", *OBSTACLE)

    assert "đã báo cáo  10/03/2025" in duty("list")[1]
    assert "Thiếu kinh phí" in duty("show", RECORD)[1]
    assert "khó khăn, vướng mắc" in duty("summary", "--year", "2025")[1]


def test_all_bad_input_is_answered_at_once_in_both_languages_with_exit_code_three(duty):
    code, out, err = duty("add", "budget", "--body", "so-y-te", "--key", "a b", "--by", "B", "--amount", "12.5")

    assert (code, out) == (3, "")
    assert err.splitlines()[0] == "Hồ sơ chưa ghi được, có 2 chỗ cần sửa:"
    assert [line[:2] for line in err.splitlines()] == ["Hồ", "- ", "- ", "No", "- ", "- "]
    assert duty("list", "--json")[1] == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["show", RECORD], 4),
        (["move", RECORD, "closed", "--by", "B", "--note", "x"], 4),
        (["add", "party", *OBSTACLE[1:]], 3),
        (["owed", "party"], 3),
        (["add"], 2),
    ],
)
def test_refusals_have_their_exit_code_and_no_traceback(duty, words, code):
    found, _, err = duty(*words)

    assert found == code
    assert "Traceback" not in err


def test_the_milestone_is_owed_by_every_reporter_and_overdue_from_the_day_that_is_named(duty):
    before = duty("owed", "dissemination", "--year", "2024", "--json", as_of="2024-08-14T23:59")[1]
    after = duty("owed", "dissemination", "--year", "2024", "--json", as_of="2024-08-15T00:00")[1]

    assert {line["standing"] for line in before} == {"open"}
    assert {(line["standing"], line["last_day"]) for line in after} == {("overdue", "2024-08-14")}
    assert len(before) == len(after) >= 28


def test_the_finance_department_gathers_the_budget_exactly(duty):
    for body, amount in (("so-y-te", "0,1"), ("so-noi-vu", "1.250.000,2")):
        duty("add", "budget", "--body", body, "--key", "v1", "--by", "B", "--amount", amount, "--year", "2026")
    _, found, _ = duty("budget", "--year", "2026", "--json")
    _, handed, _ = duty(
        "budget", "--year", "2026", "--submit", "--by", "C", "--document", "TTr 5", "--document-on", MONDAY, "--json"
    )

    assert (found["gathered_by"], found["unit"], found["total"]) == ("so-tai-chinh", "triệu đồng", "1250000.3")
    assert (found["submitted_total"], handed["submitted_total"]) == ("0", "1250000.3")
    assert "so-y-te" not in found["missing"]
    assert "1.250.000,3 triệu đồng" in duty("budget", "--year", "2026")[2]


def test_districts_owe_the_dialogue_until_they_end_and_then_the_communes_and_wards_do(duty):
    duty(
        "add", "dialogue", "--body", "huyen-dai-tu", "--key", "d1", "--by", "B", "--status", "held", "--document", "TB"
    )
    before = {line["body"] for line in duty("owed", "dialogue", "--json", as_of="2025-06-30")[1]}
    after = {line["body"]: line["standing"] for line in duty("owed", "dialogue", "--json", as_of="2025-07-01")[1]}

    assert (len(before), "huyen-dinh-hoa" in before, "huyen-dinh-hoa" in after) == (10, True, False)
    assert after.pop("huyen-dai-tu") == "done"
    assert (len(after), set(after.values())) == (93, {"open"})


def test_a_dialogue_published_too_late_is_remarked_on(duty):
    dialogue = ["dialogue", "--body", "ubnd-tinh", "--key", "d1", "--by", "B", "--status", "planned"]
    code, _, err = duty("add", *dialogue, "--due", "26/03/2025", "--published", "01/03/2025")

    assert code == 0
    assert "30 ngày" in err
