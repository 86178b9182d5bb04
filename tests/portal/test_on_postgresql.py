"""The desk on PostgreSQL, every time; all of the portal's tests with PLANCYCLE_TEST_DATABASE=postgresql."""

import ledgers
from clerk_world import ClerkBrowser
from desk_world import ANSWER, NOW, PLACES, a_busy_desk
from postgres_server import WITH_SERVER

from plancycle.settings import Settings

pytestmark = WITH_SERVER
SOME = (*PLACES[::3], "/khong-co", "/nhat-ky?tu=x")
"""Every third page: the whole of the portal is walked when the run asks for PostgreSQL."""


def test_pages_of_the_desk_open_and_an_answer_is_returned(build, monkeypatch):
    monkeypatch.setattr(Settings, "ledger_url", property(lambda self: ledgers.postgres_url(self.data)))
    clerk = a_busy_desk(build(now=NOW))
    desk = ClerkBrowser(clerk.world.browser)
    statuses = {place: desk.open(place).status for place in SOME}
    others = {place: status for place, status in statuses.items() if status != 200}
    desk.open(f"/don-vi{ANSWER}")
    desk.press(f"/don-vi{ANSWER}/tra-lai", {"reason": "Số liệu chưa khớp với tháng 8"})

    assert clerk.world.settings.ledger_url.startswith("postgresql")
    assert others == {"/khong-co": 404, "/nhat-ky?tu=x": 422}
    assert "Đã trả lại bản nộp" in desk.text
