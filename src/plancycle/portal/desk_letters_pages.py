"""What the desk shows before an act writes to somebody: one frozen class per template."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlannedLetter:
    """One letter as it would go out."""

    agency_name: str
    address: str
    subject: str
    text: str
    attachments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """``desk/confirm.html``: the letters an act would send; what was typed rides along in hidden fields."""

    action: str
    back_href: str
    fields: tuple[tuple[str, str], ...]
    seen: str
    """Stands for exactly these letters; comes back with the second press."""
    is_changed: bool
    """Whether other letters had been shown before."""
    letters: tuple[PlannedLetter, ...]
