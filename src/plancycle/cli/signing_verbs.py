"""Verbs about electronic signatures: ``sign list | now | import``."""

from pathlib import Path
from typing import TYPE_CHECKING

from cyclopts import App

from plancycle.cli.output import check_files, house, print_json, print_table, say, words, year_or_now

if TYPE_CHECKING:
    from plancycle.services.sign_edition import SigningView

NEEDS_ACTION = 4
COLUMNS = ("edition", "signing", "signers", "unsigned", "signing_failure")


def register(app: App) -> None:
    """Add the verbs to the command line."""
    sign = App(name="sign", help="Electronic signatures of approved editions: where they stand, sign, bring in.")
    sign.command(listed, name="list")
    sign.command(now)
    sign.command(bring_in, name="import")
    app.command(sign)


def listed(*, year: int = 0, as_of: str = "", json: bool = False) -> None:
    """Where the signing of each period's newest final edition stands.

    Example: plancycle sign list --year 2026
    """
    from dataclasses import asdict

    from plancycle.services.approval_view import chains_of

    with house(as_of) as opened:
        found = [one.signing for one in chains_of(opened, year_or_now(year, opened))]
    if json:
        print_json({"editions": [asdict(one) for one in found]})
        return
    rows = [
        [one.edition, words(f"signing_status.{one.status}"), one.signers, ", ".join(one.missing), _why(one)]
        for one in found
    ]
    print_table([words(f"cli.column.{name}") for name in COLUMNS], rows)


def _why(one: "SigningView") -> str:
    """What stood in the way last time."""
    return words(one.failure_words) if one.failure else ""


def now(edition: str, /, *, as_of: str = "", json: bool = False) -> int:
    """Sign an approved edition with the keys of ``signing.yaml``; the daily sweep does the same. Twice is once.

    Example: plancycle sign now tn-nq94-2025/annual/e3
    """
    from plancycle.services.sign_edition import sign_if_due

    with house(as_of) as opened:
        done = sign_if_due(opened, edition)
    return _tell(done, json)


def bring_in(edition: str, file: Path, /, *, by: str, as_of: str = "", json: bool = False) -> int:
    """Take a PDF signed elsewhere: it must be the approved document, with good signatures and nothing else.

    Example: plancycle sign import tn-nq94-2025/annual/e3 bao-cao-da-ky.pdf --by van-thu
    """
    from plancycle.services.sign_edition import bring_in as take

    check_files(file)
    with house(as_of) as opened:
        done = take(opened, edition, file.read_bytes(), by)
    return _tell(done, json)


def _tell(done: "SigningView", json: bool) -> int:
    from plancycle.services.sign_edition import SigningStatus

    if json:
        from dataclasses import asdict

        print_json(asdict(done))
    else:
        signers = done.signers or "–"
        say(words("cli.signed", edition=done.edition, status=words(f"signing_status.{done.status}"), signers=signers))
        if done.failure:
            say(words("cli.signing_failed", reason=_why(done)))
    return 0 if done.status in (SigningStatus.SIGNED, SigningStatus.NOT_ASKED) else NEEDS_ACTION
