"""What was told on its own, as texts of the narrative: obstacles, their causes and proposals, and commendations.

They stand beside what the submissions say of the same, so that who wrote it and reported it as well is told once.
"""

from collections.abc import Iterator
from datetime import datetime

from plancycle.domain.duties import DutyKind, DutyRecord
from plancycle.domain.narrative import Passage, Said, addressee_of, edited, group_of, passages, spellings_of
from plancycle.domain.periods import Period
from plancycle.services.cycle_view import CycleView
from plancycle.services.duty_reports import told_of
from plancycle.services.ports import House
from plancycle.services.repositories import Work

OBSTACLE, CAUSE, PROPOSAL, COMMENDATION = "obstacle", "cause", "proposal", "commendation"


def said_on_their_own(work: Work, view: CycleView, period: Period, at: datetime) -> list[Said]:
    """Every text told on its own that the period's report has at a moment, in the order in which they were told."""
    obstacles = told_of(work, view, DutyKind.OBSTACLE, period, at)
    return [*(one for record in obstacles for one in _obstacle(view, record)), *honours(work, view, period, at)]


def honours(work: Work, view: CycleView, period: Period, at: datetime) -> list[Said]:
    """Whom bodies proposed to commend, and for what; who names nobody else speaks to the plan's authority."""
    return [_honour(view, one) for one in told_of(work, view, DutyKind.COMMENDATION, period, at)]


def honours_told(house: House, work: Work, view: CycleView) -> list[tuple[Passage, tuple[str, ...]]]:
    """The year's commendations, each once as the annual report tells it, with the ids of its records."""
    said = honours(work, view, Period.ANNUAL, house.clock.now())
    made = passages(said, house.folding, view.programme.form.inclusion.fold_percent)
    edits = work.narrative_edits.of_period(view.key(Period.ANNUAL))
    told, _ = edited(made, [one for one in edits if one.passage.startswith(f"{COMMENDATION}-")])
    return [(one, tuple(source.row for source in one.sources)) for one in told]


def _obstacle(view: CycleView, record: DutyRecord) -> Iterator[Said]:
    """Its subject, cause and proposal; one about a line of the narrative sheet is told under that line."""
    about = record.facts.get("work", "")
    works = {work.id for work in view.programme.works}
    subject = about if about and about not in works else OBSTACLE
    for kind, fact in ((subject, "subject"), (CAUSE, "cause"), (PROPOSAL, "proposal")):
        if record.facts.get(fact):
            yield _said(view, record, kind, record.facts[fact])


def _honour(view: CycleView, record: DutyRecord) -> Said:
    facts = record.facts
    text, whom = f"{facts['subject']}: {facts['reason']}", f"{facts['subject']} {facts['who']} {facts['form']}"
    return _said(view, record, COMMENDATION, text, whom, view.programme.authority)


def _said(view: CycleView, record: DutyRecord, kind: str, text: str, whom: str = "", otherwise: str = "") -> Said:
    """``otherwise``: whom it speaks to when it names nobody."""
    return Said(
        agency=record.body,
        kind=kind,
        group=group_of(view.programme, record.facts.get("work", "")) if kind in _OF_WORK else "",
        addressee=addressee_of(spellings_of(view.programme), text) or otherwise,
        text=text,
        submission="",
        sheet="",
        cell="",
        row=record.id,
        field=kind,
        whom=whom,
    )


_OF_WORK = (OBSTACLE, CAUSE, PROPOSAL, COMMENDATION)
