"""How every verb that writes to agencies works: shown with ``--dry-run``, done with ``--confirm`` and the count."""

from typing import TYPE_CHECKING

from plancycle.cli.output import name_of, print_json, print_table, say, shown, words

if TYPE_CHECKING:
    from plancycle.bootstrap import Household
    from plancycle.services.preview_letters import Act, PreviewLetter

HEADS = ("agency", "kind", "address", "subject")


def act(opened: "Household", name: str, what: "Act", confirm: int | None, dry_run: bool, json: bool) -> None:
    """Show what an act would send, or do it when exactly that many letters were confirmed, and send them."""
    from plancycle.services.deliver_messages import deliver

    letters = confirmed(opened, name, what, confirm, dry_run, json)
    if letters is None:
        return
    year = letters[0].message.key.partition("/")[0] if letters else ""
    try:
        what(opened)
        sent = deliver(opened, f"{year}/").sent if letters else []
    except Exception as failure:
        _tell_stopped(opened, letters, json, failure)
        raise
    if json:
        print_json({"queued": [one.message.key for one in letters], "sent": sent})
    say(words("cli.queued", count=len(letters), sent=len(sent)))


def _tell_stopped(opened: "Household", letters: "tuple[PreviewLetter, ...]", json: bool, failure: Exception) -> None:
    """What had become of the letters when something failed: those in the outbox are sent by the next sweep."""
    with opened.work() as work:
        known = [found for one in letters if (found := work.outbox.get(one.message.key)) is not None]
    queued, sent = [one.key for one in known], [one.key for one in known if str(one.status) == "sent"]
    if json:
        print_json({"queued": queued, "sent": sent, "stopped_by": name_of(failure)})
    say(words("cli.sending_stopped", count=len(queued), whole=len(letters), sent=len(sent)))


def tell_unwritten(names: "list[str]") -> None:
    """Name the agencies that no letter could be made for."""
    if names:
        say(words("cli.unwritten", count=len(names), names="; ".join(map(shown, names))))


def confirmed(
    opened: "Household", name: str, what: "Act", confirm: int | None, dry_run: bool, json: bool
) -> "tuple[PreviewLetter, ...] | None":
    """The letters of an act whose count was confirmed; None when they were only to be shown. Raises ActionNeeded."""
    from plancycle.services.preview_letters import compare, letters_of

    letters = letters_of(opened, what)
    if dry_run:
        show(opened, name, letters, json)
        return None
    compare(len(letters), confirm)
    return letters


def show(opened: "Household", name: str, letters: "tuple[PreviewLetter, ...]", json: bool) -> None:
    """List the letters and leave them as files; sends nothing."""
    from plancycle.services.preview_letters import leave_preview

    folder = str(opened.data_dir / leave_preview(opened, name, letters)) if letters else ""
    if json:
        print_json({"count": len(letters), "folder": folder, "letters": [_described(one) for one in letters]})
    elif letters:
        rows = [
            [one.message.agency, words(f"message_kind.{one.message.kind}"), one.message.to_address, one.message.subject]
            for one in letters
        ]
        print_table(
            [words(f"sending.column.{head}") for head in HEADS], [[shown(cell) for cell in row] for row in rows]
        )
    if letters:
        say(words("cli.preview_count", count=len(letters), folder=folder))
    else:
        say(words("cli.preview_nothing"))


def _described(one: "PreviewLetter") -> dict[str, object]:
    letter = one.message
    return {
        "agency": letter.agency,
        "kind": str(letter.kind),
        "to": letter.to_address,
        "subject": letter.subject,
        "key": letter.key,
        "sha256": letter.sha256,
    }
