"""Who gets what of an approved bundle: the report, a ministry's extract, or a copy."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from plancycle.domain.consolidation import DocumentFile
from plancycle.domain.errors import NotFound
from plancycle.domain.periods import Period
from plancycle.domain.programme import Addressee, Programme, Recipient
from plancycle.domain.transmittals import Part, Transmittal
from plancycle.services.cycle_view import CycleView

FILING = "archive"
LINE = "noi-nhan-"
"""Recipients the programme knows only by a line of "Nơi nhận" are addressed as that line."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One addressee and its part."""

    part: Part
    addressee: Addressee


def deliveries(view: CycleView, period: Period, day: date) -> tuple[Delivery, ...]:
    """Everybody who gets something of a bundle whose documents bear that day; successors stand in by date."""
    reports = view.addressees(period, day)
    found = [Delivery(Part.REPORT, one) for one in reports]
    found += [Delivery(Part.EXTRACT, one) for one in extracts(view, period, day)]
    known = {one.agency for one in reports}
    found += [Delivery(Part.COPY, one) for one in _copies(view, period, day) if one.agency not in known]
    return tuple(found)


def extracts(view: CycleView, period: Period, day: date) -> tuple[Addressee, ...]:
    """The ministries that get an extract: those whose timetable works follow, and that the programme lists."""
    scheduled = {
        view.roster.holder(one.ministry_schedule, day) for one in view.programme.works if one.ministry_schedule
    }
    found: dict[str, Addressee] = {}
    for one in view.programme.extracts:
        holder = view.roster.holder(one.agency, day)
        if period in one.periods and holder is not None and holder in scheduled:
            found.setdefault(holder, replace(one, agency=holder))
    return tuple(found.values())


def _copies(view: CycleView, period: Period, day: date) -> tuple[Addressee, ...]:
    copies = view.programme.copies
    if copies is None or period not in copies.periods:
        return ()
    lines = [one for one in view.programme.recipients if one.kind != FILING and one.order not in copies.without]
    bodies = dict.fromkeys(_body(view, one, day) for one in lines)
    return tuple(Addressee(body, copies.channel, copies.periods) for body in bodies)


def _body(view: CycleView, line: Recipient, day: date) -> str:
    return (view.stands_for(line.ref, day) if line.ref else "") or f"{LINE}{line.order}"


def named(programme: Programme, addressee: str) -> str:
    """What an addressee is called in the programme; a line of "Nơi nhận" by its own words. Raises NotFound."""
    if not addressee.startswith(LINE):
        return programme.agency(addressee).name
    for line in programme.recipients:
        if addressee == f"{LINE}{line.order}":
            return line.name
    raise NotFound("not_found.agency", agency=addressee)


def addressee_name(view: CycleView, addressee: str, on: date | None = None) -> str:
    """What an addressee is called; a line of "Nơi nhận" by its own words. Raises NotFound."""
    return named(view.programme, addressee) if addressee.startswith(LINE) else view.name(addressee, on)


def addressee_names(view: CycleView) -> dict[str, str]:
    """Every body, the invited ones too, and every line of "Nơi nhận" by the id it has as an addressee."""
    programme = view.programme
    bodies = {one.id: view.name(one.id) for one in (*programme.agencies, *programme.invitations.bodies)}
    return bodies | {f"{LINE}{line.order}": line.name for line in programme.recipients}


def declared(view: CycleView, one: Transmittal) -> Addressee | None:
    """The programme's line for an addressee and its part, whoever stands there by now; None when there is none."""
    lines = {Part.REPORT: view.programme.addressees, Part.EXTRACT: view.programme.extracts}.get(one.part, ())
    mine = (line for line in lines if one.addressee in (line.agency, view.stands_for(line.agency)))
    return next(mine, None)


def part_key(part: Part, bundle_sha256: str) -> str:
    """The last part of a transmittal's key."""
    prefix = "" if part is Part.REPORT else f"{part}-"
    return f"{prefix}{bundle_sha256[:16]}"


def extract_kind(body: str, kind: str) -> str:
    """The kind of a ministry's extract among an edition's documents: ``bo-noi-vu.pdf``."""
    return f"{body}.{kind}"


def files_of(part: Part, addressee: str, listed: Sequence[DocumentFile]) -> list[DocumentFile]:
    """The documents of an edition that are meant for an addressee: its extract, or the report with all its parts."""
    whose = addressee if part is Part.EXTRACT else ""
    return [file for file in listed if file.meant_for == whose]
