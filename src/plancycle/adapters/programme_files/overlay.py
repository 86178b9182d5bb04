"""``working-days.yaml``: what was announced against the general calendar. It changes without the plan changing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from plancycle.adapters.programme_files.problems import validated
from plancycle.adapters.programme_files.schema_cycle import WorkingDaysFile
from plancycle.adapters.programme_files.value_types import Strict
from plancycle.adapters.programme_files.yaml_lines import YamlFile, read_yaml
from plancycle.domain.errors import Place, ProgrammeProblem
from plancycle.domain.working_days import AnnouncedDay


@dataclass(frozen=True, slots=True)
class Overlay:
    """Announced days, and the years of which nothing more will be announced (None: nobody said)."""

    announced: tuple[AnnouncedDay, ...] = ()
    confirmed: tuple[int, ...] | None = None


def overlay_of(model: Strict | None) -> Overlay:
    """The overlay of a checked file; an empty one when there is no such file."""
    if not isinstance(model, WorkingDaysFile):
        return Overlay()
    days = [
        AnnouncedDay(day, is_worked, entry.source, entry.announced)
        for entry in model.announced_days
        for is_worked, these in ((False, entry.days_off), (True, entry.worked_days))
        for day in these
    ]
    return Overlay(tuple(sorted(days, key=lambda one: one.day)), model.confirmed_years)


def read_overlay(path: Path) -> Overlay:
    """Read and check the file; an empty overlay when there is none. Raises ProgrammeProblem with every error."""
    if not path.exists():
        return Overlay()
    file = read_yaml(path)
    model, problems = validated(file, WorkingDaysFile)
    places = [*file.places, *problems, *(overlay_places(file, model) if isinstance(model, WorkingDaysFile) else ())]
    if places:
        raise ProgrammeProblem(places)
    return overlay_of(model)


def overlay_places(file: YamlFile, model: WorkingDaysFile) -> Iterator[Place]:
    """A day announced twice, and an announcement that changes no day."""
    seen: set[date] = set()
    for index, entry in enumerate(model.announced_days):
        if not entry.days_off and not entry.worked_days:
            yield file.place(("announced_days", index), "programme.announces_nothing")
        for name, days in (("days_off", entry.days_off), ("worked_days", entry.worked_days)):
            for position, day in enumerate(days):
                if day in seen:
                    yield file.place(
                        ("announced_days", index, name, position), "programme.day_announced_twice", value=day
                    )
                seen.add(day)
