"""Prefect, as the desk leads to it: timelines that need no question, forms and runs that do."""

import re
from collections.abc import Mapping
from datetime import datetime

from plancycle.adapters.prefect_runs import TIMEOUT
from plancycle.domain.errors import PlancycleError
from plancycle.domain.periods import Period
from plancycle.portal.desk_frame import Desk
from plancycle.portal.desk_pages import DeskLink, Happening
from plancycle.portal.desk_run_pages import RunLine

PERIOD_WORDS: Mapping[Period, str] = {
    Period.PLAN: "Kế hoạch năm",
    Period.Q1: "Quý I",
    Period.Q2: "Quý II",
    Period.H1: "6 tháng đầu năm",
    Period.Q3: "Quý III",
    Period.ANNUAL: "Đánh giá năm",
}
"""What the forms of the deployments call a period; a test holds it against them."""

STEPS = (
    "remind_agencies",
    "consolidate",
    "submit_to_ministries",
    "deliver_mail",
    "daily_sweep",
    "collect_submissions",
    "collect_mailbox",
)
"""Deployments the desk has a button for; their words are ``desk.step.<name>``."""
OF_A_PERIOD = ("remind_agencies", "consolidate", "submit_to_ministries")
WITHOUT_DRY_RUN = ("consolidate",)
"""Steps that send nothing to anybody."""

TIMELINES = ("matrix", "messages", "findings")
"""Artifacts of a period; their words are ``desk.timeline.<what>``."""


def period_links(desk: Desk, year: int, period: Period) -> tuple[DeskLink, ...]:
    """The artifacts of a period; none where no server is configured."""
    runs = desk.house.runs
    if not runs.is_there:
        return ()
    cycle = f"{desk.house.programme_id}-{year}-{period}"
    keys = {what: re.sub(r"[^a-z0-9-]+", "-", f"{cycle}-{what}".lower()) for what in TIMELINES}
    listed = DeskLink(desk.say("desk.timeline.all"), f"/luot-chay?nam={year}&ky={period}")
    return (listed, *(DeskLink(desk.say(f"desk.timeline.{what}"), runs.artifact_url(keys[what])) for what in TIMELINES))


def parameters_of(step: str, year: int, period: Period | None) -> dict[str, object]:
    """What a deployment's form is filled in with; anything that sends starts as a dry run."""
    if step in OF_A_PERIOD and period is not None:
        return {"period": PERIOD_WORDS[period], "year": year}
    return {}


def recent_runs(desk: Desk, year: int, period: Period | None, patience: float = TIMEOUT) -> tuple[RunLine, ...]:
    """The newest runs about a year or one of its periods. Raises ActionNeeded or OutsideFailure."""
    about = f"period:{year}-{period}" if period else f"programme:{desk.house.programme_id}"
    return tuple(
        RunLine(
            one["name"],
            one["state"],
            one["state_name"],
            _moment(one["at"]),
            one["url"],
            _moment(one["began"]),
            _moment(one["ended"]),
        )
        for one in desk.house.runs.recent([about], patience=patience)
    )


PATIENCE = 0.6
"""Seconds: a page that is about something else does not wait longer for Prefect."""
NOT_YET = "SCHEDULED"


def run_happenings(desk: Desk, year: int, period: Period) -> tuple[tuple[Happening, ...], str]:
    """The period's runs that have begun, for a timeline, and why there are none: a page never fails for it."""
    if not desk.house.runs.is_there:
        return (), ""
    try:
        runs = recent_runs(desk, year, period, PATIENCE)
    except PlancycleError as problem:
        return (), desk.say(problem.key, **problem.params)
    return tuple(
        Happening(
            one.at,
            "run",
            desk.say("desk.run", name=one.name),
            "",
            (one.state_name,),
            one.url,
            desk.say("desk.see_run"),
        )
        for one in runs
        if one.at is not None and one.state != NOT_YET
    ), ""


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
