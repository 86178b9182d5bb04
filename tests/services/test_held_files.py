"""A file marked as a state secret is held: apart, shown to nobody, decided about by two people."""

import json
from datetime import timedelta

import factories as f
import pytest
from small_programme import ANNUAL, HEALTH, at

from plancycle.domain.errors import ActionNeeded, DataProblem, NotAllowed
from plancycle.domain.quarantine import KEPT_FOR, QuarantineStatus
from plancycle.domain.secrecy import REASON
from plancycle.domain.submissions import Outcome
from plancycle.services import extension_requests
from plancycle.services.explanations import explain
from plancycle.services.held_files import bytes_for, clear, destroy
from plancycle.services.manage_quarantine import bytes_of, listed, purge, release, show
from plancycle.services.receive_submission import receive
from plancycle.services.try_out_answer import try_out
from plancycle.services.verify_audit import verify
from plancycle.services.withdraw_submission import withdraw

BY, SECOND, DOCUMENT = "Nguyễn Thị Lập", "Lê Văn Quản", "12/BB-SNV ngày 05/12/2025"
NAME = "bao-cao-TỐI-MẬT.xlsx"


def handed_in(house, name=NAME, **how):
    return receive(house, f.a_workbook(house, HEALTH), name, "folder", **how)


def actions(house):
    with house.work() as work:
        return [event.action for event in work.audit.all()]


@pytest.mark.parametrize("channel", ["web", "api", "mailbox", "folder"])
def test_a_marked_answer_is_held_on_every_channel_and_is_no_answer(channel):
    house = f.a_house()
    result = receive(house, f.a_workbook(house, HEALTH), NAME, channel)

    assert (result.outcome, result.reason, result.submission_id) == (Outcome.QUARANTINED, REASON, None)
    assert f.versions(house, HEALTH) == []
    assert (result.sha256 in house.files.stored, result.sha256 in house.files.apart) == (False, True)


@pytest.mark.parametrize("channel", ["web", "api"])
def test_a_mark_typed_into_an_answer_is_held_too(channel):
    house = f.a_house()
    body = {
        "year": f.YEAR,
        "period": "annual",
        "version": "00000000",
        "answers": [{"row": "n1", "field": "status", "value": "TUYỆT MẬT"}],
    }
    data = json.dumps(body).encode()

    assert try_out(house, data, "nhap.json", allowed=(HEALTH,), json_of=HEALTH) is None
    assert receive(house, data, "nhap.json", channel, json_of=HEALTH).reason == REASON


def test_words_that_carry_a_mark_are_kept_nowhere():
    house = f.a_house()
    f.all_answer(house, agencies=(HEALTH,))
    (version,) = f.versions(house, HEALTH)
    before, marked = actions(house), "Số liệu theo văn bản\nMẬT"
    for act in (
        lambda: extension_requests.ask(house, f.owed(HEALTH), at(12, 20), marked, "Trần B"),
        lambda: explain(house, version.id, "r", "n1", "status", marked, "Trần B"),
        lambda: withdraw(house, version.id, marked, "Trần B"),
    ):
        with pytest.raises(DataProblem, match=r"text\.state_secret"):
            act()

    assert actions(house) == before


def test_nobody_gets_the_bytes_and_one_person_cannot_release_them():
    house = f.a_house()
    handed_in(house)

    for act in (lambda: bytes_of(house, 1), lambda: release(house, 1, BY)):
        with pytest.raises(ActionNeeded) as refused:
            act()
        assert refused.value.key == "quarantine.held"


def test_time_alone_does_not_let_a_held_file_go():
    house = f.a_house()
    handed_in(house)
    house.clock.at += KEPT_FOR + timedelta(days=1)

    assert purge(house) == []
    assert show(house, 1).file.status is QuarantineStatus.KEPT


def test_the_same_file_again_is_held_once_and_apart():
    house = f.a_house()
    first, again = handed_in(house), handed_in(house, sender="khac")

    assert (again.sha256 in house.files.stored, len(listed(house))) == (False, 2)
    assert first.sha256 == again.sha256
    assert handed_in(house).replay


def test_a_mistaken_mark_is_cleared_by_two_people_and_the_answer_counts_as_sent_then():
    house = f.a_house()
    handed_in(house)
    sent = house.clock.at
    house.clock.at += timedelta(days=2)
    (result,) = clear(house, 1, BY, SECOND, DOCUMENT)

    (version,) = f.versions(house, HEALTH, ANNUAL)
    assert (result.outcome, version.sent_at) == (Outcome.ACCEPTED, sent)
    assert (result.sha256 in house.files.stored, house.files.apart) == (True, {})
    assert show(house, 1).file.status is QuarantineStatus.RELEASED
    assert "secret.cleared" in actions(house)


def test_a_secret_is_handed_over_and_destroyed_and_its_record_stays():
    house = f.a_house()
    handed_in(house)
    assert bytes_for(house, 1, BY, SECOND, DOCUMENT) == f.a_workbook(house, HEALTH)
    destroy(house, 1, BY, SECOND, DOCUMENT)

    assert (house.files.apart, listed(house)) == ({}, [])
    assert actions(house)[-2:] == ["secret.handed_over", "secret.destroyed"]
    assert verify(house).ok
    with pytest.raises(ActionNeeded):
        destroy(house, 1, BY, SECOND, DOCUMENT)


@pytest.mark.parametrize(
    ("by", "second", "document", "error"),
    [
        ("", SECOND, DOCUMENT, DataProblem),
        (BY, " ", DOCUMENT, DataProblem),
        (BY, " nguyễn  thị LẬP ", DOCUMENT, NotAllowed),
        (BY, SECOND, "", DataProblem),
    ],
)
@pytest.mark.parametrize("act", [clear, destroy])
def test_it_takes_two_people_and_a_document(act, by, second, document, error):
    house = f.a_house()
    handed_in(house)

    with pytest.raises(error):
        act(house, 1, by, second, document)
    assert show(house, 1).file.status is QuarantineStatus.KEPT


def test_an_ordinary_refused_file_is_not_cleared_here():
    house = f.a_house()
    receive(house, b"PK no workbook", "anh.jpg", "folder")

    with pytest.raises(ActionNeeded):
        clear(house, 1, BY, SECOND, DOCUMENT)


def test_bytes_that_stand_as_an_accepted_answer_are_not_taken_away_from_it():
    house = f.a_house()
    accepted = handed_in(house, "bao-cao.xlsx")
    held = handed_in(house)

    assert (accepted.outcome, held.reason) == (Outcome.ACCEPTED, REASON)
    assert accepted.sha256 in house.files.stored
