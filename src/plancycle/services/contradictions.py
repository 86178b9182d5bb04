"""A period's contradictions: each commitment's reports of the year side by side."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from plancycle.domain.contradictions import Commitment, Found, Told, compared_fields, contradictions
from plancycle.domain.periods import CHECK_INS, Period
from plancycle.domain.submissions import Entry
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.ports import House
from plancycle.services.repositories import Work
from plancycle.services.standing_answers import accepted_now

_Row = tuple[str, str]
"""Agency and row code."""
_Cells = dict[str, Told]
"""What is told in a row, by field."""


def contradictions_in(house: House, year: int, period: Period) -> list[Found]:
    """Every contradiction in the answers that count now: by agency in roster order, by row in the order of its form.

    Raises NotFound for a period the programme does not have.
    """
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
    works = {one.id for one in view.programme.works}
    before: dict[_Row, dict[Period, _Cells]] = {}
    for part in (one for one in order[: order.index(period)] if one in CHECK_INS):
        if fields := compared_fields(part, period, order):
            earlier = _standing(work, view, part)
            entries = work.submissions.entries_of([submission for _, submission in earlier], fields)
            for row, cells in _told(earlier, entries):
                before.setdefault(row, {})[part] = cells
    given = _standing(work, view, period) if members is None else members
    if read is None or members is None:
        asked = compared_fields(period, period, order)
        read = work.submissions.entries_of([submission for _, submission in given], asked)
    # A figure that no check-in told of has nothing to be held against.
    now = ((row, cells) for row, cells in _told(given, read) if row[1] in works or row in before)
    commitments = _commitments(view, before, now, period)
    found = contradictions(commitments, period, order, view.programme.form, house.folding)
    place_of = {agency: at for at, agency in enumerate(view.reporters(period))}
    return sorted(found, key=lambda one: place_of.get(one.agency, len(place_of)))


def _told(given: Sequence[tuple[str, str]], entries: Mapping[str, Sequence[Entry]]) -> Iterator[tuple[_Row, _Cells]]:
    """What was answered, row by row in the order of the form."""
    for agency, submission in given:
        by_row: dict[str, _Cells] = {}
        for entry in entries[submission]:
            if entry.value is not None:
                told = Told(entry.value, submission, entry.sheet, entry.cell)
                by_row.setdefault(entry.row, {})[entry.field] = told
        yield from (((agency, row), cells) for row, cells in by_row.items())


def _standing(work: Work, view: CycleView, period: Period) -> list[tuple[str, str]]:
    return [(one.obligation.agency, one.id) for one in accepted_now(work, view, period)]


def _commitments(
    view: CycleView,
    before: Mapping[_Row, Mapping[Period, _Cells]],
    now: Iterable[tuple[_Row, _Cells]],
    period: Period,
) -> list[Commitment]:
    """Work and figures that are told of in this period, under the ids they have all year."""
    titles = {work.id: work.title for work in view.programme.works}
    indicators = {one.id: one for one in (*view.programme.form.figures, *view.programme.indicators)}
    return [
        Commitment(
            agency,
            row,
            titles.get(row) or indicators[row].name,
            {**before.get((agency, row), {}), period: cells},
            indicators.get(row),
        )
        for (agency, row), cells in now
        if row in titles or row in indicators
    ]
