"""The verbs about approval, signatures, what goes upward and its answers, over the small house with two steps."""

import json
import shlex
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import factories as f
import pyotp
import pytest
from approval_world import CHAIR, DIRECTOR, OFFICE, PREPARER, a_chain_house, approve_all, newest, put_up
from small_programme import HOME

from plancycle.adapters.approver_keys import ApproverKeys
from plancycle.cli import approval_verbs, audit_verbs, cycle_verbs, run, signing_verbs, transmittal_verbs
from plancycle.domain.errors import ActionNeeded
from plancycle.services import staff_accounts
from plancycle.services.corrections import open_correction
from plancycle.services.receive_submission import receive
from plancycle.services.transmit_edition import transmit

PASSWORD = "hoa ban nở trắng sườn đồi"


@pytest.fixture
def opened(monkeypatch):
    """The house in the place of the one the environment describes."""
    house = a_chain_house()
    house.data_dir = Path("data")

    @contextmanager
    def ours(as_of="", programme=""):
        yield house

    for verbs in (approval_verbs, signing_verbs, transmittal_verbs, audit_verbs, cycle_verbs):
        monkeypatch.setattr(verbs, "house", ours)
    return house


@pytest.fixture
def call(capsys):
    """Run a command line; returns exit code, what ``--json`` printed (else the text), and talk."""

    def verb(line):
        words = shlex.split(line)
        code = run(words)
        said = capsys.readouterr()
        return code, json.loads(said.out) if "--json" in words and said.out else said.out, said.err

    return verb


@pytest.fixture
def proving(opened, monkeypatch):
    """Accounts with password and authenticator for several people; typing is what ``getpass`` asks for."""
    typed, secrets = [], {}
    monkeypatch.setattr("getpass.getpass", lambda prompt: typed.pop(0))

    def as_person(name, roles=("approver",), password=PASSWORD):
        if name not in secrets:
            secrets[name] = pyotp.random_base32()
            staff_accounts.add(opened, name, name, list(roles), PASSWORD, "quan-tri")
            staff_accounts.enrol(opened, name, secrets[name], pyotp.TOTP(secrets[name]).at(opened.clock.now()))
        opened.clock.at += timedelta(minutes=2)  # a code is taken once
        typed[:] = [password, pyotp.TOTP(secrets[name]).at(opened.clock.now())]

    return as_person


def actions(house):
    with house.work() as work:
        return [event.action for event in work.audit.all()]


def test_a_decision_needs_the_hash_and_the_person(opened, call, proving):
    asked = put_up(opened)
    line = f"approval decide {asked.edition} approve --by {DIRECTOR} --shown"
    proving(DIRECTOR)
    unread = [call(f"{line} {shown}")[0] for shown in ("00000000", asked.bundle_sha256[:7])]
    proving(DIRECTOR, password="sai")
    stranger = call(f"{line} {asked.bundle_sha256[:8]}")[0]
    untouched = newest(opened, asked.edition).id
    proving(DIRECTOR)
    done = call(f"{line} {asked.bundle_sha256[:8]}")[0]

    assert (unread, stranger == 0, untouched, done) == ([4, 4], False, asked.id, 0)
    assert newest(opened, asked.edition).step == 2


def test_the_list_tells_who_decided_each_step_by_name(opened, call):
    approve_all(opened)
    code, listed, _ = call("approval list --year 2025 --json")
    [steps] = [[(one["number"], one["state"], one["person"]) for one in c["steps"]] for c in listed["chains"]]

    assert (code, steps) == (0, [(1, "approved", DIRECTOR), (2, "approved", CHAIR)])
    assert "Lê Thị Duyệt" in call("approval list --year 2025")[1]


@pytest.mark.parametrize(("spoil", "code"), [("", 0), ("decided_by", 3), ("key", 3), ("words", 3)])
def test_a_decisions_record_is_checked_without_the_ledger(call, tmp_path, spoil, code):
    keys = ApproverKeys(tmp_path, b"s" * 32)
    house = a_chain_house(approver_keys=keys)
    last = approve_all(house)
    record = json.loads(house.left[f"approvals/annual/{last.id.replace('/', '_')}.json"])
    record["text"] = record["text"].replace(CHAIR, OFFICE) if spoil == "decided_by" else record["text"]
    (tmp_path / "record.json").write_text(json.dumps(record) if spoil != "words" else "no record", encoding="utf-8")
    (tmp_path / "key.pem").write_bytes(keys.public_pem(DIRECTOR if spoil == "key" else CHAIR))
    alone = f"approval verify {tmp_path / 'record.json'}"
    found, said, _ = call(f"{alone} --public-key {tmp_path / 'key.pem'} --json")

    assert found == code
    assert spoil or (said["ok"], said["decided_by"], said["decision"]) == (True, CHAIR, "approved")
    assert call(alone)[0] == (0 if spoil in ("", "key") else 3)


PROVED = {
    "delegate": f"approval delegate {CHAIR} {OFFICE} --form TUQ. --first-day 2025-12-01 --last-day 2025-12-05 "
    '--document "12/GUQ-UBND"',
    "revoke": f"approval revoke-delegation ct/uq1 --by {CHAIR}",
    "new-key": f'approval new-key {CHAIR} --reason "{f.REASON}" --by {CHAIR}',
}
DONE = {"delegate": "delegation.made", "revoke": "delegation.revoked", "new-key": "approver.key_renewed"}


@pytest.mark.parametrize("act", PROVED)
def test_an_act_in_an_approvers_name_asks_for_password_and_code(opened, call, proving, act):
    approve_all(opened)
    if act == "revoke":
        proving(CHAIR)
        assert call(PROVED["delegate"])[0] == 0
    proving(CHAIR, password="sai")
    refused = call(PROVED[act])[0]
    before = DONE[act] in actions(opened)
    proving(CHAIR)
    done = call(PROVED[act])[0]

    assert (refused == 0, before, done, DONE[act] in actions(opened)) == (False, False, 0, True)


def test_delegations_are_listed(opened, call, proving):
    proving(CHAIR)
    call(PROVED["delegate"])
    listed = call("approval delegations --json")[1]["delegations"]

    assert [(one["giver"], one["taker"]) for one in listed] == [(CHAIR, OFFICE)]
    assert f"Bùi Thị Văn ({OFFICE})" in call("approval delegations")[1]


def test_another_approver_neither_takes_a_delegation_back_nor_replaces_a_key(opened, call, proving):
    proving(CHAIR)
    call(PROVED["delegate"])
    codes = []
    for act in ("revoke", "new-key"):
        proving(DIRECTOR)
        codes.append(call(PROVED[act].replace(f"--by {CHAIR}", f"--by {DIRECTOR}"))[0])

    assert 0 not in codes
    assert {"delegation.revoked", "approver.key_renewed"} & set(actions(opened)) == set()


def test_an_edition_is_put_up_again_by_whoever_proves_who_they_are(opened, call, proving):
    first = approve_all(opened)
    line = f'approval renew {first.edition} --reason "{f.REASON}" --by {PREPARER}'
    proving(PREPARER, roles=("operator",))
    assert call(line)[0] == 0
    assert newest(opened, first.edition).step == 1


def test_where_signatures_stand_and_signing_where_none_is_asked_for(opened, call, tmp_path):
    edition = approve_all(opened).edition
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.7")

    assert call("sign list --year 2025 --json")[1]["editions"][0]["status"] == "not_asked"
    assert call("sign list --year 2025")[0] == 0
    assert call(f"sign now {edition}")[0] == 0
    assert call(f"sign import {edition} {tmp_path / 'x.pdf'} --by van-thu")[0] == 3


@pytest.fixture
def sent(opened):
    """The approved edition has left."""
    return transmit(opened, approve_all(opened).edition)


def a_newer_edition(house):
    open_correction(house, f.owed(HOME), f.REASON, "so-noi-vu")
    receive(house, f.a_workbook(house, HOME, inspections__value="5"), "lan-2.xlsx", "folder")
    return f.a_final_edition(house).id


@pytest.mark.parametrize("verb", ["replace", "supplement"])
def test_a_newer_edition_is_put_up_in_the_place_or_beside_of_the_one_that_left(opened, call, sent, verb):
    edition = a_newer_edition(opened)
    code, said, _ = call(f'transmit {verb} {edition} --reason "{f.REASON}" --by van-thu --json')

    assert (code, said["edition"], said["approval"]) == (0, edition, "requested")
    assert call(f'transmit {verb} {sent[0].edition} --reason "{f.REASON}" --by van-thu')[0] == 4


def test_a_transmittal_is_asked_back_and_its_answer_is_entered_with_the_file_that_proves_it(
    opened, call, sent, tmp_path
):
    [one] = [one for one in sent if one.channel == "http"][:1]
    code, said, _ = call(f'transmit recall {one.key} --reason "{f.REASON}" --by van-thu --json')
    (tmp_path / "so-den.pdf").write_bytes(b"so den")
    answered = call(f"acks record {one.key} 03 --file {tmp_path / 'so-den.pdf'} --by van-thu --json")

    assert (code, [it["business"] for it in said["transmittals"]]) == (0, ["1"])
    assert (answered[0], [it["key"] for it in answered[1]["transmittals"]]) == (0, [one.key])
    assert call(f"acks record {one.key} 03 --file {tmp_path / 'nirgends.pdf'} --by van-thu")[0] != 0
    table = call("acks --year 2025")[1]
    assert ("Bộ Nội vụ" in table, "Ủy ban nhân dân tỉnh" in table) == (True, True)
    assert {it["name"] for it in said["transmittals"]} == {"Bộ Nội vụ"}


@pytest.mark.parametrize(
    "line",
    [
        'transmit again {key} --reason "{reason}" --by van-thu',
        'transmit settle {key} arrived --reason "{reason}" --by van-thu',
        'transmit settle {key} refused --reason "{reason}" --by van-thu',
    ],
)
def test_what_is_settled_is_neither_repeated_nor_settled_again(opened, call, sent, line):
    assert call(line.format(key=sent[0].key, reason=f.REASON))[0] == 4


def test_what_is_known_is_shown_and_others_are_asked_when_one_channel_is_not_set_up(opened, call, sent):
    """The first channel has no address: its answers cannot be fetched, everything else can."""
    asked, real = [], opened.gateway

    def gateway(channel):
        asked.append(channel)
        if channel == asked[0]:
            raise ActionNeeded("gateway.no_address")
        return real(channel)

    opened.gateway = gateway
    code, table, said = call("acks --year 2025")

    assert (code, "Bộ Nội vụ" in table, "PLANCYCLE_GATEWAY_URL" in said) == (4, True, True)
    assert {one.channel for one in sent if one.status == "sent"} == set(asked)


def test_a_table_without_rows_says_so(opened, call):
    code, table, said = call("acks --year 2025")

    assert (code, table.count("\n"), "(Không có dòng nào.)" in said) == (0, 1, True)


def test_a_file_that_answers_nothing_of_ours_is_kept_and_said_so(opened, call, sent, tmp_path):
    (tmp_path / "x.edxml").write_bytes(b"no package")
    code, said, _ = call(f"acks import {tmp_path / 'x.edxml'} --by van-thu --json")

    assert (code, [one["key"] for one in said["answers"]]) == (0, [""])
    assert len(call("acks --year 2025 --json")[1]["stray"]) == 1
    assert call(f"acks import {tmp_path / 'y.edxml'} --by van-thu")[0] != 0


def test_the_status_tells_where_reports_stand_and_how_they_are_signed(opened, call, sent):
    code, said, _ = call("status --year 2025 --period annual --json")

    assert (code, [one["edition"] for one in said["signing"]]) == (0, [sent[0].edition])
    assert {(one["name"], one["state"]) for one in said["transmittals"]} == {
        ("Ủy ban nhân dân tỉnh", "sent"),
        ("Bộ Nội vụ", "sent"),
    }
    assert "Bộ Nội vụ" in call("status --year 2025")[1]


def test_receipts_and_anchors_are_read_from_one_folder(opened, call, sent, tmp_path):
    for name, data in opened.left.items():
        if name.startswith("receipts/") and name.endswith(".json"):
            (tmp_path / name.rpartition("/")[2]).write_bytes(data)
    count = len(list(tmp_path.iterdir()))
    (tmp_path / "anchor.txt").write_text(call("audit anchor")[1], encoding="utf-8")
    code, said, _ = call(f"audit verify --anchors {tmp_path} --json")

    assert (code, said["ok"], said["anchors"], count > 0) == (0, True, count + 1, True)
