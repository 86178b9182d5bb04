"""Rendering a final edition and asking the named approver."""

import json
from dataclasses import replace

import factories as f
import pytest
from fakes import FakeDocuments, PowerCut
from small_programme import ANNUAL, CYCLE, DISTRICT, HEALTH, HOME, YEAR, an_address_book, at

from plancycle.domain.approvals import ApprovalStatus
from plancycle.domain.consolidation import bundle_sha256
from plancycle.domain.errors import ActionNeeded, NotFound
from plancycle.services.consolidate_period import consolidate
from plancycle.services.prepare_submission import prepare
from plancycle.services.receive_submission import receive

BOOK = an_address_book()


def newer_final(house):
    receive(house, f.a_workbook(house, HOME, inspections__value="5"), "lan-2.xlsx", "folder")
    return f.a_final_edition(house)


def approval_letters(house):
    with house.work() as work:
        return [letter for letter in work.outbox.all() if letter.kind == "approval_request"]


def test_the_approver_is_asked_about_exactly_the_rendered_bytes():
    house = f.a_house()
    edition = f.a_final_edition(house)
    prepared = prepare(house, edition.id)
    (letter,) = approval_letters(house)
    content = json.loads(house.files.get(letter.sha256))

    assert prepared.approval.bundle_sha256 == bundle_sha256(edition.sha256, prepared.files)
    assert (prepared.approval.prepared_by, prepared.approval.approver) == ("chuyen-vien", "pho-chu-tich")
    assert (letter.to_address, letter.key) == (
        "phe-duyet@ubnd-tinh.example",
        f"{CYCLE}/annual/pho-chu-tich/approval-e1/mail",
    )
    token = content["facts"]["link"].removeprefix("https://bao-cao.example/phe-duyet/")
    assert house.seals.open_link(token) == {"approval": prepared.approval.id, "approver": "pho-chu-tich"}
    assert content["facts"]["bundle_sha256"] == prepared.approval.bundle_sha256


def test_the_files_are_stored_and_left_for_people():
    house = f.a_house()
    prepared = prepare(house, f.a_final_edition(house).id)

    assert [file.kind for file in prepared.files] == ["docx", "pdf", "xlsx"]
    for file in prepared.files:
        assert house.left[f"reports/annual/{file.file_name}"] == house.files.get(file.sha256)


class OneByOne(FakeDocuments):
    """Files made in another order than they are listed; of each is noted whether those before it were kept by then."""

    def __init__(self, house):
        self.house, self.were_kept = house, []

    def report_files(self, facts):
        before = []
        for file in reversed(self.report(facts)):
            self.were_kept.append(all(one.data in self.house.files.stored.values() for one in before))
            yield file
            before.append(file)


def test_each_file_is_kept_before_the_next_is_made_and_all_are_listed_in_their_order():
    house = f.a_house()
    house.documents = OneByOne(house)
    prepared = prepare(house, f.a_final_edition(house).id)

    assert house.documents.were_kept == [True, True, True]
    assert [file.kind for file in prepared.files] == ["docx", "pdf", "xlsx"]
    with house.work() as work:
        noted = [one.file_name for one in work.register.files(house.programmes.programme.consolidator, YEAR)]
    assert [file.file_name for file in prepared.files] == noted


def test_the_report_states_works_narratives_late_and_missing_agencies():
    house = f.a_house(at(12, 11))  # Thursday 11/12/2025
    receive(house, f.a_workbook(house, HEALTH), "a.xlsx", "folder", at(12, 9))  # Tuesday 09/12/2025
    receive(house, f.a_workbook(house, DISTRICT), "b.xlsx", "folder", at(12, 10))  # Wednesday 10/12/2025
    prepared = prepare(house, consolidate(house, YEAR, ANNUAL, final=True).edition.id)
    said = json.loads(house.files.get(prepared.files[0].sha256))

    assert [(agency, work) for agency, work, _ in said["works"]] == [
        ("Sở Y tế", "n2"),
        ("Sở Y tế", "n1"),
        ("UBND huyện Đại Từ", "n1"),
    ]
    assert [name for name, row, _ in said["narratives"] if row == "N1"] == ["Sở Y tế", "UBND huyện Đại Từ"]
    assert (said["late"], said["missing"]) == (["UBND huyện Đại Từ"], ["Sở Nội vụ", "Sở Tài chính"])
    assert [line[1:3] for line in said["submissions"]] == [
        ["missing", 0],
        ["submitted", 0],
        ["missing", 0],
        ["submitted_late", 1],
    ]
    assert (said["number"], said["addressees"]) == (1, ["Ủy ban nhân dân tỉnh", "Bộ Nội vụ"])


def test_preparing_twice_is_preparing_once():
    house = f.a_house()
    edition = f.a_final_edition(house)
    first = prepare(house, edition.id)
    before = house.database.tables
    house.clock.at = at(12, 2)  # Tuesday 02/12/2025

    assert prepare(house, edition.id) == first
    assert house.database.tables == before


def test_a_newer_edition_takes_back_the_waiting_request_and_keeps_the_documents_number():
    house = f.a_house()
    first = prepare(house, f.a_final_edition(house).id)
    second = prepare(house, newer_final(house).id)
    with house.work() as work:
        stored = work.editions.approval(first.approval.id)
    numbers = [json.loads(house.files.get(one.files[0].sha256))["number"] for one in (first, second)]

    assert (stored.status, second.approval.status) == (ApprovalStatus.VOID, ApprovalStatus.REQUESTED)
    assert numbers == [1, 1]
    assert len(approval_letters(house)) == 2


def test_an_edition_that_was_replaced_cannot_be_prepared_any_more():
    house = f.a_house()
    old = f.a_final_edition(house)
    newest = prepare(house, newer_final(house).id)
    with pytest.raises(ActionNeeded):
        prepare(house, old.id)
    with house.work() as work:
        assert work.editions.approval(newest.approval.id).status is ApprovalStatus.REQUESTED


@pytest.mark.parametrize(
    ("book", "kind", "problem"),
    [
        (BOOK, "provisional", ActionNeeded),
        (replace(BOOK, approver=None), "final", ActionNeeded),
        (replace(BOOK, preparer=None), "final", ActionNeeded),
        (replace(BOOK, approver=BOOK.preparer), "final", ActionNeeded),
        (BOOK, "none", NotFound),
    ],
)
def test_what_cannot_be_prepared_is_refused_and_nothing_is_stored(book, kind, problem):
    house = f.a_house()
    f.all_answer(house)
    edition = consolidate(house, YEAR, ANNUAL, final=kind == "final").edition
    house.programmes.book = book
    before = house.database.tables
    with pytest.raises(problem):
        prepare(house, "ct-2025/annual/e99" if kind == "none" else edition.id)

    assert house.database.tables == before


@pytest.mark.parametrize("moment", ["before the commit", "while a copy is written"])
def test_a_power_cut_asks_nobody_and_the_next_try_asks_once(moment):
    house = f.a_house()
    edition = f.a_final_edition(house)
    before, leave = house.database.tables, house.leave_file
    if moment == "before the commit":
        house.database.fail_at = house.database.commits + 1
    else:
        house.leave_file = lambda *_: (_ for _ in ()).throw(PowerCut(moment))
    with pytest.raises(PowerCut):
        prepare(house, edition.id)

    assert house.database.tables == before
    house.leave_file = leave
    prepare(house, edition.id)
    assert len(approval_letters(house)) == 1
    assert len([name for name in house.left if name.startswith("reports/")]) == 3
