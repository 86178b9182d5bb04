"""What an installation that others use must not be: each reason alone, all at once, and none at home."""

from dataclasses import replace

import pytest

from plancycle.domain.errors import SeveralProblems
from plancycle.domain.production import RULES, Setup, check_fit, refusals

FIT = Setup("https://bao-cao.so-noi-vu.example.vn", "smtps://may@thu.example.vn", "bao-cao@so-noi-vu.example.vn")
CHANGES = [
    ({}, ()),
    ({"base_url": "http://bao-cao.so-noi-vu.example.vn"}, ("plain_http",)),
    ({"mail_from": "bao-cao@plancycle.invalid"}, ("sender_invalid",)),
    ({"mail_url": "folder:"}, ("mail_to_folder",)),
    ({"mail_url": "smtp://thu.example.vn:25"}, ("mail_in_clear",)),
    ({"mail_url": "smtp://thu.example.vn:587?tls=starttls"}, ()),
    ({"mail_url": "smtp://127.0.0.1:25"}, ()),
    ({"is_rehearsal": True}, ("rehearsal",)),
    ({"folder_mode": 0o755}, ("folder_open",)),
    ({"folder_mode": 0o750}, ()),
    ({"secret_key": "x" * 31}, ("secret_short",)),
    ({"secret_key": "x" * 32}, ()),
    ({"failpoint": "mail.marked:1"}, ("failpoint",)),
]


@pytest.mark.parametrize(("change", "expected"), CHANGES)
def test_each_unsafe_setting_is_refused_for_its_own_reason(change, expected):
    assert refusals(replace(FIT, **change)) == expected


def test_all_reasons_are_told_at_once_and_none_where_nobody_else_comes():
    worst = Setup("http://x.vn", "smtp://u:geheim@thu.vn", "a@b.invalid", "k", "/d", 0o777, True, "mail.marked:1")
    with pytest.raises(SeveralProblems) as refused:
        check_fit(worst)
    told = [one.key.removeprefix("production.") for one in refused.value.problems]

    assert told == [name for name, _ in RULES if name != "mail_to_folder"]
    assert "geheim" not in str(refused.value.problems[2])
    for address in ("http://127.0.0.1:8600", "http://localhost:8600"):
        check_fit(replace(worst, base_url=address))
