"""The documentation's site: every page has its place, and where the builder is installed it builds strictly."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
CONFIG = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
LISTED_ELSEWHERE = "decisions/"
FETCHED = re.compile(r'(?:src|href)="(?:https?:)?//')
HEAD = re.compile(r"<head>.*?</head>", re.DOTALL)
needs_builder = pytest.mark.skipif(find_spec("material") is None, reason="mkdocs-material is not installed: make docs")


def places(nav: object) -> Iterator[str]:
    """Every page of the navigation, however deep."""
    match nav:
        case str():
            yield nav
        case list():
            for one in nav:
                yield from places(one)
        case dict():
            for one in nav.values():
                yield from places(one)


def sections(nav: list[dict[str, object]], name: str) -> list[str]:
    """The pages under one tab."""
    return list(places(next(one[name] for one in nav if name in one)))


class Links(HTMLParser):
    """Addresses a page leads to, and the names by which it can be entered."""

    def __init__(self) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect one tag."""
        given = dict(attrs)
        self.names |= {name for name in (given.get("id"), given.get("name")) if name}
        self.links |= {link for link in (given.get("href"), given.get("src")) if link}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built strictly."""
    folder = tmp_path_factory.mktemp("site")
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "--quiet",
        "--site-dir",
        str(folder),
    ]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    return folder


def test_every_page_has_one_place_in_the_navigation():
    named = list(places(CONFIG["nav"]))
    pages = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    expected = {page for page in pages if not re.match(r"decisions/\d", page)}

    assert sorted(expected - set(named)) == []
    assert [page for page in named if not ((DOCS / page).is_file() or (ROOT / page).is_file())] == []
    assert sorted({page for page in named if named.count(page) > 1}) == []


def test_a_page_in_vietnamese_stands_under_vietnamese_and_its_twin_under_english():
    vietnamese = sections(CONFIG["nav"], "Tiếng Việt")
    english = sections(CONFIG["nav"], "English")

    assert {page for page in vietnamese if not page.endswith(".vi.md")} == set()
    assert [page for page in english if page.replace(".md", ".vi.md") in vietnamese] == [
        page.replace(".vi.md", ".md") for page in vietnamese
    ]


@needs_builder
def test_the_site_builds_strictly_and_every_link_in_it_leads_somewhere(site):
    read: dict[Path, Links] = {}
    for page in site.rglob("*.html"):
        read[page] = Links()
        read[page].feed(page.read_text("utf-8"))
    broken = []
    for page, found in read.items():
        for link in found.links:
            if page.name == "404.html" or re.match(r"[a-z]+:|//", link):
                continue
            path, _, anchor = unquote(link).partition("#")
            target = (page.parent / path.partition("?")[0]).resolve() if path else page
            target = target / "index.html" if target.is_dir() else target
            entered = not anchor or target not in read or anchor in read[target].names
            if not target.exists() or not entered:
                broken.append(f"{page.relative_to(site)}: {link}")

    assert broken == []


@needs_builder
def test_the_site_fetches_nothing_from_elsewhere_and_speaks_the_pages_language(site):
    page, twin = (site / f"tutorial{end}.html" for end in ("", ".vi"))
    pages = [path.read_text("utf-8") for path in site.rglob("*.html")]

    assert [found for text in pages for found in FETCHED.findall(HEAD.search(text)[0])] == []
    assert '<html lang="en"' in page.read_text("utf-8")
    assert '<html lang="vi"' in twin.read_text("utf-8")
    shutil.rmtree(site)
