"""Handing an approved edition to its addressees."""

from dataclasses import replace

import factories as f
import pytest
from fakes import PowerCut
from small_programme import ANNUAL, CYCLE, DURING_Q1, HOME, Q1, YEAR, at

from plancycle.domain.approvals import ApprovalStatus
from plancycle.domain.errors import ActionNeeded, NotAllowed, NotFound
from plancycle.domain.transmittals import TransmittalStatus
from plancycle.services.transmit_edition import ask_acknowledgements, transmit

PROVINCE, MINISTRY = "ubnd-tinh", "bo-noi-vu"


def statuses(transmittals):
    return {one.addressee: str(one.status) for one in transmittals}


def stored(house):
    with house.work() as work:
        return work.transmittals.of_cycle(CYCLE)


def taken(house):
    return {channel: list(gateway.taken) for channel, gateway in house.gateways.items()}


def test_every_addressee_of_the_period_gets_the_approved_bytes_under_one_key():
    house = f.a_house()
    edition = f.an_approved_edition(house)
    results = transmit(house, edition.id)
    package = house.gateways["http"].taken[results[1].key]
    with house.work() as work:
        documents = work.editions.documents(edition.id)

    assert statuses(results) == {PROVINCE: "sent", MINISTRY: "sent"}
    assert [house.files.put(file.data) for file in package.files] == [file.sha256 for file in documents]
    assert (package.sender, package.addressee, package.document_number) == (HOME, MINISTRY, "01/BC-SNV")
    assert results[1].key == f"{CYCLE}/annual/{MINISTRY}/{package.bundle_sha256[:16]}"
    assert results[1].sent_at == house.clock.at


def test_a_quarterly_report_goes_to_the_province_only():
    house = f.a_house(DURING_Q1)

    assert statuses(transmit(house, f.an_approved_edition(house, Q1).id)) == {PROVINCE: "sent"}


def test_transmitting_again_sends_nothing_again():
    house = f.a_house()
    edition = f.an_approved_edition(house)
    first = transmit(house, edition.id)
    calls, before = list(house.gateways["http"].calls), house.database.tables

    assert transmit(house, edition.id) == first
    assert (house.gateways["http"].calls, house.database.tables) == (calls, before)


@pytest.mark.parametrize("status", [None, ApprovalStatus.REQUESTED, ApprovalStatus.RETURNED])
def test_nothing_leaves_without_an_approval(status):
    house = f.a_house()
    edition = f.a_final_edition(house).id if status is None else f.an_approval(house, status).edition
    before = house.database.tables
    with pytest.raises(NotAllowed):
        transmit(house, edition)

    assert (taken(house), house.database.tables) == ({"http": [], "folder": []}, before)


@pytest.mark.parametrize("changed", [{"decided_by": "chuyen-vien"}, {"decided_by": None}])
def test_an_approval_by_nobody_or_by_the_preparer_lets_nothing_leave(changed):
    house = f.a_house()
    approval = f.an_approval(house, ApprovalStatus.APPROVED)
    with house.work() as work:
        work.editions.save_approval(replace(approval, **changed))
    with pytest.raises(NotAllowed):
        transmit(house, approval.edition)

    assert taken(house) == {"http": [], "folder": []}


def test_an_edition_nobody_knows_is_not_found():
    with pytest.raises(NotFound):
        transmit(f.a_house(), f"{CYCLE}/annual/e9")


def test_an_approved_edition_is_blocked_by_a_newer_final_one():
    house = f.a_house()
    edition = f.an_approved_edition(house)
    f.a_newer_edition(house)
    with pytest.raises(ActionNeeded) as refused:
        transmit(house, edition.id)

    assert (refused.value.key, taken(house)) == ("transmittal.newer_edition", {"http": [], "folder": []})


def test_a_period_that_was_sent_is_sent_again_only_as_the_replacement_of_what_is_there():
    house = f.a_house()
    first = transmit(house, f.an_approved_edition(house).id)
    second = transmit(house, f.a_newer_approved_edition(house).id)
    known = {one.key: str(one.status) for one in stored(house)}

    assert [(one.business, one.concerns) for one in second] == [("3", one.key) for one in first]
    assert [known[one.key] for one in (*first, *second)] == ["replaced", "replaced", "sent", "sent"]
    assert second[1].approval != first[1].approval


def test_an_edition_every_addressee_refused_may_be_followed_by_a_better_one():
    house = f.a_house()
    for gateway in house.gateways.values():
        gateway.script.append("refused")
    refused = transmit(house, f.an_approved_edition(house).id)

    assert statuses(refused) == {PROVINCE: "refused", MINISTRY: "refused"}
    assert statuses(transmit(house, f.a_newer_approved_edition(house).id)) == {PROVINCE: "sent", MINISTRY: "sent"}


def test_an_addressee_out_of_reach_is_tried_again_and_the_others_get_it_at_once():
    house = f.a_house()
    house.gateways["http"].script.append("down")
    edition = f.an_approved_edition(house)
    first, second = transmit(house, edition.id), transmit(house, edition.id)

    assert statuses(first) == {PROVINCE: "sent", MINISTRY: "intent"}
    assert statuses(second) == {PROVINCE: "sent", MINISTRY: "sent"}
    assert [one.attempts for one in second] == [1, 2]
    assert house.gateways["folder"].calls == ["send ubnd-tinh"]


@pytest.mark.parametrize(
    ("what", "calls"),
    [
        ("lost", ["send bo-noi-vu", "ask bo-noi-vu"]),
        ("silent", ["send bo-noi-vu", "ask bo-noi-vu", "send bo-noi-vu"]),
    ],
)
def test_an_unknown_outcome_is_asked_about_before_it_is_tried_again(what, calls):
    house = f.a_house()
    house.gateways["http"].script.append(what)
    edition = f.an_approved_edition(house)
    first, second = transmit(house, edition.id), transmit(house, edition.id)

    assert (statuses(first)[MINISTRY], statuses(second)[MINISTRY]) == ("unknown", "sent")
    assert house.gateways["http"].calls == calls
    assert len(house.gateways["http"].taken) == 1


@pytest.mark.parametrize("commit", range(1, 6))
def test_wherever_the_machine_dies_each_addressee_counts_the_edition_once(commit):
    house = f.a_house()
    edition = f.an_approved_edition(house)
    house.database.fail_at = house.database.commits + commit
    try:
        transmit(house, edition.id)
    except PowerCut:
        transmit(house, edition.id)

    assert statuses(stored(house)) == {PROVINCE: "sent", MINISTRY: "sent"}
    assert [len(keys) for keys in taken(house).values()] == [1, 1]


def test_a_machine_that_dies_after_handing_over_hands_over_under_the_same_key():
    house = f.a_house()
    house.gateways["http"].script.append("cut")
    edition = f.an_approved_edition(house)
    with pytest.raises(PowerCut):
        transmit(house, edition.id)
    before = taken(house)
    transmit(house, edition.id)

    assert taken(house) == before
    assert statuses(stored(house)) == {PROVINCE: "sent", MINISTRY: "sent"}


def test_a_channel_without_an_address_does_not_keep_the_others_waiting():
    house = f.a_house()
    edition = f.an_approved_edition(house)
    reachable = house.gateway

    def gateway(channel):
        if channel == "folder":
            raise ActionNeeded("gateway.no_address")
        return reachable(channel)

    house.gateway = gateway
    with pytest.raises(ActionNeeded):
        transmit(house, edition.id)

    assert statuses(stored(house)) == {PROVINCE: "intent", MINISTRY: "sent"}


@pytest.mark.parametrize(
    ("answer", "status", "changed"),
    [
        ("acknowledged", TransmittalStatus.ACKNOWLEDGED, 1),
        ("refused", TransmittalStatus.REFUSED, 1),
        ("sent", TransmittalStatus.SENT, 0),
    ],
)
def test_what_the_addressee_answers_is_kept_once(answer, status, changed):
    house = f.a_house()
    house.gateways["http"].answer = answer
    house.gateways["folder"].answer = "sent"
    sent = f.a_transmittal(house, TransmittalStatus.SENT)
    house.clock.at = at(12, 3)  # Wednesday 03/12/2025
    answered = ask_acknowledgements(house, YEAR)
    after = next(one for one in stored(house) if one.key == sent.key)

    assert (len(answered), after.status) == (changed, status)
    assert after.acknowledged_at == (at(12, 3) if changed else None)
    assert ask_acknowledgements(house, YEAR) == []


def test_an_addressee_that_cannot_be_asked_is_asked_next_time():
    house = f.a_house()
    f.a_transmittal(house, TransmittalStatus.SENT)
    house.gateways["http"].taken.clear()

    assert statuses(ask_acknowledgements(house, YEAR)) == {PROVINCE: "acknowledged"}
    assert statuses(stored(house)) == {PROVINCE: "acknowledged", MINISTRY: "sent"}


def test_every_step_of_a_transmittal_is_an_event():
    house = f.a_house()
    f.a_transmittal(house, TransmittalStatus.UNKNOWN)
    with house.work() as work:
        found = [event.action for event in work.audit.all() if event.action.startswith("transmittal.")]

    assert found == [
        "transmittal.intent",
        "transmittal.intent",
        "transmittal.attempt",
        "transmittal.sent",
        "transmittal.attempt",
        "transmittal.unknown",
    ]
    assert ANNUAL in stored(house)[0].key
