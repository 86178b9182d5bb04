"""An agency's own system is told of its letters: queued with them, tried for days, parked, under one id."""

import json
from dataclasses import replace
from datetime import timedelta

import factories as f
import pytest
from small_programme import ANNUAL, CYCLE, DUE, FINANCE, FREEZE, HEALTH, YEAR, an_address_book

from plancycle.domain.bounces import AddressStanding, MailStanding
from plancycle.domain.messages import MessageStatus
from plancycle.domain.webhooks import LONGEST_WAIT, RETRIES, Endpoint, Verdict, next_try, verdict_of
from plancycle.services.chase_agencies import due as reminders_due
from plancycle.services.chase_agencies import queue as remind
from plancycle.services.data_calls import queue
from plancycle.services.deliver_messages import deliver
from plancycle.services.grant_extension import grant
from plancycle.services.matrix import matrix
from plancycle.services.mend_address import listing, restore

KEY = f"{CYCLE}/annual/{HEALTH}/call/webhook"
ENDPOINT = Endpoint("https://phan-mem.so-y-te.example/nhan?token=t0ken", ("SO_Y_TE_WEBHOOK_SECRET",))


def a_house(endpoint=ENDPOINT, channels=("mail", "webhook")):
    """A house whose health department has a system of its own."""
    house = f.a_house()
    contacts = [
        replace(one, channels=channels, webhook=endpoint) if one.agency == HEALTH else one
        for one in an_address_book().contacts
    ]
    house.programmes.book = replace(an_address_book(), contacts=tuple(contacts))
    return house


def letter(house, key=KEY):
    with house.work() as work:
        return work.outbox.get(key)


def test_the_system_and_the_person_are_told_once_each_under_keys_of_their_own():
    house = a_house()
    queue(house, YEAR, ANNUAL, HEALTH)
    queue(house, YEAR, ANNUAL, HEALTH)
    queue(house, YEAR, ANNUAL, FINANCE)
    deliver(house)
    deliver(house)

    assert [(url, key) for url, key, _ in house.courier.posted] == [(ENDPOINT.url, KEY)]
    assert len(house.postman.delivered) == 2
    assert letter(house).reply == "HTTP 200"


def test_the_body_says_who_owes_what_by_when_with_the_offset_of_vietnam():
    house = a_house()
    queue(house, YEAR, ANNUAL, HEALTH)
    deliver(house)
    [(_, _, body)] = house.courier.posted
    told = json.loads(body)

    assert (told["type"], told["timestamp"]) == ("plancycle.data_call", "2025-12-01T09:00:00+07:00")
    assert told["data"] == {
        "message": KEY,
        "programme": "ct",
        "cycle": CYCLE,
        "year": YEAR,
        "period": {"id": "annual", "title": "Đánh giá năm 2025"},
        "agency": {"id": HEALTH, "name": "Sở Y tế"},
        "cutoff": "2025-11-30",
        "due_at": DUE.isoformat(),
        "soft_due_at": FREEZE.isoformat(),
        "links": {"portal": "https://bao-cao.example/"},
    }
    assert DUE.isoformat() == "2025-12-10T00:00:00+07:00"  # Wednesday


def test_reminders_and_extensions_are_told_too_with_the_due_date_in_force():
    house = a_house()
    remind(house, YEAR, next(one for one in reminders_due(house, YEAR) if one.agency == HEALTH))
    grant(house, f.owed(HEALTH), f.at(12, 13, 0), f.REASON, "so-y-te", "giam-doc", f.DECISION)
    deliver(house)
    told = [json.loads(body) for _, _, body in house.courier.posted]

    assert [one["type"] for one in told] == ["plancycle.reminder", "plancycle.extension"]
    assert told[1]["data"]["new_due_at"] == "2025-12-13T00:00:00+07:00"  # Saturday
    assert told[1]["data"]["reason"].startswith(f.REASON)


def test_a_contact_that_names_an_endpoint_but_not_the_channel_is_told_by_mail_only():
    house = a_house(channels=("mail",))
    queue(house, YEAR, ANNUAL, HEALTH)
    deliver(house)

    assert (house.courier.posted, len(house.postman.delivered)) == ([], 1)


def test_a_receiver_that_is_away_is_tried_by_the_table_with_the_same_bytes_and_then_parked():
    house = a_house()
    queue(house, YEAR, ANNUAL, HEALTH)
    house.courier.script.extend([500] * 20)
    start = house.clock.at
    moments = []
    while True:
        deliver(house)
        moments.append(house.clock.at - start)
        waiting = letter(house).next_attempt_at
        if waiting is None:
            break
        house.clock.at = waiting - timedelta(microseconds=1)
        deliver(house)
        assert len(house.courier.posted) == len(moments)
        house.clock.at = waiting

    assert moments == [sum(RETRIES[:number], timedelta()) for number in range(len(RETRIES) + 1)]
    assert len({(key, body) for _, key, body in house.courier.posted}) == 1
    assert (letter(house).status, letter(house).reply) == (MessageStatus.REFUSED, "HTTP 500")
    assert listing(house).lines == ()


def test_a_dead_endpoint_does_not_keep_back_the_letters_behind_it():
    house = a_house()
    queue(house, YEAR, ANNUAL, HEALTH)
    queue(house, YEAR, ANNUAL, FINANCE)
    house.courier.script.append(503)
    delivery = deliver(house)

    assert (delivery.postponed, len(delivery.sent)) == ([KEY], 2)


def test_an_endpoint_that_is_gone_is_disabled_listed_and_put_right_by_a_person():
    house = a_house()
    queue(house, YEAR, ANNUAL, HEALTH)
    house.courier.script.append(410)
    deliver(house)
    [line] = listing(house).lines

    assert letter(house).status is MessageStatus.REFUSED
    assert (line.agency, line.known.address, line.known.standing) == (HEALTH, ENDPOINT.label, AddressStanding.REFUSED)
    assert "t0ken" not in f"{ENDPOINT.label} {letter(house).to_address}"
    assert matrix(house, YEAR, ANNUAL).rows[1].mail is MailStanding.SENT
    house.clock.at += timedelta(days=1)  # on the day of the call nobody is reminded
    reminder = next(one for one in reminders_due(house, YEAR) if one.agency == HEALTH)
    remind(house, YEAR, reminder)
    assert letter(house, reminder.key.replace("/mail", "/webhook")) is None
    restore(house, ENDPOINT.label, "Sở Y tế đã mở lại", "lan")
    grant(house, f.owed(HEALTH), f.at(12, 13, 0), f.REASON, "so-y-te", "giam-doc", f.DECISION)
    deliver(house)
    assert [key.split("/")[-2] for _, key, _ in house.courier.posted] == ["call", "extension-202512130000"]


def test_a_new_address_of_the_same_system_is_another_endpoint():
    house = a_house()
    queue(house, YEAR, ANNUAL, HEALTH)
    house.courier.script.append(410)
    deliver(house)
    moved = Endpoint(ENDPOINT.url.replace("nhan", "nhan-moi"), ENDPOINT.secret_env)

    assert moved.label != ENDPOINT.label
    assert moved.label.startswith("https://phan-mem.so-y-te.example/~")


def test_a_post_goes_to_the_address_the_book_has_at_that_moment():
    house = a_house()
    queue(house, YEAR, ANNUAL, HEALTH)
    elsewhere = Endpoint("https://moi.so-y-te.example/nhan", ENDPOINT.secret_env)
    house.programmes.book = a_house(elsewhere).programmes.book
    deliver(house)

    assert [url for url, _, _ in house.courier.posted] == [elsewhere.url]


@pytest.mark.parametrize("number", range(1, 12))
def test_the_table_of_waits_ends(number):
    start = f.at(12, 1)
    wanted = start + RETRIES[number - 1] if number <= len(RETRIES) else None

    assert next_try(number, start) == wanted


@pytest.mark.parametrize(
    ("asked", "waits"),
    [(timedelta(seconds=1), RETRIES[0]), (timedelta(hours=1), timedelta(hours=1)), (timedelta(days=9), LONGEST_WAIT)],
)
def test_a_receiver_may_ask_for_more_patience_than_the_table_has_but_not_for_ever(asked, waits):
    assert next_try(1, f.at(12, 1), asked) == f.at(12, 1) + waits


def test_every_status_means_one_thing():
    meant = {status: verdict_of(status) for status in range(100, 600)}

    assert {status for status, verdict in meant.items() if verdict is Verdict.DELIVERED} == set(range(200, 300))
    assert {status for status, verdict in meant.items() if verdict is Verdict.GONE} == {410}
