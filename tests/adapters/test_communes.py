"""The product's own list of units: complete, in one spelling, and name by name what the published package has."""

import json
import re
import unicodedata
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import pytest

from plancycle.adapters.communes import LIST, communes_of, province_named, provinces

ALL = [commune for province in provinces() for commune in communes_of(province.code)]
OLD_MARKS = re.compile("(?<!q)(?:o[àáảãạ]|o[èéẻẽẹ]|u[ỳýỷỹỵ])(?![a-zà-ỹ])", re.IGNORECASE)


def test_the_list_has_every_unit_of_the_country_once():
    kinds = Counter("đặc khu" if one.name.startswith("đặc khu") else one.name.split()[0] for one in ALL)

    assert len(provinces()) == 34
    assert kinds == {"xã": 2621, "phường": 687, "đặc khu": 13}
    assert kinds.total() == len({one.id for one in ALL}) == len({one.code for one in ALL}) == 3321


def test_ids_and_names_are_in_one_spelling():
    assert [one.id for one in ALL if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*-[0-9]{5}", one.id)] == []
    assert [one.name for one in ALL if one.name != unicodedata.normalize("NFC", " ".join(one.name.split()))] == []
    assert [one.name for one in ALL if OLD_MARKS.search(one.name)] == []


@pytest.mark.parametrize(
    ("province", "code", "ident", "name"),
    [
        ("Thái Nguyên", 5788, "xa-phu-lac-05788", "xã Phú Lạc"),
        ("Lâm Đồng", 24829, "phuong-blao-24829", "phường B’Lao"),
        ("Đắk Lắk", 24184, "xa-ea-hleo-24184", "xã Ea H’Leo"),
        ("Tuyên Quang", 928, "xa-thanh-thuy-00928", "xã Thanh Thủy"),
        ("Hải Phòng", 11948, "dac-khu-bach-long-vi-11948", "đặc khu Bạch Long Vĩ"),
    ],
)
def test_a_unit_has_its_official_code_and_an_id_made_of_name_and_code(province, code, ident, name):
    assert [(one.id, one.name) for one in communes_of(province_named(province).code) if one.code == code] == [
        (ident, name)
    ]


def published():
    """The package's own file, whichever of its versions this Python has: province code, name with its kind."""
    spec = find_spec("vietnam_provinces")
    data = json.loads((Path(spec.origin).parent / "data" / "nested-divisions.json").read_text("utf-8"))
    return Counter((one["code"], plain(ward["name"])) for one in data for ward in one["wards"])


def plain(name):
    """A name without what its spellings differ by: case, spaces, kind of dash and apostrophe, place of the mark."""
    letters = unicodedata.normalize("NFD", " ".join(name.split()).casefold().replace("–", "-").replace("’", "'"))
    marks = "".join(sorted(letter for letter in letters if unicodedata.category(letter) == "Mn"))
    return "".join(letter for letter in letters if unicodedata.category(letter) != "Mn"), marks


@pytest.mark.skipif(find_spec("vietnam_provinces") is None, reason="vietnam-provinces not installed")
def test_every_name_is_in_the_published_package_under_the_same_province():
    mine = Counter((one.code, plain(commune.name)) for one in provinces() for commune in communes_of(one.code))

    assert mine == published()


def test_the_list_says_where_it_is_from():
    assert "19/2025/QĐ-TTg" in LIST.read_text("utf-8").splitlines()[1]
