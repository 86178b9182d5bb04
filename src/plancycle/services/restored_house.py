"""After a restore nothing leaves until a person has settled what was sent after the backup was made.

The ledger that came back does not know the letters of its lost hours. Every letter keeps its Message-ID for good, the
ones that are written again too, so the mail server's log or its folder of sent mail tells which of them have left.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from plancycle.domain.errors import ActionNeeded, DataProblem
from plancycle.domain.messages import DOUBT_HOLD, HELD, Message, MessageStatus
from plancycle.services.audit_repository import AuditQuery
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.repositories import Work

RESTORED = "house.restored"
RELEASED = "house.released"
OPEN = frozenset({MessageStatus.QUEUED, MessageStatus.IN_DOUBT, *HELD})
"""Letters that may or may not have left before the ledger was lost."""

_MESSAGE_ID = re.compile(r"<[^<>\s@]{1,250}@[^<>\s@]{1,250}>")


def is_held(work: Work) -> bool:
    """Whether a restored ledger still waits for its person: the newest of the two events decides."""
    newest = work.audit.search(AuditQuery(action="house.", limit=1))
    return bool(newest) and newest[0].action == RESTORED


def check_not_held(work: Work) -> None:
    """Raises ActionNeeded while nothing may leave."""
    if is_held(work):
        raise ActionNeeded("restored.held")


def hold(house: House, person: str, backup_at: datetime, backup_head: str) -> list[str]:
    """Note that the ledger came from a backup. Every letter that had not left then is in doubt; returns their keys.

    Raises DataProblem when no person is named.
    """
    name, now = _named(person), house.clock.now()
    with house.work() as work:
        letters = _open(work)
        for letter in letters:
            _doubt(work, letter, now)
        record(house, work, RESTORED, house.programme_id, actor=name, backup_at=str(backup_at), head=backup_head)
    return [one.key for one in letters]


def open_letters(house: House) -> list[Message]:
    """Letters that go out, or out again, once the house is released."""
    with house.work() as work:
        return _open(work)


def message_ids(lines: Iterable[str]) -> set[str]:
    """Every Message-ID in a mail server's log or in mail itself (RFC 5322, 3.6.4)."""
    return {found for line in lines for found in _MESSAGE_ID.findall(line)}


def reconcile(house: House, sent: set[str], person: str) -> list[str]:
    """Mark the letters whose Message-ID the mail server has sent; returns their keys.

    Raises DataProblem when no person is named, ActionNeeded when nothing was restored.
    """
    name, now = _named(person), house.clock.now()
    with house.work() as work:
        _check_held(work)
        known = [one for one in _open(work) if one.message_id in sent]
        for letter in known:
            _doubt(work, letter, now)
            work.outbox.move(letter.key, MessageStatus.SENT, at=now)
            record(house, work, "message.resolved", letter.key, actor=name, verdict="sent", reason="restored")
    return [one.key for one in known]


def release(house: House, person: str, confirm: int | None) -> int:
    """Let letters and reports leave again; ``confirm`` is the number of letters that then go out.

    Raises DataProblem when no person is named, ActionNeeded when nothing was restored or the number is another.
    """
    name = _named(person)
    with house.work() as work:
        _check_held(work)
        count = len(_open(work))
        if confirm != count:
            raise ActionNeeded("restored.confirm", count=count)
        record(house, work, RELEASED, house.programme_id, actor=name, letters=count)
    return count


def _doubt(work: Work, letter: Message, now: datetime) -> None:
    if letter.status is not MessageStatus.IN_DOUBT:
        work.outbox.move(letter.key, MessageStatus.IN_DOUBT, at=now, next_attempt_at=now + DOUBT_HOLD)


def _open(work: Work) -> list[Message]:
    return [one for one in work.outbox.all() if one.status in OPEN]


def _check_held(work: Work) -> None:
    if not is_held(work):
        raise ActionNeeded("restored.not_held")


def _named(person: str) -> str:
    name = " ".join(person.split())
    if not name:
        raise DataProblem("outbox.nobody_named")
    return name
