"""A period's contradictions: each commitment's reports of the year side by side."""

from collections.abc import Mapping, Sequence

from plancycle.domain.contradictions import Commitment, Found, Told, contradictions
from plancycle.domain.periods import CHECK_INS, Period
from plancycle.domain.submissions import Entry
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.ports import House
from plancycle.services.repositories import Work
from plancycle.services.standing_answers import accepted_now


def contradictions_in(house: House, year: int, period: Period) -> list[Found]:
    """Every contradiction in the answers that count now, agency by agency in roster order. Raises NotFound."""
    with house.work() as work:
        view = cycle_view(house, year, work)
        view.programme.period_rule(period)
        return contradictions_now(house, work, view, period)


def contradictions_now(
    house: House,
    work: Work,
    view: CycleView,
    period: Period,
    members: Sequence[tuple[str, str]] | None = None,
    read: Mapping[str, Sequence[Entry]] | None = None,
) -> list[Found]:
    """As :func:`contradictions_in`; ``members`` are the (agency, submission) of an edition instead of today's.

    ``read`` are their entries where the caller has read them already.
    """
    order = view.programme.order
    if period is Period.PLAN:
        return []
    told: dict[tuple[str, str], dict[Period, dict[str, Told]]] = {}
    works = {one.id for one in view.programme.works}
    for part in [*(one for one in order[: order.index(period)] if one in CHECK_INS), period]:
        given = members if part is period and members is not None else _standing(work, view, part)
        is_read = part is period and members is not None and read is not None
        entries = read if is_read else work.submissions.entries_of([submission for _, submission in given])
        assert entries is not None
        for agency, submission in given:
            for entry in entries[submission]:
                # A figure that no check-in told of has nothing to be held against.
                is_comparable = entry.row in works or part is not period or (agency, entry.row) in told
                if entry.value is not None and is_comparable:
                    place = told.setdefault((agency, entry.row), {}).setdefault(part, {})
                    place[entry.field] = Told(entry.value, submission, entry.sheet, entry.cell)
    found = contradictions(_commitments(view, told, period), period, order, view.programme.form, house.folding)
    place_of = {agency: at for at, agency in enumerate(view.reporters(period))}
    return sorted(found, key=lambda one: place_of.get(one.agency, len(place_of)))


def _standing(work: Work, view: CycleView, period: Period) -> list[tuple[str, str]]:
    return [(one.obligation.agency, one.id) for one in accepted_now(work, view, period)]


def _commitments(
    view: CycleView, told: Mapping[tuple[str, str], Mapping[Period, Mapping[str, Told]]], period: Period
) -> list[Commitment]:
    """Work and figures that are told of in this period, under the ids they have all year."""
    works = {work.id: work.title for work in view.programme.works}
    indicators = {one.id: one for one in (*view.programme.form.figures, *view.programme.indicators)}
    return [
        Commitment(agency, row, works.get(row) or indicators[row].name, by_period, indicators.get(row))
        for (agency, row), by_period in told.items()
        if period in by_period and (row in works or (row in indicators and len(by_period) > 1))
    ]
