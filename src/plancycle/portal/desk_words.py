"""Words the desk's pages share."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from plancycle.adapters.texts import words
from plancycle.domain.errors import DataProblem
from plancycle.domain.periods import Period
from plancycle.services.cycle_view import CycleView
from plancycle.services.deliveries import addressee_names
from plancycle.services.ports import House
from plancycle.services.repositories import Work

EDITION = re.compile(r"e(\d+)(?:@[0-9a-f]+(?:\.\d+)?)?")
"""An edition's part of a subject, and an approval's, which is of an edition's files."""
OPERATOR = "operator"
"""What letters to the coordinating office are addressed to."""


def action_words(action: str, language: str) -> str:
    """An event's action as people read it; one that has no words stands as it is, so that none is ever hidden."""
    return words(language).get(f"audit_action.{action}", action)


@dataclass(frozen=True, slots=True)
class Named:
    """Names of whom a cycle's events are about and by: bodies, addressees, officials, people with an account."""

    view: CycleView
    names: Mapping[str, str]
    language: str

    def about(self, subject: str) -> str:
        """What an event is about: ``Sở Y tế · Quý III/2025``; empty for another cycle's, or what is no cycle's."""
        cycle, period, rest = [*subject.split("/", 2), "", ""][:3]
        if cycle != self.view.id:
            return ""
        title = self.view.title(Period(period)) if period in set(Period) else self._whole_year()
        first = rest.partition("/")[0]
        if edition := EDITION.fullmatch(first):
            return f"{edition_words(edition[1], self.language)} · {title}"
        name = self.names.get(first, "")
        return f"{name} · {title}" if name else title

    def _whole_year(self) -> str:
        return words(self.language)["desk.whole_year"].format(year=self.view.year)


def people_names(house: House, work: Work) -> dict[str, str]:
    """Officials of the address book and people with an account, by id."""
    book = house.programmes.address_book(house.programme_id)
    known = {one.id: one.name for one in book.everybody()}
    return {one.name: one.full_name for one in work.people.all()} | known


def named(house: House, work: Work, view: CycleView, language: str) -> Named:
    """The names of one cycle."""
    office = {OPERATOR: view.name(view.programme.consolidator)}
    return Named(view, {**addressee_names(view), **people_names(house, work), **office}, language)


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
