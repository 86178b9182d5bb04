"""Verbs that start things: ``demo``, ``up``, ``watch``, ``db upgrade``."""

from pathlib import Path

from cyclopts import App

from plancycle.cli.output import say, words


def register(app: App) -> None:
    """Add the verbs to the command line."""
    ledger = App(name="db", help="The ledger's tables.")
    ledger.command(upgrade)
    app.command(demo)
    app.command(up)
    app.command(watch)
    app.command(ledger)


def demo(
    *,
    year: int = 2025,
    agencies: int = 0,
    seed: int = 2026,
    out: Path = Path("plancycle-demo"),
    fast: bool = False,
    json: bool = False,
) -> int:
    """Run a whole simulated year of the shipped programme and leave everything to open in a folder.

    All agencies of the programme take part unless ``--agencies`` says how many. ``--fast`` leaves Prefect out, through
    the same services, and by itself plays a short cast of five with the most eventful year.

    Example: plancycle demo --out plancycle-demo
    """
    from plancycle.cli.demo import run_demo

    return run_demo(year=year, agencies=agencies, seed=seed, out=out, fast=fast, json=json)


def up(*, data: Path | None = None, port: int = 8600, prefect_port: int = 4200) -> int:
    """Start the portal, the watch, the Prefect server with its UI and a worker; stop all of them with Ctrl-C.

    Refused where others reach this installation (PLANCYCLE_BASE_URL) and its settings are not safe for that.
    Without ``--data`` it is the folder of ``PLANCYCLE_DATA``.

    Example: plancycle up --data plancycle-data
    """
    from plancycle.cli.up import run_up
    from plancycle.settings import load_settings

    return run_up(data=data or load_settings().data, port=port, prefect_port=prefect_port)


def watch(*, every: float = 20, once: bool = False) -> int:
    """Send waiting letters and take in dropped files and mailed answers, every so many seconds, until Ctrl-C.

    Prefect is not needed for it. ``plancycle up`` runs one; several side by side are safe. --once looks and ends.

    Example: plancycle watch --every 20
    """
    from plancycle.cli.watch import run_watch

    return run_watch(every, once)


def upgrade() -> None:
    """Bring the ledger's tables to the newest version.

    Example: plancycle db upgrade
    """
    from plancycle.bootstrap import database
    from plancycle.settings import load_settings

    settings = load_settings()
    settings.data.mkdir(parents=True, exist_ok=True)
    database(settings.ledger_url)
    say(words("cli.db_ready"))
