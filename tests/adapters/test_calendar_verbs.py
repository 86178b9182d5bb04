"""``plancycle calendar`` and ``plancycle deadline set`` on the shipped programme; every reason has words."""

import ast
import json
from pathlib import Path

import pytest

from plancycle.adapters.texts import LANGUAGES, Catalogue, words
from plancycle.bootstrap import forget
from plancycle.cli import run
from plancycle.domain.due_dates import Roll, Wording
from plancycle.domain.reasons import Bilingual, Weekday
from plancycle.services.project_calendar import INSTANTS

SOURCE = Path(__file__).parents[2] / "src/plancycle"
LETTER = ["--document", "Công văn 123/BNV-TH", "--by", "Nguyễn Thị Lập", "--as-of", "2025-03-03"]


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    """A data folder of its own."""
    monkeypatch.setenv("PLANCYCLE_DATA", str(tmp_path / "data"))
    yield
    forget(tmp_path / "data")


@pytest.fixture
def call(capsys):
    """Call a verb; returns exit code, data and talk."""

    def verb(*arguments):
        code = run(arguments)
        said = capsys.readouterr()
        return code, json.loads(said.out) if "--json" in arguments and said.out else said.out, said.err

    return verb


def test_every_date_of_2028_says_why_in_both_languages(call):
    _, dates, _ = call("calendar", "--year", "2028", "--json")
    due = next(one for one in dates if (one["period"], one["what"]) == ("annual", "due"))

    assert (due["at"], due["soft_at"]) == ("2028-12-10T00:00:00+07:00", "2028-12-08T17:00:00+07:00")
    assert "09/12/2028 là thứ Bảy, ngày nghỉ hằng tuần." in due["why_vi"]
    assert "09 Dec 2028 is a Saturday, a weekly day off." in due["why_en"]
    assert "Bộ luật Dân sự 2015, Điều 147, 148" in due["why_vi"]
    assert [one for one in dates if not one["why_vi"] or not one["why_en"]] == []
    assert [one for one in dates if not {"period", "what", "at", "soft_at", "why_vi", "why_en"} <= one.keys()] == []


def test_all_nine_deadlines_of_the_plan_are_there_and_the_four_schemes_each(call):
    _, dates, _ = call("calendar", "--year", "2026", "--json")
    deadlines = [one for one in dates if one["deadline"]]

    assert sorted({one["deadline"] for one in deadlines}) == [f"D{number}" for number in range(1, 10)]
    assert [one["work"] for one in deadlines if one["work"]] == ["E02.18", "E04.7", "E06.3", "E08.4"]
    assert [one["deadline"] for one in deadlines if one["at"]] == ["D1", "D2"]
    assert [one for one in deadlines if not one["at"] and "plancycle deadline set" not in one["why_vi"]] == []


def test_people_read_the_last_good_day_and_the_reasons_below_it(call):
    _, shown, _ = call("calendar", "--year", "2028")

    assert "Đánh giá năm 2028 · hạn nộp · 24 giờ ngày 09/12/2028, nhắc theo 08/12/2028 17:00\n    “Trước ngày" in shown
    assert "D5 Báo cáo những khó khăn, vướng mắc · việc phát sinh · chưa có ngày\n" in shown


def test_an_entered_date_is_shown_to_those_who_answer_for_it(call):
    code, kept, _ = call("deadline", "set", "E02.18", "--date", "30/06/2026", *LETTER, "--json")
    found = {}
    for agency in ("so-noi-vu", "so-y-te"):
        _, dates, _ = call("calendar", "--year", "2026", "--agency", agency, "--json")
        found[agency] = {one["work"]: one["at"] for one in dates if one["work"]}

    assert (code, kept["deadline"], kept["day"]) == (0, "E02.18", "2026-06-30")
    assert found == {"so-noi-vu": {"E02.18": "2026-07-01T00:00:00+07:00"}, "so-y-te": {}}


def test_a_day_is_read_as_officials_write_it(call):
    _, kept, _ = call("deadline", "set", "D6", "--date", "10/12/2026", "--wording", "before", *LETTER, "--json")

    assert (kept["day"], kept["wording"], kept["year"]) == ("2026-12-10", "before", 2026)


# what is asked, the exit code, a word of the answer
REFUSED = [
    (["deadline", "set", "D6", "--date", "31/06/2026", *LETTER], 3, "31/06/2026"),
    (["deadline", "set", "D6", "--date", "mai", *LETTER], 3, "dd/MM/yyyy"),
    (["deadline", "set", "D2", "--date", "30/06/2026", *LETTER], 4, "131"),
    (["deadline", "set", "D7", "--date", "30/06/2026", *LETTER], 4, "E02.18, E04.7, E06.3, E08.4"),
    (["deadline", "set", "D77", "--date", "30/06/2026", *LETTER], 4, "D77"),
    (["deadline", "set", "D6", "--date", "30/06/2026"], 2, ""),
    (["calendar", "--year", "2100"], 3, "2101"),
    (["calendar", "--year", "2026", "--agency", "bo-noi-vu"], 4, "bo-noi-vu"),
]


@pytest.mark.parametrize(("arguments", "code", "word"), REFUSED)
def test_what_cannot_be_is_answered_in_both_languages(call, arguments, code, word):
    found, out, err = call(*arguments)

    assert (found, out) == (code, "")
    assert word in err
    assert code == 2 or len(err.splitlines()) == 2


def said_reasons():
    """The first argument of every ``because(…)``; parts that depend on a rule become ``*``."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "because":
                for one in ast.walk(node.args[0]):
                    if isinstance(one, ast.Constant) and isinstance(one.value, str):
                        yield one.value


def test_every_reason_has_words_in_both_languages():
    ends = {"rule_": list(Wording), "rolled_": [Roll.NEXT, Roll.PREVIOUS]}
    keys = {f"why.{one}{end}" for one in said_reasons() for end in ends.get(one, [""])}
    keys |= {f"weekday.{one}" for one in Weekday} | {f"moved.{one}" for one in INSTANTS}

    assert len(keys) > 40
    assert [key for language in LANGUAGES for key in keys if key not in words(language)] == []


def test_a_name_in_two_languages_is_written_in_the_language_of_the_sentence():
    name = Bilingual("Tết Nguyên Đán", "Lunar New Year")

    assert [Catalogue().write(name, language) for language in ("vi", "en")] == ["Tết Nguyên Đán", "Lunar New Year"]
