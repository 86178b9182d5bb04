"""Where a period stands: its letters, overview, matrix, timeliness and how many have sent."""

from prefect import task

from plancycle.domain.periods import Period
from plancycle.services.matrix import matrix
from tasks._artifacts import page, progress
from tasks._house import house_at
from tasks._pages import matrix_page, overview_page, timeliness_page
from tasks._policy import LOCAL
from tasks.letters import letters_sheet


@task(task_run_name="lập bảng thư và tình hình {period}", **LOCAL)
def show_standing(year: int, period: str, as_of: str = "") -> dict[str, int]:
    """Leave the table of letters, the three pages and the bar of a period; returns its counts."""
    with house_at(as_of) as house:
        letters_sheet(house, year, period)
        seen = matrix(house, year, Period(period))
        for what, build in (("matrix", matrix_page), ("timeliness", timeliness_page), ("overview", overview_page)):
            page(house, what, build(house, seen), year, period, when=seen.title)
        counts = seen.timeliness
        progress(house, "progress", counts.submitted, counts.expected, year, period)
    return {"expected": counts.expected, "submitted": counts.submitted, "late": counts.late, "missing": counts.missing}
