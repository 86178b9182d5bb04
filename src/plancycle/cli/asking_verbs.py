"""Verbs that write to many: ``ask``, ``remind``, ``invite``, ``resend``, ``deliver``; shown first, done by count."""

from cyclopts import App

from plancycle.cli.output import house, print_json, say, words, year_or_now


def register(app: App) -> None:
    """Add the verbs to the command line."""
    for verb in (ask, remind, invite, resend, deliver):
        app.command(verb)


def ask(
    *,
    period: str,
    year: int = 0,
    confirm: int | None = None,
    dry_run: bool = False,
    as_of: str = "",
    json: bool = False,
) -> None:
    """Send the data call of a period to every agency that has none that reached it.

    Example: plancycle ask --year 2025 --period q1 --dry-run
    """
    from plancycle.cli.sending import act, tell_unwritten
    from plancycle.domain.periods import period_called
    from plancycle.services.data_calls import unwritten
    from plancycle.services.open_cycle import open_cycle
    from plancycle.services.sending_acts import ask_all

    with house(as_of) as opened:
        asked = year_or_now(year, opened)
        if not dry_run:
            open_cycle(opened, asked)
        what = period_called(period)
        act(opened, f"{period}-yeu-cau", lambda given: ask_all(given, asked, what), confirm, dry_run, json)
        tell_unwritten(unwritten(opened, asked, [what]))


def invite(
    *, year: int = 0, confirm: int | None = None, dry_run: bool = False, as_of: str = "", json: bool = False
) -> None:
    """Invite the bodies the plan politely asks to help: once a year, without a due date, never followed up.

    Example: plancycle invite --year 2025 --dry-run
    """
    from plancycle.cli.sending import act
    from plancycle.services.invite_bodies import invite_all

    with house(as_of) as opened:
        asked = year_or_now(year, opened)
        act(opened, "moi-phoi-hop", lambda given: invite_all(given, asked), confirm, dry_run, json)


def remind(
    *,
    period: str = "",
    year: int = 0,
    confirm: int | None = None,
    dry_run: bool = False,
    as_of: str = "",
    json: bool = False,
) -> None:
    """Send the reminders that are due now, of one period or of all; whoever has sent gets none.

    Example: plancycle remind --year 2025 --period q1 --confirm 7
    """
    from plancycle.cli.sending import act
    from plancycle.domain.periods import period_called
    from plancycle.services.sending_acts import remind_all

    with house(as_of) as opened:
        asked, what = year_or_now(year, opened), period_called(period) if period else None
        act(opened, "nhac-han", lambda given: remind_all(given, asked, what), confirm, dry_run, json)


def resend(
    *,
    period: str,
    reason: str,
    by: str,
    second: str = "",
    agency: tuple[str, ...] = (),
    year: int = 0,
    confirm: int | None = None,
    dry_run: bool = False,
    as_of: str = "",
    json: bool = False,
) -> None:
    """Send a period's data call again to those who still owe; to more than one agency it needs a second person.

    Example: plancycle resend --period q1 --reason "Máy chủ thư của tỉnh hỏng" --by Lan --second Hoa --confirm 28
    """
    from plancycle.cli.sending import act
    from plancycle.domain.periods import period_called
    from plancycle.services.sending_acts import Resending
    from plancycle.services.sending_acts import resend as send_again

    order = Resending(period_called(period), reason, by, second, agency)
    with house(as_of) as opened:
        asked = year_or_now(year, opened)
        act(opened, f"{period}-gui-lai", lambda given: send_again(given, asked, order), confirm, dry_run, json)


def deliver(*, confirm: int | None = None, dry_run: bool = False, as_of: str = "", json: bool = False) -> None:
    """Send the letters that wait in the outbox, posts to agencies' own systems among them.

    Example: plancycle deliver --dry-run
    """
    from plancycle.cli.sending import show
    from plancycle.services.deliver_messages import deliver as send
    from plancycle.services.preview_letters import compare, waiting_letters

    with house(as_of) as opened:
        waiting = waiting_letters(opened)
        if dry_run:
            show(opened, "thu-cho", waiting, json)
            return
        compare(len(waiting), confirm)
        sent = send(opened).sent
    if json:
        print_json({"sent": sent})
    say(words("cli.queued", count=len(waiting), sent=len(sent)))
