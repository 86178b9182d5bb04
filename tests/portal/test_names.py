"""People read names: no page of the desk shows the id of a body, a period, a person or a cycle in its place."""

import html
import re

import pytest
from clerk_world import ClerkBrowser
from desk_world import ANSWER, NOW, PLACES, a_busy_desk

from plancycle.portal.desk_words import named
from plancycle.services.cycle_view import cycle_view
from plancycle.services.journal import record

CYCLE = "tn-nq94-2025"
SUBJECTS = {
    f"{CYCLE}/q3/so-y-te/call/mail": "Sở Y tế · Quý III/2025",
    f"{CYCLE}/q3/so-y-te/v2": "Sở Y tế · Quý III/2025",
    f"{CYCLE}/q3/e4": "bản tổng hợp số 4 · Quý III/2025",
    f"{CYCLE}/q3/e4@101a7002b0d591cf": "bản tổng hợp số 4 · Quý III/2025",
    f"{CYCLE}/q3/e4@101a7002b0d591cf.2": "bản tổng hợp số 4 · Quý III/2025",
    f"{CYCLE}/q3/pho-chu-tich/approval-e4/mail": "Lê Thị Mẫu · Quý III/2025",
    f"{CYCLE}/q3/noi-nhan-1/copy-101a7002b0d591cf": "Văn phòng Chính phủ · Quý III/2025",
    f"{CYCLE}/q3/operator/im-lang-ubnd-tinh-101a/mail": "Sở Nội vụ · Quý III/2025",
    f"{CYCLE}/digest/operator/digest-20250910/mail": "Sở Nội vụ · năm 2025",
    f"{CYCLE}/q3/khong-ai-biet/x": "Quý III/2025",
    CYCLE: "năm 2025",
    "tn-nq94-2026/q3/so-y-te": "",
    "KW7WF6XJ4YJT": "",
}
SHOWN = (*PLACES, f"/xet{ANSWER}", "/luot-chay?nam=2025", "/nhat-ky", "/bao-cao?nam=2025")
MAY_SHOW_IDS = re.compile(
    r'<head>.*?</head>|<style.*?</style>|<p class="hash">.*?</p>|<p class="lead hash">.*?</p>|<code>.*?</code>'
    r"|<textarea.*?</textarea>|\S+\.xlsx",
    re.DOTALL,
)
"""Marks that machines compare stand apart, in small print; file names are what the agency called its file."""


@pytest.mark.parametrize(("subject", "expected"), SUBJECTS.items(), ids=SUBJECTS)
def test_what_an_event_is_about_has_a_name(world, subject, expected):
    with world.house() as house, house.work() as work:
        assert named(house, work, cycle_view(house, 2025, work), "vi").about(subject) == expected


def ids_in(page: str, ids: str) -> list[str]:
    """Lines of a page with one of the ids in them."""
    words = re.sub(
        r"</?(?:p|li|h\d|t[dhr]|d[dtl]|div|summary|option|label|button)\b[^>]*>", "\n", MAY_SHOW_IDS.sub("", page)
    )
    lines = (" ".join(html.unescape(re.sub(r"<[^>]+>", " ", line)).split()) for line in words.split("\n"))
    return [line for line in lines if re.search(rf"(?<![\w@./-])(?:{ids})(?![\w@-])", line)]


def test_no_page_of_the_desk_shows_an_id_where_there_is_a_name(build):
    clerk = a_busy_desk(build(now=NOW))
    with clerk.world.house(NOW) as house:
        programme = house.programmes.load(house.programme_id)
        people = [one.id for one in house.programmes.address_book(programme.id).everybody()]
        with house.work() as work:
            record(house, work, "approval.requested", f"{CYCLE}/q3/e1@{'0' * 16}", people[0])
    ids = "|".join([*(one.id for one in programme.agencies), *people, "q1", "q2", "q3", "annual", rf"{CYCLE}\S*"])
    desk = ClerkBrowser(clerk.world.browser)
    found = {place: ids_in(desk.open(place).page, ids) for place in dict.fromkeys(SHOWN)}

    assert {place: lines for place, lines in found.items() if lines} == {}
    assert ids_in(f'<p>Kỳ q3</p><p class="hash">{CYCLE}/q3/e1</p><td>{CYCLE}/q3/e1</td>', ids) == [
        "Kỳ q3",
        f"{CYCLE}/q3/e1",
    ]


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (f"/don-vi{ANSWER}/tep/99", "Sở Y tế · Quý III/2025 · 99"),
        (f"/don-vi{ANSWER}/so-lieu/99", "Sở Y tế · Quý III/2025 · 99"),
        ("/tong-hop/2025/q3/99", "99 · Quý III/2025"),
        ("/xet/2025/q9", "q3 (quý III)"),
    ],
)
def test_what_is_not_there_is_named(build, place, words):
    clerk = a_busy_desk(build(now=NOW))
    answer = ClerkBrowser(clerk.world.browser).open(place)

    assert answer.status == 404
    assert words in answer.text
    assert f"{CYCLE}/" not in answer.text


@pytest.mark.parametrize(
    ("who", "is_there"), [("lê thị mẫu", True), ("Lê Thị Mẫu", True), ("pho-chu", True), ("so y te", False)]
)
def test_the_journal_is_searched_by_the_name_it_shows(world, who, is_there):
    with world.house() as house, house.work() as work:
        record(house, work, "approval.returned", f"{CYCLE}/q3/e1@{'0' * 16}", "pho-chu-tich")
    page = ClerkBrowser(world.browser).open(f"/nhat-ky?nguoi={who}").page

    assert (">approval.returned " in page) == is_there
    assert f'value="{who}"' in page
