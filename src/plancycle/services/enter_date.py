"""Enter a date that the plan leaves open: an authority's decision, a ministry's timetable, an event, an own choice."""

from collections.abc import Sequence
from datetime import date

from plancycle.domain.due_dates import Wording
from plancycle.domain.errors import ActionNeeded
from plancycle.domain.plan_dates import EVENT, EnteredDate, check_can_be_entered, entered_reason
from plancycle.domain.secrecy import check_unmarked
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.project_calendar import ENTERED, entered_move, facts_of, instants_now
from plancycle.services.repositories import Work

LONGEST_NAME, LONGEST_DOCUMENT = 80, 500


def enter(
    house: House,
    subject_id: str,
    day: date,
    document: str,
    person: str,
    wording: Wording = Wording.BY,
    year: int = 0,
) -> EnteredDate:
    """Keep the date with who entered it and by which document; the same once more changes nothing.

    ``subject_id`` is a deadline of the plan (D6), or a work that follows a ministry's timetable (E02.18); ``year`` the
    cycle year it counts for, by default the date's own. Raises NotFound, ActionNeeded (the plan dates it itself, no
    document, no name, another year) and DataProblem (a year nobody knows the holidays of).
    """
    asked = year or day.year
    _check_words(document, person)
    if abs(day.year - asked) > 1:
        raise ActionNeeded("deadline.other_year", day=day, year=asked)
    with house.work() as work:
        view = cycle_view(house, asked, work)
        subject = check_can_be_entered(view.programme, subject_id)
        entered = EnteredDate(
            programme=view.programme.id,
            year=asked,
            subject=subject_id,
            day=day,
            wording=wording,
            document=" ".join(document.split()),
            entered_by=" ".join(person.split()),
            entered_at=house.clock.now(),
        )
        known = [one for one in work.entered_dates.of_year(view.programme.id, asked) if one.subject == subject_id]
        standing = known if subject.deadline.kind == EVENT else known[-1:]
        for one in standing:
            if _says_the_same(one, entered):
                return one
        _keep(house, work, view, entered, known)
    return entered


def _keep(house: House, work: Work, view: CycleView, entered: EnteredDate, known: Sequence[EnteredDate]) -> None:
    """Add the date, and tell the journal which due instant moved from where to where because of which document."""
    facts: dict[str, object] = {
        "day": entered.day.isoformat(),
        "wording": str(entered.wording),
        "document": entered.document,
        "before": known[-1].day.isoformat() if known else None,
    }
    stood = instants_now(work, view, entered.subject)
    work.entered_dates.add(entered)
    if stood:  # else an event: it has the day on which it arose, and nothing moves
        move = entered_move(work, view, entered.subject, stood, (entered_reason(entered),))
        facts |= facts_of(house, move)
    record(house, work, ENTERED, f"{view.id}/{entered.subject}", entered.entered_by, **facts)


def _check_words(document: str, person: str) -> None:
    check_unmarked(document, person)
    if not document.strip() or len(document) > LONGEST_DOCUMENT:
        raise ActionNeeded("deadline.document_needed", longest=LONGEST_DOCUMENT)
    if not person.strip() or len(person) > LONGEST_NAME:
        raise ActionNeeded("deadline.person_needed", longest=LONGEST_NAME)


def _says_the_same(one: EnteredDate, other: EnteredDate) -> bool:
    return (one.day, one.wording, one.document) == (other.day, other.wording, other.document)
