"""The documentation: links lead somewhere, twins stand side by side, pages made from code are fresh, examples exist."""

import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from cyclopts import App
from shown_commands import is_understood

from plancycle.bootstrap import open_house
from plancycle.cli import app
from plancycle.portal.access import ROUTES
from plancycle.portal.app import create_app
from plancycle.settings import Settings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))
FOR_USERS = ["README.md", "docs/tutorial.md", *sorted(f"docs/how-to/{p.name}" for p in (DOCS / "how-to").glob("*.md"))]
ENGLISH = [page for page in FOR_USERS if not page.endswith(".vi.md")]
PARTS = ("Context", "Decision", "Consequences", "Alternatives")

LINK = re.compile(r'(?:\[[^\]]*\]\(|<img src=")([^)\s"]+)[)"]')
"""Links and pictures."""
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
ANCHOR = re.compile(r'<a id="([^"]+)">')
FENCE = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)


def load_generator() -> ModuleType:
    """``docs/generate.py``, which is a program and in no package."""
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATOR = load_generator()


def anchors(text: str) -> set[str]:
    """Where a page can be entered, as GitHub spells its headings."""
    headings = (re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in HEADING.findall(text))
    return {*headings, *ANCHOR.findall(text)}


def broken_links(page: Path) -> list[str]:
    """Links of a page inside the repository that lead nowhere."""
    broken = []
    for link in LINK.findall(FENCE.sub("", page.read_text("utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target.read_text("utf-8"))):
            broken.append(link)
    return broken


def targets(page: Path) -> set[Path]:
    """The pages a page links to."""
    links = (link.partition("#")[0] for link in LINK.findall(page.read_text("utf-8")) if not re.match(r"[a-z]+:", link))
    return {(page.parent / link).resolve() for link in links if link.endswith(".md")}


def name_of(path: Path) -> str:
    """A test id."""
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page):
    assert broken_links(page) == []


def test_every_page_is_reached_from_the_readme():
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached:
            reached.add(page)
            waiting.extend(targets(page))

    assert [name_of(page) for page in PAGES if page not in reached] == []


@pytest.mark.parametrize("page", ENGLISH)
def test_page_for_users_has_a_vietnamese_twin_and_names_it(page):
    twin = ROOT / page.replace(".md", ".vi.md")

    assert twin.resolve() in targets(ROOT / page)
    assert (ROOT / page).resolve() in targets(twin)


@pytest.mark.parametrize("page", ENGLISH)
def test_twins_have_the_same_parts_and_examples(page):
    text, twin = ((ROOT / name).read_text("utf-8") for name in (page, page.replace(".md", ".vi.md")))

    assert len(HEADING.findall(FENCE.sub("", twin))) == len(HEADING.findall(FENCE.sub("", text)))
    assert examples(twin) == examples(text)


def examples(text: str) -> list[str]:
    """Commands shown, without comments and without the words a reader replaces."""
    lines = "\n".join(FENCE.findall(text)).splitlines()
    commands = (re.sub(r"<.*?>", "<…>", line.split("#")[0]).strip() for line in lines)
    return [command for command in commands if command and not command.startswith("```")]


@pytest.mark.parametrize("readme", ["README.md", "README.vi.md"])
def test_readme_is_one_screenful_and_shows_its_two_commands(readme):
    text = (ROOT / readme).read_text("utf-8")

    assert {"make demo", "make test"} <= set(examples(text))
    assert len(text.splitlines()) <= 45


def test_every_make_target_that_is_named_exists():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    known = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))
    named = {
        target for page in PAGES for target in re.findall(r"(?:`|^ *)make ([a-z]+)", page.read_text("utf-8"), re.M)
    }

    assert {"help", "demo", "test", "check", "fix", "up", "lock", "clean"} <= known
    assert named <= known


def verbs(node: App, path: tuple[str, ...] = ()) -> Iterator[tuple[str, App]]:
    """Every verb with its words: ``audit verify``."""
    for name in node:
        if name.startswith("-"):
            continue
        children = list(verbs(node[name], (*path, name)))
        yield from children or [(" ".join((*path, name)), node[name])]


VERBS = dict(verbs(app))


@pytest.mark.parametrize("verb", VERBS)
def test_verb_is_documented_with_an_example_that_works(verb):
    documented = (DOCS / "reference/cli.md").read_text("utf-8")
    example = [" ".join(one.split()) for one in re.findall(r"Example: (plancycle .+(?:\n.+)*)", VERBS[verb].help)]

    assert f"# plancycle {verb}\n" in documented
    assert [is_understood(command) for command in example] == [True]
    assert example[0].startswith(f"plancycle {verb}")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_shown_command_is_understood(page):
    shown = [line.replace(".venv/bin/", "") for line in examples(page.read_text("utf-8"))]
    commands = [line for line in shown if re.match(r"([A-Z_]+=\S+ )*plancycle ", line)]
    inline = set(re.findall(r"`plancycle ([a-z][a-z-]*(?: [a-z][a-z-]*)?)", page.read_text("utf-8")))

    assert [
        command for command in commands if not re.search(r"[A-Z]+$|\[", command) and not is_understood(command)
    ] == []
    assert [words for words in inline if not {words, words.split()[0]} & (VERBS.keys() | groups())] == []


INLINE = re.compile(r"`(plancycle [^`\n]+ [^`\n]*--[^`\n]+)`")
"""A command in running text that names options: then it names all it needs."""


PROSE = [one for one in PAGES if "decisions" not in one.parts and one.name != "CHANGELOG.md"]


@pytest.mark.parametrize("page", PROSE, ids=name_of)
def test_a_command_in_running_text_that_names_options_names_all_it_needs(page):
    named = sorted(set(INLINE.findall(FENCE.sub("", page.read_text("utf-8")))))

    assert [command for command in named if not is_understood(command.replace("…", "x"))] == []


def groups() -> set[str]:
    """First words of verbs in two words."""
    return {verb.split()[0] for verb in VERBS}


@pytest.mark.parametrize(
    ("command", "understood"),
    [
        ("plancycle status --year 2025", True),
        ("plancycle status --colour red", False),
        ("plancycle audit", True),
        ("plancycle invent", False),
    ],
)
def test_commands_that_do_not_exist_are_caught(command, understood):
    assert is_understood(command) is understood


@pytest.mark.parametrize("page", GENERATOR.PAGES)
def test_page_made_from_code_is_fresh(page):
    written = (DOCS / "reference" / page).read_text("utf-8")

    assert written == GENERATOR.PAGES[page](), "run: make docs"


def test_continuous_integration_rewrites_nothing_and_names_what_is_stale(tmp_path, monkeypatch, capsys):
    fresh, old, absent = (tmp_path / name for name in ("fresh.md", "old.md", "absent.md"))
    fresh.write_text("a", "utf-8")
    old.write_text("b", "utf-8")
    monkeypatch.setattr(GENERATOR, "ROOT", tmp_path)
    monkeypatch.setattr(GENERATOR, "made", lambda: dict.fromkeys((fresh, old, absent), "a"))

    assert GENERATOR.main(["--check"]) == 1
    assert old.read_text("utf-8") == "b"
    assert capsys.readouterr().err.splitlines()[:2] == ["old.md", "absent.md"]
    assert (GENERATOR.main([]), GENERATOR.main(["--check"])) == (0, 0)


def test_the_list_of_verbs_is_fresh_and_comes_without_loading_any():
    shown = subprocess.run([sys.executable, "-m", "plancycle", "--help"], capture_output=True, check=True, timeout=60)
    written = GENERATOR.LIST_OF_VERBS.read_text("utf-8")

    assert written == GENERATOR.help_text(), "run: make docs"
    assert shown.stdout.decode() == written


def test_every_route_is_documented():
    text = (DOCS / "reference/portal.md").read_text("utf-8")
    served = create_app(open_house).openapi()["paths"]

    assert [path for path in (*served, *ROUTES) if f"| `{path}` |" not in text] == []
    assert set(served) <= set(ROUTES)


def test_settings_page_has_every_setting_with_words():
    text = (DOCS / "reference/settings.md").read_text("utf-8")

    assert [name for name in Settings.model_fields if f"`PLANCYCLE_{name.upper()}`" not in text] == []
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_setting_that_is_named_exists(page):
    known = {f"PLANCYCLE_{name.upper()}" for name in Settings.model_fields}

    assert set(re.findall(r"PLANCYCLE_[A-Z_]+[A-Z]", page.read_text("utf-8"))) - known == set()


def test_only_the_settings_read_the_environment():
    rooms = [ROOT / "src/plancycle" / room for room in ("domain", "services", "adapters", "portal", "bootstrap.py")]
    files = [path for room in rooms for path in ([room] if room.is_file() else sorted(room.rglob("*.py")))]
    readers = re.compile(r"os\.getenv|os\.environ(?:\.get\(|\[)[^\n]*PLANCYCLE_")

    assert [name_of(path) for path in files if readers.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize("page", DECISIONS, ids=name_of)
def test_decision_has_its_four_parts_and_is_listed(page):
    text = page.read_text("utf-8")
    number = page.name[:4]

    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == list(PARTS)
    assert text.startswith(f"# {number} ")
    assert f"[{number}]({page.name})" in (DOCS / "decisions/README.md").read_text("utf-8")


def test_decisions_are_numbered_without_a_gap():
    assert [page.name[:4] for page in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]
    assert len(DECISIONS) >= 8


def test_glossary_gives_each_word_one_line_in_both_languages():
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", (ROOT / "GLOSSARY.md").read_text("utf-8"), re.MULTILINE)
    words = [word for terms, _, _ in rows if terms not in ("term", "---") for word in re.split(r" · |, ", terms)]

    assert len(words) >= 60
    assert sorted({word for word in words if words.count(word) > 1}) == []


PAGE = (
    "# One page\n\n[here](#one-page) [there](other.md#a-b) [gone](gone.md) [no](#nowhere) [out](https://example.org)\n"
)


def test_link_check_catches_planted_faults(tmp_path):
    (tmp_path / "page.md").write_text(PAGE + "```\n[code](gone.md)\n```\n", "utf-8")
    (tmp_path / "other.md").write_text("## A, b!\n", "utf-8")

    assert broken_links(tmp_path / "page.md") == ["gone.md", "#nowhere"]
