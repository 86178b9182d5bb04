"""Where a signer's key is: a PKCS#12 file, or a token that never gives the key out (PKCS#11)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from plancycle.domain.errors import ActionNeeded

if TYPE_CHECKING:
    from pyhanko.sign import Signer


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A ``.p12`` or ``.pfx`` file."""

    path: Path
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Token:
    """A signing token behind its maker's PKCS#11 library; ``label`` names the token, ``key`` the certificate on it."""

    library: Path
    label: str
    key: str
    pin: str = field(repr=False)


@contextmanager
def opened_signer(place: KeyFile | Token) -> Iterator["Signer"]:
    """Get at a key for one signature.

    Raises ActionNeeded: the file or token is not there, or its password or PIN is wrong.
    """
    if isinstance(place, KeyFile):
        yield _from_file(place)
        return
    from pkcs11.exceptions import PKCS11Error
    from pyhanko.config.pkcs11 import TokenCriteria
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session

    try:
        criteria = TokenCriteria(label=place.label)
        session = open_pkcs11_session(str(place.library), token_criteria=criteria, user_pin=place.pin)
    except (PKCS11Error, RuntimeError, SigningError) as refused:
        raise ActionNeeded("signature.token_not_opened", label=place.label) from refused
    with session:
        yield PKCS11Signer(session, cert_label=place.key)


def _from_file(place: KeyFile) -> "Signer":
    from pyhanko.sign.signers import SimpleSigner

    try:
        signer: Signer = SimpleSigner.load_pkcs12_data(
            place.path.read_bytes(), other_certs=[], passphrase=place.password.encode() or None
        )
    except (OSError, ValueError) as refused:
        raise ActionNeeded("signature.key_not_opened", path=place.path.name) from refused
    return signer
