"""The desk's buttons fit the forms of the deployments they open."""

import inspect
from pathlib import Path

import pytest
import yaml

from flows._forms import PERIODS
from plancycle.domain.periods import Period
from plancycle.portal.desk_runs import OF_A_PERIOD, PERIOD_WORDS, STEPS, WITHOUT_DRY_RUN, parameters_of

DEPLOYMENTS = yaml.safe_load((Path(__file__).parents[2] / "prefect.yaml").read_text("utf-8"))["deployments"]


def test_periods_are_called_alike():
    assert {period: words for words, period in PERIODS.items()} == dict(PERIOD_WORDS)


@pytest.mark.parametrize("step", STEPS)
def test_each_button_has_its_deployment_and_fills_in_what_it_asks(step):
    [entrypoint] = [one["entrypoint"] for one in DEPLOYMENTS if one["name"] == step]
    module, _, name = entrypoint.rpartition(".")
    asked = inspect.signature(getattr(__import__(module, fromlist=[name]), name).fn).parameters
    needed = {one for one, it in asked.items() if it.default is inspect.Parameter.empty}
    given = parameters_of(step, 2025, Period.Q1)

    assert needed <= set(given) <= set(asked)
    assert (step in OF_A_PERIOD) == ("period" in needed)
    assert ("dry_run" in asked) == (step not in WITHOUT_DRY_RUN)
