"""An agency's answer in which one task is said to be done and shows no evidence: a warning that wants a reason."""

from typing import Any

from plancycle.services.cycle_view import cycle_view

DONE = "Hoàn thành"
WHY = "Văn bản đang trình ký, sẽ gửi sau khi ban hành"


def doubted_row(clerk: Any) -> str:
    """The first row of the agency's form that asks for a task's standing."""
    with clerk.world.house() as house:
        form = cycle_view(house, 2025).form(clerk.period, clerk.agency)
    return str(next(row.code for _, row, one in form.cells() if DONE in one.choices))


def doubted_workbook(clerk: Any, **changed: str) -> bytes:
    """The workbook with that answer."""
    data: bytes = clerk.workbook(**{f"{doubted_row(clerk)}__status": DONE}, **changed)
    return data
