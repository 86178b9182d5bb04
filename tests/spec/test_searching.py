"""A name is found as people type it."""

import pytest

from plancycle.domain.searching import folded, matches


@pytest.mark.parametrize(
    ("text", "wanted", "is_found"),
    [
        ("UBND xã Hoà An", "hoa an", True),
        ("UBND xã Hoà An", "Hòa An", True),
        ("UBND xã Hòa An", "HOÀ AN", True),
        ("Sở Nội vụ", "so noi vu", True),
        ("Sở Nội vụ", "nội sở", True),
        ("UBND huyện Đại Từ", "dai tu", True),
        ("UBND huyện Đại Từ", "đại từ", True),
        ("Sở Nội vụ", "", True),
        ("Sở Nội vụ", "y te", False),
    ],
)
def test_diacritics_tone_placement_case_and_order_do_not_matter(text, wanted, is_found):
    assert matches(text, wanted) is is_found


def test_a_folded_text_is_plain_letters_on_one_line():
    assert folded("  Đường\n Ỷ  LA ") == "duong y la"
