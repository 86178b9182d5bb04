"""What the desk hands out and takes back: a dossier as one file, the matrix as a workbook, old editions, links."""

import io
import zipfile

import pytest
from clerk_world import ClerkBrowser
from desk_world import AGENCY, ANSWER, NOW, a_busy_desk
from openpyxl import load_workbook

from plancycle.services.consolidate_period import consolidate
from plancycle.services.cycle_view import CycleView
from plancycle.services.receive_submission import receive

FIGURE = "/so-lieu/tn-nq94-2025/q3/inspections.value"


@pytest.fixture
def clerk(build):
    """The agency whose answers stand on the desk."""
    return a_busy_desk(build(now=NOW))


@pytest.fixture
def desk(clerk):
    """A browser on the server itself."""
    return ClerkBrowser(clerk.world.browser)


def test_a_dossier_is_one_file_with_every_version_receipt_letter_and_event_and_no_link_that_is_the_agencys(clerk, desk):
    first, second = (desk.send("GET", f"/don-vi{ANSWER}/goi").content for _ in range(2))
    packed = zipfile.ZipFile(io.BytesIO(first))
    names = packed.namelist()
    texts = b"".join(packed.read(one) for one in names if one.endswith((".txt", ".csv", ".json"))).decode()

    assert first == second
    assert {"lan-01/tep-goc.xlsx", "lan-02/tep-goc.xlsx", "lan-02/bien-nhan.pdf", "nhat-ky.csv"} <= set(names)
    assert {"lan-02/bien-nhan.json", "lan-02/loi-va-canh-bao.csv"} <= set(names)
    assert [one for one in names if one.startswith("thu/")]
    assert "Liên kết" in texts or "liên kết" in texts
    assert clerk.link not in texts
    assert packed.read("nhat-ky.csv").decode("utf-8-sig").count("submission.received") == 2


def test_the_matrix_is_a_workbook_of_text_with_the_same_filter_and_leads_to_the_reminders(desk):
    page = desk.open("/bao-cao?nam=2025&tim=so+y+te").page
    book = load_workbook(io.BytesIO(desk.send("GET", "/bao-cao/excel?nam=2025&tim=so+y+te").content))
    lines = list(book["2025"].iter_rows(min_row=3, values_only=True))

    assert 'href="/bao-cao/excel?nam=2025&amp;tim=so+y+te"' in page
    assert 'href="/luot-chay/remind_agencies?nam=2025&amp;ky=q3"' in page
    assert lines[0][0] == "Cơ quan, đơn vị"
    assert [line[0] for line in lines[1:]] == ["Sở Y tế"]
    assert "✓ Đã nộp đúng hạn" in lines[1]
    assert {cell.data_type for row in book["2025"].iter_rows() for cell in row if cell.value} == {"s"}


def test_an_older_edition_is_traced_to_its_own_versions_and_says_whose_year_is_partial(clerk, desk, monkeypatch):
    monkeypatch.setattr(CycleView, "partial_year", lambda self, period: {AGENCY: NOW.date()})
    with clerk.world.house(NOW) as house:
        receive(house, clerk.workbook(inspections__value="11"), "bao-cao.xlsx", "folder")
        consolidate(house, 2025, clerk.period)
    edition = desk.open("/tong-hop/2025/q3/1")
    old, new = desk.open(f"{FIGURE}?ban=1").text, desk.open(FIGURE).text

    assert f'href="{FIGURE}?ban=1"' in edition.open("/tong-hop/2025/q3/1").page
    assert "Số liệu một phần của năm" in edition.text
    assert "Sở Y tế (10/09/2025)" in edition.text
    assert (" 7 " in old, " 11 " in old) == (True, False)
    assert " 11 " in new
    assert desk.open(f"{FIGURE}?ban=99").status == 404


def test_a_link_is_taken_back_from_the_desk_where_it_is_open_already_too(clerk, desk):
    browser = clerk.enter()
    before = browser.open(clerk.base).status
    desk.open(f"/don-vi{ANSWER}").submit(f"/don-vi{ANSWER}/lien-ket", {})

    assert "✓ Đã thu hồi liên kết" in desk.text
    assert "/lien-ket" not in desk.page
    assert (before, browser.open(clerk.base).status, browser.open(clerk.link).status) == (200, 403, 403)
