"""One obligation: its timeline, its files, and the acts of operators and reviewers about it."""

from datetime import datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from plancycle.domain.errors import NotFound, PlancycleError
from plancycle.domain.periods import ObligationKey
from plancycle.domain.submissions import Submission
from plancycle.portal.dependencies import our_form
from plancycle.portal.desk_bundle import bundle
from plancycle.portal.desk_dossier import dossier_page, needs_position
from plancycle.portal.desk_editions import cells_page
from plancycle.portal.desk_frame import (
    Desk,
    Looking,
    Operating,
    Posted,
    Reviewing,
    back_to,
    check_filled,
    dossier_path,
    number_of,
    obligation_of,
    refusal_status,
    text_of,
)
from plancycle.portal.desk_letters_first import Act, letters_first
from plancycle.portal.desk_words import day_of
from plancycle.portal.downloads import attachment
from plancycle.services import clerk_links, explanations
from plancycle.services.corrections import open_correction
from plancycle.services.cycle_view import cycle_view
from plancycle.services.grant_extension import grant
from plancycle.services.mend_address import send_again
from plancycle.services.return_submission import return_submission
from plancycle.services.withdraw_submission import withdraw

router = APIRouter(prefix="/don-vi/{year}/{period}/{agency}")
OUR_FORM = [Depends(our_form)]


def obligation(desk: Looking, year: int, period: str, agency: str) -> ObligationKey:
    """A dependency: the obligation of the address. Raises NotFound."""
    return obligation_of(desk, year, period, agency)


Obligation = Annotated[ObligationKey, Depends(obligation)]


@router.get("", response_class=HTMLResponse)
def timeline(desk: Looking, key: Obligation) -> Response:
    """Everything that happened about one obligation."""
    return desk.show("dossier.html", dossier_page(desk, key))


@router.get("/tep/{version}", response_class=Response)
def file(desk: Looking, key: Obligation, version: int) -> Response:
    """The very bytes an agency sent; always saved, never opened in the browser."""
    found = _version(desk, key, version)
    return attachment(desk.house.files.get(found.sha256), found.file_name)


@router.get("/so-lieu/{version}", response_class=HTMLResponse)
def cells(desk: Looking, key: Obligation, version: int) -> Response:
    """A version's cells and the figures they go into."""
    return desk.show("cells.html", cells_page(desk, key, version))


@router.get("/goi", response_class=Response)
def everything(desk: Reviewing, key: Obligation) -> Response:
    """Versions, receipts, findings, letters and journal of the obligation as one ZIP file."""
    return attachment(bundle(desk, key), f"Ho-so_{key.agency}_{key.period}_{key.cycle}.zip")


def _version(desk: Desk, key: ObligationKey, version: int) -> Submission:
    with desk.house.work() as work:
        found = next((one for one in work.submissions.versions(key) if one.version == version), None)
        view = cycle_view(desk.house, int(key.cycle.rpartition("-")[2]), work)
    if found is None:
        words = f"{view.name(key.agency)} · {view.title(key.period)} · {version}"
        raise NotFound("not_found.submission", obligation=words)
    return found


@router.post("/tra-lai", response_class=HTMLResponse, dependencies=OUR_FORM)
def send_back(desk: Reviewing, key: Obligation, form: Posted) -> Response:
    """Return the version that stands, with a reason for the whole of it."""
    try:
        reason = text_of(form, "reason")
        if shown := _first(desk, key, form, lambda house: return_submission(house, key, reason, desk.staff.name)):
            return shown
    except PlancycleError as problem:
        return _again(desk, key, problem, form)
    return back_to(dossier_path(key), "returned")


@router.post("/gia-han", response_class=HTMLResponse, dependencies=OUR_FORM)
def extend(desk: Operating, key: Obligation, form: Posted) -> Response:
    """Grant more time that somebody else asked for."""
    needed = ("last_day", "requested_by", "reason", "document", *(["position"] if needs_position(desk) else []))
    try:
        check_filled(form, *needed)
        due_at = end_of_day(desk, text_of(form, "last_day"))
        asked_by, reason = text_of(form, "requested_by"), text_of(form, "reason")
        document, position = text_of(form, "document"), text_of(form, "position")
        ruled = (reason, asked_by, desk.staff.name, document, position)
        if shown := _first(desk, key, form, lambda house: grant(house, key, due_at, *ruled)):
            return shown
    except PlancycleError as problem:
        return _again(desk, key, problem, form)
    return back_to(dossier_path(key), "extended")


def end_of_day(desk: Desk, text: str) -> datetime:
    """The first moment after a day, which is what a due instant is. Raises DataProblem."""
    return datetime.combine(day_of(text) + timedelta(days=1), time(0), desk.house.clock.now().tzinfo)


@router.post("/giai-trinh", response_class=HTMLResponse, dependencies=OUR_FORM)
def explanation(desk: Reviewing, key: Obligation, form: Posted) -> Response:
    """Accept an explanation, or refuse it with a reason: then the answer goes back."""
    number, accept = number_of(form, "number"), text_of(form, "verdict") == "accept"
    try:
        _check_own(desk, key, number)
        said = (number, accept, desk.staff.name, text_of(form, "reason"))
        if shown := _first(desk, key, form, lambda house: explanations.review(house, *said)):
            return shown
    except PlancycleError as problem:
        return _again(desk, key, problem, form)
    return back_to(dossier_path(key), "accepted" if accept else "refused")


def _check_own(desk: Desk, key: ObligationKey, number: int) -> None:
    """The explanation is one of this obligation. Raises NotFound."""
    with desk.house.work() as work:
        mine = {one.number for one in work.explanations.under(f"{key}/")}
    if number not in mine:
        raise NotFound("not_found.explanation", number=number)


@router.post("/gui-lai", response_class=HTMLResponse, dependencies=OUR_FORM)
def letter_again(desk: Operating, key: Obligation, form: Posted) -> Response:
    """Queue the last letter of the period once more, to the address that works."""
    try:
        which = (int(key.cycle.rpartition("-")[2]), key.period, key.agency, desk.staff.name)
        if shown := _first(desk, key, form, lambda house: send_again(house, *which)):
            return shown
    except PlancycleError as problem:
        return _again(desk, key, problem, form)
    return back_to(dossier_path(key), "queued")


@router.post("/thu-hoi", response_class=HTMLResponse, dependencies=OUR_FORM)
def take_back(desk: Operating, key: Obligation, form: Posted) -> Response:
    """Withdraw the version that stands on the agency's behalf."""
    try:
        standing = _version(desk, key, number_of(form, "version"))
        why = text_of(form, "reason")
        if shown := _first(desk, key, form, lambda house: withdraw(house, standing.id, why, desk.staff.name)):
            return shown
    except PlancycleError as problem:
        return _again(desk, key, problem, form)
    return back_to(dossier_path(key), "withdrawn")


@router.post("/dinh-chinh", response_class=HTMLResponse, dependencies=OUR_FORM)
def let_correct(desk: Operating, key: Obligation, form: Posted) -> Response:
    """Let the agency correct an answer that was approved; its link opens again and its next version cites this one."""
    try:
        check_filled(form, "reason")
        open_correction(desk.house, key, text_of(form, "reason"), desk.staff.name)
    except PlancycleError as problem:
        return _again(desk, key, problem, form)
    return back_to(dossier_path(key), "correction_opened")


@router.post("/lien-ket", response_class=HTMLResponse, dependencies=OUR_FORM)
def revoke_links(desk: Operating, key: Obligation, form: Posted) -> Response:
    """Take back every link of the agency; the next letter carries a new one."""
    try:
        clerk_links.revoke(desk.house, key, desk.staff.name)
    except PlancycleError as problem:
        return _again(desk, key, problem, form)
    return back_to(dossier_path(key), "link_revoked")


def _first(desk: Desk, key: ObligationKey, form: FormData, act: Act) -> Response | None:
    """The letters of an act before it is done; None when it is done."""
    return letters_first(desk, form, act, dossier_path(key))


def _again(desk: Desk, key: ObligationKey, problem: PlancycleError, form: FormData) -> Response:
    page = dossier_page(desk, key, desk.refused(problem, form))
    return desk.show("dossier.html", page, refusal_status(problem))
