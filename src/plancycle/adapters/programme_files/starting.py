"""From what somebody says about a new programme to its folder: province or ministry, lists of bodies and work."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from plancycle.adapters.communes import Province, communes_of, province_named, provinces
from plancycle.adapters.programme_files.blueprint_files import deadline_lines, files_of, values_of
from plancycle.adapters.programme_files.scaffold import new_programme
from plancycle.adapters.programme_files.value_types import EMAIL, read_date
from plancycle.domain.agencies import AgencyKind
from plancycle.domain.blueprints import Blueprint, Body, Work, bodies_of, check_id, departments, kind_of, slug, works_of
from plancycle.domain.errors import DataProblem, Place, ProgrammeProblem
from plancycle.domain.official_lists import OfficialList, read_list
from plancycle.domain.searching import folded

DECREE = "Nghị định 150/2025/NĐ-CP; đối chiếu với nghị quyết của HĐND cấp tỉnh"
UNITS = "Danh mục đơn vị hành chính từ 01/07/2025 (Quyết định 19/2025/QĐ-TTg)"
SAID = "Người lập chương trình ghi khi khởi tạo"
PROVINCE_DESK, MINISTRY_DESK = "Sở Nội vụ", "Văn phòng Bộ"
CAPITAL = "Hà Nội"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody wants: a province's or a ministry's programme; empty texts leave the choice to the defaults.

    ``with_communes``: None takes a province's communes unless a roster was given.
    """

    id: str
    title: str
    province: str = ""
    ministry: str = ""
    consolidator: str = ""
    roster: Path | None = None
    works: Path | None = None
    with_communes: bool | None = None
    start_year: int = 2026


@dataclass(frozen=True, slots=True)
class Started:
    """What was made of them; ``unused``: columns nobody uses; ``undated``: due texts kept as words."""

    blueprint: Blueprint
    unused: tuple[str, ...]
    undated: int


def start(folder: Path, wishes: Wishes) -> Started:
    """Write the programme's folder; nothing is written unless it passes the check.

    Raises DataProblem (neither or both of province and ministry, an unknown province, a bad id), ProgrammeProblem
    with everything that is wrong in the lists, and what :func:`.scaffold.new_programme` raises.
    """
    if bool(wishes.province) == bool(wishes.ministry):
        raise DataProblem("programme_new.whose")
    check_id(wishes.id)
    province = province_named(wishes.province) if wishes.province else None
    roster, works = _list(wishes.roster, "roster"), _list(wishes.works, "works")
    bodies, wrong = _bodies(wishes, province, roster)
    desk = _desk(wishes, bodies)
    days = _days(works)
    assigned, more = works_of(_name(wishes.works), works, [*bodies, desk], days) if works else ([], [])
    places = [*(roster.problems if roster else ()), *wrong, *(works.problems if works else ()), *more]
    if places:
        raise ProgrammeProblem(places)
    blueprint = _blueprint(wishes, province, tuple(bodies), desk, tuple(assigned))
    new_programme(folder, values_of(blueprint), files_of(blueprint), deadline_lines(blueprint))
    unused = tuple(name for one in (roster, works) if one for name in one.unused)
    return Started(blueprint, unused, sum(bool(work.due_text) for work in assigned))


def _name(path: Path | None) -> str:
    return path.name if path else ""


def _list(path: Path | None, kind: str) -> OfficialList | None:
    if path is None:
        return None
    from plancycle.adapters.workbooks.tables import read_table

    return read_list(path.name, kind, read_table(path))


def _bodies(wishes: Wishes, province: Province | None, roster: OfficialList | None) -> tuple[list[Body], list[Place]]:
    """The roster's bodies, or those every province (or the whole country) has; communes where they are wanted."""
    bodies: list[Body] = []
    places: list[Place] = []
    if roster is not None:
        bodies, places = bodies_of(_name(wishes.roster), roster, f"Danh sách {_name(wishes.roster)}", EMAIL)
    elif province is not None:
        bodies = list(departments(province.seat, DECREE))
    else:
        bodies = [Body(slug(one.name), f"UBND {one.seat}", AgencyKind.LOCAL, UNITS) for one in provinces()]
    wants = roster is None if wishes.with_communes is None else wishes.with_communes
    if province is not None and wants:
        known = {folded(one.name) for one in bodies}
        found = [Body(one.id, f"UBND {one.name}", AgencyKind.LOCAL, UNITS) for one in communes_of(province.code)]
        bodies += [one for one in found if folded(one.name) not in known]
    return bodies, places


def _desk(wishes: Wishes, bodies: list[Body]) -> Body:
    name = wishes.consolidator or (PROVINCE_DESK if wishes.province else MINISTRY_DESK)
    known = next((one for one in bodies if folded(name) in (folded(one.name), one.id)), None)
    return known or Body(slug(name), " ".join(name.split()), kind_of(name), SAID)


def _days(works: OfficialList | None) -> dict[str, date]:
    """Due texts that are days."""
    found: dict[str, date] = {}
    for line in works.lines if works else ():
        try:
            day = read_date(line.get("due"))
        except ValueError:
            day = None
        if day is not None:
            found[line.get("due")] = day
    return found


def _blueprint(
    wishes: Wishes, province: Province | None, bodies: tuple[Body, ...], desk: Body, assigned: tuple[Work, ...]
) -> Blueprint:
    if province is not None:
        seat, place = province.seat, province.place
        authority = Body("ubnd-cap-tinh", f"UBND {seat}", AgencyKind.AUTHORITY, UNITS)
    else:
        seat, place = " ".join(wishes.ministry.split()), CAPITAL
        authority = Body(slug(seat), seat, AgencyKind.AUTHORITY, SAID)
    return Blueprint(wishes.id, wishes.title, place, seat, wishes.start_year, authority, desk, bodies, assigned)
