"""Keys of the JSON API: one agency each, shown once, kept as a hash, taken back at any time."""

from plancycle.domain.api_access import ApiKey, new_key, opens, parts_of
from plancycle.domain.errors import NotAllowed, NotFound
from plancycle.services.journal import record
from plancycle.services.ports import House


def create(house: House, agency: str, secret: str, actor: str) -> tuple[ApiKey, str]:
    """Make a key for an agency. Returns it and the token, which nobody can show again.

    ``secret`` is 32 random bytes in URL-safe base64, made by the caller. Raises NotFound for an unknown agency.
    """
    house.programmes.load(house.programme_id).agency(agency)
    key, token = new_key(agency, secret, house.clock.now(), actor)
    with house.work() as work:
        work.api.add_key(key)
        record(house, work, "api_key.created", key.id, actor, agency=agency)
    return key, token


def revoke(house: House, key_id: str, actor: str) -> ApiKey:
    """Take a key back; twice is once. Raises NotFound."""
    with house.work() as work:
        key = work.api.key(key_id)
        if key is None:
            raise NotFound("not_found.api_key", key_id=key_id)
        if key.revoked_at is None:
            work.api.revoke(key_id, house.clock.now())
            record(house, work, "api_key.revoked", key_id, actor, agency=key.agency)
        return work.api.key(key_id) or key


def listed(house: House) -> list[ApiKey]:
    """Every key that was ever made, oldest first."""
    with house.work() as work:
        return work.api.keys()


def id_in(token: str) -> str:
    """The id of the key a token claims to be; empty when it is not spelt like one."""
    parts = parts_of(token)
    return parts[0] if parts else ""


def holder_of(house: House, token: str) -> ApiKey:
    """The standing key a token opens. Raises NotAllowed, the same for unknown, wrong and revoked ones."""
    parts = parts_of(token)
    if parts is None:
        raise NotAllowed("api.key_unknown")
    with house.work() as work:
        key = work.api.key(parts[0])
    if key is None or not opens(key, parts[1]):
        raise NotAllowed("api.key_unknown")
    return key
