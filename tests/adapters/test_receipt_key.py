"""Signed receipts: made once, readable by their owner, checked anywhere with the public key alone."""

import json
import stat

import factories as f
import pytest
from small_programme import HEALTH

from plancycle.adapters.receipt_key import KEY_FILE, ReceiptKey
from plancycle.domain.errors import DataProblem
from plancycle.services.issue_receipt import twin_of
from plancycle.services.receive_submission import receive
from plancycle.services.verify_receipt import verify_receipt

SECRET = b"0123456789abcdef" * 2


@pytest.fixture
def key(tmp_path):
    """The key of one installation."""
    return ReceiptKey(tmp_path / "data", SECRET)


def issued(key):
    """A receipt signed by that key: its twin, its PDF's bytes and the answered file."""
    house = f.a_house()
    house.receipt_key = key
    data = f.a_workbook(house, HEALTH)
    result = receive(house, data, "bc.xlsx", "folder")
    with house.work() as work:
        signed = work.receipts.get(result.receipt)
    return twin_of(signed), house.files.get(signed.pdf_sha256), data


def test_the_key_is_made_once_for_its_owner_only(key, tmp_path):
    first = key.public_pem
    path = tmp_path / "data" / KEY_FILE

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert ReceiptKey(tmp_path / "data", b"another secret, later on" * 2).public_pem == first
    assert (tmp_path / "data/receipt-key.pub.pem").read_bytes() == first
    assert b"PRIVATE" not in first


def test_a_damaged_key_is_named_and_never_replaced(key, tmp_path):
    path = tmp_path / "data" / KEY_FILE
    path.parent.mkdir()
    path.write_text("-----BEGIN nothing-----")
    with pytest.raises(DataProblem, match="key_broken"):
        key.sign(b"x")

    assert path.read_text() == "-----BEGIN nothing-----"


def test_a_receipt_is_checked_with_its_files_and_the_public_key_alone(key, tmp_path):
    twin, pdf, answer = issued(key)
    elsewhere = ReceiptKey(tmp_path / "elsewhere", b"")
    check = verify_receipt(elsewhere, key.public_pem, twin, pdf, answer)

    assert (check.ok, check.is_signed, check.pdf, check.answer) == (True, True, True, True)
    assert (check.statement["agency"], check.statement["verdict"]) == (HEALTH, "on_time")
    assert not (tmp_path / "elsewhere").exists()


def test_every_changed_value_of_a_receipt_shows(key):
    twin, pdf, _ = issued(key)
    whole = json.loads(twin)
    changed = [
        {**whole, "receipt": {**whole["receipt"], name: f"{value}1"}} for name, value in whole["receipt"].items()
    ]
    changed += [{**whole, name: whole[name][::-1]} for name in ("pdf_sha256", "key_id", "signature")]

    assert len(changed) > 20
    assert [one for one in changed if verify_receipt(key, key.public_pem, json.dumps(one).encode(), pdf).ok] == []


@pytest.mark.parametrize("given", ["pdf", "answer"])
def test_another_file_does_not_fit_the_receipt(key, given):
    twin, pdf, answer = issued(key)
    files = {"pdf": pdf, "answer": answer, given: b"another"}

    assert verify_receipt(key, key.public_pem, twin, files["pdf"], files["answer"]).ok is False


def test_another_installations_key_does_not_fit(key, tmp_path):
    twin, _, _ = issued(key)
    other = ReceiptKey(tmp_path / "other", b"f" * 32)

    assert verify_receipt(other, other.public_pem, twin).is_signed is False


@pytest.mark.parametrize(
    "twin", [b"", b"{}", b"[]", b"[" * 99_999, b'{"format": "plancycle-receipt-v1"}', b'{"a": 1, "a": 1}', b"\xff"]
)
def test_what_is_no_receipt_is_refused(key, twin):
    with pytest.raises(DataProblem, match="unreadable"):
        verify_receipt(key, key.public_pem, twin)


def test_a_public_key_that_is_none_is_refused(key):
    with pytest.raises(DataProblem, match="no_public_key"):
        verify_receipt(key, b"no key", issued(key)[0])
