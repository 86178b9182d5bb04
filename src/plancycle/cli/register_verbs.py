"""Verbs about outgoing documents and their register: ``document``, ``register list``, ``register correct``."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cyclopts import App

from plancycle.cli.output import house, print_json, print_table, say, words, year_or_now

if TYPE_CHECKING:
    from plancycle.services.document_register import RegisterLine
    from plancycle.services.official_documents import Made

Kind = Literal["report", "call", "urge", "reply", "digest", "ministry", "budget", "commendation"]
COLUMNS = ("document_number", "document_dated", "document_subject", "document_to", "document_note")


def register(app: App) -> None:
    """Add the verbs to the command line."""
    app.command(document)
    numbers = App(name="register", help="The register of outgoing documents: numbers, replacements, corrections.")
    numbers.command(list_numbers, name="list")
    numbers.command(correct)
    app.command(numbers)


def document(
    kind: Kind,
    /,
    *,
    out: Path,
    period: str = "annual",
    year: int = 0,
    agency: str = "",
    issue: bool = False,
    by: str = "",
    as_of: str = "",
    json: bool = False,
) -> None:
    """Make a document as .docx and .pdf into a folder: letters, extracts, lists, or the report as it is now.

    A draft has no number; --issue gives it one, enters it in the register, and asked again gives the same bytes.
    --agency: for one agency (or one ministry) only; a reply needs it.

    Example: plancycle document urge --period q1 --year 2026 --out van-ban
    """
    from plancycle.domain.document_register import DocumentKind
    from plancycle.domain.periods import period_called
    from plancycle.services.official_documents import make_documents

    with house(as_of) as opened:
        asked = year_or_now(year, opened)
        made = make_documents(opened, DocumentKind(kind), asked, period_called(period), agency, issue, by)
    _leave(made, out, json)
    if not json and not issue:
        say(words("cli.document.draft"))


def _leave(made: "list[Made]", out: Path, json: bool) -> None:
    import hashlib

    out.mkdir(parents=True, exist_ok=True)
    listed = []
    for one in made:
        for file in one.files:
            (out / file.file_name).write_bytes(file.data)
            number, sha256 = one.entry.code if one.entry else "", hashlib.sha256(file.data).hexdigest()
            listed.append({"path": str(out / file.file_name), "kind": file.kind, "sha256": sha256, "number": number})
    if json:
        print_json({"files": listed})
    else:
        print_table(["", "", ""], [[file["path"], file["number"], file["sha256"]] for file in listed])


def list_numbers(*, year: int = 0, as_of: str = "", json: bool = False) -> None:
    """The register of a year: number, day, subject, to whom, what replaced or corrected it.

    Example: plancycle register list --year 2026
    """
    from plancycle.services.document_register import register as lines_of

    with house(as_of) as opened:
        asked = year_or_now(year, opened)
        lines = lines_of(opened, asked)
    if json:
        print_json({"year": asked, "entries": [_as_data(line) for line in lines]})
        return
    rows = [[one.entry.code, one.dated, one.entry.subject, one.entry.addressees, _note(one)] for one in lines]
    print_table([words(f"cli.column.{name}") for name in COLUMNS], rows)
    if not lines:
        say(words("cli.register.empty", year=asked))


def _note(line: "RegisterLine") -> str:
    """What this document does to an older one, and what newer ones do to it."""
    entry, notes = line.entry, []
    if entry.relation is not None:
        notes.append(f"{words(f'register.relation.{entry.relation}')} {entry.cites_number:02d}/{entry.cites_year}")
    notes += [f"← {words(f'register.relation.{one.relation}')}: {one.code}" for one in line.cited_by]
    return "; ".join(notes)


def _as_data(line: "RegisterLine") -> dict[str, object]:
    from dataclasses import asdict

    files = [{"file": one.file_name, "sha256": one.sha256, "dated": one.dated} for one in line.files]
    cited = [{"number": one.code, "relation": str(one.relation)} for one in line.cited_by]
    return {"code": line.entry.code, **asdict(line.entry), "dated": line.dated, "files": files, "cited_by": cited}


def correct(
    number: str,
    /,
    *,
    reason: str,
    by: str,
    year: int = 0,
    replace: bool = False,
    out: Path = Path(),
    as_of: str = "",
    json: bool = False,
) -> None:
    """Correct an issued document: a letter about its form (đính chính), or with --replace a new one in its place.

    Nothing issued is ever changed (Decree 30/2020/NĐ-CP, Article 18): both are new documents that cite the old one.

    Example: plancycle register correct 05/BC-SNV --year 2026 --reason "Phụ lục II ghi sai đơn vị tính" --by van-thu
    """
    from plancycle.services.document_register import order_replacement
    from plancycle.services.official_documents import correct as issue_correction

    with house(as_of) as opened:
        asked = year_or_now(year, opened)
        if replace:
            entry = order_replacement(opened, asked, number, reason, by)
        else:
            made = issue_correction(opened, asked, number, reason, by)
    if not replace:
        _leave([made], out, json)
    elif json:
        print_json({"number": entry.code, "replaces": number})
    else:
        say(words("cli.register.replaced", number=entry.code))
