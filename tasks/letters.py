"""The outbox: sending what waits, and the page that shows every letter of a period."""

from typing import Any

from prefect import task

from plancycle.domain.errors import OutsideFailure
from plancycle.services.deliver_messages import deliver
from plancycle.services.ports import House
from plancycle.services.preview_letters import waiting_letters
from tasks._artifacts import sheet
from tasks._house import house_at
from tasks._names import agency_names
from tasks._pages import letter_rows
from tasks._policy import LOCAL, NETWORK
from tasks._previews import show

COLUMNS = ("agency", "kind", "address", "outcome", "sent_at", "attempts", "key")


@task(task_run_name="gửi thư đang chờ", **NETWORK)
def send_letters(year: int, as_of: str = "") -> dict[str, int]:
    """Send the waiting letters of a year (0: all). Raises OutsideFailure while some still wait: then it is retried."""
    with house_at(as_of) as house:
        result = deliver(house, f"{house.programme_id}-{year}/" if year else "")
    if result.waiting:
        raise OutsideFailure("prefect.letters_waiting", count=len(result.waiting))
    return {"sent": len(result.sent), "refused": len(result.refused), "in_doubt": len(result.in_doubt)}


def letters_sheet(house: House, year: int, period: str) -> str:
    """Leave the table of every letter of a period, read from the ledger; addresses are masked."""
    with house.work() as work:
        letters = work.outbox.all(f"{house.programme_id}-{year}/{period}/")
    rows = letter_rows(house, agency_names(house), letters)
    return sheet(house, "messages", COLUMNS, rows, year, period, len(letters))


@task(task_run_name="xem trước thư đang chờ", **LOCAL)
def preview_letters(as_of: str = "") -> dict[str, Any]:
    """Show the letters that would go out now; none is sent. Returns the count to confirm."""
    with house_at(as_of) as house:
        return show(house, "thu-cho", waiting_letters(house))
