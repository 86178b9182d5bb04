"""What the pages show on which a clerk asks for something beside handing in."""

from dataclasses import dataclass

from plancycle.portal.clerk_pages import Case, RequestLine
from plancycle.portal.fields import FieldError


@dataclass(frozen=True, slots=True)
class ExtensionPage:
    """``clerk/extension.html``: ask for more time."""

    case: Case
    wanted: str
    reason: str
    name: str
    waiting: RequestLine | None
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class WithdrawPage:
    """``clerk/withdraw.html``: take the report back."""

    case: Case
    receipt: str
    reason: str
    name: str
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class CorrectionPage:
    """``clerk/correction.html``: say why an approved report must change; then a new version can be handed in."""

    case: Case
    receipt: str
    reason: str
    name: str
    errors: tuple[FieldError, ...] = ()
