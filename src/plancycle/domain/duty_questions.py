"""What each kind of duty record asks: the names of everything that can be told, and two tables of what must be."""

from collections.abc import Mapping
from enum import StrEnum

from plancycle.domain.duties import DutyKind, DutyStatus


class DutyField(StrEnum):
    """What can be told; the first ones are facts of a record, the rest belong to an event."""

    SUBJECT = "subject"
    CAUSE = "cause"
    PROPOSAL = "proposal"
    REASON = "reason"
    WORK = "work"
    TARGET = "target"
    WHO = "who"
    FORM = "form"
    AMOUNT = "amount"
    PUBLISHED = "published"
    ON = "on"
    BY = "by"
    NOTE = "note"
    DOCUMENT = "document"
    DOCUMENT_ON = "document_on"
    DUE = "due"


class Honoured(StrEnum):
    """Whom a commendation is proposed for."""

    PERSON = "person"
    COLLECTIVE = "collective"


class CommendationForm(StrEnum):
    """Praise, and the forms of the Law on Emulation and Commendation (06/2022/QH15)."""

    PRAISE = "praise"
    CERTIFICATE = "certificate"
    MERIT = "merit"
    INSIGNIA = "insignia"
    MEDAL = "medal"
    ORDER = "order"
    TITLE = "title"
    PRIZE = "prize"


_F, _K, _S = DutyField, DutyKind, DutyStatus
_REVIEW = ((_F.SUBJECT,), (_F.WORK,))
FACTS: Mapping[DutyKind, tuple[tuple[DutyField, ...], tuple[DutyField, ...]]] = {
    _K.OBSTACLE: ((_F.SUBJECT,), (_F.CAUSE, _F.PROPOSAL, _F.WORK)),
    _K.AMENDMENT: ((_F.SUBJECT, _F.PROPOSAL, _F.REASON), (_F.WORK,)),
    _K.INTERIM_REVIEW: _REVIEW,
    _K.FINAL_REVIEW: _REVIEW,
    _K.INSPECTION: ((_F.TARGET, _F.SUBJECT), ()),
    _K.COMMENDATION: ((_F.SUBJECT, _F.WHO, _F.REASON, _F.FORM), (_F.WORK,)),
    _K.BUDGET: ((_F.AMOUNT,), (_F.SUBJECT,)),
    _K.DIALOGUE: ((), (_F.SUBJECT, _F.PUBLISHED)),
    _K.DISSEMINATION: ((), (_F.SUBJECT,)),
}
"""Per kind the facts that must, and those that may, be told."""

_DECISION = (_F.DOCUMENT, _F.DOCUMENT_ON)
NEEDS: Mapping[tuple[DutyKind, DutyStatus], tuple[DutyField, ...]] = {
    (_K.OBSTACLE, _S.ANSWERED): _DECISION,
    (_K.OBSTACLE, _S.CLOSED): (_F.NOTE,),
    (_K.AMENDMENT, _S.ACCEPTED): _DECISION,
    (_K.AMENDMENT, _S.REFUSED): _DECISION,
    (_K.AMENDMENT, _S.CANCELLED): (_F.NOTE,),
    **{
        (review, status): needed
        for review in (_K.INTERIM_REVIEW, _K.FINAL_REVIEW)
        for status, needed in (
            (_S.DATED, (*_DECISION, _F.DUE)),
            (_S.REDATED, (*_DECISION, _F.DUE)),
            (_S.HELD, (_F.DOCUMENT,)),
        )
    },
    (_K.INSPECTION, _S.PLANNED): (_F.DUE,),
    (_K.INSPECTION, _S.INSPECTED): (_F.NOTE,),
    (_K.INSPECTION, _S.FOLLOW_UP): (_F.NOTE, _F.DUE),
    (_K.INSPECTION, _S.CLOSED): (_F.NOTE,),
    (_K.INSPECTION, _S.CANCELLED): (_F.NOTE,),
    (_K.COMMENDATION, _S.GRANTED): _DECISION,
    (_K.COMMENDATION, _S.REFUSED): (_F.NOTE,),
    (_K.COMMENDATION, _S.CANCELLED): (_F.NOTE,),
    (_K.BUDGET, _S.SUBMITTED): _DECISION,
    (_K.DIALOGUE, _S.PLANNED): (_F.DUE,),
    (_K.DIALOGUE, _S.HELD): (_F.DOCUMENT,),
    (_K.DIALOGUE, _S.NOT_HELD): (_F.NOTE,),
    (_K.DISSEMINATION, _S.DONE): (_F.DOCUMENT,),
}
"""What an event of a kind must be told besides who and when: a date or a decision needs its document."""
