"""What an agency's own system is told: the facts of a letter as JSON, fixed when it is queued."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from plancycle.domain.agencies import Contact
from plancycle.domain.events import canonical_json
from plancycle.domain.messages import Message, MessageKind, MessageStatus, message_key
from plancycle.domain.periods import Period
from plancycle.domain.webhooks import CHANNEL
from plancycle.services.bounced_letters import is_working
from plancycle.services.cycle_view import CycleView
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.repositories import Work

INSTANTS = ("due_at", "soft_due_at", "new_due_at", "received_at")
"""Facts of a letter that are moments; they are told as ISO 8601 with the programme's offset (+07:00)."""
WORDS = ("receipt", "reason", "file_name")


def queue_webhook(
    house: House,
    work: Work,
    view: CycleView,
    period: Period,
    contact: Contact,
    kind: MessageKind,
    rung: str,
    facts: Mapping[str, object],
) -> str | None:
    """Queue the post that goes along with a letter; returns its key.

    None when the contact asks for none, its endpoint is gone, or the post is queued already.
    """
    endpoint = contact.webhook if CHANNEL in contact.channels else None
    key = message_key(view.key(period), contact.agency, rung, CHANNEL)
    if endpoint is None or not is_working(work, endpoint.label) or work.outbox.get(key) is not None:
        return None
    now = house.clock.now()
    body = canonical_json(payload(house, view, period, contact.agency, kind, key, facts, now)).encode()
    sha256 = house.files.put(body)
    message = Message(
        key,
        kind,
        view.key(period),
        contact.agency,
        endpoint.label,
        f"plancycle.{kind}",
        f"webhook:{key}",
        sha256,
        MessageStatus.QUEUED,
        now,
    )
    if work.outbox.add(message):
        record(house, work, "message.queued", key, kind=str(kind), sha256=sha256)
    return key


def payload(
    house: House,
    view: CycleView,
    period: Period,
    agency: str,
    kind: MessageKind,
    key: str,
    facts: Mapping[str, object],
    at: datetime,
) -> dict[str, object]:
    """``type``, ``timestamp`` and ``data``, as the Standard Webhooks specification recommends.

    The agency's own link is in it only when the letter has one; findings of a returned workbook stay in the letter.
    """
    zone = ZoneInfo(view.programme.timezone)
    told = {name: facts.get(name) for name in INSTANTS}
    moments = {name: _iso(value, zone) for name, value in told.items() if isinstance(value, datetime)}
    words = {name: facts[name] for name in WORDS if facts.get(name)}
    links = {"portal": f"{house.base_url}/"} | ({"answer": facts["link"]} if facts.get("link") else {})
    return {
        "type": f"plancycle.{kind}",
        "timestamp": _iso(at, zone),
        "data": {
            "message": key,
            "programme": view.programme.id,
            "cycle": view.id,
            "year": view.year,
            "period": {"id": str(period), "title": view.title(period)},
            "agency": {"id": agency, "name": view.programme.agency(agency).name},
            "cutoff": view.dates(period).cutoff.isoformat(),
            "links": links,
            **moments,
            **words,
        },
    }


def _iso(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="seconds")
