"""Builds the page of what went upward in a period: deliveries, answers, and the corrections that are possible."""

from urllib.parse import urlencode

from plancycle.domain.acknowledgements import Acknowledgement, Hearing
from plancycle.domain.consolidation import Edition, EditionKind
from plancycle.domain.document_register import RegisterEntry, Relation
from plancycle.domain.errors import NotFound
from plancycle.domain.exchange import Business, ExchangeStatus
from plancycle.domain.periods import Period, period_called
from plancycle.domain.transmittals import IN_FORCE, Transmittal, TransmittalStatus
from plancycle.portal.desk_frame import NOTHING_TYPED, Desk
from plancycle.portal.desk_upward_pages import ActLink, HeardLine, OrderLine, UpwardLine, UpwardPage
from plancycle.services.acknowledgements import MAIL
from plancycle.services.choose_relation import is_decided
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.deliveries import addressee_names
from plancycle.services.repositories import Work
from plancycle.services.transmit_edition import issued_edition, waiting_order

MARKS = {
    TransmittalStatus.INTENT: ("open", "○"),
    TransmittalStatus.SENT: ("due_soon", "◐"),
    TransmittalStatus.UNKNOWN: ("missing", "?"),
    TransmittalStatus.PARKED: ("missing", "!"),
    TransmittalStatus.ACKNOWLEDGED: ("submitted", "✓"),
    TransmittalStatus.REFUSED: ("missing", "✗"),
    TransmittalStatus.REPLACED: ("not_open", "⇄"),
    TransmittalStatus.RECALLED: ("returned", "↩"),
    TransmittalStatus.WITHDRAWN: ("not_open", "–"),
}
"""A class for the colour and a symbol for each standing; the words always stand beside them."""


ACT_OF = {Relation.REPLACES: "replace", Relation.SUPPLEMENTS: "supplement"}
"""What the pages call going in the place of what left, and going beside it."""


UNASKABLE = (ExchangeStatus.RECALL_ASKED, ExchangeStatus.FINISHED)
"""With these nothing is asked back: it has been, or the addressee has dealt with it to the end."""


def upward_path(year: int, period: Period) -> str:
    """Where a period's deliveries are shown."""
    return f"/gui-len/{year}/{period}"


def act_path(year: int, period: Period, act: str, subject: str) -> str:
    """The page of one act about a delivery or an edition."""
    return f"{upward_path(year, period)}/sua?{urlencode({'viec': act, 'ma': subject})}"


def upward_page(desk: Desk, year: int, text: str) -> UpwardPage:
    """Every delivery of a period, newest edition first. Raises NotFound."""
    period = period_called(text)
    with desk.house.work() as work:
        view = cycle_view(desk.house, year, work)
        known = of_period(work, view, period)
        heard = work.acknowledgements.under(f"{view.key(period)}/")
        newer, waiting, acts = orderable(work, view, period)
    names = addressee_names(view)
    ordered = sorted(known, key=lambda one: (-one.edition_number, one.part != "report", one.key))
    return UpwardPage(
        title=view.title(period),
        period_href=f"/bao-cao?nam={year}&ky={period}",
        lines=tuple(_line(desk, year, period, names, one, known, heard) for one in ordered),
        newer=newer.number if newer else 0,
        newer_href=f"/tong-hop/{year}/{period}/{newer.number}" if newer else "",
        newer_acts=tuple(ActLink(act, act_path(year, period, act, newer.id)) for act in acts if newer),
        ordered=order_line(waiting),
        **desk.acting(NOTHING_TYPED),
    )


def of_period(work: Work, view: CycleView, period: Period) -> list[Transmittal]:
    """Everything that was, is or will be handed over of a period."""
    return [one for one in work.transmittals.of_cycle(view.id) if one.period_key == view.key(period)]


def orderable(
    work: Work, view: CycleView, period: Period
) -> tuple[Edition | None, RegisterEntry | None, tuple[str, ...]]:
    """The newest final edition while an older one is out, what has been ordered about it, and what may be.

    Before anything is ordered it may go in the place of the older one or beside it; then the other one may be chosen,
    until somebody has approved it.
    """
    finals = [one for one in work.editions.of_period(view.id, period) if one.kind is EditionKind.FINAL]
    issued, waiting = issued_edition(work, view, period), waiting_order(work, view, period)
    if not finals or (waiting is None and issued in (None, finals[-1].id)):
        return None, None, ()
    if waiting is None:
        return finals[-1], None, tuple(ACT_OF.values())
    other = tuple(act for relation, act in ACT_OF.items() if relation is not waiting.relation)
    return finals[-1], waiting, () if is_decided(work, finals[-1]) else other


def order_line(entry: RegisterEntry | None) -> OrderLine | None:
    """An order in the words of the page."""
    return OrderLine(ACT_OF[entry.relation], entry.code, entry.reason) if entry and entry.relation else None


def acts_about(one: Transmittal, known: list[Transmittal]) -> tuple[str, ...]:
    """What a person may do about a delivery; the services decide again when it is done."""
    if one.status in (TransmittalStatus.PARKED, TransmittalStatus.UNKNOWN):
        return ("settle",)
    if not one.is_report:
        return ()
    if one.status in IN_FORCE and one.channel != MAIL and one.standing not in UNASKABLE:
        return ("recall",)
    ended = (TransmittalStatus.REFUSED, TransmittalStatus.RECALLED)
    later = [it for it in known if it.concerns == one.key and it.business is not Business.RECALL]
    return ("again",) if one.status in ended and not later else ()


def _line(
    desk: Desk,
    year: int,
    period: Period,
    names: dict[str, str],
    one: Transmittal,
    known: list[Transmittal],
    heard: list[Acknowledgement],
) -> UpwardLine:
    css, symbol = MARKS[one.status]
    is_new = one.business is Business.NEW
    return UpwardLine(
        addressee=names.get(one.addressee, one.addressee),
        part=desk.say(f"transmittal_part.{one.part}"),
        business="" if is_new else desk.say(f"business.{one.business}"),
        edition=one.edition_number,
        edition_href=f"/tong-hop/{year}/{period}/{one.edition_number}",
        status=desk.say(f"transmittal_status.{one.status}"),
        css=css,
        symbol=symbol,
        standing="" if one.standing is ExchangeStatus.SENT else desk.say(f"exchange_status.{one.standing}"),
        channel=one.channel,
        sent_at=one.sent_at,
        reason=one.reason,
        key=one.key,
        answers=tuple(_heard(desk, year, period, it) for it in heard if it.transmittal == one.key),
        acts=tuple(ActLink(act, act_path(year, period, act, one.key)) for act in acts_about(one, known)),
    )


def _heard(desk: Desk, year: int, period: Period, it: Acknowledgement) -> HeardLine:
    is_known = it.hearing is not Hearing.UNKNOWN_CODE
    return HeardLine(
        words=desk.say(f"exchange_status.{it.code}") if is_known else it.code,
        note="" if it.hearing in (Hearing.FOLLOWED, Hearing.REPEATED) else desk.say(f"hearing.{it.hearing}"),
        at=it.said_at or it.received_at,
        source=it.source,
        description=it.description,
        href=f"{upward_path(year, period)}/tra-loi/{it.sha256}",
    )


def answer_bytes(desk: Desk, year: int, text: str, sha256: str) -> bytes:
    """The very bytes of an answer of the period. Raises NotFound."""
    with desk.house.work() as work:
        view = cycle_view(desk.house, year, work)
        heard = work.acknowledgements.under(f"{view.key(period_called(text))}/")
    if sha256 not in {one.sha256 for one in heard}:
        raise NotFound("not_found.file", sha256=sha256[:64])
    return desk.house.files.get(sha256)
