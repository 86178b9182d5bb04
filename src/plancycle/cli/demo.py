"""``plancycle demo``: a whole simulated year in a folder of its own, watched while it runs.

Talk goes to stderr, ``--json`` to stdout. Prefect, when it takes part, is a server of the demo's own: its home is in
the folder, it listens on this machine only, and it stops with the demo.
"""

import os
import shlex
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from plancycle.cli.output import print_json, say, words

if TYPE_CHECKING:
    from plancycle.adapters.prefect_server import PrefectServer
    from plancycle.rehearsal.runners import Runner
    from plancycle.rehearsal.summary import Summary
    from plancycle.rehearsal.year import Moment, Plot

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells count it."""

QUIET = {
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    "PREFECT_API_TLS_INSECURE_SKIP_VERIFY": "true",
    "SSL_CERT_FILE": "",
    "SSL_CERT_DIR": os.devnull,
    "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "false",
}
"""What goes wrong in a flow run is kept with the run; the screen belongs to the story. The server is reached
without TLS on this machine, so no certificates need be loaded for every run: Prefect asks for the system's own even
where it verifies none, a twentieth of a second each time. The file's name is empty and not the null device, which
OpenSSL refuses as a file without any certificate. Nor does each run ask for a token that this server does not give."""

FOR_DEPLOYMENTS = ("SCHEDULER", "LATE_RUNS", "TRIGGERS", "FOREMAN", "PAUSE_EXPIRATIONS", "CANCELLATION_CLEANUP")
ONLY_WHAT_IS_USED = {
    **{f"PREFECT_SERVER_SERVICES_{name}_ENABLED": "false" for name in FOR_DEPLOYMENTS},
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
}
"""For the demo's server alone: it has no deployment, schedule, worker or automation, and ends with the demo. Runs,
task runs, pages and events are recorded as ever; ``plancycle up`` on the same folder starts it with everything."""


def run_demo(*, year: int, agencies: int, seed: int, out: Path, fast: bool, json: bool) -> int:
    """Play the year and show what came of it; returns the exit code.

    Raises ActionNeeded for a folder that is not an earlier demo's, OutsideFailure when Prefect does not start.
    """
    started = time.monotonic()
    say(words("demo.first_line", year=str(year), out=str(out)))
    from plancycle.rehearsal.behaviours import SHORT_CAST
    from plancycle.rehearsal.year import Plot

    plot = Plot(out, year, agencies or (len(SHORT_CAST) if fast else 0), seed)
    try:
        with _stopped_as_by_hand():
            summary = _play(plot, fast)
    except KeyboardInterrupt:
        say("\n" + words("demo.interrupted", out=shlex.quote(str(out)), year=str(year)))
        return INTERRUPTED
    seconds = time.monotonic() - started
    if json:
        print_json(summary.as_json(out, seconds))
    else:
        _show(summary, out, seconds)
    return 0


@contextmanager
def _stopped_as_by_hand() -> Iterator[None]:
    """SIGTERM (a service manager's, or ``timeout``'s) ends the demo as Ctrl-C does: its server and clerks end, too."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _play(plot: "Plot", fast: bool) -> "Summary":
    from plancycle.rehearsal.year import rehearse

    if fast:
        with _watch() as watch:
            return rehearse(plot, on_tick=watch)
    from plancycle.rehearsal import stage

    stage.clear(plot.out.resolve())
    with _prefect(plot.out) as server:

        def runner() -> "Runner":
            return _flows(server)

        with _watch() as watch:
            return rehearse(plot, runner, watch, is_cleared=True)


@contextmanager
def _prefect(out: Path) -> "Iterator[PrefectServer]":
    """A server in the folder; while it lives, this process's environment is the server's."""
    from plancycle.adapters.prefect_server import PrefectServer

    log = out / "logs" / "prefect.log"
    before = dict(os.environ)
    with PrefectServer(out / "prefect", log, besides=ONLY_WHAT_IS_USED) as server:
        say(words("demo.prefect_starting", log=str(log)))
        for name in [name for name in os.environ if name.startswith("PREFECT_")]:
            del os.environ[name]
        os.environ.update({**server.env, **QUIET})
        try:
            yield server
        finally:
            os.environ.clear()
            os.environ.update(before)


def _flows(server: "PrefectServer") -> "Runner":
    """The runner of the real flows. Prefect is imported here, after its environment stands."""
    from plancycle.rehearsal.runners import FlowRunner

    if str(server.root) not in sys.path:
        sys.path.insert(0, str(server.root))
    runner = FlowRunner()
    server.wait_healthy()
    say(words("demo.prefect_ready", url=server.ui_url))
    return runner


class Watch(Protocol):
    """Is told after every tick."""

    def __call__(self, moment: "Moment") -> None:
        """Show where the year stands."""


@contextmanager
def _watch() -> Iterator[Watch]:
    """A progress bar on a terminal, plain lines elsewhere; both tell each month's end."""
    if not sys.stderr.isatty():
        yield lambda moment: _tell(moment, say)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("", total=None)

        def show(moment: "Moment") -> None:
            description = f"{moment.tick.at:%d/%m/%Y %H:%M}"
            progress.update(bar, total=moment.total, completed=moment.number, description=description)
            _tell(moment, progress.console.print)

        yield show


def _tell(moment: "Moment", tell: Callable[[str], None]) -> None:
    if not moment.is_last_of_month:
        return
    line = moment.count()
    tell(
        words(
            "demo.month",
            month=str(moment.tick.at.month),
            period=words(f"period.{line.id}"),
            due=str(line.due),
            submitted=str(line.submitted),
            late=str(line.late),
            returned=str(line.returned),
        )
    )


def _show(summary: "Summary", out: Path, seconds: float) -> None:
    """The summary as people read it, with what to open and what to try next."""
    from plancycle.cli.output import print_table
    from plancycle.rehearsal.summary import finals

    columns = ("due", "submitted", "late", "returned", "missing")
    print_table(
        [words(f"demo.column.{column}") for column in ("period", *columns)],
        [[words(f"period.{one.id}"), *[getattr(one, column) for column in columns]] for one in summary.periods],
    )
    if summary.communes < summary.all_communes:
        print(words("demo.sample", shown=str(summary.communes), total=str(summary.all_communes)))
    print(f"\n{words('demo.editions')}")
    heads = [words(f"demo.column.{column}") for column in ("edition", "frozen_at")]
    print_table([*heads, "SHA-256"], [[one.id, one.frozen_at, one.sha256] for one in finals(summary)])
    print(f"\n{words('demo.transmittals')}")
    rows = [
        [
            one.name,
            words(f"period.{one.key.split('/')[1]}"),
            words(f"transmittal_part.{one.part}"),
            words(f"transmittal_status.{one.state}"),
            one.channel,
            " → ".join(one.answers),
        ]
        for one in summary.transmittals
    ]
    heads = [
        words(f"demo.column.{column}") for column in ("addressee", "period", "part", "state", "channel", "answers")
    ]
    print_table(heads, rows)
    print(f"\n{words('demo.open')}")
    opened = ("page", "reports", "returned", "receipts", "mail")
    places = [out / ("index.html" if name == "page" else name) for name in opened]
    print_table(["", ""], [[place, words(f"demo.open_{name}")] for name, place in zip(opened, places, strict=True)])
    print(f"\n{words('demo.next')}")
    for command in _next_commands(summary, out):
        print(f"  {command}")
    print(f"\n{words('demo.done', seconds=f'{seconds:.0f}', head=summary.audit_head[:16])}")


def _next_commands(summary: "Summary", out: Path) -> list[str]:
    # Spelt so that it can be pasted: most people run the demo from a checkout whose .venv is not on their PATH.
    program = "plancycle" if shutil.which("plancycle") else shlex.quote(sys.argv[0])
    data = f"PLANCYCLE_DATA={shlex.quote(str(out))}"
    figure = f"{summary.periods[-1].id}/inspections.value"
    cycle = summary.editions[-1].id.split("/")[0] if summary.editions else ""
    return [
        f"{data} {program} status --year {summary.year} --as-of {summary.year}-12-31",
        f"{data} {program} trace {cycle}/{figure}",
        f"{data} {program} audit verify",
        f"{program} up --data {shlex.quote(str(out))}",
    ]
