"""What addressees answer: fetched, kept with the bytes, followed where the table has the step, chased once."""

from dataclasses import replace
from datetime import datetime

import factories as f
import pytest
from loopback_upward import MINISTRY, OWN_CODE, a_house_before, a_house_with, of_ministry
from small_programme import CYCLE, DURING_ANNUAL, YEAR, ZONE, at

from plancycle.adapters.edxml.packages import answer_of
from plancycle.adapters.exchange_gateway import ExchangeFolder
from plancycle.domain.acknowledgements import Hearing, hear
from plancycle.domain.errors import NotFound
from plancycle.domain.exchange import MOVES, ExchangeStatus, document_id
from plancycle.domain.transmittals import TransmittalStatus
from plancycle.rehearsal.exchange import Exchange
from plancycle.services import chase_answers
from plancycle.services.acknowledgements import Said, ask_acknowledgements, enter_answer, take_in
from plancycle.services.cycle_view import cycle_view
from plancycle.services.deliver_messages import deliver
from plancycle.services.sweep import due_actions, perform
from plancycle.services.transmit_edition import transmit


@pytest.fixture
def exchange():
    """The exchange's gateway on loopback."""
    with Exchange(lambda: DURING_ANNUAL) as server:
        yield server


def sent_over(exchange):
    """A house whose ministry has its report; what it is called on the exchange."""
    house = a_house_before(exchange)
    transmit(house, f.an_approved_edition(house).id)
    [one] = of_ministry(house)
    return house, one, document_id(one.key)


def heard(house, key):
    with house.work() as work:
        return [(one.code, str(one.hearing)) for one in work.acknowledgements.of(key)]


def test_the_ministry_goes_from_01_to_06_and_every_answer_is_kept_with_its_bytes(exchange):
    house, one, name = sent_over(exchange)
    seen = []
    for code in ("", "03", "04", "05", "06"):
        if code:
            exchange.say(name, code, "Số đến 15")
        ask_acknowledgements(house, YEAR)
        [now] = of_ministry(house)
        seen.append((str(now.standing), str(now.status)))
    with house.work() as work:
        answers = work.acknowledgements.of(one.key)
        events = [event.payload for event in work.audit.all() if event.action == "acknowledgement.kept"]

    assert seen == [("01", "sent")] + [(code, "acknowledged") for code in ("03", "04", "05", "06")]
    assert [answer.code for answer in answers] == ["01", "03", "04", "05", "06"]
    assert [answer_of("", house.files.get(answer.sha256)).code for answer in answers] == ["01", "03", "04", "05", "06"]
    assert {answer.source for answer in answers} == {"edxml"}
    assert all(answer.sha256 in "".join(events) for answer in answers)
    assert exchange.handle  # the gateway need not offer them again:
    assert house.gateways["edxml"].answers() == []


@pytest.mark.parametrize(
    ("codes", "standing", "status", "hearings"),
    [
        (("03", "01"), "03", "acknowledged", ["followed", "out_of_order"]),
        (("02",), "02", "refused", ["followed"]),
        (("02", "03"), "02", "refused", ["followed", "out_of_order"]),
        (("03", "02"), "03", "acknowledged", ["followed", "out_of_order"]),
        (("07", "03"), "03", "acknowledged", ["unknown_code", "followed"]),
        (("06",), "06", "acknowledged", ["followed"]),
        (("15",), "01", "sent", ["out_of_order"]),
    ],
)
def test_an_answer_out_of_order_or_with_a_code_nobody_knows_is_kept_and_changes_nothing(
    exchange, codes, standing, status, hearings
):
    house, one, name = sent_over(exchange)
    for code in codes:
        exchange.say(name, code, "lần sau")
    ask_acknowledgements(house, YEAR)
    [now] = of_ministry(house)

    assert (str(now.standing), str(now.status)) == (standing, status)
    assert heard(house, one.key) == [("01", "followed"), *zip(codes, hearings, strict=True)]


def test_every_pair_of_codes_is_heard_as_the_table_has_it():
    codes = [one for one in ExchangeStatus if one is not ExchangeStatus.SENT]
    found = {(first, second): hear(first, second) for first in ExchangeStatus for second in codes}

    assert {pair for pair, hearing in found.items() if hearing is Hearing.FOLLOWED} == {
        (first, second) for first, futures in MOVES.items() for second in futures
    }
    assert {first for (first, second), hearing in found.items() if hearing is Hearing.REPEATED} == set(codes)
    assert hear(ExchangeStatus.SENT, "00") is hear(ExchangeStatus.SENT, "xyz") is Hearing.UNKNOWN_CODE


def test_the_same_answer_again_is_one_answer_and_a_stray_one_is_kept_apart(exchange):
    house, one, name = sent_over(exchange)
    exchange.say(name, "03")
    found = house.gateways["edxml"].answers()
    stray = replace(found[0], concerns="khong-ro", data=b"<edXML/>")
    unreadable = answer_of("la.edxml", b"khong phai xml")
    keys = [key for _ in range(2) for key in take_in(house, [*found, stray, unreadable], "edxml")]

    assert keys == [one.key, one.key, "", ""] * 2
    assert heard(house, one.key) == [("01", "followed"), ("03", "followed")]
    assert heard(house, "") == [("01", "stray"), ("", "stray")]


def test_an_answer_on_paper_is_entered_by_a_named_person_with_the_paper():
    house = f.a_house()
    one = f.a_transmittal(house, TransmittalStatus.SENT)
    enter_answer(house, one.key, Said("03", b"%PDF so den", "Vũ Thị Thư"), "Vũ Thị Thư")
    with house.work() as work:
        [answer] = work.acknowledgements.of(one.key)
        kept = [event for event in work.audit.all() if event.action == "acknowledgement.kept"]

    assert house.files.get(answer.sha256) == b"%PDF so den"
    assert [event.actor for event in kept] == ["Vũ Thị Thư"]
    with pytest.raises(NotFound):
        enter_answer(house, "khong-co", Said("03", b"", ""), "Vũ Thị Thư")


def test_a_refusal_opens_the_way_for_a_better_edition_to_that_addressee(exchange):
    house, one, name = sent_over(exchange)
    exchange.say(name, "02", "Thiếu phụ lục")
    ask_acknowledgements(house, YEAR)
    later = transmit(house, f.a_newer_approved_edition(house).id)
    mine = next(new for new in later if new.addressee == MINISTRY)

    assert (mine.concerns, str(mine.business), str(mine.status)) == (one.key, "0", "sent")
    assert len(exchange.effective()) == 1


def test_a_silent_addressee_is_told_to_the_operator_once_after_five_working_days():
    house = f.a_house()
    house.gateways["http"].answer = house.gateways["folder"].answer = "sent"
    one = f.a_transmittal(house, TransmittalStatus.SENT)  # Monday 01/12/2025
    letters = []
    for day in (8, 9, 10, 22):  # Monday 08/12 is the fifth working day after, Tuesday 09/12 the sixth
        house.clock.at = at(12, day, 10)
        with house.work() as work:
            due = chase_answers.due(house, work, cycle_view(house, YEAR, work))
        letters.append(len([key for about, key in due if about.key == one.key]))
        perform(house, YEAR)
    deliver(house)
    subjects = [mail for mail in house.postman.received() if "im-lang-bo-noi-vu" in mail]

    assert letters == [0, 1, 0, 0]
    assert len(subjects) == 1


def test_the_sweep_asks_while_something_is_awaited_and_then_no_more(exchange):
    house, _, name = sent_over(exchange)
    house.gateways["folder"].answer = "acknowledged"
    asked = []
    for code in ("", "04", "06"):
        if code:
            exchange.say(name, code)
        asked.append([action.agency for action in due_actions(house, YEAR) if action.kind == "ask"])
        perform(house, YEAR)
    asked.append([action.agency for action in due_actions(house, YEAR) if action.kind == "ask"])

    assert asked == [[MINISTRY, "ubnd-tinh"], [MINISTRY], [MINISTRY], []]
    assert [str(now.standing) for now in of_ministry(house)] == ["06"]


def test_without_a_gateway_packages_are_files_and_answers_are_read_from_a_folder(tmp_path, exchange):
    house = a_house_with("edxml")
    folder = ExchangeFolder(tmp_path, OWN_CODE)
    house.gateways["edxml"] = folder
    transmit(house, f.an_approved_edition(house).id)
    [one] = of_ministry(house)
    [package] = (tmp_path / "gui-di" / MINISTRY).iterdir()
    other, _, name = sent_over(exchange)
    exchange.say(name, "03")
    incoming = tmp_path / "nhan-ve"
    incoming.mkdir()
    for number, answer in enumerate(other.gateways["edxml"].answers()):
        (incoming / f"{number}.edxml").write_bytes(answer.data)
    ask_acknowledgements(house, YEAR)

    assert package.stem == document_id(one.key)
    assert [str(now.status) for now in of_ministry(house)] == ["acknowledged"]
    assert sorted(path.name for path in (incoming / "da-doc").iterdir()) == ["0.edxml", "1.edxml"]


def test_the_moment_an_addressee_names_is_its_own_and_in_vietnamese_time(exchange):
    house, one, name = sent_over(exchange)
    exchange.now = lambda: datetime(2025, 12, 2, 14, 30, tzinfo=ZONE)  # Tuesday
    exchange.say(name, "03")
    ask_acknowledgements(house, YEAR)
    with house.work() as work:
        [_, answer] = work.acknowledgements.of(one.key)

    assert (answer.said_at, answer.received_at) == (at(12, 2, 14, 30), DURING_ANNUAL)
    assert one.key.startswith(CYCLE)
