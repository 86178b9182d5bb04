"""How one delivery to a simulated addressee goes wrong."""

from enum import StrEnum

DRIP = 0.05
"""Seconds between two bytes of a slow answer."""


class Fault(StrEnum):
    """How one delivery goes wrong."""

    NONE = "none"
    BUSY = "busy"
    """503, nothing taken."""
    TIMEOUT_AFTER_EFFECT = "timeout_after_effect"
    """Taken, but the answer never comes."""
    CONFLICT = "conflict"
    """409 naming other bytes: somebody else's document stands under this key."""
    REFUSE = "refuse"
    """400, nothing taken."""
    BAD_JSON = "bad_json"
    """Taken, and the answer is not JSON."""
    REDIRECT = "redirect"
    """302 to elsewhere, nothing taken."""
    WRONG_HASH = "wrong_hash"
    """Taken, but the answer names other bytes."""
    BROKEN = "broken"
    """500, nothing taken."""
    BROKEN_AFTER_EFFECT = "broken_after_effect"
    """Taken, and then 500."""
    PROXY_TIMEOUT = "proxy_timeout"
    """Taken, while a proxy in between gives up: 504."""
    REDIRECT_AFTER_EFFECT = "redirect_after_effect"
    """Taken, and the answer leads elsewhere (303)."""
    SLOW_DRIP = "slow_drip"
    """Taken, and the answer comes a byte at a time."""
