"""Data calls: who still has to be asked, and asking them."""

from typing import Any

from prefect import task

from plancycle.domain.orders import Resend
from plancycle.domain.periods import Period
from plancycle.services import data_calls, sending_acts
from plancycle.services.preview_letters import letters_of
from tasks._acts import resending
from tasks._house import as_data, house_at
from tasks._names import agency_names
from tasks._policy import LOCAL
from tasks._previews import show


@task(task_run_name="xem cơ quan chưa được yêu cầu", **LOCAL)
def agencies_to_ask(year: int, period: str, as_of: str = "") -> list[dict[str, str]]:
    """Agencies without a data call that reached them: their ids and names."""
    with house_at(as_of) as house:
        names = agency_names(house)
        waiting = data_calls.recipients(house, year, Period(period))
        return [{"agency": agency, "name": names[agency]} for agency in waiting]


@task(task_run_name="yêu cầu · {name}", **LOCAL)
def ask_agency(year: int, period: str, agency: str, name: str, as_of: str = "") -> dict[str, Any]:
    """Put one agency's data call, with its workbook, into the outbox; a second time changes nothing."""
    with house_at(as_of) as house:
        return as_data(data_calls.queue(house, year, Period(period), agency))


@task(task_run_name="yêu cầu theo nhóm", **LOCAL)
def ask_agencies(year: int, period: str, agencies: list[str], as_of: str = "") -> list[dict[str, Any]]:
    """The same for a batch, where there are too many agencies for a task run each."""
    with house_at(as_of) as house:
        return [as_data(one) for one in data_calls.queue_all(house, year, Period(period), agencies)]


@task(task_run_name="xem trước yêu cầu báo cáo", **LOCAL)
def preview_calls(year: int, period: str, as_of: str = "") -> dict[str, Any]:
    """What asking would send, letter by letter; nothing is queued. Returns the count to confirm."""
    with house_at(as_of) as house:
        letters = letters_of(house, lambda dry: sending_acts.ask_all(dry, year, Period(period)))
        return show(house, f"{period}-yeu-cau", letters, year, period)


@task(task_run_name="gửi lại yêu cầu báo cáo", **LOCAL)
def send_again(order: Resend, as_of: str = "") -> list[str]:
    """Queue the period's request once more for those who still owe; a second time on one day changes nothing."""
    with house_at(as_of) as house:
        return resending(house, order)(house)


@task(task_run_name="xem trước việc gửi lại", **LOCAL)
def preview_resend(order: Resend, as_of: str = "") -> dict[str, Any]:
    """What resending would send, letter by letter; nothing is queued. Returns the count to confirm."""
    with house_at(as_of) as house:
        letters = letters_of(house, resending(house, order))
        return show(house, f"{order.period}-gui-lai", letters, order.year, order.period)
