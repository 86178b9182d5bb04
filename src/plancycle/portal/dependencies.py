"""What routes ask for: a house for the length of one request."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request

from plancycle.services.ports import House


def house_of(request: Request) -> Iterator[House]:
    """Open the house for this request and close it afterwards."""
    with request.app.state.open_house() as house:
        yield house


OpenHouse = Annotated[House, Depends(house_of)]
