"""Words the desk's pages share."""

from datetime import date, datetime, timedelta

from plancycle.adapters.texts import words
from plancycle.domain.errors import DataProblem, NotFound
from plancycle.domain.periods import Period
from plancycle.services.cycle_view import CycleView


def action_words(action: str, language: str) -> str:
    """An event's action as people read it; one that has no words stands as it is, so that none is ever hidden."""
    return words(language).get(f"audit_action.{action}", action)


def subject_words(view: CycleView, subject: str, language: str) -> str:
    """What an event is about, by name: ``Sở Y tế · Quý III/2025``; empty for what has no name of its own here."""
    cycle, period, rest = [*subject.split("/", 2), "", ""][:3]
    if cycle != view.id or period not in set(Period):
        return ""
    title, first = view.title(Period(period)), rest.partition("/")[0]
    if first[:1] == "e" and first[1:].isdecimal():
        return f"{edition_words(first[1:], language)} · {title}"
    try:
        return f"{view.name(first)} · {title}" if first else title
    except NotFound:
        return ""


def edition_words(number: str | int, language: str) -> str:
    """``bản tổng hợp số 3``."""
    return words(language)["desk.edition_number"].format(number=number)


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
