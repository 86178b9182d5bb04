"""Verbs about the plan's other duties: ``duty add``, ``duty move``, ``duty list``, ``duty show``, ``duty owed``,
``duty budget``, ``duty summary``.
"""

from typing import TYPE_CHECKING, Any

from cyclopts import App

from plancycle.cli.duty_options import NO_EVENT, NO_FACTS, EventOptions, FactOptions
from plancycle.cli.output import house, print_json, print_table, say, words, year_or_now

if TYPE_CHECKING:
    from plancycle.domain.duties import DutyRecord
    from plancycle.domain.duty_standing import BudgetSum

HELP = "The plan's other duties: obstacles, amendments, reviews, inspections, commendations, budget, dialogues."


def register(app: App) -> None:
    """Add the verbs to the command line."""
    duty = App(name="duty", help=HELP)
    for verb in (add, move, show, owed, budget, summary):
        duty.command(verb)
    duty.command(listed, name="list")
    app.command(duty)


def add(
    kind: str,
    /,
    *,
    body: str,
    key: str,
    by: str,
    status: str = "",
    facts: FactOptions = NO_FACTS,
    event: EventOptions = NO_EVENT,
    year: int = 0,
    as_of: str = "",
    json: bool = False,
) -> None:
    """Record a fact. The same key for the same body and kind is recorded once; a record is never changed.

    Example: plancycle duty add obstacle --body so-y-te --key cv-12 --by "Trần Thị B" --subject "Thiếu kinh phí quý III"

    Kinds: obstacle, amendment, interim_review, final_review, inspection, commendation, budget, dialogue, dissemination.

    Args:
        kind: What is recorded; the programme must have such a duty.
        body: The agency it comes from; of an inspection, the one that inspects.
        key: Your own mark for it, for example the number of the letter it came with.
        by: Who tells it.
        facts: The facts, each as an option of its own.
        event: What happened, each as an option of its own.
        status: How it begins: inspection planned or inspected; dialogue planned, held or not_held.
        year: Of a budget proposal, the year the money is for.
        as_of: The moment that counts as now.
        json: Print data for programs.
    """
    from plancycle.domain.duty_rules import Told
    from plancycle.services import duties

    told = Told(status, by, event.on, event.note, event.document, event.document_on, event.due)
    with house(as_of) as opened:
        record = duties.add(opened, duties.NewDuty(kind, body, key, facts.given(), told, year))
    _tell(record, "cli.duty_added", json)


def move(
    record: str,
    status: str,
    /,
    *,
    by: str,
    event: EventOptions = NO_EVENT,
    confirm: int | None = None,
    dry_run: bool = False,
    as_of: str = "",
    json: bool = False,
) -> None:
    """Append what happened to a record: forwarded, answered, accepted, refused, held, inspected, closed and so on.

    Example: plancycle duty move tn-nq94-2025/obstacle/so-y-te/cv-12 closed --by "Trần Thị B" --note "Đã bố trí đủ"

    Args:
        record: The record's id, as `duty list` shows it.
        status: What it becomes; what may follow is said when it cannot.
        by: Who tells it.
        event: What happened, each as an option of its own.
        confirm: How many letters you saw it would send; forwarding an obstacle by mail sends one.
        dry_run: Show the letters; change nothing.
        as_of: The moment that counts as now.
        json: Print data for programs.
    """
    from plancycle.cli.sending import confirmed
    from plancycle.domain.duty_rules import Told
    from plancycle.services import duties

    told = Told(status, by, event.on, event.note, event.document, event.document_on, event.due)
    with house(as_of) as opened:
        name = f"chuyen-{record.rpartition('/')[2]}"
        if confirmed(opened, name, lambda given: duties.move(given, record, told), confirm, dry_run, json) is None:
            return
        moved = duties.move(opened, record, told)
    _tell(moved, "cli.duty_moved", json)


def listed(*, kind: str = "", year: int = 0, body: str = "", as_of: str = "", json: bool = False) -> None:
    """The records as they stand; without a year, of every year.

    Example: plancycle duty list --kind obstacle --year 2025
    """
    from plancycle.services import duties, duty_overview

    with house(as_of) as opened:
        asked = duties.kind_of(kind) if kind else None
        found = duty_overview.listed(opened, year, asked, body)
    if json:
        print_json([_plain(record) for record in found])
        return
    heads = [words(f"cli.duty.{name}") for name in ("id", "kind", "status", "on", "due", "what")]
    rows = [[one.id, _word(one.kind), _word(one.status), one.events[-1].on, one.due, _about(one)] for one in found]
    print_table(heads, rows)


def show(record: str, /, *, as_of: str = "", json: bool = False) -> None:
    """One record with everything that happened to it.

    Example: plancycle duty show tn-nq94-2025/obstacle/so-y-te/cv-12
    """
    from plancycle.services import duty_overview

    with house(as_of) as opened:
        found = duty_overview.shown(opened, record)
    if json:
        print_json(_plain(found))
        return
    print_table(["", ""], [[words(f"duty_field.{name}"), text] for name, text in found.facts.items()])
    heads = [words(f"cli.duty.{name}") for name in ("on", "status", "actor", "document", "due", "note")]
    events = [[one.on, _word(one.status), one.actor, _document(one), one.due, one.note] for one in found.events]
    print_table(heads, events)


def owed(kind: str, /, *, year: int = 0, as_of: str = "", json: bool = False) -> None:
    """Who still owes a duty: dissemination, dialogue or budget. Invited bodies never owe.

    Example: plancycle duty owed dialogue --year 2025
    """
    from plancycle.services import duties, duty_overview

    with house(as_of) as opened:
        lines = duty_overview.owed(opened, year_or_now(year, opened), duties.kind_of(kind))
        programme = opened.programmes.load(opened.programme_id)
    told = [
        {
            "body": line.body,
            "name": programme.agency(line.body).name,
            "standing": str(line.standing),
            "last_day": line.last_day,
            "record": line.record.id if line.record else None,
        }
        for line in lines
    ]
    if json:
        print_json(told)
        return
    heads = [words(f"cli.duty.{name}") for name in ("body", "status", "due", "id")]
    rows = [[one["name"], words(f"standing.{one['standing']}"), one["last_day"], one["record"]] for one in told]
    print_table(heads, rows)


def budget(
    *,
    year: int = 0,
    submit: bool = False,
    by: str = "",
    document: str = "",
    document_on: str = "",
    as_of: str = "",
    json: bool = False,
) -> None:
    """The year's budget proposals added up; with --submit, handed in under one document.

    Example: plancycle duty budget --year 2026

    Args:
        year: The year the money is for.
        submit: Mark every newest proposal as handed in; needs by, document and document_on.
        by: Who hands them in.
        document: Number of the document.
        document_on: Its date.
        as_of: The moment that counts as now.
        json: Print data for programs.
    """
    from plancycle.domain.duty_rules import Told
    from plancycle.services import duty_overview

    with house(as_of) as opened:
        asked = year_or_now(year, opened)
        if submit:
            told = Told(by=by, document=document, document_on=document_on)
            found = duty_overview.submit_budget(opened, asked, told)
        else:
            found = duty_overview.budget(opened, asked)
        programme = opened.programmes.load(opened.programme_id)
    if json:
        print_json(_sum(found))
        return
    heads = [words("cli.duty.body"), words("cli.duty.amount", unit=found.unit), words("cli.duty.status")]
    rows = [[programme.agency(one.body).name, _word(one.amount), _word(one.status)] for one in found.proposals]
    print_table(heads, rows)
    sums = {"total": _word(found.total), "submitted": _word(found.submitted_total), "missing": str(len(found.missing))}
    say(words("cli.duty_budget", year=str(found.year), unit=found.unit, **sums))


def _sum(found: "BudgetSum") -> dict[str, object]:
    return {
        "year": found.year,
        "gathered_by": found.gathered_by,
        "unit": found.unit,
        "total": str(found.total),
        "submitted_total": str(found.submitted_total),
        "proposals": [{"body": one.body, "amount": str(one.amount), "status": one.status} for one in found.proposals],
        "missing": found.missing,
    }


def summary(*, year: int = 0, as_of: str = "", json: bool = False) -> None:
    """A year in a few numbers: records of each kind, what waits, what is overdue, who has done what is owed.

    Example: plancycle duty summary --year 2025
    """
    from dataclasses import asdict

    from plancycle.services import duty_overview

    with house(as_of) as opened:
        found = duty_overview.summary(opened, year_or_now(year, opened))
    if json:
        print_json([asdict(one) for one in found])
        return
    heads = [words(f"cli.duty.{name}") for name in ("kind", "records", "open", "overdue", "done")]
    rows = [
        [_word(one.kind), one.records, one.open, one.overdue, f"{one.done}/{one.owed}" if one.owed else ""]
        for one in found
    ]
    print_table(heads, rows)


def _tell(record: "DutyRecord", key: str, json: bool) -> None:
    from plancycle.domain.duty_standing import is_published_late

    if json:
        print_json(_plain(record))
    say(words(key, record=record.id, status=record.status))
    if is_published_late(record):
        say(words("cli.duty_published_late"))


def _plain(record: "DutyRecord") -> dict[str, object]:
    from dataclasses import asdict

    known = {"id": record.id, "year": record.year, "kind": record.kind, "body": record.body, "status": record.status}
    events = [asdict(event) for event in record.events]
    return {**known, "due": record.due, "facts": dict(record.facts), "events": events}


def _word(value: object) -> str:
    from plancycle.adapters.texts import Catalogue

    return Catalogue().write(value)


def _document(event: Any) -> str:
    day = f" ({event.document_on:%d/%m/%Y})" if event.document_on else ""
    return f"{event.document}{day}"


def _about(record: "DutyRecord") -> str:
    return record.facts.get("subject", "") or record.facts.get("amount", "")
