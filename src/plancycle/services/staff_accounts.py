"""Accounts of the coordinating side: made, changed and disabled by whoever runs the server."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from plancycle.domain.errors import ActionNeeded, DataProblem, NotFound
from plancycle.domain.people import (
    MAXIMUM_PASSWORD,
    MINIMUM_PASSWORD,
    RECOVERY_CODES,
    Account,
    Role,
    can_be_name,
)
from plancycle.services.journal import record
from plancycle.services.ports import House


def add(
    house: House, name: str, full_name: str, roles: Sequence[str], password: str, by: str, subject: str = ""
) -> Account:
    """Make an account. ``subject``: who the person is at the province's own sign-in; then there may be no password.

    Raises DataProblem (name, roles, password) and ActionNeeded("staff.name_taken").
    """
    if not can_be_name(name):
        raise DataProblem("staff.name_wrong", name=name[:60])
    if not subject or password:
        _check_password(password)
    chosen = _roles(roles)
    hashed = house.credentials.hash_password(password) if password else ""
    account = Account(name, full_name.strip() or name, chosen, hashed, house.clock.now(), by, subject=subject)
    with house.work() as work:
        if work.people.get(name) is not None:
            raise ActionNeeded("staff.name_taken", name=name)
        work.people.add(account)
        record(house, work, "staff.added", name, by, roles=[str(role) for role in chosen], outside=bool(subject))
    return account


def _roles(roles: Sequence[str]) -> tuple[Role, ...]:
    unknown = sorted(set(roles) - set(Role))
    if unknown or not roles:
        raise DataProblem("staff.roles_wrong", wrong=", ".join(unknown) or "–", known=", ".join(Role))
    return tuple(role for role in Role if role in roles)


def _check_password(password: str) -> None:
    if not MINIMUM_PASSWORD <= len(password) <= MAXIMUM_PASSWORD:
        raise DataProblem("staff.password_length", minimum=MINIMUM_PASSWORD, maximum=MAXIMUM_PASSWORD)


def listed(house: House) -> list[Account]:
    """Every account, by name."""
    with house.work() as work:
        return work.people.all()


def set_roles(house: House, name: str, roles: Sequence[str], by: str) -> Account:
    """Give an account exactly these roles; from the next page on they count. Raises NotFound and DataProblem."""
    chosen = _roles(roles)
    with house.work() as work:
        known = work.people.get(name)
        if known is None:
            raise NotFound("not_found.staff", name=name[:60])
        account = replace(known, roles=chosen)
        if known.roles != chosen:
            work.people.save(account)
            before = [str(role) for role in known.roles]
            record(house, work, "staff.roles_set", name, by, before=before, roles=[str(role) for role in chosen])
        return account


def drop_second_factor(house: House, name: str, by: str) -> Account:
    """The phone is lost: app and recovery codes count no more, every session ends, the password stays.

    Who asks is known by sight or by voice, not by mail. Raises NotFound.
    """
    with house.work() as work:
        known = work.people.get(name)
        if known is None:
            raise NotFound("not_found.staff", name=name[:60])
        account = replace(known, second_factor="", last_step=0, recovery=(), failures=0, locked_until=None)
        work.people.save(account)
        work.people.end_all(name, house.clock.now())
        record(house, work, "staff.factor_dropped", name, by)
        return account


def disable(house: House, name: str, by: str) -> Account:
    """Nobody signs in with it any more; what was done with it stays. Twice is once. Raises NotFound."""
    with house.work() as work:
        account = work.people.get(name)
        if account is None:
            raise NotFound("not_found.staff", name=name[:60])
        if account.disabled_at is None:
            account = replace(account, disabled_at=house.clock.now())
            work.people.save(account)
            work.people.end_all(name, house.clock.now())
            record(house, work, "staff.disabled", name, by)
        return account


def reset(house: House, name: str, password: str, by: str) -> Account:
    """A new password; the lock and the second factor are gone, every session ends. Raises NotFound, DataProblem."""
    _check_password(password)
    hashed = house.credentials.hash_password(password)
    with house.work() as work:
        known = work.people.get(name)
        if known is None:
            raise NotFound("not_found.staff", name=name[:60])
        account = replace(
            known,
            password_hash=hashed,
            second_factor="",
            last_step=0,
            recovery=(),
            failures=0,
            locked_until=None,
            disabled_at=None,
        )
        work.people.save(account)
        work.people.end_all(name, house.clock.now())
        record(house, work, "staff.reset", name, by)
    return account


def enrol(house: House, name: str, secret: str, code: str) -> tuple[str, ...]:
    """Take an authenticator app into use, proved by one of its codes. Returns the recovery codes, shown once.

    Raises NotFound and DataProblem("sign_in.code_wrong").
    """
    step = house.credentials.step_of(secret, code, house.clock.now())
    if step is None:
        raise DataProblem("sign_in.code_wrong")
    codes = house.credentials.new_recovery_codes(RECOVERY_CODES)
    with house.work() as work:
        account = work.people.get(name)
        if account is None:
            raise NotFound("not_found.staff", name=name[:60])
        sealed, hashes = house.credentials.encrypt(secret), tuple(recovery_hash(one) for one in codes)
        work.people.save(replace(account, second_factor=sealed, last_step=step, recovery=hashes))
        record(house, work, "staff.second_factor", name, name)
    return codes


def recovery_hash(code: str) -> str:
    """What is kept of a recovery code, however it is typed: 80 random bits need no slow hash."""
    return hashlib.sha256(code.strip().lower().replace("-", "").replace(" ", "").encode()).hexdigest()
