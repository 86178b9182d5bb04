"""Words the desk's pages share."""

from datetime import date, datetime, timedelta

from plancycle.adapters.texts import words
from plancycle.domain.errors import DataProblem


def action_words(action: str, language: str) -> str:
    """An event's action as people read it; one that has no words stands as it is, so that none is ever hidden."""
    return words(language).get(f"audit_action.{action}", action)


def capital(text: str) -> str:
    """The text with a capital letter first, as a heading or a label begins."""
    return text[:1].upper() + text[1:]


def last_day_of(due_at: datetime) -> date:
    """The last good day: a due instant is the first moment that is late."""
    return (due_at - timedelta(microseconds=1)).date()


def day_of(text: str) -> date:
    """A day as people write it (09/12/2025), or as programs do (2025-12-09). Raises DataProblem("desk.not_a_day")."""
    for pattern in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    raise DataProblem("desk.not_a_day", value=text[:40])


def mask(address: str) -> str:
    """A mail address that can be recognised by who knows it, and not be written to: ``va***@so.gov.vn``."""
    name, at, domain = address.partition("@")
    return f"{name[:2]}***{at}{domain}" if at else address
