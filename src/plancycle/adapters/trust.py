"""The certificates that calls over TLS rely on."""

import ssl
from functools import cache

import httpx


@cache  # a client reads every certificate there is, some 20 ms of a processor, even for a call without TLS
def well_known() -> ssl.SSLContext:
    """The authorities that come with the libraries, read once in this process; nobody adds to it."""
    return httpx.create_ssl_context(trust_env=False)
