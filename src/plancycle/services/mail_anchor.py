"""The audit log's checkpoint by mail, to mailboxes that nobody in this house can change; once a day with news."""

from datetime import datetime
from zoneinfo import ZoneInfo

from plancycle.domain.anchors import Anchor
from plancycle.domain.messages import MessageKind, message_key
from plancycle.services.anchor_audit import ANCHORED, anchor
from plancycle.services.audit_repository import AuditQuery
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.letters import put, sender_of
from plancycle.services.ports import Attachment, House
from plancycle.services.repositories import Work

OWN = (ANCHORED, "message.queued", "message.sent", "message.in_doubt")
"""Events that making and mailing a checkpoint leave behind: they alone are no news."""
LOOKED_AT = 40


def due(house: House, work: Work, view: CycleView) -> str:
    """The thread of today's checkpoint letters; empty without addresses, without news, or when it was written today."""
    if not house.anchor_addresses:
        return ""
    is_due = _is_news(house, work, view) and not work.outbox.keys(f"{_thread(house, view)}/")
    return _thread(house, view) if is_due else ""


def queue(house: House, year: int) -> Anchor | None:
    """Make a checkpoint and queue a letter to every keeper; None when none is due."""
    with house.work() as work:
        view = cycle_view(house, year, work)
        if not due(house, work, view):
            return None
    made = anchor(house)
    with house.work() as work:
        for number, address in enumerate(house.anchor_addresses, start=1):
            keeper = f"keeper-{number}"
            key = message_key(_thread(house, view), keeper, "anchor")
            put(
                house,
                work,
                _thread(house, view),
                keeper,
                MessageKind.ANCHOR,
                key,
                address,
                _facts(house, view, made),
                [_file(made)],
            )
    return made


def newest(work: Work) -> tuple[int, str] | None:
    """How long the log was at its newest checkpoint, and that checkpoint's SHA-256; None when none was made."""
    import json

    found = work.audit.search(AuditQuery(action=ANCHORED, limit=1))
    return (int(found[0].subject), str(json.loads(found[0].payload)["sha256"])) if found else None


def _thread(house: House, view: CycleView) -> str:
    return f"{view.id}/anchor-{_today(house, view):%Y%m%d}"


def _today(house: House, view: CycleView) -> datetime:
    return house.clock.now().astimezone(ZoneInfo(view.programme.timezone))


def _is_news(house: House, work: Work, view: CycleView) -> bool:
    """Whether anything but checkpoints and their letters happened since the last one."""
    for event in work.audit.search(AuditQuery(limit=LOOKED_AT)):
        if event.action == ANCHORED:
            return False
        if event.action not in OWN or "/anchor-" not in event.subject:
            return True
    return False


def _facts(house: House, view: CycleView, made: Anchor) -> dict[str, object]:
    return {
        "programme_title": view.programme.title,
        "programme_short": view.programme.id.upper(),
        "year": view.year,
        "agency_name": house.texts.say("anchor.keeper"),
        "sender": sender_of(view),
        "contact": "",
        "link": "",
        "events": made.checkpoint.seq,
        "head": made.checkpoint.head,
        "checkpoint_sha256": made.checkpoint.sha256,
        "anchor": made.text(),
    }


def _file(made: Anchor) -> Attachment:
    return Attachment(f"anchor-{made.checkpoint.seq:08d}.txt", made.text().encode(), "text/plain")
