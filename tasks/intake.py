"""Taking in the workbooks that were dropped into the inbox folder."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from prefect import task

from plancycle.domain.errors import NotFound
from plancycle.domain.findings import Finding
from plancycle.domain.periods import CycleKey, Period
from plancycle.domain.submissions import Submission
from plancycle.services import collect_inbox
from plancycle.services.following import attempt
from plancycle.services.store_answer import outcome_of
from plancycle.services.wait_in_line import LEFT_AFTER, check_all
from tasks._artifacts import page, sheet
from tasks._house import as_data, bring_up_to_date, house_at
from tasks._markup import safe
from tasks._names import agency_names
from tasks._pages import finding_rows, quarantine_rows, receipt_rows
from tasks._policy import LOCAL

RECEIPTS = ("receipt", "agency", "outcome", "file", "sha256", "again")
FINDINGS = ("agency", "sheet", "cell", "label", "severity", "value", "why", "fix")
QUARANTINE = ("file", "sha256", "why")


@task(task_run_name="xem hộp nhận", **LOCAL)
def waiting_files(as_of: str = "") -> list[str]:
    """Names of the files that wait in the inbox folder; answers whose portal ended before their check are checked."""
    with house_at(as_of) as house:
        check_all(house, LEFT_AFTER)
        return collect_inbox.waiting(house)


@task(task_run_name="tiếp nhận {first}", **LOCAL)
def take_in_files(names: list[str], first: str, as_of: str = "") -> list[dict[str, Any]]:
    """Take in a batch of files; one that somebody else took meanwhile is passed over."""
    results = []
    with house_at(as_of, is_batch=True) as house:
        for take_in in collect_inbox.in_turn(house, names):
            try:
                results.append(as_data(take_in()))
            except NotFound:
                continue
    return results


@task(task_run_name="lập bảng tiếp nhận", **LOCAL)
def show_intake(results: list[dict[str, Any]], as_of: str = "") -> list[str]:
    """Leave what was kept in quarantine, and of each period receipts and findings; bring its edition up to date."""
    periods: defaultdict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
    for one in results:
        if one["submission_id"]:
            periods[int(one["submission_id"].split("/")[0].rpartition("-")[2]), one["period"]].append(one)
    with house_at(as_of) as house:
        names = agency_names(house)
        keys = [sheet(house, "quarantine", QUARANTINE, quarantine_rows(results))]
        for (year, period), found in periods.items():
            keys.append(sheet(house, "receipts", RECEIPTS, receipt_rows(house, names, found), year, period))
            keys.append(sheet(house, "findings", FINDINGS, finding_rows(house, names, found), year, period))
            attempt(partial(bring_up_to_date, house), (str(CycleKey(house.programme_id, year)), Period(period)))
    return [key for key in keys if key]


@task(task_run_name="lập bảng các bản nộp {period}", **LOCAL)
def show_answers(year: int, period: str, as_of: str = "") -> list[str]:
    """Leave receipts and findings of a period's newest versions, read from the ledger, whoever took them in."""
    with house_at(as_of) as house:
        with house.work() as work:
            versions = work.submissions.of_period(str(CycleKey(house.programme_id, year)), Period(period))
            newest = {one.obligation.agency: one for one in versions}
            found = work.submissions.findings_of([one.id for one in newest.values()])
        results = [_as_result(one, found.get(one.id, [])) for one in newest.values()]
        names = agency_names(house)
        keys = [
            sheet(house, "receipts", RECEIPTS, receipt_rows(house, names, results), year, period),
            sheet(house, "findings", FINDINGS, finding_rows(house, names, results), year, period),
        ]
    return [key for key in keys if key]


def _as_result(one: Submission, found: Sequence[Finding]) -> dict[str, Any]:
    """A version as the intake tells of it."""
    told = {"agency": one.obligation.agency, "receipt": one.receipt, "outcome": outcome_of(one, found)}
    kept = {"file_name": one.file_name, "sha256": one.sha256, "replay": False}
    return {**told, **kept, "findings": [asdict(each) for each in found]}


@task(task_run_name="xem trước hộp nhận", **LOCAL)
def preview_files(names: list[str], as_of: str = "") -> str:
    """List the waiting files; they stay where they are."""
    with house_at(as_of) as house:
        listed = "\n".join(f"- {safe(name)}" for name in names) or house.texts.say("prefect.inbox.empty")
        return page(house, "inbox", listed)
