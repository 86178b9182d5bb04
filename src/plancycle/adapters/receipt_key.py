"""The installation's own key: what it signs can be checked anywhere with the public half, without asking us.

Ed25519 (RFC 8032). The private key is made once, in ``receipt-key.pem`` of the data directory, readable by its owner
only; the public one stands beside it. It is derived from the installation's secret, so that a rehearsal with a fixed
secret signs alike every time, but lives on by itself: a new secret changes no key. Losing the private key loses nothing
but the ability to sign under it: whoever kept the public key can check old receipts for ever.
"""

import base64
import binascii
import hashlib
import hmac
import os
import tempfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from plancycle.domain.errors import DataProblem

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_FILE = "receipt-key.pem"
PUBLIC_FILE = "receipt-key.pub.pem"
ID_DIGITS = 16
PURPOSE = b"plancycle-receipt-key-v1"
"""Told to the derivation: the seed of this key is no other key's."""


class ReceiptKey:
    """Signs receipts; implements :class:`plancycle.services.ports.ReceiptKey`. Reads or makes the key at first use."""

    def __init__(self, data_dir: Path, secret: bytes) -> None:
        self._folder = data_dir
        self._secret = secret

    @cached_property
    def _key(self) -> "Ed25519PrivateKey":
        path = self._folder / KEY_FILE
        if not path.exists():
            make_key(path, hmac.digest(self._secret, PURPOSE, "sha256"))
        key = private_key(path)
        public = self._folder / PUBLIC_FILE
        if not public.exists():
            public.write_bytes(public_pem(key.public_key()))
        return key

    @cached_property
    def public_pem(self) -> bytes:
        """The public half, as PEM (SubjectPublicKeyInfo). Raises DataProblem when the key file is damaged."""
        return public_pem(self._key.public_key())

    @cached_property
    def key_id(self) -> str:
        """The first sixteen hex digits of the public key's SHA-256."""
        return key_id_of(self.public_pem)

    def sign(self, data: bytes) -> str:
        """The signature in base64; the same bytes give the same signature."""
        return signature_of(self._key, data)

    def is_signed(self, public_pem: bytes, data: bytes, signature: str) -> bool:
        """Whether the holder of the key signed these bytes. Raises DataProblem for a public key that is none."""
        return is_signature(public_key(public_pem), data, signature)

    def key_id_of(self, public_pem: bytes) -> str:
        """The id of any public key. Raises DataProblem for one that is none."""
        return key_id_of(public_pem)


def key_id_of(public_pem: bytes) -> str:
    """The first sixteen hex digits of a public key's SHA-256, over its 32 raw bytes."""
    return hashlib.sha256(public_key(public_pem).public_bytes_raw()).hexdigest()[:ID_DIGITS]


def signature_of(key: "Ed25519PrivateKey", data: bytes) -> str:
    """The signature in base64; the same bytes give the same signature."""
    return base64.b64encode(key.sign(data)).decode()


def is_signature(key: "Ed25519PublicKey", data: bytes, signature: str) -> bool:
    """Whether the holder of the private half signed these bytes."""
    from cryptography.exceptions import InvalidSignature

    try:
        key.verify(base64.b64decode(signature, validate=True), data)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def private_key(path: Path) -> "Ed25519PrivateKey":
    """The private key of a file. Raises DataProblem when it is damaged."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as broken:
        raise DataProblem("receipt.key_broken", name=path.name) from broken
    if not isinstance(key, Ed25519PrivateKey):
        raise DataProblem("receipt.key_broken", name=path.name)
    return key


def public_key(pem: bytes) -> "Ed25519PublicKey":
    """A public key (PEM). Raises DataProblem for anything else."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(pem)
    except (ValueError, TypeError) as broken:
        raise DataProblem("receipt.no_public_key") from broken
    if not isinstance(key, Ed25519PublicKey):
        raise DataProblem("receipt.no_public_key")
    return key


def public_pem(key: "Ed25519PublicKey") -> bytes:
    """A public key as PEM (SubjectPublicKeyInfo)."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def make_key(path: Path, seed: bytes) -> None:
    """Write a new key, once: of two processes starting together the second takes over the first one's."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    pem = Ed25519PrivateKey.from_private_bytes(seed).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")  # mkstemp opens with mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            return
    finally:
        Path(temporary).unlink(missing_ok=True)
