"""Letters that come back."""

from typing import Protocol

from plancycle.domain.bounces import BounceNotice


class BounceReader(Protocol):
    """Reads delivery reports."""

    def read(self, raw: bytes) -> BounceNotice | None:
        """What a letter says about deliveries of ours; None when it is no delivery report."""
