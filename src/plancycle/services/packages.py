"""What goes to an addressee, put together at the last moment and checked against the approval once more."""

from datetime import date
from zoneinfo import ZoneInfo

from plancycle.domain.approvals import Approval
from plancycle.domain.consolidation import DocumentFile, Edition
from plancycle.domain.document_register import DocumentKind, RegisterEntry
from plancycle.domain.errors import NotFound
from plancycle.domain.exchange import Business
from plancycle.domain.transmittals import Part, Transmittal, check_may_leave
from plancycle.services.approval_chain import signatory_at
from plancycle.services.approval_proof import approved
from plancycle.services.cycle_view import CycleView
from plancycle.services.deliveries import LINE, addressee_name, files_of
from plancycle.services.document_register import day_of
from plancycle.services.ports import Concerned, Cover, House, Package
from plancycle.services.report_figures import report_base
from plancycle.services.repositories import Work
from plancycle.services.sign_edition import files_to_send


def rendered_on(view: CycleView, approval: Approval) -> date:
    """The day the documents bear."""
    return approval.made_at.astimezone(ZoneInfo(view.programme.timezone)).date()


def extract_base(view: CycleView, edition: Edition, body: str) -> str:
    """What the number of a ministry's extract is asked for."""
    return f"{view.key(edition.period)}/ministry/{body}"


def package_of(house: House, work: Work, view: CycleView, one: Transmittal) -> Package:
    """The package of a transmittal. Raises NotFound and NotAllowed (no approval of exactly these bytes).

    A recall needs no approval: it carries nothing.
    """
    edition = work.editions.get(one.edition)
    if edition is None:
        raise NotFound("not_found.edition", edition=one.edition)
    listed = work.editions.documents(edition.id)
    day = house.clock.now().astimezone(ZoneInfo(view.programme.timezone)).date()
    files = []
    if one.business is not Business.RECALL:
        approval = approved(house, work, edition)
        check_may_leave(approval, one.bundle_sha256)
        day = rendered_on(view, approval)
        files = files_of(one.part, one.addressee, listed)
    entry = issued_number(work, view, edition, one, listed)
    return Package(
        key=one.key,
        sender=view.stands_for(view.programme.consolidator, day),
        addressee=one.addressee,
        document_number=entry.code if entry else "",
        subject=f"{view.programme.title} · {view.title(edition.period)}",
        edition_sha256=edition.sha256,
        bundle_sha256=one.bundle_sha256,
        files=files_to_send(house, work, view, edition, files) if files else (),
        business=one.business,
        concerns=_concerned(work, view, one),
        reason=one.reason,
        cover=_cover(house, work, view, edition, one, day),
        approved=tuple(listed),
    )


def issued_number(
    work: Work, view: CycleView, edition: Edition, one: Transmittal, listed: list[DocumentFile]
) -> RegisterEntry | None:
    """The number these very bytes were made under; None when none of them has one."""
    issuer = view.programme.consolidator
    is_extract = one.part is Part.EXTRACT
    base = extract_base(view, edition, one.addressee) if is_extract else report_base(view, edition.period)
    mine = {file.sha256 for file in files_of(one.part, one.addressee, listed)}
    for entry in reversed(work.register.line(issuer, base)):
        made = {file.sha256 for file in work.register.files(issuer, entry.year) if file.number == entry.number}
        if made & mine:
            return entry
    return None


def _concerned(work: Work, view: CycleView, one: Transmittal) -> Concerned | None:
    """The delivery that is replaced, supplemented or recalled, as its documents are numbered and dated."""
    older = work.transmittals.get(one.concerns) if one.concerns else None
    edition = work.editions.get(older.edition) if older else None
    if older is None or edition is None or one.business is Business.NEW:
        return None
    entry = issued_number(work, view, edition, older, work.editions.documents(edition.id))
    return Concerned(older.key, entry.code if entry else "", day_of(work, entry, view.programme) if entry else None)


def _cover(house: House, work: Work, view: CycleView, edition: Edition, one: Transmittal, day: date) -> Cover:
    signing = signatory_at(house, work, view, edition.period, house.clock.now())
    programme = view.programme
    sender = programme.agency(view.stands_for(programme.consolidator, day))
    is_body = not one.addressee.startswith(LINE)
    works = [work.id for work in programme.works if work.ministry_schedule] if one.part is Part.EXTRACT else []
    followed = {work.id: work.ministry_schedule or "" for work in programme.works}
    return Cover(
        sender_name=sender.name_on(day),
        sender_code=sender.code_on(day) or "",
        addressee_name=addressee_name(view, one.addressee, day),
        addressee_code=(programme.agency(one.addressee).code_on(day) or "") if is_body else "",
        dated=day,
        place=programme.report.place,
        type_name=house.texts.say(f"document.kind.{DocumentKind.REPORT}"),
        signer=signing.name if signing else "",
        position=signing.position if signing else "",
        competence=(signing.authority_line or "") if signing else "",
        assignments=tuple(name for name in works if view.roster.holder(followed[name], day) == one.addressee),
        at=house.clock.now(),
    )
