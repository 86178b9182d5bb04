"""Data calls: who still has to be asked, and asking them."""

from typing import Any

from prefect import task

from plancycle.domain.periods import Period
from plancycle.services import data_calls
from tasks._artifacts import sheet
from tasks._house import agency_names, as_data, house_at
from tasks._markup import mask
from tasks._policy import LOCAL

PREVIEW = ("agency", "kind", "address", "outcome")


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
        return [as_data(data_calls.queue(house, year, Period(period), agency)) for agency in agencies]


@task(task_run_name="xem trước yêu cầu báo cáo", **LOCAL)
def preview_calls(year: int, period: str, as_of: str = "") -> str:
    """What asking would send, and to whom; nothing is queued."""
    with house_at(as_of) as house:
        year = year or house.clock.now().year
        book, names = house.programmes.address_book(house.programme_id), agency_names(house)
        kind, rows = house.texts.say("message_kind.data_call"), []
        for agency in data_calls.recipients(house, year, Period(period)):
            contact = book.contact(agency)
            outcome = house.texts.say(f"prefect.outcome.{'would_send' if contact else 'no_address'}")
            rows.append((names[agency], kind, mask(contact.email) if contact else "", outcome))
        return sheet(house, "preview", PREVIEW, rows, year, period)
