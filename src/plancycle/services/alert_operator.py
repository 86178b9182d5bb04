"""A step that broke, was cut off, is late or waits too long reaches a person: one letter for each run and standing."""

import re
from dataclasses import dataclass

from plancycle.domain.errors import OutsideFailure
from plancycle.domain.messages import MessageKind, message_key
from plancycle.services.cycle_view import cycle_view
from plancycle.services.daily_digest import OPERATOR
from plancycle.services.deliver_messages import deliver
from plancycle.services.letters import put, sender_of
from plancycle.services.ports import House

LONGEST = 600
"""Characters of what is told about the fault; the rest stands where the link leads."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """What is wrong. ``about`` is the id of what went wrong and ``state`` its standing there: together said once."""

    about: str
    state: str
    name: str = ""
    told: str = ""
    link: str = ""


def alert(house: House, alarm: Alarm) -> str:
    """Queue the letter to the operator and send it; returns its key, empty when the programme names no operator.

    The same alarm again writes no second letter. Raises OutsideFailure while the relay does not take it: the letter
    waits in the outbox, and whoever sends next takes it along.
    """
    key = queue(house, alarm)
    if key and key in deliver(house, key).waiting:
        raise OutsideFailure("alert.waiting", message=key)
    return key


def queue(house: House, alarm: Alarm) -> str:
    """Put the letter into the outbox, once; returns its key, empty without an operator's address."""
    view = cycle_view(house, house.clock.now().year)
    address = house.programmes.address_book(view.programme.id).operator_email
    if not address:
        return ""
    thread = f"{view.id}/alerts"
    key = message_key(thread, OPERATOR, _plain(f"{alarm.state}-{alarm.about}"))
    facts = {
        "programme_title": view.programme.title,
        "programme_short": view.programme.id.upper(),
        "year": view.year,
        "agency_name": sender_of(view),
        "sender": sender_of(view),
        "contact": "",
        "link": "",
        "happened": house.texts.say(_words(alarm.state), "vi"),
        "happened_en": house.texts.say(_words(alarm.state), "en"),
        "step": " ".join(alarm.name.split())[:120] or alarm.about,
        "told": alarm.told.strip()[:LONGEST],
        "run_link": alarm.link,
        "runs_page": f"{house.base_url}/luot-chay",
    }
    with house.work() as work:
        if work.outbox.get(key) is None:
            put(house, work, thread, OPERATOR, MessageKind.ALERT, key, address, facts)
    return key


KNOWN = ("failed", "crashed", "late", "suspended", "paused")


def _words(state: str) -> str:
    return f"alert.state.{state.lower() if state.lower() in KNOWN else 'other'}"


def _plain(text: str) -> str:
    """A part of a key: small letters, digits and dashes."""
    return re.sub(r"[^a-z0-9-]+", "-", text.lower()).strip("-")[:80]
