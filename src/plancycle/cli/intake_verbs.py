"""Verbs about answers: ``template`` (out), ``intake`` and ``mailbox`` (in)."""

from pathlib import Path

from cyclopts import App

from plancycle.cli.output import check_files, house, print_json, print_table, words, year_or_now

NEEDS_ACTION = 4


def register(app: App) -> None:
    """Add the verbs to the command line."""
    app.command(template)
    app.command(intake)
    app.command(mailbox)


def template(
    *, agency: str, period: str, year: int = 0, out: Path | None = None, as_of: str = "", json: bool = False
) -> None:
    """Write an agency's workbook for a period.

    Example: plancycle template --agency so-y-te --period q1 --out so-y-te.xlsx
    """
    import hashlib

    from plancycle.domain.periods import period_called
    from plancycle.services.cycle_view import cycle_view
    from plancycle.services.make_template import make_template

    with house(as_of) as opened:
        view = cycle_view(opened, year_or_now(year, opened))
        with opened.work() as work:
            made = make_template(opened, work, view, period_called(period), agency)
    target = out or Path(made.file_name)
    target.write_bytes(made.data)
    sha256 = hashlib.sha256(made.data).hexdigest()
    if json:
        print_json({"path": str(target), "sha256": sha256})
    else:
        print_table(["", ""], [[target, sha256]])


def intake(files: list[Path], /, *, as_of: str = "", json: bool = False) -> int:
    """Take in returned workbooks; each file is kept and answered, whatever is in it.

    Example: plancycle intake so-y-te.xlsx --json
    """
    from plancycle.services.intake_answer import answer_of
    from plancycle.services.receive_submission import receive

    check_files(*files)
    with house(as_of) as opened:
        answers = [answer_of(opened, receive(opened, file.read_bytes(), file.name, "cli")) for file in files]
    _print_answers(answers, as_json=json)
    return 0 if all(str(answer["outcome"]).startswith("accepted") for answer in answers) else NEEDS_ACTION


def mailbox(*, as_of: str = "", json: bool = False) -> int:
    """Take in what agencies mailed back: genuine replies to our letters only, the rest is kept in quarantine.

    Nothing in the mailbox is moved or deleted; what was dealt with is marked. PLANCYCLE_MAILBOX_URL says which one.

    Example: plancycle mailbox --json
    """
    from plancycle.services.collect_mailbox import collect_mailbox
    from plancycle.services.intake_answer import answer_of

    with house(as_of) as opened:
        mails = list(collect_mailbox(opened))
        answers = [answer_of(opened, result) for mail in mails for result in mail.files]
    if json:
        listed = [{"uid": m.uid, "subject": m.subject, "outcome": m.outcome, "reason": m.reason} for m in mails]
        print_json({"mails": listed, "files": answers})
    else:
        rows = [[mail.uid, mail.subject, words(f"mail.outcome.{mail.outcome}")] for mail in mails]
        print_table([words(f"mail.column.{name}") for name in ("uid", "subject", "outcome")], rows)
        _print_answers(answers, as_json=False)
    return 0 if all(str(answer["outcome"]).startswith("accepted") for answer in answers) else NEEDS_ACTION


def _print_answers(answers: list[dict[str, object]], *, as_json: bool) -> None:
    if as_json:
        print_json(answers)
        return
    rows = [[a["file"], words(f"outcome.{a['outcome']}"), a["receipt"], a["agency"], a["period"]] for a in answers]
    print_table([words(f"intake.column.{name}") for name in ("file", "outcome", "receipt", "agency", "period")], rows)
    for answer in answers:
        _print_findings(answer)


def _print_findings(answer: dict[str, object]) -> None:
    findings = answer["findings"]
    if isinstance(findings, list) and findings:
        rows = [
            [words(f"severity.{f['severity']}"), f["sheet"], f["cell"], f["value"], f["message_vi"], f["fix_vi"]]
            for f in findings
        ]
        headings = ("severity", "sheet", "cell", "value", "why", "fix")
        print_table([words(f"intake.column.{name}") for name in headings], rows)
    if answer["reason_vi"]:
        print_table([words("intake.column.reason")], [[answer["reason_vi"]], [answer["reason_en"]]])
