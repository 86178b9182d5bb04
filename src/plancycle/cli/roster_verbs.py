"""Verbs about who owes what: ``obligations``, ``totals``, ``succession list|confirm|decide|reject``, ``elsewhere``."""

from typing import TYPE_CHECKING

from cyclopts import App

from plancycle.cli.calendar_verbs import day_of
from plancycle.cli.output import due_shown, house, print_json, print_table, say, words, year_or_now

if TYPE_CHECKING:
    from plancycle.domain.succession import Decision
    from plancycle.services.obligation_list import Line
    from plancycle.services.settle_succession import SuccessionLine

SHOWN = 3
"""Successors shown in a table; ``--json`` has all."""


def register(app: App) -> None:
    """Add the verbs to the command line."""
    app.command(obligations)
    app.command(totals)
    app.command(elsewhere)
    succession = App(name="succession", help="Bodies that merge, split or end: what is known and what people decided.")
    succession.command(list_successions, name="list")
    succession.command(confirm)
    succession.command(decide)
    succession.command(reject)
    app.command(succession)


def obligations(*, programme: str = "", year: int = 0, as_of: str = "", json: bool = False) -> None:
    """Who owes what on a day, and where it stands; invitations and released bodies are listed apart.

    Example: plancycle obligations --year 2025 --as-of 2025-07-01
    """
    from plancycle.services.obligation_list import LineKind, obligation_list

    with house(as_of, programme) as opened:
        lines = obligation_list(opened, year_or_now(year, opened))
    if json:
        print_json([_entry(line) for line in lines])
        return
    owed = [line for line in lines if line.kind is LineKind.OBLIGATION]
    headings = [words(f"cli.obligations.{name}") for name in ("agency", "period", "due", "status", "works", "note")]
    print_table(headings, [_row(line) for line in owed])
    for kind in (LineKind.NOT_REQUIRED, LineKind.INVITATION):
        chosen = {line.agency: line for line in lines if line.kind is kind}
        if chosen:
            print_table(["", words(f"status.{kind}"), ""], [["", one.name, one.reason] for one in chosen.values()])


def _entry(line: "Line") -> dict[str, object]:
    return {
        "agency": line.agency,
        "name": line.name,
        "period": str(line.period),
        "due": line.due,
        "status": line.status,
        "assignments": list(line.assignments),
        "to_amend": list(line.to_amend),
        "kind": str(line.kind),
        "invitation": line.kind == "invitation",
        "predecessors": list(line.predecessors),
        "partial_year": line.joined_on is not None,
        "reports_from": line.joined_on,
        "unclassified_only": line.unclassified_only,
        "check_locally": list(line.check_locally),
        "not_required": {"reason": line.reason, "reference": line.reference} if line.kind == "not_required" else None,
    }


def _row(line: "Line") -> list[object]:
    notes = []
    if line.joined_on:
        notes.append(words("cli.obligations.from", day=line.joined_on))
    if line.check_locally:
        notes.append(words("cli.obligations.check_locally"))
    works = len(line.assignments)
    return [line.name, str(line.period), due_shown(line.due), words(f"status.{line.status}"), works, "; ".join(notes)]


def totals(
    figure: str, *, year: int = 0, period: str = "", as_now: bool = False, as_of: str = "", json: bool = False
) -> None:
    """A counted figure by agency, under the bodies that reported it; ``--as-now``: under those that follow them.

    Example: plancycle totals inspections.value --year 2025 --as-now
    """
    from plancycle.domain.periods import period_called
    from plancycle.services.agency_totals import agency_totals

    with house(as_of) as opened:
        asked = year_or_now(year, opened)
        found = agency_totals(opened, asked, figure, period_called(period) if period else None, as_now)
    if json:
        print_json([{**_plain(one), "value": str(one.value)} for one in found])
        return
    headings = [words(f"cli.totals.{name}") for name in ("agency", "value", "from")]
    print_table(headings, [[one.name, one.value, ", ".join(one.reported_by)] for one in found])


def _plain(line: object) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(line)  # type: ignore[call-overload,no-any-return]


def elsewhere(
    agency: str,
    *,
    period: str,
    reference: str,
    by: str,
    year: int = 0,
    programme: str = "",
    as_of: str = "",
    json: bool = False,
) -> None:
    """Declare that a report went by another channel (army, police); name the document, never its content.

    Example: plancycle elsewhere bo-chqs --period q3 --reference "Công văn 45/BCH-TM" --by "Trần Văn Bình"
    """
    from plancycle.domain.periods import CycleKey, ObligationKey, period_called
    from plancycle.services.report_elsewhere import declare_elsewhere

    with house(as_of, programme) as opened:
        asked = year_or_now(year, opened)
        key = ObligationKey(str(CycleKey(opened.programme_id, asked)), period_called(period), agency)
        declared = declare_elsewhere(opened, key, reference, by)
    if json:
        print_json({"obligation": declared.obligation, "reference": declared.reference, "by": declared.declared_by})
        return
    _both("elsewhere.kept", obligation=declared.obligation)


def list_successions(*, programme: str = "", as_of: str = "", json: bool = False) -> None:
    """Every succession the programme knows, from when it counts, and which wait for somebody's word.

    Example: plancycle succession list
    """
    from plancycle.services.settle_succession import successions

    with house(as_of, programme) as opened:
        lines = successions(opened)
    if json:
        print_json([_succession(line) for line in lines])
        return
    headings = [words(f"cli.succession.{name}") for name in ("id", "from", "to", "effective", "works", "standing")]
    print_table(headings, [_succession_row(line) for line in lines])


def confirm(
    succession: str, *, reference: str, by: str, programme: str = "", as_of: str = "", json: bool = False
) -> None:
    """Confirm a succession as the programme has it, with the document that says so and who confirms.

    Example: plancycle succession confirm so-tai-chinh-2025 --reference "Nghị quyết của HĐND tỉnh" --by "Lê Thị Lan"
    """
    from plancycle.services import settle_succession

    with house(as_of, programme) as opened:
        _tell(settle_succession.confirm(opened, succession, reference, by), json)


def decide(
    succession: str,
    *,
    effective: str,
    reference: str,
    by: str,
    to: str = "",
    programme: str = "",
    as_of: str = "",
    json: bool = False,
) -> None:
    """Decide who follows a body and from which day; ``--to`` takes ids with commas, empty: nobody follows.

    Example: plancycle succession decide so-ngoai-vu-2025 --to so-noi-vu --effective 01/03/2025 --reference X --by Y
    """
    from plancycle.services import settle_succession

    bodies = tuple(part.strip() for part in to.split(",") if part.strip())
    with house(as_of, programme) as opened:
        _tell(settle_succession.decide(opened, succession, bodies, day_of(effective), reference, by), json)


def reject(
    succession: str, *, reference: str, by: str, programme: str = "", as_of: str = "", json: bool = False
) -> None:
    """Say that a succession does not happen here, with the document that says so.

    Example: plancycle succession reject so-ngoai-vu-2025 --reference "Công văn 1/UBND-NC" --by "Lê Thị Lan"
    """
    from plancycle.services import settle_succession

    with house(as_of, programme) as opened:
        _tell(settle_succession.reject(opened, succession, reference, by), json)


def _tell(decision: "Decision", json: bool) -> None:
    if json:
        from dataclasses import asdict

        print_json(asdict(decision))
        return
    _both(f"succession.kept_{decision.verdict}", succession=decision.succession)


def _both(key: str, **facts: object) -> None:
    say(f"{words(key, 'vi', **facts)} / {words(key, 'en', **facts)}")


def _succession(line: "SuccessionLine") -> dict[str, object]:
    one, decision = line.succession, line.decision
    return {
        "id": one.id,
        "from": list(one.predecessors),
        "to": list(one.successors),
        "works": list(one.works),
        "effective": one.effective,
        "confidence": str(one.confidence),
        "reference": one.reference,
        "applied_from": line.applied_from,
        "check_locally": line.is_waiting,
        "decided_by": decision.decided_by if decision else None,
        "note": one.note,
    }


def _succession_row(line: "SuccessionLine") -> list[object]:
    one = line.succession
    standing = "applied" if line.applied_from else "waiting" if line.is_waiting else "rejected"
    named, following = _short(line.names), _short(line.successor_names)
    return [one.id, named, following, one.effective, ", ".join(one.works), words(f"cli.succession.{standing}")]


def _short(names: tuple[str, ...]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" … (+{more})" if more > 0 else "")
