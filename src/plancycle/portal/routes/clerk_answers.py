"""Handing in: a workbook, the web form, or that there was nothing to report; checked first, then confirmed."""

import hashlib
from collections.abc import Mapping
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from plancycle.domain.errors import ActionNeeded, NotAllowed
from plancycle.domain.events import canonical_json
from plancycle.domain.findings import Severity, blocks
from plancycle.domain.waiting_line import Waiting
from plancycle.portal.access import comes_from_our_page
from plancycle.portal.arriving import Door, note_parts, seconds_ago
from plancycle.portal.clerk_access import ABusyClerk, AClerk, ASendingClerk, Clerk, Sent, text_of, texts_with
from plancycle.portal.clerk_form_views import (
    ANSWER,
    MARK,
    check_page,
    conflict_page,
    form_of,
    form_page,
    mend_page,
    typed_rows,
)
from plancycle.portal.clerk_views import contact_name, task_page
from plancycle.portal.dependencies import OpenHouse
from plancycle.portal.fields import FieldError
from plancycle.portal.framing import frame_of
from plancycle.portal.line import Line
from plancycle.portal.rendering import render
from plancycle.portal.routes.clerk import CASE
from plancycle.portal.routes.clerk_waiting import after_arrival
from plancycle.portal.sessions import is_our_form, see_other
from plancycle.services import drafts
from plancycle.services.explanations import LEAST
from plancycle.services.hand_in import CHANNEL
from plancycle.services.ports import House
from plancycle.services.receive_submission import receive
from plancycle.services.try_out_answer import TriedOut, try_out

router = APIRouter()
JSON_NAME = "nhap-tren-web.json"
NAME_MOST = 200


def _name_of(house: House, who: Clerk) -> str:
    return contact_name(house, who)


@router.post(f"{CASE}/tep", response_class=HTMLResponse)
async def upload(request: Request, house: OpenHouse, who: ABusyClerk, form: Sent) -> Response:
    """Check a workbook: its answers before they are handed in, or every place to mend. Nothing is handed in yet."""
    file = form.get("tep")
    data = await file.read() if isinstance(file, UploadFile) else b""
    name = shown_name(file.filename) if isinstance(file, UploadFile) and file.filename else ""
    return await run_in_threadpool(_checked_file, request, house, who, data, name)


def shown_name(sent: str) -> str:
    """A file's name as a browser sent it, without folders and characters that nobody can see."""
    last = sent.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable())[:NAME_MOST].strip() or "tep.xlsx"


def _checked_file(request: Request, house: House, who: Clerk, data: bytes, name: str) -> Response:
    if not name:  # an empty file was chosen all the same: it is refused as one
        errors = (FieldError("tep", who.say("clerk.file_needed")),)
        return render("clerk/tasks.html", task_page(house, who, errors), 422, frame=frame_of(request))
    tried = try_out(house, data, name, allowed=(who.agency,))
    if tried is None or tried.obligation != who.obligation:
        return _refused(request, house, who, data, name)
    return _shown(request, house, who, tried, "file", name)


def _refused(
    request: Request, house: House, who: Clerk, data: bytes, name: str, json_of: str | None = None
) -> Response:
    """A file that is no answer of this obligation: kept in quarantine, with the reason on the page."""
    result = receive(house, data, name, CHANNEL, sender=who.agency, allowed=(who.agency,), json_of=json_of)
    if result.submission_id:  # an answer of another of the agency's obligations: taken in, as by any other channel
        return see_other(f"{who.base}/lich-su")
    why = result.reason_en if who.language == "en" else result.reason_vi
    errors = (FieldError("tep", why),)
    return render("clerk/tasks.html", task_page(house, who, errors, why), 422, frame=frame_of(request))


def _shown(request: Request, house: House, who: Clerk, tried: TriedOut, kind: str, name: str) -> Response:
    if blocks(tried.findings):
        return render("clerk/mend.html", mend_page(house, who, tried, name), 422, frame=frame_of(request))
    page = check_page(house, who, tried, kind, name, _name_of(house, who))
    return render("clerk/check.html", page, frame=frame_of(request))


@router.get(f"{CASE}/nhap", response_class=HTMLResponse)
def web_form(request: Request, house: OpenHouse, who: AClerk, da_luu: str = "") -> Response:
    """The questions of the workbook, on the web, with what has been typed so far."""
    return render("clerk/form.html", form_page(house, who, just_saved=bool(da_luu)), frame=frame_of(request))


@router.post(f"{CASE}/nhap", response_class=HTMLResponse)
def save(request: Request, house: OpenHouse, who: AClerk, form: Sent) -> Response:
    """Keep what was typed; then on to the check, or stay. What another window changed is never overwritten."""
    sent = {name: text_of(form, name) for name in form}
    if not is_our_form(house, request, sent.get("csrf", ""), who.link.id):
        return _stale(request, house, who, sent)
    rows = typed_rows(form_of(who), sent)
    if (marked := drafts.marked_answer(house, form_of(who), rows)) is not None:
        return _refused(request, house, who, marked, JSON_NAME, who.agency)
    conflicts = drafts.save(house, who.obligation, rows, who.agency)
    then = "kiem-tra" if "kiem_tra" in form else "luu"
    if conflicts:
        return render("clerk/conflict.html", conflict_page(house, who, conflicts, then), 409, frame=frame_of(request))
    return see_other(f"{who.base}/kiem-tra" if then == "kiem-tra" else f"{who.base}/nhap?da_luu=1")


def _stale(request: Request, house: House, who: Clerk, sent: Mapping[str, str]) -> Response:
    """A form whose token is no longer good: nothing is kept, but what was typed stands in a fresh form.

    Raises NotAllowed("portal.form_stale") for one that comes from elsewhere: that gets nothing of ours to press.
    """
    if not comes_from_our_page(request):
        raise NotAllowed("portal.form_stale")
    page = form_page(house, who, typed=typed_rows(form_of(who), sent), why=who.say("portal.form_stale"))
    return render("clerk/form.html", page, 403, frame=frame_of(request))


@router.post(f"{CASE}/chon", response_class=HTMLResponse)
def choose(request: Request, house: OpenHouse, who: ASendingClerk, form: Sent) -> Response:
    """Settle rows that two windows changed: theirs stays, or this window's takes its place."""
    chosen = texts_with(form, "chon:")
    marks = texts_with(form, MARK)
    answers = texts_with(form, ANSWER)
    mine = {part for part, choice in chosen.items() if choice == "moi"}
    sent = {f"{MARK}{part}": marks[part] for part in mine if part in marks}
    sent |= {f"{ANSWER}{name}": text for name, text in answers.items() if name.rpartition(".")[0] in mine}
    then = text_of(form, "tiep")
    rows = typed_rows(form_of(who), sent)
    if (marked := drafts.marked_answer(house, form_of(who), rows)) is not None:
        return _refused(request, house, who, marked, JSON_NAME, who.agency)
    conflicts = drafts.save(house, who.obligation, rows, who.agency)
    missing = set(marks) - set(chosen)
    if conflicts or missing:
        stored = drafts.kept(house, who.obligation)
        all_rows = typed_rows(form_of(who), {**{f"{MARK}{p}": marks[p] for p in marks}, **_prefixed(answers)})
        again = [
            drafts.Conflict(row.part, stored[row.part], row.answers)
            for row in all_rows
            if row.part in stored and (row.part in missing or row.part in {one.part for one in conflicts})
        ]
        page = conflict_page(house, who, again, then)
        return render("clerk/conflict.html", page, 409, frame=frame_of(request))
    return see_other(f"{who.base}/kiem-tra" if then == "kiem-tra" else f"{who.base}/nhap?da_luu=1")


def _prefixed(answers: Mapping[str, str]) -> dict[str, str]:
    return {f"{ANSWER}{name}": text for name, text in answers.items()}


@router.get(f"{CASE}/kiem-tra", response_class=HTMLResponse)
def check(request: Request, house: OpenHouse, who: AClerk) -> Response:
    """The answers of the web form before they are handed in; or the form again, with every place to mend."""
    tried = _try_web(house, who)
    if tried is None:
        return _refused(request, house, who, drafts.as_answer(house, form_of(who), {}), JSON_NAME)
    if blocks(tried.findings):
        return render("clerk/form.html", form_page(house, who, tried.findings), 422, frame=frame_of(request))
    page = check_page(house, who, tried, "web", JSON_NAME, _name_of(house, who))
    return render("clerk/check.html", page, frame=frame_of(request))


def _try_web(house: House, who: Clerk) -> TriedOut | None:
    data = drafts.as_answer(house, form_of(who), drafts.kept(house, who.obligation))
    return try_out(house, data, JSON_NAME, allowed=(who.agency,), json_of=who.agency)


@router.get(f"{CASE}/khong-phat-sinh", response_class=HTMLResponse)
def nothing(request: Request, house: OpenHouse, who: AClerk) -> Response:
    """Say that there was nothing to report; confirmed like any other answer."""
    tried = _try_nil(house, who, _name_of(house, who))
    if tried is None:
        raise ActionNeeded("clerk.nil_not_asked")
    page = check_page(house, who, tried, "nil", JSON_NAME, _name_of(house, who))
    return render("clerk/check.html", page, frame=frame_of(request))


def _try_nil(house: House, who: Clerk, name: str) -> TriedOut | None:
    return try_out(house, _nil_answer(house, who, name), JSON_NAME, allowed=(who.agency,), json_of=who.agency)


def _nil_answer(house: House, who: Clerk, name: str) -> bytes:
    form, choice = form_of(who), who.view.programme.form.nil_choice
    given = {"nil": choice, "preparer": name}
    answers = {(row.code, field.code): given[field.code] for _, row, field in form.cells() if given.get(field.code)}
    return drafts.answer_bytes(house, form, answers)


@router.post(f"{CASE}/nop", response_class=HTMLResponse)
async def submit(request: Request, house: OpenHouse, who: ABusyClerk, form: Sent, _door: Door) -> Response:
    """Hand in exactly the bytes that were checked, under a name; then show the receipt, or the place in the line."""
    line: Line = request.app.state.line
    return await line.run(partial(_submit, request, house, who, form))


def _submit(request: Request, house: House, who: Clerk, form: FormData) -> Response:
    facts = house.seals.open_link(text_of(form, "niem"))
    if facts.get("for") != str(who.obligation) or facts.get("answer") not in ("file", "web", "nil"):
        raise NotAllowed("link.invalid")
    kind, file_name = facts["answer"], facts["name"]
    json_of = None if kind == "file" else who.agency
    errors = _complaints(house, who, form, kind, facts["sha256"])
    reasons = {question: text for question, text in texts_with(form, "gt:").items() if text.strip()}
    if errors or any(len(text.strip()) < LEAST for text in reasons.values()):
        data = house.files.get(facts["sha256"])
        tried = try_out(house, data, file_name, allowed=(who.agency,), json_of=json_of)
        if tried is None:
            return _refused(request, house, who, data, file_name)
        errors = (*_short_reasons(who, form, tried), *errors)
        shown = (_try_web(house, who) or tried) if kind == "web" else tried
        return _again(request, house, who, shown, kind, file_name, form, errors)
    line: Line = request.app.state.line
    name, age = text_of(form, "ho_ten", NAME_MOST).strip(), seconds_ago(request)
    at = house.clock.ago(age)
    note_parts(request, line.spent)
    arrived = Waiting(
        who.agency, str(who.obligation), CHANNEL, file_name, facts["sha256"], json_of, name, canonical_json(reasons), at
    )
    return after_arrival(request, house, who, line.take_in(house, arrived, line.patience - age)[0])


def _complaints(house: House, who: Clerk, form: FormData, kind: str, sha256: str) -> tuple[FieldError, ...]:
    found = []
    if kind == "web":
        now = drafts.as_answer(house, form_of(who), drafts.kept(house, who.obligation))
        if hashlib.sha256(now).hexdigest() != sha256:
            found.append(FieldError("cau-tra-loi", who.say("clerk.changed")))
    if not text_of(form, "ho_ten", NAME_MOST).strip():
        found.append(FieldError("ho-ten", who.say("clerk.name_needed")))
    if not text_of(form, "xac_nhan"):
        found.append(FieldError("xac-nhan", who.say("clerk.confirm_needed")))
    return tuple(found)


def _short_reasons(who: Clerk, form: FormData, tried: TriedOut) -> list[FieldError]:
    """Reasons beside warnings that say too little, at the field each was typed in."""
    typed = texts_with(form, "gt:")
    warnings = [one for one in tried.findings if one.severity is Severity.WARNING]
    given = [typed.get(f"{one.rule}|{one.row}|{one.field}", "").strip() for one in warnings]
    words = who.say("explanation.too_short", minimum=LEAST)
    return [FieldError(f"cho-{number}", words) for number, text in enumerate(given) if 0 < len(text) < LEAST]


def _again(
    request: Request,
    house: House,
    who: Clerk,
    tried: TriedOut,
    kind: str,
    file_name: str,
    form: FormData,
    errors: tuple[FieldError, ...],
) -> Response:
    """The check page with what is missing; what was typed stays."""
    if any(one.severity is Severity.ERROR for one in tried.findings):
        return render("clerk/form.html", form_page(house, who, tried.findings), 422, frame=frame_of(request))
    name = text_of(form, "ho_ten", NAME_MOST)
    is_confirmed = bool(text_of(form, "xac_nhan"))
    page = check_page(
        house, who, tried, kind, file_name, name, texts_with(form, "gt:"), errors, is_confirmed=is_confirmed
    )
    return render("clerk/check.html", page, 422, frame=frame_of(request))
