"""What routes ask for: a house for the length of one request, and who is asking."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated, Protocol

from fastapi import Depends, Form, Request

from plancycle.adapters.prefect_runs import Runs
from plancycle.domain.approvals import Approval
from plancycle.domain.consolidation import Edition
from plancycle.domain.errors import NotAllowed
from plancycle.domain.people import LOCAL, Role, Staff
from plancycle.domain.periods import Period
from plancycle.portal.access import desk_only
from plancycle.portal.sessions import SIGN_IN, STAFF_COOKIE, SignInNeeded, check_form, form_token
from plancycle.services import sign_in
from plancycle.services.ports import House


class Signals(Protocol):
    """Hints to whoever acts next. Losing one costs time only: the sweep finds the same in the ledger."""

    def approved(self, edition: Edition, approval: Approval) -> None:
        """An edition has been approved, and the decision is committed. Raises OutsideFailure when nobody took it."""

    def accepted(self, cycle: str, period: Period, at: datetime) -> bool:
        """Answers of a period have been accepted. False when nobody took it."""


class PortalHouse(House, Protocol):
    """A house with the signals that only the portal sends."""

    @property
    def signals(self) -> Signals:
        """Hints to whoever acts next."""

    @property
    def runs(self) -> Runs:
        """Prefect's forms and runs, for the desk's buttons."""


def house_of(request: Request) -> Iterator[PortalHouse]:
    """Open the house for this request and close it afterwards."""
    with request.app.state.open_house() as house:
        yield house


OpenHouse = Annotated[PortalHouse, Depends(house_of)]


def signed_in(request: Request, house: OpenHouse) -> sign_in.SignedIn | None:
    """Whose browser it is, whether or not the second factor has been given."""
    cookie = request.cookies.get(STAFF_COOKIE, "")
    return sign_in.look_up(house, cookie) if cookie else None


SignedInMaybe = Annotated[sign_in.SignedIn | None, Depends(signed_in)]


def anybody(request: Request, house: OpenHouse, known: SignedInMaybe) -> Staff:
    """Somebody of the coordinating side, whatever the role.

    Until the first account exists it is this very machine (or a configured proxy): :data:`LOCAL` has every role.
    Raises NotAllowed("portal.desk_only") for others then, and SignInNeeded once there are accounts.
    """
    if known is None:
        if sign_in.nobody_has_an_account(house):
            desk_only(request)
            return LOCAL
        raise SignInNeeded(SIGN_IN, _way_back(request))
    needs_more = known.account.needs_second_factor or request.app.state.second_factor_for_everyone
    if needs_more and not known.session.is_strong:
        page = f"{SIGN_IN}/ma" if known.account.second_factor else f"{SIGN_IN}/thiet-lap"
        raise SignInNeeded(page, _way_back(request))
    return known.account.staff


def _way_back(request: Request) -> str:
    """The page to come back to; a form that was sent is not sent again."""
    if request.method != "GET":
        return ""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


Anybody = Annotated[Staff, Depends(anybody)]


def staff(*roles: str) -> Callable[[Staff], Staff]:
    """A dependency: somebody with one of the roles. ``Annotated[Staff, Depends(staff("operator"))]``.

    Raises NotAllowed("portal.role_needed") for somebody else, and what :func:`anybody` raises.
    """
    wanted = tuple(Role(role) for role in roles)

    def holder(who: Anybody) -> Staff:
        if not who.can(*wanted):
            raise NotAllowed("portal.role_needed", roles=wanted)
        return who

    return holder


def our_form(request: Request, house: OpenHouse, csrf: Annotated[str, Form()] = "") -> None:
    """A dependency of every POST of a page: the form is ours. Its hidden field is ``csrf``, made by ``form_token``.

    Raises NotAllowed("portal.form_stale").
    """
    request.state.fresh_token = form_token(house, request)
    check_form(house, request, csrf)
