"""``plancycle bench``: what each stage costs beside its floor on this machine, and two runs side by side."""

from pathlib import Path
from typing import TYPE_CHECKING

from cyclopts import App

from plancycle.cli.output import print_json, print_table, say, words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from plancycle.rehearsal.bench.suite import Wishes

HISTORY = "bench.jsonl"


def register(app: App) -> None:
    """Add the verb to the command line."""
    app.command(bench)


def bench(
    *,
    agencies: int = 25,
    rounds: int = 5,
    only: tuple[str, ...] = (),
    label: str = "",
    history: Path | None = None,
    compare: tuple[str, str] | None = None,
    json: bool = False,
) -> None:
    """Measure each stage beside its floor: the least work nobody can leave out, in the same run, in turn.

    --only names stages (data_calls, templates, sending, status_changes, single_changes, intake, checking,
    consolidating, rendering, portal). Every run is added to --history (bench.jsonl of the data folder) under --label,
    by itself the commit; --compare A B shows the newest runs of two labels side by side and measures nothing.

    Example: plancycle bench --agencies 25 --rounds 5
    """
    from plancycle.settings import load_settings

    data = load_settings().data
    place = history or data / HISTORY
    if compare:
        _compare(place, *compare, json=json)
        return
    from plancycle.rehearsal.bench.history import keep, label_of_checkout
    from plancycle.rehearsal.bench.suite import Wishes

    run = {"label": label or label_of_checkout(), **_measured(data, Wishes(agencies, rounds, only))}
    keep(place, run)
    if json:
        print_json(run)
    else:
        _show(run, place)


def _measured(data: Path, wishes: "Wishes") -> "dict[str, Any]":
    """One run, in a folder of its own on the disk of the data folder. Raises DataProblem for a stage there is not."""
    from datetime import UTC, datetime
    from tempfile import TemporaryDirectory

    from plancycle.cli.bench_portal import portal_stage
    from plancycle.domain.errors import DataProblem
    from plancycle.rehearsal.bench.suite import STAGES, run

    if unknown := tuple(set(wishes.only) - set(STAGES)):
        raise DataProblem("bench.no_stage", names=unknown, stages=STAGES)
    data.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="bench-", dir=data) as folder:

        def told(name: str) -> None:
            say(words("bench.stage", stage=words(f"bench.{name}")))

        return {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            **run(Path(folder), wishes, portal_stage, told),
        }


def _show(run: "Mapping[str, Any]", place: Path) -> None:
    heads = ("stage", "floor", "ours", "min", "median", "max", "goal")
    print_table([words(f"bench.column.{name}") for name in heads], [_row(*one) for one in run["stages"].items()])
    for name, one in run["stages"].items():
        for peer, times in one["by_ours"].items():
            line = words("bench.peer", stage=words(f"bench.{name}"), peer=peer, times=_decimal(times["median"]))
            goal = one["peer_goals"].get(peer)
            print(line if goal is None else f"{line} ≥ {_decimal(goal['least'])} {_met(goal['met'])}")
    disk = run["disk"]
    pace = {"before": _decimal(disk["durable_writes_before"]), "after": _decimal(disk["durable_writes_after"])}
    print(words("bench.disk", **pace))
    say(words("bench.kept", label=run["label"], file=place))


def _row(name: str, one: "Mapping[str, Any]") -> list[str]:
    kind = "wall_ms" if one["by_floor"] == one["wall_by_floor"] else "cpu_ms"
    took = [_decimal(one[kind][side]["median"]) for side in ("floor", "ours")]
    goal = "" if one["goal"] is None else f"≤ {_decimal(one['goal'])}"
    if one["met"] is not None:
        goal += " " + _met(one["met"])
    return [
        words(f"bench.{name}"),
        *took,
        *[_decimal(one["by_floor"][part]) for part in ("min", "median", "max")],
        goal,
    ]


def _met(is_met: bool) -> str:
    return words("bench.met" if is_met else "bench.not_met")


def _compare(place: Path, before: str, after: str, *, json: bool) -> None:
    from plancycle.rehearsal.bench.history import newest, side_by_side

    rows = side_by_side(newest(place, before), newest(place, after))
    if json:
        print_json(rows)
        return
    heads = [words(f"bench.column.{name}") for name in ("stage", "before", "after", "change")]
    body = [
        [words(f"bench.{one['stage']}"), *[_decimal(one[name]) for name in ("before", "after", "change")]]
        for one in rows
    ]
    print_table(heads, body)


def _decimal(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")
