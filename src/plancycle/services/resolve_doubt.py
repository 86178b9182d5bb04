"""A person decides about a letter in doubt: treat it as sent, or send the same bytes again."""

from enum import StrEnum

from plancycle.domain.errors import ActionNeeded, DataProblem, NotFound
from plancycle.domain.messages import Message, MessageStatus
from plancycle.domain.secrecy import check_unmarked
from plancycle.services.journal import record
from plancycle.services.ports import House


class Verdict(StrEnum):
    """What a person found out about a letter in doubt, or decides without finding out."""

    SENT = "sent"
    AGAIN = "again"


def resolve(house: House, key: str, verdict: Verdict, person: str, reason: str = "") -> Message:
    """Take a letter out of doubt, in that person's name; returns it as it stands then.

    ``again`` queues the same bytes under the same Message-ID. Raises NotFound, ActionNeeded when the letter is not in
    doubt (any more), DataProblem when no person is named.
    """
    check_unmarked(reason)
    name = " ".join(person.split())
    if not name:
        raise DataProblem("outbox.nobody_named")
    future = MessageStatus.SENT if verdict is Verdict.SENT else MessageStatus.QUEUED
    with house.work() as work:
        message = work.outbox.get(key)
        if message is None:
            raise NotFound("not_found.message", message=key)
        if message.status is not MessageStatus.IN_DOUBT:
            raise ActionNeeded("outbox.not_in_doubt", message=key, status=message.status)
        work.outbox.move(key, future, at=house.clock.now())
        record(house, work, "message.resolved", key, actor=name, verdict=str(verdict), reason=reason.strip())
        resolved = work.outbox.get(key)
    assert resolved is not None
    return resolved


def in_doubt(house: House, prefix: str = "") -> list[Message]:
    """Letters nobody has decided about yet, in queueing order."""
    return [one for one in letters(house, prefix) if one.status is MessageStatus.IN_DOUBT]


def once_in_doubt(house: House, prefix: str = "") -> list[Message]:
    """Letters that left their doubt, by a person's word or sent again unchanged: they may have arrived twice."""
    return [one for one in ever_in_doubt(house, prefix) if one.status is not MessageStatus.IN_DOUBT]


def ever_in_doubt(house: House, prefix: str = "") -> list[Message]:
    """Both."""
    return [one for one in letters(house, prefix) if one.doubted_at is not None]


def letters(house: House, prefix: str = "") -> list[Message]:
    """Every letter under the prefix, in queueing order."""
    with house.work() as work:
        return work.outbox.all(prefix)
