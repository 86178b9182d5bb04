"""Lists officials already have: headings in any spelling and order, names with commas, every mistake with its cell."""

import pytest

from plancycle.adapters.programme_files.value_types import EMAIL
from plancycle.domain.agencies import AgencyKind
from plancycle.domain.blueprints import Body, bodies_of, departments, initials, kind_of, names_in, slug, works_of
from plancycle.domain.official_lists import Sheet, cell_name, heading, read_list

ROSTER = [("Danh sách", ""), ("TT", "Ten co quan, don vi", "EMAIL", "Ghi chú"), ("1", "Sở Y tế", "y@so.vn", "x")]


def sheet(*rows, name="Trang 1"):
    return Sheet(name, tuple(tuple(row) for row in rows))


def roster(*rows):
    return read_list("ds.xlsx", "roster", [sheet(*rows)])


# a heading as people type it, as it is compared
HEADINGS = [
    ("Cơ quan, đơn vị", "co quan don vi"),
    ("CO QUAN  ĐƠN VỊ", "co quan don vi"),
    ("Thư điện tử (nếu có)", "thu dien tu"),
    ("Cơ quan/đơn vị", "co quan don vi"),
]


@pytest.mark.parametrize(("typed", "compared"), HEADINGS)
def test_a_heading_is_the_same_in_any_spelling(typed, compared):
    assert heading(typed) == compared


def test_a_list_is_found_below_its_title_and_on_any_sheet_whatever_the_order_of_columns():
    found = read_list("ds.xlsx", "roster", [sheet(("Ghi chú chung",), name="Bìa"), sheet(*ROSTER, name="DS")])
    turned = roster(*[tuple(reversed(row)) for row in ROSTER])

    assert (found.sheet, [(one.row, one.get("name"), one.get("email")) for one in found.lines]) == (
        "DS",
        [(3, "Sở Y tế", "y@so.vn")],
    )
    assert [dict(one.values) for one in turned.lines] == [dict(one.values) for one in found.lines]
    assert found.unused == ("Ghi chú",)


@pytest.mark.parametrize(("row", "column", "name"), [(7, 1, "A7"), (7, 26, "Z7"), (12, 27, "AA12"), (1, 703, "AAA1")])
def test_cells_are_named_as_the_spreadsheet_names_them(row, column, name):
    assert cell_name(row, column) == name


def test_every_mistake_of_a_roster_is_told_at_once_with_its_cell():
    found = roster(
        *ROSTER, ("2", "", "a@b.vn", ""), ("3", "so y te", "", ""), ("4", "Sở Xây dựng", "khong phai thu", "")
    )
    _, places = bodies_of("ds.xlsx", found, "nguồn", EMAIL)

    assert [(one.key, one.params["cell"]) for one in (*found.problems, *places)] == [
        ("list.empty_name", "B4"),
        ("list.twice", "B5"),
        ("list.bad_email", "C6"),
    ]


def test_a_list_without_its_headings_or_without_rows_says_so():
    assert [one.key for one in roster(("a", "b")).problems] == ["list.no_headings_roster"]
    assert [one.key for one in roster(*ROSTER[:2]).problems] == ["list.no_rows"]
    assert [one.key for one in read_list("x", "works", []).problems] == ["list.no_headings_works"]


KNOWN = [
    Body("so-y-te", "Sở Y tế", AgencyKind.DEPARTMENT, ""),
    Body("so-vhttdl", "Sở Văn hóa, Thể thao và Du lịch", AgencyKind.DEPARTMENT, ""),
]
# what a cell says, the bodies it names, what is unknown
NAMES = [
    ("Sở Văn hóa, Thể thao và Du lịch", ["so-vhttdl"], []),
    ("sở y tế, Sở Văn hoá, Thể thao và Du lịch", ["so-y-te", "so-vhttdl"], []),
    ("Sở Y tế; Sở Lạ", ["so-y-te"], ["Sở Lạ"]),
    ("Sở Văn hóa, Thể thao và Du lịch\nSở Y tế\n", ["so-vhttdl", "so-y-te"], []),
    ("Các cơ quan, đơn vị", [], []),
    ("so-y-te", ["so-y-te"], []),
]


@pytest.mark.parametrize(("text", "bodies", "unknown"), NAMES)
def test_a_comma_parts_bodies_unless_it_belongs_to_a_name(text, bodies, unknown):
    found, rest = names_in(text, KNOWN)

    assert ([one.id for one in found], rest) == (bodies, unknown)


def test_work_for_an_unknown_body_is_told_with_near_names_and_a_title_row_is_passed_over():
    found = read_list(
        "nv.xlsx",
        "works",
        [sheet(("Chủ trì", "Nhiệm vụ"), ("", "Nhóm thứ nhất"), ("Sở Y tê1", "Việc"), ("Sở Y tế", ""))],
    )
    works, places = works_of("nv.xlsx", found, KNOWN, {})

    assert [(one.key, one.params["cell"]) for one in (*found.problems, *places)] == [
        ("list.empty_title", "B4"),
        ("list.unknown_body", "A3"),
    ]
    assert places[0].params["near"] == ("Sở Y tế",)
    assert [one.title for one in works] == ["Việc"]


# a body's name, what it is
KINDS = [
    ("Sở Nội vụ", AgencyKind.DEPARTMENT),
    ("Bộ Chỉ huy quân sự tỉnh", AgencyKind.VERTICAL),
    ("Công an tỉnh", AgencyKind.VERTICAL),
    ("Bộ Nội vụ", AgencyKind.MINISTRY),
    ("UBND xã Đàm Thủy", AgencyKind.LOCAL),
    ("Phường Thục Phán", AgencyKind.LOCAL),
    ("Báo và Phát thanh, truyền hình", AgencyKind.MEDIA),
    ("Ủy ban MTTQ Việt Nam tỉnh", AgencyKind.INVITED),
    ("Tỉnh ủy", AgencyKind.INVITED),
    ("Ban Tổ chức Tỉnh ủy", AgencyKind.INVITED),
    ("Thanh tra tỉnh", AgencyKind.DEPARTMENT),
]


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_what_a_body_is_follows_from_its_name_so_that_nobody_is_urged_who_is_only_invited(name, kind):
    assert kind_of(name) is kind
    assert kind_of(name, "Được mời") is AgencyKind.INVITED


def test_ids_and_symbols_are_made_of_names():
    assert (slug("Sở Y tế"), initials("Sở Nội vụ"), initials("Sở Nông nghiệp và Môi trường")) == (
        "so-y-te",
        "SNV",
        "SNNMT",
    )
    assert len({one.id for one in departments("tỉnh Cao Bằng", "")}) == 12
