"""What has been kept long enough: the plan as a page, and the plan carried out."""

from prefect import task

from plancycle.services.let_go import let_go, planned
from tasks._artifacts import page, say
from tasks._house import house_at
from tasks._markup import table
from tasks._policy import LOCAL


@task(task_run_name="xem những gì đã hết thời hạn lưu giữ", **LOCAL)
def show_retention(as_of: str = "") -> str:
    """Leave the page of what the retention rules let go, with the plan's digest; nothing changes."""
    with house_at(as_of) as house:
        plan = planned(house, house.settings.retention_rules)
        rows = [[house.texts.say(f"retention.{what}", "vi"), str(count)] for what, count in plan.counts.items()]
        head = [house.texts.say(f"retention.{what}", "vi") for what in ("what", "count")]
        told = house.texts.say("retention.dry", "vi", plan=plan.digest, count=plan.count)
        return page(house, "retention", f"{table(head, rows)}\n\n{told}\n\n{say(house, 'retention.two')}")


@task(task_run_name="xóa những gì đã hết thời hạn lưu giữ", **LOCAL)
def carry_out_retention(plan: str, person: str, second: str, document: str, as_of: str = "") -> int:
    """Carry out exactly that plan in the names of two people; returns how many things went."""
    with house_at(as_of) as house:
        return let_go(house, house.settings.retention_rules, plan.strip(), person, second, document).count
