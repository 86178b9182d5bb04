"""What the pages of signing in show."""

from dataclasses import dataclass

from plancycle.portal.fields import FieldError


@dataclass(frozen=True, slots=True)
class PasswordPage:
    """``sign_in/password.html``. What was typed as a name is kept; a password never is."""

    back_to: str
    name: str
    has_outside: bool
    """Whether the province has a sign-in of its own."""
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class CodePage:
    """``sign_in/code.html``: the second factor."""

    back_to: str
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class EnrolPage:
    """``sign_in/enrol.html``: the key of an authenticator app. ``sealed`` is the key, encrypted, on its way back."""

    back_to: str
    uri: str
    grouped: str
    sealed: str
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class RecoveryPage:
    """``sign_in/recovery.html``: the codes, shown once."""

    back_to: str
    codes: tuple[str, ...]
