"""Holding the number of letters somebody saw in a dry run against the number there is now."""

from datetime import date

from prefect import task

from plancycle.domain.orders import Decision, Resend
from plancycle.domain.periods import Period
from plancycle.services import prepare_submission, sending_acts
from plancycle.services.preview_letters import check_count, compare, waiting_letters
from tasks._acts import deciding, resending
from tasks._house import house_at
from tasks._policy import LOCAL


@task(task_run_name="xác nhận số thư yêu cầu", **LOCAL)
def confirm_calls(year: int, period: str, confirm: int, as_of: str = "") -> int:
    """Raises ActionNeeded unless asking would write exactly that many letters."""
    with house_at(as_of) as house:
        return check_count(house, lambda dry: sending_acts.ask_all(dry, year, Period(period)), confirm)


@task(task_run_name="xác nhận số thư nhắc", **LOCAL)
def confirm_reminders(year: int, period: str, confirm: int, as_of: str = "") -> int:
    """Raises ActionNeeded unless reminding would write exactly that many letters."""
    with house_at(as_of) as house:
        return check_count(house, lambda dry: sending_acts.remind_all(dry, year, Period(period)), confirm)


@task(task_run_name="xác nhận số thư trình phê duyệt", **LOCAL)
def confirm_approval(edition: str, confirm: int, as_of: str = "") -> int:
    """Raises ActionNeeded unless asking for approval would write exactly that many letters (0 once it was asked)."""
    with house_at(as_of) as house:
        return check_count(house, lambda dry: prepare_submission.prepare(dry, edition), confirm)


@task(task_run_name="xác nhận số thư đang chờ", **LOCAL)
def confirm_waiting(confirm: int, as_of: str = "") -> int:
    """Raises ActionNeeded unless exactly that many letters wait."""
    with house_at(as_of) as house:
        return compare(len(waiting_letters(house)), confirm)


@task(task_run_name="xác nhận số thư gửi lại", **LOCAL)
def confirm_resend(order: Resend, confirm: int, as_of: str = "") -> int:
    """Raises ActionNeeded unless resending would write exactly that many letters."""
    with house_at(as_of) as house:
        return check_count(house, resending(house, order), confirm)


@task(task_run_name="xác nhận số thư về gia hạn", **LOCAL)
def confirm_decision(decision: Decision, last_day: date, confirm: int, as_of: str = "") -> int:
    """Raises ActionNeeded unless the decision would write exactly that many letters."""
    with house_at(as_of) as house:
        return check_count(house, deciding(house, decision, last_day), confirm)
