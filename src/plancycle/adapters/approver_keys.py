"""One key for each person who decides: what they decided can be checked anywhere with the public half.

Ed25519 (RFC 8032), in the folder ``approver-keys`` of the data directory: ``<person>.pem`` readable by its owner only,
``<person>.pub.pem`` beside it. Like the installation's own key each is derived once from the installation's secret and
lives on by itself. The database holds no key: whoever can write rows there can sign nothing.
"""

import hmac
import json
from pathlib import Path

from plancycle.adapters.receipt_key import (
    is_signature,
    key_id_of,
    make_key,
    private_key,
    public_key,
    public_pem,
    signature_of,
)
from plancycle.domain.errors import DataProblem, NotAllowed
from plancycle.domain.people import can_be_name

FOLDER = "approver-keys"
PURPOSE = b"plancycle-approver-key-v1"


class ApproverKeys:
    """Signs decisions; implements :class:`plancycle.services.ports.ApproverKeys`."""

    def __init__(self, data_dir: Path, secret: bytes) -> None:
        self._folder = data_dir / FOLDER
        self._secret = secret

    def sign(self, person: str, data: bytes) -> tuple[str, str]:
        """Id of the person's key (made at its first use) and the signature in base64.

        Raises NotAllowed for a name that cannot be anybody's, DataProblem for a damaged key file.
        """
        if not can_be_name(person):
            raise NotAllowed("approval.unknown_person", person=person[:60])
        path = self._folder / f"{person}.pem"
        if not path.exists():
            make_key(path, hmac.digest(self._secret, PURPOSE + person.encode(), "sha256"))
        key = private_key(path)
        pem = public_pem(key.public_key())
        public = self._folder / f"{person}.pub.pem"
        if not public.exists():
            public.write_bytes(pem)
        return key_id_of(pem), signature_of(key, data)

    def is_signed(self, person: str, key_id: str, data: bytes, signature: str) -> bool:
        """Whether the person's key in the folder made this signature; a person without a key has signed nothing."""
        pem = self.public_pem(person)
        try:
            return bool(pem) and key_id_of(pem) == key_id and is_signature(public_key(pem), data, signature)
        except DataProblem:
            return False

    def public_pem(self, person: str) -> bytes:
        """The public half as PEM; empty for somebody who has no key."""
        path = self._folder / f"{person}.pub.pem"
        return path.read_bytes() if can_be_name(person) and path.exists() else b""


def checked_record(text: str, public_pem: bytes | None = None) -> dict[str, object]:
    """The facts of a decision's record as filed, with ``ok``: whether the key made its signature.

    ``public_pem`` is the key that was kept elsewhere; without it the record's own. Raises DataProblem for anything that
    is no such record.
    """
    try:
        kept = json.loads(text)
        facts: dict[str, object] = json.loads(kept["text"])
        key = public_key(public_pem if public_pem is not None else str(kept["public_key"]).encode())
        is_good = is_signature(key, str(kept["text"]).encode(), str(kept["signature"]))
    except (ValueError, KeyError, TypeError) as broken:
        raise DataProblem("approval.record_not_one") from broken
    return {"ok": is_good, **facts}
