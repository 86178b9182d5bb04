"""``plancycle rehearse``: a programme's year in advance, each date and letter, and what a supposition changes."""

from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from cyclopts import App

from plancycle.cli.output import due_shown, print_json, print_table, say, shown, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plancycle.bootstrap import Household
    from plancycle.domain.planned_year import PlannedYear
    from plancycle.services.planned_lines import PeriodLine
    from plancycle.services.rehearse_year import RehearsedYear

NEEDS_ACTION = 4


def register(app: App) -> None:
    """Add the verb to the command line."""
    app.command(rehearse)


def rehearse(
    programme: Path,
    *,
    year: int = 0,
    move: tuple[str, ...] = (),
    merge: tuple[str, ...] = (),
    bounce: int = 0,
    down: tuple[str, ...] = (),
    letters: bool = False,
    save_letters: Path | None = None,
    agency: str = "",
    json: bool = False,
) -> int:
    """Play a programme folder's year on a virtual clock before it is opened; nothing is stored, nothing leaves.

    --move annual=-5d, --merge so-a,so-b->so-c@01/07/2026, --bounce 3 and --down 2026-12-08/3d suppose something; the
    answer is what changes and what is missed (then exit code 4). --letters lists every letter, --save-letters writes
    one agency's letters as files to open.

    Example: plancycle rehearse programmes/thai-nguyen-nq94 --year 2026 --down 2026-12-08/3d
    """
    from plancycle.domain.what_if import what_if
    from plancycle.services.rehearse_year import rehearse as play

    wanted = what_if(move, merge, bounce, down)
    with _empty_house(programme) as opened:
        asked = year or opened.clock.now().year
        found = play(opened, asked, wanted)
        saved = _save(opened, asked, agency, save_letters) if save_letters else 0
    if json:
        print_json(_entry(opened.programme_id, asked, found, letters))
    else:
        _print(found, letters, agency)
        if bounce:
            _both("rehearse.second_address")
        if save_letters:
            _both("rehearse.saved", count=saved, folder=save_letters)
    return NEEDS_ACTION if any(one.is_missed for one in found.differences) else 0


@contextmanager
def _empty_house(folder: Path) -> "Iterator[Household]":
    """A house of nothing but that programme folder, in a place that is gone afterwards."""
    from plancycle.adapters.programme_files.folders import MAIN, check
    from plancycle.adapters.programme_files.yaml_lines import read_yaml
    from plancycle.bootstrap import forget, open_house
    from plancycle.domain.errors import NotFound, ProgrammeProblem
    from plancycle.settings import Settings

    if not (folder / MAIN).is_file():
        raise NotFound("rehearse.no_folder", folder=str(folder))
    if places := check(folder):
        raise ProgrammeProblem(places)
    tree = read_yaml(folder / MAIN).tree
    programme_id = str(tree["id"]) if isinstance(tree, dict) else ""
    with TemporaryDirectory(prefix="plancycle-") as place:
        settings = Settings(data=Path(place), programmes=folder.resolve().parent, programme=programme_id)
        with open_house(settings.model_copy(update={"database_url": "", "mail_url": "folder:"})) as opened:
            yield opened
        forget(Path(place))


def _save(opened: "Household", year: int, agency: str, folder: Path) -> int:
    """One agency's letters of the year as the real services write them, if it never answered."""
    from plancycle.rehearsal.letters import letters_of_a_year

    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for name, data in letters_of_a_year(opened, year, agency):
        (folder / name).write_bytes(data)
        written += 1
    return written


def _both(key: str, **facts: object) -> None:
    for language in ("vi", "en"):
        say(words(key, language, **facts))


def _entry(programme: str, year: int, found: "RehearsedYear", with_letters: bool) -> dict[str, object]:
    from dataclasses import asdict

    entry: dict[str, object] = {
        "programme": programme,
        "year": year,
        "planned": _year(found.planned),
        "supposed": _year(found.supposed),
        "differences": [asdict(one) for one in found.differences],
        "missed": sum(one.is_missed for one in found.differences),
    }
    if with_letters:
        entry["letters"] = [asdict(one) for one in found.supposed.letters]
    return entry


def _year(year: "PlannedYear") -> dict[str, object]:
    from dataclasses import asdict

    return {
        "letters": Counter(str(one.kind) for one in year.letters),
        "answers": Counter(str(one.fate) for one in year.answers),
        "periods": [
            {
                "period": period,
                "opens": one.opens_at,
                "soft_due": one.soft_due_at,
                "due": one.due_at,
                "freeze": one.freeze_at,
            }
            for period, one in year.dates.items()
        ],
        "editions": [asdict(one) for one in year.editions],
    }


def _print(found: "RehearsedYear", with_letters: bool, agency: str) -> None:
    """The year as it would be, then what differs from the plan."""
    from plancycle.services.planned_lines import period_lines

    year, names = found.supposed, found.names
    heads = ("period", "opens", "soft_due", "due", "calls", "reminders", "on_time", "late", "missing", "frozen")
    print_table([words(f"rehearse.column.{name}") for name in heads], [_row(one) for one in period_lines(year)])
    if with_letters:
        print()
        columns = [words(f"rehearse.column.{name}") for name in ("at", "period", "agency", "kind", "rung")]
        rows = [
            [
                *(one.at, words(f"period.{one.period}"), names.get(one.agency, one.agency)),
                *(words(f"message_kind.{one.kind}"), one.rung),
            ]
            for one in year.letters
            if agency in ("", one.agency)
        ]
        print_table(columns, rows)
    _both("rehearse.supposed_habits")
    if found.supposed is not found.planned:
        print()
        _print_differences(found)


def _row(one: "PeriodLine") -> list[object]:
    frozen = shown(one.frozen_at) if one.frozen_at else ""
    return [
        *(words(f"period.{one.period}"), one.dates.opens_at, one.dates.soft_due_at, due_shown(one.dates.due_at)),
        *(one.calls, one.reminders, one.on_time, one.late, one.missing, frozen),
    ]


def _print_differences(found: "RehearsedYear") -> None:
    from plancycle.services.difference_words import difference_words

    if not found.differences:
        _both("rehearse.nothing_changes")
        return
    heads = ("what", "period", "about", "before", "after", "missed")
    rows = [difference_words(words, one, found.names) for one in found.differences]
    worse = sum(one.is_missed for one in found.differences)
    print(words("rehearse.came_to", count=len(rows), worse=worse))
    print_table([words(f"rehearse.column.{name}") for name in heads], rows)
