"""An edition's figures cut by agency, agency kind, assignment, work group, or whole: the same rules over fewer rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from plancycle.domain.consolidation import Edition, FigureRow, Origin
from plancycle.domain.errors import NotFound
from plancycle.domain.figure_rules import FigureRule, RuleBook, all_rules
from plancycle.domain.forms import Aggregation
from plancycle.domain.narrative import group_of
from plancycle.domain.numbers import from_scaled
from plancycle.domain.periods import ObligationKey
from plancycle.domain.submissions import Entry
from plancycle.services.agency_totals import shown_under
from plancycle.services.carried import is_carried
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.ports import House

SEPARATOR = "\n"
"""Between a cut's key and a figure's name; neither can have a line break."""


class Cut(StrEnum):
    """By what figures are told apart."""

    AGENCY = "agency"
    AGENCY_NOW = "agency_now"
    """By those that stand today for the bodies that reported then."""
    AGENCY_KIND = "agency_kind"
    ASSIGNMENT = "assignment"
    GROUP = "group"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class CutFigure:
    """One figure of one part. ``key`` is an agency's, an assignment's or a group's id, or a kind; empty: the whole."""

    key: str
    figure: str
    label: str
    unit: str
    value: Decimal
    precision: int
    contributors: int


def figures_by(house: House, edition_id: str, cut: Cut) -> list[CutFigure]:
    """An edition's figures part by part in the order they come; what stands in for missing agencies is in no part.

    Parts are made of the members' answers, and of the check-ins that bodies which ended had sent.
    By assignment and group only what is asked of work is told; a figure without a total has parts, never a whole.
    Raises NotFound.
    """
    with house.work() as work:
        edition = work.editions.get(edition_id)
        if edition is None:
            raise NotFound("not_found.edition", edition=edition_id)
        view = cycle_view(house, int(edition.cycle.rpartition("-")[2]), work)
        members = [member.submission for member in edition.members]
        entries = work.submissions.entries_of([*members, *edition.coverage.carried])
    rules = [one for one in all_rules(view.programme, edition.period) if _is_told(one, cut)]
    rows = _rows(view, edition, entries, rules, cut)
    names = {row.figure: rule for row, rule in rows}
    totals = house.frames.add_up([row for row, _ in rows], {name: _folded(rule) for name, rule in names.items()})
    return [_figure(name, rule, *totals[name]) for name, rule in names.items() if name in totals]


def _is_told(rule: FigureRule, cut: Cut) -> bool:
    if cut in (Cut.ASSIGNMENT, Cut.GROUP):
        return rule.row is None
    return cut is Cut.AGENCY or rule.aggregation is not Aggregation.NONE


def _sources(edition: Edition) -> Iterator[tuple[str, str, Origin]]:
    """Whose answers, which version, and whether it is a member's or an ended body's."""
    for member in edition.members:
        yield member.agency, member.submission, Origin.REPORTED
    for earlier in edition.coverage.carried:
        yield ObligationKey.parse(earlier.rpartition("/")[0]).agency, earlier, Origin.EARLIER


def _folded(rule: FigureRule) -> Aggregation:
    """An agency's own value of a figure that has no total stands as it is."""
    return Aggregation.LAST if rule.aggregation is Aggregation.NONE else rule.aggregation


def _rows(
    view: CycleView, edition: Edition, entries: Mapping[str, Sequence[Entry]], rules: Sequence[FigureRule], cut: Cut
) -> list[tuple[FigureRow, FigureRule]]:
    whole, counted = RuleBook(rules), RuleBook([rule for rule in rules if is_carried(rule)])
    of_suffix = {rule.suffix: rule for rule in rules}
    found = []
    for agency, submission, origin in _sources(edition):
        book = whole if origin is Origin.REPORTED else counted
        for key, told in _parts(view, cut, agency, entries[submission]).items():
            for row in book.rows(agency, told, origin):
                found.append((row._replace(figure=f"{key}{SEPARATOR}{row.figure}"), of_suffix[row.figure]))
    return found


def _parts(view: CycleView, cut: Cut, agency: str, entries: Sequence[Entry]) -> dict[str, list[tuple[str, str, str]]]:
    """One agency's answers by the key of the part they belong to."""
    key_of = _KEYS[cut]
    parts: dict[str, list[tuple[str, str, str]]] = {}
    for entry in entries:
        if entry.value is not None:
            parts.setdefault(key_of(view, agency, entry.row), []).append((entry.row, entry.field, entry.value))
    return parts


_KEYS: Mapping[Cut, Callable[[CycleView, str, str], str]] = {
    Cut.AGENCY: lambda _view, agency, _row: agency,
    Cut.AGENCY_NOW: lambda view, agency, _row: shown_under(view, agency),
    Cut.AGENCY_KIND: lambda view, agency, _row: str(view.programme.agency(agency).kind),
    Cut.ASSIGNMENT: lambda _view, _agency, row: row,
    Cut.GROUP: lambda view, _agency, row: group_of(view.programme, row),
    Cut.WHOLE: lambda _view, _agency, _row: "",
}


def _figure(name: str, rule: FigureRule, scaled: int, contributors: int) -> CutFigure:
    key = name.partition(SEPARATOR)[0]
    value = from_scaled(scaled, rule.precision)
    return CutFigure(key, rule.suffix, rule.label, rule.unit, value, rule.precision, contributors)
