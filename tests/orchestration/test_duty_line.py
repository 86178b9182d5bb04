"""The plan's other duties in one line of the overview page."""

import duty_samples as d
import factories as f
from small_programme import Q1, YEAR, at

from plancycle.adapters.texts import Catalogue
from plancycle.services.matrix import matrix
from tasks._duty_lines import duty_line
from tasks._pages import overview_page


def with_words(house):
    house.texts = Catalogue()
    return house


def test_nothing_is_said_when_nothing_waits():
    assert duty_line(with_words(f.a_house()), YEAR) == ""
    assert duty_line(with_words(d.a_house()), YEAR) == ""


def test_what_waits_what_is_overdue_and_who_has_done_what_is_owed():
    house = with_words(d.a_house())
    d.added(house, "obstacle", subject="| {{x}} <b>")
    d.added(house, "inspection")
    d.added(house, "dialogue")
    house.clock.at = at(3, 21)  # Friday 21/03/2025, the day after the inspection was to be
    line = duty_line(house, YEAR)

    assert line == (
        "Việc khác của kế hoạch: khó khăn, vướng mắc: 1 đang chờ; kiểm tra: 1 quá hạn; "
        "đối thoại với thanh niên: 1/2 đã thực hiện"
    )
    assert line in overview_page(house, matrix(house, YEAR, Q1))
