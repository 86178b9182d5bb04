"""What a sweep is made of, and the stages that concern no period: signing what was approved, anchoring the log."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from plancycle.services import mail_anchor, remind_approvers
from plancycle.services.correct_upward import hand_over_recalls, recalls_to_hand_over
from plancycle.services.cycle_view import CycleView
from plancycle.services.ports import House
from plancycle.services.repositories import Work
from plancycle.services.sign_edition import sign_if_due


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that is due (or was done): its kind, whom and which period it concerns, and its stable key."""

    kind: str
    agency: str
    period: str
    key: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A kind of work: what is due, and how it is done (with at least one action)."""

    due: Callable[[House, Work, CycleView], list[Action]]
    do: Callable[[House, int, Sequence[Action]], None]


def sign_all(house: House, year: int, actions: Sequence[Action]) -> None:
    """Sign the editions whose turn it is; one that cannot be signed now stops no other."""
    for action in actions:
        sign_if_due(house, action.key)


def approvals_overdue(house: House, work: Work, view: CycleView) -> list[Action]:
    """Whoever has let the date of a decision pass gets one reminder."""
    found = remind_approvers.due(house, work, view)
    return [Action("remind_approver", "", one.edition.split("/")[1], key) for one, key in found]


def remind_of_approvals(house: House, year: int, _actions: Sequence[Action]) -> None:
    """Queue the reminders."""
    remind_approvers.queue_all(house, year)


def anchors_due(house: House, work: Work, view: CycleView) -> list[Action]:
    """A checkpoint of the log is due on a day on which something changed, where it has somewhere to go."""
    key = mail_anchor.due(house, work, view)
    return [Action("anchor", "", "", key)] if key else []


def anchor_log(house: House, year: int, _actions: Sequence[Action]) -> None:
    """Make the checkpoint and write to those who keep it."""
    mail_anchor.queue(house, year)


def recalls_waiting(_house: House, work: Work, view: CycleView) -> list[Action]:
    """Recalls that somebody asked for and that did not get through."""
    waiting = recalls_to_hand_over(work, view)
    return [Action("recall", one.addressee, one.key.split("/")[1], one.key) for one in waiting]


def ask_back(house: House, year: int, _actions: Sequence[Action]) -> None:
    """Try them once more."""
    hand_over_recalls(house, year)
