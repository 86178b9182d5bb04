"""An agency's calendar as an iCalendar file (RFC 5545): the same bytes each time, times in Vietnamese time."""

from datetime import UTC, timedelta

from icalendar import Alarm, Calendar, Event

from plancycle.adapters.texts import Catalogue
from plancycle.services.calendar_feeds import Feed, FeedEvent

PRODUCT = "-//plancycle//agency calendar//VI"
BEFORE = timedelta(days=3)
"""How long before the last day a calendar program reminds by itself."""
REFRESH = "PT12H"


def calendar_file(feed: Feed) -> bytes:
    """The file. An event lasts the whole last day: "trước ngày 10/12" ends with 24:00 of 09/12."""
    words = Catalogue()
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", words.say("feed.name", name=feed.name))
    calendar.add("x-wr-timezone", "Asia/Ho_Chi_Minh")
    calendar.add("x-published-ttl", REFRESH)
    for one in feed.events:
        calendar.add_component(_event(one, words))
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


def _event(one: FeedEvent, words: Catalogue) -> Event:
    key = "feed.extended" if one.is_extended else "feed.due"
    last_day = one.starts_at.date()
    event = Event()
    event.add("uid", f"{one.uid}@plancycle")
    event.add("dtstamp", one.opens_at.astimezone(UTC))
    event.add("sequence", int(one.is_extended))
    event.add("dtstart", one.starts_at)
    event.add("dtend", one.ends_at)
    event.add("summary", words.say("feed.summary", period=one.period, day=last_day))
    event.add("description", words.say(key, programme=one.programme, day=last_day, opens=one.opens_at.date()))
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -BEFORE)
    alarm.add("description", words.say("feed.summary", period=one.period, day=last_day))
    event.add_component(alarm)
    return event
