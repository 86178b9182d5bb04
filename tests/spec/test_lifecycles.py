"""Each lifecycle is one table; here every pair of statuses is tried against a drawing of it made by hand."""

import itertools
from enum import StrEnum

import pytest

from plancycle.domain import approvals, explanations, messages, submissions, transmittals
from plancycle.domain.errors import ActionNeeded, MoveNotAllowed

LIFECYCLES = {
    "submission": (submissions, submissions.SubmissionStatus),
    "explanation": (explanations, explanations.ExplanationStatus),
    "message": (messages, messages.MessageStatus),
    "approval": (approvals, approvals.ApprovalStatus),
    "transmittal": (transmittals, transmittals.TransmittalStatus),
}

# From each status the ones that may follow, written again from the rules and not from the code.
DRAWN = {
    "submission": {
        "received": "accepted returned",
        "accepted": "returned superseded withdrawn",
        "returned": "superseded",
        "superseded": "",
        "withdrawn": "",
    },
    "explanation": {
        "given": "accepted refused",
        "accepted": "refused",
        "refused": "",
    },
    "message": {
        "queued": "claimed covered in_doubt",
        "claimed": "queued transmitting refused in_doubt",
        "transmitting": "sent in_doubt refused queued",
        "in_doubt": "sent queued claimed refused",
        "sent": "",
        "refused": "",
        "covered": "",
    },
    "approval": {
        "requested": "approved returned void",
        "approved": "void",
        "returned": "",
        "void": "",
    },
    "transmittal": {
        "intent": "sent unknown parked refused withdrawn",
        "unknown": "intent sent parked refused withdrawn",
        "parked": "intent sent refused withdrawn",
        "sent": "acknowledged refused replaced recalled",
        "acknowledged": "replaced recalled",
        "replaced": "sent acknowledged refused recalled",
        "refused": "",
        "recalled": "",
        "withdrawn": "",
    },
}

PAIRS = [
    (name, current, future)
    for name, (_, statuses) in LIFECYCLES.items()
    for current, future in itertools.product(statuses, repeat=2)
]
START = {
    "submission": "received",
    "explanation": "given",
    "message": "queued",
    "approval": "requested",
    "transmittal": "intent",
}


def is_allowed(module, current: StrEnum, future: StrEnum) -> bool:
    """Ask the rule itself, the one that refuses."""
    try:
        module.check_move(current, future)
    except MoveNotAllowed:
        return False
    return True


@pytest.mark.parametrize(("name", "current", "future"), PAIRS)
def test_move_is_allowed_exactly_when_it_is_drawn(name, current, future):
    module, _ = LIFECYCLES[name]

    assert is_allowed(module, current, future) == (future in DRAWN[name][current].split())


@pytest.mark.parametrize("name", LIFECYCLES)
def test_the_table_has_a_line_for_every_status_and_no_other(name):
    module, statuses = LIFECYCLES[name]

    assert (set(module.MOVES), DRAWN[name].keys()) == (set(statuses), {str(status) for status in statuses})


@pytest.mark.parametrize("name", LIFECYCLES)
def test_every_status_can_be_reached_from_the_first(name):
    module, statuses = LIFECYCLES[name]
    reached, waiting = set(), [statuses(START[name])]
    while waiting:
        status = waiting.pop()
        if status not in reached:
            reached.add(status)
            waiting.extend(module.MOVES[status])

    assert reached == set(statuses)


@pytest.mark.parametrize("name", LIFECYCLES)
def test_a_refused_move_says_which_and_asks_a_person(name):
    module, statuses = LIFECYCLES[name]
    first = statuses(START[name])

    with pytest.raises(MoveNotAllowed) as refusal:
        module.check_move(first, first)

    assert refusal.value.key == f"{name}.move_not_allowed"
    assert refusal.value.params == {"current": first, "future": first}
    assert isinstance(refusal.value, ActionNeeded)


@pytest.mark.parametrize(("current", "future"), list(itertools.product(submissions.SubmissionStatus, repeat=2)))
def test_asking_and_checking_a_submission_agree(current, future):
    assert submissions.can_move(current, future) == is_allowed(submissions, current, future)


@pytest.mark.parametrize(
    ("name", "final"),
    [
        ("submission", {"superseded", "withdrawn"}),
        ("explanation", {"refused"}),
        ("message", {"sent", "refused", "covered"}),
        ("approval", {"returned", "void"}),
        ("transmittal", {"refused", "recalled", "withdrawn"}),
    ],
)
def test_nothing_leaves_a_final_status(name, final):
    module, _ = LIFECYCLES[name]

    assert {str(status) for status, futures in module.MOVES.items() if not futures} == final
