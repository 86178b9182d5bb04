"""Amendments: which version governs a day, what is refused, what differs, and which work asks for one."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from small_programme import FINANCE, HEALTH, Q1, YEAR, a_programme, at

from plancycle.adapters.programme_files.folders import ProgrammeFiles
from plancycle.domain.amendments import (
    Amendment,
    Change,
    ChangeKind,
    changes,
    check_amendment,
    flagged_for_amendment,
    in_force,
)
from plancycle.domain.errors import DataProblem

SHIPPED = ProgrammeFiles(Path(__file__).parents[2] / "programmes")


def an_amendment(number: int, effective: date) -> Amendment:
    return Amendment("ct-2025", number, str(number) * 64, effective, "12/QĐ-UBND", "Đổi hạn", "admin", at(1, 2))


APRIL, JULY = an_amendment(1, date(2025, 4, 15)), an_amendment(2, date(2025, 7, 1))
JULY_AGAIN = an_amendment(3, date(2025, 7, 1))

# amendments, the day asked for, the number of the amendment in force (None: the version the cycle was opened with)
GOVERNING = [
    ([], date(2025, 6, 1), None),
    ([APRIL], date(2025, 4, 14), None),  # Monday
    ([APRIL], date(2025, 4, 15), 1),  # Tuesday, the effective day itself
    ([APRIL, JULY], date(2025, 6, 30), 1),  # Monday
    ([APRIL, JULY], date(2025, 7, 1), 2),  # Tuesday
    ([APRIL, JULY, JULY_AGAIN], date(2025, 7, 1), 3),  # of one day, the one adopted last
]


@pytest.mark.parametrize(("known", "day", "number"), GOVERNING)
def test_the_last_amendment_that_has_taken_effect_governs(known, day, number):
    found = in_force(known, day)

    assert (found.number if found else None) == number


# amendments there are, effective, decision, reason, the key it is refused with
REFUSED = [
    ([], date(2024, 12, 31), "12/QĐ-UBND", "Đổi hạn", "amendment.other_year"),
    ([], date(2052, 4, 15), "12/QĐ-UBND", "Đổi hạn", "amendment.other_year"),
    ([APRIL], date(2025, 4, 14), "12/QĐ-UBND", "Đổi hạn", "amendment.before_last"),
    ([], date(2025, 4, 15), "  ", "Đổi hạn", "amendment.no_decision"),
    ([], date(2025, 4, 15), "12/QĐ-UBND", "", "amendment.no_reason"),
    ([], date(2025, 4, 15), "12/QĐ-UBND\nBcc: x", "Đổi hạn", "amendment.bad_text"),
    ([], date(2025, 4, 15), "12/QĐ-UBND", "a" * 501, "amendment.bad_text"),
]


@pytest.mark.parametrize(("known", "effective", "decision", "reason", "key"), REFUSED)
def test_what_cannot_be_an_amendment_is_refused(known, effective, decision, reason, key):
    with pytest.raises(DataProblem) as refused:
        check_amendment(2025, known, effective, decision, reason)

    assert refused.value.key == key


def test_a_second_amendment_of_the_same_day_is_taken():
    check_amendment(2025, [APRIL], APRIL.effective, "15/QĐ-UBND ngày 16/4/2025 của UBND tỉnh", "Sửa sót")


def test_two_readings_of_one_programme_differ_in_nothing():
    assert changes(a_programme("1" * 64), a_programme("2" * 64)) == ()


def test_changes_name_the_part_the_id_and_the_fields():
    old = a_programme()
    later = replace(old.period_rule(Q1), due=(3, 25), basis="Quyết định")
    works = (replace(old.works[0], title="Tuyên truyền"), replace(old.works[1], id="n3"))
    new = replace(
        old,
        objective="Mục tiêu mới",
        works=works,
        periods=tuple(later if rule.period is Q1 else rule for rule in old.periods),
        reporters=tuple(one for one in old.reporters if one != FINANCE),
        report=replace(old.report, symbol="BC-SNVN"),
    )

    assert set(changes(old, new)) == {
        Change("objective", "", "Mục tiêu mới", ChangeKind.CHANGED),
        Change("works", "n1", "Tuyên truyền", ChangeKind.CHANGED, ("title",)),
        Change("works", "n2", "Khám sức khỏe thanh niên", ChangeKind.REMOVED),
        Change("works", "n3", "Khám sức khỏe thanh niên", ChangeKind.ADDED),
        Change("periods", "q1", "Quý I", ChangeKind.CHANGED, ("due", "basis")),
        Change("reporters", FINANCE, FINANCE, ChangeKind.REMOVED),
        Change("report.symbol", "", "BC-SNVN", ChangeKind.CHANGED),
    }


def test_a_changed_question_of_the_form_is_a_change():
    old = a_programme()
    sheet = replace(old.form.sheets[1], fields=old.form.sheets[1].fields[:-1])
    new = replace(old, form=replace(old.form, sheets=(old.form.sheets[0], sheet, *old.form.sheets[2:])))

    assert changes(old, new) == (Change("form.sheets", "works", sheet.name, ChangeKind.CHANGED, ("fields",)),)


# the reference's last day, the year, the work that is flagged
ENDED = [
    (None, YEAR, []),
    (date(2025, 12, 31), 2025, []),
    (date(2025, 12, 31), 2026, ["n1"]),
    (date(2025, 1, 1), 2025, []),
    (date(2024, 12, 31), 2025, ["n1"]),
]


@pytest.mark.parametrize(("valid_to", "year", "flagged"), ENDED)
def test_work_is_flagged_when_its_basis_ended_before_the_year(valid_to, year, flagged):
    programme = a_programme()
    programme = replace(programme, legal_refs=(replace(programme.legal_refs[0], valid_to=valid_to),))

    assert [flag.work.id for flag in flagged_for_amendment(programme, year)] == flagged
    assert HEALTH in programme.reporters


def test_four_documents_of_the_shipped_plan_end_in_2025_and_flag_three_pieces_of_work_from_2026_on():
    programme = SHIPPED.load("tn-nq94")
    found = [(flag.work.id, flag.reference.number) for flag in flagged_for_amendment(programme, 2026)]

    assert flagged_for_amendment(programme, 2025) == ()
    assert found == [
        ("E02.6", "4020/QĐ-UBND"),
        ("E02.6", "20-CT/TU"),
        ("E07.6", "04-NQ/TU"),
        ("E15.4", "06-ĐA/TU"),
    ]
