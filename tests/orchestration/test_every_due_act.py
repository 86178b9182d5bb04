"""The sweep's flow leaves nothing out that the rows call due."""

import re
from pathlib import Path

from plancycle.services.sweep import REMINDING

ROOT = Path(__file__).resolve().parents[2]
IN_ONE_GO = {"deliver", *REMINDING.values()}
"""Reminders are asked for whenever the flow runs, letters are sent at its end, whatever is due."""


def test_the_flow_does_every_kind_of_act_that_the_sweep_lists():
    services = "".join(
        (ROOT / f"src/plancycle/services/{name}.py").read_text("utf-8") for name in ("sweep", "sweep_stages")
    )
    story = (ROOT / "flows/_story.py").read_text("utf-8")
    listed = set(re.findall(r'Action\("(\w+)"', services)) - IN_ONE_GO
    done = {name for name in listed if f'"{name}"' in story}

    assert len(listed) > 10
    assert done == listed
