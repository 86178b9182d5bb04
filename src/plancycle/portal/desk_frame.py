"""What every page of the desk stands on: the house, who is there and what they may do, and the form they sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, TypedDict, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from plancycle.domain.errors import DataProblem, NotFound, PlancycleError, SeveralProblems
from plancycle.domain.people import Role, Staff
from plancycle.domain.periods import ObligationKey, period_called
from plancycle.portal.dependencies import Anybody, OpenHouse, PortalHouse, staff
from plancycle.portal.fields import FieldError
from plancycle.portal.framing import Frame, frame_of
from plancycle.portal.problems import WORDS, status_of
from plancycle.portal.remembered import Remembered
from plancycle.portal.rendering import render
from plancycle.portal.sessions import see_other

T = TypeVar("T")
FIRST_YEAR, LAST_YEAR = 2000, 2099
DONE = "xong"
"""The name in the address under which a page is told what was just done."""

FIELDS: Mapping[str, str] = {
    "act.reason_needed": "reason",
    "approval.reason_needed": "reason",
    "extension.asker_needed": "requested_by",
    "extension.beyond_freeze": "last_day",
    "extension.document_needed": "document",
    "extension.not_later": "last_day",
    "extension.position_needed": "position",
    "extension.reason_needed": "reason",
    "extension.same_person": "requested_by",
    "address.reason_needed": "reason",
    "desk.not_a_day": "last_day",
    "desk.nothing_chosen": "cells",
    "outbox.nobody_named": "reason",
    "register.reason_needed": "reason",
    "review.list_changed": "answers",
    "review.unexplained": "reason",
    "transmittal.document_too_long": "document",
}
"""Which field a refusal is about; every other one belongs to the form as a whole."""
WHOLE_FORM = "bieu-mau"
NEEDED = "desk.needed."
"""Refusals of an empty field: its name follows."""
TO_MEND = "desk.to_mend"
"""Nothing was wrong: somebody saw what would be sent and wants the form back."""
ACT = "act"
"""The hidden field that says which of a page's forms was sent; a page with one form has none."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed into a form that was refused, and why: values are kept, errors name their field.

    ``act`` is which of the page's forms it was; the ids of that form's fields end in it (``reason-extend``).
    """

    values: Mapping[str, str] = field(default_factory=dict)
    chosen: frozenset[str] = frozenset()
    errors: tuple[FieldError, ...] = ()
    act: str = ""

    def of(self, act: str) -> "Typed":
        """What belongs to one of the page's forms: nothing, unless it is the one that was refused."""
        return self if act == self.act else NOTHING_TYPED

    def value(self, name: str, otherwise: str = "") -> str:
        """What stands in a field."""
        return self.values.get(name, otherwise)

    def error(self, name: str) -> str:
        """What is wrong with a field; empty when nothing is."""
        return next((one.text for one in self.errors if one.target == field_id(name, self.act)), "")


NOTHING_TYPED = Typed()


def field_id(name: str, act: str) -> str:
    """The id of a field on the page: its name, and the form's act where a page has several forms."""
    return f"{name}-{act}" if act else name


class Acting(TypedDict):
    """The fields of :class:`ActingPage` for its builder."""

    may_act: bool
    done: str
    typed: Typed


@dataclass(frozen=True, slots=True, kw_only=True)
class ActingPage:
    """A page on which somebody can act: whether this person may, what was just done, and the form that was refused."""

    may_act: bool
    done: str
    """A code the template has words for; empty when nothing was done."""
    typed: Typed = NOTHING_TYPED


@dataclass(frozen=True)
class Desk:
    """One request at the desk."""

    house: PortalHouse
    request: Request
    staff: Staff

    @property
    def language(self) -> str:
        """``vi`` or ``en``."""
        return self.frame.language

    @cached_property
    def frame(self) -> Frame:
        """What stands around the page."""
        return frame_of(self.request, self.house, self.staff)

    @property
    def done(self) -> str:
        """What was just done, as a code the template has words for."""
        return self.request.query_params.get(DONE, "")[:40]

    def acting(self, typed: Typed, *roles: Role) -> Acting:
        """What an :class:`ActingPage` says to somebody with one of the roles (the operator's, if none is named)."""
        return Acting(may_act=self.staff.can(*(roles or (Role.OPERATOR,))), done=self.done, typed=typed)

    def say(self, key: str, **params: object) -> str:
        """A text of the catalogue in the page's language."""
        return WORDS.say(key, self.language, **params)

    def remember(self, *about: object, work_out: Callable[[], T]) -> T:
        """What something large comes to, worked out once while the ledger stays as it is (a minute at most)."""
        with self.house.work() as work:
            stamp = work.audit.head(), f"{self.house.clock.now():%Y%m%d%H%M}"
        kept: Remembered = self.request.app.state.remembered
        return kept.get(stamp, about, work_out)

    def show(self, template: str, page: object, status: int = 200) -> Response:
        """A page."""
        return render(f"desk/{template}", page, status, frame=self.frame)

    def refused(self, problem: PlancycleError, form: FormData) -> Typed:
        """A refused form on its way back to who sent it."""
        values = {name: value for name, value in form.multi_items() if isinstance(value, str) and name != "csrf"}
        chosen = frozenset(f"{name}={value}" for name, value in form.multi_items() if isinstance(value, str))
        problems = problem.problems if isinstance(problem, SeveralProblems) else (problem,)
        act = values.get(ACT, "")[:250]
        errors = tuple(
            FieldError(field_id(_field_of(one), act), WORDS.say(one.key, self.language, **one.params))
            for one in problems
            if one.key != TO_MEND
        )
        return Typed(values, chosen, errors, act)


def _field_of(problem: PlancycleError) -> str:
    named = problem.params.get("name")
    if problem.key.startswith(NEEDED):
        return problem.key.removeprefix(NEEDED)
    return str(named) if problem.key.startswith("duty.") and named else FIELDS.get(problem.key, WHOLE_FORM)


def refusal_status(problem: PlancycleError) -> int:
    """The status of a page that shows a refused form again."""
    return 200 if problem.key == TO_MEND else status_of(problem)


def looking(request: Request, house: OpenHouse, who: Anybody) -> Desk:
    """A dependency: anybody of the coordinating side reads."""
    return Desk(house, request, who)


def operating(request: Request, house: OpenHouse, who: Annotated[Staff, Depends(staff(Role.OPERATOR))]) -> Desk:
    """A dependency: an operator acts."""
    return Desk(house, request, who)


def reviewing(
    request: Request, house: OpenHouse, who: Annotated[Staff, Depends(staff(Role.REVIEWER, Role.OPERATOR))]
) -> Desk:
    """A dependency: a reviewer (or an operator) decides about an answer."""
    return Desk(house, request, who)


async def posted(request: Request) -> FormData:
    """The form that was sent; the doorkeeper has limited its size."""
    return await request.form(max_files=0, max_fields=2000)


Looking = Annotated[Desk, Depends(looking)]
Operating = Annotated[Desk, Depends(operating)]
Reviewing = Annotated[Desk, Depends(reviewing)]
Posted = Annotated[FormData, Depends(posted)]


def text_of(form: FormData, name: str) -> str:
    """One field of a form, without blanks around it; empty when it was not sent."""
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def check_filled(form: FormData, *names: str) -> None:
    """Every one of these fields has something in it. Raises SeveralProblems that names all that have not."""
    empty = [DataProblem(f"{NEEDED}{name}") for name in names if not text_of(form, name)]
    if empty:
        raise SeveralProblems("desk.needed", empty)


def texts_of(form: FormData, name: str) -> list[str]:
    """Every value of a field that may be ticked several times."""
    return [value for value in form.getlist(name) if isinstance(value, str)]


def number_of(form: FormData, name: str) -> int:
    """A whole number of a form; 0 for anything else, which names nothing."""
    text = text_of(form, name)
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def obligation_of(desk: Desk, year: int, period: str, agency: str) -> ObligationKey:
    """The obligation an address names. Raises NotFound for a year or period that is none."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotFound("portal.year_not_opened", year=year)
    return ObligationKey(f"{desk.house.programme_id}-{year}", period_called(period), agency[:200])


def dossier_path(obligation: ObligationKey) -> str:
    """Where an obligation's page is."""
    return f"/don-vi/{obligation.cycle.rpartition('-')[2]}/{obligation.period}/{obligation.agency}"


def back_to(address: str, done: str) -> Response:
    """After a POST: the page that shows what became of it, and says so."""
    joint = "&" if "?" in address else "?"
    return see_other(f"{address}{joint}{urlencode({DONE: done})}")
