"""Which PDF of an edition is signed by whom."""

from collections.abc import Sequence

from plancycle.domain.consolidation import DocumentFile, Edition
from plancycle.domain.signatures import Expected, SignerRole
from plancycle.services.approval_chain import local_day, signatory_at
from plancycle.services.approval_proof import approved
from plancycle.services.cycle_view import CycleView
from plancycle.services.ports import House
from plancycle.services.repositories import Work


def roles_for(house: House, view: CycleView) -> tuple[SignerRole, ...]:
    """Which signatures a report must carry, in the order they are put on: the person's, then the body's."""
    asked = {*view.programme.approval.signatures, *house.signing.required}
    return tuple(role for role in SignerRole if role in asked)


def roles_of(house: House, work: Work, view: CycleView, edition: Edition) -> tuple[SignerRole, ...]:
    """Which signatures an edition must carry: none that were asked for only after it had begun to leave without any.

    What an addressee has is not turned into other bytes. Nothing begins to leave unsigned while a signature is asked
    for.
    """
    roles = roles_for(house, view)
    if roles and has_left(work, view, edition) and not work.signed_copies.of(edition.id):
        return ()
    return roles


def has_left(work: Work, view: CycleView, edition: Edition) -> bool:
    """Whether an addressee has it or may have it."""
    return any(one.edition == edition.id and one.attempts > 0 for one in work.transmittals.of_cycle(view.id))


def asked_of(pdf: DocumentFile, roles: Sequence[SignerRole]) -> tuple[SignerRole, ...]:
    """Which of the roles sign a PDF."""
    return tuple(role for role in roles if role is SignerRole.BODY or not pdf.is_annex_part)


def expected_signers(house: House, work: Work, view: CycleView, edition: Edition, pdf: DocumentFile) -> list[Expected]:
    """Whose signatures a PDF needs: the signatory's as the documents name them, the body's by its name that day."""
    made_at = approved(house, work, edition).made_at
    signatory = signatory_at(house, work, view, edition.period, made_at)
    day = local_day(view, made_at)
    names = {
        SignerRole.PERSON: signatory.name if signatory else "",
        SignerRole.BODY: view.name(view.stands_for(view.programme.consolidator, day), day),
    }
    roles = asked_of(pdf, roles_for(house, view))
    return [Expected(role, names[role], house.signing.signers.get(role, "")) for role in roles]


def pdfs_to_sign(files: Sequence[DocumentFile], roles: Sequence[SignerRole]) -> list[DocumentFile]:
    """Every PDF that one of the roles signs, the report before its annexes and the extracts."""
    found = [file for file in files if file.ending == "pdf" and asked_of(file, roles)]
    return sorted(found, key=lambda file: (file.kind != "pdf", file.kind))
