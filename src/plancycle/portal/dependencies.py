"""What routes ask for: a house for the length of one request."""

from collections.abc import Iterator
from typing import Annotated, Protocol

from fastapi import Depends, Request

from plancycle.domain.approvals import Approval
from plancycle.domain.consolidation import Edition
from plancycle.services.ports import House


class Signals(Protocol):
    """Hints to whoever acts next. Losing one costs time only: the sweep finds the same in the ledger."""

    def approved(self, edition: Edition, approval: Approval) -> None:
        """An edition has been approved, and the decision is committed. Raises OutsideFailure when nobody took it."""


class PortalHouse(House, Protocol):
    """A house with the signals that only the portal sends."""

    @property
    def signals(self) -> Signals:
        """Hints to whoever acts next."""


def house_of(request: Request) -> Iterator[PortalHouse]:
    """Open the house for this request and close it afterwards."""
    with request.app.state.open_house() as house:
        yield house


OpenHouse = Annotated[PortalHouse, Depends(house_of)]
