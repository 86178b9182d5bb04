"""What the JSON API says: plain values for what went well, ``application/problem+json`` for what did not."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import JSONResponse

from plancycle.domain.explanations import Explanation
from plancycle.domain.extensions import ExtensionRequest, RequestStatus
from plancycle.domain.findings import Finding
from plancycle.domain.forms import Form
from plancycle.domain.obligations import MatrixCell
from plancycle.domain.submissions import Entry, Submission
from plancycle.portal.problems import WORDS
from plancycle.services.api_once import ApiAnswer
from plancycle.services.cycle_view import CycleView
from plancycle.services.wait_in_line import WAITING

PROBLEM = "application/problem+json"
TAKEN = {"accepted": 201, "accepted_late": 202}
"""Late is taken, kept and marked: 202 tells a program that a person will want to know."""
REFUSED = {
    "answer.not_json": 400,
    "file.empty": 400,
    "file.old_version": 409,
    "file.old_period": 409,
    "file.other_agency": 409,
    "file.other_programme": 409,
    "file.nothing_owed": 409,
    "file.cycle_not_open": 409,
    "file.approved": 409,
    "answer.too_large": 413,
    "file.too_large": 413,
    "file.not_xlsx": 415,
    "file.pdf": 415,
    "file.old_excel": 415,
}
"""Statuses of refusals; every other one is 422."""
UNPROCESSABLE = 422


def told(answer: ApiAnswer) -> JSONResponse:
    """The answer to a submission; the same facts always get the same status and body."""
    facts = answer.facts
    headers = {"Idempotent-Replayed": "true"} if answer.is_replay else {}
    outcome = str(facts["outcome"])
    if outcome == WAITING:
        return JSONResponse(dict(facts), 202, {**headers, "Location": f"/api/arrivals/{facts['arrival']}"})
    if outcome in TAKEN:
        return JSONResponse(dict(facts), TAKEN[outcome], headers)
    if outcome == "returned":
        return _problem(facts, UNPROCESSABLE, "api.findings", headers)
    return _problem(facts, REFUSED.get(str(facts["reason"]), UNPROCESSABLE), str(facts["reason"]), headers)


def _problem(facts: Mapping[str, Any], status: int, code: str, headers: Mapping[str, str]) -> JSONResponse:
    findings = facts["findings"]
    words = {"vi": facts["reason_vi"], "en": facts["reason_en"]}
    if code == "api.findings":
        count = sum(one["severity"] == "error" for one in findings)
        words = {language: WORDS.say(code, language, count=count) for language in ("vi", "en")}
    kept = ("outcome", "submission", "receipt", "agency", "period", "sha256")
    body = {
        "type": "about:blank",
        "code": code,
        "status": status,
        "message_vi": words["vi"],
        "message_en": words["en"],
        "incident_id": "",
        "errors": findings,
        **{name: facts[name] for name in kept},
    }
    return JSONResponse(body, status, dict(headers), media_type=PROBLEM)


def obligation_facts(view: CycleView, cell: MatrixCell, form: Form) -> dict[str, object]:
    """One obligation with every question it asks."""
    key = cell.obligation.key
    dates = view.dates(key.period)
    return {
        "obligation": str(key),
        "period": str(key.period),
        "title": view.title(key.period),
        "opens_at": dates.opens_at.isoformat(),
        "due_at": cell.obligation.due_at.isoformat(),
        "status": str(cell.status),
        "submission": cell.submission.id if cell.submission else None,
        "version": form.version,
        "questions": [
            {
                "sheet": sheet.name,
                "row": row.code,
                "row_label": row.label,
                "field": field.code,
                "field_label": field.label,
                "kind": str(field.kind),
                "unit": row.unit,
                "required": field.required,
                "choices": list(field.choices),
            }
            for sheet, row, field in form.cells()
        ],
    }


def standing_facts(
    view: CycleView,
    cell: MatrixCell,
    versions: Sequence[Submission],
    asked: Sequence[tuple[ExtensionRequest, RequestStatus]],
) -> dict[str, object]:
    """Where one obligation stands."""
    period = cell.obligation.key.period
    return {
        "obligation": str(cell.obligation.key),
        "title": view.title(period),
        "opens_at": view.dates(period).opens_at.isoformat(),
        "due_at": cell.obligation.due_at.isoformat(),
        "status": str(cell.status),
        "submission": cell.submission.id if cell.submission else None,
        "versions": [
            {"submission": one.id, "status": str(one.status), "late": one.is_late, "receipt": one.receipt}
            for one in versions
        ],
        "extension_requests": [extension_facts(one, status) for one, status in asked],
    }


def extension_facts(request: ExtensionRequest, status: RequestStatus) -> dict[str, object]:
    """A request for more time; ``until`` is the instant by which the report would be on time."""
    return {
        "request": request.id,
        "until": request.wanted.isoformat(),
        "reason": request.reason,
        "status": str(status),
        "answer": request.answer,
    }


def explanation_facts(given: Explanation) -> dict[str, object]:
    """A reason for a warning, and what a reviewer said about it."""
    return {
        "number": given.number,
        "rule": given.rule,
        "row": given.row,
        "field": given.field,
        "value": given.value,
        "text": given.text,
        "status": str(given.status),
        "reason": given.reason,
    }


def submission_facts(submission: Submission, entries: list[Entry], findings: list[Finding]) -> dict[str, object]:
    """A version as it is stored: what was typed, what it was read as, what was found."""
    return {
        "submission": submission.id,
        "version": submission.version,
        "status": str(submission.status),
        "late": submission.is_late,
        "receipt": submission.receipt,
        "sent_at": submission.sent_at.isoformat(),
        "received_at": submission.received_at.isoformat(),
        "file": submission.file_name,
        "sha256": submission.sha256,
        "return_reason": submission.return_reason,
        "answers": [
            {"row": entry.row, "field": entry.field, "typed": entry.raw, "value": entry.value} for entry in entries
        ],
        "findings": [_finding(found) for found in findings],
    }


def _finding(found: Finding) -> dict[str, object]:
    key = f"finding.{found.code}"
    return {
        "severity": str(found.severity),
        "code": found.code,
        "rule": found.rule,
        "row": found.row,
        "field": found.field,
        "sheet": found.sheet,
        "cell": found.cell,
        "label": found.label,
        "value": found.value,
        "message_vi": WORDS.say(key, "vi", **found.params),
        "message_en": WORDS.say(key, "en", **found.params),
    }
