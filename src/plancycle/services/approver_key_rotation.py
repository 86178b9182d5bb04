"""Give somebody who decides a new key: the old one was lost, or somebody else may have it."""

import json

from plancycle.domain.approvals import MINIMUM_REASON
from plancycle.domain.errors import ActionNeeded, NotAllowed, NotFound
from plancycle.domain.people import Role
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.repositories import Work

RENEWED = "approver.key_renewed"


def new_key(house: House, person: str, reason: str, by: str) -> str:
    """A new key for a person; returns its id. The caller has made sure that ``by`` is who is asking.

    What was signed with the old key before stays checkable by its key id; what the log takes in under it afterwards
    proves nothing. Raises NotFound, NotAllowed (neither the person nor an operator) and ActionNeeded (no reason).
    """
    if len(reason.strip()) < MINIMUM_REASON:
        raise ActionNeeded("act.reason_needed", minimum=MINIMUM_REASON)
    book = house.programmes.address_book(house.programme_id)
    if person not in {one.id for one in book.everybody()}:
        raise NotFound("not_found.official", person=person[:60])
    with house.work() as work:
        account = work.people.get(by)
        if by != person and (account is None or Role.OPERATOR not in account.roles):
            raise NotAllowed("approval.key_of_another", person=person, by=by)
        old, made = house.approver_keys.new_key(person)
        record(house, work, RENEWED, person, by, old=old, key=made, reason=reason.strip())
    return made


def ended_before(work: Work, person: str, key_id: str, seq: int) -> bool:
    """Whether a person's key had been given up when the log took in its event number ``seq``."""
    ended = [event for event in work.audit.find((RENEWED,), person) if event.subject == person]
    return any(json.loads(event.payload).get("old") == key_id and event.seq < seq for event in ended)
