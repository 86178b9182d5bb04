"""What the pages show on which a clerk answers: the web form, two windows apart, the check, what is to be mended."""

from dataclasses import dataclass
from datetime import datetime

from plancycle.portal.clerk_pages import Case, ChangeLine
from plancycle.portal.fields import FieldError


@dataclass(frozen=True, slots=True)
class FieldView:
    """One question of the web form. ``target`` is its id; ``typed`` what stands in it."""

    target: str
    name: str
    label: str
    kind: str
    unit: str
    hint: str
    required: bool
    choices: tuple[str, ...]
    typed: str
    long: bool
    maximum: int
    error: str = ""
    """What is wrong, in the words of the summary."""
    warning: str = ""
    fix: str = ""
    """How to mend what is wrong or doubted."""


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of a sheet: a group of fields that is stored as one."""

    part: str
    mark: str
    label: str
    basis: str
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True)
class SheetView:
    """One sheet of the form; ``id`` is its anchor."""

    id: str
    name: str
    rows: tuple[RowView, ...]


@dataclass(frozen=True, slots=True)
class FormPage:
    """``clerk/form.html``: the questions of the workbook, on the web."""

    case: Case
    sheets: tuple[SheetView, ...]
    saved_at: datetime | None
    just_saved: bool
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """A row that two windows changed: what is stored and what this window says, field by field."""

    part: str
    mark: str
    label: str
    stored_at: datetime
    fields: tuple["ConflictField", ...]


@dataclass(frozen=True, slots=True)
class ConflictField:
    """One field of such a row."""

    label: str
    name: str
    stored: str
    typed: str


@dataclass(frozen=True, slots=True)
class ConflictPage:
    """``clerk/conflict.html``: both answers of every such row. Everything else has been saved."""

    case: Case
    rows: tuple[ConflictRow, ...]
    then: str
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer as it will be handed in."""

    label: str
    value: str
    unit: str
    before: str
    """The last accepted period's value; empty when there is none."""


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """The answers of one sheet."""

    name: str
    lines: tuple[AnswerLine, ...]
    left_empty: int


@dataclass(frozen=True, slots=True)
class CorrectedVersion:
    """The version that the answer at hand would take the place of, and every cell that reads differently."""

    number: int
    status: str
    """In words."""
    receipt: str
    changes: tuple[ChangeLine, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding in words. ``target`` is the id of the field that mends it, where the page has one."""

    target: str
    where: str
    label: str
    value: str
    why: str
    fix: str
    question: str = ""
    """``rule|row|field`` of a warning that may be explained here."""
    typed: str = ""
    """The explanation that was typed."""


@dataclass(frozen=True, slots=True)
class CheckPage:
    """``clerk/check.html``: the answers before they are handed in."""

    case: Case
    kind: str
    """``file``, ``web`` or ``nil``."""
    file_name: str
    sealed: str
    """The bytes that were checked, sealed: these and no others are handed in."""
    groups: tuple[AnswerGroup, ...]
    corrected: CorrectedVersion | None
    """None for a first answer, and for the bytes of an earlier version: those make no new one."""
    warnings: tuple[Problem, ...]
    name: str
    is_confirmed: bool
    must_explain: bool = False
    """Whether the programme consolidates no answer with warnings that are not explained."""
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class MendPage:
    """``clerk/mend.html``: the file that was sent and every place to mend in it."""

    case: Case
    file_name: str
    problems: tuple[Problem, ...]
    marked: str
    """Address of the clerk's own file with the places marked."""
    errors: tuple[FieldError, ...] = ()
