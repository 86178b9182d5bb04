"""Check a receipt with nothing but its files and a public key: no ledger, no network, no trust in us."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from plancycle.domain.errors import DataProblem
from plancycle.domain.receipts import FORMAT, is_receipt_number, signed_bytes
from plancycle.services.ports import ReceiptKey

_TEXTS = ("pdf_sha256", "key_id", "signature")


@dataclass(frozen=True, slots=True)
class ReceiptCheck:
    """What was found. ``pdf`` and ``answer`` are None when no such file was given to compare."""

    number: str
    statement: Mapping[str, object]
    key_id: str
    is_signed: bool
    has_fitting_number: bool
    pdf: bool | None
    answer: bool | None

    @property
    def ok(self) -> bool:
        """Whether everything that could be checked holds."""
        return self.is_signed and self.has_fitting_number and self.pdf is not False and self.answer is not False


def verify_receipt(
    key: ReceiptKey, public_pem: bytes, twin: bytes, pdf: bytes | None = None, answer: bytes | None = None
) -> ReceiptCheck:
    """Check a receipt's signed JSON against a public key, and the PDF and the answered file against its hashes.

    Raises DataProblem("receipt.unreadable") for what is no receipt of ours, and for a public key that is none.
    """
    found = _read(twin)
    statement = found.statement
    number = str(statement.get("number", ""))
    signed = signed_bytes(statement, found.pdf_sha256, found.key_id)
    is_ours = found.key_id == key.key_id_of(public_pem)
    return ReceiptCheck(
        number=number,
        statement=statement,
        key_id=found.key_id,
        is_signed=is_ours and key.is_signed(public_pem, signed, found.signature),
        has_fitting_number=is_receipt_number(number),
        pdf=None if pdf is None else _sha256(pdf) == found.pdf_sha256,
        answer=None if answer is None else _sha256(answer) == statement.get("sha256"),
    )


@dataclass(frozen=True, slots=True)
class _Twin:
    """The parts of a receipt's JSON."""

    statement: Mapping[str, object]
    pdf_sha256: str
    key_id: str
    signature: str


def _read(twin: bytes) -> _Twin:
    try:
        found = json.loads(twin, object_pairs_hook=_once)
    except (ValueError, RecursionError) as broken:
        raise DataProblem("receipt.unreadable") from broken
    is_ours = isinstance(found, dict) and found.get("format") == FORMAT and isinstance(found.get("receipt"), dict)
    if not is_ours or any(not isinstance(found.get(name), str) for name in _TEXTS):
        raise DataProblem("receipt.unreadable")
    return _Twin(found["receipt"], found["pdf_sha256"], found["key_id"], found["signature"])


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object that says something twice is no statement. Raises ValueError."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
