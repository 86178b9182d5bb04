"""Hand an approved edition to its addressees: the report, the ministries' extracts, the copies; intents first.

Where an addressee has an earlier edition of the period, the newer one goes as its replacement (or supplement), so that
nobody ever has two reports in force.
"""

from dataclasses import replace

from plancycle.domain.approvals import Approval
from plancycle.domain.consolidation import Edition, EditionKind
from plancycle.domain.document_register import RegisterEntry, Relation
from plancycle.domain.errors import ActionNeeded, NotAllowed, NotFound
from plancycle.domain.exchange import Business
from plancycle.domain.periods import Period
from plancycle.domain.transmittals import OUT, Part, Transmittal, TransmittalStatus, line
from plancycle.services.acknowledgements import ask_acknowledgements
from plancycle.services.approval_proof import approved, note_rejected
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.deliveries import Delivery, deliveries, files_of, part_key
from plancycle.services.document_register import known_number
from plancycle.services.failpoints import reach
from plancycle.services.hand_over import hand_over
from plancycle.services.journal import record
from plancycle.services.make_room import make_room
from plancycle.services.packages import rendered_on
from plancycle.services.ports import House
from plancycle.services.report_figures import replacements_of, report_base
from plancycle.services.repositories import Work
from plancycle.services.restored_house import check_not_held
from plancycle.services.sign_edition import check_signed

__all__ = ["ask_acknowledgements", "issued_edition", "transmit"]

ENDED = {TransmittalStatus.REFUSED, TransmittalStatus.RECALLED, TransmittalStatus.WITHDRAWN}
"""With these the addressee has nothing of ours in force."""


def transmit(house: House, edition_id: str) -> list[Transmittal]:
    """Send to every addressee of the period that has not got it yet; failures are kept for the next try.

    Raises NotFound, NotAllowed when no named person approved exactly these bytes, and ActionNeeded when another
    edition replaced it or a channel is not set up.
    """
    try:
        view, transmittals = _intents(house, edition_id)
    except NotAllowed as refusal:
        note_rejected(house, edition_id, refusal)
        raise
    reach("transmit.intended")
    return _hand_over_all(house, view, transmittals)


def _intents(house: House, edition_id: str) -> tuple[CycleView, list[Transmittal]]:
    """What is to be done is stored before anything leaves."""
    with house.work() as work:
        edition = work.editions.get(edition_id)
        if edition is None:
            raise NotFound("not_found.edition", edition=edition_id)
        check_not_held(work)
        view = cycle_view(house, int(edition.cycle.rpartition("-")[2]), work)
        approval = approved(house, work, edition)
        _check_is_newest(work, view, edition)
        check_signed(house, work, view, edition)
        listed = work.editions.documents(edition.id)
        expected = deliveries(view, edition.period, rendered_on(view, approval))
        mine = [one for one in expected if files_of(one.part, one.addressee.agency, listed)]
        return view, [_intent(house, work, view, edition, approval, one) for one in mine]


def _hand_over_all(house: House, view: CycleView, transmittals: list[Transmittal]) -> list[Transmittal]:
    """Everybody who can be reached gets it before what a person must mend first is raised."""
    results: list[Transmittal] = []
    problems: list[ActionNeeded] = []
    for one in transmittals:
        try:
            ready = make_room(house, view, one)
            results.append(hand_over(house, view, ready) if ready else one)
        except ActionNeeded as needed:
            problems.append(needed)
    if problems:
        raise problems[0]
    return results


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

    Once a replacement or supplement of the issued report has been ordered in the register, one more edition may leave.
    """
    prefix = f"{view.key(period)}/"
    out = (one.edition for one in work.transmittals.of_cycle(view.id) if one.is_report and _may_be_there(one))
    issued = sorted({one for one in out if one.startswith(prefix)}, key=lambda one: int(one.rpartition("/e")[2]))
    return issued[-1] if len(issued) > len(replacements_of(work, view, period)) else None


def waiting_order(work: Work, view: CycleView, period: Period) -> RegisterEntry | None:
    """The replacement or supplement that has been ordered and has not left yet, as it is chosen now."""
    ordered = replacements_of(work, view, period)
    return ordered[-1] if ordered and issued_edition(work, view, period) is None else None


def _may_be_there(one: Transmittal) -> bool:
    return one.status in OUT or (one.status is TransmittalStatus.INTENT and one.attempts > 0)


def _intent(
    house: House, work: Work, view: CycleView, edition: Edition, approval: Approval, to: Delivery
) -> Transmittal:
    addressee, sha256 = to.addressee, approval.bundle_sha256
    key = f"{view.key(edition.period)}/{addressee.agency}/{part_key(to.part, sha256)}"
    repeats = [one for one in work.transmittals.of_cycle(view.id) if one.key == key or one.key.startswith(f"{key}/n")]
    if repeats:
        return repeats[-1]
    new = Transmittal(
        key,
        edition.id,
        addressee.agency,
        addressee.channel,
        sha256,
        TransmittalStatus.INTENT,
        part=to.part,
        approval=approval.id,
    )
    transmittal = _after_earlier(work, view, edition, new)
    work.transmittals.add(transmittal)
    record(house, work, "transmittal.intent", key, bundle=sha256, approval=approval.id, concerns=transmittal.concerns)
    return transmittal


def _after_earlier(work: Work, view: CycleView, edition: Edition, new: Transmittal) -> Transmittal:
    """As what it goes: new where the addressee has nothing in force, else as replacement or supplement of that."""
    earlier = sorted(line(work.transmittals.of_cycle(view.id), new), key=lambda one: one.edition_number)
    if not earlier:
        return new
    standing = [one for one in earlier if one.status not in ENDED and one.status is not TransmittalStatus.REPLACED]
    numbered = known_number(work, view.programme, report_base(view, edition.period))
    entry = numbered.entry if numbered else None
    is_extract = new.part is Part.EXTRACT  # its own document says that it replaces the one before
    is_supplement = entry is not None and entry.relation is Relation.SUPPLEMENTS and not is_extract
    business = Business.UPDATE if is_supplement else Business.REPLACE
    reason, concerns = entry.reason if entry else "", (standing or earlier)[-1].key
    return replace(new, business=business if standing else Business.NEW, concerns=concerns, reason=reason)
