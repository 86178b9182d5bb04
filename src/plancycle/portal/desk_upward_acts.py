"""Corrections upward from the desk: what each would do is shown first, and done only as it was shown."""

import hashlib
from dataclasses import dataclass

from starlette.datastructures import FormData

from plancycle.domain.consolidation import Edition
from plancycle.domain.document_register import RegisterEntry
from plancycle.domain.errors import NotFound
from plancycle.domain.exchange import Business
from plancycle.domain.periods import Period, period_called
from plancycle.domain.transmittals import OUT, Part, Transmittal, TransmittalStatus
from plancycle.portal.desk_frame import NOTHING_TYPED, Desk, Typed, check_filled, text_of
from plancycle.portal.desk_letters_first import SEEN
from plancycle.portal.desk_upward import acts_about, of_period, order_line, orderable, upward_path
from plancycle.portal.desk_upward_pages import Holder, UpwardActPage
from plancycle.services import correct_upward
from plancycle.services.approval_chain import check_chain
from plancycle.services.choose_relation import check_undecided, put_up
from plancycle.services.correct_upward import ordered_already
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.deliveries import addressee_names
from plancycle.services.document_register import check_reason, known_number
from plancycle.services.report_figures import report_base
from plancycle.services.repositories import Work

ORDERS = {"replace": Business.REPLACE, "supplement": Business.UPDATE}
OUTCOMES = {
    "arrived": TransmittalStatus.SENT,
    "never-arrived": TransmittalStatus.INTENT,
    "refused": TransmittalStatus.REFUSED,
}
TYPED = ("reason", "document", "outcome")


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to do, and about what: a delivery or the newer edition."""

    act: str
    subject: str
    year: int
    period: Period


def asked_of(year: int, period: str, act: str, subject: str) -> Asked:
    """The act an address names. Raises NotFound."""
    if act not in ("recall", "again", "settle", *ORDERS):
        raise NotFound("portal.no_such_page")
    return Asked(act, subject[:400], year, period_called(period))


def form_page(desk: Desk, asked: Asked, typed: Typed = NOTHING_TYPED) -> UpwardActPage:
    """The form of an act. Raises NotFound where the act is not possible (any more)."""
    return _page(desk, asked, typed, None)


def confirm_page(desk: Desk, asked: Asked, form: FormData) -> UpwardActPage | None:
    """What would be done, before it is; None once exactly this has been seen. Raises what stands against the form."""
    check_filled(form, "reason", "document", *(("outcome",) if asked.act == "settle" else ()))
    check_reason(text_of(form, "reason"))
    if asked.act == "settle" and text_of(form, "outcome") not in OUTCOMES:
        raise NotFound("portal.no_such_page")
    page = _page(desk, asked, NOTHING_TYPED, form)
    return None if text_of(form, SEEN) == page.seen else page


def act(desk: Desk, asked: Asked, form: FormData) -> None:
    """Do it in the name of who is there. Raises what the services raise."""
    house, by = desk.house, desk.staff.name
    reason, document = text_of(form, "reason"), text_of(form, "document")
    if asked.act in ORDERS:
        view = cycle_view(house, asked.year)
        check_chain(house.programmes.address_book(view.programme.id), view.programme.approval.steps)
        put_up(house, asked.subject, ORDERS[asked.act], reason, by, document)
    elif asked.act == "settle":
        outcome = OUTCOMES[text_of(form, "outcome")]
        correct_upward.settle_by_hand(house, asked.subject, outcome, reason, by, document)
    else:
        do = correct_upward.recall if asked.act == "recall" else correct_upward.send_again
        do(house, asked.subject, reason, by, document)


def _page(desk: Desk, asked: Asked, typed: Typed, form: FormData | None) -> UpwardActPage:
    house = desk.house
    with house.work() as work:
        view = cycle_view(house, asked.year, work)
        known = of_period(work, view, asked.period)
        one, edition, waiting = _about(work, view, asked, known)
        numbered = known_number(work, view.programme, report_base(view, asked.period))
    names = addressee_names(view)
    fields = tuple((name, text_of(form, name)) for name in TYPED if text_of(form, name)) if form else ()
    chosen = dict(fields).get("outcome", "")
    return UpwardActPage(
        act=asked.act,
        subject=asked.subject,
        title=view.title(asked.period),
        back_href=upward_path(asked.year, asked.period),
        action=f"{upward_path(asked.year, asked.period)}/sua",
        addressee=names.get(one.addressee, one.addressee) if one else "",
        edition=one.edition_number if one else edition.number if edition else 0,
        number=numbered.entry.code if numbered and (one is None or one.part is not Part.EXTRACT) else "",
        holders=_holders(desk, names, [one] if one else [it for it in known if it.is_report and it.status in OUT]),
        asked=_first_asked(desk, view) if edition else "",
        outcomes=tuple((name, desk.say(f"desk.outcome.{name}")) for name in OUTCOMES) if asked.act == "settle" else (),
        outcome=desk.say(f"desk.outcome.{chosen}") if chosen in OUTCOMES else "",
        instead_of=order_line(waiting),
        fields=fields,
        seen=_mark(asked, known, fields) if form else "",
        is_changed=bool(form and text_of(form, SEEN)),
        **desk.acting(typed),
    )


def _about(
    work: Work, view: CycleView, asked: Asked, known: list[Transmittal]
) -> tuple[Transmittal | None, Edition | None, RegisterEntry | None]:
    """The delivery or the newer edition an act is about, and what was ordered about that one before.

    Raises NotFound where it is not possible, ActionNeeded where it is not any more: somebody approved, or it is done.
    """
    if asked.act in ORDERS:
        edition, waiting, acts = orderable(work, view, asked.period)
        if edition is None or edition.id != asked.subject:
            raise NotFound("not_found.edition", edition=asked.subject)
        if waiting is not None:
            check_undecided(work, waiting, edition)
            if asked.act not in acts:
                raise ordered_already(waiting, edition)
        return None, edition, waiting
    one = next((it for it in known if it.key == asked.subject), None)
    if one is None or asked.act not in acts_about(one, known):
        raise NotFound("not_found.transmittal", transmittal=asked.subject)
    return one, None, None


def _holders(desk: Desk, names: dict[str, str], known: list[Transmittal]) -> tuple[Holder, ...]:
    return tuple(
        Holder(
            names.get(one.addressee, one.addressee),
            desk.say(f"transmittal_part.{one.part}"),
            one.edition_number,
            desk.say(f"transmittal_status.{one.status}"),
        )
        for one in sorted(known, key=lambda one: (one.part != "report", one.key))
        if one.status is not TransmittalStatus.REPLACED
    )


def _first_asked(desk: Desk, view: CycleView) -> str:
    """Who decides first about what is put up for approval."""
    book = desk.house.programmes.address_book(view.programme.id)
    person = book.official(view.programme.approval.steps[0].who)
    return f"{person.name}, {person.position}" if person else ""


def _mark(asked: Asked, known: list[Transmittal], fields: tuple[tuple[str, str], ...]) -> str:
    """What stands for exactly this act in exactly this state of affairs."""
    lines = [f"{one.key}\t{one.status}\t{one.standing}" for one in known]
    told = [f"{name}\t{value}" for name, value in fields]
    return hashlib.sha256("\n".join([asked.act, asked.subject, *told, *lines]).encode()).hexdigest()[:32]
