"""Obstacles reported at once and obstacles of the submissions in one annex, none counted twice."""

from dataclasses import replace

import duty_samples as d
import factories as f
import pytest
from sample_report import report_facts as sample
from small_programme import ANNUAL, FINANCE, HEALTH, PLAN, Q1, YEAR, at

from plancycle.adapters.documents.annexes import obstacles
from plancycle.adapters.texts import Catalogue
from plancycle.services.consolidate_period import consolidate
from plancycle.services.cycle_view import cycle_view
from plancycle.services.duty_reports import reported_obstacles
from plancycle.services.report_contents import ReportedObstacle
from plancycle.services.report_facts import report_facts

HEALTH_NAME = "Sở Y tế"


def in_report(house, period, frozen_at):
    house.clock.at = frozen_at
    edition = consolidate(house, YEAR, period, final=True).edition
    with house.work() as work:
        return [one.obstacle for one in report_facts(house, work, cycle_view(house, YEAR, work), edition).obstacles]


def test_a_report_lists_what_is_open_and_what_arose_in_its_period():
    house = d.a_house(at(1, 10))  # Friday 10/01/2025
    early = d.added(house, "obstacle", "k1", subject="Đóng trước quý I")
    d.moved(house, early, "closed", note="Xong")
    d.added(house, "obstacle", "k2", subject="Còn mở từ tháng một")
    house.clock.at = at(3, 10)  # Monday 10/03/2025
    f.all_answer(house, Q1)
    quick = d.added(house, "obstacle", "k3", FINANCE, subject="Nảy sinh và đóng trong quý I")
    d.moved(house, quick, "closed", note="Xong")
    frozen = at(3, 12)  # Wednesday 12/03/2025
    listed = in_report(house, Q1, frozen)
    house.clock.at = at(3, 13)
    d.added(house, "obstacle", "k4", subject="Sau khi chốt")

    assert listed == ["Còn mở từ tháng một", "Nảy sinh và đóng trong quý I"]
    assert in_report(house, Q1, frozen) == listed


def test_the_annual_evaluation_lists_every_obstacle_of_its_year():
    house = d.a_house(at(3, 10))
    done = d.added(house, "obstacle", "k1", subject="Đã xong")
    d.moved(house, done, "closed", note="Xong")
    d.added(house, "obstacle", "k0", on="20/12/2024", subject="Năm trước")
    house.clock.at = f.DURING_ANNUAL
    f.all_answer(house, ANNUAL)

    assert in_report(house, ANNUAL, at(12, 2)) == ["Đã xong"]


def test_the_plan_lists_none():
    house = d.a_house(at(1, 10))
    d.added(house, "obstacle")
    f.all_answer(house, PLAN)

    assert in_report(house, PLAN, at(1, 13)) == []


@pytest.mark.parametrize("written", ["Thiếu kinh phí", "Thiếu nhân lực"])
def test_one_obstacle_told_twice_is_one_line_and_no_word_is_lost(written):
    facts = sample(text=written)
    code = facts.works[0].code
    agency = facts.works[0].agency
    before = obstacles(facts, Catalogue())
    told = ReportedObstacle(agency, code, facts.works[0].title, "Thiếu kinh phí", "Chưa có dự toán", "Bổ sung")
    lines = obstacles(replace(facts, obstacles=(told,)), Catalogue())
    (line,) = [one for one in lines if "Chưa có dự toán" in one.cause]

    assert len(lines) == len(before)
    assert line.obstacle.split("\n") == list(dict.fromkeys(["Thiếu kinh phí", written]))


def test_what_no_submission_mentions_is_a_line_of_its_own():
    facts = sample()
    before = obstacles(facts, Catalogue())
    alone = ReportedObstacle(HEALTH_NAME, "", "", "Chưa ai nói", "", "Xem xét")
    absent = ReportedObstacle("Tỉnh đoàn", "", "", "Tự nguyện", "", "")
    lines = obstacles(replace(facts, obstacles=(alone, absent)), Catalogue())

    assert len(lines) == len(before) + 2
    assert [(one.agency, one.obstacle) for one in lines if one not in before] == [
        (HEALTH_NAME, "Chưa ai nói"),
        ("Tỉnh đoàn", "Tự nguyện"),
    ]


def test_a_work_without_a_title_is_still_listed_by_its_record():
    house = d.a_house(at(3, 10))
    d.added(house, "obstacle", body=HEALTH, work="n2")
    f.all_answer(house, Q1)
    edition = consolidate(house, YEAR, Q1).edition
    with house.work() as work:
        (line,) = reported_obstacles(work, cycle_view(house, YEAR, work), edition)

    assert (line.agency, line.code, line.title) == (HEALTH_NAME, "n2", "Khám sức khỏe thanh niên")
