"""What a line in the log is about, as fields: so that one period of one agency can be found among all lines."""

import re
from collections.abc import Mapping

from plancycle.domain.periods import Period

FIELDS = ("event", "seq", "cycle", "period", "agency", "key", "incident", "method", "status", "milliseconds")
"""Every field a line may carry, in the order they are written. Names of people and addresses are not among them."""

PERIODS = "|".join(Period)
KEY = re.compile(
    rf"(?P<cycle>[a-z][a-z0-9-]*-\d{{4}})(?:/(?P<period>{PERIODS})(?:/(?P<agency>[a-z][a-z0-9-]*)(?=/|$))?(?=/|$))?(?=/|$)"
)


def about(key: str) -> Mapping[str, str]:
    """Fields of a key of ours: ``tn-nq94-2025/q1/so-y-te/call/mail`` tells the cycle, the period and the agency.

    Keys of anything else (a person, an address) give no field at all, not even themselves.
    """
    found = KEY.match(key)
    if found is None or "@" in key:
        return {}
    return {**{name: value for name, value in found.groupdict().items() if value}, "key": key}
