"""The courier as the settings describe it."""

import ssl
from collections.abc import Callable
from pathlib import Path

import httpx

from plancycle.adapters.webhooks.guard import Guard
from plancycle.adapters.webhooks.secrets import Secrets
from plancycle.adapters.webhooks.sending import SECONDS, WebhookCourier
from plancycle.adapters.webhooks.wire import Wire
from plancycle.domain.errors import DataProblem


def courier_for(allow: str, authority: str, data_dir: Path, variable: Callable[[str], str]) -> WebhookCourier:
    """Guard, secrets and wire put together.

    Raises DataProblem for an entry of ``allow`` that is none, or a file of certificates that cannot be read.
    """
    trust = httpx.create_ssl_context(trust_env=False)
    if authority:
        _also_trust(trust, authority)
    return WebhookCourier(Guard(allow), Secrets(data_dir, variable), Wire(trust, SECONDS))


def _also_trust(trust: ssl.SSLContext, authority: str) -> None:
    try:
        trust.load_verify_locations(cafile=authority)
    except OSError as broken:
        raise DataProblem("webhook.authority_unreadable", path=authority) from broken
