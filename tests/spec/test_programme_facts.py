"""The shipped programme says what the plan says: counted and compared with facts read off the plan, line by line.

Line numbers are lines of the plan's scanned text, counted from 1.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from itertools import groupby
from pathlib import Path

import pytest

from plancycle.adapters.programme_files.folders import ProgrammeFiles
from plancycle.domain.agencies import AgencyKind
from plancycle.domain.deadlines import Wording
from plancycle.domain.periods import Period
from plancycle.domain.programme import Programme

# id, number, date (ISO), line, role
LEGAL = """
nq-94-cp           94/NQ-CP         2024-06-19   7 basis
ctr-51-tu          51-CTr/TU        2024-01-04   7 basis
nq-43-tw           43-NQ/TW         2023-11-24   7 basis
kl-01-tw           01-KL/TW         2021-05-18  33 cited
ct-05-tw-2016      05-CT/TW         -           33 cited
nq-76-cp           76/NQ-CP         2021-07-15 139 cited
qd-4020-ubnd       4020/QĐ-UBND     2021-12-16 139 cited
ct-20-tu           20-CT/TU         2023-04-26 139 cited
nq-06-tu           06-NQ/TU         2016-08-29 145 cited
nq-19-tw           19-NQ/TW         2022-06-16 163 cited
ct-49-tw           49-CT/TW         2015-10-20 185 cited
kl-65-tw           65-KL/TW         2019-10-30 185 cited
nq-24-tw           24-NQ/TW         -          185 cited
ct-05-tw-2021      05-CT/TW         2021-06-23 185 cited
nq-04-tu           04-NQ/TU         2021-07-14 185 cited
nq-01-tu           01-NQ/TU         2020-12-31 209 cited
ct-35-tw           35-CT/TW         2014-05-26 227 cited
nq-623-ubtvqh15    623/NQ-UBTVQH15  2022-10-07 227 cited
ct-14-ttg          14/CT-TTg        2012-05-18 227 cited
kh-363-ttcp        363/KH-TTCP      2019-03-20 227 cited
kh-1910-ttcp       1910/KH-TTCP     2021-10-29 227 cited
da-06-tu           06-ĐA/TU         2021-06-28 227 cited
luat-dan-chu-co-so -                -           95 cited
luat-tiep-cong-dan -                -          227 cited
luat-khieu-nai     -                -          227 cited
luat-to-cao        -                -          227 cited
mtqg-nong-thon-moi -                -          159 cited
mtqg-dan-toc       -                -          185 cited
mtqg-giam-ngheo    -                -          215 cited
"""

# issuers as the plan names them
ISSUERS = {
    "nq-94-cp": "Chính phủ",
    "ctr-51-tu": "Ban Chấp hành Đảng bộ tỉnh Thái Nguyên",
    "nq-43-tw": "Ban Chấp hành Trung ương Đảng khóa XIII",
    "kl-01-tw": "Bộ Chính trị",
    "nq-76-cp": "Chính phủ",
    "qd-4020-ubnd": "UBND tỉnh",
    "ct-20-tu": "Ban Thường vụ Tỉnh ủy",
    "nq-06-tu": "Ban Thường vụ Tỉnh ủy",
    "nq-19-tw": "Hội nghị lần thứ năm Ban Chấp hành Trung ương Đảng khóa XIII",
    "ct-49-tw": "Ban Bí thư",
    "kl-65-tw": "Bộ Chính trị",
    "nq-24-tw": "Ban Chấp hành Trung ương Đảng khóa IX",
    "ct-05-tw-2021": "Ban Bí thư",
    "nq-04-tu": "Ban Chấp hành Đảng bộ tỉnh",
    "nq-01-tu": "Tỉnh ủy",
    "ct-35-tw": "Bộ Chính trị",
    "nq-623-ubtvqh15": "Ủy ban Thường vụ Quốc hội",
    "ct-14-ttg": "Thủ tướng Chính phủ",
    "kh-363-ttcp": "Thanh tra Chính phủ",
    "kh-1910-ttcp": "Thanh tra Chính phủ",
    "da-06-tu": "Ban Chấp hành Đảng bộ tỉnh Thái Nguyên",
}

# group: heading line, number of items at every level, lines of the items in order
GROUPS = {
    "G1": (31, 2, [33, 33]),
    "G2": (37, 4, [39, 41, 43, 43]),
    "G3": (45, 13, [47, 49, 51, 53, 55, 57, 59, 61, 63, 65, 67, 69, 71]),
    "G4": (73, 4, [75, 75, 77, 79]),
    "G5": (81, 4, [83, 87, 89, 91]),
    "G6": (93, 3, [95, 97, 99]),
    "G7": (101, 9, [103, 103, 107, 109, 109, 111, 113, 113, 115]),
    "G8": (117, 3, [119, 121, 123]),
}

# entry: its bodies, its heading's line, the lines its pieces of work stand in
ENTRIES = {
    1: ([], 127, [129, 129, 131, 131, 131, 131]),
    2: (["so-noi-vu"], 133, [135] * 2 + [137] * 3 + [139] * 4 + [141] * 2 + [143] * 3 + [145] * 3 + [147]),
    3: (["so-tu-phap"], 149, [151, 153, 153]),
    4: (["so-nnptnt"], 155, [159, 159, 161, 161, 161, 163, 165]),
    5: (["so-vhttdl"], 167, [171, 171, 173, 173, 173]),
    6: (["so-ngoai-vu"], 175, [177, 177, 179]),
    7: (["ban-dan-toc"], 181, [185] * 6 + [187] + [189] * 3),
    8: (["so-khdt"], 191, [193, 195, 195, 197]),
    9: (["bo-chqs"], 199, [201, 201]),
    10: (["cong-an-tinh"], 203, [205, 205]),
    11: (["so-tttt"], 207, [209, 209]),
    12: (["so-ldtbxh"], 211, [213, 215, 215, 215]),
    13: (["so-khcn"], 217, [219, 219]),
    14: (["so-gddt"], 221, [223]),
    15: (["thanh-tra-tinh"], 225, [227, 227, 227, 227]),
    16: (["so-tai-chinh"], 229, [231]),
    17: (["so-y-te"], 233, [235, 235]),
    18: (["bao-thai-nguyen", "dai-ptth", "tt-thong-tin"], 237, [239] * 5),
}

NAMES = {
    "so-noi-vu": "Sở Nội vụ",
    "so-tu-phap": "Sở Tư pháp",
    "so-nnptnt": "Sở Nông nghiệp và Phát triển nông thôn",
    "so-vhttdl": "Sở Văn hóa, Thể thao và Du lịch",
    "so-ngoai-vu": "Sở Ngoại vụ",
    "ban-dan-toc": "Ban Dân tộc tỉnh",
    "so-khdt": "Sở Kế hoạch và Đầu tư",
    "bo-chqs": "Bộ Chỉ huy quân sự tỉnh",
    "cong-an-tinh": "Công an tỉnh",
    "so-tttt": "Sở Thông tin và Truyền thông",
    "so-ldtbxh": "Sở Lao động - Thương binh và Xã hội",
    "so-khcn": "Sở Khoa học và Công nghệ",
    "so-gddt": "Sở Giáo dục và Đào tạo",
    "thanh-tra-tinh": "Thanh tra tỉnh",
    "so-tai-chinh": "Sở Tài chính",
    "so-y-te": "Sở Y tế",
    "bao-thai-nguyen": "Báo Thái Nguyên",
    "dai-ptth": "Đài Phát thanh - Truyền hình tỉnh",
    "tt-thong-tin": "Trung tâm Thông tin tỉnh",
}

LOCAL_NAMES = {
    "tp-thai-nguyen": "UBND thành phố Thái Nguyên",
    "tp-song-cong": "UBND thành phố Sông Công",
    "tp-pho-yen": "UBND thành phố Phổ Yên",
    "huyen-dai-tu": "UBND huyện Đại Từ",
    "huyen-dinh-hoa": "UBND huyện Định Hóa",
    "huyen-dong-hy": "UBND huyện Đồng Hỷ",
    "huyen-phu-binh": "UBND huyện Phú Bình",
    "huyen-phu-luong": "UBND huyện Phú Lương",
    "huyen-vo-nhai": "UBND huyện Võ Nhai",
}

# id, line, kind, the day named (None: the plan names none)
DEADLINES = [
    ("D1", 35, "one_off", date(2024, 8, 15)),
    ("D2", 131, "yearly", "12-10"),
    ("D3", 131, "yearly", None),
    ("D4", 135, "periodic", None),
    ("D5", 23, "event", None),
    ("D6", 131, "authority_sets", None),
    ("D7", 147, "external_schedule", None),
    ("D8", 57, "yearly", None),
    ("D9", 129, "yearly", None),
]

# "Nơi nhận", lines 249 to 261
RECIPIENTS = [
    "Văn phòng Chính phủ",
    "Bộ Nội vụ",
    "Thường trực Tỉnh ủy",
    "Chủ tịch, các Phó Chủ tịch UBND tỉnh",
    "Đoàn đại biểu Quốc hội tỉnh",
    "Hội đồng nhân dân tỉnh",
    "Các ban Đảng thuộc Tỉnh ủy",
    "Ủy ban MTTQ tỉnh",
    "Các sở, ban, ngành, đoàn thể tỉnh",
    "Các đơn vị sự nghiệp công lập thuộc UBND tỉnh",
    "Các công ty, doanh nghiệp nhà nước thuộc tỉnh",
    "UBND các huyện, thành phố",
    "Lưu: VT, NC, TH",
]

# line, as scanned, as corrected, the corrected spelling as the programme's own words carry it (None: not used there)
CORRECTIONS = [
    (61, "thể mạnh", "thế mạnh", "thế mạnh của phụ nữ"),
    (87, "đổi tượng yếu thế", "đối tượng yếu thế", "đối tượng yếu thế"),
    (125, "III. TỔ CHỨC THỰC HIỆN", "IV. TỔ CHỨC THỰC HIỆN", None),
    (139, "Par Index", "PAR INDEX", "(PAR INDEX)"),
    (177, "Đầu mạnh vận động", "Đẩy mạnh vận động", "Đẩy mạnh vận động kiều bào"),
    (177, "tri thức, văn nghệ sĩ", "trí thức, văn nghệ sĩ", "trí thức, văn nghệ sĩ, doanh nhân"),
    (185, "Kết luận 65-KL/TW", "Kết luận số 65-KL/TW", "Kết luận số 65-KL/TW"),
    (
        209,
        "phát huy truyền thông, sức mạnh",
        "phát huy truyền thống, sức mạnh",
        "góp phần phát huy truyền thống, sức mạnh",
    ),
    (223, "khát vọng công hiến", "khát vọng cống hiến", "khát vọng cống hiến"),
    (227, "tố cáo đồng người", "tố cáo đông người", "tố cáo đông người"),
    (
        237,
        "Đài phát thanh -Truyền hình, Trung tâm thông tin tỉnh",
        "Đài Phát thanh - Truyền hình, Trung tâm Thông tin tỉnh",
        "Đài Phát thanh - Truyền hình tỉnh",
    ),
    (239, "biếu dương", "biểu dương", "đề xuất biểu dương"),
    (245, "Ban chấp hành Trung ương", "Ban Chấp hành Trung ương", "Ban Chấp hành Trung ương Đảng"),
    (245, "./*S*", "./.", None),
    (247, "Noi nhận", "Nơi nhận", None),
    (261, "TH.*SK*", "TH.", "Lưu: VT, NC, TH"),
    (262, "- Cuongtm", None, None),
]


@pytest.fixture(scope="module")
def programme() -> Programme:
    return ProgrammeFiles(Path(__file__).parents[2] / "programmes").load("tn-nq94")


def words_of(value: object) -> Iterator[str]:
    """Every text inside a structure."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from words_of(item)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from words_of(item)


@pytest.fixture(scope="module")
def own_words(programme: Programme) -> str:
    """Everything the programme says, without the list of corrections (which quotes the misreadings)."""
    facts = asdict(programme)
    del facts["source"]["corrections"]
    return "\n".join(words_of(facts))


def test_there_are_29_legal_references_with_the_plans_numbers_dates_and_lines(programme: Programme):
    expected = [tuple(row.split()) for row in LEGAL.strip().splitlines()]
    actual = [
        (ref.id, ref.number or "-", ref.dated.isoformat() if ref.dated else "-", str(ref.line), ref.role)
        for ref in programme.legal_refs
    ]
    assert actual == expected
    assert len(actual) == 29
    assert sum(ref.number is not None for ref in programme.legal_refs) == 22
    assert Counter(ref.kind for ref in programme.legal_refs if not ref.number) == {
        "Luật": 4,
        "Chương trình mục tiêu quốc gia": 3,
    }


def test_issuers_are_those_the_plan_names_and_no_others(programme: Programme):
    assert {ref.id: ref.issuer for ref in programme.legal_refs if ref.issuer} == ISSUERS


def test_two_different_directives_are_both_05_ct_tw(programme: Programme):
    same_number = [ref for ref in programme.legal_refs if ref.number == "05-CT/TW"]
    assert [(ref.id, ref.dated) for ref in same_number] == [
        ("ct-05-tw-2016", None),
        ("ct-05-tw-2021", date(2021, 6, 23)),
    ]


def test_what_the_plan_does_not_say_of_a_document_is_marked_as_coming_from_outside(programme: Programme):
    marked = {ref.id for ref in programme.legal_refs if ref.outside_source}
    laws = {"luat-dan-chu-co-so", "luat-tiep-cong-dan", "luat-khieu-nai", "luat-to-cao"}
    assert marked == laws | {"ct-05-tw-2016", "nq-24-tw"}
    assert all(
        "không có trong kế hoạch" in (ref.outside_source or "không có trong kế hoạch") for ref in programme.legal_refs
    )


def test_four_cited_documents_end_with_2025(programme: Programme):
    ended = {ref.id for ref in programme.legal_refs if not ref.is_in_force(date(2026, 1, 1))}
    assert ended == {"qd-4020-ubnd", "ct-20-tu", "nq-04-tu", "da-06-tu"}
    assert all(ref.is_in_force(date(2025, 12, 31)) for ref in programme.legal_refs)


def test_eight_groups_hold_42_items_at_the_plans_lines(programme: Programme):
    actual = {
        group.id: (group.line, len(list(group.all_items())), [item.line for item in group.all_items()])
        for group in programme.groups
    }
    assert actual == GROUPS
    assert sum(count for _, count, _ in actual.values()) == 42


def test_item_3_2_has_eleven_items_and_the_plans_own_numbers_are_kept(programme: Programme):
    items = {item.id: item for group in programme.groups for item in group.all_items()}
    assert len(items["G3.2"].items) == 11
    assert {item.number for item in items.values() if item.number} == {"3.1", "3.2", "7.1", "7.2"}
    assert [(item.id, item.deadline) for item in items.values() if item.deadline] == [("G3.2.4", "D8")]
    assert [(group.id, group.deadline) for group in programme.groups if group.deadline] == [("G1", "D1")]


def test_81_works_stand_in_18_entries_at_the_plans_lines(programme: Programme):
    actual = {}
    for entry, found in groupby(programme.works, key=lambda work: work.entry):
        works = list(found)
        assert [work.id for work in works] == [f"E{entry:02d}.{number}" for number in range(1, len(works) + 1)]
        assert len({work.agencies for work in works}) == 1
        heading = 127 if entry == 1 else programme.agency(works[0].agencies[0]).line
        actual[entry] = (list(works[0].agencies), heading, [work.line for work in works])
    assert actual == ENTRIES
    assert len(programme.works) == 81
    assert Counter(work.is_for_all for work in programme.works) == {True: 6, False: 75}


def test_four_projects_follow_the_timetable_of_a_ministry(programme: Programme):
    assert {work.id: work.ministry_schedule for work in programme.works if work.ministry_schedule} == {
        "E02.18": "bo-noi-vu",
        "E04.7": "bo-nnptnt",
        "E06.3": "bo-ngoai-giao",
        "E08.4": "bo-khdt",
    }
    assert [work.id for work in programme.works if work.deadline == "D7"] == ["E02.18", "E04.7", "E06.3", "E08.4"]


def test_everything_a_work_cites_exists(programme: Programme):
    legal = {ref.id for ref in programme.legal_refs}
    known = {"figures": {i.id for i in programme.indicators}, "deadlines": {d.id for d in programme.deadlines}}
    for work in programme.works:
        assert set(work.legal_refs) <= legal
        assert set(work.indicators) <= known["figures"]
        assert work.deadline is None or work.deadline in known["deadlines"]
        assert work.duty is None or work.duty in {duty.id for duty in programme.duties}


def test_19_named_reporters_come_first_then_nine_local_ones(programme: Programme):
    assert [(a.id, a.name) for a in programme.reporting_agencies()] == [*NAMES.items(), *LOCAL_NAMES.items()]
    named = programme.reporting_agencies()[:19]
    assert [a.entry for a in named] == [*range(2, 18), 18, 18, 18]
    assert all(programme.can_owe(agency_id) for agency_id in programme.reporters)


def test_local_names_are_not_in_the_plan_and_say_so(programme: Programme):
    marked = [agency.id for agency in programme.agencies if agency.outside_source]
    assert marked[:9] == list(LOCAL_NAMES)
    assert [agency.id for agency in programme.reporting_agencies() if agency.outside_source] == list(LOCAL_NAMES)
    assert {programme.agency(a).kind for a in LOCAL_NAMES} == {AgencyKind.LOCAL}
    assert {programme.agency(a).line for a in LOCAL_NAMES} == {245}


def test_army_and_police_report_unclassified_matters_only(programme: Programme):
    assert [a.id for a in programme.agencies if a.unclassified_only] == ["bo-chqs", "cong-an-tinh"]


def test_groups_without_named_members_stay_groups(programme: Programme):
    assert list(programme.unnamed_groups) == [RECIPIENTS[8], RECIPIENTS[9], RECIPIENTS[10]]


def test_invited_bodies_have_two_requests_and_never_owe_anything(programme: Programme):
    invited = programme.invitations
    assert (invited.entry, invited.line) == (19, 241)
    assert [body.id for body in invited.bodies] == [
        "cac-ban-dang",
        "doan-dbqh",
        "hdnd-cac-cap",
        "co-quan-tu-phap",
        "mttq",
        "ct-xh",
    ]
    assert [(request.id, request.line) for request in invited.requests] == [("E19.1", 243), ("E19.2", 243)]
    assert not any(programme.can_owe(body.id) for body in invited.bodies)


def test_four_indicators_belong_to_two_departments(programme: Programme):
    assert [(i.abbreviation, i.owner, i.line) for i in programme.indicators] == [
        ("PAR INDEX", "so-noi-vu", 139),
        ("PAPI", "so-noi-vu", 139),
        ("SIPAS", "so-noi-vu", 139),
        ("PCI", "so-khdt", 195),
    ]


def test_nine_deadlines_stand_at_the_plans_lines_and_most_name_no_day(programme: Programme):
    assert [(d.id, d.line, d.kind, d.before_date or d.before_month_day) for d in programme.deadlines] == DEADLINES
    assert {d.id for d in programme.deadlines if d.configurable} == {"D3", "D4", "D8", "D9"}
    assert {d.id for d in programme.deadlines if not d.owner} == {"D1", "D2", "D5", "D6", "D9"}


def test_the_annual_period_is_the_plans_own_deadline_and_the_others_say_they_are_not(programme: Programme):
    annual = programme.period_rule(Period.ANNUAL)
    assert (annual.wording, annual.due) == (Wording.BEFORE, (12, 10))
    assert "131" in annual.basis
    others = [rule for rule in programme.periods if rule.period is not Period.ANNUAL]
    assert [rule.period for rule in others] == [Period.PLAN, Period.Q1, Period.Q2, Period.Q3]
    assert all(rule.wording is Wording.BY and "Lựa chọn của cơ quan đầu mối" in rule.basis for rule in others)


def test_13_recipients_stand_in_the_plans_order(programme: Programme):
    assert [(r.order, r.name) for r in programme.recipients] == list(enumerate(RECIPIENTS, start=1))
    assert programme.recipients[3].as_written == "Chủ tịch, các PCT UBND tỉnh"
    assert programme.recipients[9].as_written == "Các ĐVSN công lập thuộc UBND tỉnh"
    assert programme.recipients[12].copies_to == ("VT", "NC", "TH")
    assert all(programme.agency(r.ref) for r in programme.recipients if r.ref)


def test_the_report_goes_to_the_committee_every_period_and_to_the_ministry_once_a_year(programme: Programme):
    assert [a.agency for a in programme.addressees_of(Period.Q2)] == ["ubnd-tinh"]
    assert [(a.agency, a.channel) for a in programme.addressees_of(Period.ANNUAL)] == [
        ("ubnd-tinh", "folder"),
        ("bo-noi-vu", "http"),
    ]


def test_purposes_requirements_and_duties_stand_at_the_plans_lines(programme: Programme):
    assert [(s.id, s.line) for s in programme.purposes] == [("P1", 13), ("P2", 15)]
    assert [(s.id, s.line) for s in programme.requirements] == [
        ("R1", 19),
        ("R2", 19),
        ("R3", 23),
        ("R4", 23),
        ("R5", 23),
        ("R6", 23),
    ]
    assert [(duty.id, duty.lines) for duty in programme.duties] == [
        ("inspect", (23, 131, 135, 141)),
        ("monitor", (131, 135, 243)),
        ("urge", (23, 135, 141, 159, 185)),
        ("evaluate", (23, 131)),
        ("report_obstacle", (23,)),
        ("amend", (131, 159, 187)),
        ("interim_review", (131, 159, 187)),
        ("final_review", (131, 159, 187)),
        ("consolidate", (131, 135)),
        ("commend", (123, 143, 239)),
        ("budget", (231,)),
        ("youth_dialogue", (57,)),
        ("disseminate", (33, 35)),
    ]


def test_the_header_the_source_lacks_is_listed_and_invented_nowhere(programme: Programme, own_words: str):
    source = programme.source
    assert source.missing == ("issuer_block", "number", "place", "date")
    assert source.document_type == "Kế hoạch"
    assert source.signer == "Đặng Xuân Trường"
    assert source.signer_position == "KT. CHỦ TỊCH, PHÓ CHỦ TỊCH THƯỜNG TRỰC"
    assert source.sha256 == "d6b5e060a9f76d4383aeb089ff30d3eacc796adeb2c20d8ff4f23078318caeeb"
    assert "KH-UBND" not in own_words


def test_17_corrections_and_5_paragraph_joins_are_recorded(programme: Programme):
    recorded = [(c.line, c.scanned, c.corrected) for c in programme.source.corrections]
    assert recorded == [(line, scanned, corrected) for line, scanned, corrected, _ in CORRECTIONS]
    assert len(recorded) == 17
    assert programme.source.paragraph_joins == ((19, 21), (83, 85), (103, 105), (185, 187), (213, 215))


@pytest.mark.parametrize(("line", "scanned", "corrected", "used"), CORRECTIONS)
def test_a_misreading_appears_nowhere_and_its_correction_where_the_words_are_used(
    own_words: str, line: int, scanned: str, corrected: str | None, used: str | None
):
    assert scanned not in own_words
    assert used is None or used in own_words


def test_every_text_is_composed_unicode_on_one_line(own_words: str):
    assert unicodedata.is_normalized("NFC", own_words)
    assert "  " not in own_words
    assert "\t" not in own_words
