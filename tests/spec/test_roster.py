"""The shipped roster through time: names, codes, communes, and the reorganisation of 2025."""

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from plancycle.adapters.communes import communes_of
from plancycle.adapters.programme_files.folders import ProgrammeFiles
from plancycle.domain.agencies import Agency, AgencyKind, DatedCode, DatedName
from plancycle.domain.roster import Roster
from plancycle.domain.shares import Span
from plancycle.domain.succession import Confidence, applied
from plancycle.rehearsal.cast import roster_of_the_play

PROGRAMME = ProgrammeFiles(Path(__file__).parents[2] / "programmes").load("tn-nq94")
CONFIRMED = roster_of_the_play(PROGRAMME)
FIRST_QUARTER = Span(date(2025, 3, 1), date(2025, 3, 25))
THIRD_QUARTER = Span(date(2025, 9, 1), date(2025, 9, 24))
RENAMED = Agency(
    "so-x",
    "Sở X",
    AgencyKind.DEPARTMENT,
    names=(DatedName("Sở Cũ", None, date(2025, 2, 28)), DatedName("Sở Mới", date(2026, 1, 1))),
    codes=(DatedCode("H55.1", date(2025, 3, 1)),),
)


@pytest.mark.parametrize(
    ("day", "name", "code"),
    [
        (date(2025, 2, 28), "Sở Cũ", None),
        (date(2025, 3, 1), "Sở X", "H55.1"),
        (date(2025, 12, 31), "Sở X", "H55.1"),
        (date(2026, 1, 1), "Sở Mới", "H55.1"),
    ],
)
def test_a_body_has_the_name_and_the_code_of_the_day(day, name, code):
    assert (RENAMED.name_on(day), RENAMED.code_on(day)) == (name, code)


def test_codes_are_those_that_were_read_somewhere_and_no_others():
    codes = {agency.id: [code.code for code in agency.codes] for agency in PROGRAMME.agencies if agency.codes}

    assert codes == {"ubnd-tinh": ["H55"], "bo-noi-vu": ["G09"], "bo-ngoai-giao": ["G08"], "bo-khdt": ["G05"]}
    assert all(code.source for agency in PROGRAMME.agencies for code in agency.codes)


def test_the_merged_province_has_77_communes_and_15_wards():
    communes = communes_of(19)

    assert Counter(commune.name.split()[0] for commune in communes) == {"xã": 77, "phường": 15}
    assert len({commune.id for commune in communes}) == 92
    assert [one.id for one in communes if one.name == "xã Tân Cương"] == ["xa-tan-cuong-05503"]
    assert {"xã Chợ Đồn", "phường Bắc Kạn"} <= {one.name for one in communes}  # of the former Bắc Kạn


def test_a_code_that_no_province_has_gives_no_communes():
    assert communes_of(2) == ()


def test_communes_are_peoples_committees_from_1_july():
    commune = PROGRAMME.agency("xa-tan-cuong-05503")

    assert (commune.name, commune.kind) == ("UBND xã Tân Cương", AgencyKind.LOCAL)
    assert [commune.exists_on(day) for day in (date(2025, 6, 30), date(2025, 7, 1))] == [False, True]


@pytest.mark.parametrize(
    ("day", "count"),
    [
        (date(2024, 12, 9), 28),
        (date(2025, 2, 28), 28),
        (date(2025, 3, 1), 25),
        (date(2025, 6, 30), 25),
        (date(2025, 7, 1), 16 + 92),
    ],
)
def test_departments_merge_on_1_march_and_districts_end_on_1_july(day, count):
    assert len(CONFIRMED.reporters(day)) == count


def works_of(agency, roster=CONFIRMED):
    share = roster.period(FIRST_QUARTER, date(2025, 3, 3), {}).share(agency)
    return [work.id for work in share.works if not work.is_for_all]


def test_the_four_tasks_of_entry_12_go_to_three_bodies():
    homes = {
        work: CONFIRMED.holder("so-ldtbxh", date(2025, 3, 1), work) for work in ("E12.1", "E12.2", "E12.3", "E12.4")
    }

    assert homes == {"E12.1": "so-noi-vu", "E12.2": "so-y-te", "E12.3": "so-nnmt", "E12.4": "so-y-te"}


def test_religious_affairs_leave_a_department_that_goes_on():
    assert {"E02.15", "E02.16", "E02.17"} <= set(works_of("so-dan-toc-ton-giao"))
    assert not {"E02.15", "E02.16", "E02.17"} & set(works_of("so-noi-vu"))
    assert {"E02.14", "E02.18", "E12.1"} <= set(works_of("so-noi-vu"))


def test_the_new_finance_department_owes_one_report_with_both_lists_and_gives_the_index():
    share = CONFIRMED.period(FIRST_QUARTER, date(2025, 3, 3), {}).share("so-tai-chinh")

    assert [work.id for work in share.works if not work.is_for_all] == ["E08.1", "E08.2", "E08.3", "E08.4", "E16.1"]
    assert [one.id for one in share.indicators] == ["pci"]


def test_communes_join_with_part_of_the_year():
    seen = CONFIRMED.period(THIRD_QUARTER, date(2025, 9, 3), {})
    communes = [share for share in seen.shares if share.agency.startswith(("xa-", "phuong-"))]

    assert (len(communes), {share.joined_on for share in communes}) == (92, {date(2025, 7, 1)})
    assert CONFIRMED.predecessors("xa-dai-tu-05830", date(2025, 9, 3)) == PROGRAMME.reporters[19:]


def test_what_the_file_does_not_know_for_sure_waits_and_the_foreign_affairs_department_goes_on():
    unsure = {one.id for one in PROGRAMME.successions if not one.is_sure}
    in_force = {one.id for one in applied(PROGRAMME.successions)}

    assert in_force & unsure == set()
    assert [one.id for one in PROGRAMME.successions if one.confidence is Confidence.UNVERIFIED] == ["so-ngoai-vu-2025"]
    assert "so-ngoai-vu" in CONFIRMED.reporters(date(2025, 12, 9))


@pytest.mark.parametrize(("day", "ministry"), [(date(2025, 2, 28), "bo-khdt"), (date(2025, 3, 1), "bo-tai-chinh")])
def test_a_ministry_that_merged_is_addressed_by_its_successor(day, ministry):
    assert CONFIRMED.holder("bo-khdt", day) == ministry


def test_only_army_and_police_have_another_channel():
    marked = [(one.id, one.unclassified_only) for one in PROGRAMME.agencies if one.other_channel]

    assert marked == [("bo-chqs", True), ("cong-an-tinh", True)]


def test_days_without_a_change_between_them_share_what_was_worked_out():
    monday, friday = date(2025, 11, 24), date(2025, 11, 28)
    of_annual = Span(date(2025, 12, 1), date(2025, 12, 9))

    assert CONFIRMED.reporters(monday) is CONFIRMED.reporters(friday)
    assert CONFIRMED.period(of_annual, monday, {}) is CONFIRMED.period(of_annual, friday, {})


def test_the_day_before_a_change_and_the_day_of_it_differ_by_succession_and_by_own_dates():
    body = replace(RENAMED, valid_from=date(2025, 4, 1), valid_until=date(2025, 5, 31))
    roster = Roster(
        replace(PROGRAMME, agencies=(*PROGRAMME.agencies, body), reporters=(*PROGRAMME.reporters, "so-x")), []
    )
    days = [date(2025, 3, 31), date(2025, 4, 1), date(2025, 5, 31), date(2025, 6, 1)]

    assert ["so-x" in roster.reporters(day) for day in days] == [False, True, True, False]
    assert len(CONFIRMED.reporters(date(2025, 6, 30))) != len(CONFIRMED.reporters(date(2025, 7, 1)))
