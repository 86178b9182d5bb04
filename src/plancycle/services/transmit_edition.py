"""Hand an approved edition to its addressees: intent first, one key, ask before trying again."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from plancycle.domain.approvals import Approval, ApprovalStatus
from plancycle.domain.consolidation import Edition, EditionKind
from plancycle.domain.errors import ActionNeeded, NotAllowed, NotFound, OutsideFailure
from plancycle.domain.periods import Period
from plancycle.domain.programme import Addressee
from plancycle.domain.transmittals import Transmittal, TransmittalStatus, check_may_leave, check_move
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.document_register import known_number
from plancycle.services.journal import record
from plancycle.services.ports import GatewayReply, House, Package
from plancycle.services.report_contents import RenderedFile
from plancycle.services.report_figures import replacements_of, report_base
from plancycle.services.repositories import Work

FINISHED = {TransmittalStatus.SENT, TransmittalStatus.ACKNOWLEDGED, TransmittalStatus.REFUSED}
OUT = {TransmittalStatus.SENT, TransmittalStatus.ACKNOWLEDGED, TransmittalStatus.UNKNOWN}
"""With these an addressee has the edition, or may have it."""


def transmit(house: House, edition_id: str) -> list[Transmittal]:
    """Send to every addressee of the period that has not got it yet; failures are kept for the next try.

    Raises NotFound, NotAllowed when no named person approved exactly these bytes, and ActionNeeded when another
    edition replaced it or a channel is not set up.
    """
    with house.work() as work:
        edition = work.editions.get(edition_id)
        if edition is None:
            raise NotFound("not_found.edition", edition=edition_id)
        view = cycle_view(house, int(edition.cycle.rpartition("-")[2]), work)
        approval = _approval(work, edition)
        _check_is_newest(work, view, edition)
        transmittals = [
            _intent(house, work, view, edition, approval, one) for one in _addressees(view, edition, approval)
        ]
    return _hand_over_all(house, view, transmittals)


def _hand_over_all(house: House, view: CycleView, transmittals: list[Transmittal]) -> list[Transmittal]:
    """Everybody who can be reached gets it before what a person must mend first is raised."""
    results: list[Transmittal] = []
    problems: list[ActionNeeded] = []
    for one in transmittals:
        try:
            results.append(_hand_over(house, view, one) if one.status not in FINISHED else one)
        except ActionNeeded as needed:
            problems.append(needed)
    if problems:
        raise problems[0]
    return results


def _approval(work: Work, edition: Edition) -> Approval:
    approvals = [one for one in work.editions.approvals(edition.id) if one.status is ApprovalStatus.APPROVED]
    approval = approvals[-1] if approvals else None
    check_may_leave(approval, approval.bundle_sha256 if approval else "")
    if approval is None:
        raise NotAllowed("transmittal.not_approved")
    return approval


def _check_is_newest(work: Work, view: CycleView, edition: Edition) -> None:
    """The newest final edition goes out; once one has, it goes on to the other addressees and no other edition does."""
    issued = issued_edition(work, view, edition.period)
    if issued == edition.id:
        return
    finals = [one for one in work.editions.of_period(view.id, edition.period) if one.kind is EditionKind.FINAL]
    if not finals or finals[-1].id != edition.id:
        raise ActionNeeded("transmittal.newer_edition", edition=edition.id)
    if issued is not None:
        raise ActionNeeded("transmittal.period_already_sent", period=view.title(edition.period))


def issued_edition(work: Work, view: CycleView, period: Period) -> str | None:
    """The edition of a period that an addressee has or may have; None while nothing has left.

    Once a replacement of the issued report has been ordered in the register, one more edition may leave.
    """
    prefix = f"{view.key(period)}/"
    out = (one.edition for one in work.transmittals.of_cycle(view.id) if one.status in OUT)
    issued = sorted({one for one in out if one.startswith(prefix)}, key=lambda one: int(one.rpartition("/e")[2]))
    return issued[-1] if len(issued) > len(replacements_of(work, view, period)) else None


def _addressees(view: CycleView, edition: Edition, approval: Approval) -> tuple[Addressee, ...]:
    """Who receives it, as of the day its documents were rendered: that is whom they name."""
    return view.addressees(edition.period, approval.requested_at.astimezone(ZoneInfo(view.programme.timezone)).date())


def _intent(
    house: House, work: Work, view: CycleView, edition: Edition, approval: Approval, addressee: Addressee
) -> Transmittal:
    key = f"{view.key(edition.period)}/{addressee.agency}/{approval.bundle_sha256[:16]}"
    known = work.transmittals.get(key)
    if known is not None:
        return known
    transmittal = Transmittal(
        key, edition.id, addressee.agency, addressee.channel, approval.bundle_sha256, TransmittalStatus.INTENT
    )
    work.transmittals.add(transmittal)
    record(house, work, "transmittal.intent", key, bundle=approval.bundle_sha256)
    return transmittal


def _hand_over(house: House, view: CycleView, transmittal: Transmittal) -> Transmittal:
    gateway = house.gateway(transmittal.channel)
    try:
        reply = None
        if transmittal.status is TransmittalStatus.UNKNOWN:
            reply = gateway.ask(transmittal.addressee, transmittal.key)
        if reply is None:
            reply = gateway.send(_package(house, view, transmittal))
    except OutsideFailure as failure:
        return _note_failure(house, transmittal, failure)
    return _settle(house, transmittal, reply)


def _package(house: House, view: CycleView, transmittal: Transmittal) -> Package:
    """The approved files, read back by hash and re-checked against the approval at the last moment."""
    programme = view.programme
    with house.work() as work:
        edition = work.editions.get(transmittal.edition)
        if edition is None:
            raise NotFound("not_found.edition", edition=transmittal.edition)
        check_may_leave(_approval(work, edition), transmittal.bundle_sha256)
        listed = work.editions.documents(edition.id)
        numbered = known_number(work, programme, report_base(view, edition.period))
    files = tuple(RenderedFile(file.kind, file.file_name, house.files.get(file.sha256)) for file in listed)
    return Package(
        key=transmittal.key,
        sender=programme.consolidator,
        addressee=transmittal.addressee,
        document_number=numbered.entry.code if numbered else "",
        subject=f"{programme.title} · {view.title(edition.period)}",
        edition_sha256=edition.sha256,
        bundle_sha256=transmittal.bundle_sha256,
        files=files,
    )


def _note_failure(house: House, transmittal: Transmittal, failure: OutsideFailure) -> Transmittal:
    is_unknown = failure.key == "gateway.unknown"
    status = TransmittalStatus.UNKNOWN if is_unknown else transmittal.status
    if status is not transmittal.status:
        check_move(transmittal.status, status)
    noted = replace(transmittal, status=status, attempts=transmittal.attempts + 1, reply=failure.key)
    return _save(house, noted, "transmittal.unknown" if is_unknown else "transmittal.not_delivered")


def _settle(house: House, transmittal: Transmittal, reply: GatewayReply) -> Transmittal:
    status = TransmittalStatus(reply.state)
    first = TransmittalStatus.SENT if status is TransmittalStatus.ACKNOWLEDGED else status
    check_move(transmittal.status, first)
    now = house.clock.now()
    sent = replace(transmittal, status=first, attempts=transmittal.attempts + 1, sent_at=now, reply=reply.body)
    return _save(house, sent, f"transmittal.{first}")


def _save(house: House, transmittal: Transmittal, action: str) -> Transmittal:
    with house.work() as work:
        work.transmittals.save(transmittal)
        record(house, work, action, transmittal.key)
    return transmittal


def ask_acknowledgements(house: House, year: int) -> list[Transmittal]:
    """Ask every addressee that has not confirmed yet; returns those whose standing changed."""
    view = cycle_view(house, year)
    with house.work() as work:
        waiting = [one for one in work.transmittals.of_cycle(view.id) if one.status is TransmittalStatus.SENT]
    changed = []
    for transmittal in waiting:
        try:
            reply = house.gateway(transmittal.channel).ask(transmittal.addressee, transmittal.key)
        except OutsideFailure:
            continue
        if reply is not None and reply.state != str(transmittal.status):
            changed.append(_acknowledge(house, transmittal, reply))
    return changed


def _acknowledge(house: House, transmittal: Transmittal, reply: GatewayReply) -> Transmittal:
    status = TransmittalStatus(reply.state)
    check_move(transmittal.status, status)
    answered = replace(transmittal, status=status, acknowledged_at=house.clock.now(), reply=reply.body)
    return _save(house, answered, f"transmittal.{status}")
