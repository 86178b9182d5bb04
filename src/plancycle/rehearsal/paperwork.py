"""The department's paper work in a rehearsed year: what bodies propose, and the documents that go out with a number.

The consolidated reports and the extracts for ministries come of the year itself; these are the others.
"""

from collections.abc import Mapping

from plancycle.bootstrap import Household
from plancycle.domain.document_register import DocumentKind
from plancycle.domain.duty_rules import Told
from plancycle.domain.errors import ActionNeeded
from plancycle.domain.periods import Period
from plancycle.rehearsal.dice import phrases
from plancycle.rehearsal.timetable import Tick
from plancycle.services.cycle_view import cycle_view
from plancycle.services.duties import NewDuty, add
from plancycle.services.official_documents import make_documents

FOLDER = "documents"
"""Where a copy of each lies for people to open."""
OPENING, TELLING = None, -5
"""Moments are told by their distance from the evaluation's soft due date: bodies propose five days before."""
ISSUED: Mapping[int | None, tuple[DocumentKind, ...]] = {
    OPENING: (DocumentKind.CALL,),
    1: (DocumentKind.URGE,),
    3: (DocumentKind.REPLY, DocumentKind.DIGEST, DocumentKind.BUDGET, DocumentKind.COMMENDATION),
}
"""Which documents leave on which day of the evaluation."""
OF_ONE_BODY = (DocumentKind.REPLY, DocumentKind.DIGEST)


def paper_work(house: Household, year: int, tick: Tick) -> None:
    """What is proposed and issued at a moment of the annual evaluation; nothing at any other."""
    if tick.period is not Period.ANNUAL:
        return
    view = cycle_view(house, year)
    body = view.reporters(Period.ANNUAL)[0]
    if tick.day == TELLING:
        _propose(house, year, view.reporters(Period.ANNUAL))
    for kind in ISSUED.get(tick.day, ()):
        _issue(house, kind, year, body if kind in OF_ONE_BODY else "")


def _propose(house: Household, year: int, bodies: tuple[str, ...]) -> None:
    """Each line of the script by the body in its place; told twice it is one."""
    for order, line in enumerate(phrases()["papers"], start=1):
        told = {name: str(text) for name, text in line.items() if name not in ("kind", "place")}
        body = bodies[int(line["place"]) % len(bodies)]
        by = phrases()["operator"]["succession_by"]
        money_for = year if line["kind"] == "budget" else 0
        add(house, NewDuty(line["kind"], body, f"dt-{order}", told, Told(by=by), money_for))


def _issue(house: Household, kind: DocumentKind, year: int, body: str) -> None:
    try:
        made = make_documents(house, kind, year, Period.ANNUAL, body, issue=True, by=phrases()["officials"]["decider"])
    except ActionNeeded:  # nobody to urge, or nothing to answer: nothing is written
        return
    for one in made:
        for file in one.files:
            house.leave_file(FOLDER, file.file_name, file.data)
