"""Approvals forged in the database, one way after the other: nothing leaves the house.

A real ledger, real key files and a real delivery folder. The forger can write any row, and may even hold some of the
keys (a colluding delegate); what they lack is another person's key, a delegation in force, or the log's word.
"""

import base64
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import factories as f
import pytest
from approval_world import (
    CHAIR,
    DEPUTY,
    DIRECTOR,
    OFFICE,
    PREPARER,
    a_chain_house,
    approve_all,
    newest,
    put_up,
    records,
)
from fake_outside import FakeGateway
from ledgers import copied_url, ledger_url
from proving import decide_as
from small_programme import HOME, Q1, ZONE, at
from sqlalchemy import text

from plancycle.adapters.approver_keys import ApproverKeys
from plancycle.adapters.database.unit_of_work import Database
from plancycle.adapters.gateways import FolderGateway
from plancycle.domain.approvals import Approval, ApprovalStatus
from plancycle.domain.delegations import Authority, Delegation
from plancycle.domain.errors import NotAllowed, PlancycleError
from plancycle.domain.people import Account, Role
from plancycle.services.approval_proof import can_leave
from plancycle.services.approver_key_rotation import new_key
from plancycle.services.consolidate_period import consolidate
from plancycle.services.corrections import open_correction
from plancycle.services.delegations import delegate, revoke
from plancycle.services.journal import record
from plancycle.services.prepare_submission import prepare
from plancycle.services.receive_submission import receive
from plancycle.services.sweep import due_actions
from plancycle.services.transmit_edition import transmit
from plancycle.services.verify_audit import verify

DAYS, PAPER = (date(2025, 12, 1), date(2025, 12, 5)), "12/GUQ-UBND ngày 28/11/2025"


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """A world in which the annual edition is put up for the first step, on the disk, to be copied for each forgery."""
    folder = tmp_path_factory.mktemp("asked")
    database = Database(ledger_url(folder))
    database.upgrade()
    house = a_chain_house(database=database, approver_keys=ApproverKeys(folder, b"s" * 32))
    edition = put_up(house).edition
    database.close()
    return SimpleNamespace(folder=folder, house=house, edition=edition)


@pytest.fixture
def world(asked, tmp_path):
    """A copy of it with an outside that takes whatever comes."""
    house = replace(
        asked.house,
        clock=replace(asked.house.clock),
        database=Database(copied_url(asked.folder, tmp_path)),
        approver_keys=ApproverKeys(tmp_path, b"s" * 32),
        gateways={"http": FakeGateway(), "folder": FolderGateway(tmp_path / "transmitted")},
    )
    yield SimpleNamespace(house=house, edition=asked.edition, folder=tmp_path)
    house.database.close()


def write(world, sql, **values):
    with world.house.database.engine.begin() as connection:
        connection.execute(text(sql), values)


def delete(world, where=""):
    """Delete requests, as the owner of the database can who first takes its guard away."""
    is_sqlite = world.house.database.engine.dialect.name == "sqlite"
    write(world, "DROP TRIGGER approvals_no_delete" if is_sqlite else "DROP TRIGGER approvals_kept ON approvals")
    write(world, f"DELETE FROM approvals {where}")


def insert(world, approval):
    with world.house.work() as work:
        known = work.editions.approval(approval.id)
        (work.editions.save_approval if known else work.editions.add_approval)(approval)


def signed(world, approval, by, key=""):
    """The record as the holder of a key would sign it."""
    key_id, signature = world.house.approver_keys.sign(key or by, approval.text().encode())
    return replace(approval, key_id=key_id, signature=signature)


def as_decided(world, step, by, previous=None, **changed) -> Approval:
    """A record of a decision that nobody made, complete but for its signature."""
    asked = records(world.house, world.edition)[0]
    now = world.house.clock.now()
    return replace(
        asked,
        number=step,
        step=step,
        step_id=("so", "tinh")[step - 1],
        approver=(DIRECTOR, CHAIR)[step - 1],
        requested_at=asked.requested_at,
        status=ApprovalStatus.APPROVED,
        decided_by=by,
        decided_at=now,
        previous=previous.sha256 if previous else "",
        **changed,
    )


def log(world, approval):
    """The forger also writes the log entry the service would have written, chain and all."""
    with world.house.work() as work:
        record(world.house, work, "approval.approved", approval.id, "ai-do", signature=approval.signature)


def honest_first(world):
    """The director really approves; the second step waits."""
    return decide_as(world.house, records(world.house, world.edition)[0].id, DIRECTOR, True, "")


def put_second(world, approval):
    insert(world, approval)
    log(world, approval)


def no_signature(world):
    first = as_decided(world, 1, DIRECTOR)
    insert(world, first)
    insert(world, as_decided(world, 2, CHAIR, first))


def random_signature(world):
    honest = honest_first(world)
    noise = base64.b64encode(b"\7" * 64).decode()
    put_second(world, replace(as_decided(world, 2, CHAIR, honest), key_id="0" * 16, signature=noise))


def signed_with_another_key(world):
    honest = honest_first(world)
    put_second(world, signed(world, as_decided(world, 2, CHAIR, honest), CHAIR, key=DIRECTOR))


def signature_of_another_edition(world):
    world.house.clock.at = at(12, 2)
    f.all_answer(world.house, Q1)
    other = prepare(world.house, consolidate(world.house, 2025, Q1, final=True).edition.id).approval
    decide_as(world.house, other.id, DIRECTOR, True, "")
    lent = decide_as(world.house, newest(world.house, other.edition).id, CHAIR, True, "")
    honest = honest_first(world)
    put_second(world, replace(as_decided(world, 2, CHAIR, honest), key_id=lent.key_id, signature=lent.signature))


def other_files_after_the_approval(world):
    approve_all_here(world)
    write(world, "UPDATE documents SET sha256 = :other WHERE kind = 'pdf'", other="ab" * 32)


def other_hash_in_every_row(world):
    approve_all_here(world)
    write(world, "UPDATE documents SET sha256 = :other WHERE kind = 'pdf'", other="ab" * 32)
    from plancycle.domain.consolidation import bundle_sha256

    with world.house.work() as work:
        edition = work.editions.get(world.edition)
        bundle = bundle_sha256(edition.sha256, work.editions.documents(edition.id))
    write(world, "UPDATE approvals SET bundle_sha256 = :bundle", bundle=bundle)


def approve_all_here(world):
    honest_first(world)
    return decide_as(world.house, newest(world.house, world.edition).id, CHAIR, True, "")


def expired_delegation(world):
    given = delegate(world.house, CHAIR, OFFICE, Authority.TUQ, DAYS, PAPER)
    honest = honest_first(world)
    world.house.clock.at = at(12, 8)  # Monday; it ended on Friday
    forged = as_decided(world, 2, OFFICE, honest, principal=CHAIR, delegation=given.id)
    put_second(world, signed(world, forged, OFFICE))


def expired_delegation_made_longer(world):
    expired_delegation(world)
    write(world, "UPDATE delegations SET last_day = '2025-12-31'")


def revoked_delegation(world):
    given = delegate(world.house, CHAIR, OFFICE, Authority.TUQ, DAYS, PAPER)
    honest = honest_first(world)
    revoke(world.house, given.id, CHAIR)
    world.house.clock.at += timedelta(hours=1)
    forged = as_decided(world, 2, OFFICE, honest, principal=CHAIR, delegation=given.id)
    put_second(world, signed(world, forged, OFFICE))


def revoked_delegation_restored(world):
    revoked_delegation(world)
    write(world, "UPDATE delegations SET revoked_at = NULL, revoked_by = NULL")


def delegation_written_by_hand(world):
    honest = honest_first(world)
    given = Delegation("ct/uq9", "ct", CHAIR, OFFICE, Authority.TUQ, *DAYS, PAPER, at(11, 28).astimezone(ZONE))
    key_id, signature = world.house.approver_keys.sign(OFFICE, given.text().encode())
    with world.house.work() as work:
        work.delegations.add(replace(given, key_id=key_id, signature=signature))
    forged = as_decided(world, 2, OFFICE, honest, principal=CHAIR, delegation=given.id)
    put_second(world, signed(world, forged, OFFICE))


def preparer_as_deputy(world):
    honest = honest_first(world)
    forged = as_decided(world, 2, PREPARER, honest, principal=CHAIR, delegation="ct/uq1")
    put_second(world, signed(world, forged, PREPARER))


def first_decider_again_as_deputy(world):
    given = delegate(world.house, CHAIR, DIRECTOR, Authority.TUQ, DAYS, PAPER)
    honest = honest_first(world)
    forged = as_decided(world, 2, DIRECTOR, honest, principal=CHAIR, delegation=given.id)
    put_second(world, signed(world, forged, DIRECTOR))


def older_edition_replayed(world):
    last = approve_all_here(world)
    newer_edition(world)
    write(world, "UPDATE approvals SET status = 'approved' WHERE edition = :old", old=last.edition)


def older_decision_moved_to_the_newer_edition(world):
    last = approve_all_here(world)
    edition = newer_edition(world)
    asked = newest(world.house, edition)
    for one in records(world.house, last.edition):
        insert(world, replace(one, edition=edition, bundle_sha256=asked.bundle_sha256, status=ApprovalStatus.APPROVED))
    world.edition = edition


def newer_edition(world):
    open_correction(world.house, f.owed(HOME), f.REASON, "so-noi-vu")
    receive(world.house, f.a_workbook(world.house, HOME, inspections__value="5"), "lan-2.xlsx", "folder")
    return prepare(world.house, f.a_final_edition(world.house).id).edition_id


def unknown_approver(world):
    honest = honest_first(world)
    forged = as_decided(world, 2, "ai-do", honest, principal="ai-do")
    put_second(world, replace(forged, key_id="0" * 16, signature=base64.b64encode(b"\1" * 64).decode()))


def second_step_before_the_first(world):
    early = signed(world, as_decided(world, 2, CHAIR), CHAIR)
    honest_first(world)
    delete(world, "WHERE status = 'requested'")
    put_second(world, early)


def last_step_alone(world):
    delete(world)
    asked = replace(world_first(world), number=1)
    put_second(world, signed(world, asked, CHAIR))


def world_first(world):
    now = world.house.clock.now()
    with world.house.work() as work:
        edition = work.editions.get(world.edition)
        from plancycle.domain.consolidation import bundle_sha256

        bundle = bundle_sha256(edition.sha256, work.editions.documents(edition.id))
    return Approval(
        world.edition, bundle, now, PREPARER, CHAIR, ApprovalStatus.APPROVED, now, CHAIR, None, 1, 2, 2, "tinh"
    )


def chain_cut_to_one(world):
    write(world, "UPDATE approvals SET steps = 1")
    forged = as_decided(world, 1, DIRECTOR, steps=1)
    put_second(world, signed(world, forged, DIRECTOR))


def disabled_account(world):
    honest = honest_first(world)
    now = world.house.clock.now()
    account = Account(CHAIR, "Lê Thị Duyệt", (Role.APPROVER,), "", now, "it", disabled_at=now)
    with world.house.work() as work:
        work.people.add(account)
    world.house.clock.at += timedelta(minutes=5)
    put_second(world, signed(world, as_decided(world, 2, CHAIR, honest), CHAIR))


def taken_back_and_restored(world):
    approve_all_here(world)
    with world.house.work() as work:
        for one in work.editions.approvals(world.edition):
            record(world.house, work, "approval.void", one.id)


def decided_before_it_was_asked(world):
    honest = honest_first(world)
    early = records(world.house, world.edition)[0].requested_at - timedelta(days=1)
    put_second(world, signed(world, replace(as_decided(world, 2, CHAIR, honest), decided_at=early), CHAIR))


def never_logged(world):
    honest = honest_first(world)
    insert(world, signed(world, as_decided(world, 2, CHAIR, honest), CHAIR))


def a_return_turned_into_an_approval(world):
    honest_first(world)
    asked = newest(world.house, world.edition)
    returned = decide_as(world.house, asked.id, CHAIR, False, f.REASON)
    write(world, "UPDATE approvals SET status = 'approved', returned_to = NULL WHERE 1 = 1")
    log(world, returned)


def a_key_that_was_given_up(world):
    honest = honest_first(world)
    stolen = signed(world, as_decided(world, 2, CHAIR, honest), CHAIR)
    new_key(world.house, CHAIR, f.REASON, CHAIR)
    put_second(world, stolen)


def a_delegation_by_a_key_that_was_given_up(world):
    honest = honest_first(world)
    given = Delegation("ct/uq9", "ct", CHAIR, OFFICE, Authority.TUQ, *DAYS, PAPER, at(11, 28).astimezone(ZONE))
    key_id, signature = world.house.approver_keys.sign(CHAIR, given.text().encode())
    new_key(world.house, CHAIR, f.REASON, CHAIR)
    with world.house.work() as work:
        work.delegations.add(replace(given, key_id=key_id, signature=signature))
        record(world.house, work, "delegation.made", given.id, CHAIR)
    forged = as_decided(world, 2, OFFICE, honest, principal=CHAIR, delegation=given.id)
    put_second(world, signed(world, forged, OFFICE))


def nothing_but_a_start(world):
    """Somebody starts the transmittal through the interface; nobody has decided."""


FORGERIES = {
    no_signature: "record_unsigned",
    random_signature: "record_forged",
    signed_with_another_key: "record_forged",
    signature_of_another_edition: "record_forged",
    other_files_after_the_approval: "other_bytes_approved",
    other_hash_in_every_row: "record_forged",
    expired_delegation: "record_no_right",
    expired_delegation_made_longer: "record_no_right",
    revoked_delegation: "record_no_right",
    revoked_delegation_restored: "record_no_right",
    delegation_written_by_hand: "record_no_right",
    preparer_as_deputy: "not_approved",
    first_decider_again_as_deputy: "record_own_work",
    older_edition_replayed: "record_not_in_log",
    older_decision_moved_to_the_newer_edition: "record_forged",
    unknown_approver: "record_forged",
    second_step_before_the_first: "record_out_of_order",
    last_step_alone: "chain_incomplete",
    chain_cut_to_one: "chain_incomplete",
    disabled_account: "record_account_disabled",
    taken_back_and_restored: "record_not_in_log",
    decided_before_it_was_asked: "record_out_of_order",
    never_logged: "record_not_in_log",
    a_return_turned_into_an_approval: "record_not_in_log",
    a_key_that_was_given_up: "record_key_ended",
    a_delegation_by_a_key_that_was_given_up: "record_no_right",
    nothing_but_a_start: "not_approved",
}


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda one: one.__name__)
def test_a_forged_approval_lets_nothing_leave(world, forge):
    forge(world)
    with pytest.raises(NotAllowed) as refused:
        transmit(world.house, world.edition)
    with world.house.work() as work:
        is_believed = can_leave(world.house, work, work.editions.get(world.edition))
        noted = [event.subject for event in work.audit.all() if event.action == "approval.rejected"]

    assert refused.value.key == f"transmittal.{FORGERIES[forge]}"
    assert not is_believed
    assert [
        one.key
        for one in due_actions(world.house, 2025)
        if one.key == world.edition and one.kind in ("transmit", "sign")
    ] == []
    assert list((world.folder / "transmitted").rglob("*")) == []
    assert dict(world.house.gateways["http"].taken) == {}
    assert bool(noted) == FORGERIES[forge].startswith("record_")
    assert verify(world.house).ok


def test_the_same_world_sends_when_the_right_people_decide(world):
    approve_all_here(world)
    sent = transmit(world.house, world.edition)

    assert {str(one.status) for one in sent} == {"sent"}
    assert list((world.folder / "transmitted").rglob("manifest.json")) != []


def test_what_was_approved_before_the_key_was_given_up_still_leaves(world):
    last = approve_all_here(world)
    made = new_key(world.house, CHAIR, f.REASON, CHAIR)
    kept = world.folder / "approver-keys"
    sent = transmit(world.house, world.edition)

    assert {str(one.status) for one in sent} == {"sent"}
    assert last.key_id != made
    assert (kept / "ended" / CHAIR / f"{last.key_id}.pub.pem").exists()
    assert sorted(file.name for file in kept.rglob("*.pem") if CHAIR in file.name) == [
        f"{CHAIR}.pem",
        f"{CHAIR}.pub.pem",
    ]


@pytest.mark.parametrize("person", [PREPARER, DIRECTOR, DEPUTY, OFFICE, "ai-do", "../../etc/passwd", ""])
def test_the_service_itself_lets_only_the_chair_decide_the_last_step(world, person):
    honest_first(world)
    asked = newest(world.house, world.edition)
    with pytest.raises(PlancycleError):
        decide_as(world.house, asked.id, person, True, "")
    assert newest(world.house, world.edition).status is ApprovalStatus.REQUESTED


def test_a_rejected_record_is_noted_once_however_often_it_is_tried(world):
    never_logged(world)
    for _ in range(3):
        with pytest.raises(NotAllowed):
            transmit(world.house, world.edition)
    with world.house.work() as work:
        assert [event.action for event in work.audit.all()].count("approval.rejected") == 1


def test_approving_through_the_helper_is_what_the_forgeries_are_held_against():
    house = a_chain_house()
    assert approve_all(house).status is ApprovalStatus.APPROVED
