"""The small programme in a fake house, with its ministry behind a gateway that listens on loopback."""

from dataclasses import replace

import factories as f
from fakes import FakeHouse
from small_programme import BEFORE_YEAR, CYCLE, DURING_ANNUAL, YEAR

from plancycle.adapters.exchange_gateway import ExchangeGateway
from plancycle.adapters.gateways import HttpGateway
from plancycle.domain.agencies import DatedCode
from plancycle.domain.transmittals import Transmittal
from plancycle.rehearsal.exchange import Exchange
from plancycle.rehearsal.ministry import Ministry
from plancycle.services.open_cycle import open_cycle

MINISTRY = "bo-noi-vu"
OWN_CODE = "H55.1"
PATIENCE = 0.25
"""Seconds a call may take."""


def a_house_with(channel: str, at_once: bool = True) -> FakeHouse:
    """A house whose ministry is served by a channel and known under a code on the exchange."""
    house = f.a_house(opened=False)
    programme = house.programmes.programme
    lines = tuple(
        replace(one, channel=channel, replaces_at_once=at_once) if one.agency == MINISTRY else one
        for one in programme.addressees
    )
    agencies = tuple(
        replace(one, codes=(DatedCode("G09"),)) if one.id == MINISTRY else one for one in programme.agencies
    )
    house.programmes.programme = replace(programme, addressees=lines, agencies=agencies)
    house.gateways[channel] = house.gateways["http"]
    house.clock.at = BEFORE_YEAR
    open_cycle(house, YEAR)
    house.clock.at = DURING_ANNUAL
    return house


def a_house_before(server: Ministry | Exchange, patience: float = PATIENCE, at_once: bool = True) -> FakeHouse:
    """A house whose ministry is reached over the server."""
    if isinstance(server, Exchange):
        house = a_house_with("edxml", at_once)
        server.now = house.clock.now
        house.gateways["edxml"] = ExchangeGateway(server.url, OWN_CODE, seconds=patience)  # type: ignore[assignment]
        return house
    house = a_house_with("http", at_once)
    house.gateways["http"] = HttpGateway(server.url, patience)  # type: ignore[assignment]
    return house


def of_ministry(house: FakeHouse) -> list[Transmittal]:
    """What went to the ministry, by key."""
    with house.work() as work:
        return [one for one in work.transmittals.of_cycle(CYCLE) if one.addressee == MINISTRY]


def keys_in_force(server: Ministry | Exchange) -> list[str]:
    """What the ministry itself holds to be in force."""
    if isinstance(server, Exchange):
        return [one.document.document_id for one in server.effective()]
    return [one.key for one in server.effective()]
