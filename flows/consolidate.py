"""Fold what has been accepted into an edition."""

from typing import Any

from prefect import flow, tags
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows._forms import PERIODS, AsOf, IsFinal, PeriodChoice, Year, labels, run_name
from flows._story import RUNNER, show
from tasks.consolidating import consolidate_period
from tasks.opening import find_cycle


@flow(name="Tổng hợp", flow_run_name=run_name("tổng hợp"), task_runner=RUNNER)
def consolidate(period: PeriodChoice, year: Year, final: IsFinal = False, as_of: AsOf = "") -> State[Any]:
    """When: at any time; the sweep does it by itself after every accepted submission and on the freezing day.

    Why: a current consolidated report exists at every moment, and a frozen one before it is due.
    Leaves: the edition with its coverage and figures, and the period's pages. Nothing is sent to anybody.
    """
    key = PERIODS[period]
    with tags(*labels(find_cycle(year, as_of)["id"], key)):
        edition = consolidate_period(year, key, final, as_of)
        show(year, [key], as_of)
        return Completed(message=edition["edition"] or "Chưa có bản nộp nào được chấp nhận.", data=edition)
