"""``plancycle burden``: what agencies are asked; ``plancycle feed``: one calendar of an agency's due dates."""

from pathlib import Path
from typing import TYPE_CHECKING

from cyclopts import App

from plancycle.cli.output import house, print_json, print_table, say, words, year_or_now

if TYPE_CHECKING:
    from plancycle.services.burdens import BurdenLine


def register(app: App) -> None:
    """Add the verbs to the command line."""
    app.command(burden)
    feed = App(name="feed", help="One calendar (iCalendar) of an agency's due dates in all programmes.")
    feed.command(write_file, name="file")
    feed.command(link)
    feed.command(revoke)
    app.command(feed)


def burden(*, year: int = 0, agency: str = "", as_of: str = "", json: bool = False) -> None:
    """What each agency is asked in a year across programmes: cells, tasks, letters, figures asked twice, minutes spent.

    Minutes run from the first opening to the first submission after it, breaks included, where both are on record.

    Example: plancycle burden --year 2025 --agency so-y-te
    """
    from plancycle.services.burdens import burdens

    with house(as_of) as opened:
        found = burdens(opened, year_or_now(year, opened), agency)
    if json:
        print_json([entry(one) for one in found])
        return
    heads = ("agency", "periods", "cells", "required", "works", "letters", "minutes", "repeats")
    print_table([words(f"burden.column.{name}") for name in heads], [_row(one) for one in found])
    for one in found if agency else ():
        _print_one(one)


def entry(line: "BurdenLine") -> dict[str, object]:
    """A body's burden for programs."""
    from dataclasses import asdict

    one = line.burden
    askings = [
        {
            **{name: getattr(asking, name) for name in ("programme", "period", "title", "due_at", "cells", "required")},
            **{name: getattr(asking, name) for name in ("works", "letters", "opened_at", "submitted_at", "minutes")},
            "figures": [asdict(figure) for figure in asking.figures],
        }
        for asking in one.askings
    ]
    totals = {"cells": one.cells, "works": one.works, "letters": one.letters, "median_minutes": one.median_minutes}
    return {
        "agency": one.body,
        "name": line.name,
        **totals,
        "askings": askings,
        "repeats": [asdict(r) for r in one.repeats],
    }


def _row(line: "BurdenLine") -> list[object]:
    one = line.burden
    required = sum(asking.required for asking in one.askings)
    minutes = "–" if one.median_minutes is None else one.median_minutes
    return [line.name, len(one.askings), one.cells, required, one.works, one.letters, minutes, len(one.repeats)]


def _print_one(line: "BurdenLine") -> None:
    print()
    heads = ("period", "cells", "required", "works", "letters", "minutes")
    rows = [
        [one.title, one.cells, one.required, one.works, one.letters, "–" if one.minutes is None else one.minutes]
        for one in line.burden.askings
    ]
    print_table([words(f"burden.column.{name}") for name in heads], rows)
    for repeat in line.burden.repeats:
        print(words("burden.repeat", name=repeat.name, unit=repeat.unit, places=repeat.places))
        for place, value in repeat.answered:
            print("  " + words("burden.answered", place=place, value=value))


def write_file(agency: str, *, out: Path, year: int = 0, as_of: str = "", json: bool = False) -> None:
    """Write an agency's calendar into a file that any calendar program opens.

    Example: plancycle feed file so-y-te --out so-y-te.ics
    """
    from plancycle.adapters.icalendar_file import calendar_file
    from plancycle.services.calendar_feeds import feed

    with house(as_of) as opened:
        found = feed(opened, agency, (year,) if year else ())
    out.write_bytes(calendar_file(found))
    if json:
        print_json({"agency": agency, "path": str(out), "events": len(found.events)})
    else:
        _both("feed.written", count=len(found.events), path=out)


def link(agency: str, *, by: str, as_of: str = "", json: bool = False) -> None:
    """Print the private address of an agency's calendar, for handing it over; whoever has it sees the dates.

    Example: plancycle feed link so-y-te --by "Nguyễn Thị Lập"
    """
    from plancycle.services.calendar_feeds import issue

    with house(as_of) as opened:
        address = issue(opened, agency, by)
    if json:
        print_json({"agency": agency, "address": address})
    else:
        print(address)


def revoke(agency: str, *, by: str, as_of: str = "", json: bool = False) -> None:
    """Take an agency's calendar address back; the next one is another.

    Example: plancycle feed revoke so-y-te --by "Nguyễn Thị Lập"
    """
    from plancycle.services import calendar_feeds

    with house(as_of) as opened:
        calendar_feeds.revoke(opened, agency, by)
    if json:
        print_json({"agency": agency, "revoked": True})
    else:
        _both("feed.revoked", agency=agency)


def _both(key: str, **facts: object) -> None:
    for language in ("vi", "en"):
        say(words(key, language, **facts))
