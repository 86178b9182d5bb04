"""What people decide about successions: which are waiting, who confirmed what by which document."""

from dataclasses import dataclass
from datetime import date

from plancycle.domain.errors import ActionNeeded, DataProblem, NotFound
from plancycle.domain.programme import Programme
from plancycle.domain.succession import Decision, Succession, Verdict, applied, check_can_confirm
from plancycle.services.cycle_view import cycle_view
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.repositories import Work

LONGEST_NAME, LONGEST_REFERENCE = 80, 500


@dataclass(frozen=True, slots=True)
class SuccessionLine:
    """One succession as it stands: ``applied_from`` is the day from which it counts; None: it does not."""

    succession: Succession
    names: tuple[str, ...]
    successor_names: tuple[str, ...]
    applied_from: date | None
    is_waiting: bool
    decision: Decision | None


def successions(house: House) -> list[SuccessionLine]:
    """Every succession of the house's programme, in the file's order."""
    with house.work() as work:
        programme = _programme(house, work)
        decisions = work.successions.decisions(programme.id)
    last = {decision.succession: decision for decision in decisions}
    in_force = {one.id: one for one in applied(programme.successions, decisions)}
    return [_line(programme, one, in_force.get(one.id), last.get(one.id)) for one in programme.successions]


def confirm(house: House, succession_id: str, reference: str, decided_by: str) -> Decision:
    """A named person says that it is as the programme has it. Twice is once.

    Raises NotFound, DataProblem (the day is not known: decide instead), ActionNeeded (no document, no name).
    """
    with house.work() as work:
        one = _known(_programme(house, work), succession_id)
        check_can_confirm(one)
        return _keep(house, work, one, Verdict.CONFIRMED, one.successors, one.effective, reference, decided_by)


def decide(
    house: House, succession_id: str, successors: tuple[str, ...], effective: date, reference: str, decided_by: str
) -> Decision:
    """A named person says who follows (nobody: an empty tuple) and from which day. Twice is once.

    Raises NotFound (no such succession or body), ActionNeeded (no document, no name, or a successor that is itself
    one of the bodies that end then) and DataProblem (a body that cannot owe a report).
    """
    with house.work() as work:
        programme = _programme(house, work)
        one = _known(programme, succession_id)
        _check_successors(programme, work.successions.decisions(programme.id), one, successors, effective)
        return _keep(house, work, one, Verdict.DECIDED, successors, effective, reference, decided_by)


def reject(house: House, succession_id: str, reference: str, decided_by: str) -> Decision:
    """A named person says that it does not happen here. Raises as :func:`confirm`."""
    with house.work() as work:
        one = _known(_programme(house, work), succession_id)
        return _keep(house, work, one, Verdict.REJECTED, (), None, reference, decided_by)


def _keep(
    house: House,
    work: Work,
    one: Succession,
    verdict: Verdict,
    successors: tuple[str, ...],
    effective: date | None,
    reference: str,
    decided_by: str,
) -> Decision:
    person, document = " ".join(decided_by.split()), " ".join(reference.split())
    if not person or len(person) > LONGEST_NAME:
        raise ActionNeeded("succession.person_needed", longest=LONGEST_NAME)
    if not document or len(document) > LONGEST_REFERENCE:
        raise ActionNeeded("succession.document_needed", longest=LONGEST_REFERENCE)
    decision = Decision(one.id, verdict, successors, effective, document, person, house.clock.now())
    programme = house.programme_id
    known = [other for other in work.successions.decisions(programme) if other.succession == one.id]
    if known and _is_same(known[-1], decision):
        return known[-1]
    work.successions.decide(programme, decision)
    day = effective.isoformat() if effective else None
    facts = {"successors": list(successors), "effective": day, "reference": document}
    record(house, work, f"succession.{verdict}", f"{programme}/{one.id}", person, facts=facts)
    return decision


def _is_same(one: Decision, other: Decision) -> bool:
    said = [(each.verdict, each.successors, each.effective, each.reference) for each in (one, other)]
    return said[0] == said[1]


def _programme(house: House, work: Work) -> Programme:
    return cycle_view(house, house.clock.now().year, work).programme


def _known(programme: Programme, succession_id: str) -> Succession:
    for one in programme.successions:
        if one.id == succession_id:
            return one
    raise NotFound("not_found.succession", succession=succession_id)


def _check_successors(
    programme: Programme, decisions: list[Decision], one: Succession, successors: tuple[str, ...], effective: date
) -> None:
    others = [other for other in applied(programme.successions, decisions) if other.id != one.id and other.is_whole]
    for body in successors:
        if not programme.can_owe(body):
            raise DataProblem("succession.cannot_owe", agency=body)
        ends = [other for other in others if body in other.predecessors and body not in other.successors]
        if body in one.predecessors or any(other.effective and other.effective <= effective for other in ends):
            raise ActionNeeded("succession.successor_has_ended", agency=programme.agency(body).name, day=effective)


def _line(programme: Programme, one: Succession, found: Succession | None, decision: Decision | None) -> SuccessionLine:
    standing = found or one
    return SuccessionLine(
        succession=standing,
        names=tuple(programme.agency(body).name for body in one.predecessors),
        successor_names=tuple(programme.agency(body).name for body in standing.successors),
        applied_from=found.effective if found else None,
        is_waiting=found is None and decision is None,
        decision=decision,
    )
