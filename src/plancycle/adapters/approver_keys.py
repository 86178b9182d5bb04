"""One key for each person who decides: what they decided can be checked anywhere with the public half.

Ed25519 (RFC 8032), in the folder ``approver-keys`` of the data directory: ``<person>.pem`` readable by its owner only,
``<person>.pub.pem`` beside it. Like the installation's own key each is derived once from the installation's secret and
lives on by itself. The database holds no key: whoever can write rows there can sign nothing. Of a key that was given up
the public half stays, in ``ended/<person>``, so that what it signed can still be checked; the private one is deleted.
"""

import hmac
import json
import secrets
from pathlib import Path

from plancycle.adapters.receipt_key import (
    ID_DIGITS,
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

    def new_key(self, person: str) -> tuple[str, str]:
        """Give up a person's key and make another, from chance alone; returns the ids of both (the old one's may be
        empty). Raises NotAllowed for a name that cannot be anybody's, DataProblem for a damaged public key.
        """
        if not can_be_name(person):
            raise NotAllowed("approval.unknown_person", person=person[:60])
        private, public = (self._folder / f"{person}{ending}" for ending in (".pem", ".pub.pem"))
        old = self.public_pem(person)
        if old:
            kept = self._ended(person, key_id_of(old))
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(old)
        private.unlink(missing_ok=True)
        make_key(private, secrets.token_bytes(32))
        made = public_pem(private_key(private).public_key())
        public.write_bytes(made)
        return (key_id_of(old) if old else ""), key_id_of(made)

    def _ended(self, person: str, key_id: str) -> Path:
        return self._folder / "ended" / person / f"{key_id}.pub.pem"

    def _public_half(self, person: str, key_id: str) -> bytes:
        """The person's public key of that id, in use or given up; empty when they never had it."""
        pem = self.public_pem(person)
        if pem and key_id_of(pem) == key_id:
            return pem
        is_id = len(key_id) == ID_DIGITS and key_id.isalnum()
        ended = self._ended(person, key_id)
        return ended.read_bytes() if is_id and can_be_name(person) and ended.exists() else b""

    def is_signed(self, person: str, key_id: str, data: bytes, signature: str) -> bool:
        """Whether the person's key of that id made this signature; a person without a key has signed nothing."""
        try:
            pem = self._public_half(person, key_id)
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
