"""Files that are not taken as an answer: kept, listed with a reason, and never lost."""

from dataclasses import dataclass, replace

from plancycle.domain.errors import UnreadableFile
from plancycle.domain.findings import Finding
from plancycle.domain.messages import MessageKind
from plancycle.domain.periods import ObligationKey, Period
from plancycle.domain.submissions import Outcome, Stamp, SubmissionStatus
from plancycle.services.cycle_view import CycleView
from plancycle.services.journal import record
from plancycle.services.letters import queue_to_agency
from plancycle.services.make_template import make_template
from plancycle.services.ports import Attachment, House
from plancycle.services.repositories import Intake, Work


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """What became of one file. ``reason`` is the refusal's message key, with its words in ``reason_vi`` and ``_en``."""

    file_name: str
    sha256: str
    outcome: Outcome
    receipt: str | None = None
    agency: str | None = None
    period: str | None = None
    findings: tuple[Finding, ...] = ()
    submission_id: str | None = None
    reason: str | None = None
    reason_vi: str = ""
    reason_en: str = ""
    replay: bool = False


def refusal_of(house: House, work: Work, view: CycleView, stamp: Stamp) -> UnreadableFile | None:
    """Why a genuine workbook of ours is still not an answer: its body owes nothing, or it is last period's."""
    if stamp.agency not in view.programme.reporters or work.cycles.get(view.id) is None:
        return UnreadableFile("file.nothing_owed", agency=stamp.agency, cycle=view.id)
    period = Period(stamp.period)
    if stamp.version != view.form(period, stamp.agency).version:
        return UnreadableFile("file.old_version", version=stamp.version)
    newer = _newer_open_period(house, work, view, period, stamp.agency)
    if newer is not None:
        return UnreadableFile("file.old_period", sent=view.title(period), asked=view.title(newer), newer=str(newer))
    return None


def _newer_open_period(house: House, work: Work, view: CycleView, period: Period, agency: str) -> Period | None:
    """The open period the agency still owes, when it sends an accepted earlier period's workbook again."""
    if not _has_accepted(work, view, period, agency):
        return None
    order = view.programme.order
    later = order[order.index(period) + 1 :]
    owed = [one for one in view.open_periods(house.clock.now()) if one in later]
    return owed[-1] if owed and not _has_accepted(work, view, owed[-1], agency) else None


def _has_accepted(work: Work, view: CycleView, period: Period, agency: str) -> bool:
    versions = work.submissions.versions(ObligationKey(view.id, period, agency))
    return any(version.status is SubmissionStatus.ACCEPTED for version in versions)


def quarantine(
    house: House, sha256: str, file_name: str, channel: str, refusal: UnreadableFile, stamp: Stamp | None = None
) -> IntakeResult:
    """Record a refused file, once however often it comes in."""
    words = {language: house.texts.say(refusal.key, language, **refusal.params) for language in ("vi", "en")}
    intake = Intake(
        sha256=sha256,
        file_name=file_name,
        channel=channel,
        received_at=house.clock.now(),
        outcome=Outcome.QUARANTINED,
        reason=refusal.key,
        cycle=stamp.cycle if stamp else None,
        period=stamp.period if stamp else None,
        agency=stamp.agency if stamp else None,
    )
    with house.work() as work:
        is_known = any(replace(one, received_at=intake.received_at) == intake for one in work.submissions.intakes())
        if not is_known:
            work.submissions.add_intake(intake)
            record(house, work, "file.quarantined", sha256, reason=refusal.key)
    return IntakeResult(
        file_name,
        sha256,
        Outcome.QUARANTINED,
        agency=intake.agency,
        period=intake.period,
        reason=refusal.key,
        reason_vi=words["vi"],
        reason_en=words["en"],
        replay=is_known,
    )


def send_right_workbook(house: House, view: CycleView, result: IntakeResult, refusal: UnreadableFile) -> None:
    """Answer a workbook of the wrong period or of an older form: say so and attach the one that is asked for now."""
    if refusal.key not in ("file.old_period", "file.old_version"):
        return
    agency, newer = result.agency or "", Period(str(refusal.params.get("newer", result.period)))
    with house.work() as work:
        template = make_template(house, work, view, newer, agency)
        queue_to_agency(
            house,
            work,
            view,
            newer,
            agency,
            MessageKind.RETURNED,
            f"wrong-workbook-{result.sha256[:8]}",
            {"reason": result.reason_vi, "file_name": result.file_name},
            [Attachment(template.file_name, template.data)],
        )
