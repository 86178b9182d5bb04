"""``plancycle programme new``: flags, or questions for what no flag says, then a folder that passes the check."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from plancycle.cli.output import print_json, say, words
from plancycle.domain.errors import DataProblem

if TYPE_CHECKING:
    from plancycle.adapters.programme_files.starting import Started, Wishes


def run_new(folder: Path, wishes: "Wishes", *, ask: bool, json: bool) -> None:
    """Complete the wishes, write the folder and say what to do next. Raises as :func:`.starting.start`."""
    from plancycle.adapters.programme_files.starting import start

    if ask:
        wishes = _asked(wishes)
    _check_complete(wishes)
    started = start(folder, wishes)
    if json:
        print_json(_entry(folder, started))
    else:
        _tell(folder, started)


def is_terminal() -> bool:
    """Whether somebody can answer questions."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _check_complete(wishes: "Wishes") -> None:
    missing = [flag for flag, value in (("--id", wishes.id), ("--title", wishes.title)) if not value]
    if not wishes.province and not wishes.ministry:
        missing.append("--province | --ministry")
    if missing:
        raise DataProblem("programme_new.missing", flags=tuple(missing))


def _asked(wishes: "Wishes") -> "Wishes":
    """Ask for what is missing, one question a line; an empty answer takes what stands in brackets."""
    from dataclasses import replace

    from plancycle.domain.blueprints import initials, slug

    if not wishes.province and not wishes.ministry:
        wishes = _whose(wishes)
    if not wishes.title:
        wishes = replace(wishes, title=_question("title", needed=True))
    if not wishes.id:
        seat = slug(wishes.province or wishes.ministry)
        suggested = f"{seat}-{initials(wishes.title).lower()[:8]}"
        wishes = replace(wishes, id=_question("id", suggested))
    if not wishes.consolidator:
        from plancycle.adapters.programme_files.starting import MINISTRY_DESK, PROVINCE_DESK

        wishes = replace(wishes, consolidator=_question("desk", PROVINCE_DESK if wishes.province else MINISTRY_DESK))
    if wishes.roster is None and (path := _question("roster")):
        wishes = replace(wishes, roster=Path(path))
    if wishes.works is None and (path := _question("works")):
        wishes = replace(wishes, works=Path(path))
    if wishes.province and wishes.roster is not None and wishes.with_communes is None:
        wishes = replace(wishes, with_communes=_question("communes", "k").strip().lower().startswith(("c", "y")))
    return wishes


def _whose(wishes: "Wishes") -> "Wishes":
    """A province that does not exist is asked for again, with near names."""
    from dataclasses import replace

    from plancycle.adapters.communes import province_named

    while True:
        answer = _question("whose", needed=True)
        if answer.lower().startswith(("bộ ", "bo ", "ngân hàng", "thanh tra chính phủ")):
            return replace(wishes, ministry=answer)
        try:
            return replace(wishes, province=province_named(answer).name)
        except DataProblem as problem:
            say(words(problem.key, "vi", **problem.params))


def _question(name: str, suggested: str = "", needed: bool = False) -> str:
    prompt = words(f"programme_new.ask.{name}") + (f" [{suggested}]" if suggested else "") + ": "
    while True:
        sys.stderr.write(prompt)
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            raise DataProblem("programme_new.no_answer")
        answer = line.strip() or suggested
        if answer or not needed:
            return answer


def _entry(folder: Path, started: "Started") -> dict[str, object]:
    made = started.blueprint
    return {
        "folder": str(folder),
        "id": made.id,
        "files": sorted(one.name for one in folder.iterdir()),
        "seat": made.seat,
        "consolidator": made.consolidator.name,
        "reporters": len(made.reporters()),
        "invited": len(made.invited()),
        "works": len(made.works),
        "contacts": sum(bool(one.contact.get("email")) for one in made.bodies),
        "unused_columns": list(started.unused),
        "due_texts_kept": started.undated,
    }


def _tell(folder: Path, started: "Started") -> None:
    made = started.blueprint
    facts = {
        "id": made.id,
        "folder": folder,
        "reporters": len(made.reporters()),
        "invited": len(made.invited()),
        "works": len(made.works),
        "desk": made.consolidator.name,
        "columns": started.unused,
        "count": started.undated,
        "year": str(made.start_year),
    }
    keys = ["programme_new.done"]
    keys += ["programme_new.unused"] if started.unused else []
    keys += ["programme_new.undated"] if started.undated else []
    for key in (*keys, "programme_new.next"):
        for language in ("vi", "en"):
            say(words(key, language, **facts))
