"""Receipts: numbers that survive a telephone, verdicts on time, what is hashed and what is signed."""

import itertools
from datetime import datetime, timedelta, timezone

import pytest

from plancycle.domain.receipts import (
    ALPHABET,
    LENGTH,
    Receipt,
    Verdict,
    content_sha256,
    is_receipt_number,
    receipt_number,
    signed_bytes,
    statement_of,
    verdict,
)
from plancycle.domain.submissions import Entry

VIETNAM = timezone(timedelta(hours=7))
NUMBERS = [receipt_number(f"{number:064x}", f"tn-nq94-2025/q1/a/v{number}") for number in range(2000)]


def test_no_character_is_taken_for_another():
    for looking_alike in ("0OQD"[:3], "1IL", "2Z", "5S", "6G", "8B", "UV"):
        assert len(set(looking_alike) & set(ALPHABET)) <= 1
    assert {len(number) for number in NUMBERS} == {LENGTH}
    assert set("".join(NUMBERS)) == set(ALPHABET)


def test_every_third_character_is_a_digit_so_that_no_word_forms():
    assert all(number[place].isdigit() for number in NUMBERS for place in (2, 5, 8))
    assert all(number[place].isalpha() for number in NUMBERS for place in (0, 1, 3, 4, 6, 7, 9, 10))


def test_numbers_do_not_repeat():
    assert len(set(NUMBERS)) == len(NUMBERS)


@pytest.mark.parametrize("number", NUMBERS[:20])
def test_one_wrong_character_or_two_swapped_neighbours_always_show(number):
    wrong = [
        number[:place] + other + number[place + 1 :]
        for place in range(LENGTH)
        for other in ALPHABET
        if other != number[place]
    ]
    swapped = [
        number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        for place in range(LENGTH - 1)
        if number[place] != number[place + 1]
    ]

    assert is_receipt_number(number)
    assert [one for one in (*wrong, *swapped) if is_receipt_number(one)] == []


@pytest.mark.parametrize("change", [str.lower, lambda n: f" {n[:4]}-{n[4:8]}-{n[8:]} ", lambda n: " ".join(n)])
def test_a_number_is_known_however_a_person_writes_it(change):
    assert is_receipt_number(change(NUMBERS[0]))


@pytest.mark.parametrize("text", ["", "ABC", NUMBERS[0] + "A", "0" * 12, "É" * 12])
def test_what_is_no_number_is_none(text):
    assert not is_receipt_number(text)


COMMON = datetime(2025, 12, 10, tzinfo=VIETNAM)  # Wednesday
OWN = datetime(2025, 12, 13, tzinfo=VIETNAM)  # an extension until the end of Friday 12/12
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("sent_at", "own", "expected"),
    [
        (COMMON - TICK, COMMON, Verdict.ON_TIME),
        (COMMON, COMMON, Verdict.LATE),
        (COMMON - TICK, OWN, Verdict.ON_TIME),
        (COMMON, OWN, Verdict.LATE_EXCUSED),
        (OWN - TICK, OWN, Verdict.LATE_EXCUSED),
        (OWN, OWN, Verdict.LATE),
    ],
)
def test_the_verdict_on_time(sent_at, own, expected):
    assert verdict(sent_at, COMMON, own) is expected


ENTRIES = (Entry("Số liệu", "D6", "budget", "value", "1.234,5", "1234.5"), Entry("Số liệu", "D7", "n", "value", ""))


@pytest.mark.parametrize(
    ("entries", "is_same"),
    [
        (ENTRIES[::-1], True),
        (ENTRIES[:1], True),  # an unanswered question says nothing
        ((ENTRIES[0]._replace(sheet="", cell="/answers/0", raw="1234,5"),), True),  # elsewhere, typed otherwise
        ((ENTRIES[0]._replace(value="1234.6"),), False),
        ((ENTRIES[0]._replace(field="goal"),), False),
        ((ENTRIES[0]._replace(value=None),), False),
    ],
)
def test_the_content_hash_is_of_what_was_said_not_of_where(entries, is_same):
    assert (content_sha256(entries) == content_sha256(ENTRIES)) is is_same


RECEIPT = Receipt(
    NUMBERS[0], "c/q1/a/v1", 1, "a", "Sở Y tế", "Kế hoạch", "Quý I/2025", "bc.xlsx", "folder", "a" * 64, "b" * 64,
    "1a2b3c4d", "c" * 64, COMMON - TICK, COMMON, COMMON, COMMON, Verdict.ON_TIME, "accepted", 7, "d" * 64,
)  # fmt: skip


def test_a_statement_is_plain_and_says_the_zone():
    statement = statement_of(RECEIPT)

    assert statement["received_at"] == "2025-12-10T00:00:00+07:00"
    assert {type(value) for value in statement.values()} == {str, int, type(None)}


def test_whatever_is_changed_changes_what_is_signed():
    statement = statement_of(RECEIPT)
    changed = [{**statement, name: f"{value}x"} for name, value in statement.items()]
    signed = [signed_bytes(one, "e" * 64, "k") for one in (statement, *changed)]
    signed += [signed_bytes(statement, "f" * 64, "k"), signed_bytes(statement, "e" * 64, "l")]

    assert all(one != other for one, other in itertools.combinations(signed, 2))
