"""The second factor at the moment of a decision: a mailed link alone decides nothing.

The link says whom it was sent to; the account of that name, with the role of an approver, says how that person proves
to be there: a code of the authenticator app set up at signing in, or the province's own sign-in, asked for anew.

What comes of it is a :class:`Proof`, sealed with this installation's key. A decision takes nothing else, so no page,
command or step can decide for somebody who was not asked.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from plancycle.domain.errors import NotAllowed
from plancycle.domain.people import Account, Role
from plancycle.services import sign_in
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.repositories import Work

CONFIRMED_FOR = timedelta(minutes=5)
"""How long a proof stands for a decision."""


class Way(StrEnum):
    """How somebody proved to be there."""

    CODE = "code"
    OUTSIDE = "outside"
    REHEARSED = "rehearsed"
    """A simulated person's word; it counts only where nobody has an account, so never in an office at work."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Who proved to be there, how, when, and for which matter: the SHA-256 of the bundle that is decided on.

    Made by the functions of this module alone; without their ``seal`` :func:`check_proof` refuses it.
    """

    person: str
    way: Way
    at: datetime
    matter: str
    seal: str


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


def confirm_by_code(house: House, person: str, code: str, matter: str) -> Proof:
    """Take a code of the person's app, or one of the recovery codes; each works once, for one matter.

    Raises NotAllowed: "approval.no_factor" (no such account, or none enrolled), "sign_in.code_wrong", "sign_in.locked".
    """
    if not ways_of(house, person).by_code:
        raise NotAllowed("approval.no_factor")
    sign_in.confirm(house, person, code)
    return _proof(house, person, Way.CODE, matter)


def confirm_outside(
    house: House, person: str, subject: str, is_strong: bool, at: datetime | None, matter: str
) -> Proof:
    """Take the province's word that the person has just proved again who they are.

    ``at`` is when the provider saw it (its ``auth_time``).
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
    return _proof(house, person, Way.OUTSIDE, matter)


def rehearsed(house: House, person: str, matter: str) -> Proof:
    """The word of a simulated person, for the year that is played."""
    return _proof(house, person, Way.REHEARSED, matter)


def read_proof(house: House, seal: str) -> Proof | None:
    """The proof that a seal was made for, as a browser kept it; None for anything else."""
    try:
        facts = house.seals.open_link(seal)
    except NotAllowed:
        return None
    if "proved" not in facts:
        return None
    at = datetime.fromisoformat(facts["at"])
    return Proof(facts["proved"], Way(facts["way"]), at, facts["matter"], seal)


def is_fresh(house: House, proof: Proof) -> bool:
    """Whether it is not longer ago than a proof stands."""
    return timedelta() <= house.clock.now() - proof.at < CONFIRMED_FOR


def check_proof(house: House, work: Work, proof: Proof, matter: str) -> None:
    """The proof is one of ours, fresh, and about exactly this. Raises NotAllowed("approval.not_proved")."""
    is_ours = read_proof(house, proof.seal) == proof
    is_played = proof.way is Way.REHEARSED and not work.people.is_empty()
    if not is_ours or is_played or proof.matter != matter or not is_fresh(house, proof):
        raise NotAllowed("approval.not_proved", minutes=int(CONFIRMED_FOR.total_seconds() // 60))


def _proof(house: House, person: str, way: Way, matter: str) -> Proof:
    at = house.clock.now()
    facts = {"proved": person, "way": str(way), "at": at.isoformat(), "matter": matter}
    return Proof(person, way, at, matter, house.seals.sign_link(facts))


def _approver(house: House, person: str) -> Account | None:
    with house.work() as work:
        account = work.people.get(person)
    is_able = account is not None and account.disabled_at is None and Role.APPROVER in account.roles
    return account if is_able else None
