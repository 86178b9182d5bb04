"""What a clerk types on the web before handing it in: kept row by row, and never overwritten by another window.

A page knows of every row which revision it was made from and what stood there. A row that only this window changed is
stored; a row that only another window changed stays; a row both changed differently is shown with both answers.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plancycle.domain.clerk_access import DraftPart
from plancycle.domain.events import canonical_json
from plancycle.domain.forms import Form
from plancycle.domain.periods import CycleKey, ObligationKey
from plancycle.domain.secrecy import degree_in
from plancycle.services.journal import record
from plancycle.services.ports import House

NONE = "0-"
"""The mark of a row nothing was stored for."""
MARK_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Typed:
    """One row as a window sends it: what it says now, and the mark of what the window was made from."""

    part: str
    mark: str
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A row that two windows changed differently. Nothing of it is stored until somebody chooses."""

    part: str
    stored: DraftPart
    typed: Mapping[str, str]


def mark_of(part: DraftPart | None) -> str:
    """What a window remembers of a row: its revision and a hash of what stood there."""
    return f"{part.revision}-{_digest(part.answers)}" if part is not None else NONE


def _digest(answers: Mapping[str, str]) -> str:
    filled = {code: text for code, text in answers.items() if text}
    return hashlib.sha256(canonical_json(filled).encode()).hexdigest()[:MARK_DIGITS]


def kept(house: House, obligation: ObligationKey) -> dict[str, DraftPart]:
    """What is stored, by row."""
    with house.work() as work:
        return {part.part: part for part in work.drafts.of(obligation)}


def save(house: House, obligation: ObligationKey, typed: Sequence[Typed], by: str) -> list[Conflict]:
    """Store every row this window changed; returns those that another window has changed meanwhile."""
    conflicts: list[Conflict] = []
    now = house.clock.now()
    with house.work() as work:
        stored = {part.part: part for part in work.drafts.of(obligation)}
        saved = []
        for row in typed:
            known = stored.get(row.part)
            if _is_same(row.answers, known) or _is_untouched(row):
                continue
            if row.mark != mark_of(known) and known is not None:
                conflicts.append(Conflict(row.part, known, row.answers))
                continue
            revision = known.revision if known else 0
            new = DraftPart(obligation, row.part, revision + 1, dict(row.answers), now)
            if work.drafts.save(new, revision):
                saved.append(row.part)
        if saved:
            record(house, work, "draft.saved", str(obligation), by, rows=len(saved))
    return conflicts


def _is_same(answers: Mapping[str, str], known: DraftPart | None) -> bool:
    return _digest(answers) == _digest(known.answers if known else {})


def _is_untouched(row: Typed) -> bool:
    """Whether the window says what it was made from."""
    made_from = row.mark.partition("-")[2]
    return _digest(row.answers) == (made_from or _digest({}))


def clear(house: House, obligation: ObligationKey) -> None:
    """The answer has been handed in."""
    with house.work() as work:
        work.drafts.clear(obligation)


def as_answer(house: House, form: Form, parts: Mapping[str, DraftPart]) -> bytes:
    """The answer the drafts make, as the JSON API takes it; the same drafts make the same bytes."""
    return _answer(house, form, {name: part.answers for name, part in parts.items()})


def marked_answer(house: House, form: Form, typed: Sequence[Typed]) -> bytes | None:
    """The answer that typed rows make when one of them is marked as a state secret: it is held, and none is stored."""
    if degree_in(text for row in typed for text in row.answers.values()) is None:
        return None
    return _answer(house, form, {row.part: row.answers for row in typed})


def _answer(house: House, form: Form, said: Mapping[str, Mapping[str, str]]) -> bytes:
    given = {
        (row.code, field.code): said[name].get(field.code, "")
        for sheet, row, field in form.cells()
        if (name := part_name(sheet.code, row.code)) in said
    }
    return answer_bytes(house, form, {question: text for question, text in given.items() if text})


def answer_bytes(house: House, form: Form, given: Mapping[tuple[str, str], str]) -> bytes:
    """Answers by (row, field) as the JSON API takes them."""
    year = CycleKey(house.programme_id, int(form.cycle.rpartition("-")[2])).year
    answers = [{"row": row, "field": field, "value": text} for (row, field), text in given.items()]
    body = {"year": year, "period": str(form.period), "version": form.version, "answers": answers}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def part_name(sheet: str, row: str) -> str:
    """How a row is called among the drafts."""
    return f"{sheet}.{row}"
