"""Verbs about approval: ``list | decide | renew | verify | delegate | delegations | revoke-delegation | new-key``.

A decision here is as strong as on the portal's page: the person signs in with password and authenticator code, and says
how the SHA-256 of the files begins, which only those who have seen them know.
"""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cyclopts import App

from plancycle.cli.output import check_files, due_shown, house, print_json, print_table, say, words, year_or_now

if TYPE_CHECKING:
    from plancycle.bootstrap import Household
    from plancycle.domain.agencies import AddressBook
    from plancycle.services.step_up import Proof

NEEDS_ACTION, BAD_DATA = 4, 3
STEP_COLUMNS = ("period", "step", "decides", "due", "standing")
DELEGATION_COLUMNS = ("delegation", "acts_for", "first_day", "last_day", "paper", "revoked")
TYPED = 8
"""Characters of the SHA-256 that are typed back."""


def register(app: App) -> None:
    """Add the verbs to the command line."""
    approval = App(name="approval", help="Where approvals stand; decide, delegate, put up again, check a record.")
    approval.command(list_chains, name="list")
    approval.command(revoke_delegation, name="revoke-delegation")
    approval.command(new_key, name="new-key")
    for verb in (decide, renew, verify, delegate, delegations):
        approval.command(verb)
    app.command(approval)


def list_chains(*, year: int = 0, as_of: str = "", json: bool = False) -> None:
    """Every step of the newest final edition of each period: who, until when, and how it stands.

    Example: plancycle approval list --year 2026
    """
    from dataclasses import asdict

    from plancycle.services.approval_view import chains_of

    with house(as_of) as opened:
        found = chains_of(opened, year_or_now(year, opened))
    if json:
        print_json({"chains": [{**asdict(one), "signing": str(one.signing.status)} for one in found]})
        return
    rows = [
        [
            one.title,
            f"{step.number}. {step.title}",
            step.name or "–",
            due_shown(step.due_at),
            words(f"approval.state.{step.state}"),
        ]
        for one in found
        for step in one.steps
    ]
    print_table([words(f"cli.column.{name}") for name in STEP_COLUMNS], rows)
    for one in found:
        say(words("cli.signing_stands", edition=one.edition, status=words(f"signing_status.{one.signing.status}")))


def decide(
    edition: str,
    decision: Literal["approve", "return"],
    /,
    *,
    by: str,
    shown: str,
    reason: str = "",
    return_to: int = 0,
    as_of: str = "",
) -> None:
    """Decide the step whose turn it is, signed in as --by; --shown is how the SHA-256 of the files read begins.

    Asks for the password and the authenticator code of --by. --return-to names the step a return goes back to (0: to
    the preparer).

    Example: plancycle approval decide tn-nq94-2025/annual/e3 approve --by pho-chu-tich --shown 4f0c11aa
    """
    from plancycle.domain.errors import ActionNeeded, NotFound
    from plancycle.services.approval_view import chain_view
    from plancycle.services.decide_approval import decide_as

    with house(as_of) as opened:
        view = chain_view(opened, edition)
        if view.current is None:
            raise NotFound("not_found.approval", approval=edition)
        step, steps = view.current.number, len(view.steps)
        say(words("cli.decide_shows", sha256=view.bundle_sha256, edition=edition, step=step, steps=steps))
        if len(shown) < TYPED or not view.bundle_sha256.startswith(shown.lower()):
            raise ActionNeeded("cli.decide_not_shown", typed=shown[:64], minimum=TYPED)
        proof = _prove(opened, by, view.bundle_sha256)
        is_approved = decision == "approve"
        done = decide_as(opened, view.current.approval, proof, is_approved, reason, view.bundle_sha256, return_to)
    say(words("cli.decided", approval=done.id, status=words(f"approval.state.{done.status}")))


def renew(edition: str, /, *, reason: str, by: str, as_of: str = "") -> None:
    """Render a final edition again and put it up from the first step; what was decided no longer stands.

    Asks for the password and the authenticator code of --by.

    Example: plancycle approval renew tn-nq94-2025/annual/e3 --reason "Đổi người ký" --by nguyen-thi-lap
    """
    from plancycle.services.renew_approval import renew as put_up_again

    with house(as_of) as opened:
        _prove_staff(opened, by)
        put_up_again(opened, edition, reason, by)
    say(words("cli.renewed", edition=edition))


def verify(file: Path, /, *, public_key: Path | None = None, json: bool = False) -> int:
    """Check the signature of a decision's record without the database; exit code 3 when it is not right.

    Example: plancycle approval verify approvals/annual/ban-ghi.json --public-key pho-chu-tich.pub.pem
    """
    from plancycle.adapters.approver_keys import checked_record

    check_files(file, public_key)
    record = checked_record(file.read_text(encoding="utf-8"), public_key.read_bytes() if public_key else None)
    if json:
        print_json(record)
    elif record["ok"]:
        decision = words(f"approval.state.{record['decision']}")
        person, edition, at = record["decided_by"], record["edition"], record["decided_at"]
        say(words("cli.record_good", decision=decision, person=person, edition=edition, at=at))
        if public_key is None:
            say(words("cli.record_own_key"))
    else:
        say(words("cli.record_bad"))
    return 0 if record["ok"] else BAD_DATA


def delegate(
    giver: str,
    taker: str,
    /,
    *,
    form: Literal["TM.", "KT.", "TL.", "TUQ."],
    first_day: date,
    last_day: date,
    document: str,
    periods: tuple[str, ...] = (),
    as_of: str = "",
) -> None:
    """Let --taker decide for --giver, who signs in here with password and authenticator code.

    Example: plancycle approval delegate pho-chu-tich chanh-van-phong --form TUQ. --first-day 2025-12-01
    --last-day 2025-12-12 --document "12/GUQ-UBND ngày 28/11/2025" --periods annual
    """
    from plancycle.domain.delegations import Authority
    from plancycle.domain.periods import period_called
    from plancycle.services.delegations import delegate as give

    scope = tuple(period_called(one) for one in periods)
    with house(as_of) as opened:
        _prove(opened, giver)
        made = give(opened, giver, taker, Authority(form), (first_day, last_day), document, scope)
    first, last, paper = made.first_day, made.last_day, made.document
    say(words("cli.delegated", delegation=made.id, giver=giver, taker=taker, first=first, last=last, document=paper))


def delegations(*, json: bool = False) -> None:
    """Every delegation: who for whom, in which form, from when to when, on which document.

    Example: plancycle approval delegations --json
    """
    from dataclasses import asdict

    from plancycle.services.delegations import listed

    with house() as opened:
        found = listed(opened)
        book = opened.programmes.address_book(opened.programme_id)
    if json:
        print_json({"delegations": [asdict(one) for one in found]})
        return
    rows = [
        [
            one.id,
            f"{one.form} {_called(book, one.giver)} → {_called(book, one.taker)}",
            one.first_day,
            one.last_day,
            one.document,
            one.revoked_at,
        ]
        for one in found
    ]
    print_table([words(f"cli.column.{name}") for name in DELEGATION_COLUMNS], rows)


def _called(book: "AddressBook", person: str) -> str:
    """A person's name with the id that other verbs ask for."""
    known = book.official(person)
    return f"{known.name} ({person})" if known else person


def revoke_delegation(delegation: str, /, *, by: str, as_of: str = "") -> None:
    """Take a delegation back; what was decided under it stands. --by proves to be the giver as for ``delegate``.

    Example: plancycle approval revoke-delegation tn-nq94/uq1 --by pho-chu-tich
    """
    from plancycle.services.delegations import revoke

    with house(as_of) as opened:
        _prove(opened, by)
        revoke(opened, delegation, by)
    say(words("cli.delegation_revoked", delegation=delegation))


def new_key(person: str, /, *, reason: str, by: str, as_of: str = "", json: bool = False) -> None:
    """Give up a person's key and make another: it was lost, or somebody else may have it. Old records stay checkable.

    Asks for the password and the authenticator code of --by: the person, or an operator.

    Example: plancycle approval new-key pho-chu-tich --reason "Mất thiết bị chứa khóa" --by pho-chu-tich
    """
    from plancycle.services.approver_key_rotation import new_key as give

    with house(as_of) as opened:
        (_prove if by == person else _prove_staff)(opened, by)
        made = give(opened, person, reason, by)
    if json:
        print_json({"person": person, "key": made})
    else:
        say(words("cli.new_key", person=person, key_id=made))


def _prove(opened: "Household", person: str, matter: str = "") -> "Proof":
    """An approver's password and code; ``matter`` is the SHA-256 that is decided on. Raises NotAllowed."""
    from plancycle.services.step_up import confirm_by_code

    return confirm_by_code(opened, person, _password_and_code(opened, person), matter)


def _prove_staff(opened: "Household", person: str) -> None:
    """Anybody's password and code. Raises NotAllowed."""
    from plancycle.services import sign_in

    sign_in.confirm(opened, person, _password_and_code(opened, person))


def _password_and_code(opened: "Household", person: str) -> str:
    """Password, then a code of the authenticator app, asked for at the keyboard; the code. Raises NotAllowed."""
    from getpass import getpass

    from plancycle.services import sign_in

    _, cookie = sign_in.with_password(opened, person, getpass(words("cli.password", person=person)))
    sign_in.sign_out(opened, cookie)
    return getpass(words("cli.code", person=person))
