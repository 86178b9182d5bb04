"""The operator's own acts: sending a submission back, and postponing a due date."""

from datetime import date, datetime, time, timedelta

from prefect import task

from plancycle.domain.periods import CycleKey, ObligationKey, Period
from plancycle.services.grant_extension import grant
from plancycle.services.return_submission import return_submission
from tasks._artifacts import page
from tasks._house import ZONE, agency_called, house_at
from tasks._pages import act_page
from tasks._policy import LOCAL


@task(task_run_name="trả lại bản nộp của {agency}", **LOCAL)
def send_back(year: int, period: str, agency: str, reason: str, actor: str, as_of: str = "") -> str:
    """Return an agency's newest submission with a reason; returns the submission's id."""
    with house_at(as_of) as house:
        cycle = str(CycleKey(house.programme_id, year))
        returned = return_submission(
            house, ObligationKey(cycle, Period(period), agency_called(house, agency)), reason, actor
        )
        page(house, "returned", act_page(house, returned.obligation.agency, returned.id, reason, actor), year, period)
    return returned.id


@task(task_run_name="gia hạn cho {agency}", **LOCAL)
def extend(
    year: int,
    period: str,
    agency: str,
    last_day: date,
    reason: str,
    requested_by: str,
    decided_by: str,
    as_of: str = "",
) -> str:
    """Move an agency's due date to the end of a day; returns the new due instant."""
    due_at = datetime.combine(last_day + timedelta(days=1), time(0), ZONE)
    with house_at(as_of) as house:
        obligation = ObligationKey(
            str(CycleKey(house.programme_id, year)), Period(period), agency_called(house, agency)
        )
        extension = grant(house, obligation, due_at, reason, requested_by, decided_by)
        body = act_page(house, obligation.agency, extension.obligation, reason, decided_by, last_day)
        page(house, "extension", body, year, period)
    return extension.due_at.isoformat()


@task(task_run_name="xem trước việc của {agency}", **LOCAL)
def preview_act(year: int, period: str, agency: str, reason: str, actor: str, as_of: str = "") -> str:
    """Show whom an act would concern; nothing is changed and nobody is told."""
    with house_at(as_of) as house:
        known = agency_called(house, agency)
        obligation = ObligationKey(str(CycleKey(house.programme_id, year)), Period(period), known)
        return page(house, "preview", act_page(house, known, str(obligation), reason, actor), year, period)
