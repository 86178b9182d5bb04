"""The time, the words, the file store, keyed marks, the inbox."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from plancycle.domain.periods import Period


class Clock(Protocol):
    """The time, in the programme's zone. Commands that take ``--as-of`` pass a fixed one."""

    def now(self) -> datetime:
        """An aware datetime."""

    def ago(self, seconds: float) -> datetime:
        """So many seconds before now; a clock that stands still gives its one moment."""


class Following(Protocol):
    """Whoever keeps provisional editions current."""

    def note(self, cycle: str, period: Period) -> None:
        """Something of a period counts differently now; returns at once. Twice, or for nothing, does no harm."""


class Texts(Protocol):
    """The words of a message key in one language."""

    def say(self, key: str, language: str = "vi", **params: object) -> str:
        """The text with its parameters filled in. Raises KeyError for an unknown key (a bug)."""


class FileStore(Protocol):
    """Bytes by their SHA-256; what is put is on disk (fsynced) when the call returns."""

    def put(self, data: bytes) -> str:
        """Store and return the SHA-256 (hex). Storing the same bytes twice is storing them once."""

    def together(self) -> AbstractContextManager[None]:
        """A block in which what is put is on disk, or fails, only when the block is left: within a transaction, so
        that no row is committed before its files.
        """

    def get(self, sha256: str) -> bytes:
        """The bytes. Raises NotFound."""

    def drop(self, sha256: str) -> None:
        """The bytes are gone; dropping what is not there is no error. The caller knows that nothing needs them."""

    def holds(self, sha256: str) -> bool:
        """Whether the bytes are there."""

    def set_apart(self, sha256: str) -> None:
        """Move bytes where no copy is made of them and :meth:`get` does not find them; again is no error."""

    def holds_apart(self, sha256: str) -> bool:
        """Whether the bytes are set apart."""

    def get_apart(self, sha256: str) -> bytes:
        """Bytes that were set apart. Raises NotFound."""

    def drop_apart(self, sha256: str) -> None:
        """Bytes that were set apart are gone; dropping what is not there is no error."""


class Seals(Protocol):
    """Keyed marks that only this installation can make."""

    def seal(self, *parts: str) -> str:
        """A short HMAC over the parts, for workbooks."""

    def is_genuine(self, seal: str, *parts: str) -> bool:
        """Whether the mark belongs to the parts (constant time)."""

    def sign_link(self, payload: Mapping[str, str]) -> str:
        """A URL-safe token for a mailed link."""

    def open_link(self, token: str) -> Mapping[str, str]:
        """The payload. Raises NotAllowed for a token that is not ours."""


class Inbox(Protocol):
    """The folder returned workbooks are dropped into."""

    def names(self) -> list[str]:
        """Files that are waiting, by name."""

    def read(self, name: str) -> bytes:
        """The bytes of one waiting file. Raises NotFound."""

    def done(self, name: str) -> None:
        """The file has been taken in (its bytes are in the file store): it no longer waits."""

    def discard(self, name: str) -> None:
        """The file was refused: it leaves the folder, and the quarantine alone holds its bytes."""
