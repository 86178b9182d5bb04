"""One calendar of an agency's due dates in all programmes, by a private link that can be taken back.

The link's token is a keyed hash of the agency and of how often the link was taken back; the journal is the only record
of both acts, so that there is nothing else to keep. Fetching a calendar changes nothing.
"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time

from plancycle.domain.clerk_access import TOKEN_DIGITS
from plancycle.domain.errors import NotAllowed, NotFound
from plancycle.domain.periods import Period
from plancycle.services.cycle_view import CycleView
from plancycle.services.journal import record
from plancycle.services.other_programmes import views_of
from plancycle.services.ports import House
from plancycle.services.repositories import Work

PATH = "/lich"
MADE, REVOKED = "calendar_link.made", "calendar_link.revoked"


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """A due date: the last day from its beginning to the due instant (24:00 of it), in the programme's time zone."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    period: str
    programme: str
    is_extended: bool


@dataclass(frozen=True, slots=True)
class Feed:
    """An agency's calendar."""

    agency: str
    name: str
    events: tuple[FeedEvent, ...]


def feed(house: House, agency: str, years: tuple[int, ...] = ()) -> Feed:
    """The due dates of an agency (default: this year and the next). Raises NotFound for a body that owes nothing."""
    asked = years or (house.clock.now().year, house.clock.now().year + 1)
    name = ""
    events: list[FeedEvent] = []
    with house.work() as work:
        for year in asked:
            for view in views_of(house, work, year):
                events += _events(work, view, agency)
                known = [one.name_on(view.standpoint.day) for one in view.programme.agencies if one.id == agency]
                name = name or next(iter(known), "")
    if not events:
        raise NotFound("not_found.reporter", agency=agency[:200])
    return Feed(agency, name, tuple(sorted(events, key=lambda one: (one.starts_at, one.uid))))


def _events(work: Work, view: CycleView, agency: str) -> Iterator[FeedEvent]:
    extensions = work.submissions.extensions(view.id)
    for period in view.programme.order:
        for one in view.obligations(period, extensions):
            if one.key.agency == agency and not one.is_elsewhere:
                yield _event(view, period, one.due_at, str(one.key), one.due_at > view.dates(period).due_at)


def _event(view: CycleView, period: Period, due_at: datetime, key: str, is_extended: bool) -> FeedEvent:
    dates = view.dates(period)
    local = due_at.astimezone(dates.due_at.tzinfo)
    last_day = local.date() if local.time() != time(0) else local.date().fromordinal(local.date().toordinal() - 1)
    starts_at = datetime.combine(last_day, time(0), dates.due_at.tzinfo)
    title = view.programme.title
    return FeedEvent(key, starts_at, local, dates.opens_at, view.title(period), title, is_extended)


def issue(house: House, agency: str, by: str) -> str:
    """The address of an agency's calendar; the same until it is taken back. Raises NotFound."""
    feed(house, agency)
    with house.work() as work:
        made, revoked = _acts(work, agency)
        if made <= revoked:
            record(house, work, MADE, _subject(agency), by, generation=revoked)
        return f"{house.base_url}{PATH}/{agency}/{_token(house, agency, revoked)}.ics"


def revoke(house: House, agency: str, by: str) -> None:
    """Take the link back; the next one is another. Raises NotFound when there is none."""
    with house.work() as work:
        made, revoked = _acts(work, agency)
        if made <= revoked:
            raise NotFound("feed.no_link", agency=agency[:200])
        record(house, work, REVOKED, _subject(agency), by, generation=revoked)


def is_issued(house: House, agency: str) -> bool:
    """Whether a link is in use."""
    with house.work() as work:
        made, revoked = _acts(work, agency)
    return made > revoked


def open_feed(house: House, agency: str, token: str) -> Feed:
    """The calendar behind a link. Raises NotAllowed("link.invalid") for any other token; changes nothing."""
    with house.work() as work:
        made, revoked = _acts(work, agency)
    right = _token(house, agency, revoked)
    if made <= revoked or not hmac.compare_digest(right.encode(), token.encode("utf-8", "replace")):
        raise NotAllowed("link.invalid")
    return feed(house, agency)


def _token(house: House, agency: str, generation: int) -> str:
    return house.seals.seal("calendar-feed", agency, str(generation))[:TOKEN_DIGITS]


def _subject(agency: str) -> str:
    return f"calendar/{agency}"


def _acts(work: Work, agency: str) -> tuple[int, int]:
    """How often the agency's link was made and taken back."""
    events = [one for one in work.audit.find((MADE, REVOKED), _subject(agency)) if one.subject == _subject(agency)]
    return sum(one.action == MADE for one in events), sum(one.action == REVOKED for one in events)
