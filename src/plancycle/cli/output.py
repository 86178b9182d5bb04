"""What every verb shares: opening the house, printing data, explaining refusals."""

import json as json_format
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from plancycle.domain.errors import DataProblem, NotFound, PlancycleError, ProgrammeProblem, SeveralProblems

if TYPE_CHECKING:
    from plancycle.bootstrap import Household
    from plancycle.services.programme_versions import Drift

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
OFFICE_OPENS = time(8, 0)


def moment(text: str) -> datetime | None:
    """Read ``--as-of``: empty is now (None), a date means 08:00 of that day, no zone means Vietnam time.

    Both as programs write it (``2025-12-09T17:00``) and as this system prints it (``09/12/2025 17:00``).
    Raises DataProblem.
    """
    if not text:
        return None
    day, _, clock = text.strip().partition(" ")
    try:
        if "/" in day:
            hour = time.fromisoformat(clock) if clock else OFFICE_OPENS
            return datetime.combine(datetime.strptime(day, "%d/%m/%Y"), hour, ZONE)
        if len(text) == len("2025-12-09"):
            return datetime.combine(date.fromisoformat(text), OFFICE_OPENS, ZONE)
        at = datetime.fromisoformat(text)
    except ValueError as broken:
        raise DataProblem("cli.as_of_wrong", text=text) from broken
    return at if at.tzinfo else at.replace(tzinfo=ZONE)


@contextmanager
def house(as_of: str = "", programme: str = "") -> Iterator["Household"]:
    """The house for one verb, as the environment describes it."""
    from plancycle.bootstrap import open_house
    from plancycle.settings import load_settings

    settings = load_settings()
    if programme:
        settings = settings.model_copy(update={"programme": programme})
    with open_house(settings, moment(as_of)) as opened:
        yield opened


def year_or_now(year: int, opened: "Household") -> int:
    """The asked year, else the year of the house's clock."""
    return year or opened.clock.now().year


def check_files(*files: Path | None) -> None:
    """Every path that was given leads to a file. Raises NotFound with all that do not, before a verb begins."""
    missing = [str(file) for file in files if file is not None and not file.is_file()]
    if missing:
        raise NotFound("not_found.file_path", path=", ".join(missing))


def print_json(value: object) -> None:
    """One JSON document on stdout."""
    sys.stdout.write(json_format.dumps(value, ensure_ascii=False, indent=2, default=_plain) + "\n")


def print_table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A plain table on stdout, columns as wide as their widest cell; one without rows says so in talk."""
    cells = [[shown(value) for value in row] for row in [headings, *rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(headings))]
    for row in cells:
        line = "  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True))
        sys.stdout.write(line.rstrip() + "\n")
    if not rows:
        say(words("cli.no_rows"))


def shown(value: object) -> str:
    """A value as people read it: dd/MM/yyyy HH:mm for times, nothing for None."""
    if isinstance(value, datetime):
        return value.astimezone(ZONE).strftime("%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return "" if value is None else str(value)


def figure(value: object) -> str:
    """A figure as people read it, ``1.234,5``, from its exact decimal or that one's text; any other text as it is."""
    from decimal import Decimal, InvalidOperation

    from plancycle.adapters.vietnamese import number

    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        return shown(value)
    return number(exact) if exact.is_finite() else shown(value)


def due_shown(due: datetime | None) -> str:
    """A due instant as people read it: midnight ends the day before (``24 giờ 09/12/2025``), it begins no new one."""
    local = due.astimezone(ZONE) if due else None
    if local is None or local.time() != time(0):
        return shown(local)
    return words("cli.until_midnight", day=shown(local.date() - timedelta(days=1)))


def say(text: str) -> None:
    """A line of talk, on stderr."""
    sys.stderr.write(text + "\n")


def words(key: str, language: str = "vi", **params: object) -> str:
    """The words of a message key."""
    from plancycle.adapters.texts import Catalogue

    return Catalogue().say(key, language, **params)


def say_drift(found: "Drift | None") -> None:
    """Whether the programme's folder says something else than the cycle follows, in both languages, on stderr."""
    if found is None:
        return
    key = "cli.version_differs" if found.folder else "cli.folder_broken"
    for language in ("vi", "en"):
        say(words(key, language, cycle=found.cycle, adopted=found.adopted[:12]))


def explain(refusal: PlancycleError) -> None:
    """A refusal in Vietnamese, then in English, on stderr; a broken programme with every place."""
    for language in ("vi", "en"):
        say(words(refusal.key, language, **refusal.params))
        for problem in refusal.problems if isinstance(refusal, SeveralProblems) else ():
            say(f"- {words(problem.key, language, **problem.params)}")
    if isinstance(refusal, ProgrammeProblem):
        for place in refusal.places:
            where = f"{place.file}:{place.line}:{place.column}"
            say(f"{where}: {words(place.key, 'vi', **place.params)}")
            say(f"{where}: {words(place.key, 'en', **place.params)}")


def name_of(failure: Exception) -> str:
    """What stopped a verb, for programs: the key of a refusal, else the kind of fault."""
    return failure.key if isinstance(failure, PlancycleError) else type(failure).__name__


def _plain(value: Any) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return str(value)
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    return str(value)
