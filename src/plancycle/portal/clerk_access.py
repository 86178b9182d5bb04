"""Who a clerk's request is for: the obligation in its address, opened by a link of that very obligation."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

from plancycle.domain.clerk_access import SESSION_LIFE, ClerkLink
from plancycle.domain.deadlines import effective_due
from plancycle.domain.errors import NotAllowed, NotFound, PlancycleError
from plancycle.domain.periods import ObligationKey
from plancycle.portal.allowances import Allowances
from plancycle.portal.clerk_pages import Case
from plancycle.portal.dependencies import OpenHouse
from plancycle.portal.framing import language_of
from plancycle.portal.problems import WORDS
from plancycle.portal.sessions import check_form, clerk_links, form_token
from plancycle.services.clerk_links import contact_of, open_link, record_denied
from plancycle.services.cycle_view import CycleView
from plancycle.services.ports import House

FIELDS = 4000
"""The most fields one form may have; the largest of the shipped programme has some hundred."""
DENIED_MOST = 250
"""Characters of an address that was refused, as the journal keeps it."""
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Clerk:
    """Somebody with an agency's link, at work on its obligation."""

    link: ClerkLink
    view: CycleView
    language: str
    csrf: str

    @property
    def obligation(self) -> ObligationKey:
        """The one obligation this is about."""
        return self.link.obligation

    @property
    def agency(self) -> str:
        """Whose report it is."""
        return self.link.obligation.agency

    @property
    def named(self) -> str:
        """The obligation by name: ``Sở Y tế · Quý III/2025``."""
        return f"{self.view.name(self.agency)} · {self.view.title(self.obligation.period)}"

    @property
    def base(self) -> str:
        """The address every page of the obligation begins with."""
        return f"/ho-so/{self.link.obligation}"

    def say(self, key: str, **params: object) -> str:
        """Words in the page's language."""
        return WORDS.say(key, self.language, **params)

    def why(self, refused: PlancycleError) -> str:
        """A refusal in the page's language."""
        return WORDS.say(refused.key, self.language, **refused.params)


def clerk_of(request: Request, house: OpenHouse, cycle: str, period: str, agency: str) -> Clerk:
    """The clerk of the obligation in the address.

    Raises NotAllowed("link.session_over") without a session, what ``open_link`` raises, and NotFound when the browser
    has opened links of other obligations only: what belongs to others looks like a page that is not there.
    """
    wanted, now = f"{cycle}/{period}/{agency}", house.clock.now()
    refusal: PlancycleError = NotAllowed("link.session_over")
    strangers = []
    for link_id, begun in reversed(clerk_links(house, request).items()):
        if now - begun >= SESSION_LIFE:
            continue
        try:
            opened = open_link(house, link_id, wanted)
        except NotAllowed as refused:
            refusal = refused  # another link of the same obligation may still open it
            continue
        if opened is None:
            strangers.append(link_id)
        else:
            return Clerk(opened.link, opened.view, language_of(request), form_token(house, request, link_id))
    if strangers and refusal.key == "link.session_over":
        record_denied(house, strangers[0], wanted[:DENIED_MOST])
        raise NotFound("portal.no_such_page")
    raise refusal


AClerk = Annotated[Clerk, Depends(clerk_of)]


async def sent_form(request: Request) -> AsyncIterator[FormData]:
    """The fields of a form, however they are called; the doorkeeper has limited its size."""
    form = await request.form(max_files=1, max_fields=FIELDS)
    try:
        yield form
    finally:
        await form.close()


Sent = Annotated[FormData, Depends(sent_form)]


def sending_clerk(request: Request, house: OpenHouse, who: AClerk, form: Sent) -> Clerk:
    """The clerk of a POST, sent by a form of ours. Raises NotAllowed("portal.form_stale")."""
    request.state.fresh_token = who.csrf
    check_form(house, request, text_of(form, "csrf"), who.link.id)
    return who


ASendingClerk = Annotated[Clerk, Depends(sending_clerk)]


def busy_clerk(request: Request, who: ASendingClerk) -> Clerk:
    """The same for what costs work: so many a minute. Raises NotAllowed("link.busy")."""
    allowances: Allowances = request.app.state.allowances
    if seconds := allowances.uploads.wait(who.link.id):
        raise NotAllowed("link.busy", seconds=seconds)
    allowances.uploads.take(who.link.id)
    return who


ABusyClerk = Annotated[Clerk, Depends(busy_clerk)]


def text_of(form: FormData, name: str, most: int = 10_000) -> str:
    """One field as text; empty when it is missing or a file."""
    value = form.get(name, "")
    return value.replace("\r\n", "\n")[:most] if isinstance(value, str) else ""


def texts_with(form: FormData, prefix: str) -> Mapping[str, str]:
    """Fields whose name begins with a prefix, without it."""
    return {name.removeprefix(prefix): text_of(form, name) for name in form if name.startswith(prefix)}


def case_of(house: House, who: Clerk) -> Case:
    """The head of every page of the obligation."""
    view, key = who.view, who.obligation
    dates = view.dates(key.period)
    with house.work() as work:
        extension = work.submissions.extensions(view.id).get(str(key))
    due_at = effective_due(dates, extension)
    last_day = (due_at - MOMENT).date()
    now = house.clock.now()
    return Case(
        agency_name=view.name(key.agency),
        period_title=view.title(key.period),
        programme_title=view.programme.title,
        due_at=due_at,
        last_day=last_day,
        soft_due_at=dates.soft_due_at if extension is None else due_at,
        is_overdue=now >= due_at,
        days_left=(last_day - now.date()).days,
        contact=contact_of(house),
        base=who.base,
        csrf=who.csrf,
    )
