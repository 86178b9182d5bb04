"""Verbs about the audit chain: ``audit verify``, ``audit anchor``, ``audit export``."""

from pathlib import Path

from cyclopts import App

from plancycle.cli.output import check_files, house, print_json, say, words

NEEDS_ACTION = 4


def register(app: App) -> None:
    """Add the verbs to the command line."""
    audit = App(name="audit", help="Check the audit chain, anchor it, export it.")
    for verb in (verify, anchor, export):
        audit.command(verb)
    app.command(audit)


def verify(*, anchors: Path | None = None, public_key: Path | None = None, json: bool = False) -> int:
    """Verify the chain of events; exit code 4 names the first event that does not fit.

    --anchors takes a folder of anchors (.txt) that were kept elsewhere and of receipts (.json) that agencies kept,
    --public-key the key they were kept with.

    Example: plancycle audit verify --anchors /media/usb/anchors --public-key /media/usb/receipt-key.pub.pem
    """
    from dataclasses import asdict

    from plancycle.domain.anchors import read_anchor
    from plancycle.domain.errors import NotFound
    from plancycle.services.verify_audit import verify as check

    check_files(public_key)
    if anchors is not None and not anchors.is_dir():
        raise NotFound("not_found.file_path", path=str(anchors))
    files = sorted(anchors.glob("*.txt")) if anchors else []
    kept = {file.name: read_anchor(file.read_text(encoding="utf-8")) for file in files}
    receipts = {file.name: file.read_bytes() for file in sorted(anchors.glob("*.json"))} if anchors else {}
    with house() as opened:
        report = check(opened, kept, public_key.read_bytes() if public_key else None, receipts)
    if json:
        print_json(asdict(report))
        return 0 if report.ok else NEEDS_ACTION
    if report.bad_anchors:
        say(words("cli.audit_anchors_bad", names=", ".join(report.bad_anchors)))
    key = "cli.audit_ok" if report.ok else "cli.audit_broken" if report.first_bad is not None else "cli.audit_forged"
    say(words(key, events=report.events, head=report.head, seq=report.first_bad))
    return 0 if report.ok else NEEDS_ACTION


def anchor(*, as_of: str = "", json: bool = False) -> None:
    """Sign how long the chain is and what it ends in; keep the printed lines where nobody here can change them.

    Example: plancycle audit anchor --json
    """
    import sys
    from dataclasses import asdict

    from plancycle.services.anchor_audit import anchor as sign

    with house(as_of) as opened:
        made = sign(opened)
    if json:
        print_json({**asdict(made), "text": made.text()})
    else:
        sys.stdout.write(made.text())


def export(*, out: Path | None = None) -> None:
    """Every event as one JSON line, oldest first, for an auditor's own tools.

    Example: plancycle audit export --out audit.jsonl
    """
    import json
    import sys
    from dataclasses import asdict

    with house() as opened, opened.work() as work:
        events = work.audit.all()
    lines = "".join(json.dumps(asdict(event), ensure_ascii=False) + "\n" for event in events)
    if out is None:
        sys.stdout.write(lines)
    else:
        out.write_text(lines, encoding="utf-8")
        say(words("cli.audit_exported", events=len(events), file=str(out)))
