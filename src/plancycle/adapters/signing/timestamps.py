"""Time stamps of an authority (RFC 3161), asked for over HTTP with the operator's address only, never by a proxy."""

import httpx
from asn1crypto import tsp  # type: ignore[import-untyped]
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import set_tsp_headers

from plancycle.domain.errors import OutsideFailure

TIMEOUT = 20.0
MOST_BYTES = 256 * 1024


class Authority(TimeStamper):
    """A time-stamping authority at one address."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Ask once. Raises OutsideFailure when no time stamp comes back."""
        headers = set_tsp_headers({})
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=TIMEOUT) as client:
                answer = await client.post(self._url, content=req.dump(), headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as lost:
            raise OutsideFailure("signature.time_not_stamped", url=self._url) from lost
        kind = answer.headers.get("Content-Type", "").partition(";")[0]
        if not answer.is_success or kind != "application/timestamp-reply" or len(answer.content) > MOST_BYTES:
            raise OutsideFailure("signature.time_not_stamped", url=self._url)
        return tsp.TimeStampResp.load(answer.content)
