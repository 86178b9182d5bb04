"""What is asked of the audit log when people look something up in it."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which events; empty fields ask for nothing. Days are ISO dates of the programme's own clock, both included."""

    actor: str = ""
    """Part of the name, in any case."""
    action: str = ""
    """The whole action, or its first part with the dot (``submission.``)."""
    subject: str = ""
    """The beginning of the subject."""
    since: str = ""
    until: str = ""
    before: int = 0
    """Only events with a smaller number: the next page. 0: from the newest on."""
    limit: int = 50

    @property
    def end(self) -> str:
        """The first day that is too late; empty without ``until``."""
        return (date.fromisoformat(self.until) + timedelta(days=1)).isoformat() if self.until else ""

    def fits(self, seq: int, at: str, actor: str, action: str, subject: str) -> bool:
        """Whether one event is asked for; what the query of the database means."""
        is_group = self.action.endswith(".")
        return (
            self.actor.lower() in actor.lower()
            and (action.startswith(self.action) if is_group else self.action in ("", action))
            and subject.startswith(self.subject)
            and at >= self.since
            and (not self.end or at < self.end)
            and (not self.before or seq < self.before)
        )
