"""Documents about the plan's other duties: the budget proposals added up, the list of proposed commendations."""

from collections.abc import Sequence

from plancycle.domain.document_register import DocumentKind
from plancycle.domain.duties import DutyKind, DutyRecord, DutyStatus
from plancycle.domain.errors import ActionNeeded
from plancycle.domain.narrative import Passage
from plancycle.services.document_contents import Cell, Draft, TableRows
from plancycle.services.document_letters import Desk
from plancycle.services.duty_overview import budget_of, records_at
from plancycle.services.told_on_their_own import honours_told

PENDING = (DutyStatus.PROPOSED, DutyStatus.FORWARDED)


def budget(desk: Desk) -> list[Draft]:
    """The proposals for the year's money to whoever gathers them, added up exactly; missing bodies are named.

    Raises DataProblem (the programme has no such duty) and ActionNeeded (nobody has proposed anything).
    """
    found = budget_of(desk.house, desk.work, desk.view.year)
    if not found.proposals:
        raise ActionNeeded("duty.nothing_proposed", year=desk.view.year)
    rows: list[tuple[Cell, ...]] = [
        (order, desk.name(one.body), one.facts.get("subject", ""), one.amount, _status(desk, one))
        for order, one in enumerate(found.proposals, start=1)
    ]
    rows.append((None, desk.house.texts.say("document.total"), "", found.total, ""))
    signing = desk.view.signing(desk.today)
    gatherer = found.gathered_by if found.gathered_by != signing.consolidator else signing.authority
    values = {
        "unit": found.unit,
        "total": found.total,
        "submitted": found.submitted_total,
        "proposals": len(found.proposals),
        "missing": desk.names(found.missing),
    }
    base = f"{desk.view.id}/budget/{desk.today.isoformat()}"
    facts = desk.facts(
        DocumentKind.BUDGET,
        f"kinh-phi {base}",
        addressees=(desk.name(gatherer),),
        values=values,
        tables=(TableRows("budget", tuple(rows)),),
    )
    return [Draft(base, facts)]


def commendation(desk: Desk) -> list[Draft]:
    """The commendations proposed this year and not decided yet, to the plan's authority.

    What several bodies proposed alike is one line with all of them, in the words of the annual report.
    Raises ActionNeeded when nothing is proposed.
    """
    records = records_at(desk.work, desk.view.programme.id, desk.house.clock.now())
    pending = {one.id: one for one in records if one.kind is DutyKind.COMMENDATION and one.status in PENDING}
    told = honours_told(desk.house, desk.work, desk.view)
    listed = [(one, [pending[known] for known in ids if known in pending]) for one, ids in told]
    listed = [(one, proposed) for one, proposed in listed if proposed]
    if not listed:
        raise ActionNeeded("document.nobody_to_commend", year=desk.view.year)
    rows = tuple((order, *_honoured(desk, *one)) for order, one in enumerate(listed, start=1))
    whom = [proposed[0].facts["who"] for _, proposed in listed]
    values = {"persons": whom.count("person"), "collectives": whom.count("collective"), "all": len(listed)}
    base = f"{desk.view.id}/commendation/{desk.today.isoformat()}"
    facts = desk.facts(
        DocumentKind.COMMENDATION,
        f"khen-thuong {base}",
        addressees=(desk.name(desk.view.signing(desk.today).authority),),
        values=values,
        tables=(TableRows("commendations", rows),),
    )
    return [Draft(base, facts)]


def _honoured(desk: Desk, passage: Passage, proposed: Sequence[DutyRecord]) -> tuple[Cell, ...]:
    """One line of the list; a passage left out of the report keeps its place here in the body's own words."""
    say, told = desk.house.texts.say, proposed[0].facts
    who, form = say(f"honoured.{told['who']}"), say(f"commendation_form.{told['form']}")
    bodies = "; ".join(dict.fromkeys(desk.name(one.body) for one in proposed))
    edited = passage.text if passage.version else ""
    reason = edited.removeprefix(f"{told['subject']}: ") or told["reason"]
    return told["subject"], who, bodies, form, reason


def _status(desk: Desk, record: DutyRecord) -> str:
    return desk.house.texts.say(f"duty_status.{record.status}")
