"""The second factor at the moment of a decision: a mailed link alone decides nothing.

The link says whom it was sent to; the account of that name, with the role of an approver, says how that person proves
to be there: a code of the authenticator app set up at signing in, or the province's own sign-in, asked for anew.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from plancycle.domain.errors import NotAllowed
from plancycle.domain.people import Account, Role
from plancycle.services import sign_in
from plancycle.services.journal import record
from plancycle.services.ports import House

CONFIRMED_FOR = timedelta(minutes=5)
"""How long a renewed sign-in outside stands for a decision."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How somebody may confirm a decision; neither: there is an account to be set up first."""

    by_code: bool
    outside: bool


def ways_of(house: House, person: str) -> Ways:
    """The ways open to a person; none without a live account that has the role of an approver."""
    account = _approver(house, person)
    if account is None:
        return Ways(False, False)
    return Ways(bool(account.second_factor), bool(account.subject))


def confirm_by_code(house: House, person: str, code: str) -> None:
    """Take a code of the person's app, or one of the recovery codes; each works once.

    Raises NotAllowed: "approval.no_factor" (no such account, or none enrolled), "sign_in.code_wrong", "sign_in.locked".
    """
    if not ways_of(house, person).by_code:
        raise NotAllowed("approval.no_factor")
    sign_in.confirm(house, person, code)


def confirm_outside(
    house: House, person: str, subject: str, is_strong: bool, at: datetime | None, matter: str
) -> datetime:
    """Take the province's word that the person has just proved again who they are; returns when it was taken.

    ``at`` is when the provider saw the proof (its ``auth_time``); ``matter`` the approval, for the log.
    Raises NotAllowed: "approval.other_person", "approval.not_proved_again" (too long ago, or by a password alone).
    """
    now = house.clock.now()
    account = _approver(house, person)
    if account is None or not account.subject or account.subject != subject:
        raise NotAllowed("approval.other_person")
    if not is_strong or at is None or now - at > CONFIRMED_FOR:
        raise NotAllowed("approval.not_proved_again")
    with house.work() as work:
        record(house, work, "staff.proved_again", person, person, approval=matter)
    return now


def _approver(house: House, person: str) -> Account | None:
    with house.work() as work:
        account = work.people.get(person)
    is_able = account is not None and account.disabled_at is None and Role.APPROVER in account.roles
    return account if is_able else None
