"""Verbs about the programme itself: ``programme check``, ``programme show``, ``calendar``, ``obligations``."""

from pathlib import Path
from typing import Any

from cyclopts import App

from plancycle.cli.output import house, print_json, print_table, say, words, year_or_now

BAD_DATA = 3


def register(app: App) -> None:
    """Add the verbs to the command line."""
    programme = App(name="programme", help="Check and show programme folders.")
    programme.command(check)
    programme.command(show)
    app.command(programme)
    app.command(calendar)
    app.command(obligations)


def check(path: Path, *, json: bool = False) -> int:
    """Check a programme folder: every error with file:line:column, what is wrong and how to mend it.

    Example: plancycle programme check programmes/thai-nguyen-nq94
    """
    from plancycle.adapters.programme_files.folders import check as check_folder

    errors = [
        {
            "file": place.file,
            "line": place.line,
            "column": place.column,
            "message_vi": words(place.key, "vi", **place.params),
            "message_en": words(place.key, "en", **place.params),
        }
        for place in check_folder(path)
    ]
    if json:
        print_json({"ok": not errors, "errors": errors})
        return BAD_DATA if errors else 0
    for error in errors:
        where = f"{error['file']}:{error['line']}:{error['column']}"
        say(f"{where}: {error['message_vi']}\n{where}: {error['message_en']}")
    if not errors:
        say(f"{words('cli.programme_ok', 'vi')} / {words('cli.programme_ok', 'en')}")
    return BAD_DATA if errors else 0


def show(*, programme: str = "", json: bool = False) -> None:
    """Show what a programme holds.

    Example: plancycle programme show --json
    """
    with house(programme=programme) as opened:
        found = opened.programmes.load(opened.programme_id)
    counts = {
        "id": found.id,
        "title": found.title,
        "version": found.version,
        "legal_refs": len(found.legal_refs),
        "groups": len(found.groups),
        "group_items": sum(1 for group in found.groups for _ in group.all_items()),
        "works": len(found.works),
        "indicators": len(found.indicators),
        "deadlines": len(found.deadlines),
        "recipients": len(found.recipients),
        "reporters": len(found.reporters),
        "invited": len(found.invitations.bodies),
    }
    if json:
        print_json(counts)
    else:
        print_table(["", ""], list(counts.items()))


def calendar(*, programme: str = "", year: int = 0, json: bool = False) -> None:
    """Every date of a year, and why it is that day.

    Example: plancycle calendar --year 2028
    """
    from plancycle.services.cycle_view import cycle_view

    with house(programme=programme) as opened:
        view = cycle_view(opened, year_or_now(year, opened))
        entries = [entry for period in view.programme.order for entry in _dates(view.dates(period), view.title(period))]
    if json:
        print_json(entries)
        return
    print_table(["Kỳ", "", "", ""], [[e["title"], e["what"], e["at"], e["why_vi"]] for e in entries])


def _dates(dates: Any, title: str) -> list[dict[str, object]]:
    wording = str(dates.rule.wording)
    named = {"basis": dates.rule.basis, "last_day": dates.last_day, "cutoff": dates.cutoff}
    instants = {
        "opens": dates.opens_at,
        "cutoff": dates.cutoff,
        f"due_{wording}": dates.due_at,
        "freeze": dates.freeze_at,
    }
    return [
        {
            "period": str(dates.period),
            "title": title,
            "what": what.partition("_")[0],
            "at": at,
            "soft_at": dates.soft_due_at if what.startswith("due") else None,
            "why_vi": words(f"calendar.why.{what}", "vi", **named),
            "why_en": words(f"calendar.why.{what}", "en", **named),
        }
        for what, at in instants.items()
    ]


def obligations(*, programme: str = "", year: int = 0, as_of: str = "", json: bool = False) -> None:
    """Who owes what, and where it stands.

    Example: plancycle obligations --year 2025 --as-of 2025-12-09
    """
    from plancycle.domain.assignments import works_of
    from plancycle.services.cycle_view import cycle_view
    from plancycle.services.matrix import matrix

    with house(as_of, programme) as opened:
        asked = year_or_now(year, opened)
        view = cycle_view(opened, asked)
        entries: list[dict[str, Any]] = [
            {
                "agency": row.agency,
                "name": row.agency_name,
                "period": str(period),
                "due": view.dates(period).due_at,
                "status": str(row.status),
                "assignments": [work.id for work in works_of(view.programme, row.agency)],
            }
            for period in view.programme.order
            for row in matrix(opened, asked, period).rows
        ]
    if json:
        print_json(entries)
        return
    rows = [[e["name"], e["period"], e["due"], words(f"status.{e['status']}"), len(e["assignments"])] for e in entries]
    print_table(["Cơ quan", "Kỳ", "Hạn", "Tình trạng", "Nhiệm vụ"], rows)
