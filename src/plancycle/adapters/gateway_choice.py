"""Which gateway a channel means in this installation."""

from pathlib import Path
from typing import Protocol

from pydantic import SecretStr

from plancycle.domain.errors import ActionNeeded
from plancycle.services.ports import Gateway


class GatewaySettings(Protocol):
    """What of the settings the gateways need."""

    @property
    def gateway_url(self) -> str:
        """Address of the HTTP gateway."""

    @property
    def gateway_authority(self) -> str:
        """File of certificates."""

    @property
    def exchange_url(self) -> str:
        """Address of the document exchange's gateway."""

    @property
    def exchange_code(self) -> str:
        """Our code there."""

    @property
    def exchange_secret(self) -> SecretStr:
        """Our key there."""


def gateway_for(channel: str, data_dir: Path, settings: GatewaySettings) -> Gateway:
    """The gateway of ``folder``, ``edxml`` or ``http``; letters (``mail``) go through the outbox instead.

    Raises ActionNeeded("gateway.no_address") when HTTP has no address.
    """
    from plancycle.adapters.exchange_gateway import ExchangeFolder, ExchangeGateway
    from plancycle.adapters.gateways import FolderGateway, HttpGateway

    if channel == "folder":
        return FolderGateway(data_dir / "transmitted")
    code, authority = settings.exchange_code, settings.gateway_authority
    if channel == "edxml" and settings.exchange_url:
        secret = settings.exchange_secret.get_secret_value()
        return ExchangeGateway(settings.exchange_url, code, secret, authority=authority)
    if channel == "edxml":
        return ExchangeFolder(data_dir / "edxml", code)
    if not settings.gateway_url:
        raise ActionNeeded("gateway.no_address")
    return HttpGateway(settings.gateway_url, authority=authority)
