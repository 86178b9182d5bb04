"""Reference pages that are read off the code itself: checks, error codes, the API, artifacts; see ``generate.py``."""

import ast
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from plancycle.adapters.texts import Catalogue, words
from plancycle.bootstrap import open_house
from plancycle.domain import errors
from plancycle.domain.check_rules import KINDS, RuleKind
from plancycle.portal.app import create_app
from plancycle.portal.problems import status_of

SOURCE = Path(__file__).resolve().parents[1]
SAY = Catalogue()
KINDS_OF_ERROR = {
    name: kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.PlancycleError)
}
MAKES_ERROR = re.compile(rf"\b(?:{'|'.join(KINDS_OF_ERROR)})\(")

CHECKS_INTRO = """# Checks

What is asked of every answer, on every channel. Type, bounds, choices and length stand at each column; the rest is
declared by the programme, from these kinds ([how](../how-to/declare-checks.md)).
"""

FINDINGS_INTRO = """## What a check may find

`error` sends the answer back, `warning` asks for an explanation, `note` informs; which of them is the programme's
choice for declared checks. Names in braces are filled in with the cell's own.
"""

ERRORS_INTRO = """# Error codes

Every refusal has a code, words in both languages, and on the command line an exit code, over HTTP a status (`code` of
the `application/problem+json`). The words say where, what, why, and how to mend it; names in braces are filled in.
One code may be raised at several places.
"""

API_INTRO = """# JSON API

For an agency's own program ([how to begin](../how-to/answer-by-api.md)). The same is served as OpenAPI under
`/openapi.json` of the portal, together with the pages for people. Refusals are `application/problem+json`; their
codes: [error codes](errors.md).
"""

ARTIFACTS_INTRO = """# Artifacts in Prefect

What a step leaves to be read. A key is programme, year, period and the name below (`tn-nq94-2025-q1-matrix`); pages
that belong to no period leave it out. Under one key the newest stands first, so `/v2/artifacts/key/<key>` is a
timeline. What deployment leaves which: [flows](flows.md).
"""


def table(heads: tuple[str, ...], rows: Iterable[Sequence[str]]) -> str:
    """A markdown table; a cell is one line, and what it quotes cannot end it."""
    lines = [heads, ("---",) * len(heads), *(tuple(_cell(text) for text in row) for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def checks() -> str:
    """``checks.md``: the kinds a programme may declare with their parameters, and all that can be found."""
    rows = [
        (f"`{kind}`", _names(KINDS[kind].needs), _names(KINDS[kind].one_of), _names(KINDS[kind].takes))
        for kind in RuleKind
    ]
    codes = [key for key in sorted(words("vi")) if key.startswith("finding.") and not key.endswith(".fix")]
    known = words("vi").keys()
    found = [
        (
            f"`{code.removeprefix('finding.')}`",
            *(" ".join(words(one)[key] for key in (code, f"{code}.fix") if key in known) for one in ("vi", "en")),
        )
        for code in codes
    ]
    kinds = table(("kind", "needs", "one or more of", "takes"), rows)
    return "\n".join([CHECKS_INTRO, kinds, FINDINGS_INTRO, table(("code", "tiếng Việt", "English"), found)])


def _names(names: frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names)) or "–"


def error_codes() -> str:
    """``errors.md``: every code the product can refuse with, by topic."""
    parts = [ERRORS_INTRO]
    raised = _raised()
    topics = sorted({code.partition(".")[0] for code in raised})
    for topic in topics:
        rows = [
            (f"`{code}`", str(kind.exit_code), str(_status(kind, code)), words("vi")[code], _of_many(words("en")[code]))
            for code, kind in sorted(raised.items())
            if code.partition(".")[0] == topic
        ]
        parts.append(f"## {topic}\n\n" + table(("code", "exit", "HTTP", "tiếng Việt", "English"), rows))
    return "\n".join(parts)


def _of_many(text: str) -> str:
    """An English text as it stands beside any count but 1."""
    return re.sub(r"\{\w+:[^|}]*\|([^}]*)\}", r"\1", text)


def _status(kind: type[errors.PlancycleError], code: str) -> int:
    if issubclass(kind, errors.SeveralProblems):
        return status_of(kind(code, ()))
    return status_of(errors.ProgrammeProblem(())) if kind is errors.ProgrammeProblem else status_of(kind(code))


@cache
def _raised() -> Mapping[str, type[errors.PlancycleError]]:
    """Code to kind of error: literal codes, those built from a prefix, and those a module keeps under a name."""
    known = words("vi").keys()
    raised: dict[str, type[errors.PlancycleError]] = {}
    for path in sorted((SOURCE / "src/plancycle").rglob("*.py")):
        source = path.read_text("utf-8")
        if not MAKES_ERROR.search(source) and path.parent.name != "programme_files":
            continue
        tree = ast.parse(source)
        for kind, code in _made(tree):
            named = _codes(code, tree, known)
            raised |= {one: kind for one in named if one in known and one not in raised}
        if path.parent.name == "programme_files":
            places = {one for one in _texts(tree) if one.startswith("programme.") and one in known}
            raised |= {one: errors.ProgrammeProblem for one in places if one not in raised}
    return raised


def _made(tree: ast.AST) -> Iterator[tuple[type[errors.PlancycleError], ast.expr]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in KINDS_OF_ERROR:
                yield KINDS_OF_ERROR[name], node.args[0]


def _codes(code: ast.expr, tree: ast.AST, known: Collection[str]) -> set[str]:
    if isinstance(code, ast.Constant):
        return {str(code.value)}
    if isinstance(code, ast.JoinedStr):
        parts = (re.escape(part.value) if isinstance(part, ast.Constant) else r"\w+" for part in code.values)
        shape = re.compile("".join(map(str, parts)))
        return {key for key in known if shape.fullmatch(key)}
    return _texts(tree) if isinstance(code, ast.Name) else set()


def _texts(tree: ast.AST) -> set[str]:
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def api() -> str:
    """``api.md``: each address of the API with what it takes and what it answers."""
    schema = create_app(open_house).openapi()
    parts = [API_INTRO]
    for path, methods in schema["paths"].items():
        if path.startswith("/api/"):
            parts += [_operation(path, method, one, schema) for method, one in methods.items()]
    return "\n".join(parts)


DONE = {"Successful Response": "Done."}
"""What the framework says of an answer that nobody described."""


def _operation(path: str, method: str, one: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    lines = [f"## {method.upper()} {path}\n", " ".join(one["description"].replace("``", "`").split()) + "\n"]
    asked = [
        (f"`{item['name']}`", item["in"], "yes" if item.get("required") else "", item.get("description", ""))
        for item in one.get("parameters", ())
    ]
    if asked:
        lines.append(table(("parameter", "in", "required", "what"), asked))
    for media, content in one.get("requestBody", {}).get("content", {}).items():
        lines.append(f"Body `{media}`:\n\n" + _body(content["schema"], schema))
    answers = [
        (code, DONE.get(answer["description"], answer["description"]))
        for code, answer in sorted(one["responses"].items())
    ]
    return "\n".join([*lines, table(("answer", "means"), answers)])


def _body(node: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    if "$ref" in node:
        node = schema["components"]["schemas"][node["$ref"].rpartition("/")[2]]
    if "properties" not in node:
        return "the file's bytes\n"
    rows = [
        (f"`{name}`", "yes" if name in node.get("required", ()) else "", _holds(field), field.get("description", ""))
        for name, field in node["properties"].items()
    ]
    return table(("field", "required", "holds", "what"), rows)


def _holds(field: Mapping[str, Any]) -> str:
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if field.get("type") == "array" and "properties" in field["items"]:
        return "list of objects with " + ", ".join(f"`{name}`" for name in field["items"]["properties"])
    if "anyOf" in field:
        return " or ".join(_holds(one) for one in field["anyOf"])
    named = field.get("type", "object")
    return " or ".join(named) if isinstance(named, list) else str(named)


def artifacts() -> str:
    """``artifacts.md``: each page a step publishes, of which kind, and what it says of itself."""
    rows = [
        (f"`{what}`", kind, f"`{module}`", *(words(one)[f"prefect.{what}.about"] for one in ("vi", "en")))
        for what, (kind, module) in sorted(_published().items())
    ]
    return ARTIFACTS_INTRO + "\n" + table(("name", "kind", "published by", "tiếng Việt", "English"), rows)


FORMS = {"page": "page", "sheet": "table", "progress": "progress bar"}


def _published() -> Mapping[str, tuple[str, str]]:
    """Artifact name to its kind and the module that publishes it; a name chosen at run time is one the module holds."""
    found: dict[str, tuple[str, str]] = {}
    known = {key.split(".")[1] for key in words("vi") if re.fullmatch(r"prefect\.[\w-]+\.about", key)}
    for path in sorted((SOURCE / "tasks").glob("[a-z]*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id=name), args=[_, what, *_]) if name in FORMS:
                    for one in _codes(what, tree, known) & known:
                        found.setdefault(one, (FORMS[name], f"tasks.{path.stem}"))
    return found


LOOKUPS: dict[str, Callable[[], str]] = {
    "checks.md": checks,
    "errors.md": error_codes,
    "api.md": api,
    "artifacts.md": artifacts,
}
