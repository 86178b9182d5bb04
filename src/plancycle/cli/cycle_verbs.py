"""Verbs that run the year: ``sweep``, ``status``."""

from cyclopts import App

from plancycle.cli.output import house, print_json, print_table, say, words, year_or_now


def register(app: App) -> None:
    """Add the verbs to the command line."""
    app.command(sweep)
    app.command(status)


def sweep(*, as_of: str = "", year: int = 0, dry_run: bool = False, json: bool = False) -> None:
    """Do what is due: data calls, reminders, editions, letters, transmittals. Running it twice does nothing twice.

    Example: plancycle sweep --as-of 2025-12-09T17:00 --dry-run
    """
    from dataclasses import asdict

    from plancycle.services import collect_inbox
    from plancycle.services import sweep as sweeping
    from plancycle.services.open_cycle import open_cycle

    with house(as_of) as opened:
        asked = year_or_now(year, opened)
        if dry_run:
            actions = sweeping.due_actions(opened, asked)
        else:
            open_cycle(opened, asked)
            for name in collect_inbox.waiting(opened):
                collect_inbox.take_in(opened, name)
            actions = sweeping.perform(opened, asked)
    if json:
        print_json({"actions": [asdict(action) for action in actions]})
        return
    print_table(["", "", "", ""], [[one.kind, one.agency, one.period, one.key] for one in actions])
    say(words("cli.sweep_planned" if dry_run else "cli.sweep_done", count=len(actions)))


def status(*, year: int = 0, period: str = "", as_of: str = "", json: bool = False) -> None:
    """The matrix: who has sent what, when, and how timely.

    Example: plancycle status --year 2025 --period annual
    """
    from plancycle.domain.periods import Period
    from plancycle.services.matrix import Matrix, matrix

    with house(as_of) as opened:
        asked = year_or_now(year, opened)
        periods = [Period(period)] if period else list(opened.programmes.load(opened.programme_id).order)
        views = [matrix(opened, asked, one) for one in periods]
    if json:
        print_json({"cells": [cell for view in views for cell in _cells(view)], "rates": _rates(views)})
        return
    by_period: list[Matrix] = views
    names = {row.agency: row.agency_name for row in by_period[0].rows}
    words_of = [{row.agency: words(f"status.{row.status}") for row in view.rows} for view in by_period]
    rows = [[name, *[column[agency] for column in words_of]] for agency, name in names.items()]
    print_table(["Cơ quan", *[view.title for view in by_period]], rows)


def _cells(view: object) -> list[dict[str, object]]:
    from plancycle.services.matrix import Matrix

    assert isinstance(view, Matrix)
    return [
        {
            "agency": row.agency,
            "period": str(view.period),
            "status": str(row.status),
            "received_at": row.sent_at,
            "timeliness": "late" if row.late_days else ("on_time" if row.sent_at else ""),
        }
        for row in view.rows
    ]


def _rates(views: object) -> dict[str, dict[str, int]]:
    from dataclasses import asdict

    from plancycle.services.matrix import Matrix

    assert isinstance(views, list)
    return {str(view.period): asdict(view.timeliness) for view in views if isinstance(view, Matrix)}
