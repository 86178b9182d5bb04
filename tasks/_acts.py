"""The service an operator's order means."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from plancycle.domain.extensions import Ruling
from plancycle.domain.orders import Decision, Resend
from plancycle.domain.periods import CycleKey, ObligationKey, Period
from plancycle.services import extension_requests, grant_extension, sending_acts
from plancycle.services.ports import House
from tasks._house import ZONE
from tasks._names import agency_called


def obligation_of(house: House, year: int, period: str, agency: str) -> ObligationKey:
    """The obligation an operator named. Raises NotFound."""
    return ObligationKey(str(CycleKey(house.programme_id, year)), Period(period), agency_called(house, agency))


def end_of(last_day: date) -> datetime:
    """The first moment that is late when ``last_day`` is the last good one."""
    return datetime.combine(last_day + timedelta(days=1), time(0), ZONE)


def deciding(house: House, decision: Decision, last_day: date) -> Callable[[House], object]:
    """The service a decision means: what the agency asked for itself is answered, else it is asked on its behalf."""
    owed = obligation_of(house, decision.year, decision.period, decision.agency)
    until = end_of(last_day)
    ruling = Ruling(decision.decided_by, decision.reason, decision.document, decision.position)

    def decide(given: House) -> object:
        asked = extension_requests.waiting_of(given, owed)
        if asked and decision.is_granted:
            return grant_extension.grant_request(given, asked, ruling, until)
        if asked:
            return grant_extension.refuse_request(given, asked, ruling)
        if not decision.is_granted:
            return grant_extension.refuse(given, owed, until, decision.requested_by, ruling)
        people = (decision.requested_by, decision.decided_by, decision.document, decision.position)
        return grant_extension.grant(given, owed, until, decision.reason, *people)

    return decide


def resending(house: House, order: Resend) -> Callable[[House], list[str]]:
    """The service an order to resend means."""
    agencies = tuple(agency_called(house, one) for one in order.agencies.split(";") if one.strip())
    meant = sending_acts.Resending(Period(order.period), order.reason, order.ordered_by, order.seconded_by, agencies)
    return lambda given: sending_acts.resend(given, order.year, meant)
