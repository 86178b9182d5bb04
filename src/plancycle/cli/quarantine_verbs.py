"""Verbs about refused files: ``quarantine list``, ``show``, ``release``, ``purge``, ``clear``, ``destroy``."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from cyclopts import App

from plancycle.cli.output import house, print_json, print_table, words

if TYPE_CHECKING:
    from plancycle.services.manage_quarantine import QuarantineLine

NEEDS_ACTION = 4
COLUMNS = ("id", "received_at", "channel", "sender", "file", "size", "status", "keep_until", "reason")


def register(app: App) -> None:
    """Add the verbs to the command line."""
    quarantine = App(name="quarantine", help="Refused files: kept for thirty days, then only their record is.")
    quarantine.command(listed, name="list")
    for verb in (show, release, purge, clear, destroy):
        quarantine.command(verb)
    app.command(quarantine)


def listed(*, everything: bool = False, as_of: str = "", json: bool = False) -> None:
    """List the refused files that are kept; with ``--everything`` the released and purged ones, too.

    Example: plancycle quarantine list --everything
    """
    from plancycle.services import manage_quarantine

    with house(as_of) as opened:
        found = manage_quarantine.listed(opened, everything=everything)
    if json:
        print_json({"files": [_facts(line) for line in found]})
        return
    rows = [
        [
            line.file.id,
            line.file.received_at,
            line.file.channel,
            line.file.sender,
            line.file.file_name,
            line.file.size,
            words(f"quarantine.status.{line.file.status}"),
            line.file.keep_until,
            line.reason_vi,
        ]
        for line in found
    ]
    print_table([words(f"quarantine.column.{name}") for name in COLUMNS], rows)


def show(number: int, /, *, out: Path | None = None, as_of: str = "", json: bool = False) -> None:
    """Show one refused file; with ``--out`` write its bytes there, under that very name.

    Example: plancycle quarantine show 3 --out nghi-van.bin
    """
    from plancycle.services import manage_quarantine

    with house(as_of) as opened:
        line = manage_quarantine.show(opened, number)
        if out is not None:
            out.write_bytes(manage_quarantine.bytes_of(opened, number))
    facts = _facts(line)
    if json:
        print_json({**facts, "path": str(out) if out else None})
    else:
        print_table(["", ""], [[name, value] for name, value in facts.items()])


def release(number: int, /, *, by: str, as_of: str = "", json: bool = False) -> int:
    """Take a refused file in after all, as of the moment it was sent: whoever is named vouches for its sender.

    Example: plancycle quarantine release 3 --by "Nguyễn Thị Lập"
    """
    from plancycle.services import manage_quarantine
    from plancycle.services.intake_answer import answer_of

    with house(as_of) as opened:
        answers = [answer_of(opened, result) for result in manage_quarantine.release(opened, number, by)]
    return _print_answers(answers, json)


def clear(number: int, /, *, by: str, second: str, document: str, as_of: str = "", json: bool = False) -> int:
    """Take in a file that is held as a state secret, after two people have seen that it is none.

    Example: plancycle quarantine clear 3 --by "Nguyễn Thị Lập" --second "Lê Văn Quản" --document "12/BB-SNV"
    """
    from plancycle.services import held_files
    from plancycle.services.intake_answer import answer_of

    with house(as_of) as opened:
        answers = [answer_of(opened, one) for one in held_files.clear(opened, number, by, second, document)]
    return _print_answers(answers, json)


def destroy(
    number: int, /, *, by: str, second: str, document: str, to: Path | None = None, as_of: str = "", json: bool = False
) -> None:
    """Remove the bytes of a file that is held as a state secret; with ``--to`` write them to a carrier first.

    Example: plancycle quarantine destroy 3 --by "Nguyễn Thị Lập" --second "Lê Văn Quản" --document "12/BB-SNV"
    """
    from plancycle.services import held_files

    with house(as_of) as opened:
        if to is not None:
            with open(to, "xb", opener=_for_me_alone) as carrier:
                carrier.write(held_files.bytes_for(opened, number, by, second, document))
        gone = held_files.destroy(opened, number, by, second, document)
    if json:
        print_json({"id": gone.id, "sha256": gone.sha256, "path": str(to) if to else None})
    else:
        print_table(["", ""], [["id", gone.id], ["sha256", gone.sha256], ["path", to]])


def _for_me_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _print_answers(answers: "list[dict[str, object]]", json: bool) -> int:
    if json:
        print_json(answers)
    else:
        rows = [[a["file"], words(f"outcome.{a['outcome']}"), a["receipt"], a["reason_vi"]] for a in answers]
        print_table([words(f"intake.column.{name}") for name in ("file", "outcome", "receipt", "reason")], rows)
    is_taken = any(str(answer["outcome"]).startswith("accepted") for answer in answers)
    return 0 if is_taken else NEEDS_ACTION


def purge(*, as_of: str = "", json: bool = False) -> None:
    """Let the bytes of files refused thirty days ago go; their records stay, and the log says so.

    Example: plancycle quarantine purge --as-of 2026-01-15
    """
    from plancycle.services import manage_quarantine

    with house(as_of) as opened:
        gone = manage_quarantine.purge(opened)
    if json:
        print_json({"purged": [{"id": one.id, "sha256": one.sha256, "file": one.file_name} for one in gone]})
    else:
        rows = [[one.id, one.received_at, one.file_name] for one in gone]
        print_table([words(f"quarantine.column.{name}") for name in ("id", "received_at", "file")], rows)


def _facts(line: "QuarantineLine") -> dict[str, object]:
    file = line.file
    return {
        "id": file.id,
        "status": str(file.status),
        "sha256": file.sha256,
        "size": file.size,
        "file": file.file_name,
        "channel": file.channel,
        "sender": file.sender,
        "agency": file.agency,
        "period": file.period,
        "sent_at": file.sent_at,
        "received_at": file.received_at,
        "keep_until": file.keep_until,
        "settled_at": file.settled_at,
        "settled_by": file.settled_by,
        "reason": file.reason,
        "reason_vi": line.reason_vi,
        "reason_en": line.reason_en,
    }
