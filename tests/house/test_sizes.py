"""Sizes and shapes: small files, small functions, thin flows and tasks."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE_FOLDERS = ("src", "flows", "tasks", "docs")
SOURCES = sorted(path for folder in SOURCE_FOLDERS for path in (ROOT / folder).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
SKINS = sorted(path for folder in ("flows", "tasks") for path in (ROOT / folder).rglob("*.py"))
MIGRATIONS = "migrations/versions"

FILE_LINES, TEST_FILE_LINES, FUNCTION_LINES = 300, 500, 50
BODY_LINES = {"flow": 40, "task": 15}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(source: str) -> Iterator[Function]:
    """Every function, methods and inner ones included."""
    return (node for node in ast.walk(ast.parse(source)) if isinstance(node, Function))


def span(node: Function) -> int:
    """Lines from ``def`` to the end; decorators are not counted."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def body_span(node: Function) -> int:
    """Lines of the body without its docstring."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1 if body else 0


def decorators(node: Function) -> set[str]:
    """Names of the decorators: ``flow`` for ``@flow`` and ``@flow(...)``."""
    targets = (item.func if isinstance(item, ast.Call) else item for item in node.decorator_list)
    return {target.attr if isinstance(target, ast.Attribute) else ast.unparse(target) for target in targets}


def long_functions(source: str) -> list[str]:
    """Functions over the limit."""
    return [node.name for node in functions(source) if span(node) > FUNCTION_LINES]


def thick_skins(source: str) -> list[str]:
    """Flows and tasks whose body is over the limit of its kind."""
    return [
        f"{node.name}: {kind} of {body_span(node)} lines"
        for node in functions(source)
        for kind in decorators(node) & BODY_LINES.keys()
        if body_span(node) > BODY_LINES[kind]
    ]


def classes(source: str) -> list[str]:
    """Every class."""
    return [node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)]


def untyped(source: str) -> list[str]:
    """Functions without a return type (mypy says more; this says it without mypy)."""
    return [node.name for node in functions(source) if node.returns is None]


def name_of(path: Path) -> str:
    """A test id: the path inside the repository."""
    return path.relative_to(ROOT).as_posix()


def test_there_is_something_to_measure():
    assert {path.parts[len(ROOT.parts)] for path in SOURCES} == {"src", "flows", "tasks", "docs"}


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_source_file_is_small_enough(path):
    assert len(path.read_text("utf-8").splitlines()) <= FILE_LINES


@pytest.mark.parametrize("path", TESTS, ids=name_of)
def test_test_file_is_small_enough(path):
    assert len(path.read_text("utf-8").splitlines()) <= TEST_FILE_LINES


@pytest.mark.parametrize("path", [path for path in SOURCES if MIGRATIONS not in path.as_posix()], ids=name_of)
def test_every_function_is_short_and_typed(path):
    source = path.read_text("utf-8")

    assert (long_functions(source), untyped(source)) == ([], [])


@pytest.mark.parametrize("path", SKINS, ids=name_of)
def test_flow_or_task_is_thin_and_holds_no_class(path):
    source = path.read_text("utf-8")

    assert (thick_skins(source), classes(source)) == ([], [])


def test_no_flow_or_task_module_hides_a_standard_module():
    assert [path.name for path in SKINS if path.stem in sys.stdlib_module_names - {"__init__"}] == []


def test_test_folders_are_no_packages_and_hide_nothing():
    assert [name_of(path) for path in (ROOT / "tests").rglob("__init__.py")] == []
    assert [name for name in ("flows", "tasks") if (ROOT / "tests" / name).exists()] == []


def test_test_file_names_are_unique():
    names = [path.name for path in TESTS if path.name != "conftest.py"]

    assert sorted(set(names)) == sorted(names)


LONG_TASK = "@task(retries=3)\ndef send() -> str:\n    '''Words.'''\n" + "    x = 1\n" * 16
FAULTS = [
    (long_functions, "def f() -> None:\n" + "    x = 1\n" * 50, ["f"]),
    (long_functions, "def f() -> None:\n" + "    x = 1\n" * 49, []),
    (thick_skins, LONG_TASK, ["send: task of 16 lines"]),
    (thick_skins, LONG_TASK.removesuffix("    x = 1\n"), []),
    (thick_skins, LONG_TASK.replace("@task(retries=3)", "@prefect.flow"), []),
    (thick_skins, "@flow\ndef year() -> None:\n" + "    x = 1\n" * 41, ["year: flow of 41 lines"]),
    (classes, "class Record: ...", ["Record"]),
    (untyped, "def f(): ...", ["f"]),
]


@pytest.mark.parametrize(("measure", "source", "caught"), FAULTS)
def test_measure_catches_a_planted_fault(measure, source, caught):
    assert measure(source) == caught
