"""What is due at this moment, asked of the rows."""

from collections.abc import Callable, Sequence
from typing import Any

from prefect import task

from plancycle.services import (
    chase_answers,
    correct_upward,
    extension_requests,
    mail_anchor,
    remind_approvers,
    sending_acts,
)
from plancycle.services.cycle_view import cycle_view
from plancycle.services.deliveries import addressee_names
from plancycle.services.ports import House
from plancycle.services.preview_letters import letters_of
from plancycle.services.project_calendar import journal_moves, moves
from plancycle.services.sweep import due_actions
from tasks._artifacts import sheet
from tasks._house import house_at
from tasks._pages import action_rows
from tasks._policy import LOCAL, NETWORK
from tasks._previews import show

COLUMNS = ("action", "agency", "period", "key")
LETTERS: dict[str, Callable[[House, int], Sequence[object]]] = {
    "lapse": extension_requests.settle_overdue,
    "remind_approver": remind_approvers.queue_all,
    "chase": chase_answers.queue_all,
}
"""Acts that change rows or write letters, whole in one service each."""


@task(task_run_name="xem việc đến hạn", **LOCAL)
def actions_due(year: int, as_of: str = "", show: bool = True) -> list[dict[str, str]]:
    """Everything that is due in a year, in the order it is done; ``show`` leaves it as a table."""
    with house_at(as_of) as house:
        year = year or house.clock.now().year
        actions = due_actions(house, year)
        if show:
            sheet(house, "sweep", COLUMNS, action_rows(house, addressee_names(cycle_view(house, year)), actions), year)
    return [{"kind": one.kind, "agency": one.agency, "period": one.period, "key": one.key} for one in actions]


@task(task_run_name="xem trước các thư của lịch nhắc", **LOCAL)
def preview_sweep(year: int, as_of: str = "") -> dict[str, Any]:
    """The letters the programme's ladder would write now, beside the list of what is due; nothing is queued."""
    with house_at(as_of) as house:
        letters = letters_of(house, lambda dry: sending_acts.ladder_letters(dry, year))
        return show(house, "ra-soat", letters, year, takes_count=False)


@task(task_run_name="ghi nhật ký các mốc vừa chuyển", **LOCAL)
def journal_moved_dates(year: int, as_of: str = "") -> list[str]:
    """Write into the journal which coming dates moved with the calendar, and why; returns the periods' keys."""
    with house_at(as_of) as house:
        moved = {move.key for move in moves(house, year)}
        journal_moves(house, year, moved)
    return sorted(moved)


@task(task_run_name="kết thúc đề nghị quá hạn, nhắc phê duyệt, báo nơi nhận chưa phản hồi", **LOCAL)
def write_what_is_due(year: int, kinds: list[str], as_of: str = "") -> int:
    """Do the acts of those kinds that are due; whatever they write waits in the outbox. Returns how many were done."""
    with house_at(as_of) as house:
        return sum(len(do(house, year)) for kind, do in LETTERS.items() if kind in kinds)


@task(task_run_name="xin thu hồi bản đã gửi", **NETWORK)
def ask_back(year: int, as_of: str = "") -> list[str]:
    """Hand over the recalls that did not get through; returns the keys of those that have now."""
    with house_at(as_of) as house:
        return [one.key for one in correct_upward.hand_over_recalls(house, year) if one.sent_at]


@task(task_run_name="neo nhật ký", **LOCAL)
def anchor_log(year: int, as_of: str = "") -> int:
    """Make the log's signed checkpoint and queue the letters to its keepers; returns how many events it covers."""
    with house_at(as_of) as house:
        made = mail_anchor.queue(house, year)
    return made.checkpoint.seq if made else 0
