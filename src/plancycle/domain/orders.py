"""An operator's order as a form gives it, before names are looked up and days become instants."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision about more time for one agency. ``document`` is the one it rests on."""

    year: int
    period: str
    agency: str
    reason: str
    requested_by: str
    decided_by: str
    position: str
    document: str
    is_granted: bool = True


@dataclass(frozen=True, slots=True)
class Resend:
    """An order to send a request again; ``agencies`` are ids or names with semicolons, empty: all who still owe."""

    year: int
    period: str
    agencies: str
    reason: str
    ordered_by: str
    seconded_by: str
