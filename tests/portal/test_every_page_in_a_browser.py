"""Every page of the portal in a real browser: accessible, light, never wider than a phone; none is left out."""

import os
from pathlib import Path

import pytest
from approving import approver
from clerk_world import a_clerk
from desk_world import NOW, a_busy_desk
from keyboard import served
from page_walk import CHROMIUM, DESK, LEADS_ON, PHONE, Walk, launched, noting_templates, pages_of
from page_walks import (
    PASSWORD,
    after_mistakes,
    at_the_desk,
    corrects_upward,
    decides,
    hands_in_and_corrects,
    signs_in,
    writes_and_checks,
)

from plancycle import bootstrap
from plancycle.bootstrap import open_house
from plancycle.portal.app import create_app
from plancycle.portal.rendering import TEMPLATES
from plancycle.services import staff_accounts
from plancycle.settings import Settings

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium not installed")
FEW_TASKS = "phuong-bac-kan-01843"
"""A body with the shortest form: the check of a page takes as long as its fields are many."""
NEW_STAFF = "hoang-van-duyet"
PICTURES = os.environ.get("PLANCYCLE_TEST_PICTURES", "")
"""A folder to leave a picture of every page and state in."""


@pytest.fixture(scope="module")
def chromium():
    """Debian's own browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = launched(driver)
        yield browser
        browser.close()


@pytest.fixture
def world(build):
    """A world with something on every page."""
    return a_busy_desk(build(now=NOW)).world


@pytest.fixture
def site(world):
    """The real portal on a free port of this machine, and the application itself."""
    made = []

    def application(address):
        made.append(create_app(lambda: open_house(world.settings, NOW), address, world.settings.data, patience=60))
        return made[0]

    with served(application) as address:
        yield address, made[0]


def before_the_first_year(walk, world, folder):
    """The same portal before an empty ledger."""
    busy, settings = walk.app.state.open_house, world.settings
    empty = Settings(data=folder / "empty", programmes=settings.programmes_dir, secret_key=settings.secret_key)
    walk.app.state.open_house = lambda: open_house(empty, NOW)
    walk.go("/bao-cao", "before the first year")
    walk.app.state.open_house = busy
    bootstrap.forget(empty.data)


def walk_everywhere(walk, world, folder, with_mistakes):
    """The desk while nobody has an account, a clerk, the approver, and somebody who signs in for the first time."""
    before_the_first_year(walk, world, folder)
    corrects_upward(walk)
    at_the_desk(walk)
    if with_mistakes:
        after_mistakes(walk)
    clerk = a_clerk(world, FEW_TASKS)
    writes_and_checks(walk, clerk, folder)
    hands_in_and_corrects(walk, clerk, folder)
    decides(walk, world.page, lambda: approver(world), world)
    with world.house() as house:
        staff_accounts.add(house, NEW_STAFF, "Hoàng Văn Duyệt", ["approver"], PASSWORD, "quan-tri")
    signs_in(walk, NEW_STAFF, NOW)


WAYS = [
    pytest.param((PHONE,), False, id="on a phone"),
    pytest.param((PHONE, DESK), True, id="on both, and after every mistake", marks=pytest.mark.slow),
]


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("sizes", "with_mistakes"), WAYS)
def test_every_page_and_state_is_accessible_light_and_fits_the_screen(
    chromium, site, world, tmp_path, sizes, with_mistakes
):
    address, app = site
    context = chromium.new_context(bypass_csp=True)  # for axe's own script; the portal has none
    with noting_templates() as templates:
        pictures = Path(PICTURES) if PICTURES else None
        walk = Walk(context.new_page(), address, app, sizes, not with_mistakes, pictures, templates=templates)
        walk_everywhere(walk, world, tmp_path, with_mistakes)
    context.close()
    pages = {one for one in pages_of(app) - LEADS_ON if with_mistakes or one.startswith("GET ")}
    every_template = {str(one.relative_to(TEMPLATES)) for one in TEMPLATES.rglob("*.html") if one.name[0] != "_"}

    assert walk.wrong == []
    assert sorted(pages - walk.visited) == []  # pages that nobody looked at
    assert sorted(every_template - set(templates) - {"base.html"}) == []
    assert walk.asked == {address.removeprefix("http://")}  # nothing is fetched from anywhere else


def test_a_planted_fault_is_caught(chromium, site):
    address, app = site
    walk = Walk(chromium.new_page(), address, app, (PHONE,))
    walk.page.goto(f"{address}/suc-khoe")
    walk.page.set_content("<!doctype html><html><input><img src='data:,'><table width=900><td>-</table></html>")
    walk.look("planted")

    planted = ("label", "image-alt", "html-has-lang", "px too wide at 390")
    assert [one for one in planted if not any(one in line for line in walk.wrong)] == [], walk.wrong


def test_routes_that_only_lead_on_exist(site):
    assert pages_of(site[1]) >= LEADS_ON
