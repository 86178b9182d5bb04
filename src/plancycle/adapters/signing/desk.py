"""The signing desk: every signature the installation was set up for, put on one after the other."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from plancycle.adapters.signing.places import of_other_file, of_person, of_seal
from plancycle.adapters.signing.setup import SignerEntry, key_of, read_setup
from plancycle.domain.agencies import Official
from plancycle.domain.errors import ActionNeeded, OutsideFailure
from plancycle.domain.signatures import SignatureReport, SignerRole

if TYPE_CHECKING:
    from pyhanko.sign.timestamps import TimeStamper

    from plancycle.adapters.signing.sign import Appearance


class SigningDesk:
    """Implements :class:`plancycle.services.ports.Signing` over ``signing.yaml``."""

    def __init__(self, path: Path, secret_named: Callable[[str], str]) -> None:
        self._folder = path.parent
        self._setup = read_setup(path)
        self._secret_named = secret_named

    @property
    def required(self) -> tuple[SignerRole, ...]:
        """Which signatures the settings ask for."""
        return tuple(entry.role for entry in self._entries)

    @property
    def here(self) -> tuple[SignerRole, ...]:
        """Which of them can be made here."""
        return tuple(entry.role for entry in self._entries if not entry.elsewhere)

    @property
    def signers(self) -> Mapping[SignerRole, str]:
        """The certificate of a role, where the settings name it: the name on it, or its SHA-256."""
        return {entry.role: entry.signer for entry in self._entries if entry.signer}

    @cached_property
    def _entries(self) -> tuple[SignerEntry, ...]:
        """The person signs first, then the body puts its seal beside."""
        order = list(SignerRole)
        return tuple(sorted(self._setup.signers, key=lambda entry: order.index(entry.role)))

    def sign(self, pdf: bytes, signatory: Official, at: datetime) -> bytes:
        """Every signature of :attr:`here`, added after the bytes. Raises ActionNeeded, OutsideFailure, DataProblem."""
        from plancycle.adapters.signing.pictures import check_colour
        from plancycle.adapters.signing.sign import Appearance, dispatch_line

        person = of_person(pdf, signatory.position.upper(), signatory.name)
        data = pdf
        for entry in self._made_here:
            place = person if entry.role is SignerRole.PERSON else of_seal(person, entry.diameter)
            image = self._image(entry)
            if image:
                check_colour(image, entry.role)
            words = "" if image else dispatch_line(signatory.name, at)
            data = self._one(data, entry, Appearance(place, image, words), at)
        return data

    def sign_annex(self, pdf: bytes, number: str, at: datetime) -> bytes:
        """The body's signature alone, in words. Raises ActionNeeded, OutsideFailure, DataProblem."""
        from plancycle.adapters.signing.sign import Appearance, dispatch_line

        data = pdf
        for entry in self._made_here:
            if entry.role is SignerRole.BODY:
                words = dispatch_line(number, at)
                data = self._one(data, entry, Appearance(of_other_file(pdf), text=words), at)
        return data

    @property
    def _made_here(self) -> tuple[SignerEntry, ...]:
        return tuple(entry for entry in self._entries if not entry.elsewhere)

    def _one(self, pdf: bytes, entry: SignerEntry, appearance: "Appearance", at: datetime) -> bytes:
        from pyhanko.sign.general import SigningError
        from pyhanko.sign.timestamps import TimestampRequestError

        from plancycle.adapters.signing.keys import opened_signer
        from plancycle.adapters.signing.sign import sign

        key = key_of(entry, self._folder, self._secret_named)
        try:
            with opened_signer(key) as signer:
                return sign(pdf, signer, entry.role, appearance, at, self._stamper())
        except TimestampRequestError as lost:
            raise OutsideFailure("signature.time_not_stamped", url=self._setup.timestamp) from lost
        except SigningError as refused:
            raise ActionNeeded("signature.token_not_opened", label=entry.token or str(entry.role)) from refused

    def _image(self, entry: SignerEntry) -> bytes:
        if entry.image is None:
            return b""
        try:
            return (self._folder / entry.image).read_bytes()
        except OSError as missing:
            raise ActionNeeded("signature.key_not_opened", path=entry.image.name) from missing

    def _stamper(self) -> "TimeStamper | None":
        if not self._setup.timestamp:
            return None
        from plancycle.adapters.signing.timestamps import Authority

        return Authority(self._setup.timestamp)

    def verify(self, data: bytes, approved: bytes | None = None) -> SignatureReport:
        """Every signature of a file, against the roots that ``trusted`` names. Raises UnreadableFile."""
        from plancycle.adapters.signing.verify import verify

        return verify(data, [(self._folder / root).read_bytes() for root in self._setup.trusted], approved)


def signing_desk(path: Path, secret_named: Callable[[str], str]) -> SigningDesk:
    """The desk as a file sets it up; nothing is asked for without one. Raises DataProblem."""
    return SigningDesk(path, secret_named)
