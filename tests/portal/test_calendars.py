"""An agency's calendar: a private link that can be taken back, GET without effects, and a file other programs read."""

import re
from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from clerk_world import ClerkBrowser, a_clerk

from plancycle.adapters.icalendar_file import calendar_file
from plancycle.services import calendar_feeds
from plancycle.services.calendar_feeds import feed

NOW = datetime(2025, 9, 10, 2, 0, tzinfo=UTC)  # Wednesday 10/09/2025, 09:00
HANOI = timedelta(hours=7)


@pytest.fixture
def clerk(build):
    """One agency's clerk while the third quarter is open."""
    return a_clerk(build(now=NOW), "so-y-te")


def link_shown(page):
    return re.search(r'value="http://[^/]+(/lich/[^"]+)"', page)[1]


def test_before_10_12_is_an_event_that_ends_with_24_00_of_09_12(clerk):
    with clerk.world.house(NOW) as house:
        data = calendar_file(feed(house, "so-y-te", (2025,)))
        again = calendar_file(feed(house, "so-y-te", (2025,)))
    events = {str(one["UID"]): one for one in icalendar.Calendar.from_ical(data).walk("VEVENT")}
    annual = events["tn-nq94-2025/annual/so-y-te@plancycle"]

    assert data == again
    assert len(events) == 5
    assert (annual.start.isoformat(), annual.end.isoformat()) == (
        "2025-12-09T00:00:00+07:00",
        "2025-12-10T00:00:00+07:00",
    )
    assert annual.start.utcoffset() == HANOI
    assert str(annual["SUMMARY"]) == "Hạn cuối 24 giờ ngày 09/12/2025: Đánh giá năm 2025"
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))


def test_a_clerk_gets_the_link_and_takes_it_back_and_fetching_changes_nothing(clerk):
    base = f"/ho-so/tn-nq94-2025/{clerk.period}/so-y-te/lich"
    first = link_shown(clerk.enter().open(base).submit(base, {}).page)
    anybody = ClerkBrowser(clerk.world.browser)
    with clerk.world.house(NOW) as house, house.work() as work:
        head = work.audit.head()
    answer = anybody.send("GET", first)
    with clerk.world.house(NOW) as house, house.work() as work:
        assert work.audit.head() == head
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert "no-store" in answer.headers["cache-control"]

    with clerk.world.house(NOW) as house:
        calendar_feeds.revoke(house, "so-y-te", "Nguyễn Thị Lập")
        second = calendar_feeds.issue(house, "so-y-te", "Nguyễn Thị Lập")
    assert anybody.send("GET", first).status_code == 404
    assert anybody.send("GET", second.removeprefix("http://127.0.0.1:8600")).status_code == 200


def test_another_agencys_name_with_this_ones_token_opens_nothing(clerk):
    with clerk.world.house(NOW) as house:
        token = calendar_feeds.issue(house, "so-y-te", "Nguyễn Thị Lập").rpartition("/")[2]
        same = calendar_feeds.issue(house, "so-y-te", "Nguyễn Thị Lập").rpartition("/")[2]
    anybody = ClerkBrowser(clerk.world.browser)

    assert token == same
    assert anybody.send("GET", f"/lich/so-noi-vu/{token}").status_code == 404


def test_the_desk_sees_the_forecast_what_is_asked_and_downloads_open_data_once_approved(clerk):
    desk = ClerkBrowser(clerk.world.browser)

    assert "khả năng đủ báo cáo trước hạn" in desk.open("/du-bao?nam=2025").text
    assert "Sở Y tế" in desk.open("/ganh-nang?nam=2025").text
    assert desk.send("GET", "/du-lieu-mo?nam=2031").status_code == 404
