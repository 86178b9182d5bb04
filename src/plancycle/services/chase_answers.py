"""Addressees that do not answer: after some working days the operator gets one letter about each of them."""

from zoneinfo import ZoneInfo

from plancycle.domain.acknowledgements import silent_for
from plancycle.domain.exchange import Business
from plancycle.domain.messages import MessageKind, message_key
from plancycle.domain.periods import Period
from plancycle.domain.programme import Addressee
from plancycle.domain.transmittals import Part, Transmittal
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.daily_digest import OPERATOR
from plancycle.services.deliveries import addressee_name, declared
from plancycle.services.letters import agency_facts, put, sender_of
from plancycle.services.ports import House
from plancycle.services.repositories import Work

USUAL = Addressee("", "", ()).answer_days


def queue_all(house: House, year: int) -> list[str]:
    """Put the letters that are due into the outbox, once each; returns their keys."""
    view = cycle_view(house, year)
    book = house.programmes.address_book(view.programme.id)
    with house.work() as work:
        found = due(house, work, view)
        for one, key in found:
            period = Period(one.period_key.rpartition("/")[2])
            facts = {
                **agency_facts(house, view, period),
                "agency_name": sender_of(view),
                "person": "",
                "addressee": addressee_name(view, one.addressee),
                "sent_on": one.sent_at,
                "days": _silent(house, view, one),
                "key": one.key,
                "channel": one.channel,
                "link": f"{house.base_url}/",
            }
            assert book.operator_email
            put(house, work, one.period_key, OPERATOR, MessageKind.ANSWER_OVERDUE, key, book.operator_email, facts)
    return [key for _, key in found]


def due(house: House, work: Work, view: CycleView) -> list[tuple[Transmittal, str]]:
    """Transmittals nobody has confirmed for too long, each with the key of its letter, which is not there yet."""
    book = house.programmes.address_book(view.programme.id)
    if not book.operator_email:
        return []
    found = [(one, letter_key(one)) for one in work.transmittals.of_cycle(view.id) if is_silent(house, view, one)]
    return [(one, key) for one, key in found if work.outbox.get(key) is None]


def is_silent(house: House, view: CycleView, one: Transmittal) -> bool:
    """Whether an answer is missed by now. Copies are for information and need none."""
    if one.part is Part.COPY or one.business is Business.RECALL:
        return False
    line = declared(view, one)
    return _silent(house, view, one) > (line.answer_days if line else USUAL)


def _silent(house: House, view: CycleView, one: Transmittal) -> int:
    if one.sent_at is None:
        return 0
    zone = ZoneInfo(view.programme.timezone)
    today = house.clock.now().astimezone(zone).date()
    return silent_for(one, view.calendar, today, one.sent_at.astimezone(zone).date())


def letter_key(one: Transmittal) -> str:
    """The key of the letter about a transmittal nobody answers."""
    name = one.key.partition(f"{one.period_key}/")[2].replace("/", "-")
    return message_key(one.period_key, OPERATOR, f"im-lang-{name}")
