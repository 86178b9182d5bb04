"""What the desk shows of an edition's electronic signatures: asked for, made by whom, when, and still good."""

from plancycle.domain.consolidation import Edition
from plancycle.domain.errors import PlancycleError
from plancycle.domain.signatures import SignatureFact
from plancycle.domain.signed_copies import Origin, SignedCopy
from plancycle.portal.desk_edition_pages import SignatureLine, SignedLine, SigningLines
from plancycle.portal.desk_frame import Desk
from plancycle.services.cycle_view import CycleView
from plancycle.services.repositories import Work
from plancycle.services.sign_edition import SigningStatus, SigningView, standing


def signing_standing(desk: Desk, work: Work, view: CycleView, edition: Edition) -> SigningView | None:
    """Where the signing of an edition stands; None while it has no documents."""
    return standing(desk.house, work, view, edition) if work.editions.documents(edition.id) else None


def signing_lines(desk: Desk, found: SigningView | None) -> SigningLines | None:
    """The same in words, every signed copy verified again."""
    if found is None:
        return None
    return SigningLines(
        status=desk.say(f"signing_status.{found.status}"),
        is_signed=found.status is SigningStatus.SIGNED,
        roles=tuple(desk.say(f"signer_role.{role}") for role in found.roles),
        copies=tuple(_copy(desk, one) for one in found.copies),
        missing=found.missing,
        failure=desk.say(found.failure_words) if found.failure else "",
    )


def _copy(desk: Desk, one: SignedCopy) -> SignedLine:
    facts = desk.remember("signatures", one.sha256, work_out=lambda: _facts(desk, one))
    return SignedLine(
        file_name=one.file_name,
        href=f"/tai-lieu/{one.sha256}",
        size=one.size,
        is_brought_in=one.origin is Origin.ELSEWHERE,
        added_at=one.added_at,
        signatures=tuple(SignatureLine(it.signer, it.signed_at, it.is_timestamped, it.is_good) for it in facts),
    )


def _facts(desk: Desk, one: SignedCopy) -> tuple[SignatureFact, ...]:
    """Every signature as it verifies now; none where the file is gone or can no longer be read."""
    try:
        return desk.house.signing.verify(desk.house.files.get(one.sha256)).facts
    except PlancycleError:
        return ()
