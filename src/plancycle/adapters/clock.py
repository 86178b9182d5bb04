"""The time: the machine's, or a fixed one for commands that take ``--as-of``."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock in the programme's zone; implements :class:`plancycle.services.ports.Clock`."""

    zone: ZoneInfo

    def now(self) -> datetime:
        """The present moment, aware."""
        return datetime.now(self.zone)

    def ago(self, seconds: float) -> datetime:
        """So many seconds before now."""
        return self.now() - timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still. Raises ValueError for a time without a zone: it names no instant."""

    at: datetime

    def __post_init__(self) -> None:
        if self.at.utcoffset() is None:
            raise ValueError(f"{self.at.isoformat()} has no time zone")

    def now(self) -> datetime:
        """Always the same moment."""
        return self.at

    def ago(self, seconds: float) -> datetime:
        """The same moment: no time passes."""
        return self.at
