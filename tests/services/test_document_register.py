"""Numbers of outgoing documents: once, in order, replaced and corrected by documents that cite the old one."""

import factories as f
import pytest
from proving import decide
from small_programme import ANNUAL, CYCLE, DISTRICT, HEALTH, HOME, Q1, YEAR, at

from plancycle.domain.document_register import DocumentKind, Relation, read_number, symbol_of
from plancycle.domain.errors import ActionNeeded, DataProblem, NotFound
from plancycle.services.corrections import open_correction
from plancycle.services.document_register import order_replacement, register
from plancycle.services.official_documents import correct, make_documents
from plancycle.services.prepare_submission import prepare
from plancycle.services.receive_submission import receive
from plancycle.services.transmit_edition import transmit

REASON = "Phụ lục II ghi sai đơn vị tính"


def codes(house, year=YEAR):
    return [line.entry.code for line in register(house, year)]


def newer_final(house):
    receive(house, f.a_workbook(house, HOME, inspections__value="5"), "lan-2.xlsx", "folder")
    return f.a_final_edition(house)


@pytest.mark.parametrize(
    ("text", "read"),
    [("5", (5, "")), ("05", (5, "")), (" 05/BC-SNV ", (5, "BC-SNV")), ("112/SNV-CCHC", (112, "SNV-CCHC"))],
)
def test_a_number_is_read_as_people_write_it(text, read):
    assert read_number(text) == read


@pytest.mark.parametrize("text", ["", "0", "00/BC", "BC-SNV", "5/", "-1", "năm"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(DataProblem):
        read_number(text)


@pytest.mark.parametrize(
    ("kind", "unit", "symbol"),
    [
        (DocumentKind.REPORT, "", "BC-SNV"),
        (DocumentKind.COMMENDATION, "", "TTr-SNV"),
        (DocumentKind.DIGEST, "", "TB-SNV"),
        (DocumentKind.CALL, "", "SNV"),
        (DocumentKind.CALL, "SNV-CCHC", "SNV-CCHC"),
    ],
)
def test_the_symbol_names_the_type_and_the_body_and_a_letter_has_no_type(kind, unit, symbol):
    assert symbol_of(kind, "BC-SNV", unit) == symbol


def test_a_report_prepared_again_keeps_its_number_and_the_register_lists_its_files():
    house = f.a_house()
    first = prepare(house, f.a_final_edition(house).id)
    prepare(house, newer_final(house).id)
    (line,) = register(house, YEAR)

    assert (line.entry.code, line.entry.purpose, line.entry.signatory) == (
        "01/BC-SNV",
        f"{CYCLE}/annual/report",
        "Trần Văn Ký",
    )
    assert line.entry.addressees == "Ủy ban nhân dân tỉnh; Bộ Nội vụ"
    assert {file.sha256 for file in first.files} <= {file.sha256 for file in line.files}
    assert len(line.files) == 6


def test_reports_and_letters_share_one_sequence_a_year():
    house = f.a_house()
    prepare(house, f.a_final_edition(house).id)
    make_documents(house, DocumentKind.CALL, YEAR, ANNUAL, issue=True)
    make_documents(house, DocumentKind.DIGEST, YEAR, ANNUAL, HEALTH, issue=True)

    assert codes(house) == ["01/BC-SNV", "02/SNV", "03/TB-SNV"]


def test_numbers_begin_again_with_the_year_of_signing():
    house = f.a_house(at(12, 11))  # Thursday 11/12/2025
    make_documents(house, DocumentKind.CALL, YEAR, ANNUAL, issue=True)
    house.clock.at = at(12, 31).replace(year=2026, month=1, day=5)  # Monday 05/01/2026
    make_documents(house, DocumentKind.DIGEST, YEAR, ANNUAL, HEALTH, issue=True)

    assert (codes(house), codes(house, 2026)) == (["01/SNV"], ["01/TB-SNV"])


def test_a_draft_takes_no_number():
    house = f.a_house()
    made = make_documents(house, DocumentKind.CALL, YEAR, ANNUAL)

    assert ([one.entry for one in made], codes(house)) == ([None], [])


def test_issuing_again_gives_the_same_number_and_the_same_bytes_whatever_the_day():
    house = f.a_house()
    first = make_documents(house, DocumentKind.CALL, YEAR, ANNUAL, issue=True)
    house.clock.at = at(12, 3)  # Wednesday 03/12/2025
    again = make_documents(house, DocumentKind.CALL, YEAR, ANNUAL, issue=True)

    assert (first[0].entry, {one.data for one in first[0].files}) == (
        again[0].entry,
        {one.data for one in again[0].files},
    )


def test_a_replacement_takes_a_new_number_cites_the_old_one_and_is_ordered_once():
    house = f.a_house()
    make_documents(house, DocumentKind.CALL, YEAR, ANNUAL, issue=True)
    ordered = [order_replacement(house, YEAR, "01/SNV", REASON, "van-thu") for _ in range(2)]
    made = make_documents(house, DocumentKind.CALL, YEAR, ANNUAL, issue=True)
    old, new = register(house, YEAR)

    assert ordered[0] == ordered[1] == made[0].entry == new.entry
    assert (new.entry.code, new.entry.relation, new.entry.cites_number, new.entry.reason) == (
        "02/SNV",
        Relation.REPLACES,
        1,
        REASON,
    )
    assert [one.code for one in old.cited_by] == ["02/SNV"]
    with house.work() as work:
        assert len(work.audit.find(["register.replaced"], "so-noi-vu/2025/01")) == 1


def test_a_correction_is_a_letter_of_its_own_and_asked_twice_it_is_one():
    house = f.a_house()
    prepare(house, f.a_final_edition(house).id)
    made = [correct(house, YEAR, "1", REASON, "van-thu") for _ in range(2)]
    other = correct(house, YEAR, "1", "Ngày ban hành ghi nhầm", "van-thu")

    assert (made[0].entry, made[0].files) == (made[1].entry, made[1].files)
    assert [one.entry.code for one in (made[0], other)] == ["02/SNV", "03/SNV"]
    assert (made[0].entry.relation, made[0].entry.cites_number) == (Relation.CORRECTS, 1)
    assert made[0].entry.addressees == "Ủy ban nhân dân tỉnh; Bộ Nội vụ"


def test_once_a_replacement_is_ordered_one_more_edition_may_leave():
    house = f.a_house()
    first = f.an_approved_edition(house)
    transmit(house, first.id)
    open_correction(house, f.owed(DISTRICT), f.REASON, "so-noi-vu")
    receive(house, f.a_workbook(house, DISTRICT, inspections__value="6"), "lan-2.xlsx", "folder")
    newest = f.a_final_edition(house)
    order_replacement(house, YEAR, "01/BC-SNV", REASON, "van-thu")
    approval = prepare(house, newest.id).approval
    decide(house, f.link_to(house, approval), True, "")
    transmit(house, newest.id)
    with house.work() as work:
        sent = {one.edition for one in work.transmittals.of_cycle(CYCLE)}

    assert codes(house) == ["01/BC-SNV", "02/BC-SNV"]
    assert sent == {first.id, newest.id}
    assert first.id != newest.id


@pytest.mark.parametrize(
    ("number", "reason", "error"),
    [("7", REASON, NotFound), ("1/KH-SNV", REASON, NotFound), ("1", "  ", ActionNeeded), ("một", REASON, DataProblem)],
)
def test_what_cannot_be_corrected_is_refused(number, reason, error):
    house = f.a_house()
    prepare(house, f.a_final_edition(house).id)
    for act in (order_replacement, correct):
        with pytest.raises(error):
            act(house, YEAR, number, reason, "van-thu")


def test_the_report_is_only_numbered_by_asking_for_approval():
    house = f.a_house()
    f.a_final_edition(house)
    with pytest.raises(ActionNeeded, match="report_elsewhere"):
        make_documents(house, DocumentKind.REPORT, YEAR, ANNUAL, issue=True)
    with pytest.raises(NotFound, match="no_edition"):
        make_documents(house, DocumentKind.REPORT, YEAR, Q1)
