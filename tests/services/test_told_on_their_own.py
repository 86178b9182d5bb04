"""Commendations, and obstacles with their causes, told on their own: in the narrative once each, with their sources."""

from dataclasses import replace

import duty_samples as d
import factories as f
import pytest
from small_programme import ANNUAL, DISTRICT, DURING_ANNUAL, FINANCE, HEALTH, HOME, PLAN, YEAR, at

from plancycle.adapters.documents.compose import compose
from plancycle.adapters.documents.data import report_json
from plancycle.adapters.documents.narrative_docx import narrative_docx, read_narrative
from plancycle.adapters.documents.xlsx_told import passages as sheet_of
from plancycle.adapters.likeness import folding
from plancycle.adapters.texts import Catalogue
from plancycle.domain.document_register import DocumentKind
from plancycle.domain.forms import FieldKind, FormField
from plancycle.domain.periods import Period
from plancycle.services.consolidate_period import consolidate
from plancycle.services.cycle_view import cycle_view
from plancycle.services.document_letters import Desk
from plancycle.services.narrative import Change, edit, narrative
from plancycle.services.narrative_sheet import narrative_sheet
from plancycle.services.official_documents import GATHER
from plancycle.services.receive_submission import receive
from plancycle.services.report_facts import report_facts

STATION, WHY = "Trạm Y tế xã A", "Vượt kế hoạch khám sức khỏe cho thanh niên các xã vùng cao"
EDITOR = "nguyen-thi-lap"


def a_house():
    plain = d.with_duties()
    works = plain.form.sheets[1]
    asked = FormField("obstacle", "Vướng mắc", FieldKind.TEXT, (ANNUAL,))
    sheets = (plain.form.sheets[0], replace(works, fields=(*works.fields, asked)), *plain.form.sheets[2:])
    house = d.a_house(DURING_ANNUAL, programme=replace(plain, form=replace(plain.form, sheets=sheets)))
    house.folding, house.texts = folding, Catalogue()
    return house


def honour(house, key, body=HEALTH, subject=STATION, reason=WHY, **more):
    return d.added(house, "commendation", key, body, subject=subject, reason=reason, **more)


def honoured(house, period=ANNUAL):
    return [one for one in narrative(house, YEAR, period).passages if one.kind == "commendation"]


def lines(house):
    return [one for one in narrative_sheet(house, YEAR, ANNUAL).lines if one.kind == "commendation"]


def facts_of(house):
    edition = consolidate(house, YEAR, ANNUAL, final=True).edition
    with house.work() as work:
        return report_facts(house, work, cycle_view(house, YEAR, work), edition)


def test_a_commendation_that_two_bodies_propose_is_told_once_with_both():
    house = a_house()
    first, second = honour(house, "k1"), honour(house, "k2", DISTRICT, reason=f"{WHY}.")
    (told,) = honoured(house)

    assert (told.text, told.agencies) == (f"{STATION}: {WHY}", (HEALTH, DISTRICT))
    assert [one.place for one in told.sources] == [first.id, second.id]


@pytest.mark.parametrize(
    "other",
    [{"subject": "Trạm Y tế xã B"}, {"who": "person"}, {"form": "medal"}, {"reason": "Sáng kiến cải tiến quy trình"}],
)
def test_another_honouree_another_form_or_another_achievement_is_never_folded_away(other):
    house = a_house()
    honour(house, "k1")
    honour(house, "k2", DISTRICT, **other)

    assert len(honoured(house)) == 2


def test_commendations_stand_by_whom_they_are_put_to_and_by_work_group():
    house = a_house()
    honour(house, "k1")
    honour(house, "k2", HEALTH, "Bà Nguyễn Thị Cần", "Đề nghị Bộ Nội vụ xét tặng", who="person", work="n1")
    found = {(one.text.partition(":")[0], one.group, one.addressee) for one in honoured(house)}

    assert found == {(STATION, "", "ubnd-tinh"), ("Bà Nguyễn Thị Cần", "1", "bo-noi-vu")}


@pytest.mark.parametrize("status", ["refused", "cancelled"])
def test_what_was_refused_or_withdrawn_is_told_nowhere(status):
    house = a_house()
    record = honour(house, "k1")
    if status == "refused":
        record = d.moved(house, record, "forwarded")
    d.moved(house, record, status, note="Rút")

    assert honoured(house) == []


def test_the_plan_tells_none_and_a_quarter_those_of_its_own_time():
    house = a_house()
    house.clock.at = at(1, 10)
    forwarded = d.moved(house, honour(house, "k1"), "forwarded")
    d.moved(house, forwarded, "granted", document="Quyết định số 1/QĐ-UBND", document_on="09/01/2025")
    house.clock.at = at(6, 10)
    honour(house, "k2", subject="Trường B")
    told = [[one.text.partition(":")[0] for one in honoured(house, when)] for when in (PLAN, Period.Q2, ANNUAL)]

    assert told == [[], ["Trường B"], [STATION, "Trường B"]]


def test_the_report_its_data_and_its_workbook_tell_a_commendation_with_its_bodies():
    house = a_house()
    f.all_answer(house, ANNUAL)
    first, second = honour(house, "k1"), honour(house, "k2", DISTRICT)
    facts = facts_of(house)
    words = [block.text for block in compose(facts, house.texts).blocks]
    rows = [row for row in sheet_of(facts, house.texts)[3] if "khen thưởng" in str(row[2])]

    assert f"{STATION}: {WHY} (Sở Y tế; UBND huyện Đại Từ đề nghị)." in words
    assert [(row[6], row[8]) for row in rows] == [("Sở Y tế", first.id), ("UBND huyện Đại Từ", second.id)]
    assert f'"record": "{second.id}"'.encode() in report_json(facts)


def test_an_edition_tells_what_had_been_proposed_when_it_was_frozen():
    house = a_house()
    f.all_answer(house, ANNUAL)
    honour(house, "k1")
    edition = consolidate(house, YEAR, ANNUAL, final=True).edition
    house.clock.at = at(12, 8)
    honour(house, "k2", subject="Sau khi chốt")
    with house.work() as work:
        passages = report_facts(house, work, cycle_view(house, YEAR, work), edition).passages

    assert [one.text.partition(":")[0] for one in passages if one.kind == "commendation"] == [STATION]


def test_edited_words_keep_their_records_from_the_desk_and_from_the_word_file():
    house = a_house()
    honour(house, "k1")
    honour(house, "k2", DISTRICT)
    data = narrative_docx(lines(house), "Thuyết minh", house.texts)
    (change,) = read_narrative(data)
    edit(house, YEAR, ANNUAL, [replace(change, text=f"{STATION}: Vượt 20% kế hoạch")], EDITOR)
    (told,) = honoured(house)

    assert (told.text, told.version, told.agencies) == (f"{STATION}: Vượt 20% kế hoạch", 1, (HEALTH, DISTRICT))
    assert change == Change(told.id, 0, f"{STATION}: {WHY}")


def test_the_list_has_one_line_with_every_body_in_the_edited_words():
    house = a_house()
    honour(house, "k1")
    honour(house, "k2", DISTRICT)
    d.moved(house, honour(house, "k3", HOME), "cancelled", note="Rút")
    edit(house, YEAR, ANNUAL, [Change(honoured(house)[0].id, 0, f"{STATION}: Vượt 20%")], EDITOR)
    with house.work() as work:
        (draft,) = GATHER[DocumentKind.COMMENDATION](Desk(house, work, cycle_view(house, YEAR, work)), ANNUAL, "")
    (row,) = draft.facts.tables[0].rows

    assert (row[1], row[3], row[5]) == (STATION, "Sở Y tế; UBND huyện Đại Từ", "Vượt 20%")
    assert (draft.facts.values["collectives"], draft.facts.values["all"]) == (1, 1)


def test_an_obstacle_written_and_reported_is_told_once_and_its_cause_stands_under_its_work():
    house = a_house()
    said = "Thiếu kinh phí khám sức khỏe cho thanh niên ở cơ sở"
    receive(house, f.a_workbook(house, HEALTH, n2__obstacle=said), "a.xlsx", "folder")
    d.added(house, "obstacle", subject=f"{said}.", cause="Chưa có dự toán", proposal="Bổ sung dự toán", work="n2")
    d.added(house, "obstacle", "k2", FINANCE, subject="Chung", cause="Biên chế ít", proposal="")
    told = {one.kind: one for one in reversed(narrative(house, YEAR, ANNUAL).passages) if one.group}

    assert [one.submission != "" for one in told["obstacle"].sources] == [True, False]
    assert (told["cause"].text, told["proposal"].text) == ("Chưa có dự toán", "Bổ sung dự toán")
    assert told["cause"].group == told["obstacle"].group
