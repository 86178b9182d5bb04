"""Verbs about editions: ``consolidate``, ``trace``, ``render``, ``transmit``, ``acks``."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cyclopts import App

from plancycle.cli.output import house, print_json, print_table, say, words, year_or_now

if TYPE_CHECKING:
    from plancycle.domain.transmittals import Transmittal

NEEDS_ACTION = 4


def register(app: App) -> None:
    """Add the verbs to the command line."""
    for verb in (consolidate, trace, render, transmit, acks):
        app.command(verb)


def consolidate(*, period: str, year: int = 0, final: bool = False, as_of: str = "", json: bool = False) -> None:
    """Fold the accepted submissions of a period into an edition.

    Example: plancycle consolidate --year 2025 --period annual --final
    """
    from plancycle.domain.periods import Period
    from plancycle.services.consolidate_period import consolidate as fold

    with house(as_of) as opened:
        made = fold(opened, year_or_now(year, opened), Period(period), final)
    edition = made.edition
    if edition is None:
        say(words("cli.nothing_accepted"))
        return
    coverage = edition.coverage
    if json:
        counted = {name: len(getattr(coverage, name)) for name in ("expected", "included", "late", "missing")}
        figures = [{"id": f.id, "value": str(f.value), "unit": f.unit} for f in edition.figures]
        answer = {"edition": edition.id, "kind": str(edition.kind), "sha256": edition.sha256}
        print_json({**answer, "coverage": counted, "figures": figures})
        return
    print_table(["Chỉ số", "Giá trị", "Đơn vị"], [[f.label, str(f.value), f.unit] for f in edition.figures])
    included, expected = len(coverage.included), len(coverage.expected)
    say(words("cli.edition", edition=edition.id, included=included, expected=expected))


def trace(figure: str, /, *, json: bool = False) -> None:
    """Lead a figure back to its cells.

    Example: plancycle trace tn-nq94-2025/annual/inspections.value
    """
    from dataclasses import asdict

    from plancycle.services.trace_figure import trace as lead_back

    with house() as opened:
        found = lead_back(opened, figure)
    if json:
        sources = [asdict(source) for source in found.sources]
        print_json({"figure": found.figure, "value": found.value, "sources": sources})
        return
    rows = [[s.agency, s.submission, s.sheet, s.cell, s.raw, s.value] for s in found.sources]
    print_table(["Cơ quan", "Bản nộp", "Trang", "Ô", "Đã nhập", "Giá trị"], rows)
    say(f"{found.figure} = {found.value}")


def render(edition: str, /, *, as_of: str = "", json: bool = False) -> None:
    """Render a final edition's documents and ask the approver; asked again, it shows what there is.

    Example: plancycle render tn-nq94-2025/annual/e3
    """
    from plancycle.services.prepare_submission import prepare

    with house(as_of) as opened:
        prepared = prepare(opened, edition)
    files = [
        {"kind": f.kind, "file": f"reports/{edition.split('/')[1]}/{f.file_name}", "sha256": f.sha256}
        for f in prepared.files
    ]
    if json:
        print_json({"files": files, "approval": str(prepared.approval.status)})
    else:
        print_table(["", "", ""], [list(file.values()) for file in files])


def transmit(edition: str, /, *, as_of: str = "", json: bool = False) -> int:
    """Send an approved edition to its addressees. Refuses what nobody approved.

    Example: plancycle transmit tn-nq94-2025/annual/e3
    """
    from plancycle.services.transmit_edition import transmit as send

    with house(as_of) as opened:
        transmittals = send(opened, edition)
    _show(transmittals, json)
    return 0 if all(str(one.status) in ("sent", "acknowledged") for one in transmittals) else NEEDS_ACTION


def acks(*, year: int = 0, as_of: str = "", json: bool = False) -> None:
    """Ask the addressees for their answers and show every transmittal.

    Example: plancycle acks --year 2025
    """
    from plancycle.services.cycle_view import cycle_view
    from plancycle.services.transmit_edition import ask_acknowledgements

    with house(as_of) as opened:
        asked = year_or_now(year, opened)
        ask_acknowledgements(opened, asked)
        with opened.work() as work:
            transmittals = work.transmittals.of_cycle(cycle_view(opened, asked, work).id)
    _show(transmittals, json)


def _show(transmittals: "Sequence[Transmittal]", json: bool) -> None:
    if json:
        listed = [{"addressee": one.addressee, "state": str(one.status), "key": one.key} for one in transmittals]
        print_json({"transmittals": listed})
        return
    rows = [[one.addressee, words(f"transmittal_status.{one.status}"), one.sent_at, one.key] for one in transmittals]
    print_table(["Nơi nhận", "Tình trạng", "Gửi lúc", ""], rows)
