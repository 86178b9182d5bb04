"""Do what is due: ask the rows, not a timer. A week of downtime is caught up by one sweep.

Each stage lists what is due now and does it; doing a thing makes it no longer due.
"""

from collections.abc import Iterator, Sequence

from plancycle.domain.consolidation import Edition, EditionKind
from plancycle.domain.messages import Message, MessageKind
from plancycle.domain.periods import Period
from plancycle.domain.transmittals import OUT, Transmittal
from plancycle.services import (
    chase_agencies,
    chase_answers,
    daily_digest,
    data_calls,
    extension_requests,
    project_calendar,
)
from plancycle.services.acknowledgements import ask_acknowledgements, going_on
from plancycle.services.approval_chain import is_staffed
from plancycle.services.consolidate_period import consolidate, is_all_in, members_now
from plancycle.services.correct_upward import is_handed_over, to_send
from plancycle.services.corrections import is_stale
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.deliver_messages import deliver, left_behind
from plancycle.services.narrative_edits import pinned
from plancycle.services.ports import House
from plancycle.services.prepare_submission import prepare
from plancycle.services.programme_versions import notice_drift
from plancycle.services.repositories import Work
from plancycle.services.sign_edition import is_ready, sign_due
from plancycle.services.standing_answers import sent_in_time
from plancycle.services.sweep_stages import (
    Action,
    Stage,
    anchor_log,
    anchors_due,
    approvals_overdue,
    ask_back,
    recalls_waiting,
    remind_of_approvals,
    sign_all,
)
from plancycle.services.transmit_edition import transmit

REMINDING = {
    MessageKind.REMINDER: "remind",
    MessageKind.OVERDUE: "overdue",
    MessageKind.CORRECTION: "correct",
    MessageKind.ESCALATION: "escalate",
}
"""What an action is called that reminds somebody."""


def due_actions(house: House, year: int) -> list[Action]:
    """Everything that is due at this moment, in the order it would be done."""
    with house.work() as work:
        view = cycle_view(house, year, work)
        return [action for stage in STAGES for action in stage.due(house, work, view)]


def perform(house: House, year: int, done: list[Action] | None = None) -> list[Action]:
    """Do everything that is due, stage by stage, so that what one stage makes is seen by the next.

    ``done`` is the list that is filled and returned: when something fails, whoever gave it can tell what came before.
    """
    done = [] if done is None else done
    notice_drift(house, year)
    left = iter(STAGES)
    while found := _next(house, year, left):
        stage, actions, upward = found
        try:
            stage.do(house, year, actions)
        except Exception:
            done.extend(_done_of(house, year, stage, actions, upward))
            raise
        done.extend(actions)
    return done


def _next(house: House, year: int, left: Iterator[Stage]) -> tuple[Stage, list[Action], frozenset[Transmittal]] | None:
    """The next stage that has something to do, and what went upward so far; one look serves all that have nothing."""
    with house.work() as work:
        view = cycle_view(house, year, work)
        for stage in left:
            if actions := stage.due(house, work, view):
                return stage, actions, frozenset(work.transmittals.of_cycle(view.id))
    return None


def _done_of(
    house: House, year: int, stage: Stage, actions: Sequence[Action], upward: frozenset[Transmittal]
) -> list[Action]:
    """What a stage that failed had done: what is not due any more, and of an edition each addressee that moved."""
    with house.work() as work:
        view = cycle_view(house, year, work)
        still = set(stage.due(house, work, view))
        moved = [one for one in work.transmittals.of_cycle(view.id) if one not in upward and one.status in OUT]
    done = [one for one in actions if one not in still]
    told, kind = {one.key for one in done}, actions[0].kind
    return done + [Action(kind, one.addressee, one.key.split("/")[1], one.key) for one in moved if one.key not in told]


def _moved_dates(house: House, work: Work, view: CycleView) -> list[Action]:
    moved = project_calendar.moves_now(house, work, view)
    return [Action("reproject", "", str(one.period), one.key) for one in moved]


def _ended_requests(house: House, work: Work, view: CycleView) -> list[Action]:
    found = [request for request, _ in extension_requests.overdue(house, work, view.id)]
    return [Action("lapse", one.obligation.agency, str(one.obligation.period), one.id) for one in found]


def _calls(house: House, work: Work, view: CycleView) -> list[Action]:
    return [
        Action("call", agency, str(period), f"{view.key(period)}/{agency}")
        for period in view.open_periods(house.clock.now())
        if house.clock.now() < view.dates(period).freeze_at
        for agency in data_calls.uncalled(house, work, view, period)
        if house.programmes.address_book(view.programme.id).contact(agency)
    ]


def _reminders(house: House, work: Work, view: CycleView) -> list[Action]:
    book = house.programmes.address_book(house.programme_id)
    return [
        Action(REMINDING[one.kind], one.agency, str(one.period), one.key)
        for one in chase_agencies.due_now(house, work, view)
        if book.contact(one.agency)
    ]


def _digest(house: House, work: Work, view: CycleView) -> list[Action]:
    key = daily_digest.due(house, work, view)
    return [Action("digest", "", "", key)] if key else []


def _letters(house: House, work: Work, view: CycleView) -> list[Action]:
    left = left_behind(house, work.outbox.held())
    waiting = [one for one in (*work.outbox.waiting(house.clock.now()), *left) if one.key.startswith(f"{view.id}/")]
    return [Action("deliver", one.agency, _period_of(one), one.key) for one in waiting]


def _period_of(letter: Message) -> str:
    """The period a letter is about; empty for one about the whole year."""
    name = letter.period.rpartition("/")[2]
    return name if name in set(Period) else ""


def _provisional(house: House, work: Work, view: CycleView) -> list[Action]:
    """Periods whose members, or edited passages, are no longer those of the last provisional edition."""
    found = []
    for period in view.open_periods(house.clock.now()):
        editions = work.editions.of_period(view.id, period)
        known = [one for one in editions if one.kind is EditionKind.PROVISIONAL]
        members = members_now(work, view, period)
        told = (known[-1].members, known[-1].narrative) if known else ((), ())
        if members and (members, pinned(work, view.key(period))) != told:
            found.append(Action("provisional", "", str(period), view.key(period)))
    return found


def _freezes(house: House, work: Work, view: CycleView) -> list[Action]:
    opened = view.open_periods(house.clock.now())
    due = [period for period in opened if _should_freeze(house, work, view, period)]
    return [Action("freeze", "", str(period), view.key(period)) for period in due]


def _should_freeze(house: House, work: Work, view: CycleView, period: Period) -> bool:
    """Frozen when all are in or at the freeze instant; again for what was sent on time and came in after it.

    Asked of the answers, not of the clock: the sweep may run hours after the due instant.
    """
    members = members_now(work, view, period)
    finals = _finals(work, view, period)
    if not members:
        return False
    if not finals:
        return house.clock.now() >= view.dates(period).freeze_at or is_all_in(work, view, period, members)
    if is_stale(work, view, period, finals[-1]) or pinned(work, view.key(period)) != finals[-1].narrative:
        return True
    return bool(sent_in_time(work, view, period) - {member.submission for member in finals[-1].members})


def _finals(work: Work, view: CycleView, period: Period) -> list[Edition]:
    return [one for one in work.editions.of_period(view.id, period) if one.kind is EditionKind.FINAL]


def _unprepared(house: House, work: Work, view: CycleView) -> list[Action]:
    book = house.programmes.address_book(view.programme.id)
    if not is_staffed(book, view.programme.approval.steps):
        return []
    editions = [edition for period in view.programme.order if (edition := to_send(work, view, period))]
    waiting = [edition for edition in editions if not work.editions.approvals(edition.id)]
    return [Action("prepare", "", str(edition.period), edition.id) for edition in waiting]


def _untransmitted(house: House, work: Work, view: CycleView) -> list[Action]:
    found = []
    for period in view.programme.order:
        edition = to_send(work, view, period)
        if edition and not is_handed_over(work, view, edition) and is_ready(house, work, view, edition):
            found.append(Action("transmit", "", str(period), edition.id))
    return found


def _unsigned(house: House, work: Work, view: CycleView) -> list[Action]:
    """Approved editions whose signatures are to be made here."""
    editions = [edition for period in view.programme.order if (edition := to_send(work, view, period))]
    waiting = [edition for edition in editions if sign_due(house, work, view, edition)]
    return [Action("sign", "", str(edition.period), edition.id) for edition in waiting]


def _unanswered(house: House, work: Work, view: CycleView) -> list[Action]:
    waiting = going_on(house, work, view.id)
    return [Action("ask", one.addressee, one.key.split("/")[1], one.key) for one in waiting]


def _silent(house: House, work: Work, view: CycleView) -> list[Action]:
    found = chase_answers.due(house, work, view)
    return [Action("chase", one.addressee, one.key.split("/")[1], key) for one, key in found]


def _journal_moves(house: House, year: int, actions: Sequence[Action]) -> None:
    project_calendar.journal_moves(house, year, {action.key for action in actions})


def _settle_requests(house: House, year: int, _actions: Sequence[Action]) -> None:
    extension_requests.settle_overdue(house, year)


def _call(house: House, year: int, actions: Sequence[Action]) -> None:
    agencies: dict[str, list[str]] = {}
    for action in actions:
        agencies.setdefault(action.period, []).append(action.agency)
    for period, asked in agencies.items():
        data_calls.queue_all(house, year, Period(period), asked)


def _remind(house: House, year: int, actions: Sequence[Action]) -> None:
    chase_agencies.queue_all(house, year, {action.key for action in actions})


def _write_digest(house: House, year: int, _actions: Sequence[Action]) -> None:
    daily_digest.queue(house, year)


def _deliver(house: House, year: int, _actions: Sequence[Action]) -> None:
    deliver(house, f"{cycle_view(house, year).id}/")


def _refresh(house: House, year: int, actions: Sequence[Action]) -> None:
    for action in actions:
        consolidate(house, year, Period(action.period))


def _freeze(house: House, year: int, actions: Sequence[Action]) -> None:
    for action in actions:
        consolidate(house, year, Period(action.period), final=True)


def _prepare(house: House, year: int, actions: Sequence[Action]) -> None:
    for action in actions:
        prepare(house, action.key)


def _transmit(house: House, year: int, actions: Sequence[Action]) -> None:
    for action in actions:
        transmit(house, action.key)


def _chase(house: House, year: int, _actions: Sequence[Action]) -> None:
    chase_answers.queue_all(house, year)


def _ask(house: House, year: int, _actions: Sequence[Action]) -> None:
    ask_acknowledgements(house, year)


STAGES = (
    Stage(_moved_dates, _journal_moves),
    Stage(_ended_requests, _settle_requests),
    Stage(_calls, _call),
    Stage(_reminders, _remind),
    Stage(_provisional, _refresh),
    Stage(_freezes, _freeze),
    Stage(_unprepared, _prepare),
    Stage(approvals_overdue, remind_of_approvals),
    Stage(_digest, _write_digest),
    Stage(anchors_due, anchor_log),
    Stage(_silent, _chase),
    Stage(_letters, _deliver),
    Stage(_unsigned, sign_all),
    Stage(recalls_waiting, ask_back),
    Stage(_untransmitted, _transmit),
    Stage(_unanswered, _ask),
)
