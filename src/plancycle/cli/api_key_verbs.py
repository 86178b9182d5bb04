"""Verbs about keys of the JSON API: ``api-key new``, ``list``, ``revoke``."""

from cyclopts import App

from plancycle.cli.output import house, print_json, print_table, say, words

COLUMNS = ("id", "agency", "created_at", "created_by", "revoked_at")


def register(app: App) -> None:
    """Add the verbs to the command line."""
    keys = App(name="api-key", help="Keys of the JSON API, one agency each.")
    keys.command(new)
    keys.command(listed, name="list")
    keys.command(revoke)
    app.command(keys)


def new(*, agency: str, by: str, as_of: str = "", json: bool = False) -> None:
    """Make a key for an agency; it is shown once and kept as a hash.

    Example: plancycle api-key new --agency so-y-te --by "Nguyễn Thị Lập"
    """
    import secrets

    from plancycle.services import api_keys

    with house(as_of) as opened:
        key, token = api_keys.create(opened, agency, secrets.token_urlsafe(32), by)
    if json:
        print_json({"id": key.id, "agency": key.agency, "token": token})
    else:
        say(words("api_key.shown_once"))
        print(token)


def listed(*, json: bool = False) -> None:
    """List every key that was made; never the secrets.

    Example: plancycle api-key list --json
    """
    from plancycle.services import api_keys

    with house() as opened:
        found = api_keys.listed(opened)
    rows = [[getattr(key, name) for name in COLUMNS] for key in found]
    if json:
        print_json({"keys": [dict(zip(COLUMNS, row, strict=True)) for row in rows]})
    else:
        print_table([words(f"api_key.column.{name}") for name in COLUMNS], rows)


def revoke(key_id: str, /, *, by: str, as_of: str = "", json: bool = False) -> None:
    """Take a key back at once; what came in through it stays.

    Example: plancycle api-key revoke 3f2a9c81d0e7 --by "Nguyễn Thị Lập"
    """
    from plancycle.services import api_keys

    with house(as_of) as opened:
        key = api_keys.revoke(opened, key_id, by)
    if json:
        print_json({"id": key.id, "agency": key.agency, "revoked_at": key.revoked_at})
    else:
        print_table([words(f"api_key.column.{name}") for name in ("id", "revoked_at")], [[key.id, key.revoked_at]])
