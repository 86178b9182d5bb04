"""Verbs about explanations: ``explanation list | give | accept | refuse``."""

from typing import TYPE_CHECKING

from cyclopts import App

from plancycle.cli.output import house, print_json, print_table, words, year_or_now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plancycle.domain.explanations import Explanation


def register(app: App) -> None:
    """Add the verbs to the command line."""
    explanation = App(name="explanation", help="Reasons agencies give for warnings: list, give, accept, refuse.")
    for verb, name in ((list_, "list"), (give, "give"), (accept, "accept"), (refuse, "refuse")):
        explanation.command(verb, name=name)
    app.command(explanation)


def list_(*, year: int = 0, period: str = "", json: bool = False) -> None:
    """List the explanations nobody has reviewed yet.

    Example: plancycle explanation list --year 2025 --period annual
    """
    from plancycle.domain.periods import period_called
    from plancycle.services.cycle_view import cycle_view
    from plancycle.services.explanations import to_review

    with house() as opened:
        view = cycle_view(opened, year_or_now(year, opened))
        asked = view.programme.period_rule(period_called(period)).period if period else None
        found = to_review(opened, f"{view.key(asked)}/" if asked else f"{view.id}/")
    _show(found, json)


def give(
    submission: str, /, *, rule: str, row: str, field: str, text: str, by: str, as_of: str = "", json: bool = False
) -> None:
    """Record an agency's reason for one warning of its standing version.

    Example: plancycle explanation give tn-nq94-2025/q2/so-y-te/v1 --rule figure-jump --row inspections --field value
    --text "Tăng do kiểm tra liên ngành" --by so-y-te
    """
    from plancycle.services.explanations import explain

    with house(as_of) as opened:
        made = explain(opened, submission, rule, row, field, text, by)
    _show([made], json)


def accept(number: int, /, *, by: str, as_of: str = "", json: bool = False) -> None:
    """Accept an explanation.

    Example: plancycle explanation accept 12 --by nguyen-thi-lap
    """
    from plancycle.services.explanations import review

    with house(as_of) as opened:
        reviewed = review(opened, number, True, by, "")
    _show([reviewed], json)


def refuse(
    number: int,
    /,
    *,
    reason: str,
    by: str,
    confirm: int | None = None,
    dry_run: bool = False,
    as_of: str = "",
    json: bool = False,
) -> None:
    """Refuse an explanation with a reason; the answer goes back to the agency.

    Example: plancycle explanation refuse 12 --reason "Chưa nêu văn bản làm căn cứ" --by nguyen-thi-lap --confirm 1
    """
    from plancycle.cli.sending import confirmed
    from plancycle.services.explanations import review

    with house(as_of) as opened:
        name = f"tra-lai-giai-trinh-{number}"
        seen = confirmed(opened, name, lambda given: review(given, number, False, by, reason), confirm, dry_run, json)
        if seen is None:
            return
        reviewed = review(opened, number, False, by, reason)
    _show([reviewed], json)


def _show(found: "Sequence[Explanation]", json: bool) -> None:
    from dataclasses import asdict

    if json:
        print_json({"explanations": [asdict(one) for one in found]})
        return
    names = ("number", "id", "rule", "label", "value", "text", "status", "reason")
    rows = [
        [e.number, e.submission, e.rule, e.label, e.value, e.text, words(f"explanation_status.{e.status}"), e.reason]
        for e in found
    ]
    print_table([words(f"submission.column.{name}") for name in names], rows)
