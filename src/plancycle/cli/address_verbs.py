"""Verbs about addresses: which do not work, putting one right, sending again, taking in a report by hand."""

from pathlib import Path

from cyclopts import App

from plancycle.cli.output import house, print_json, print_table, say, words, year_or_now


def register(app: App) -> None:
    """Add the verbs to the command line."""
    address = App(name="address", help="Addresses that do not work, and putting them right.")
    address.command(listed, name="list")
    for verb in (restore, resend, bounce):
        address.command(verb)
    app.command(address)


def listed(*, json: bool = False) -> None:
    """List addresses that letters came back from, agencies that cannot be reached first.

    Example: plancycle address list --json
    """
    from dataclasses import asdict

    from plancycle.services.mend_address import listing

    with house() as opened:
        found = listing(opened)
    if json:
        lines = [{"agency": one.agency, "reachable": one.is_reachable, **asdict(one.known)} for one in found.lines]
        print_json({"addresses": lines, "unmatched": [asdict(one) for one in found.unmatched]})
        return
    reached = {True: "", False: words("mail_standing.unreachable")}
    rows = [
        [
            one.agency_name or "-",
            one.known.address,
            words(f"address_standing.{one.known.standing}"),
            one.known.since,
            reached[one.is_reachable],
            one.known.why,
        ]
        for one in found.lines
    ]
    print_table([words(f"address.column.{name}") for name in COLUMNS], rows)
    for report in found.unmatched:
        say(words("address.unmatched", address=report.address, why=report.why, evidence=report.evidence[:12]))


COLUMNS = ("agency", "address", "standing", "since", "reached", "why")


def restore(address: str, /, *, reason: str, by: str, as_of: str = "", json: bool = False) -> None:
    """Put an address right again, after the agency mended it; the log keeps who did so and when.

    Example: plancycle address restore bao-cao@so-y-te.example --reason "Sở Y tế đã mở lại hộp thư" --by lan
    """
    from dataclasses import asdict

    from plancycle.services.mend_address import restore as put_right

    with house(as_of) as opened:
        known = put_right(opened, address, reason, by)
    if json:
        print_json(asdict(known))
    say(words("address.restored", address=known.address))


def resend(
    *,
    agency: str,
    period: str,
    by: str,
    year: int = 0,
    confirm: int | None = None,
    dry_run: bool = False,
    as_of: str = "",
    json: bool = False,
) -> None:
    """Queue an agency's last letter of a period again when it came back, to the address that works now.

    Example: plancycle address resend --agency so-y-te --period annual --year 2025 --by lan --confirm 1
    """
    from plancycle.cli.sending import confirmed
    from plancycle.domain.periods import period_called
    from plancycle.services.mend_address import send_again

    what = period_called(period)
    with house(as_of) as opened:
        asked = year_or_now(year, opened)
        name = f"{period}-gui-lai-{agency}"
        seen = confirmed(opened, name, lambda given: send_again(given, asked, what, agency, by), confirm, dry_run, json)
        if seen is None:
            return
        key = send_again(opened, asked, what, agency, by)
    if json:
        print_json({"key": key})
    say(words("address.queued_again", letter=key))


def bounce(*files: Path, as_of: str = "", json: bool = False) -> None:
    """Take in delivery reports saved as .eml files, when no mailbox is connected.

    Example: plancycle address bounce tra-lai.eml
    """
    from dataclasses import asdict

    from plancycle.domain.errors import DataProblem
    from plancycle.services.record_bounce import record_bounce

    taken = []
    with house(as_of) as opened:
        for file in files:
            try:
                raw = file.read_bytes()
            except OSError as missing:
                raise DataProblem("address.file_unreadable", path=str(file)) from missing
            taken.append((file, record_bounce(opened, raw)))
    if json:
        print_json([{"file": str(file), **asdict(one)} for file, one in taken])
        return
    print_table(["", "", ""], [[str(file), words(f"bounce_outcome.{one.outcome}"), one.key] for file, one in taken])
