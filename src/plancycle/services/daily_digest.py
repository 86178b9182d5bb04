"""One letter a working day to the operator, when there is something new: whom to telephone, what is stuck, what is due,
and which reports may not be in time.

Its key carries the day and a short hash of what it lists (not of how many days it has been so): the same list again is
kept back for a week, and a clock that was put back writes no second letter of a day.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from plancycle.domain.agencies import AddressBook
from plancycle.domain.approvals import ApprovalStatus
from plancycle.domain.bounces import usable
from plancycle.domain.events import canonical_json
from plancycle.domain.ladder import is_to_phone, rung_name
from plancycle.domain.messages import DOUBT_HOLD, MessageKind, MessageStatus, message_key
from plancycle.domain.periods import Period
from plancycle.services.chase_agencies import LOOK_UNTIL, Silence, alive, silences
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.digest_foresight import Warnings, warnings
from plancycle.services.letters import days_between, put, sender_of
from plancycle.services.ports import House
from plancycle.services.repositories import Work
from plancycle.services.unasked import never_asked

WRITTEN_FROM = time(7, 0)
"""Not before people are at work."""

REPEAT_AFTER = timedelta(days=7)
"""The same list again is written after so long."""

SECTIONS = ("phone", "unasked", "unreachable", "doubt", "late", "returned", "approvals", "tomorrow", "foreseen")
OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a section. ``about`` says what it is about, the same each day; ``facts`` are what is printed."""

    about: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Digest:
    """What a day's letter would say, by section."""

    key: str
    sections: dict[str, list[Line]]
    foresight: Mapping[str, Mapping[str, str]]
    """What stands above and below the reports that may not be in time, by language; empty when there are none."""


def due(house: House, work: Work, view: CycleView) -> str:
    """The key of the letter that is due now; empty when none is."""
    digest = _due(house, work, view)
    return digest.key if digest else ""


def queue(house: House, year: int) -> str:
    """Put the letter that is due into the outbox; returns its key, empty when none is due."""
    with house.work() as work:
        view = cycle_view(house, year, work)
        digest = _due(house, work, view)
        if digest is None:
            return ""
        book = house.programmes.address_book(view.programme.id)
        lines = {name: [one.facts for one in digest.sections[name]] for name in SECTIONS}
        facts = {
            "programme_title": view.programme.title,
            "programme_short": view.programme.id.upper(),
            "year": view.year,
            "agency_name": sender_of(view),
            "sender": sender_of(view),
            "contact": "",
            "link": f"{house.base_url}/",
            "sections": lines,
            "foresight": digest.foresight,
            "count": sum(len(one) for one in lines.values()),
        }
        assert book.operator_email
        put(house, work, _thread(view), OPERATOR, MessageKind.DIGEST, digest.key, book.operator_email, facts)
    return digest.key


def _thread(view: CycleView) -> str:
    return f"{view.id}/digest"


def _due(house: House, work: Work, view: CycleView) -> Digest | None:
    """Asked cheapest first: most sweeps of a day come after its letter, or at night."""
    now = house.clock.now()
    today = now.astimezone(ZoneInfo(view.programme.timezone))
    book = house.programmes.address_book(view.programme.id)
    is_time = today.time() >= WRITTEN_FROM and view.calendar.is_working_day(today.date())
    if not book.operator_email or not is_time:
        return None
    last_day, last_mark = _last(work, view)
    if last_day is not None and today.date() <= last_day:
        return None
    foreseen = warnings(house, work, view)
    sections = _sections(house, work, view, book, foreseen)
    said = {name: sorted(one.about for one in lines) for name, lines in sections.items()}
    mark = hashlib.sha256(canonical_json(said).encode()).hexdigest()[:8]
    is_old = last_day is not None and mark == last_mark and today.date() < last_day + REPEAT_AFTER
    if is_old or not any(said.values()):
        return None
    return Digest(message_key(_thread(view), OPERATOR, f"digest-{today:%Y%m%d}-{mark}"), sections, foreseen.said)


def _last(work: Work, view: CycleView) -> tuple[date | None, str]:
    """The day and the mark of the newest letter of the year."""
    keys = work.outbox.keys(f"{_thread(view)}/{OPERATOR}/digest-")
    days = sorted(key.split("/")[-2].split("-")[1:3] for key in keys)
    return (datetime.strptime(days[-1][0], "%Y%m%d").date(), days[-1][1]) if days else (None, "")


def _sections(
    house: House, work: Work, view: CycleView, book: AddressBook, foreseen: Warnings
) -> dict[str, list[Line]]:
    now, zone = house.clock.now(), ZoneInfo(view.programme.timezone)
    today = now.astimezone(zone).date()
    silent = [one for period in alive(house, work, view) for one in silences(house, work, view, period)]
    refused = work.addresses.refused()
    mute = {one.agency for one in silent if not usable(book.contact(one.agency), refused)}
    phone = [one for one in silent if _is_to_phone(work, view, one, one.agency in mute, today, now)]
    called = {id(one) for one in phone}
    rest = [one for one in silent if id(one) not in called]
    late = [one for one in rest if now >= one.cell.obligation.due_at and one.returned_on is None]
    returned = [one for one in rest if one.returned_on is not None and one.returned_on < today]
    return {
        "phone": [_call(house, view, book, one) for one in phone],
        "unasked": _unasked(house, work, view),
        "unreachable": [_unreachable(view, book, agency) for agency in dict.fromkeys(_unreachables(silent, mute))],
        "doubt": _doubts(work, view, now),
        "late": [_owed(house, view, one) for one in late],
        "returned": [_owed(house, view, one) for one in returned],
        "approvals": _approvals(work, view, book, today),
        "tomorrow": _tomorrow(view, silent, today),
        "foreseen": [Line(about, facts) for about, facts in foreseen.lines.items()],
    }


def _is_to_phone(work: Work, view: CycleView, one: Silence, is_mute: bool, today: date, now: datetime) -> bool:
    """When letters are at their end and the last one has had a day, or overdue and no letter reaches the agency."""
    if is_mute and now >= one.cell.obligation.due_at:
        return True
    if not is_to_phone(view.programme.ladder, view.calendar, one.aim, today):
        return False
    thread, zone = view.key(one.period), ZoneInfo(view.programme.timezone)
    keys = [message_key(thread, one.agency, rung_name(rung.days, one.aim)) for rung in view.programme.ladder]
    letters = [letter for key in keys if (letter := work.outbox.get(key)) is not None]
    return all(letter.queued_at.astimezone(zone).date() < today for letter in letters)


def _unasked(house: House, work: Work, view: CycleView) -> list[Line]:
    """Frozen periods that nobody was asked about, or not everybody: only a person can say whether to ask now."""
    found = never_asked(house, work, view, LOOK_UNTIL)
    return [
        Line(f"{period}/{len(agencies)}", {**_titles(view, period), "names": [view.name(one) for one in agencies]})
        for period, agencies in found.items()
    ]


def _unreachables(silent: Iterable[Silence], mute: set[str]) -> list[str]:
    return [one.agency for one in silent if one.agency in mute]


def _owed(house: House, view: CycleView, one: Silence) -> Line:
    late = days_between(one.cell.obligation.due_at, house.clock.now()) + 1
    facts = {
        "name": view.name(one.agency),
        **_titles(view, one.period),
        "days_late": max(late, 0),
        "returned_on": one.returned_on,
    }
    return Line(f"{one.period}/{one.agency}{one.aim.mark}", facts)


def _call(house: House, view: CycleView, book: AddressBook, one: Silence) -> Line:
    contact, owed = book.contact(one.agency), _owed(house, view, one)
    reach = {"person": contact.person if contact else "", "phone": (contact.phone if contact else "") or ""}
    return Line(owed.about, {**owed.facts, **reach})


def _unreachable(view: CycleView, book: AddressBook, agency: str) -> Line:
    contact = book.contact(agency)
    phone = (contact.phone if contact else "") or ""
    facts = {"name": view.name(agency), "phone": phone, "address": contact.email if contact else ""}
    return Line(agency, facts)


def _doubts(work: Work, view: CycleView, now: datetime) -> list[Line]:
    """Letters in doubt, also those whose hold is not over yet; for a week, those that were sent again after it."""
    held = [one for one in work.outbox.waiting(now + DOUBT_HOLD) if one.key.startswith(f"{view.id}/")]
    found = [one for one in held if one.status is MessageStatus.IN_DOUBT]
    waiting = [
        Line(one.key, {"subject": one.subject, "at": one.doubted_at, "key": one.key, "again_at": None}) for one in found
    ]
    return [*waiting, *_sent_again(work, view, now)]


def _sent_again(work: Work, view: CycleView, now: datetime) -> list[Line]:
    """Letters that may have arrived twice, by when the second copy left."""
    found: dict[str, Line] = {}
    for event in work.audit.find(("message.sent_again",), f"{view.id}/"):
        letter, at = work.outbox.get(event.subject), datetime.fromisoformat(event.at)
        if letter is not None and letter.status is not MessageStatus.IN_DOUBT and at > now - REPEAT_AFTER:
            facts = {"subject": letter.subject, "at": letter.doubted_at, "key": letter.key, "again_at": at}
            found[letter.key] = Line(f"{letter.key}/again", facts)
    return list(found.values())


def _approvals(work: Work, view: CycleView, book: AddressBook, today: date) -> list[Line]:
    """Those asked for yesterday or before; the approver has a letter of today's already."""
    zone = ZoneInfo(view.programme.timezone)
    asked = [
        (period, approval)
        for period in view.programme.order
        for edition in work.editions.of_period(view.id, period)
        for approval in work.editions.approvals(edition.id)
        if approval.status is ApprovalStatus.REQUESTED and approval.requested_at.astimezone(zone).date() < today
    ]
    names = {one.id: one.name for one in book.everybody()}
    return [
        Line(one.id, {**_titles(view, period), "asked_at": one.requested_at, "approver": names.get(one.approver, "")})
        for period, one in asked
    ]


def _titles(view: CycleView, period: Period) -> dict[str, object]:
    return {"period": view.title(period), "period_id": str(period)}


def _tomorrow(view: CycleView, silent: Sequence[Silence], today: date) -> list[Line]:
    """Periods whose aim is the next working day, with those who have not sent."""
    next_day = view.calendar.add(today, 1)
    found: dict[Period, list[Silence]] = {}
    for one in silent:
        if one.returned_on is None and one.aim.day == next_day:
            found.setdefault(one.period, []).append(one)
    return [
        Line(
            str(period),
            {
                **_titles(view, period),
                "names": [view.name(one.agency) for one in owing],
            },
        )
        for period, owing in found.items()
    ]
