"""Paragraphs that several stories share. Each says what is done next; how it is done is the tasks' business."""

from collections.abc import Iterable
from typing import Any

from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture
from prefect.states import Completed
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.utilities.annotations import quote

from plancycle.domain.errors import OutsideFailure
from tasks._house import batches
from tasks.asking import agencies_to_ask, ask_agencies, ask_agency
from tasks.chasing import REMINDERS, remind, reminders_due, write_digest
from tasks.consolidating import consolidate_period
from tasks.intake import show_answers, show_intake, take_in_files, waiting_files
from tasks.letters import send_letters
from tasks.standing import show_standing
from tasks.submitting import ask_receipt, hand_over, prepare_documents, show_transmittals, sign_approved
from tasks.sweeping import actions_due, anchor_log, ask_back, journal_moved_dates, write_what_is_due

RUNNER: Any = ThreadPoolTaskRunner(max_workers=4)
"""The ledger takes one transaction after the other, on SQLite and on PostgreSQL alike: four workers keep it busy while
others compose workbooks and letters; sixteen would only wait for their turn, and composing is bound by the processor.
"""

ONE_BY_ONE = 200
"""Up to here each agency is a row of its own in the UI; beyond it the run page becomes too slow, so batches it is."""


def ask(year: int, period: str, as_of: str) -> list[str]:
    """Ask every agency that has not been asked; returns those that could not be. One failing does not stop the rest."""
    waiting = agencies_to_ask(year, period, as_of)
    if len(waiting) <= ONE_BY_ONE:
        asked = [ask_agency.submit(year, period, one["agency"], one["name"], as_of) for one in waiting]
        return _failed(asked, [one["name"] for one in waiting])
    groups = batches([one["agency"] for one in waiting])
    return _failed(
        [ask_agencies.submit(year, period, group, as_of) for group in groups], [", ".join(g) for g in groups]
    )


def _failed(futures: Iterable[PrefectFuture[Any]], names: Iterable[str]) -> list[str]:
    """Wait for all, then name those that failed."""
    failed = []
    for future, name in zip(futures, names, strict=True):
        future.wait()
        if not future.state.is_completed():
            failed.append(name)
    return failed


def chase(year: int, period: str, as_of: str) -> int:
    """Queue the reminders that are due; returns how many."""
    return _remind(year, reminders_due(year, period, as_of), as_of)


def _remind(year: int, keys: list[str], as_of: str) -> int:
    return sum(len(remind(year, group, as_of)) for group in batches(keys))


def take_in(as_of: str) -> tuple[list[dict[str, Any]], list[str]]:
    """Take in what waits in the inbox folder and leave receipts and findings; returns the outcomes, and the names of
    files that could not be dealt with. Those stay in the inbox; nothing waits for them.
    """
    results: list[dict[str, Any]] = []
    stuck: list[str] = []
    for group in batches(waiting_files(as_of)):
        taken, left = _take_in_group(group, as_of)
        results += taken
        stuck += left
    if results:
        as_they_are: Any = quote(results)  # or every finding of every file is looked through for futures, three times
        show_intake(as_they_are, as_of)
    return results, stuck


def _take_in_group(group: list[str], as_of: str) -> tuple[list[dict[str, Any]], list[str]]:
    state = take_in_files(group, group[0], as_of, return_state=True)
    if state.is_completed():
        return state.result(), []
    if len(group) == 1:
        return [], group
    parts = [_take_in_group([name], as_of) for name in group]
    return [one for taken, _ in parts for one in taken], [name for _, left in parts for name in left]


def send(year: int, as_of: str) -> bool:
    """Send the waiting letters; False when the relay stays out of reach: they wait for the next sweep."""
    return _came_through(send_letters(year, as_of, return_state=True))


def hand_over_approved(edition: str, as_of: str) -> bool:
    """Send an approved edition; False when an addressee stays out of reach."""
    return _came_through(hand_over(edition, as_of, return_state=True))


def _came_through(state: State[Any]) -> bool:
    """Whether it was done; an outside failure is a No, anything else is raised."""
    if state.is_completed():
        return True
    failure = state.result(raise_on_failure=False)
    if isinstance(failure, OutsideFailure):
        return False
    state.result()
    return False


def show(year: int, periods: Iterable[str], as_of: str) -> None:
    """Leave the pages of the periods something happened in."""
    for period in sorted({period for period in periods if period}):
        show_standing(year, period, as_of)


def open_period(year: int, period: str, as_of: str) -> State[Any]:
    """A period's first day and every repeat: ask, take in what is there, send, consolidate, show."""
    unasked = ask(year, period, as_of)
    _, stuck = take_in(as_of)
    has_sent = send(year, as_of)
    edition = consolidate_period(year, period, False, as_of)
    show(year, [period], as_of)
    return closing(unasked + stuck, has_sent, {"period": period, **edition})


def do_what_is_due(year: int, as_of: str) -> State[Any]:
    """Everything that is due in a cycle, in the order in which one step makes the next one due."""
    results, stuck = take_in(as_of)
    due = actions_due(year, as_of)
    if _keys(due, "reproject"):
        journal_moved_dates(year, as_of)
    unasked = [name for period in _periods(due, "call") for name in ask(year, period, as_of)]
    _chase_due(due, year, as_of)
    for period in _periods(due, "provisional"):
        consolidate_period(year, period, False, as_of)
    frozen = [consolidate_period(year, period, True, as_of) for period in _periods(due, "freeze")]
    for edition in _to_prepare(due, frozen, year, as_of):
        prepare_documents(edition, as_of)
    if written := [kind for kind in ("lapse", "remind_approver", "chase") if _keys(due, kind)]:
        write_what_is_due(year, written, as_of)
    if _keys(due, "digest"):
        write_digest(year, as_of)
    if _keys(due, "anchor"):
        anchor_log(year, as_of)
    has_sent = send(year, as_of)
    has_arrived, handed = _hand_over_all(due, year, as_of)
    touched = [one["period"] for one in due if one["kind"] != "ask"] + handed
    taken = [one["period"] for one in results if one["submission_id"]]
    for period in sorted(set(_periods(due, "provisional")) - set(taken)):  # taken in elsewhere meanwhile
        show_answers(year, period, as_of)
    show(year, touched + taken, as_of)
    return closing(unasked + stuck, has_sent and has_arrived, {"year": year, "due": len(due), "files": len(results)})


def _chase_due(due: list[dict[str, str]], year: int, as_of: str) -> int:
    """Queue the reminders that are due; asked again only when this very run has asked an agency for its report."""
    if _keys(due, "call"):
        return chase(year, "", as_of)
    return _remind(year, [one["key"] for one in due if one["kind"] in REMINDERS], as_of)


def _to_prepare(due: list[dict[str, str]], frozen: list[dict[str, Any]], year: int, as_of: str) -> list[str]:
    """Editions whose documents are due; asked again only when this very run froze one."""
    return _keys(actions_due(year, as_of, show=False) if frozen else due, "prepare")


def _hand_over_all(due: list[dict[str, str]], year: int, as_of: str) -> tuple[bool, list[str]]:
    """Sign and send every approved edition, ask for answers; returns whether all arrived, and the periods concerned."""
    signed = [edition for edition in _keys(due, "sign") if sign_approved(edition, as_of)]
    asked_back = ask_back(year, as_of) if _keys(due, "recall") else []
    approved = signed + _keys(due, "transmit")
    arrived = [hand_over_approved(edition, as_of) for edition in approved]
    answered = ask_receipt(year, as_of) if approved or _keys(due, "ask") else []
    periods = sorted({key.split("/")[1] for key in (*approved, *asked_back, *answered)})
    for period in periods:
        show_transmittals(year, period, as_of)
    return all(arrived), periods


def _periods(actions: Iterable[dict[str, str]], kind: str) -> list[str]:
    return list(dict.fromkeys(one["period"] for one in actions if one["kind"] == kind))


def _keys(actions: Iterable[dict[str, str]], kind: str) -> list[str]:
    return [one["key"] for one in actions if one["kind"] == kind]


def closing(undone: list[str], has_sent: bool, summary: dict[str, Any]) -> State[Any]:
    """The end of a story, under a name that tells an operator whether anything is left for the next sweep."""
    if undone:
        return Completed(name="Chưa trọn", message="Chưa làm được: " + "; ".join(undone), data=summary)
    if not has_sent:
        return Completed(name="Còn việc chờ gửi", message="Nơi nhận chưa trả lời; lần sau sẽ gửi tiếp.", data=summary)
    return Completed(message="Đã xong.", data=summary)
