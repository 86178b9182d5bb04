"""Verbs about programme folders: ``programme check``, ``show``, ``schema``, ``new``, ``amend``."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from plancycle.cli.output import house, print_json, print_table, say, words

if TYPE_CHECKING:
    from datetime import date

    from plancycle.domain.errors import Place
    from plancycle.services.amend_cycle import Preview

BAD_DATA = 3
BOTH = ("vi", "en")


def register(app: App) -> None:
    """Add the verbs to the command line."""
    programme = App(name="programme", help="Check, show, start and amend programmes.")
    for verb in (check, show, schema, new, amend):
        programme.command(verb)
    app.command(programme)


def check(path: Path, *, year: int = 0, json: bool = False) -> int:
    """Check a programme folder: every error with file:line:column, what is wrong and how to mend it.

    Warnings name the work that rests on documents whose time is over in that year (default: this year).

    Example: plancycle programme check programmes/thai-nguyen-nq94 --year 2026
    """
    from plancycle.adapters.clock import SystemClock
    from plancycle.adapters.programme_files.folders import inspect_folder
    from plancycle.cli.output import ZONE

    asked = year or SystemClock(ZONE).now().year
    found = inspect_folder(path, asked)
    errors, warnings = _told(found.errors), _told(found.warnings)
    if json:
        print_json({"ok": not errors, "errors": errors, "warnings": warnings})
        return BAD_DATA if errors else 0
    for one in (*errors, *warnings):
        where = f"{one['file']}:{one['line']}:{one['column']}"
        say(f"{where}: {one['message_vi']}\n{where}: {one['message_en']}")
    if warnings:
        _say_both("cli.warnings", count=len(warnings), year=asked)
    if not errors:
        _say_both("cli.programme_ok")
    return BAD_DATA if errors else 0


def _told(places: "Iterable[Place]") -> list[dict[str, object]]:
    return [
        {
            "file": place.file,
            "line": place.line,
            "column": place.column,
            "message_vi": words(place.key, "vi", **place.params),
            "message_en": words(place.key, "en", **place.params),
        }
        for place in places
    ]


def _say_both(key: str, **params: object) -> None:
    say(" / ".join(words(key, language, **params) for language in BOTH))


def show(
    *, programme: str = "", year: int = 0, as_of: str = "", language: Literal["vi", "en"] = "vi", json: bool = False
) -> None:
    """Show what a programme holds, in the version in force: bodies, work, periods, what must be amended.

    --language en shows it in English, as far as the folder's english.yaml goes.

    Example: plancycle programme show --year 2026
    """
    from plancycle.cli.output import year_or_now
    from plancycle.cli.programme_summary import Speaker, counts, lines
    from plancycle.services.cycle_view import cycle_view

    with house(as_of, programme) as opened:
        asked = year_or_now(year, opened)
        view = cycle_view(opened, asked)
        speaker = Speaker(language, opened.programmes.english(opened.programme_id))
    if json:
        print_json(counts(view))
        return
    for line in lines(view, speaker):
        print(line)


def schema(name: str = "", *, out: Path | None = None) -> None:
    """Print the JSON Schema of a programme file (of all of them without a name), or write them into a folder.

    Example: plancycle programme schema legal.yaml
    """
    from plancycle.adapters.programme_files.json_schema import json_schemas, write_schemas
    from plancycle.domain.errors import DataProblem

    if out is not None:
        _say_both("cli.schemas_written", count=write_schemas(out), folder=out)
        return
    schemas = json_schemas()
    if name and name not in schemas:
        raise DataProblem("programme.no_such_schema", name=name, choices=", ".join(schemas))
    print_json(schemas[name] if name else schemas)


def new(
    folder: Path,
    *,
    programme_id: Annotated[str, Parameter(name="--id")] = "",
    title: str = "",
    province: str = "",
    ministry: str = "",
    consolidator: str = "",
    roster: Path | None = None,
    works: Path | None = None,
    communes: bool | None = None,
    start_year: int = 0,
    json: bool = False,
) -> None:
    """Start a programme of one of the 34 provinces or of a ministry: commented files that pass the check.

    --roster and --works take the .xlsx lists you already have; columns are found by their Vietnamese headings. What is
    left out is asked for on a terminal. Nothing is ever overwritten.

    Example: plancycle programme new programmes/cao-bang-pctt --id cb-pctt --title "Kế hoạch" --province "Cao Bằng"
    """
    from plancycle.adapters.clock import SystemClock
    from plancycle.adapters.programme_files.starting import Wishes
    from plancycle.cli.new_programme import is_terminal, run_new
    from plancycle.cli.output import ZONE

    year = start_year or SystemClock(ZONE).now().year
    wishes = Wishes(programme_id, title, province, ministry, consolidator, roster, works, communes, year)
    run_new(folder, wishes, ask=is_terminal() and not json, json=json)


def amend(
    *,
    cycle: str,
    effective: str,
    decision: str = "",
    reason: str = "",
    by: str = "",
    yes: bool = False,
    as_of: str = "",
    json: bool = False,
) -> None:
    """Adopt the changed programme folder for a running cycle from a day on. Without --yes it only shows what changes.

    Example: plancycle programme amend --cycle tn-nq94-2026 --effective 15/04/2026 --decision "12/QĐ-UBND" --reason "…"
    """
    from dataclasses import asdict

    from plancycle.services.amend_cycle import amend_cycle, preview

    programme, year, day = _cycle_and_day(cycle, effective)
    with house(as_of, programme) as opened:
        seen = preview(opened, year, day)
        adopted = amend_cycle(opened, year, day, decision, reason, by or "plancycle") if yes else None
    if json:
        print_json({"preview": asdict(seen), "adopted": asdict(adopted) if adopted else None})
        return
    _print_preview(seen)
    if adopted:
        _say_both("cli.amended", cycle=cycle, version=adopted.version[:12], effective=day, decision=adopted.decision)
    else:
        _say_both("cli.amend_preview", effective=day)


def _cycle_and_day(cycle: str, effective: str) -> "tuple[str, int, date]":
    from plancycle.adapters.programme_files.value_types import read_date
    from plancycle.domain.errors import DataProblem

    programme, _, year = cycle.rpartition("-")
    if not programme or not (year.isascii() and year.isdigit()):
        raise DataProblem("amendment.bad_cycle", cycle=cycle)
    try:
        day = read_date(effective)
    except ValueError:
        day = None
    if day is None:
        raise DataProblem("amendment.bad_date", text=effective)
    return programme, int(year), day


def _print_preview(seen: "Preview") -> None:
    def head(*names: str) -> list[str]:
        return [words(f"version.column.{name}") for name in names]

    rows = [[words(f"version.change.{c.kind}"), c.part, c.key, c.label, ", ".join(c.fields)] for c in seen.changes]
    print_table(head("kind", "part", "key", "label", "fields"), rows)
    if seen.dates:
        print()
        moved = [[d.period, words(f"version.what.{d.what}"), d.before, d.after] for d in seen.dates]
        print_table(head("period", "what", "before", "after"), moved)
