"""What running processes say: lines of text or of JSON, set up in one place, without secrets.

Services and adapters use Python's own ``logging`` under the name ``plancycle``; what a line is about goes in as fields
(``extra=about("tn-nq94-2025/q1/so-y-te")``). Secrets are kept out twice: by the places that never log them, and by
:class:`Discreet`, which blots out every configured secret and every token of a mailed link wherever it turns up.
"""

import json
import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TextIO

from plancycle.services.topics import FIELDS

ROOT = "plancycle"
OTHERS = ("uvicorn", "uvicorn.access", "uvicorn.error")
"""The web server's loggers: set up by itself before the application is built, dressed like ours afterwards."""
BLOT = "[...]"
SHORTEST_SECRET = 6
"""Shorter values would blot out ordinary words."""
TOKENS = re.compile(
    r"(/phe-duyet/|/n/|/lich/[^/\s]+/|[?&](?:code|state|token)=|\bBearer\s+|://[^/\s:@]*:(?=[^/\s@]*@))[^/\s?&\"'@]+"
)


class Discreet:
    """Text without secrets."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = sorted({one for one in secrets if len(one) >= SHORTEST_SECRET}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, text: str) -> str:
        """The text with every known secret and every token blotted out."""
        text = self._known.sub(BLOT, text) if self._known else text
        return TOKENS.sub(lambda found: found[1] + BLOT, text)


class JsonLines(logging.Formatter):
    """One JSON object a line: ``at``, ``level``, ``logger``, ``message``, the fields of the topic, ``error``."""

    def __init__(self, discreet: Discreet) -> None:
        super().__init__()
        self._discreet = discreet

    def format(self, record: logging.LogRecord) -> str:
        """The line; anything that is not text is written as text."""
        said: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **{name: record.__dict__[name] for name in FIELDS if name in record.__dict__},
        }
        if record.exc_info:
            said["error"] = self.formatException(record.exc_info)
        # Before it is written as JSON, whose escapes would hide a secret with a quotation mark.
        told = {name: one if isinstance(one, int) else self._discreet(str(one)) for name, one in said.items()}
        return json.dumps(told, ensure_ascii=False)


class TextLines(logging.Formatter):
    """A line for people: moment, level, logger, message, then the fields as ``name=value``."""

    def __init__(self, discreet: Discreet) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._discreet = discreet

    def format(self, record: logging.LogRecord) -> str:
        """The line, and the traceback below it if there is one."""
        first, *rest = super().format(record).split("\n")
        fields = [f"{name}={record.__dict__[name]}" for name in FIELDS if name in record.__dict__]
        return self._discreet("\n".join([" ".join([first, *fields]), *rest]))


class Ours(logging.StreamHandler[TextIO]):
    """The one handler of this process; setting up again replaces it."""


def set_up_logs(kind: str, secrets: Iterable[str] = (), level: str = "info", stream: TextIO | None = None) -> None:
    """From now on this process logs ``json`` or ``text`` lines to ``stream`` (default: stderr)."""
    discreet = Discreet(secrets)
    lines = JsonLines(discreet) if kind == "json" else TextLines(discreet)
    handler = Ours(stream or sys.stderr)
    handler.setFormatter(lines)
    root = logging.getLogger(ROOT)
    for old in [one for one in root.handlers if isinstance(one, Ours)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    root.propagate = False
    for name in OTHERS:
        for known in logging.getLogger(name).handlers:
            known.setFormatter(lines)
