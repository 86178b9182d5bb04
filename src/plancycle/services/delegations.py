"""Delegations: given by whoever holds the right, signed with their key, taken back at any time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from plancycle.domain.delegations import Authority, Delegation, check_can_be_revoked, check_delegation
from plancycle.domain.errors import ActionNeeded, NotAllowed, NotFound
from plancycle.domain.periods import Period
from plancycle.services.approver_key_rotation import ended_before
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.repositories import Work

MADE, REVOKED = "delegation.made", "delegation.revoked"


def delegate(
    house: House,
    giver: str,
    taker: str,
    form: Authority,
    days: tuple[date, date],
    document: str,
    periods: Sequence[Period] = (),
) -> Delegation:
    """Let another decide in one's place. The caller has made sure that the giver is who is asking.

    Raises NotFound (somebody is not in the address book), DataProblem and NotAllowed as ``check_delegation``.
    """
    programme = house.programme_id
    book = house.programmes.address_book(programme)
    for person in (giver, taker):
        if person not in {one.id for one in book.everybody()}:
            raise NotFound("not_found.official", person=person[:60])
    with house.work() as work:
        number = len(work.delegations.of(programme)) + 1
        made = Delegation(
            id=f"{programme}/uq{number}",
            programme=programme,
            giver=giver,
            taker=taker,
            form=form,
            first_day=days[0],
            last_day=days[1],
            document=document.strip(),
            made_at=house.clock.now(),
            periods=tuple(periods),
        )
        preparer = book.preparer.id if book.preparer else ""
        check_delegation(made, preparer)
        if preparer and any(book.is_same_person(preparer, one) for one in (giver, taker)):
            raise ActionNeeded("delegation.with_preparer", person=taker)
        key_id, signature = house.approver_keys.sign(giver, made.text().encode())
        made = replace(made, key_id=key_id, signature=signature)
        work.delegations.add(made)
        record(house, work, MADE, made.id, giver, signature=signature, document=made.document)
    return made


def revoke(house: House, delegation_id: str, by: str) -> Delegation:
    """Take a delegation back; what was decided under it stands.

    Raises NotFound, ActionNeeded, and NotAllowed for anybody but the giver.
    """
    with house.work() as work:
        known = work.delegations.get(delegation_id)
        if known is None:
            raise NotFound("not_found.delegation", delegation=delegation_id[:120])
        if by != known.giver:
            raise NotAllowed("delegation.of_another", delegation=known.id, giver=known.giver)
        check_can_be_revoked(known)
        now = house.clock.now()
        work.delegations.revoke(known.id, now, by)
        record(house, work, REVOKED, known.id, by)
        return replace(known, revoked_at=now, revoked_by=by)


def listed(house: House) -> list[Delegation]:
    """Every delegation of the programme, oldest first."""
    with house.work() as work:
        return work.delegations.of(house.programme_id)


def valid(house: House, work: Work, programme: str) -> list[Delegation]:
    """Delegations whose giver signed them. One that the log says was taken back stays taken back, whatever its row."""
    found = []
    for one in work.delegations.of(programme):
        if not house.approver_keys.is_signed(one.giver, one.key_id, one.text().encode(), one.signature):
            continue
        made = [event.seq for event in work.audit.find((MADE,), one.id) if event.subject == one.id]
        if made and ended_before(work, one.giver, one.key_id, made[-1]):
            continue
        ended = [event.at for event in work.audit.find((REVOKED,), one.id) if event.subject == one.id]
        if ended and one.revoked_at is None:
            one = replace(one, revoked_at=one.made_at)
        found.append(one)
    return found
