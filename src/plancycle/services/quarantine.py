"""Files that are not taken as an answer: kept, listed with a reason, and never lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from plancycle.domain.errors import UnreadableFile
from plancycle.domain.events import canonical_json
from plancycle.domain.findings import Finding
from plancycle.domain.messages import MessageKind
from plancycle.domain.periods import ObligationKey, Period
from plancycle.domain.quarantine import Quarantined
from plancycle.domain.secrecy import REASON
from plancycle.domain.submissions import Entry, Outcome, Stamp, SubmissionStatus
from plancycle.services.carry_over import CarriedOver, make_carried, rows_taken_over
from plancycle.services.cycle_view import CycleView
from plancycle.services.journal import record
from plancycle.services.letters import queue_to_agency
from plancycle.services.make_template import Template
from plancycle.services.ports import Attachment, House
from plancycle.services.repositories import Intake, Work

SAID_ONLY = ("file.approved",)
"""Refusals of the right workbook: the agency is told why, and needs no other one."""
MOST_NAMED = 5
"""Successors that are named in an answer; a district has dozens."""


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
    period = Period(stamp.period)
    if work.cycles.get(view.id) is None:
        if view.year >= house.clock.now().year:
            return UnreadableFile("file.cycle_not_open", cycle=view.id)
        return UnreadableFile("file.nothing_owed", agency=stamp.agency, cycle=view.id)
    if stamp.agency not in view.reporters(period):
        return _not_asked(view, period, stamp.agency)
    if stamp.version != view.form(period, stamp.agency).version:
        return UnreadableFile("file.old_version", version=stamp.version)
    newer = _newer_open_period(house, work, view, period, stamp.agency)
    if newer is not None:
        return UnreadableFile("file.old_period", sent=view.title(period), asked=view.title(newer), newer=str(newer))
    return None


def _not_asked(view: CycleView, period: Period, agency: str) -> UnreadableFile:
    """A body that owes nothing in a period; when another one reports in its place, the answer says who."""
    known = {body.id for body in view.programme.agencies}
    following = view.reports_now(agency) if agency in known else (agency,)
    if following == (agency,):
        return UnreadableFile("file.nothing_owed", agency=agency, cycle=view.id)
    names = ", ".join(view.name(one) for one in following[:MOST_NAMED])
    more = len(following) - MOST_NAMED
    successors = f"{names} … (+{more})" if more > 0 else names or "–"
    return UnreadableFile("file.moved_on", agency=view.name(agency), period=view.title(period), successors=successors)


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


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is no answer, how it came, and why it was refused. Its bytes are in the file store already."""

    sha256: str
    size: int
    file_name: str
    channel: str
    sender: str
    sent_at: datetime
    refusal: UnreadableFile


def quarantine(house: House, refused: Refused, stamp: Stamp | None = None) -> IntakeResult:
    """Record a refused file, once however often it comes in; its bytes are kept for thirty days.

    What is marked as a state secret is held apart from everything else, until two people decide.
    """
    kept, refusal = _kept(house, refused, stamp), refused.refusal
    if refusal.key == REASON:
        _hold(house, kept)
    with house.work() as work:
        is_known = work.quarantine.known(kept) is not None
        if not is_known:
            work.quarantine.add(kept)
            work.submissions.add_intake(_intake(kept))
            record(house, work, "file.quarantined", refused.sha256, reason=refusal.key, channel=refused.channel)
    words = {language: house.texts.say(refusal.key, language, **refusal.params) for language in ("vi", "en")}
    return IntakeResult(
        refused.file_name,
        refused.sha256,
        Outcome.QUARANTINED,
        agency=kept.agency,
        period=kept.period,
        reason=refusal.key,
        reason_vi=words["vi"],
        reason_en=words["en"],
        replay=is_known,
    )


def _hold(house: House, kept: Quarantined) -> None:
    """Before its row is written: a machine that dies here leaves bytes that are held, not ones that are shown."""
    with house.work() as work:
        is_free = not work.quarantine.is_needed_elsewhere(kept.sha256, 0)
    if is_free or house.files.holds_apart(kept.sha256):
        house.files.set_apart(kept.sha256)


def _kept(house: House, refused: Refused, stamp: Stamp | None) -> Quarantined:
    return Quarantined(
        id=0,
        sha256=refused.sha256,
        size=refused.size,
        file_name=refused.file_name,
        channel=refused.channel,
        sender=refused.sender,
        reason=refused.refusal.key,
        params=canonical_json(refused.refusal.params),
        sent_at=refused.sent_at,
        received_at=house.clock.now(),
        cycle=stamp.cycle if stamp else None,
        period=stamp.period if stamp else None,
        agency=stamp.agency if stamp else None,
    )


def _intake(kept: Quarantined) -> Intake:
    return Intake(
        sha256=kept.sha256,
        file_name=kept.file_name,
        channel=kept.channel,
        received_at=kept.received_at,
        outcome=Outcome.QUARANTINED,
        reason=kept.reason,
        cycle=kept.cycle,
        period=kept.period,
        agency=kept.agency,
    )


def send_right_workbook(
    house: House, view: CycleView, result: IntakeResult, refusal: UnreadableFile, entries: Sequence[Entry]
) -> None:
    """Answer a workbook of the wrong period or of an older form: say so and attach the one that is asked for now.

    What was typed is carried into it. A body in whose place others report is told who; they get the workbook.
    """
    if refusal.key not in ("file.old_period", "file.old_version", "file.moved_on", *SAID_ONLY):
        return
    agency, period = result.agency or "", Period(str(refusal.params.get("newer", result.period)))
    with house.work() as work:
        if refusal.key in SAID_ONLY:
            _answer(house, work, view, period, agency, result, None)
            return
        reporters = view.reporters(period)
        if agency in reporters:
            _answer(house, work, view, period, agency, result, make_carried(house, work, view, period, agency, entries))
            return
        _answer(house, work, view, period, agency, result, None)
        successors = [one for one in view.reports_now(agency) if one in reporters] if agency else []
        for one in successors[:MOST_NAMED]:
            rows = None if len(successors) == 1 else rows_taken_over(view, period, one)
            moved = make_carried(house, work, view, period, one, entries, rows)
            if moved[1].kept:
                _answer(house, work, view, period, one, result, moved)


def _answer(
    house: House,
    work: Work,
    view: CycleView,
    period: Period,
    agency: str,
    result: IntakeResult,
    made: tuple[Template, CarriedOver] | None,
) -> None:
    facts: dict[str, object] = {"reason": result.reason_vi, "file_name": result.file_name}
    attached = []
    if result.reason == "file.approved":
        facts["stands"] = True  # nothing is to be mended: what was approved stands until a correction is opened
    if made is not None:
        template, moved = made
        facts |= {"carried": len(moved.kept), "not_carried": len(moved.left)}
        attached.append(Attachment(template.file_name, template.data))
    rung = f"wrong-workbook-{result.sha256[:8]}"
    queue_to_agency(house, work, view, period, agency, MessageKind.RETURNED, rung, facts, attached)
