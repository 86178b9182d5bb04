"""Verbs about figures: ``trace``, ``figures``, ``reconcile``, ``contradictions``."""

from typing import TYPE_CHECKING, Literal

from cyclopts import App

from plancycle.cli.output import figure, house, print_json, print_table, say, words, year_or_now

if TYPE_CHECKING:
    from plancycle.services.edition_standing import Reconciliation
    from plancycle.services.trace_figure import CellTrace

NEEDS_ACTION = 4
By = Literal["agency", "agency_now", "agency_kind", "assignment", "group", "whole"]


def register(app: App) -> None:
    """Add the verbs to the command line."""
    for verb in (trace, figures, reconcile, contradictions):
        app.command(verb)


def trace(figure: str, /, *, cell: str = "", sheet: str = "", json: bool = False) -> None:
    """Lead a figure back to its cells; with --cell, a submission's cell (``tn-nq94-2025/annual/so-y-te/v1 --cell D7
    --sheet "Số liệu"``) forward to the figures it went into.

    Example: plancycle trace tn-nq94-2025/annual/inspections.value
    """
    from dataclasses import asdict

    from plancycle.services.trace_figure import trace as lead_back
    from plancycle.services.trace_figure import trace_cell

    with house() as opened:
        if cell:
            _tell_cells(trace_cell(opened, figure, cell, sheet), json)
            return
        found = lead_back(opened, figure)
    if json:
        sources = [asdict(source) for source in found.sources]
        print_json({"figure": found.figure, "value": found.value, "rule": found.rule, "sources": sources})
        return
    rows = [
        [s.agency, s.submission, s.sheet, s.cell, s.raw, s.value, words(f"figure.origin.{s.origin}")]
        for s in found.sources
    ]
    print_table(_heads("agency", "submission", "sheet", "cell", "raw", "value", "origin"), rows)
    say(f"{found.figure} = {found.value} ({words(f'document.aggregation.{found.rule}')})")


def _tell_cells(found: "list[CellTrace]", json: bool) -> None:
    from dataclasses import asdict

    if json:
        print_json({"cells": [asdict(one) for one in found]})
        return
    for one in found:
        say(f"{one.submission} · {one.sheet} · {one.cell}: {one.raw}")
        rows = [[fed.figure, fed.label, fed.value, fed.edition] for fed in one.figures]
        print_table(_heads("figure", "label", "value", "edition"), rows)


def figures(edition: str, /, *, by: By = "agency", json: bool = False) -> None:
    """The figures of an edition part by part: by agency, agency kind, assignment, work group, or whole.

    agency_now shows them under the bodies that stand today for those that reported then.

    Example: plancycle figures tn-nq94-2025/annual/e3 --by agency_kind
    """
    from plancycle.services.figures_by import Cut, figures_by

    with house() as opened:
        found = figures_by(opened, edition, Cut(by))
    if json:
        told = [
            {
                "key": one.key,
                "figure": one.figure,
                "value": str(one.value),
                "unit": one.unit,
                "contributors": one.contributors,
            }
            for one in found
        ]
        print_json({"edition": edition, "by": by, "figures": told})
        return
    rows = [[one.key, one.figure, one.label, figure(one.value), one.unit, one.contributors] for one in found]
    print_table(_heads("part", "figure", "label", "value", "unit", "contributors"), rows)


def reconcile(edition: str, other: str = "", /, *, as_of: str = "", json: bool = False) -> int:
    """What lies between two editions, or between one and what would be frozen now (exit code 4: it is stale).

    Example: plancycle reconcile tn-nq94-2025/annual/e3
    """
    from dataclasses import asdict

    from plancycle.services.edition_standing import between, standing_of

    with house(as_of) as opened:
        found = between(opened, edition, other) if other else standing_of(opened, edition)
    if json:
        told = [{**asdict(one), "before": _text(one.before), "after": _text(one.after)} for one in found.figures]
        print_json({**asdict(found), "figures": told, "is_stale": found.is_stale})
    else:
        _tell_difference(found)
    return NEEDS_ACTION if found.is_stale and not other else 0


def _tell_difference(found: "Reconciliation") -> None:
    changed = [[one.agency, words(f"edition.shift.{one.shift}"), one.before, one.after] for one in found.members]
    print_table(_heads("agency", "shift", "before", "after"), changed)
    values = [[one.id, one.label, *map(figure, (one.before, one.after, one.delta))] for one in found.figures]
    print_table(_heads("figure", "label", "before", "after", "delta"), values)
    if found.estimates:
        estimates = [[one.agency, one.label, figure(one.estimated), figure(one.final)] for one in found.estimates]
        print_table(_heads("agency", "label", "estimate", "final"), estimates)
    if found.reopened:
        say(words("edition.reopened", agencies=", ".join(found.reopened)))
    if found.narrative:
        say(words("edition.narrative_edited", passages=", ".join(found.narrative)))
    if not found.is_stale:
        say(words("edition.current", edition=found.since))


def contradictions(*, period: str, year: int = 0, as_of: str = "", json: bool = False) -> None:
    """Where a year's reports about one commitment do not go together, with both cells.

    Example: plancycle contradictions --year 2026 --period annual
    """
    from dataclasses import asdict

    from plancycle.domain.periods import period_called
    from plancycle.services.contradictions import contradictions_in

    with house(as_of) as opened:
        found = contradictions_in(opened, year_or_now(year, opened), period_called(period))
    if json:
        print_json({"contradictions": [asdict(one) for one in found]})
        return
    rows = [[one.agency, one.id, words(f"contradiction.{one.kind}"), one.before, one.now] for one in found]
    print_table(_heads("agency", "assignment", "contradiction", "before", "after"), rows)


def _heads(*names: str) -> list[str]:
    return [words(f"figure.head.{name}") for name in names]


def _text(value: object) -> str:
    return "" if value is None else str(value)
