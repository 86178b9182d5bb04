"""The retention rules, as a plan that changes nothing, and carried out by two people who have read it."""

from datetime import datetime

from plancycle.domain.clerk_access import locked_at
from plancycle.domain.errors import ActionNeeded
from plancycle.domain.periods import ObligationKey
from plancycle.domain.quarantine import QuarantineStatus, is_held
from plancycle.domain.retention import Plan, Rules
from plancycle.domain.two_people import check_two
from plancycle.services import manage_quarantine
from plancycle.services.corrections import last_opened_at
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.repositories import Work


def planned(house: House, rules: Rules) -> Plan:
    """What the rules let go now; changes nothing."""
    now = house.clock.now()
    with house.work() as work:
        closed = _Closings(house, work)
        refused = [one for one in work.quarantine.all() if one.status is QuarantineStatus.KEPT and not is_held(one)]
        cycles = [one for one in work.cycles.all() if rules.is_for_the_archive(one.year, now)]
        return Plan(
            drafts=tuple(str(one) for one in work.custody.drafted() if closed.at(one) + rules.drafts <= now),
            links=tuple(one.id for one in work.custody.links() if closed.links_at(one.obligation) <= now),
            letters=_letters(house, work, rules, now),
            sessions=work.custody.sessions_before(now - rules.sessions),
            quarantined=tuple(one.id for one in refused if one.keep_until <= now),
            archive=tuple(one.id for one in cycles),
        )


def let_go(house: House, rules: Rules, plan: str, person: str, second: str, document: str = "-") -> Plan:
    """Carry out the plan with this digest. Rows go in one transaction with its event, then the bytes.

    Raises DataProblem and NotAllowed (see :func:`.check_two`), and ActionNeeded when the plan has changed meanwhile.
    """
    first, other, basis = check_two(person, second, document)
    found = planned(house, rules)
    if found.digest != plan:
        raise ActionNeeded("retention.other_plan", plan=found.digest)
    with house.work() as work:
        for one in found.drafts:
            work.drafts.clear(ObligationKey.parse(one))
        work.custody.drop_links(found.links)
        work.custody.drop_sessions_before(house.clock.now() - rules.sessions)
        counts = {
            "drafts": len(found.drafts),
            "links": len(found.links),
            "letters": len(found.letters),
            "sessions": found.sessions,
        }
        record(house, work, "retention.applied", plan, first, second=other, document=basis, **counts)
    # After the commit, and again by the next plan when the machine dies in between: the letters' rows stay.
    for sha256 in found.letters.values():
        house.files.drop(sha256)
    manage_quarantine.purge(house, first)
    return found


def _letters(house: House, work: Work, rules: Rules, now: datetime) -> dict[str, str]:
    letters = work.outbox.all()
    past = [one for one in letters if rules.lets_letter_go(one, now)]
    if not past:
        return {}
    others = {one.sha256 for one in letters if not rules.lets_letter_go(one, now)}
    needed = work.custody.needed_beside_letters() | others
    return {one.key: one.sha256 for one in past if one.sha256 not in needed and house.files.holds(one.sha256)}


class _Closings:
    """When obligations close; each year is worked out once."""

    def __init__(self, house: House, work: Work) -> None:
        self._house, self._work = house, work
        self._views: dict[str, CycleView] = {}

    def at(self, obligation: ObligationKey) -> datetime:
        """The end of the time to answer, with an extension."""
        extension = self._work.submissions.extensions(obligation.cycle).get(str(obligation))
        return extension.due_at if extension else self._view(obligation).dates(obligation.period).due_at

    def links_at(self, obligation: ObligationKey) -> datetime:
        """When its links stop opening."""
        corrected_at = last_opened_at(self._work, obligation)
        return locked_at(self._view(obligation).dates(obligation.period).freeze_at, self.at(obligation), corrected_at)

    def _view(self, obligation: ObligationKey) -> CycleView:
        if obligation.cycle not in self._views:
            year = int(obligation.cycle.rpartition("-")[2])
            self._views[obligation.cycle] = cycle_view(self._house, year, self._work)
        return self._views[obligation.cycle]
