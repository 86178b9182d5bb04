"""Signing in: password, second factor, session. The same refusal whether a name exists or not; too many attempts lock.

Every success, failure and lock is an event of the log; no secret is.
"""

import hashlib
from dataclasses import dataclass, replace

from plancycle.domain.errors import NotAllowed, PlancycleError
from plancycle.domain.people import LOCKED_FOR, MOST_FAILURES, SEEN_EVERY, Account, StaffSession
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.repositories import Work
from plancycle.services.staff_accounts import recovery_hash


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session with its person."""

    session: StaffSession
    account: Account


def with_password(house: House, name: str, password: str) -> tuple[SignedIn, str]:
    """Begin a session; it is weak until a second factor is given. Returns it with its cookie, which is kept nowhere.

    Raises NotAllowed("sign_in.wrong") alike for an unknown name, a wrong password and a locked account.
    """
    with house.work() as work:
        account = work.people.get(name)
    # The slow hash is computed outside any transaction: nobody else waits for it.
    is_right = house.credentials.is_password(account.password_hash if account else "", password)
    refusal: PlancycleError | None = None
    begun: tuple[SignedIn, str] | None = None
    with house.work() as work:
        account = work.people.get(name)
        if account is None or account.disabled_at is not None or account.is_locked(house.clock.now()):
            refusal = NotAllowed("sign_in.wrong")
        elif not is_right:
            refusal = _failed(house, work, account, "sign_in.wrong")
        else:
            # With a second factor to come, wrong attempts stay counted: a known password opens no endless guessing.
            kept = account.failures if account.second_factor else 0
            account = replace(account, failures=kept, locked_until=None)
            work.people.save(account)
            begun = _begin(house, work, account, is_strong=False)
    if begun is None:
        raise refusal or NotAllowed("sign_in.wrong")
    return begun


def from_outside(house: House, subject: str, is_strong: bool) -> tuple[SignedIn, str]:
    """Begin a session for somebody the province's own sign-in vouches for. Raises NotAllowed("sign_in.nobody")."""
    with house.work() as work:
        account = work.people.with_subject(subject)
        if account is None or account.disabled_at is not None:
            raise NotAllowed("sign_in.nobody")
        return _begin(house, work, account, is_strong=is_strong)


def _begin(house: House, work: Work, account: Account, is_strong: bool) -> tuple[SignedIn, str]:
    now, cookie = house.clock.now(), house.credentials.new_secret()
    session = StaffSession(session_id(cookie), account.name, now, now, is_strong)
    work.people.begin(session)
    record(house, work, "staff.signed_in", account.name, account.name, strong=is_strong)
    return SignedIn(session, account), cookie


def _failed(house: House, work: Work, account: Account, key: str) -> NotAllowed:
    """Count a wrong attempt; the last one allowed locks the account for a while."""
    failures = account.failures + 1
    is_locking = failures >= MOST_FAILURES
    locked_until = house.clock.now() + LOCKED_FOR if is_locking else None
    work.people.save(replace(account, failures=0 if is_locking else failures, locked_until=locked_until))
    record(house, work, "staff.locked" if is_locking else "staff.sign_in_failed", account.name, account.name)
    return NotAllowed(key)


def strengthen(house: House, signed: SignedIn, code: str) -> tuple[SignedIn, str]:
    """Give the second factor: the session ends and a strong one begins. Raises NotAllowed as ``confirm`` does."""
    confirm(house, signed.account.name, code)
    with house.work() as work:
        work.people.end(signed.session.id, house.clock.now())
        account = work.people.get(signed.account.name) or signed.account
        return _begin(house, work, account, is_strong=True)


def renew_strong(house: House, signed: SignedIn) -> str:
    """A strong session in place of the one in which an authenticator app was just proved; returns its cookie."""
    with house.work() as work:
        work.people.end(signed.session.id, house.clock.now())
        return _begin(house, work, signed.account, is_strong=True)[1]


def confirm(house: House, name: str, code: str) -> None:
    """Take a code of the authenticator app, or a recovery code; each works once.

    Also what an act that weighs heavily asks for again. Raises NotAllowed("sign_in.code_wrong" or "sign_in.locked").
    """
    refusal: NotAllowed | None = None
    with house.work() as work:
        account = work.people.get(name)
        if account is None or account.disabled_at is not None or not account.second_factor:
            refusal = NotAllowed("sign_in.code_wrong")
        elif account.is_locked(house.clock.now()):
            refusal = NotAllowed("sign_in.locked", minutes=int(LOCKED_FOR.total_seconds() // 60))
        else:
            taken = _take(house, account, code)
            if taken is None:
                refusal = _failed(house, work, account, "sign_in.code_wrong")
            else:
                work.people.save(replace(taken, failures=0, locked_until=None))
                record(house, work, "staff.code_taken", name, name, recovery_left=len(taken.recovery))
    if refusal is not None:
        raise refusal


def _take(house: House, account: Account, code: str) -> Account | None:
    step = house.credentials.step_of(house.credentials.decrypt(account.second_factor), code, house.clock.now())
    if step is not None:
        return replace(account, last_step=step) if step > account.last_step else None
    hashed = recovery_hash(code)
    if hashed not in account.recovery:
        return None
    return replace(account, recovery=tuple(one for one in account.recovery if one != hashed))


def look_up(house: House, cookie: str) -> SignedIn | None:
    """Who holds a cookie; None for an unknown, ended or expired session, or a disabled account."""
    now = house.clock.now()
    with house.work() as work:
        session = work.people.session(session_id(cookie))
        if session is None or not session.is_live(now):
            return None
        account = work.people.get(session.account)
        if account is None or account.disabled_at is not None:
            return None
        if now - session.seen_at >= SEEN_EVERY:
            work.people.seen(session.id, now)
    return SignedIn(session, account)


def sign_out(house: House, cookie: str) -> None:
    """The session opens nothing from now on."""
    with house.work() as work:
        session = work.people.session(session_id(cookie))
        if session is not None and session.ended_at is None:
            work.people.end(session.id, house.clock.now())
            record(house, work, "staff.signed_out", session.account, session.account)


def nobody_has_an_account(house: House) -> bool:
    """Whether the desk is still this machine's alone."""
    with house.work() as work:
        return work.people.is_empty()


def session_id(cookie: str) -> str:
    """What is kept of a cookie."""
    return hashlib.sha256(cookie.encode()).hexdigest()
