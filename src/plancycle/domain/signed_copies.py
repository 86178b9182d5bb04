"""The signed copy of an approved file: new bytes that begin with the approved ones."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Origin(StrEnum):
    """Who put the signature on."""

    HERE = "here"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class SignedCopy:
    """One signed copy; the newest of an approved file is the one that goes out. Its bytes are in the file store."""

    edition: str
    approved_sha256: str
    number: int
    sha256: str
    size: int
    file_name: str
    origin: Origin
    signers: str
    """Names on the certificates, as found by verifying."""
    added_at: datetime
    added_by: str
