"""Verbs about people who sign in and links of clerks: ``staff add|list|roles|reset|reset-factor|disable`` and
``link issue|list|revoke``.
"""

import sys
from typing import TYPE_CHECKING

from cyclopts import App

from plancycle.cli.output import house, print_json, print_table, say, words
from plancycle.domain.errors import DataProblem

if TYPE_CHECKING:
    from plancycle.domain.clerk_access import ClerkLink
    from plancycle.domain.people import Account
    from plancycle.domain.periods import ObligationKey

COLUMNS = ("name", "full_name", "roles", "second_factor", "locked_until", "disabled_at")
LINK_COLUMNS = ("id", "recipient", "created_at", "revoked_at")


def register(app: App) -> None:
    """Add the verbs to the command line."""
    people = App(name="staff", help="Accounts of the coordinating office.")
    people.command(add)
    people.command(listed, name="list")
    people.command(disable)
    people.command(reset)
    people.command(roles)
    people.command(reset_factor, name="reset-factor")
    app.command(people)
    links = App(name="link", help="Links of agencies' clerks.")
    links.command(link_issue, name="issue")
    links.command(link_list, name="list")
    links.command(link_revoke, name="revoke")
    app.command(links)


def _password() -> str:
    """A password from the keyboard, asked twice and not shown; or the first line of stdin when it is no keyboard."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    from getpass import getpass

    first, second = getpass(words("staff.ask_password")), getpass(words("staff.ask_again"))
    if first != second:
        raise DataProblem("staff.passwords_differ")
    return first


def _facts(account: "Account") -> dict[str, object]:
    return {
        "name": account.name,
        "full_name": account.full_name,
        "roles": [str(role) for role in account.roles],
        "second_factor": bool(account.second_factor),
        "locked_until": account.locked_until,
        "disabled_at": account.disabled_at,
    }


def _show(accounts: "list[Account]", json: bool) -> None:
    facts = [_facts(account) for account in accounts]
    if json:
        print_json({"staff": facts})
        return
    lines = [
        [
            one.name,
            one.full_name,
            ", ".join(one.roles),
            "✓" if one.second_factor else "",
            one.locked_until,
            one.disabled_at,
        ]
        for one in accounts
    ]
    print_table([words(f"staff.column.{name}") for name in COLUMNS], lines)


def add(
    name: str, /, *, roles: str, by: str, full_name: str = "", subject: str = "", as_of: str = "", json: bool = False
) -> None:
    """Make an account; the password is asked for, or read from stdin, and never stands on the command line.

    Roles, separated by commas: operator, reviewer, approver, auditor. The name of an approver is the official's id in
    the address book. ``--subject`` is ``issuer|sub`` of the province's own sign-in; then no password is asked for.

    Example: plancycle staff add nguyen-thi-lap --roles operator,reviewer --by "Quản trị"
    """
    from plancycle.services import staff_accounts

    password = "" if subject else _password()
    with house(as_of) as opened:
        account = staff_accounts.add(opened, name, full_name, _split(roles), password, by, subject)
    _show([account], json)


def _split(roles: str) -> list[str]:
    return [role.strip() for role in roles.split(",") if role.strip()]


def listed(*, json: bool = False) -> None:
    """List every account; never a secret.

    Example: plancycle staff list --json
    """
    from plancycle.services import staff_accounts

    with house() as opened:
        found = staff_accounts.listed(opened)
    _show(found, json)


def disable(name: str, /, *, by: str, as_of: str = "", json: bool = False) -> None:
    """Close an account at once, with every session; what was done with it stays.

    Example: plancycle staff disable nguyen-thi-lap --by "Quản trị"
    """
    from plancycle.services import staff_accounts

    with house(as_of) as opened:
        account = staff_accounts.disable(opened, name, by)
    _show([account], json)


def reset(name: str, /, *, by: str, as_of: str = "", json: bool = False) -> None:
    """Give an account a new password (asked for, or from stdin); its lock and second factor are gone.

    Example: plancycle staff reset nguyen-thi-lap --by "Quản trị"
    """
    from plancycle.services import staff_accounts

    password = _password()
    with house(as_of) as opened:
        account = staff_accounts.reset(opened, name, password, by)
    say(words("staff.reset_done"))
    _show([account], json)


def roles(name: str, roles: str, /, *, by: str, as_of: str = "", json: bool = False) -> None:
    """Give an account exactly these roles, separated by commas; they count from the next page on.

    Example: plancycle staff roles nguyen-thi-lap operator,reviewer --by "Quản trị"
    """
    from plancycle.services import staff_accounts

    with house(as_of) as opened:
        account = staff_accounts.set_roles(opened, name, _split(roles), by)
    _show([account], json)


def reset_factor(name: str, /, *, by: str, as_of: str = "", json: bool = False) -> None:
    """Take a lost authenticator app and its recovery codes out of use; the password stays, every session ends.

    Example: plancycle staff reset-factor pho-chu-tich --by "Quản trị"
    """
    from plancycle.services import staff_accounts

    with house(as_of) as opened:
        account = staff_accounts.drop_second_factor(opened, name, by)
    say(words("staff.factor_dropped"))
    _show([account], json)


def link_issue(obligation: str, /, *, recipient: str, by: str, as_of: str = "", json: bool = False) -> None:
    """Print the link of a recipient, to be handed over in person when no letter arrives; the same as in the letters.

    Example: plancycle link issue tn-nq94-2025/q3/so-y-te --recipient van-thu@so-y-te.example --by "Nguyễn Thị Lập"
    """
    from plancycle.services import clerk_links

    with house(as_of) as opened:
        address = clerk_links.issue(opened, _key(obligation), recipient, by)
    say(words("link.for_the_agency_only"))
    if json:
        print_json({"link": address})
    else:
        print(address)


def link_list(obligation: str, /, *, json: bool = False) -> None:
    """List the links of an obligation; never the links themselves, which are kept as hashes.

    Example: plancycle link list tn-nq94-2025/q3/so-y-te
    """
    from plancycle.services import clerk_links

    with house() as opened:
        found = clerk_links.listed(opened, _key(obligation))
    _show_links(found, json)


def link_revoke(obligation: str, /, *, by: str, recipient: str = "", as_of: str = "", json: bool = False) -> None:
    """Take an agency's links back, with every session begun by them; the next letter carries a new one.

    Example: plancycle link revoke tn-nq94-2025/q3/so-y-te --by "Nguyễn Thị Lập"
    """
    from plancycle.services import clerk_links

    with house(as_of) as opened:
        found = clerk_links.revoke(opened, _key(obligation), by, recipient)
    _show_links(found, json)


def _key(text: str) -> "ObligationKey":
    from plancycle.domain.periods import ObligationKey as Key

    try:
        return Key.parse(text)
    except ValueError:
        raise DataProblem("link.obligation_wrong", obligation=text[:80]) from None


def _show_links(found: "list[ClerkLink]", json: bool) -> None:
    lines = [[getattr(link, name) for name in LINK_COLUMNS] for link in found]
    if json:
        print_json({"links": [dict(zip(LINK_COLUMNS, line, strict=True)) for line in lines]})
    else:
        print_table([words(f"link.column.{name}") for name in LINK_COLUMNS], lines)
