"""What the repository must not say: paths of one machine, unfinished work, another layer's words."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = re.compile(r"\.(py|md|ya?ml|toml|po|html|txt|css|js|typ|mako|ini|in)|")
NOT_OURS = {".git", ".venv", "__pycache__", "node_modules", "plancycle-demo", "plancycle-data"}

MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(?:work|farm|root|tmp|home|Users)/[A-Za-z.]")
OUTSIDE = re.compile(r"\.\./shared|shared/reference|DESIGN\.md")
UNFINISHED = re.compile(r"\b(?:TOD[O]|FIXM[E]|XX[X]|raise NotImplementedErro[r])\b")
EMPTY_CHECK = re.compile(r"\bassert Tru[e]\b|mark\.xfai[l]|pytest\.ski[p]\(")
MOCKS = re.compile(r"unittest\.moc[k]|\bMagicMoc[k]\b")
PREFECT_WORDS = {"task", "flow", "state", "run"}


def files() -> list[Path]:
    """Every text file that is in the repository, or would be with ``git add --all``."""
    if (ROOT / ".git").exists():
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        paths = {ROOT / name for name in listed.split("\0") if name}
    else:
        paths = {path for path in ROOT.rglob("*") if not NOT_OURS & set(path.relative_to(ROOT).parts)}
    return sorted(path for path in paths if path.is_file() and TEXT.fullmatch(path.suffix))


def found(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    """``path:line: text`` of every hit."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in paths
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


FILES = files()
SELF = Path(__file__)
OTHERS = [path for path in FILES if path != SELF]
PYTHON = [path for path in OTHERS if path.suffix == ".py"]
TESTS = [path for path in PYTHON if path.is_relative_to(ROOT / "tests")]
DOMAIN = [path for path in PYTHON if path.is_relative_to(ROOT / "src/plancycle/domain")]


def words(identifier: str) -> set[str]:
    """Lower-case words of a name in either spelling: ``AgencyTask`` and ``agency_task`` hold ``task``."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", identifier)}


def identifiers(source: str) -> set[str]:
    """Every name a module defines or uses."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.alias(name=name):
                names.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.keyword(arg=str(name)):
                names.add(name)
    return names


def borrowed(source: str) -> set[str]:
    """Names that speak Prefect's language; they and their plurals."""
    forbidden = PREFECT_WORDS | {f"{word}s" for word in PREFECT_WORDS}
    return {name for name in identifiers(source) if words(name) & forbidden}


def test_the_repository_is_being_read():
    assert {"README.md", "Makefile", "pyproject.toml"} <= {path.name for path in FILES}
    assert len(DOMAIN) > 10


@pytest.mark.parametrize("pattern", [MACHINE_PATH, OUTSIDE, UNFINISHED], ids=["machine path", "outside", "unfinished"])
def test_no_file_says(pattern):
    assert found(pattern, OTHERS) == []


@pytest.mark.parametrize("pattern", [EMPTY_CHECK, MOCKS], ids=["empty check", "mock"])
def test_no_test_says(pattern):
    assert found(pattern, TESTS) == []


@pytest.mark.parametrize("path", DOMAIN, ids=lambda path: path.name)
def test_domain_does_not_speak_prefects_language(path):
    assert borrowed(path.read_text("utf-8")) == set()


@pytest.mark.parametrize(
    ("pattern", "text", "is_caught"),
    [
        (MACHINE_PATH, "open('/home/clerk/x')", True),
        (MACHINE_PATH, "see /tmp/out", True),
        (MACHINE_PATH, "https://example.org/home/page", False),
        (MACHINE_PATH, "docs/home/page", False),
        (OUTSIDE, "Path('../shared')", True),
        (UNFINISHED, "# TODO later", True),
        (UNFINISHED, "todos are people's", False),
        (EMPTY_CHECK, "    assert " + str(True), True),
        (MOCKS, "from unittest.mock import patch", True),
    ],
)
def test_pattern_catches_what_it_should(pattern, text, is_caught):
    assert bool(pattern.search(text)) is is_caught


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ("class AgencyTask: ...", {"AgencyTask"}),
        ("def send(flow_name): ...", {"flow_name"}),
        ("status = reply.state", {"state"}),
        ("class Statement: ...", set()),
        ("branch = truncate(workflowless)", set()),
    ],
)
def test_borrowed_words_are_caught(source, caught):
    assert borrowed(source) == caught
