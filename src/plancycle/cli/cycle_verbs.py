"""Verbs that run the year: ``sweep``, ``status``."""

from typing import TYPE_CHECKING, Literal

from cyclopts import App

from plancycle.cli.output import house, name_of, print_json, print_table, say, say_drift, words, year_or_now

if TYPE_CHECKING:
    from plancycle.bootstrap import Household
    from plancycle.services.sweep_stages import Action


def register(app: App) -> None:
    """Add the verbs to the command line."""
    app.command(sweep)
    app.command(status)


def sweep(
    *, as_of: str = "", year: int = 0, dry_run: bool = False, confirm: int | None = None, json: bool = False
) -> None:
    """Do what is due: data calls, reminders, editions, letters, transmittals. Running it twice does nothing twice.

    It writes what the programme's ladder says and so needs no --confirm; given one, it refuses another count.

    Example: plancycle sweep --as-of 2025-12-09T17:00 --dry-run
    """
    from dataclasses import asdict

    from plancycle.cli.sending import tell_unwritten
    from plancycle.services import collect_inbox
    from plancycle.services import sweep as sweeping
    from plancycle.services.data_calls import unwritten
    from plancycle.services.open_cycle import open_cycle
    from plancycle.services.preview_letters import compare, leave_preview, letters_of
    from plancycle.services.programme_versions import drift_of
    from plancycle.services.sending_acts import ladder_letters

    with house(as_of) as opened:
        asked = year_or_now(year, opened)
        letters = letters_of(opened, lambda dry: ladder_letters(dry, asked)) if dry_run or confirm is not None else ()
        folder = ""
        if dry_run:
            actions = sweeping.due_actions(opened, asked)
            folder = str(opened.data_dir / leave_preview(opened, "ra-soat", letters)) if letters else ""
        else:
            if confirm is not None:
                compare(len(letters), confirm)
            open_cycle(opened, asked)
            for take_in in collect_inbox.in_turn(opened, collect_inbox.waiting(opened)):
                take_in()
            actions = _swept(opened, asked, json)
        tell_unwritten(unwritten(opened, asked))
        say_drift(drift_of(opened, asked))
    if json:
        preview = {"letters": len(letters), "folder": folder} if dry_run else {}
        print_json({"actions": [asdict(action) for action in actions], **preview})
        return
    print_table(["", "", "", ""], [[one.kind, one.agency, one.period, one.key] for one in actions])
    say(words("cli.sweep_planned" if dry_run else "cli.sweep_done", count=len(actions)))
    if folder:
        say(words("cli.preview_count", count=len(letters), folder=folder))


def _swept(opened: "Household", year: int, json: bool) -> "list[Action]":
    """Sweep; when something fails, what was done before it is told first, then the failure."""
    from dataclasses import asdict

    from plancycle.services import sweep as sweeping

    done: list[Action] = []
    try:
        return sweeping.perform(opened, year, done)
    except Exception as failure:
        if json:
            print_json({"actions": [asdict(one) for one in done], "stopped_by": name_of(failure)})
        elif done:
            print_table(["", "", "", ""], [[one.kind, one.agency, one.period, one.key] for one in done])
        say(words("cli.sweep_stopped", count=len(done)))
        raise


def status(
    *, year: int = 0, period: str = "", as_of: str = "", language: Literal["vi", "en"] = "vi", json: bool = False
) -> None:
    """The matrix: who has sent what, when, and how timely; and where the approved reports stand.

    Example: plancycle status --year 2025 --period annual
    """
    from plancycle.cli.report_status import as_json, reports_of, show_reports
    from plancycle.domain.periods import period_called
    from plancycle.services.cycle_view import cycle_view
    from plancycle.services.matrix import Matrix, matrix
    from plancycle.services.programme_versions import drift_of

    with house(as_of) as opened:
        asked = year_or_now(year, opened)
        say_drift(drift_of(opened, asked))
        periods = [period_called(period)] if period else list(cycle_view(opened, asked).programme.order)
        views = [matrix(opened, asked, one) for one in periods]
        reports = reports_of(opened, asked, periods)
        english = opened.programmes.english(opened.programme_id) if language == "en" else {}
    if json:
        cells = [cell for view in views for cell in _cells(view)]
        print_json({"cells": cells, "rates": _rates(views), **as_json(reports)})
        return
    by_period: list[Matrix] = views
    names = {row.agency: english.get(row.agency_name, row.agency_name) for view in by_period for row in view.rows}
    words_of = [{row.agency: words(f"status.{row.status}", language) for row in view.rows} for view in by_period]
    rows = [[name, *[column.get(agency, "·") for column in words_of]] for agency, name in names.items()]
    print_table([words("cli.obligations.agency", language), *[view.title for view in by_period]], rows)
    show_reports(reports, language)


def _cells(view: object) -> list[dict[str, object]]:
    from plancycle.services.matrix import Matrix

    assert isinstance(view, Matrix)
    return [
        {
            "agency": row.agency,
            "period": str(view.period),
            "status": str(row.status),
            "received_at": row.sent_at,
            "corrected_at": row.corrected_at,
            "timeliness": str(row.verdict or ("late" if row.late_days else "")),
            "mail": str(row.mail),
            "opened_at": row.opened_at,
            "open_warnings": row.warnings,
            "to_review": row.to_review,
        }
        for row in view.rows
    ]


def _rates(views: object) -> dict[str, dict[str, int]]:
    from dataclasses import asdict

    from plancycle.services.matrix import Matrix

    assert isinstance(views, list)
    return {str(view.period): asdict(view.timeliness) for view in views if isinstance(view, Matrix)}
