"""The desk lets an agency correct what was approved: a form on the obligation's page, as the command line has it."""

from datetime import UTC, datetime

import pytest
from clerk_world import ClerkBrowser, a_clerk

from plancycle.domain.approvals import Approval, ApprovalStatus
from plancycle.services.consolidate_period import consolidate
from plancycle.services.receive_submission import receive

NOW = datetime(2025, 9, 10, 2, 0, tzinfo=UTC)  # Wednesday 10/09/2025, 09:00; the third quarter is due on 20/09
REASON = "Số liệu chưa khớp với báo cáo tháng 8"


@pytest.fixture
def clerk(build):
    """One agency's clerk, whose answer is in."""
    known = a_clerk(build(now=NOW), "so-y-te")
    with known.world.house(NOW) as house:
        receive(house, known.workbook(), "bao-cao.xlsx", "folder")
    return known


def an_approval(clerk):
    """The record of somebody's approval of a final edition with the answer in it."""
    with clerk.world.house(NOW) as house:
        edition = consolidate(house, 2025, clerk.period, final=True).edition
        with house.work() as work:
            work.editions.add_approval(
                Approval(edition.id, "9f" * 32, NOW, "a", "b", ApprovalStatus.APPROVED, NOW, "b")
            )


def test_what_was_approved_is_corrected_by_leave_of_the_desk_and_is_not_withdrawn(clerk):
    desk, place = ClerkBrowser(clerk.world.browser), f"/don-vi/2025/{clerk.period}/{clerk.agency}"
    acts = [f"{place}/thu-hoi", f"{place}/dinh-chinh"]
    before = [f'action="{act}"' in desk.open(place).page for act in acts]
    an_approval(clerk)
    after = [f'action="{act}"' in desk.open(place).page for act in acts]
    refused = desk.submit(acts[1], {"reason": ""}).status
    short = desk.open(place).submit(acts[1], {"reason": "sai"})
    said = short.status, "Khi trả lại" in short.text, "Hãy nêu lý do, ít nhất 10 ký tự" in short.text
    done = desk.open(place).submit(acts[1], {"reason": REASON})

    assert (before, after) == ([True, False], [False, True])
    assert refused == 422
    assert said == (409, False, True)
    assert "✓ Đã cho đính chính" in done.text
    assert f"Lý do: {REASON}" in done.text
    assert f'action="{acts[1]}"' not in done.page
