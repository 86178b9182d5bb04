"""What a correction is to the report that left, replacement or supplement, a person chooses until somebody approves."""

import factories as f
import pytest
from loopback_upward import MINISTRY, a_house_before, of_ministry
from proving import decide
from small_programme import DURING_ANNUAL, YEAR

from plancycle.domain.document_register import Relation
from plancycle.domain.errors import ActionNeeded, NotFound
from plancycle.domain.exchange import Business
from plancycle.rehearsal.exchange import Exchange
from plancycle.services.choose_relation import put_up
from plancycle.services.cycle_view import cycle_view
from plancycle.services.document_register import register
from plancycle.services.prepare_submission import prepare
from plancycle.services.renew_approval import renew
from plancycle.services.report_facts import report_facts
from plancycle.services.transmit_edition import transmit

WHY = "Chỉ thêm số liệu của hai xã, số đã gửi vẫn đúng"


@pytest.fixture
def exchange():
    """The exchange's gateway on loopback."""
    with Exchange(lambda: DURING_ANNUAL) as server:
        yield server


@pytest.fixture
def house(exchange):
    """A house whose report has reached the ministry."""
    house = a_house_before(exchange)
    transmit(house, f.an_approved_edition(house).id)
    return house


def prepared(house):
    """A newer edition after an agency's correction, put up as the sweep does it: as a replacement."""
    newer = f.a_newer_edition(house)
    return newer, prepare(house, newer.id).approval


def standing(house, edition):
    with house.work() as work:
        return [str(one.status) for one in work.editions.approvals(edition.id)]


def numbers(house):
    return [(one.entry.code, one.entry.relation, one.entry.reason) for one in register(house, YEAR)]


def chosen(house):
    with house.work() as work:
        return [one for one in work.audit.all() if one.action == "register.related_otherwise"]


def test_a_prepared_replacement_becomes_a_supplement_under_its_number_with_the_reason_kept(house, exchange):
    newer, _ = prepared(house)
    again = put_up(house, newer.id, Business.UPDATE, WHY, "nguyen-thi-lap", "Tờ trình số 3 ngày 02/12/2025").approval
    decide(house, f.link_to(house, again), True, "")
    transmit(house, newer.id)
    sent = [one for one in of_ministry(house) if one.edition == newer.id]
    [told] = chosen(house)
    with house.work() as work:
        cited = report_facts(house, work, cycle_view(house, YEAR, work), newer).replaces

    assert standing(house, newer) == ["void", "approved"]
    assert cited.is_supplemented
    assert numbers(house)[1:] == [("02/BC-SNV", Relation.SUPPLEMENTS, WHY)]
    assert [(one.business, one.reason, str(one.status)) for one in sent] == [(Business.UPDATE, WHY, "sent")]
    assert [one.document.number for one in exchange.effective()] == ["01"]
    assert told.actor == "nguyen-thi-lap"
    assert all(words in told.payload for words in (WHY, "Tờ trình số 3", '"before":"replaces"', newer.id))


def test_the_choice_can_be_changed_back_and_the_next_correction_has_the_next_number(house, exchange):
    newer, _ = prepared(house)
    put_up(house, newer.id, Business.UPDATE, WHY, "nguyen-thi-lap")
    back = put_up(house, newer.id, Business.REPLACE, "Số đã gửi cũng sai", "nguyen-thi-lap").approval
    decide(house, f.link_to(house, back), True, "")
    transmit(house, newer.id)
    third, _ = prepared(house)

    assert [one.document.number for one in exchange.effective()] == ["02"]
    assert [one[:2] for one in numbers(house)] == [
        ("01/BC-SNV", None),
        ("02/BC-SNV", Relation.REPLACES),
        ("03/BC-SNV", Relation.REPLACES),
    ]
    assert standing(house, third) == ["requested"]


def test_once_approved_the_choice_stands_until_it_is_put_up_anew(house):
    newer, asked = prepared(house)
    decide(house, f.link_to(house, asked), True, "")
    with pytest.raises(ActionNeeded) as refused:
        put_up(house, newer.id, Business.UPDATE, WHY, "nguyen-thi-lap")
    untouched = standing(house, newer), chosen(house)
    renew(house, newer.id, "Phải gửi là bản bổ sung", "nguyen-thi-lap")
    put_up(house, newer.id, Business.UPDATE, WHY, "nguyen-thi-lap")

    assert refused.value.key == "transmittal.relation_approved"
    assert refused.value.params["code"] == "02/BC-SNV (2025)"
    assert untouched == (["approved"], [])
    assert numbers(house)[1][1] is Relation.SUPPLEMENTS


def test_what_has_been_returned_by_the_approver_can_be_changed(house):
    newer, asked = prepared(house)
    decide(house, f.link_to(house, asked), False, "Số đã gửi không sai, chỉ thiếu")
    put_up(house, newer.id, Business.UPDATE, WHY, "nguyen-thi-lap")

    assert standing(house, newer) == ["returned", "requested"]


@pytest.mark.parametrize(
    ("business", "reason", "key"),
    [
        (Business.UPDATE, " ", "register.reason_needed"),
        (Business.REPLACE, WHY, "transmittal.replacement_ordered"),
    ],
)
def test_without_a_reason_or_a_change_nothing_is_made_anew(house, business, reason, key):
    newer, asked = prepared(house)
    with pytest.raises(ActionNeeded) as refused:
        put_up(house, newer.id, business, reason, "nguyen-thi-lap")

    assert refused.value.key == key
    assert (standing(house, newer), chosen(house)) == (["requested"], [])
    assert asked.bundle_sha256


def test_an_older_edition_and_one_that_is_not_there_are_refused(house):
    newer, _ = prepared(house)
    older = of_ministry(house)[0].edition
    with pytest.raises(ActionNeeded, match=r"transmittal\.newer_edition"):
        put_up(house, older, Business.UPDATE, WHY, "nguyen-thi-lap")
    with pytest.raises(NotFound):
        put_up(house, f"{newer.id}9", Business.UPDATE, WHY, "nguyen-thi-lap")

    assert MINISTRY in {one.addressee for one in of_ministry(house)}
