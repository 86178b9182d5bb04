"""What changed from one version of an answer to another, cell by cell."""

from collections.abc import Sequence
from dataclasses import dataclass

from plancycle.domain.errors import DataProblem, NotFound
from plancycle.domain.findings import by_question
from plancycle.domain.submissions import Entry, Submission
from plancycle.services.cycle_view import cycle_view
from plancycle.services.ports import House
from plancycle.services.repositories import Work


@dataclass(frozen=True, slots=True)
class Change:
    """One question answered differently. What could not be read stands as it was typed; ``cell`` is the newer one's
    (see :attr:`.Entry.place`), empty for a question that is no longer answered.

    ``kind`` is the field's, "" when the form no longer asks it.
    """

    row: str
    field: str
    label: str
    before: str
    after: str
    cell: str
    kind: str = ""


def changes_between(house: House, old: str, new: str) -> list[Change]:
    """The changes from version ``old`` to ``new`` of one obligation, in the form's order; spelling alone is none.

    Raises NotFound, or DataProblem when they are not versions of one obligation.
    """
    with house.work() as work:
        one, other = _version(work, old), _version(work, new)
        if one.obligation != other.obligation:
            raise DataProblem("submission.other_obligation", first=old, second=new)
        before, after = (work.submissions.entries(version.id) for version in (one, other))
        return _compared(before, after, *_labels(house, work, other))


def changes_to(house: House, old: str, entries: Sequence[Entry]) -> list[Change]:
    """The same from version ``old`` to an answer that has not been handed in, given by its entries. Raises NotFound."""
    with house.work() as work:
        one = _version(work, old)
        return _compared(work.submissions.entries(old), entries, *_labels(house, work, one))


Asked = dict[tuple[str, str], str]


def _compared(old: Sequence[Entry], new: Sequence[Entry], labels: Asked, kinds: Asked) -> list[Change]:
    before, after = by_question(old), by_question(new)
    questions = [*after, *(question for question in before if question not in after)]
    changed = []
    for question in questions:
        was, is_now = _said(before.get(question)), _said(after.get(question))
        if was != is_now:
            entry = after.get(question)
            cell = entry.place if entry is not None else ""
            label, kind = labels.get(question, " · ".join(question)), kinds.get(question, "")
            changed.append(Change(*question, label, was, is_now, cell, kind))
    return changed


def _version(work: Work, submission_id: str) -> Submission:
    found = work.submissions.get(submission_id)
    if found is None:
        raise NotFound("not_found.submission", obligation=submission_id)
    return found


def _said(entry: Entry | None) -> str:
    if entry is None:
        return ""
    return entry.value if entry.value is not None else entry.raw.strip()


def _labels(house: House, work: Work, submission: Submission) -> tuple[Asked, Asked]:
    """Questions in words and their kinds, as the form asks them today; one that is no longer asked keeps its codes."""
    key = submission.obligation
    view = cycle_view(house, int(key.cycle.rpartition("-")[2]), work)
    if key.agency not in view.reporters(key.period):
        return {}, {}
    form = view.form(key.period, key.agency)
    asked = {(row.code, field.code): f"{row.heading} · {field.label}" for _, row, field in form.cells()}
    code, heading = view.programme.form.explanation_field, house.texts.say("workbook.returned.reason")
    beside = {(row.code, code): f"{row.heading} · {heading}" for _, row, _ in form.cells()}  # reasons typed by a sheet
    return beside | asked, {(row.code, field.code): str(field.kind) for _, row, field in form.cells()}
