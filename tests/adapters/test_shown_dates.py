"""How the command line shows due instants: nobody may read “before 10/12” as “on 10/12”."""

from datetime import datetime

import pytest

from plancycle.cli.output import due_shown


@pytest.mark.parametrize(
    ("due", "shown"),
    [
        ("2025-12-10T00:00:00+07:00", "24 giờ 09/12/2025"),  # a Wednesday: the last good day is Tuesday
        ("2025-12-09T17:00:00+00:00", "24 giờ 09/12/2025"),
        ("2026-01-01T00:00:00+07:00", "24 giờ 31/12/2025"),
        ("2025-12-08T17:00:00+07:00", "08/12/2025 17:00"),
    ],
)
def test_midnight_is_the_end_of_the_day_before(due, shown):
    assert due_shown(datetime.fromisoformat(due)) == shown


def test_what_has_no_due_instant_shows_none():
    assert due_shown(None) == ""
