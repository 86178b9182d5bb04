"""Corrections upward in a named person's name: recall, replacement, supplement."""

from prefect import task

from plancycle.domain.errors import NotFound
from plancycle.domain.exchange import Business
from plancycle.services import correct_upward
from plancycle.services.choose_relation import put_up
from plancycle.services.cycle_view import cycle_view
from plancycle.services.deliveries import addressee_names
from tasks._artifacts import sheet
from tasks._house import house_at
from tasks._pages import transmittal_rows
from tasks._policy import NETWORK

COLUMNS = ("addressee", "outcome", "sent_at", "acknowledged_at", "attempts", "sha256", "key")
BUSINESS = {"replace": Business.REPLACE, "supplement": Business.UPDATE}


@task(task_run_name="xem các lần gửi", **NETWORK)
def preview_correction(subject: str, as_of: str = "") -> str:
    """Leave the table of the period's transmittals with their keys; returns the artifact's key, "" when none left."""
    cycle, _, rest = subject.strip().partition("/")
    year, period = cycle.rpartition("-")[2], rest.partition("/")[0]
    if not year.isdigit() or not period:
        raise NotFound("not_found.edition", edition=subject[:120])
    with house_at(as_of) as house:
        view = cycle_view(house, int(year))
        with house.work() as work:
            found = [one for one in work.transmittals.of_cycle(view.id) if one.period_key == f"{cycle}/{period}"]
        rows = transmittal_rows(house, addressee_names(view), found)
        return sheet(house, "transmittals", COLUMNS, rows, int(year), period)


@task(task_run_name="sửa báo cáo đã gửi", **NETWORK)
def correct(act: str, subject: str, reason: str, person: str, as_of: str = "") -> dict[str, str]:
    """Recall a transmittal, or put a newer edition up as replacement or supplement; returns what it stands at."""
    key = subject.strip()
    with house_at(as_of) as house:
        if act == "recall":
            asked = correct_upward.recall(house, key, reason, person)
            return {"key": asked.key, "status": str(asked.status)}
        return {"key": key, "status": str(put_up(house, key, BUSINESS[act], reason, person).approval.status)}
