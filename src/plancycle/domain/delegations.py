"""Who may decide in another's place: delegation (giao quyền, ủy quyền), and the forms of authority of a signature.

Forms: Decree 30/2020/NĐ-CP, Article 13 (signing) and Annex I, part II, item 7 (authority, position, name). Who signs by
authorisation (TUQ.) may not hand it on (Article 13.3), so a delegation reaches one step only.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from plancycle.domain.agencies import Official
from plancycle.domain.errors import ActionNeeded, DataProblem, NotAllowed
from plancycle.domain.events import canonical_json
from plancycle.domain.periods import Period

SCHEMA = "plancycle-delegation/1"
BETWEEN_LINES = " / "
"""Between two lines of an authority written in one: ``TM. ỦY BAN NHÂN DÂN / KT. CHỦ TỊCH``."""


class Authority(StrEnum):
    """How somebody signs who is not the head signing for himself."""

    TM = "TM."
    """Thay mặt: on behalf of a body that decides together."""
    KT = "KT."
    """Ký thay: a deputy signs for the head."""
    TL = "TL."
    """Thừa lệnh: the head of a unit signs by order."""
    TUQ = "TUQ."
    """Thừa ủy quyền: by a written authorisation, with an end."""


@dataclass(frozen=True, slots=True)
class Delegation:
    """``giver`` lets ``taker`` decide from the first to the last day, both included, on the strength of a document."""

    id: str
    programme: str
    giver: str
    taker: str
    form: Authority
    first_day: date
    last_day: date
    document: str
    """Number and date of the paper, for example ``12/GUQ-UBND ngày 01/12/2025``."""
    made_at: datetime
    periods: tuple[Period, ...] = ()
    """Which periods' reports; empty: all."""
    key_id: str = ""
    signature: str = ""
    """By the giver's key, over :meth:`text`."""
    revoked_at: datetime | None = None
    revoked_by: str | None = None

    def text(self) -> str:
        """What the giver signs; taking it back later does not change it."""
        facts = {
            "schema": SCHEMA,
            "id": self.id,
            "programme": self.programme,
            "giver": self.giver,
            "taker": self.taker,
            "form": str(self.form),
            "first_day": self.first_day.isoformat(),
            "last_day": self.last_day.isoformat(),
            "document": self.document,
            "periods": [str(period) for period in self.periods],
            "made_at": self.made_at.isoformat(),
        }
        return canonical_json(facts)

    def covers(self, period: Period | None) -> bool:
        """Whether reports of that period are in its scope; None asks for one without limit."""
        return not self.periods or period in self.periods

    def is_in_force(self, at: datetime) -> bool:
        """Whether it stands at an instant, whose zone says which day it is."""
        if self.revoked_at is not None and at >= self.revoked_at:
            return False
        return self.made_at <= at and self.first_day <= at.date() <= self.last_day


def check_delegation(delegation: Delegation, preparer: str) -> None:
    """Refuse one that is not complete or that would let somebody approve their own work.

    Raises DataProblem (dates, document) and NotAllowed (to oneself, to or from the one who prepares).
    """
    if delegation.first_day > delegation.last_day:
        raise DataProblem("delegation.days_reversed", first=delegation.first_day, last=delegation.last_day)
    if len(delegation.document.strip()) < 3:
        raise DataProblem("delegation.no_document")
    if delegation.giver == delegation.taker:
        raise NotAllowed("delegation.to_oneself", person=delegation.giver)
    if preparer in (delegation.giver, delegation.taker):
        raise NotAllowed("delegation.with_preparer", person=preparer)


def check_can_be_revoked(delegation: Delegation) -> None:
    """Raises ActionNeeded when it has been taken back before."""
    if delegation.revoked_at is not None:
        raise ActionNeeded("delegation.revoked_before", delegation=delegation.id, at=delegation.revoked_at)


def standing_for(
    delegations: Iterable[Delegation], giver: str, period: Period | None, at: datetime, taker: str | None = None
) -> Delegation | None:
    """The newest delegation of a giver (to one taker, if named) that covers a period at an instant, or None."""
    fitting = [
        one
        for one in delegations
        if one.giver == giver and taker in (None, one.taker) and one.covers(period) and one.is_in_force(at)
    ]
    return max(fitting, key=lambda one: (one.made_at, one.id), default=None)


def acting(taker: Official, giver: Official, form: Authority) -> Official:
    """The taker as they sign for the giver: ``KT. GIÁM ĐỐC`` over their own position.

    A body that decides together stays the first line: ``TM. ỦY BAN NHÂN DÂN / KT. CHỦ TỊCH``.
    """
    lines = (giver.authority_line or "").split(BETWEEN_LINES)
    together = [line for line in lines if line.startswith(Authority.TM)]
    return replace(taker, authority_line=BETWEEN_LINES.join([*together, f"{form} {giver.position.upper()}"]))
