"""Verbs about letters: ``outbox`` lists them, ``outbox resolve`` settles one that is in doubt."""

from typing import TYPE_CHECKING, Literal

from cyclopts import App

from plancycle.cli.output import house, print_json, print_table, say, shown, words

if TYPE_CHECKING:
    from plancycle.domain.messages import Message


def register(app: App) -> None:
    """Add the verbs to the command line."""
    outbox = App(name="outbox", help="Letters: what waits, what was sent, what is in doubt.")
    outbox.default(listing)
    outbox.command(resolve)
    app.command(outbox)


def listing(*, year: int = 0, period: str = "", in_doubt: bool = False, as_of: str = "", json: bool = False) -> None:
    """List the letters of a year (0: all) and period; those in doubt may arrive twice and wait for a decision.

    --in-doubt lists those that wait, and those that left it: they stay marked for good.

    Example: plancycle outbox --in-doubt
    """
    from plancycle.domain.periods import period_called
    from plancycle.services import resolve_doubt

    with house(as_of) as opened:
        if period:
            opened.programmes.load(opened.programme_id).period_rule(period_called(period))
        prefix = f"{opened.programme_id}-{year}/" if year else ""
        asked = resolve_doubt.ever_in_doubt if in_doubt else resolve_doubt.letters
        found = [one for one in asked(opened, prefix) if not period or one.period.endswith(f"/{period}")]
        doubted = resolve_doubt.in_doubt(opened, prefix)
        twice = resolve_doubt.once_in_doubt(opened, prefix)
    if json:
        listed = {"in_doubt": [one.key for one in doubted], "once_in_doubt": [one.key for one in twice]}
        print_json({"messages": [_described(one) for one in found], **listed})
    else:
        heads = [words(f"outbox.column.{name}") for name in ("key", "to", "status", "attempts", "sent", "next")]
        print_table(heads, [_row(one) for one in found])
    if doubted:
        say(words("outbox.doubts", count=len(doubted)))
    if twice:
        say(words("outbox.maybe_twice", count=len(twice)))


def resolve(
    message: str,
    verdict: Literal["sent", "again"],
    /,
    *,
    by: str,
    reason: str = "",
    as_of: str = "",
    json: bool = False,
) -> None:
    """Decide about a letter in doubt, in your own name: it is as good as ``sent``, or the same bytes go out ``again``.

    Example: plancycle outbox resolve tn-nq94-2025/annual/so-y-te/call/mail again --by "Nguyễn Thị Lập"
    """
    from plancycle.services.resolve_doubt import Verdict
    from plancycle.services.resolve_doubt import resolve as settle

    with house(as_of) as opened:
        settled = settle(opened, message, Verdict(verdict), by, reason)
    if json:
        print_json(_described(settled))
    else:
        say(words("outbox.resolved", message=settled.key, status=settled.status, person=by))


def _row(one: "Message") -> list[str]:
    status = words(f"message_status.{one.status}")
    if one.doubted_at is not None and one.status != "in_doubt":
        status = words("outbox.once_in_doubt", status=one.status)
    return [one.key, one.to_address, status, str(one.attempts), shown(one.sent_at), shown(one.next_attempt_at)]


def _described(one: "Message") -> dict[str, object]:
    from dataclasses import asdict

    return asdict(one)
