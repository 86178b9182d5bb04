"""What holds for every task, flow, form and setting, without a server."""

import importlib
import json
import os
import pkgutil
import tempfile
import unicodedata
from pathlib import Path

os.environ.setdefault("PREFECT_HOME", os.path.join(tempfile.gettempdir(), f"plancycle-prefect-{os.getpid()}"))

import prefect.settings
import pytest
import yaml
from prefect.flows import Flow
from prefect.tasks import Task
from prefect.utilities.callables import parameter_schema

import flows
import tasks
from plancycle.adapters.prefect_server import shipped_settings
from plancycle.domain.errors import DataProblem
from tasks._house import moment
from tasks._markup import mask, safe
from tasks._policy import POLICIES

ROOT = Path(__file__).parents[2]
DEPLOYMENTS = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]


def found(package, kind):
    """Every flow or task of a package by its dotted name."""
    modules = [
        importlib.import_module(f"{package.__name__}.{one.name}") for one in pkgutil.iter_modules(package.__path__)
    ]
    return {
        f"{module.__name__}.{name}": value
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, kind) and value.fn.__module__ == module.__name__
    }


def has_vietnamese_letter(text):
    """Whether a letter carries a mark that English has not."""
    return any(unicodedata.combining(letter) for letter in unicodedata.normalize("NFD", text)) or "đ" in text


def test_every_task_carries_a_named_policy():
    unnamed = {
        name
        for name, one in found(tasks, Task).items()
        if not any(all(getattr(one, key) == value for key, value in policy.items()) for policy in POLICIES.values())
    }

    assert (unnamed, len(found(tasks, Task)) > 15) == (set(), True)


def test_every_form_reads_vietnamese_and_starts_as_a_dry_run():
    wrong = []
    for deployment in DEPLOYMENTS:
        module, _, name = deployment["entrypoint"].rpartition(".")
        schema = parameter_schema(getattr(importlib.import_module(module), name)).model_dump_for_openapi()
        if "anyOf" in json.dumps(schema):
            wrong.append((name, "anyOf"))
        for parameter, form in schema["properties"].items():
            words = (form.get("title", ""), form.get("description", ""))
            if not all(has_vietnamese_letter(text) for text in words) or words[0] == parameter:
                wrong.append((name, parameter, words))
        if name not in ("consolidate", "what_if") and schema["properties"]["dry_run"]["default"] is not True:
            wrong.append((name, "dry_run"))

    assert wrong == []
    assert len(found(flows, Flow)) == len(DEPLOYMENTS)


def test_every_shipped_setting_is_one_prefect_knows():
    known = set(prefect.settings.Settings().to_environment_variables(exclude_unset=False)) | {"DO_NOT_TRACK"}
    shipped = shipped_settings(ROOT)

    assert set(shipped) - known == set()
    assert shipped["PREFECT_SERVER_SERVICES_SCHEDULER_MAX_SCHEDULED_TIME"] == "P400D"


def test_what_agencies_typed_and_operators_type_is_read_as_data():
    assert safe("[x](http://a.b) <b>|`") == r"\[x\]\(http\:\/\/a\.b\) &lt;b&gt;\|\`"
    assert safe("a\u202eb\nc") == "ab c"
    assert mask("van-thu@so-y-te.example") == "va***@so-y-te.example"
    assert [str(moment(text)) for text in ("", "09/12/2025 16:30", "09/12/2025", "2025-12-09T16:30:00+07:00")] == [
        "None",
        "2025-12-09 16:30:00+07:00",
        "2025-12-09 08:00:00+07:00",
        "2025-12-09 16:30:00+07:00",
    ]
    with pytest.raises(DataProblem, match=r"prefect\.moment_unreadable"):
        moment("ngày mai")
