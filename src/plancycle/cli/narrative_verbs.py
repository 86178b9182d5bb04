"""Verbs about the narrative of a period: ``narrative show``, ``export``, ``import``, ``edit``."""

from pathlib import Path
from typing import TYPE_CHECKING

from cyclopts import App

from plancycle.cli.output import check_files, house, print_json, print_table, say, words, year_or_now

if TYPE_CHECKING:
    from plancycle.domain.narrative import Edit


def register(app: App) -> None:
    """Add the verbs to the command line."""
    told = App(name="narrative", help="What agencies wrote, near-duplicates told once, edited with their sources kept.")
    told.command(show)
    told.command(export)
    told.command(take_back, name="import")
    told.command(edit)
    app.command(told)


def show(*, period: str, year: int = 0, as_of: str = "", json: bool = False) -> None:
    """The passages of a period with everybody who wrote them.

    Example: plancycle narrative show --year 2026 --period annual
    """
    from dataclasses import asdict

    from plancycle.domain.periods import period_called
    from plancycle.services.narrative_sheet import narrative_sheet

    with house(as_of) as opened:
        sheet = narrative_sheet(opened, year_or_now(year, opened), period_called(period))
    if json:
        passages, orphans = ([asdict(one) for one in found] for found in (sheet.lines, sheet.orphans))
        print_json({"period": sheet.period, "passages": passages, "orphans": orphans})
        return
    heads = [words(f"narrative.head.{name}") for name in ("passage", "kind", "about", "text", "who")]
    rows = [[f"{o.id} v{o.version}", o.kind, o.addressee or o.group, o.text, o.speakers] for o in sheet.lines]
    print_table(heads, rows)
    for orphan in sheet.orphans:
        say(words("narrative.orphan", passage=orphan.passage, text=orphan.text))


def export(out: Path, /, *, period: str, year: int = 0, as_of: str = "", json: bool = False) -> None:
    """Write the narrative as a Word file to edit; only the middle column is read back.

    Example: plancycle narrative export thuyet-minh.docx --year 2026 --period annual
    """
    import hashlib

    from plancycle.adapters.documents.narrative_docx import narrative_docx
    from plancycle.domain.periods import period_called
    from plancycle.services.narrative_sheet import narrative_sheet

    with house(as_of) as opened:
        sheet = narrative_sheet(opened, year_or_now(year, opened), period_called(period))
        title = opened.texts.say("narrative.docx.title", period=sheet.title)
        data = narrative_docx(sheet.lines, title, opened.texts)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(data)
    if json:
        print_json({"path": str(out), "sha256": hashlib.sha256(data).hexdigest(), "passages": len(sheet.lines)})
    else:
        say(words("narrative.exported", path=str(out), count=len(sheet.lines)))


def take_back(file: Path, /, *, period: str, by: str, year: int = 0, as_of: str = "", json: bool = False) -> None:
    """Take the edited Word file back: passages that changed get a new version, all or none.

    Refused when somebody has changed one of them since the file was written. An emptied passage is left out of the
    report; a row that was deleted stays as it is.

    Example: plancycle narrative import thuyet-minh.docx --year 2026 --period annual --by nguyen-thi-lap
    """
    from plancycle.adapters.documents.narrative_docx import read_narrative
    from plancycle.domain.periods import period_called
    from plancycle.services.narrative import edit as store

    check_files(file)
    changes = read_narrative(file.read_bytes())
    with house(as_of) as opened:
        _tell(store(opened, year_or_now(year, opened), period_called(period), changes, by), json)


def edit(
    passage: str, text: str, /, *, period: str, by: str, base: int, year: int = 0, as_of: str = "", json: bool = False
) -> None:
    """Give one passage new words; --base is the version they were written on.

    Example: plancycle narrative edit N2-1a2b3c4d "Kinh phí cấp chậm." --base 0 --period annual --by nguyen-thi-lap
    """
    from plancycle.domain.periods import period_called
    from plancycle.services.narrative import Change
    from plancycle.services.narrative import edit as store

    with house(as_of) as opened:
        changed = store(opened, year_or_now(year, opened), period_called(period), [Change(passage, base, text)], by)
        _tell(changed, json)


def _tell(changed: "list[Edit]", json: bool) -> None:
    if json:
        print_json({"changed": [{"passage": one.passage, "version": one.version} for one in changed]})
    else:
        say(words("narrative.changed", count=len(changed)))
