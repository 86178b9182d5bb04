"""Verbs about workbooks: ``template`` (out) and ``intake`` (in)."""

from pathlib import Path
from typing import TYPE_CHECKING

from cyclopts import App

from plancycle.cli.output import house, print_json, print_table, words, year_or_now

if TYPE_CHECKING:
    from plancycle.services.quarantine import IntakeResult

NEEDS_ACTION = 4


def register(app: App) -> None:
    """Add the verbs to the command line."""
    app.command(template)
    app.command(intake)


def template(
    *, agency: str, period: str, year: int = 0, out: Path | None = None, as_of: str = "", json: bool = False
) -> None:
    """Write an agency's workbook for a period.

    Example: plancycle template --agency so-y-te --period q1 --out so-y-te.xlsx
    """
    import hashlib

    from plancycle.domain.periods import Period
    from plancycle.services.cycle_view import cycle_view
    from plancycle.services.make_template import make_template

    with house(as_of) as opened:
        view = cycle_view(opened, year_or_now(year, opened))
        with opened.work() as work:
            made = make_template(opened, work, view, Period(period), agency)
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
    from plancycle.services.receive_submission import receive

    results = []
    with house(as_of) as opened:
        for file in files:
            results.append(receive(opened, file.read_bytes(), file.name, "cli"))
    answers = [_answer(result) for result in results]
    if json:
        print_json(answers)
    else:
        rows = [[a["file"], words(f"outcome.{a['outcome']}"), a["receipt"], a["agency"], a["period"]] for a in answers]
        print_table(["Tệp", "Kết quả", "Biên nhận", "Cơ quan", "Kỳ"], rows)
        for answer in answers:
            _print_findings(answer)
    is_fine = all(str(result.outcome).startswith("accepted") for result in results)
    return 0 if is_fine else NEEDS_ACTION


def _print_findings(answer: dict[str, object]) -> None:
    findings = answer["findings"]
    if isinstance(findings, list) and findings:
        rows = [[f["severity"], f["sheet"], f["cell"], f["value"], f["message_vi"], f["fix_vi"]] for f in findings]
        print_table(["Mức", "Trang", "Ô", "Đã nhập", "Vì sao", "Cách sửa"], rows)
    if answer["reason_vi"]:
        print_table(["Lý do"], [[answer["reason_vi"]], [answer["reason_en"]]])


def _answer(result: "IntakeResult") -> dict[str, object]:
    return {
        "file": result.file_name,
        "sha256": result.sha256,
        "outcome": str(result.outcome),
        "receipt": result.receipt,
        "agency": result.agency,
        "period": result.period,
        "reason_vi": result.reason_vi,
        "reason_en": result.reason_en,
        "findings": [
            {
                "severity": str(found.severity),
                "code": found.code,
                "sheet": found.sheet,
                "cell": found.cell,
                "label": found.label,
                "value": found.value,
                "message_vi": words(f"finding.{found.code}", "vi", **found.params),
                "message_en": words(f"finding.{found.code}", "en", **found.params),
                "fix_vi": words(f"finding.{found.code}.fix", "vi", **found.params),
                "fix_en": words(f"finding.{found.code}.fix", "en", **found.params),
            }
            for found in result.findings
        ],
    }
