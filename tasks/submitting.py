"""Documents, the approval request, and handing over what a named person approved."""

from typing import Any

from prefect import task

from plancycle.domain.approvals import ApprovalStatus
from plancycle.domain.consolidation import EditionKind
from plancycle.domain.errors import ActionNeeded, OutsideFailure
from plancycle.domain.periods import CycleKey, Period
from plancycle.domain.transmittals import TransmittalStatus
from plancycle.services.cycle_view import cycle_view
from plancycle.services.deliveries import addressee_names
from plancycle.services.prepare_submission import prepare
from plancycle.services.preview_letters import letters_of
from plancycle.services.sign_edition import SigningStatus, sign_if_due
from plancycle.services.transmit_edition import ask_acknowledgements, transmit
from tasks._artifacts import page, sheet
from tasks._documents import register_page
from tasks._house import house_at
from tasks._pages import documents_page, submission_preview, transmittal_rows
from tasks._policy import LOCAL, NETWORK
from tasks._previews import show

OPEN = (TransmittalStatus.INTENT, TransmittalStatus.UNKNOWN)
COLUMNS = ("addressee", "outcome", "sent_at", "acknowledged_at", "attempts", "sha256", "key")


@task(task_run_name="tìm bản chính thức mới nhất", **LOCAL)
def newest_final(year: int, period: str, as_of: str = "") -> str:
    """The id of the newest final edition of a period. Raises ActionNeeded when there is none yet."""
    with house_at(as_of) as house:
        with house.work() as work:
            editions = work.editions.of_period(str(CycleKey(house.programme_id, year)), Period(period))
        finals = [one.id for one in editions if one.kind is EditionKind.FINAL]
        if not finals:
            raise ActionNeeded("prefect.no_final_edition", period=Period(period), year=year)
        return finals[-1]


@task(task_run_name="lập văn bản và trình phê duyệt", **LOCAL)
def prepare_documents(edition: str, as_of: str = "") -> dict[str, Any]:
    """Render the documents, ask for approval, leave the list of files; returns whether it has been approved."""
    with house_at(as_of) as house:
        prepared = prepare(house, edition)
        year, period = edition_place(edition)
        body = f"{documents_page(house, prepared)}\n\n{register_page(house, year)}"
        page(house, "documents", body, year, period, edition=edition)
    return {"edition": edition, "is_approved": prepared.approval.status is ApprovalStatus.APPROVED}


@task(task_run_name="ký số bản đã phê duyệt", **NETWORK)
def sign_approved(edition: str, as_of: str = "") -> bool:
    """Sign an approved edition where that is asked for and can be done here; returns whether it may leave."""
    with house_at(as_of) as house:
        return sign_if_due(house, edition).status in (SigningStatus.SIGNED, SigningStatus.NOT_ASKED)


@task(task_run_name="gửi bản đã phê duyệt", **NETWORK)
def hand_over(edition: str, as_of: str = "") -> list[str]:
    """Send an approved edition; raises NotAllowed without approval, and OutsideFailure while an addressee lacks it."""
    with house_at(as_of) as house:
        results = transmit(house, edition)
        names = addressee_names(cycle_view(house, edition_place(edition)[0]))
    if waiting := [names[one.addressee] for one in results if one.status in OPEN]:
        raise OutsideFailure("prefect.transmittals_open", addressees=waiting)
    return [one.key for one in results]


@task(task_run_name="hỏi nơi nhận đã tiếp nhận chưa", **NETWORK)
def ask_receipt(year: int, as_of: str = "") -> list[str]:
    """Ask every addressee that has not confirmed; returns the keys whose standing changed."""
    with house_at(as_of) as house:
        return [one.key for one in ask_acknowledgements(house, year)]


@task(task_run_name="lập bảng nơi nhận", **LOCAL)
def show_transmittals(year: int, period: str, as_of: str = "") -> str:
    """Leave the table of where an edition of the period went and what was answered."""
    with house_at(as_of) as house:
        cycle = str(CycleKey(house.programme_id, year))
        with house.work() as work:
            found = [one for one in work.transmittals.of_cycle(cycle) if one.key.startswith(f"{cycle}/{period}/")]
        rows = transmittal_rows(house, addressee_names(cycle_view(house, year)), found)
        return sheet(house, "transmittals", COLUMNS, rows, year, period)


@task(task_run_name="xem trước việc trình và gửi", **LOCAL)
def preview_submission(edition: str, as_of: str = "") -> dict[str, Any]:
    """Which edition would be put up for approval or sent, to whom, by which letter; nothing is made or sent."""
    with house_at(as_of) as house:
        year, period = edition_place(edition)
        letters = letters_of(house, lambda dry: prepare(dry, edition))
        return show(house, f"{period}-trinh", letters, year, period, submission_preview(house, edition))


def edition_place(edition: str) -> tuple[int, str]:
    """Year and period of an edition's id ``tn-nq94-2025/annual/e3``."""
    cycle, period, _ = edition.split("/")
    return int(cycle.rpartition("-")[2]), period
