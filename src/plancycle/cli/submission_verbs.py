"""Verbs about versions of answers: ``submission list | show | diff | confirm | withdraw | correct``."""

from typing import TYPE_CHECKING

from cyclopts import App

from plancycle.cli.output import figure, house, print_json, print_table, say, words, year_or_now

if TYPE_CHECKING:
    from plancycle.domain.periods import ObligationKey
    from plancycle.domain.submissions import Submission


def register(app: App) -> None:
    """Add the verbs to the command line."""
    submission = App(name="submission", help="Versions of answers: list, show, compare, confirm, withdraw, correct.")
    submission.command(list_, name="list")
    for verb in (show, diff, confirm, withdraw, correct):
        submission.command(verb)
    app.command(submission)


def list_(*, period: str, agency: str = "", year: int = 0, json: bool = False) -> None:
    """List the versions of a period, with their warnings that nobody has explained.

    Example: plancycle submission list --year 2025 --period annual --agency so-y-te
    """
    from plancycle.domain.errors import NotFound
    from plancycle.domain.periods import period_called
    from plancycle.services.cycle_view import cycle_view

    with house() as opened:
        view = cycle_view(opened, year_or_now(year, opened))
        asked = view.programme.period_rule(period_called(period)).period
        if agency and agency not in view.reporters(asked):
            raise NotFound("not_found.reporter", agency=agency[:200])
        with opened.work() as work:
            found = work.submissions.of_period(view.id, asked)
            open_warnings = work.explanations.open_warnings(f"{view.key(asked)}/")
    chosen = [one for one in found if agency in ("", one.obligation.agency)]
    if json:
        print_json({"submissions": [{**_facts(one), "open_warnings": open_warnings.get(one.id, 0)} for one in chosen]})
        return
    rows = [[one.id, _word(one), one.sent_at, one.receipt, open_warnings.get(one.id, 0)] for one in chosen]
    print_table(_heads("id", "status", "sent_at", "receipt", "warnings"), rows)


def show(submission: str, /, *, json: bool = False) -> None:
    """Show one version: its cells, its findings, its explanations, and what it corrects.

    Example: plancycle submission show tn-nq94-2025/annual/so-y-te/v2
    """
    from dataclasses import asdict

    from plancycle.domain.errors import NotFound

    with house() as opened:
        with opened.work() as work:
            found = work.submissions.get(submission)
            if found is None:
                raise NotFound("not_found.submission", obligation=submission)
            entries, findings = work.submissions.entries(submission), work.submissions.findings(submission)
            explained = [one for one in work.explanations.under(submission) if one.submission == submission]
            corrections = [one for one in work.corrections.under(str(found.obligation)) if one.submission == submission]
        said = [opened.texts.say(f"finding.{one.code}", **one.params) for one in findings]
    if json:
        told = {
            "entries": [one._asdict() for one in entries],
            "findings": [asdict(one) for one in findings],
            "explanations": [asdict(one) for one in explained],
            "corrects": [asdict(one) for one in corrections],
        }
        print_json({**_facts(found), **told})
        return
    print_table(_heads("id", "status", "sent_at", "receipt"), [[found.id, _word(found), found.sent_at, found.receipt]])
    for one in corrections:
        say(words("submission.corrects", corrects=one.corrects, receipt=one.receipt, reason=one.reason))
    cells = [[one.place, one.row, one.field, one.raw, one.value] for one in entries if one.raw]
    print_table(_heads("cell", "row", "field", "typed", "value"), cells)
    asked = [[one.rule, one.row, one.field, one.value, why] for one, why in zip(findings, said, strict=True)]
    print_table(_heads("rule", "row", "field", "typed", "why"), asked)
    given = [[e.number, e.rule, e.label, e.text, words(f"explanation_status.{e.status}")] for e in explained]
    print_table(_heads("number", "rule", "label", "text", "status"), given)


def diff(old: str, new: str, /, *, json: bool = False) -> None:
    """Show what changed between two versions of an answer, cell by cell.

    Example: plancycle submission diff tn-nq94-2025/annual/so-y-te/v1 tn-nq94-2025/annual/so-y-te/v2
    """
    from dataclasses import asdict

    from plancycle.services.changes_between import changes_between

    with house() as opened:
        changes = changes_between(opened, old, new)
    if json:
        print_json({"old": old, "new": new, "changes": [asdict(change) for change in changes]})
    elif not changes:
        say(words("submission.no_changes"))
    else:
        rows = [[one.label, *_read(one.kind, one.before, one.after), one.cell] for one in changes]
        print_table(_heads("label", "before", "after", "cell"), rows)


def _read(kind: str, *values: str) -> list[str]:
    return [figure(value) if kind == "number" and value else value for value in values]


def confirm(submission: str, /, *, by: str, reason: str = "", as_of: str = "", json: bool = False) -> None:
    """Say that a reviewer has looked at a version and lets it stand; unexplained warnings need a reason to pass.

    Example: plancycle submission confirm tn-nq94-2025/annual/so-y-te/v2 --by nguyen-thi-lap --reason "Đã đối chiếu sổ"
    """
    from plancycle.services.review_answers import confirm as let_stand

    with house(as_of) as opened:
        let_stand(opened, submission, by, reason)
    if json:
        print_json({"submission": submission, "reviewed_by": by, "reason": reason})
    else:
        say(words("submission.confirmed", submission=submission))


def withdraw(submission: str, /, *, reason: str, by: str, as_of: str = "", json: bool = False) -> None:
    """Take an agency's answer back at its request, before review. No earlier version takes its place.

    Example: plancycle submission withdraw tn-nq94-2025/annual/so-y-te/v2 --reason "Gửi nhầm bản nháp" --by so-y-te
    """
    from plancycle.services.withdraw_submission import withdraw as take_back

    with house(as_of) as opened:
        withdrawn = take_back(opened, submission, reason, by)
    if json:
        print_json(_facts(withdrawn))
    else:
        say(words("submission.withdrawn", submission=withdrawn.id))


def correct(obligation: str, /, *, reason: str, by: str, as_of: str = "", json: bool = False) -> None:
    """Let an agency correct an answer that stands in an approved edition; its next version cites the old receipt.

    Example: plancycle submission correct tn-nq94-2025/q3/so-y-te --reason "Sai số kinh phí do cộng trùng" --by so-y-te
    """
    from dataclasses import asdict

    from plancycle.services.corrections import open_correction

    with house(as_of) as opened:
        opened_one = open_correction(opened, _obligation(obligation), reason, by)
    if json:
        print_json(asdict(opened_one))
        return
    told = {"obligation": opened_one.obligation, "receipt": opened_one.receipt, "edition": opened_one.edition}
    say(words("submission.correction_opened", **told))


def _obligation(text: str) -> "ObligationKey":
    """Read ``cycle/period/agency``. Raises NotFound for anything else."""
    from plancycle.domain.errors import NotFound
    from plancycle.domain.periods import ObligationKey, Period

    parts = text.split("/")
    if len(parts) != len(("cycle", "period", "agency")) or parts[1] not in set(Period):
        raise NotFound("not_found.submission", obligation=text)
    return ObligationKey(parts[0], Period(parts[1]), parts[2])


def _facts(one: "Submission") -> dict[str, object]:
    return {
        "submission": one.id,
        "status": str(one.status),
        "sent_at": one.sent_at,
        "late": one.is_late,
        "receipt": one.receipt,
        "file": one.file_name,
        "sha256": one.sha256,
        "return_reason": one.return_reason,
    }


def _word(one: "Submission") -> str:
    return words(f"submission_status.{one.status}")


def _heads(*names: str) -> list[str]:
    return [words(f"submission.column.{name}") for name in names]
