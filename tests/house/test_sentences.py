"""Every test is a sentence: its name says what holds, or its docstring does."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "tests").rglob("test_*.py"))
FEWEST_WORDS = 3


def written(source: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every test function of a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield node


def no_sentences(source: str) -> list[str]:
    """Tests that tell in neither place what holds, and those named twice in one module: the first would never run."""
    found = list(written(source))
    names = [node.name for node in found]
    short = [node.name for node in found if _words(node.name) < FEWEST_WORDS and not ast.get_docstring(node)]
    return short + sorted({name for name in names if names.count(name) > 1})


def _words(name: str) -> int:
    return len([word for word in name.removeprefix("test_").split("_") if word])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_test_says_in_a_sentence_what_holds(path):
    assert no_sentences(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_of_tests_says_what_it_is_about(path):
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ("def test_one(): ...", ["test_one"]),
        ("def test_one():\n    'A late report stays late.'", []),
        ("def test_a_late_report_stays_late(): ...", []),
        ("def test_what_is_due(): ...\ndef test_what_is_due(): ...", ["test_what_is_due"]),
    ],
)
def test_a_test_without_a_sentence_is_caught(source, caught):
    assert no_sentences(source) == caught
