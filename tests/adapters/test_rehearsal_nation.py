"""A national cast has the provinces' and communes' real names, and clerks quick enough for thousands."""

from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest
from genuine_workbooks import blank, forms

from plancycle.adapters.communes import communes_of, provinces
from plancycle.adapters.texts import Catalogue
from plancycle.adapters.workbooks.files import Workbooks
from plancycle.domain.findings import Finding, Severity
from plancycle.domain.periods import Period
from plancycle.rehearsal import stage
from plancycle.rehearsal.answers import Answers
from plancycle.rehearsal.behaviours import Mishap, Typing
from plancycle.rehearsal.cast import cast_of
from plancycle.rehearsal.desk import Job, fill_in, mend
from plancycle.rehearsal.dice import Dice
from plancycle.rehearsal.nation import more_bodies
from plancycle.rehearsal.packing import Archive

HOME = 19
"""Thái Nguyên's code."""


def test_a_nation_is_every_other_province_every_commune_and_bodies_of_the_provinces():
    bodies = more_bodies(10_000, HOME)
    names = [one["name"] for one in bodies]
    communes = sum(len(communes_of(one.code)) for one in provinces())

    assert (len(provinces()), communes) == (34, 3321)
    assert names[:2] == ["UBND thành phố Hà Nội", "UBND tỉnh Cao Bằng"]
    assert sum(name.startswith(("UBND xã", "UBND phường", "UBND đặc khu")) for name in names) == 3321 - 92
    assert len({one["id"] for one in bodies}) == len(set(names)) == len(bodies) == 33 + 3229 + 33 * 19


def test_a_cast_beyond_the_province_is_filled_up_from_the_nation(tmp_path):
    programme = stage.furnish(tmp_path, "tn-nq94", 125, 2026)
    cast = cast_of(programme)

    assert [programme.agency(one).name for one in programme.reporters[-5:]][:2] == [
        "UBND thành phố Hà Nội",
        "UBND tỉnh Cao Bằng",
    ]
    assert len(cast) == 125 + 2  # two departments follow others on 1 March


@pytest.mark.parametrize("typing", list(Typing))
@pytest.mark.parametrize("period", [Period.PLAN, Period.ANNUAL])
def test_a_quick_hand_says_what_the_careful_one_says(typing, period):
    agency = next(agency for one, agency in forms() if one is period)
    answers = Answers(Dice(2026, "clerks"), agency, 2026, frozenset())
    job = Job(blank(period, agency)[1], period, answers, typing)
    careful, quick = (Workbooks(Catalogue()).read(fill_in(one), "a.xlsx") for one in (job, replace(job, is_quick=True)))

    assert quick.entries == careful.entries
    assert len(quick.entries) > 20


def test_a_quick_hand_mends_what_is_marked_as_the_careful_one_does():
    period, agency = next(one for one in forms() if one[0] is Period.Q2)
    answers, books = Answers(Dice(2026, "clerks"), agency, 2026, frozenset()), Workbooks(Catalogue())
    wrong = fill_in(Job(blank(period, agency)[1], period, answers, Typing.NUMBERS, Mishap.TWO_READINGS))
    sent = books.read(wrong, "a.xlsx")
    found = [
        Finding(Severity.ERROR, "required", one.sheet, one.cell, "", one.raw, {}, row=one.row, field=one.field)
        for one in sent.entries
    ]
    returned = books.mark(wrong, found)
    job = Job(returned, period, answers, Typing.NUMBERS)
    careful, quick = mend(job), mend(replace(job, is_quick=True))

    assert books.read(quick, "a.xlsx").entries == books.read(careful, "a.xlsx").entries != sent.entries
    assert len(Archive(quick).names) == len(Archive(returned).names)


def test_parts_that_are_not_typed_into_are_copied_as_they_are():
    packed = blank(Period.PLAN, forms()[0][1])[1]
    archive = Archive(packed)
    again = Archive(archive.with_parts({archive.names[0]: b"<khac/>"}))

    assert again.names == archive.names
    assert (again.read(archive.names[0]), again.read("khong-co")) == (b"<khac/>", b"")
    assert [again.read(name) for name in again.names[1:]] == [archive.read(name) for name in again.names[1:]]
    with ZipFile(BytesIO(archive.with_parts({}))) as whole:
        assert whole.testzip() is None
