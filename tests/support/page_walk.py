"""A walk through the portal in a browser: every page that is looked at is judged, and which page it was is noted."""

import gzip
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import axe_playwright_python
from fastapi import FastAPI

from plancycle.portal.app import STATIC
from plancycle.portal.rendering import environment

CHROMIUM = shutil.which("chromium")
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OPTIONS = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"], "preload": False}
ALIKE = ["tbody tr:nth-of-type(n+5)", "fieldset:nth-of-type(n+4)", "section:nth-of-type(n+6)", "li:nth-of-type(n+9)"]
"""Rows like the rows before them, which a short walk leaves out: most of axe's time is their contrast."""
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
FIRST_LOAD = 40 * 1024
"""Bytes of a page with everything it loads, compressed."""
STYLES = sum(len(gzip.compress(one.read_bytes())) for one in STATIC.glob("*"))
LEADS_ON = frozenset(
    {
        "GET /dang-nhap/tinh",
        "GET /dang-nhap/tinh/ve",
        "GET /phe-duyet/{token}/xac-thuc",
        "POST /dang-xuat",
        "POST /ngon-ngu",
        "POST /ho-so/{cycle}/{period}/{agency}/thoat",
        "POST /ho-so/{cycle}/{period}/{agency}/gia-han/rut",
    }
)
"""Routes without a page of their own: they lead to another's, or to the one page that says what was refused."""
OPEN_UP = "document.querySelectorAll('details').forEach(one => one.open = true)"
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
JUDGE = """([without, options]) => axe.run({include: [["html"]], exclude: without.map(one => [one])}, options)
  .then(it => it.violations.map(one => [one.id, one.nodes[0].html]))"""


def launched(driver: Any) -> Any:
    """Debian's own browser."""
    return driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])


def pages_of(app: FastAPI) -> set[str]:
    """Every route that answers with a page, as ``GET /bao-cao``, from the application's own description."""
    return {
        f"{method.upper()} {path}"
        for path, methods in app.openapi()["paths"].items()
        for method, facts in methods.items()
        if "text/html" in facts["responses"].get("200", {}).get("content", {})
    }


@dataclass
class Walk:
    """One browser's way through the portal. ``judged`` are the widths at which axe looks.

    ``is_short``: it sees each template of a route once, and of many rows alike the first ones.
    ``pictures`` is a folder for one of every page.
    """

    page: Any
    site: str
    app: FastAPI
    judged: tuple[dict[str, int], ...] = (PHONE, DESK)
    is_short: bool = False
    pictures: Path | None = None
    visited: set[str] = field(default_factory=set)
    templates: list[str] = field(default_factory=list)
    """Every template that made a page, in the order they were shown (:func:`noting_templates`)."""
    wrong: list[str] = field(default_factory=list)
    judged_before: set[tuple[str, ...]] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    _method: str = "GET"

    def __post_init__(self) -> None:
        self._routes = [(route, _pattern(route)) for route in sorted(pages_of(self.app))]
        self.page.on("request", self._on_request)

    def _on_request(self, request: Any) -> None:
        self.asked.add(request.url.split("/")[2])
        if request.is_navigation_request():
            self._method = request.method

    def go(self, path: str, name: str = "") -> None:
        """Open an address and look at what it shows."""
        answer = self.page.goto(self.site + path)
        if answer is not None and len(gzip.compress(answer.body())) + STYLES > FIRST_LOAD:
            self.wrong.append(f"{path}: heavier than {FIRST_LOAD} bytes")
        self.look(name or path)

    def look(self, name: str) -> None:
        """Judge what stands there: WCAG 2.2 AA, and that nothing goes beyond the screen's edge."""
        self.page.wait_for_load_state()
        self.page.evaluate(OPEN_UP)
        address = "/" + self.page.url.split("/", 3)[3].partition("?")[0]
        here = [one for one, pattern in self._routes if pattern.fullmatch(f"{self._method} {address}")]
        self.visited.update(here)
        place = (*here, *self.templates[-1:])
        is_judged = not (self.is_short and place in self.judged_before)
        self.judged_before.add(place)
        for size in (DESK, PHONE):
            self.page.set_viewport_size(size)
            if (wide := self.page.evaluate(TOO_WIDE)) > 0:
                self.wrong.append(f"{name}: {wide} px too wide at {size['width']}")
            if is_judged and size in self.judged:
                self.wrong += [f"{name} at {size['width']}: {rule} {html[:160]}" for rule, html in self._violations()]
            if self.pictures:
                file = re.sub(r"[^\w.-]+", "_", name).strip("_")[:80]
                self.page.screenshot(path=self.pictures / f"{file}-{size['width']}.png", full_page=True)

    def _violations(self) -> list[tuple[str, str]]:
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE)
        found: list[tuple[str, str]] = self.page.evaluate(JUDGE, [ALIKE if self.is_short else [], OPTIONS])
        return found


def _pattern(route: str) -> re.Pattern[str]:
    """What the addresses of a route look like."""
    return re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(route)))


@contextmanager
def noting_templates() -> Iterator[list[str]]:
    """While this runs, every template that makes a page is noted, in their order."""
    into: list[str] = []
    templates, get = environment(), environment().get_template

    def noted(name: str, *rest: Any, **more: Any) -> Any:
        into.append(name)
        return get(name, *rest, **more)

    templates.get_template = noted  # type: ignore[method-assign,assignment]
    try:
        yield into
    finally:
        del templates.get_template  # type: ignore[method-assign]
