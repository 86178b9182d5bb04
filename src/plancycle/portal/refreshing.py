"""The provisional edition follows what counts within seconds, and no clerk waits for it.

Changes of a few seconds are taken together. Prefect is told, whose deployment then consolidates; where there is none,
or it does not answer, this process does it itself, in a thread beside the requests.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager

from plancycle.portal.dependencies import PortalHouse
from plancycle.services.consolidate_period import refresh
from plancycle.services.following import Place, Refreshing

WAIT = 2.0
"""Seconds in which further changes join the first."""
REST = 15.0
"""Seconds between two turns: about what a run of the deployment takes, so that none queue up in a stampede."""


def refreshing(
    open_house: Callable[[], AbstractContextManager[PortalHouse]], wait: float = WAIT, rest: float = REST
) -> Refreshing:
    """What the portal's houses tell of every change that counts."""

    def told_or_folded(place: Place) -> None:
        with open_house() as house:
            if not house.signals.accepted(*place, house.clock.now()):
                refresh(house, place)

    return Refreshing(told_or_folded, wait, rest)
