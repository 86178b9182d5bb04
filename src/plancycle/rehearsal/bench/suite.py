"""All stages in one run, with the disk's pace before and after."""

from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from plancycle.rehearsal.bench import asking, changing, editing, reading
from plancycle.rehearsal.bench.measuring import Stage, durable_writes, measure
from plancycle.rehearsal.bench.world import World, a_world

MakeStage = Callable[[World], Stage]
STAGES = (
    *("data_calls", "templates", "sending", "status_changes", "single_changes"),
    *("intake", "checking", "consolidating", "rendering", "portal"),
)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What to measure: how many agencies, how often, which stages (none named: all)."""

    agencies: int
    rounds: int
    only: Collection[str] = ()


def run(folder: Path, wishes: Wishes, portal: MakeStage, told: Callable[[str], None]) -> dict[str, object]:
    """Measure into an empty folder on the disk in question; ``told`` hears of each stage that begins."""
    before = durable_writes(folder)
    with ExitStack() as open_until_then:
        world = open_until_then.enter_context(a_world(folder / "bench", wishes.agencies))
        stages = {}
        for name, make in _makers(portal, open_until_then, wishes):
            told(name)
            stages[name] = measure(make(world), wishes.rounds)
    disk = {"durable_writes_before": before, "durable_writes_after": durable_writes(folder)}
    return {"agencies": len(world.agencies), "rounds": wishes.rounds, "disk": disk, "stages": stages}


def _makers(portal: MakeStage, stack: ExitStack, wishes: Wishes) -> Iterator[tuple[str, MakeStage]]:
    known: dict[str, MakeStage] = {
        "data_calls": asking.calls,
        "templates": asking.templates,
        "sending": lambda world: asking.sending(world, stack.enter_context(asking.sink())),
        "status_changes": changing.changes,
        "single_changes": changing.single_changes,
        "intake": reading.intake,
        "checking": reading.checking,
        "consolidating": lambda world: editing.consolidating(len(world.agencies)),
        "rendering": editing.rendering,
        "portal": portal,
    }
    return ((name, known[name]) for name in STAGES if not wishes.only or name in wishes.only)
