"""Where the mail relay is and how it is spoken to, as the mail setting spells it."""

from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from plancycle.domain.errors import DataProblem

_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Relay:
    """Where the relay is. ``security`` is ``smtp`` (plain), ``smtp+starttls`` or ``smtps``."""

    host: str
    port: int
    security: str = "smtp"
    user: str = ""
    password: str = field(default="", repr=False)
    authority_file: str = ""
    """Certificates (PEM) to trust besides none other; empty: those this machine trusts."""


def relay_of(mail_url: str, password: str = "", authority_file: str = "") -> Relay:
    """The relay of ``smtp://user@host:port?tls=starttls``; also ``smtp+starttls://`` and ``smtps://``.

    ``password`` is the setting of its own and goes before one in the URL. Raises DataProblem: ``mail.url_invalid``,
    ``mail.password_in_clear`` (a password needs TLS), ``mail.password_missing``. No message shows a password.
    """
    parts = urlsplit(mail_url)
    security = _security(parts)
    try:
        port = parts.port or _PORTS[security]
    except ValueError:
        port = 0
    if not parts.hostname or not port:
        raise DataProblem("mail.url_invalid", url=f"{parts.scheme}://…")
    user, secret = unquote(parts.username or ""), password or unquote(parts.password or "")
    if user and not secret:
        raise DataProblem("mail.password_missing", user=user, host=parts.hostname)
    if secret and (user or parts.password) and security == "smtp":
        raise DataProblem("mail.password_in_clear", host=parts.hostname)
    return Relay(parts.hostname, port, security, user, secret if user else "", authority_file)


def _security(parts: SplitResult) -> str:
    """The scheme, or what ``?tls=`` makes of it: ``starttls`` or ``none`` for ``smtp://``. Raises DataProblem."""
    asked = parse_qs(parts.query, keep_blank_values=True)
    tls = asked.pop("tls", ["none" if parts.scheme == "smtp" else ""])[-1]
    securities = {("smtp", "none"): "smtp", ("smtp", "starttls"): "smtp+starttls"}
    securities |= {(scheme, ""): scheme for scheme in ("smtp+starttls", "smtps")}
    if asked or (parts.scheme, tls) not in securities:
        raise DataProblem("mail.url_invalid", url=f"{parts.scheme}:…")
    return securities[parts.scheme, tls]
