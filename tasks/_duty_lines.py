"""The plan's other duties in one line of the overview."""

from plancycle.services.duty_overview import KindSummary, summary
from plancycle.services.ports import House
from tasks._artifacts import say


def duty_line(house: House, year: int) -> str:
    """What waits, what is overdue, who has done what is owed; empty when there is nothing to say."""
    told = [text for one in summary(house, year) if (text := _told(house, one))]
    return say(house, "overview.duties", told="; ".join(told)) if told else ""


def _told(house: House, one: KindSummary) -> str:
    kind = house.texts.say(f"duty_kind.{one.kind}")
    counts = {"kind": kind, "open": one.open, "overdue": one.overdue, "done": one.done, "owed": one.owed}
    if one.owed and (one.done or one.overdue):
        return say(house, "overview.duty_owed_overdue" if one.overdue else "overview.duty_owed", **counts)
    if one.owed or not one.open:
        return ""
    return say(house, "overview.duty_overdue" if one.overdue else "overview.duty_open", **counts)
