"""The JSON API's service: keys, idempotency, and the strict reading of JSON."""

import json
from datetime import timedelta

import factories as f
import pytest
from fakes import PowerCut
from small_programme import ANNUAL, CYCLE, DOING, FINANCE, HEALTH

from plancycle.domain.errors import ActionNeeded, DataProblem, NotAllowed, NotFound
from plancycle.services import api_keys
from plancycle.services.answer_by_api import answer_by_api
from plancycle.services.cycle_view import cycle_view

SECRET = "A" * 43


def a_key(house, agency=HEALTH):
    return api_keys.create(house, agency, SECRET, "Nguyễn Thị Lập")[0]


def a_body(house, agency=HEALTH, **changed):
    form = cycle_view(house, f.YEAR).form(ANNUAL, agency)
    asked = {(row.code, field.code) for _, row, field in form.cells()}
    answers = [
        {"row": row, "field": field, "value": value}
        for (row, field), value in f.answers(ANNUAL).items()
        if (row, field) in asked
    ]
    return {"year": f.YEAR, "period": "annual", "version": form.version, "answers": answers, **changed}


def send(house, body, key=None, idempotency_key=""):
    data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return answer_by_api(house, key or a_key(house), data, is_json=True, idempotency_key=idempotency_key)


def with_value(body, row, field, value):
    others = [one for one in body["answers"] if (one["row"], one["field"]) != (row, field)]
    return {**body, "answers": [*others, {"row": row, "field": field, "value": value}]}


def test_a_json_answer_is_accepted_with_a_receipt_and_says_where_each_value_stood():
    house = f.a_house()
    answer = send(house, a_body(house))
    with house.work() as work:
        cells = {(one.row, one.field): one for one in work.submissions.entries(f"{CYCLE}/annual/{HEALTH}/v1")}

    assert (answer.facts["outcome"], answer.is_replay) == ("accepted", False)
    assert cells["n1", "status"].value == DOING
    assert cells["n1", "status"].cell.startswith("/answers/")
    assert cells["n1", "evidence"].raw == ""


def test_json_and_workbook_with_the_same_answers_have_the_same_content_hash():
    house = f.a_house()
    key = a_key(house)
    send(house, a_body(house), key)
    workbook = f.a_workbook(house, HEALTH)
    answer_by_api(house, key, workbook, is_json=False)
    with house.work() as work:
        stored = [work.receipts.of_submission(f"{CYCLE}/annual/{HEALTH}/v{number}") for number in (1, 2)]
    first, second = (json.loads(one.statement) for one in stored)

    assert first["content_sha256"] == second["content_sha256"]
    assert first["sha256"] != second["sha256"]
    assert (first["cites"], second["cites"]) == (None, first["number"])


@pytest.mark.parametrize(
    ("value", "read", "code"),
    [
        (12.5, "12.5", None),  # a JSON number has one reading
        (4, "4", None),
        ("12,5", "12.5", None),
        ("1.234,5", "1234.5", None),
        ("12.5", None, "number_ambiguous"),  # a text is what a clerk typed
        ("1_000", None, "number_invalid"),
        ("１２", None, "number_invalid"),
        (None, None, "required"),
    ],
)
def test_numbers_are_exact_and_texts_are_read_as_typed(value, read, code):
    house = f.a_house()
    answer = send(house, with_value(a_body(house), "budget", "value", value))
    with house.work() as work:
        cells = {(one.row, one.field): one.value for one in work.submissions.entries(f"{CYCLE}/annual/{HEALTH}/v1")}

    assert cells["budget", "value"] == read
    assert [one["code"] for one in answer.facts["findings"]] == ([code] if code else [])


def raw(house, old, new):
    return json.dumps(a_body(house)).encode().replace(old, new)


BROKEN = {
    "not json": (lambda house: b"{", "answer.not_json"),
    "no object": (lambda house: b"[]", "answer.not_json"),
    "latin-1": (lambda house: json.dumps({"x": "é"}, ensure_ascii=False).encode("latin-1"), "answer.not_json"),
    "utf-16": (lambda house: json.dumps(a_body(house)).encode("utf-16"), "answer.not_json"),
    "deep": (lambda house: b"[" * 100_000, "answer.not_json"),
    "a name twice": (lambda house: raw(house, b'{"year"', b'{"year": 2025, "year"'), "answer.not_json"),
    "NaN": (lambda house: raw(house, b"2025", b"NaN"), "answer.not_json"),
    "Infinity": (lambda house: raw(house, b"2025", b"Infinity"), "answer.not_json"),
    "a missing name": (lambda house: raw(house, b'"version"', b'"ver"'), "answer.shape"),
    "a year with an exponent": (lambda house: raw(house, b"2025", b"2e3"), "answer.shape"),
    "a period of no programme": (lambda house: raw(house, b'"annual"', b'"q9"'), "answer.shape"),
    "an unknown question": (lambda house: raw(house, b'"n1"', b'"n9"'), "answer.unknown_questions"),
    "an old version": (lambda house: json.dumps(a_body(house, version="00000000")).encode(), "file.old_version"),
    "too large": (lambda house: b" " * (1024 * 1024 + 1), "answer.too_large"),
}


@pytest.mark.parametrize(("make", "reason"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_answer_is_kept_with_its_reason(make, reason):
    house = f.a_house()
    data = make(house)
    answer = send(house, data)

    assert (answer.facts["outcome"], answer.facts["reason"]) == ("quarantined", reason)
    assert house.files.get(str(answer.facts["sha256"])) == data
    assert f.versions(house, HEALTH) == []


def test_a_byte_order_mark_does_no_harm():
    house = f.a_house()

    assert send(house, b"\xef\xbb\xbf" + json.dumps(a_body(house)).encode()).facts["outcome"] == "accepted"


def test_a_number_beyond_every_float_is_never_rounded_but_asked_about():
    house = f.a_house()
    answer = send(house, raw(house, b'"value": "4"', b'"value": 9007199254740993'))
    with house.work() as work:
        cells = {(one.row, one.field): one for one in work.submissions.entries(f"{CYCLE}/annual/{HEALTH}/v1")}
    cell = cells["inspections", "value"]

    assert [one["code"] for one in answer.facts["findings"]] == ["number_too_long"]
    assert (cell.raw, cell.value) == ("9007199254740993", None)


def test_the_same_key_with_the_same_body_gives_the_first_answer_again():
    house = f.a_house()
    key, body = a_key(house), a_body(house)
    first = send(house, body, key, "k-1")
    before = house.database.tables.submissions
    second = send(house, body, key, "k-1")

    assert (second.facts, first.is_replay, second.is_replay) == (dict(first.facts), False, True)
    assert house.database.tables.submissions == before


def test_the_same_key_with_another_body_is_refused_and_changes_nothing():
    house = f.a_house()
    key = a_key(house)
    send(house, a_body(house), key, "k-1")
    with pytest.raises(DataProblem, match="idempotency_key_reused"):
        send(house, with_value(a_body(house), "inspections", "value", 5), key, "k-1")

    assert len(f.versions(house, HEALTH)) == 1


def test_the_same_key_of_another_agency_is_another_key():
    house = f.a_house()
    send(house, a_body(house), a_key(house), "k-1")
    other = api_keys.create(house, FINANCE, "B" * 43, "x")[0]

    assert send(house, a_body(house, FINANCE), other, "k-1").facts["agency"] == FINANCE


def under_way(house, key, body):
    """A request whose process died in the middle."""
    read = house.workbooks.read
    house.workbooks.read = lambda *file: (_ for _ in ()).throw(PowerCut("reading"))
    with pytest.raises(PowerCut):
        answer_by_api(house, key, body, is_json=False, idempotency_key="k-1")
    house.workbooks.read = read


def test_while_the_first_is_under_way_the_second_waits_and_a_dead_one_is_taken_over(monkeypatch):
    house = f.a_house()
    key, body = a_key(house), f.a_workbook(house, HEALTH)
    monkeypatch.setattr("plancycle.services.api_once._forget", lambda *_: None)  # the process is gone
    under_way(house, key, body)
    with pytest.raises(ActionNeeded, match="in_flight"):
        answer_by_api(house, key, body, is_json=False, idempotency_key="k-1")
    house.clock.at += timedelta(minutes=5)

    assert answer_by_api(house, key, body, is_json=False, idempotency_key="k-1").facts["outcome"] == "accepted"


def test_after_a_failure_of_ours_the_same_key_can_be_tried_again_at_once():
    house = f.a_house()
    key, body = a_key(house), f.a_workbook(house, HEALTH)
    under_way(house, key, body)

    assert answer_by_api(house, key, body, is_json=False, idempotency_key="k-1").facts["outcome"] == "accepted"


@pytest.mark.parametrize(("after", "is_replay"), [(timedelta(hours=24), True), (timedelta(days=8), False)])
def test_an_answer_can_be_asked_for_again_for_a_week_and_the_bytes_still_count_once_after_it(after, is_replay):
    house = f.a_house()
    key, body = a_key(house), a_body(house)
    first = send(house, body, key, "k-1")
    house.clock.at += after
    again = send(house, body, key, "k-1")
    with house.work() as work:
        started = work.api.request(HEALTH, "k-1").started_at

    assert again.facts["receipt"] == first.facts["receipt"]
    assert (started == house.clock.at - after) is is_replay
    assert len(f.versions(house, HEALTH)) == 1


@pytest.mark.parametrize("text", ["x" * 256, "a b", "é", "a\nb"])
def test_a_key_that_cannot_stand_in_a_header_is_refused(text):
    house = f.a_house()
    with pytest.raises(DataProblem, match="idempotency_key_invalid"):
        send(house, a_body(house), idempotency_key=text)


def test_a_key_opens_until_it_is_taken_back_and_its_secret_is_nowhere():
    house = f.a_house()
    key, token = api_keys.create(house, HEALTH, SECRET, "Nguyễn Thị Lập")
    assert api_keys.holder_of(house, token).agency == HEALTH
    api_keys.revoke(house, key.id, "Nguyễn Thị Lập")
    with house.work() as work:
        kept = repr([work.api.keys(), work.audit.all()])

    for wrong in (token, token[:-1] + "B", "plk_000000000000_" + SECRET, "", "plk"):
        with pytest.raises(NotAllowed, match="key_unknown"):
            api_keys.holder_of(house, wrong)
    assert SECRET not in kept


def test_keys_are_for_known_agencies_only():
    with pytest.raises(NotFound):
        api_keys.create(f.a_house(), "so-khong-co", SECRET, "x")
    with pytest.raises(NotFound):
        api_keys.revoke(f.a_house(), "000000000000", "x")


def test_a_workbook_of_another_agency_is_refused():
    house = f.a_house()
    answer = answer_by_api(house, a_key(house), f.a_workbook(house, FINANCE), is_json=False)

    assert (answer.facts["reason"], f.versions(house, FINANCE)) == ("file.other_agency", [])
