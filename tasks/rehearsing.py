"""A whole year on a virtual clock, in a process and a data folder of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from prefect import task

from plancycle.domain.errors import OutsideFailure
from plancycle.domain.what_if import what_if
from plancycle.services.difference_words import difference_words
from plancycle.services.rehearse_year import rehearse
from tasks._artifacts import page, sheet
from tasks._house import house_at
from tasks._pages import rehearsal_page
from tasks._planned import planned_page
from tasks._policy import LOCAL

SECONDS = 300


@task(task_run_name="diễn tập năm {year}", **LOCAL)
def rehearse_year(year: int) -> dict[str, Any]:
    """Run ``plancycle demo --fast`` into ``DATA/rehearsals/<year>``, leave its summary; real data is not touched."""
    with house_at("") as house:
        summary = _rehearse(year, house.data_dir / "rehearsals" / str(year))
        page(house, "rehearsal", rehearsal_page(house, summary), year)
    return {"out": summary["out"], "seconds": summary["seconds"]}


@task(task_run_name="giả định năm {year}", **LOCAL)
def suppose(year: int, moves: str, merges: str, bounces: int, outages: str, as_of: str) -> dict[str, int]:
    """Play the year with something supposed, leave it and the differences; nothing is stored or sent."""
    wanted = what_if(_parts(moves), _parts(merges), bounces, _parts(outages))
    with house_at(as_of) as house:
        played = rehearse(house, year, wanted)
        found = sorted(played.differences, key=lambda one: not one.is_missed)
        columns = [f"supposed_{name}" for name in ("what", "period", "about", "before", "after", "missed")]
        sheet(house, "what-if", columns, [difference_words(house.texts.say, one, played.names) for one in found], year)
        said = {"moves": moves, "merges": merges, "bounces": bounces, "outages": outages}
        page(house, "planned-year", planned_page(house, played, said), year, when=year)
    return {"differences": len(found), "missed": sum(one.is_missed for one in found)}


def _parts(text: str) -> list[str]:
    return [one.strip() for one in text.split(";") if one.strip()]


def _rehearse(year: int, out: Path) -> dict[str, Any]:
    """Run the command in a process of its own. Raises OutsideFailure with the end of what it said."""
    command = [sys.executable, "-m", "plancycle", "demo", "--fast", "--json", "--year", str(year), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    if done.returncode:
        raise OutsideFailure("prefect.rehearsal_failed", code=done.returncode, lines=done.stderr[-800:])
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary
