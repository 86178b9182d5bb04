"""Runs that were measured, one JSON line each, and two of them side by side."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from plancycle import __version__
from plancycle.domain.errors import NotFound
from plancycle.settings import CHECKOUT

Run = Mapping[str, Any]
"""As it is written: ``label``, ``at``, ``disk``, ``stages``."""


def label_of_checkout() -> str:
    """The commit that is being measured; the release's number where there is no repository."""
    try:
        asked = ["git", "-C", str(CHECKOUT), "rev-parse", "--short=12", "HEAD"]
        found = subprocess.run(asked, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return __version__
    return found.stdout.strip()


def keep(place: Path, run: Run) -> None:
    """Add a run to the history."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("a", encoding="utf-8") as file:
        file.write(json.dumps(run, ensure_ascii=False) + "\n")


def newest(place: Path, label: str) -> Run:
    """The last run of a label, or of the one that begins so. Raises NotFound with the labels there are."""
    lines = place.read_text(encoding="utf-8").splitlines() if place.exists() else []
    runs: list[Run] = [json.loads(line) for line in lines]
    known = [run for run in runs if str(run["label"]).startswith(label)]
    if not known:
        labels = tuple(dict.fromkeys(str(run["label"]) for run in runs))
        raise NotFound("bench.no_run", label=label, file=str(place), labels=labels)
    return known[-1]


def side_by_side(before: Run, after: Run) -> list[dict[str, Any]]:
    """Each stage both runs have: its median ratio to its floor then and now, and now by then."""
    found = []
    for name, one in after["stages"].items():
        if name in before["stages"]:
            then, now = before["stages"][name]["by_floor"]["median"], one["by_floor"]["median"]
            found.append({"stage": name, "before": then, "after": now, "change": round(now / then, 3)})
    return found
