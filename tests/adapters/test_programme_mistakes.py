"""Everything an official can get wrong in one folder, at once: every mistake told, at its line and column, in words."""

import json
import shutil
from pathlib import Path

import pytest

from plancycle.adapters.programme_files.folders import ProgrammeFiles, check, inspect_folder
from plancycle.adapters.texts import Catalogue
from plancycle.cli import run
from plancycle.domain.errors import ProgrammeProblem

SHIPPED = Path(__file__).parents[2] / "programmes" / "thai-nguyen-nq94"

# file | what stands there | what is written instead | the text at whose start the mistake is told | key
MISTAKES = r"""
programme.yaml   | province:             | title:                  | title: "Thái              | duplicate_key
programme.yaml   | authority: ubnd-tinh  | authority: ubnd         | ubnd   \s                 | unknown_agency
legal.yaml       | 19/06/2024            | 31/06/2024              | 31/06/2024                | impossible_date
legal.yaml       | line: 33,             | line: ba,               | ba,                       | not_a_whole_number
legal.yaml       | , valid_to:           | , valid_til:            | valid_til                 | unknown_field
form.yaml        | code: position        | code: phone             | phone, label: "Điện thoại | twice_field
assignments.yaml | [nq-06-tu]            | ["05-CT/TW"]            | "05-CT/TW"                | ambiguous_number
assignments.yaml | legal_refs: [nq-01-tu | legal_refs: [01-NQ/TU   | 01-NQ/TU]                 | number_for_id
assignments.yaml | agencies: [so-y-te]   | agencies: []            | []                        | too_few
assignments.yaml | duty: amend           | duty: mend              | mend}                     | unknown_duty
assignments.yaml | deadline: D9          | deadline: D99           | D99                       | unknown_deadline
calendar.yaml    | due: 20/03            | due: 17:00              | 17:00                     | not_a_day_of_year
calendar.yaml    | due: 20/06            | due: 06/20              | 06/20                     | impossible_date
calendar.yaml    | , configurable: true  | , configurable: NO      | NO,                       | not_true_or_false
calendar.yaml    | Asia/Ho_Chi_Minh      | Asia/Hanoi              | Asia/Hanoi                | unknown_zone
form.yaml        | width: 26             | widht: 26               | widht                     | unknown_field
form.yaml        | percent: 50           | percent: 12.5           | 12.5                      | not_a_number
indicators.yaml  | precision: 2          | precision: 99           | 99                        | too_large
recipients.yaml  | , channel: folder     | , channel: fax          | fax                       | not_a_choice
groups.yaml      | legal_refs: [nq-43-tw | legal_refs: nq-43-tw #[ | nq-43-tw #                | not_a_list
source.yaml      | missing: [            | \tmissing: [            | \tmissing                 | yaml_syntax
"""


def rows(text):
    for line in text.strip().splitlines():
        file, _, rest = line.partition("|")
        cells = [file.strip(), *[cell.strip() for cell in rest.split(" | ")]]
        yield tuple(cell.replace("\\n", "\n").replace("\\t", "\t").replace("\\s", " ") for cell in cells)


TABLE = list(rows(MISTAKES))


@pytest.fixture
def broken(tmp_path):
    """A copy of the shipped programme with every mistake in it."""
    folder = Path(shutil.copytree(SHIPPED, tmp_path / "programmes" / "tn"))
    for file, old, new, _, _ in TABLE:
        text = (folder / file).read_text("utf-8")
        assert old in text, f"{old!r} is not in {file}"
        (folder / file).write_text(text.replace(old, new, 1), "utf-8")
    return folder


def position_of(path, text):
    content = path.read_text("utf-8")
    index = content.index(text)
    return content.count("\n", 0, index) + 1, index - content.rfind("\n", 0, index)


def test_every_mistake_of_a_folder_is_told_at_once_at_its_line_and_column(broken):
    found = {(Path(one.file).name, one.key, one.line, one.column) for one in check(broken)}
    expected = {(file, f"programme.{key}", *position_of(broken / file, where)) for file, _, _, where, key in TABLE}

    assert expected - found == set()
    # besides: the field whose name was taken is missing
    assert {(file, key) for file, key, *_ in found - expected} == {("programme.yaml", "programme.missing_field")}


def test_every_mistake_has_words_in_both_languages_that_name_what_was_typed(broken):
    texts = Catalogue()
    for place in check(broken):
        said = [texts.say(place.key, language, **place.params) for language in ("vi", "en")]
        typed = str(place.params.get("value", ""))
        assert said[0] != said[1]
        assert all(typed in text for text in said)


def test_the_command_tells_them_all_and_ends_with_3(broken, capsys):
    assert run(["programme", "check", str(broken), "--json"]) == 3
    told = json.loads(capsys.readouterr().out)

    assert (told["ok"], len(told["errors"]), told["warnings"]) == (False, len(TABLE) + 1, [])
    assert all(error.keys() == {"file", "line", "column", "message_vi", "message_en"} for error in told["errors"])
    assert run(["programme", "check", str(broken)]) == 3
    assert f"{broken / 'form.yaml'}:{position_of(broken / 'form.yaml', 'widht')[0]}:" in capsys.readouterr().err


def test_a_number_that_two_documents_bear_is_answered_with_both_ids(broken):
    (place,) = [one for one in check(broken) if one.key == "programme.ambiguous_number"]

    assert place.params["count"] == 2
    assert "ct-05-tw-2016 (legal.yaml:" in str(place.params["ids"])
    assert "ct-05-tw-2021 (legal.yaml:" in str(place.params["ids"])


def test_two_documents_of_one_number_are_fine_while_issuer_or_day_tell_them_apart():
    programme = ProgrammeFiles(SHIPPED.parent).load("tn-nq94")
    same = [ref for ref in programme.legal_refs if ref.number == "05-CT/TW"]

    assert [(ref.id, ref.issuer, ref.dated.year if ref.dated else None) for ref in same] == [
        ("ct-05-tw-2016", None, None),
        ("ct-05-tw-2021", "Ban Bí thư", 2021),
    ]


@pytest.mark.parametrize(("year", "count"), [(2025, 0), (2026, 4), (2031, 7)])
def test_documents_whose_term_is_over_are_warnings_where_they_are_cited(year, count):
    found = inspect_folder(SHIPPED, year)

    assert found.errors == ()
    assert [Path(one.file).name for one in found.warnings if one.key == "programme.basis_ended"] == [
        "assignments.yaml"
    ] * count
    lines = (SHIPPED / "assignments.yaml").read_text("utf-8").splitlines()
    cited = [lines[one.line - 1][one.column - 1 :] for one in found.warnings]
    assert all(
        text.startswith(("qd-4020", "ct-20", "nq-04", "da-06", "nq-76", "ct-05-tw-2021", "mtqg")) for text in cited
    )


# a cut-off of the evaluation due before 10/12, the first year in which it leaves no working day: Monday 09/12/2024 is
# the last day itself; after Friday 08/12/2028 and Friday 07/12/2029 only a weekend is left
CUTOFFS = [("09/12", 2024), ("08/12", 2028), ("07/12", 2029)]


@pytest.mark.parametrize(("cutoff", "year"), CUTOFFS)
def test_a_cut_off_is_checked_in_the_first_year_and_ten_more(tmp_path, cutoff, year):
    folder = Path(shutil.copytree(SHIPPED, tmp_path / "tn"))
    calendar = folder / "calendar.yaml"
    calendar.write_text(calendar.read_text("utf-8").replace("cutoff: 30/11", f"cutoff: {cutoff}"), "utf-8")
    found = check(folder)

    assert [(one.key, one.params["cutoff"].year) for one in found] == [("calendar.cutoff_too_late", year)]


def test_a_broken_folder_is_not_loaded(broken):
    with pytest.raises(ProgrammeProblem) as refused:
        ProgrammeFiles(broken.parent).load("tn-nq94")

    assert len(refused.value.places) == len(TABLE) + 1


def test_warnings_do_not_make_the_check_fail(capsys):
    assert run(["programme", "check", str(SHIPPED), "--year", "2026"]) == 0
    told = capsys.readouterr().err

    assert told.count("06-ĐA/TU") == 2  # once in Vietnamese, once in English
    assert "31/12/2025" in told
