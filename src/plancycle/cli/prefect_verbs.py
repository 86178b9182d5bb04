"""Verbs about the Prefect server: ``prefect install``."""

import os

from cyclopts import App

from plancycle.cli.output import print_json, say, words


def register(app: App) -> None:
    """Add the verbs to the command line."""
    prefect = App(name="prefect", help="The Prefect server that runs the steps.")
    prefect.command(install)
    app.command(prefect)


def install(*, api_url: str = "", json: bool = False) -> None:
    """Register work pool, deployments with their forms and schedules, and automations on a Prefect server.

    For a server of its own (PLANCYCLE_PREFECT_API_URL, or ``--api-url``); ``plancycle up`` does the same for the one it
    starts. A server that has just been started is waited for, two minutes at most. Again is safe: what is there is
    brought to what the files say.

    Example: plancycle prefect install --api-url http://127.0.0.1:4200/api
    """
    from plancycle.adapters import prefect_server
    from plancycle.cli.up import deploy_all
    from plancycle.domain.errors import ActionNeeded
    from plancycle.settings import load_settings

    settings = load_settings()
    address = (api_url or settings.prefect_api_url).rstrip("/")
    if not address:
        raise ActionNeeded("runs.no_server")
    root = prefect_server.project_root()
    prefect_server.wait_for_server(address)
    prefect_server.register_pool(address)
    deploy_all(root, prefect_server.prefect_environment(settings.data.resolve() / "prefect", address, root, os.environ))
    automations = prefect_server.register_automations(address, root)
    count = prefect_server.count_deployments(address)
    if json:
        print_json({"api_url": address, "deployments": count, "automations": automations})
    else:
        say(words("prefect.installed", url=address, deployments=count, automations=automations))
