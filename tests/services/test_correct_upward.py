"""Corrections upward: replaced, supplemented, asked back; the ministry never has two reports in force."""

import json
import random

import factories as f
import pytest
from loopback_upward import MINISTRY, OWN_CODE, PATIENCE, a_house_before, a_house_with, keys_in_force, of_ministry
from proving import decide
from small_programme import CYCLE, DURING_ANNUAL, YEAR

from plancycle.adapters.exchange_gateway import ExchangeGateway
from plancycle.domain.errors import ActionNeeded
from plancycle.domain.exchange import Business, document_id
from plancycle.domain.transmittals import TransmittalStatus, in_force
from plancycle.rehearsal.exchange import Exchange
from plancycle.rehearsal.faults import Fault
from plancycle.rehearsal.ministry import Ministry
from plancycle.services.acknowledgements import ask_acknowledgements
from plancycle.services.correct_upward import order, recall, send_again
from plancycle.services.prepare_submission import prepare
from plancycle.services.sweep import due_actions, perform
from plancycle.services.transmit_edition import transmit

REASON = "Sai số liệu của Sở Nội vụ"


@pytest.fixture
def exchange():
    """The exchange's gateway on loopback."""
    with Exchange(lambda: DURING_ANNUAL) as server:
        yield server


def approve(house, edition):
    approval = prepare(house, edition.id).approval
    decide(house, f.link_to(house, approval), True, "")
    return approval


def register(house):
    with house.work() as work:
        return [(one.code, str(one.relation or ""), one.cites_number) for one in work.register.of_year(f.HOME, YEAR)]


def test_an_answer_corrected_after_sending_leads_to_an_approved_replacement_that_cites_the_original(exchange):
    house = a_house_before(exchange)
    first = next(one for one in transmit(house, f.an_approved_edition(house).id) if one.addressee == MINISTRY)
    f.a_newer_edition(house)
    prepared = [action.key for action in due_actions(house, YEAR) if action.kind == "prepare"]
    perform(house, YEAR)
    with house.work() as work:
        [asked] = [one for one in work.editions.approvals(prepared[0]) if str(one.status) == "requested"]
    decide(house, f.link_to(house, asked), True, "")
    perform(house, YEAR)
    original, new = sorted(of_ministry(house), key=lambda one: one.edition)
    [kept] = exchange.effective()

    assert prepared != [first.edition]
    assert (str(original.status), str(new.status), str(new.business)) == ("replaced", "sent", "3")
    assert (new.concerns, new.approval, new.reason) == (first.key, asked.id, f.REASON)
    assert register(house) == [("01/BC-SNV", "", None), ("02/BC-SNV", "replaces", 1)]
    assert (kept.document.number, kept.document.concerns.number, kept.document.reason) == ("02", "01", f.REASON)


def test_a_supplement_goes_beside_the_original_which_stays_in_force(exchange):
    house = a_house_before(exchange)
    first = next(one for one in transmit(house, f.an_approved_edition(house).id) if one.addressee == MINISTRY)
    newer = f.a_newer_edition(house)
    order(house, newer.id, Business.UPDATE, "Bổ sung số liệu", "van-thu")
    approve(house, newer)
    new = next(one for one in transmit(house, newer.id) if one.addressee == MINISTRY)
    [kept] = exchange.effective()

    assert (str(new.business), new.concerns, str(new.status)) == ("2", first.key, "sent")
    assert register(house)[1] == ("02/BC-SNV", "supplements", 1)
    assert [str(one.business) for one in exchange.ledger()[1:2] for one in [one.document]] == ["2"]
    assert kept.document.number == "01"


@pytest.mark.parametrize(("agrees", "standing", "status"), [(True, "15", "recalled"), (False, "16", "sent")])
def test_a_recall_asks_with_13_and_is_answered_with_15_or_16(exchange, agrees, standing, status):
    house = a_house_before(exchange)
    exchange.agrees = agrees
    first = next(one for one in transmit(house, f.an_approved_edition(house).id) if one.addressee == MINISTRY)
    asked = [recall(house, first.key, REASON, "van-thu") for _ in range(2)]
    ask_acknowledgements(house, YEAR)
    original, taken = of_ministry(house)

    assert [(one.key, str(one.status)) for one in asked] == [(f"{first.key}/thu-hoi-1", "sent")] * 2
    assert (str(original.standing), str(original.status)) == (standing, status)
    assert (taken.concerns, str(taken.status)) == (first.key, "acknowledged" if agrees else "refused")
    assert len(exchange.effective()) == (0 if agrees else 1)


def test_what_was_not_given_back_can_be_asked_for_again_and_the_second_answer_counts(exchange):
    house = a_house_before(exchange)
    first = next(one for one in transmit(house, f.an_approved_edition(house).id) if one.addressee == MINISTRY)
    document, seen = exchange.ledger()[0].document.document_id, []
    for code in ("16", "15"):
        recall(house, first.key, REASON, "van-thu")
        seen.append(str(of_ministry(house)[0].standing))
        exchange.say(document, code)
        ask_acknowledgements(house, YEAR)
    original, *asked = of_ministry(house)

    assert seen == ["13", "13"]
    assert (str(original.standing), str(original.status)) == ("15", "recalled")
    assert [str(one.status) for one in asked] == ["refused", "acknowledged"]
    assert exchange.effective() == ()


def test_what_has_been_dealt_with_to_the_end_is_not_asked_back_because_no_answer_would_count(exchange):
    house = a_house_before(exchange)
    first = next(one for one in transmit(house, f.an_approved_edition(house).id) if one.addressee == MINISTRY)
    exchange.say(exchange.ledger()[0].document.document_id, "06")
    ask_acknowledgements(house, YEAR)
    with pytest.raises(ActionNeeded, match=r"transmittal\.finished"):
        recall(house, first.key, REASON, "van-thu")

    assert [str(one.standing) for one in of_ministry(house)] == ["06"]


def test_a_recall_that_did_not_get_through_is_handed_over_by_the_sweep_once(exchange):
    house = a_house_before(exchange)
    first = next(one for one in transmit(house, f.an_approved_edition(house).id) if one.addressee == MINISTRY)
    gateway = house.gateways["edxml"]
    house.gateways["edxml"] = ExchangeGateway("http://127.0.0.1:9", OWN_CODE, seconds=PATIENCE)
    asked = recall(house, first.key, REASON, "van-thu", document="Công văn số 15/BNV-VP ngày 11/12/2025")
    house.gateways["edxml"] = gateway
    done = [(one.kind, one.key) for _ in range(2) for one in perform(house, YEAR) if one.kind == "recall"]
    with house.work() as work:
        [told] = [one for one in work.audit.all() if one.action == "transmittal.recall"]
    original, taken = of_ministry(house)

    assert (str(asked.status), done) == ("intent", [("recall", asked.key)])
    assert (str(taken.status), str(original.standing)) == ("sent", "13")
    assert json.loads(told.payload)["document"] == "Công văn số 15/BNV-VP ngày 11/12/2025"


def test_what_was_given_back_can_be_sent_again_and_what_stands_cannot(exchange):
    house = a_house_before(exchange)
    exchange.agrees = True
    first = next(one for one in transmit(house, f.an_approved_edition(house).id) if one.addressee == MINISTRY)
    with pytest.raises(ActionNeeded) as refused:
        send_again(house, first.key, REASON, "van-thu")
    recall(house, first.key, REASON, "van-thu")
    ask_acknowledgements(house, YEAR)
    again = send_again(house, first.key, "Bộ đề nghị gửi lại", "van-thu")

    assert refused.value.key == "transmittal.nothing_to_repeat"
    assert (again.concerns, str(again.status)) == (first.key, "sent")
    assert len(exchange.effective()) == 1


def test_where_a_recall_must_be_agreed_first_nothing_new_leaves_before_it_is(exchange):
    house = a_house_before(exchange, at_once=False)
    transmit(house, f.an_approved_edition(house).id)
    newer = f.a_newer_approved_edition(house)
    seen = []
    for code in ("", "15"):
        for one in exchange.ledger() if code else ():
            exchange.say(one.document.document_id, code)
        ask_acknowledgements(house, YEAR)
        transmit(house, newer.id)
        seen.append((len(exchange.ledger()), len(exchange.effective())))
    states = {str(one.business): str(one.status) for one in of_ministry(house) if one.edition == newer.id}

    assert seen == [(1, 1), (2, 1)]
    assert states == {"0": "sent"}


def test_a_refused_recall_parks_the_replacement_for_a_person(exchange):
    house = a_house_before(exchange, at_once=False)
    exchange.agrees = False
    transmit(house, f.an_approved_edition(house).id)
    newer = f.a_newer_approved_edition(house)
    for _ in range(3):
        transmit(house, newer.id)
        ask_acknowledgements(house, YEAR)

    assert [str(one.status) for one in of_ministry(house) if one.edition == newer.id] == ["parked"]
    assert len(exchange.effective()) == 1


def test_a_replacement_that_is_refused_leaves_the_original_in_force(exchange):
    house = a_house_before(exchange)
    transmit(house, f.an_approved_edition(house).id)
    transmit(house, f.a_newer_approved_edition(house).id)
    exchange.say(exchange.ledger()[1].document.document_id, "02")
    ask_acknowledgements(house, YEAR)

    assert sorted(str(one.status) for one in of_ministry(house)) == ["refused", "sent"]
    assert [one.document.number for one in exchange.effective()] == ["01"]


def test_a_letter_that_has_not_left_is_taken_out_and_the_newer_one_goes_as_new():
    house = f.a_house()
    one = f.a_transmittal(house, TransmittalStatus.WITHDRAWN)

    assert [str(new.status) for new in of_ministry(house) if new.key != one.key] == ["sent"]
    assert len(house.gateways["http"].taken) == 1


EVENTS = ("send", "newer", "ask", "recall", "again", "03", "02", "15", "16", "04")


def play(server, seed, steps):
    """Whatever happens, in any order: after each event the ministry holds at most one report in force."""
    chance = random.Random(seed)
    house = a_house_before(server, at_once=chance.random() < 0.7)
    edition = f.an_approved_edition(house)
    for _ in range(8):
        transmit(house, edition.id)
    most = len(keys_in_force(server))
    for _ in range(steps):
        edition = act(house, server, edition, chance)
        most = max(most, len(keys_in_force(server)))
        assert most <= 1, (seed, server.ledger())
    return house, most


def act(house, server, edition, chance):
    """One event: ours, or the ministry's office."""
    event = chance.choice(EVENTS)
    mine = of_ministry(house)
    try:
        if event == "newer":
            return f.a_newer_approved_edition(house)
        if event == "send":
            transmit(house, edition.id)
        elif event == "ask":
            ask_acknowledgements(house, YEAR)
        elif event in ("recall", "again") and mine:
            (recall if event == "recall" else send_again)(house, chance.choice(mine).key, REASON, "van-thu")
        elif event.isdecimal() and server.ledger():
            answer(server, chance.choice(server.ledger()), event)
    except ActionNeeded:
        pass  # refused, with a reason
    return edition


def answer(server, filed, code):
    """The office answers what it may answer."""
    standing, allowed = str(filed.standing), {"03": "01", "04": "03", "02": "01", "15": "13", "16": "13"}
    if standing == allowed[code] and not (filed.replaced_by and code in ("15", "16")):
        server.say(filed.document.document_id, code)


@pytest.mark.parametrize("seed", range(12))
def test_the_ministry_never_has_two_effective_reports_whatever_happens(seed):
    faults = [Fault.NONE, Fault.BROKEN, Fault.BROKEN_AFTER_EFFECT, Fault.BAD_JSON, Fault.CONFLICT, Fault.REDIRECT]
    script = random.Random(f"faults {seed}").choices(faults, k=40)
    with Exchange(lambda: DURING_ANNUAL, script) as server:
        house, most = play(server, seed, 25)
        ask_acknowledgements(house, YEAR)
        ours = [one for one in in_force(of_ministry(house)) if one.channel == "edxml"]

    assert most == 1
    assert len(ours) <= 1
    assert {document_id(one.key) for one in ours} <= set(keys_in_force(server))


def test_over_http_a_replacement_is_taken_in_one_act_and_a_recall_is_answered(tmp_path):
    with Ministry(tmp_path, register_after=None) as ministry:
        house = a_house_before(ministry)
        transmit(house, f.an_approved_edition(house).id)
        newer = f.a_newer_approved_edition(house)
        new = next(one for one in transmit(house, newer.id) if one.addressee == MINISTRY)
        before = keys_in_force(ministry)
        recall(house, new.key, REASON, "van-thu")
        ministry.give_back(new.key)
        ask_acknowledgements(house, YEAR)

        assert (before, keys_in_force(ministry)) == ([new.key], [])
        assert [str(one.status) for one in of_ministry(house) if one.key == new.key] == ["recalled"]
    assert new.key.startswith(CYCLE)


def test_a_mail_cannot_be_called_back_by_a_machine():
    house = a_house_with("mail")
    house.programmes.book = f.a_book_with_ministry(house)
    one = next(one for one in transmit(house, f.an_approved_edition(house).id) if one.addressee == MINISTRY)
    with pytest.raises(ActionNeeded) as refused:
        recall(house, one.key, REASON, "van-thu")

    assert (str(one.status), refused.value.key) == ("sent", "transmittal.recall_by_letter")
    assert [str(kept.business) for kept in of_ministry(house)] == ["0"]
    assert len([key for key in house.postman.received() if f"/{MINISTRY}/gui-" in key]) == 1
    assert transmit(house, one.edition)[1].key == one.key
