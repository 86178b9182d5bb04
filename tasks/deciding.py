"""The operator's own acts: sending a submission back, and postponing a due date."""

from datetime import date
from typing import Any

from prefect import task

from plancycle.domain.orders import Decision
from plancycle.domain.periods import CycleKey, ObligationKey, Period
from plancycle.services.preview_letters import letters_of
from plancycle.services.return_submission import return_submission
from tasks._acts import deciding, obligation_of
from tasks._artifacts import page
from tasks._house import house_at
from tasks._names import agency_called
from tasks._pages import act_page
from tasks._policy import LOCAL
from tasks._previews import show


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


@task(task_run_name="quyết định về gia hạn", **LOCAL)
def decide_extension(decision: Decision, last_day: date, as_of: str = "") -> str:
    """Grant or refuse more time until the end of a day, and queue the letter; returns the obligation."""
    with house_at(as_of) as house:
        deciding(house, decision, last_day)(house)
        obligation = obligation_of(house, decision.year, decision.period, decision.agency)
        reason, shown = f"{decision.reason} ({decision.document})", last_day if decision.is_granted else None
        body = act_page(house, obligation.agency, str(obligation), reason, decision.decided_by, shown)
        page(house, "extension", body, decision.year, decision.period)
    return str(obligation)


@task(task_run_name="xem trước quyết định về gia hạn", **LOCAL)
def preview_decision(decision: Decision, last_day: date, as_of: str = "") -> dict[str, Any]:
    """The letter a decision would send; nothing is decided. Returns the count to confirm."""
    with house_at(as_of) as house:
        letters = letters_of(house, deciding(house, decision, last_day))
        return show(house, f"{decision.period}-gia-han", letters, decision.year, decision.period)


@task(task_run_name="xem trước việc của {agency}", **LOCAL)
def preview_act(year: int, period: str, agency: str, reason: str, actor: str, as_of: str = "") -> str:
    """Show whom an act would concern; nothing is changed and nobody is told."""
    with house_at(as_of) as house:
        known = agency_called(house, agency)
        obligation = ObligationKey(str(CycleKey(house.programme_id, year)), Period(period), known)
        return page(house, "preview", act_page(house, known, str(obligation), reason, actor), year, period)
