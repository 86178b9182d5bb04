"""What an installation that others use must not be: every reason at once, each with how to mend it.

An installation is in production when its address, as mailed links spell it, is not this very machine.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from plancycle.domain.errors import ActionNeeded, SeveralProblems

THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})
SHORTEST_SECRET = 32
"""Characters; half of them would still be more than anybody can try, and a word somebody chose is shorter."""
OTHERS_MAY_READ = 0o007
"""File mode bits of everybody who is neither the owner nor of the group."""


@dataclass(frozen=True, slots=True)
class Setup:
    """How an installation is set up, as far as it matters here. ``secret_key`` empty: made by the system."""

    base_url: str
    mail_url: str
    mail_from: str
    secret_key: str = ""
    folder: str = ""
    folder_mode: int = 0o700
    is_rehearsal: bool = False
    failpoint: str = ""

    @property
    def is_production(self) -> bool:
        """Whether others reach it."""
        return urlsplit(self.base_url).hostname not in THIS_MACHINE


def _clear_text(setup: Setup) -> bool:
    """Whether letters and their links travel readable to another machine."""
    relay = urlsplit(setup.mail_url)
    is_open = relay.scheme == "smtp" and parse_qs(relay.query).get("tls", [""])[0] != "starttls"
    return is_open and relay.hostname not in THIS_MACHINE


RULES: tuple[tuple[str, Callable[[Setup], bool]], ...] = (
    ("plain_http", lambda one: urlsplit(one.base_url).scheme != "https"),
    ("sender_invalid", lambda one: one.mail_from.rpartition("@")[2].lower().endswith((".invalid", ".example"))),
    ("mail_to_folder", lambda one: one.mail_url.startswith("folder:")),
    ("mail_in_clear", _clear_text),
    ("rehearsal", lambda one: one.is_rehearsal),
    ("folder_open", lambda one: bool(one.folder_mode & OTHERS_MAY_READ)),
    ("secret_short", lambda one: bool(one.secret_key) and len(one.secret_key) < SHORTEST_SECRET),
    ("failpoint", lambda one: bool(one.failpoint)),
)
"""Name of the reason (its words: ``production.<name>``) and whether it holds."""


def refusals(setup: Setup) -> tuple[str, ...]:
    """Names of every reason against running so; none where the installation is nobody else's."""
    return tuple(name for name, holds in RULES if holds(setup)) if setup.is_production else ()


def check_fit(setup: Setup) -> None:
    """Refuse a set-up that is not fit for others. Raises SeveralProblems with every reason."""
    if found := refusals(setup):
        facts = {"address": setup.base_url, "mail": setup.mail_from, "relay": _bare(setup.mail_url)}
        known = {**facts, "folder": setup.folder, "minimum": SHORTEST_SECRET}
        reasons = [ActionNeeded(f"production.{name}", **known) for name in found]
        raise SeveralProblems("production.refused", reasons, address=setup.base_url)


def _bare(url: str) -> str:
    """Scheme, host and port alone: a user's name or password is nobody's business."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}"
