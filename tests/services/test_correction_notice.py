"""Whoever is asked to approve a correction is told so: of which edition, why, and what reads differently."""

import json

import factories as f
import pytest
from small_programme import ANNUAL, HEALTH, YEAR

from plancycle.domain.errors import ActionNeeded
from plancycle.domain.exchange import Business
from plancycle.domain.messages import MessageKind
from plancycle.portal.approvals import approval_view
from plancycle.services.correct_upward import order
from plancycle.services.correction_notice import correction_notice
from plancycle.services.corrections import open_correction
from plancycle.services.cycle_view import cycle_view
from plancycle.services.prepare_submission import prepare
from plancycle.services.receive_submission import receive
from plancycle.services.transmit_edition import transmit

WHY = "Cộng trùng kinh phí\nhai lần"


@pytest.fixture
def house():
    return f.a_house()


def a_correction(house, why=WHY, **changed):
    """A newer final edition in which one agency's approved answer was corrected."""
    open_correction(house, f.owed(HEALTH), why, "van-thu")
    receive(house, f.a_workbook(house, HEALTH, **changed), "sua.xlsx", "folder")
    return f.a_final_edition(house)


def the_letter(house, edition):
    with house.work() as work:
        asked = [one for one in work.outbox.all() if one.kind is MessageKind.APPROVAL_REQUEST]
        letter = next(one for one in asked if f"approval-e{edition.number}" in one.key)
        return json.loads(house.files.get(letter.sha256))["facts"]


def test_a_first_edition_corrects_nothing(house):
    edition = f.a_final_edition(house)
    approval = prepare(house, edition.id).approval

    assert "corrects" not in the_letter(house, edition)
    assert approval_view(house, f.link_to(house, approval)).corrects is None


def test_letter_and_page_name_the_approved_edition_the_reason_and_every_changed_figure(house):
    approved = f.an_approved_edition(house)
    edition = a_correction(house, budget__value="13")
    approval = prepare(house, edition.id).approval
    letter, page = the_letter(house, edition), approval_view(house, f.link_to(house, approval)).corrects

    assert (letter["corrects"], letter["corrects_relation"]) == (approved.number, "")
    assert letter["corrects_reasons"] == [{"name": "Sở Y tế", "reason": " ".join(WHY.split())}]
    assert ["50.0" in one["before"] and "50.5" in one["after"] for one in letter["corrects_figures"]] == [True]
    assert letter["corrects_bodies"] == {"joined": [], "renewed": ["Sở Y tế"], "left": []}
    assert (page.edition, page.reasons, page.is_told_below) == (approved.id, (("Sở Y tế", WHY),), True)
    assert ["50.0" in one.before and "50.5" in one.after for one in page.figures] == [True]


def test_what_has_left_is_said_to_be_replaced(house):
    transmit(house, f.an_approved_edition(house).id)
    edition = a_correction(house, budget__value="13")
    prepare(house, edition.id)

    assert the_letter(house, edition)["corrects_relation"] == "replaces"
    # What the order gives as its reason is the agency's own, so it is told once.
    assert [one["name"] for one in the_letter(house, edition)["corrects_reasons"]] == ["Sở Y tế"]


def test_a_correction_of_words_alone_says_that_no_figure_changed(house):
    f.an_approved_edition(house)
    edition = a_correction(house, n1__evidence="Kế hoạch 5")
    with house.work() as work:
        found = correction_notice(work, cycle_view(house, YEAR, work), edition)

    assert (found.changes.figures, found.changes.renewed) == ((), (HEALTH,))
    assert edition.period is ANNUAL


def test_a_second_order_for_what_left_is_told_of_the_first(house):
    transmit(house, f.an_approved_edition(house).id)
    edition = a_correction(house, budget__value="13")
    prepare(house, edition.id)  # gives the replacement its number by itself
    with pytest.raises(ActionNeeded, match=r"transmittal\.replacement_ordered") as refused:
        order(house, edition.id, Business.UPDATE, f.REASON, "nguyen-thi-lap")

    assert refused.value.params["code"]
