"""A review's date, set by the authority, becomes a date of the calendar as well."""

from plancycle.domain.duties import DutyKind, DutyRecord
from plancycle.domain.duty_standing import deadline_of
from plancycle.domain.plan_dates import AUTHORITY
from plancycle.domain.programme import Programme
from plancycle.services.enter_date import enter
from plancycle.services.ports import House

REVIEWS = (DutyKind.INTERIM_REVIEW, DutyKind.FINAL_REVIEW)


def enter_review(house: House, programme: Programme, record: DutyRecord) -> None:
    """Enter the day that stands under the plan's deadline, by the document that set it.

    Called after the record's own transaction, again whenever the same is told again: entering twice is entering once,
    so a machine that dies in between is caught up by telling it once more.
    """
    duty = next((one for one in programme.duties if one.makes is record.kind), None)
    deadline = deadline_of(programme, duty) if duty is not None else None
    event = record.events[-1]
    is_set = record.kind in REVIEWS and event.due is not None and event.document_on is not None
    if not is_set or deadline is None or deadline.kind != AUTHORITY:
        return
    assert event.due is not None
    document = house.texts.say("duty.decision", document=event.document, on=event.document_on)
    enter(house, deadline.id, event.due, document, event.actor)
