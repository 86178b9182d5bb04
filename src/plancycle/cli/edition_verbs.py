"""Verbs about editions: ``consolidate``, ``render``."""

from cyclopts import App

from plancycle.cli.output import figure, house, print_json, print_table, say, words, year_or_now


def register(app: App) -> None:
    """Add the verbs to the command line."""
    for verb in (consolidate, render):
        app.command(verb)


def consolidate(*, period: str, year: int = 0, final: bool = False, as_of: str = "", json: bool = False) -> None:
    """Fold the accepted submissions of a period into an edition.

    Example: plancycle consolidate --year 2025 --period annual --final
    """
    from plancycle.domain.periods import period_called
    from plancycle.services.consolidate_period import consolidate as fold
    from plancycle.services.cycle_view import cycle_view

    with house(as_of) as opened:
        asked = year_or_now(year, opened)
        made = fold(opened, asked, period_called(period), final)
        joined = cycle_view(opened, asked).partial_year(period_called(period))
    edition = made.edition
    if edition is None:
        say(words("cli.nothing_accepted"))
        return
    coverage = edition.coverage
    if json:
        counted = {name: len(getattr(coverage, name)) for name in ("expected", "included", "late", "missing")}
        figures = [{"id": f.id, "value": str(f.value), "unit": f.unit} for f in edition.figures]
        answer = {"edition": edition.id, "kind": str(edition.kind), "sha256": edition.sha256}
        counted["partial_year"] = len(joined)
        print_json({**answer, "coverage": counted, "figures": figures})
        return
    print_table(["Chỉ số", "Giá trị", "Đơn vị"], [[f.label, figure(f.value), f.unit] for f in edition.figures])
    included, expected = len(coverage.included), len(coverage.expected)
    say(words("cli.edition", edition=edition.id, included=included, expected=expected))
    if joined:
        say(words("cli.edition.partial_year", count=len(joined), first=min(joined.values())))


def render(
    edition: str, /, *, confirm: int | None = None, dry_run: bool = False, as_of: str = "", json: bool = False
) -> None:
    """Render a final edition's documents and ask the approver; asked again, it shows what there is.

    --dry-run shows the request with the documents attached; --confirm says how many letters you saw.

    Example: plancycle render tn-nq94-2025/annual/e3 --confirm 1
    """
    from plancycle.cli.sending import confirmed
    from plancycle.services.prepare_submission import prepare

    name = f"{edition.split('/')[1] if '/' in edition else edition}-trinh"
    with house(as_of) as opened:
        if confirmed(opened, name, lambda given: prepare(given, edition), confirm, dry_run, json) is None:
            return
        prepared = prepare(opened, edition)
    files = [
        {"kind": f.kind, "file": f"reports/{edition.split('/')[1]}/{f.file_name}", "sha256": f.sha256}
        for f in prepared.files
    ]
    if json:
        print_json({"files": files, "approval": str(prepared.approval.status)})
    else:
        print_table(["", "", ""], [list(file.values()) for file in files])
