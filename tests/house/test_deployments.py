"""``prefect.yaml``: every deployment starts something that exists, in our time zone, and is explained in the docs.

Read as data and syntax trees: no server is started and no flow is imported.
"""

import ast
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ZONE = "Asia/Ho_Chi_Minh"
DEPLOYMENTS: list[dict[str, Any]] = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]
FLOW_MODULES = [path for path in sorted((ROOT / "flows").glob("*.py")) if not path.stem.startswith("_")]


def flow_at(entrypoint: str, root: Path = ROOT) -> ast.FunctionDef | None:
    """The ``@flow`` function a module path names; None when there is none."""
    *packages, function = entrypoint.split(".")
    path = root.joinpath(*packages).with_suffix(".py")
    if not path.is_file():
        return None
    body = ast.parse(path.read_text("utf-8")).body
    return next((node for node in flows_of(body) if node.name == function), None)


def flows_of(body: list[ast.stmt]) -> list[ast.FunctionDef]:
    """The functions decorated with ``@flow`` or ``@flow(...)``."""
    return [
        node
        for node in body
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(decorator).split("(")[0] == "flow" for decorator in node.decorator_list)
    ]


def schedules(deployment: dict[str, Any]) -> list[dict[str, Any]]:
    """All schedules of a deployment, in either spelling of the file."""
    one = deployment.get("schedule")
    return [*(deployment.get("schedules") or []), *([one] if one else [])]


def untyped_parameters(function: ast.FunctionDef) -> list[str]:
    """Parameters of which the form could not be made: without a type, or of any number."""
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    loose = [argument for argument in (function.args.vararg, function.args.kwarg) if argument is not None]
    return [argument.arg for argument in arguments if argument.annotation is None] + [each.arg for each in loose]


def by_name(deployment: dict[str, Any]) -> str:
    """A test id."""
    return str(deployment["name"])


def test_there_are_deployments_and_their_names_are_unique():
    names = [deployment["name"] for deployment in DEPLOYMENTS]

    assert len(names) >= 8
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=by_name)
def test_entrypoint_is_a_module_path_to_a_flow(deployment):
    entrypoint = deployment["entrypoint"]

    assert entrypoint.startswith("flows.")
    assert ".py" not in entrypoint
    assert ":" not in entrypoint
    assert flow_at(entrypoint) is not None


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=by_name)
def test_given_parameters_are_parameters_of_the_flow(deployment):
    flow = flow_at(deployment["entrypoint"])
    known = {argument.arg for argument in (*flow.args.args, *flow.args.kwonlyargs)}
    given = [deployment, *schedules(deployment)]

    assert [set(one.get("parameters") or {}) - known for one in given] == [set()] * len(given)


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=by_name)
def test_every_parameter_is_typed(deployment):
    assert untyped_parameters(flow_at(deployment["entrypoint"])) == []


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=by_name)
def test_deployment_says_what_it_does_and_where_it_works(deployment):
    assert deployment.get("description", "").strip()
    assert deployment["work_pool"]["name"]


@pytest.mark.parametrize("deployment", [one for one in DEPLOYMENTS if schedules(one)], ids=by_name)
def test_schedule_is_a_crontab_in_our_time_zone(deployment):
    assert {schedule["timezone"] for schedule in schedules(deployment)} == {ZONE}
    assert [schedule for schedule in schedules(deployment) if len(schedule["cron"].split()) != 5] == []


def test_something_is_scheduled():
    assert [deployment["name"] for deployment in DEPLOYMENTS if schedules(deployment)] != []


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=by_name)
def test_deployment_is_documented(deployment):
    page = (ROOT / "docs/reference/flows.md").read_text("utf-8")

    assert f"`{deployment['name']}`" in page or f"/{deployment['name']}`" in page


@pytest.mark.parametrize("path", FLOW_MODULES, ids=lambda path: path.stem)
def test_every_flow_can_be_started_from_the_interface(path):
    deployed = {deployment["entrypoint"] for deployment in DEPLOYMENTS}
    flows = {f"flows.{path.stem}.{node.name}" for node in flows_of(ast.parse(path.read_text("utf-8")).body)}

    assert flows <= deployed


@pytest.mark.parametrize(
    ("entrypoint", "exists"),
    [
        ("flows.year.tell", True),
        ("flows.year.helper", False),
        ("flows.year.absent", False),
        ("flows.absent.tell", False),
    ],
)
def test_looking_up_an_entrypoint_catches_a_planted_fault(tmp_path, entrypoint, exists):
    (tmp_path / "flows").mkdir()
    source = "@flow(name='year')\ndef tell(year: int) -> None: ...\n\ndef helper() -> None: ...\n"
    (tmp_path / "flows/year.py").write_text(source, "utf-8")

    assert (flow_at(entrypoint, tmp_path) is not None) is exists
