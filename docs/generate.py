"""Rewrites the reference pages that are made from code (``make docs``), or only compares them (``--check``, for CI).

Everything on these pages comes from the lifecycle tables, the catalogues of words, the settings and the command line
itself, so that a page can be wrong only together with the product.
"""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import partial
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from lookups import LOOKUPS

from plancycle.__main__ import LIST_OF_VERBS
from plancycle.adapters.programme_files.json_schema import FOLDER, json_schemas, schema_texts
from plancycle.adapters.texts import Catalogue
from plancycle.bootstrap import open_house
from plancycle.cli import app
from plancycle.domain import approvals, duties, explanations, messages, submissions, transmittals
from plancycle.domain.obligations import ObligationStatus
from plancycle.portal.access import ROUTES
from plancycle.portal.app import create_app
from plancycle.settings import Settings

REFERENCE = Path(__file__).resolve().parent / "reference"
ROOT = Path(__file__).resolve().parents[1]
SCHEMAS = ROOT / "programmes" / FOLDER
STALE = """Các tệp trên được sinh từ mã nhưng chưa sinh lại: chạy `make docs` rồi đưa vào kho mã.
The files above are made from code and were not made again: run `make docs` and commit them.
"""
NOTE = "<!-- Made from code by docs/generate.py; change the code and run `make docs`. -->\n"

Status = TypeVar("Status", bound=StrEnum)
SAY = Catalogue()

PORTAL_INTRO = """# Portal

`plancycle up` serves it on this machine only; put a reverse proxy with a login in front of it before others may reach
the desk's pages. Opening a page never changes anything. Who may open what:

- **public**: anyone; nothing of any agency is shown;
- **token**: whoever holds the signed link of the letter;
- **key**: an agency's own program, with a key made by `plancycle api-key new`; it sees that agency only;
- **desk**: the coordinating office, which is this very machine or a configured proxy.

Errors are pages for browsers and `application/problem+json` for programs, in Vietnamese and English.
"""

PLUMBING = {
    "/": "Leads to the matrix.",
    "/static": "Styles and pictures.",
    "/openapi.json": "This list for programs (OpenAPI).",
}

STATES_INTRO = """# Statuses and what may follow them

Each lifecycle is one table in the code, and a move that is not in its table is refused on every channel. The pictures
and tables below are that code. Words in Vietnamese are the ones people see.
"""

COMPUTED_INTRO = """## Obligation · nghĩa vụ báo cáo

Never stored: computed from the rows, the calendar and the clock each time somebody looks, so it cannot go stale
(`plancycle.domain.obligations`).
"""

OUTCOME_INTRO = """## Outcome of a file · kết quả tiếp nhận

What became of a file that came in, whichever way; every file gets exactly one, and its bytes are kept in all cases
(`plancycle.domain.submissions`).
"""


CLI_INTRO = """# Command line

Data go to standard output, talk to standard error. `--json` prints data for programs. `--as-of` takes a date (08:00 of
that day) or a moment, as `09/12/2025 17:00` or `2025-12-09T17:00`, in Vietnam time when it names no zone; left out, it
is now. `--year` left out is the year of that moment. Verbs work on the folder named by `PLANCYCLE_DATA`
([settings](settings.md)).

| exit code | means |
| --- | --- |
| 0 | done |
| 1 | a fault of ours |
| 2 | the command was written wrongly |
| 3 | bad data: every problem is listed, with its place and how to mend it |
| 4 | a person must act first |
| 5 | something outside failed; try again later |
"""

FILES_INTRO = """# Programme files

A programme is a folder of YAML files ([how to describe one](../how-to/describe-a-programme.md)). Every field stands
here as editors explain it; the same schemas are in `programmes/schema/`, and `plancycle programme schema` prints them.
A name in *holds* that starts with a capital is explained below it under the same file. Unknown fields are errors.
"""

SETTINGS_INTRO = """# Settings

Only the environment is read, and of it only these variables. A wrong value stops a command with exit code 3 and the
name of the variable.
"""


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A markdown table."""
    heads = tuple(heads)
    lines = [heads, ("---",) * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def diagram(moves: Mapping[Status, frozenset[Status]]) -> str:
    """A lifecycle as mermaid: the first status of the table is where everything starts."""
    arrows = [("[*]", str(next(iter(moves))))]
    for status, futures in moves.items():
        arrows += [(str(status), str(future)) for future in sorted(futures)] or [(str(status), "[*]")]
    return "```mermaid\nstateDiagram-v2\n" + "".join(f"    {one} --> {two}\n" for one, two in arrows) + "```\n"


def in_words(status: StrEnum) -> tuple[str, str]:
    """A status as people read it, in Vietnamese and English."""
    return SAY.write(status, "vi"), SAY.write(status, "en")


def lifecycle(name: str, vietnamese: str, moves: Mapping[Status, frozenset[Status]], room: ModuleType) -> str:
    """One lifecycle: its picture, then each status with its words and what may follow."""
    rows = [
        (f"`{status}`", *in_words(status), ", ".join(f"`{future}`" for future in sorted(futures)) or "–")
        for status, futures in moves.items()
    ]
    heads = ("status", "tiếng Việt", "English", "may become")
    return f"## {name} · {vietnamese}\n\n`{room.__name__}`\n\n{diagram(moves)}\n{table(heads, rows)}"


def _named(kind: StrEnum) -> str:
    """A kind's English name as a heading."""
    return SAY.write(kind, "en").capitalize()


def plain(statuses: type[StrEnum]) -> str:
    """Values without moves, with their words."""
    return table(("value", "tiếng Việt", "English"), [(f"`{status}`", *in_words(status)) for status in statuses])


def states() -> str:
    """``states.md``."""
    return "\n".join(
        [
            NOTE + STATES_INTRO,
            lifecycle("Submission", "bản nộp", submissions.MOVES, submissions),
            lifecycle("Explanation", "giải trình", explanations.MOVES, explanations),
            lifecycle("Message", "thư", messages.MOVES, messages),
            lifecycle("Approval", "phê duyệt", approvals.MOVES, approvals),
            lifecycle("Transmittal", "gửi báo cáo", transmittals.MOVES, transmittals),
            *(lifecycle(_named(kind), SAY.write(kind), duties.MOVES[kind], duties) for kind in duties.DutyKind),
            COMPUTED_INTRO + "\n" + plain(ObligationStatus),
            OUTCOME_INTRO + "\n" + plain(submissions.Outcome),
        ]
    )


def settings() -> str:
    """``settings.md``: each variable with its default and what it is for, from the fields themselves."""
    prefix = Settings.model_config["env_prefix"]
    rows = [
        (f"`{prefix}{name.upper()}`", f"`{field.default}`" if field.default else "–", str(field.description))
        for name, field in Settings.model_fields.items()
    ]
    return NOTE + SETTINGS_INTRO + "\n" + table(("variable", "default", "what it is"), rows)


def command_line() -> str:
    """``cli.md``: every verb as ``--help`` tells it, whichever program asks for it."""
    called, sys.argv = sys.argv, ["plancycle"]  # the library takes the program's name from here
    try:
        return NOTE + CLI_INTRO + "\n" + app.generate_docs(output_format="markdown", heading_level=2).rstrip() + "\n"
    finally:
        sys.argv = called


def portal() -> str:
    """``portal.md``: every address, who may open it, and what its handler says of itself."""
    schema = create_app(open_house).openapi()["paths"]
    described = {
        path: [(method.upper(), _line(operation["description"])) for method, operation in methods.items()]
        for path, methods in schema.items()
    }
    rows = [
        (f"`{path}`", method, str(access), words)
        for path, access in ROUTES.items()
        for method, words in described.get(path) or [("GET", PLUMBING[path])]
    ]
    return NOTE + PORTAL_INTRO + "\n" + table(("address", "method", "who", "what"), rows)


def _line(words: str) -> str:
    """A docstring as one line, as a table's cell must be."""
    return " ".join(words.replace("``", "`").split())


def programme_files() -> str:
    """``programme-files.md``: every field of every programme file, as editors explain it."""
    parts = [NOTE + FILES_INTRO]
    for name, schema in json_schemas().items():
        parts.append(f"## `{name}`\n\n{_described(schema, ' · ')}\n")
        parts.append(_fields(schema))
        for kind, node in schema.get("$defs", {}).items():
            parts.append(f"### {kind}\n\n" + (_fields(node) if "properties" in node else f"{_kind(node)}\n"))
    return "\n".join(parts)


def _fields(node: Mapping[str, Any]) -> str:
    rows = [
        (
            f"`{name}`",
            "yes" if name in node.get("required", ()) else "",
            _kind(field),
            *_described(field, "|").split("|"),
        )
        for name, field in node["properties"].items()
    ]
    return table(("field", "required", "holds", "tiếng Việt", "English"), [(*row, "")[:5] for row in rows])


def _described(node: Mapping[str, Any], between: str) -> str:
    """The words of a schema in both languages."""
    return str(node.get("description", "")).replace("\n\n", between)


def _kind(field: Mapping[str, Any]) -> str:
    """What a field holds, in few words: a type, a mapping of this file, or a list of either."""
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if "items" in field:
        return "list" if isinstance(field["items"], list) else f"list of {_kind(field['items'])}"
    options = [*field.get("allOf", ()), *field.get("anyOf", ())]
    if options:
        return " or ".join(dict.fromkeys(kind for one in options if (kind := _kind(one)) != "null"))
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    named = field.get("type", "object")
    return " or ".join(named) if isinstance(named, list) else str(named)


def with_note(page: Callable[[], str]) -> str:
    """A page that says how it is made."""
    return NOTE + page()


PAGES: dict[str, Callable[[], str]] = {
    "programme-files.md": programme_files,
    "states.md": states,
    "settings.md": settings,
    "cli.md": command_line,
    "portal.md": portal,
    **{name: partial(with_note, page) for name, page in LOOKUPS.items()},
}


def help_text() -> str:
    """What ``plancycle --help`` says, as wide as a terminal always is."""
    from rich.console import Console

    console = Console(file=StringIO(), width=80, color_system=None)
    app(["--help"], console=console, result_action="return_value")
    return str(console.file.getvalue())  # type: ignore[attr-defined]


def made() -> dict[Path, str]:
    """Every page, the list of verbs, and the schemas by which editors check programme files: where, and its text."""
    pages = {REFERENCE / name: page() for name, page in PAGES.items()}
    return {**pages, LIST_OF_VERBS: help_text(), **{SCHEMAS / name: text for name, text in schema_texts().items()}}


def stale(texts: Mapping[Path, str]) -> list[Path]:
    """The files that are not as the code makes them, or are not there."""
    return [path for path, text in texts.items() if not path.is_file() or path.read_text("utf-8") != text]


def main(words: Sequence[str]) -> int:
    """Rewrite what is made from code; with ``--check`` change nothing and end with 1 when a file is stale."""
    texts = made()
    if "--check" in words:
        old = stale(texts)
        sys.stderr.writelines(f"{path.relative_to(ROOT).as_posix()}\n" for path in old)
        sys.stderr.write(STALE if old else "")
        return 1 if old else 0
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
