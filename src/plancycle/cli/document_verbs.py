"""Verbs about documents as files: ``check-document``, ``verify-signature``."""

from pathlib import Path
from typing import TYPE_CHECKING

from cyclopts import App

from plancycle.cli.output import check_files, print_json, print_table, say, words

if TYPE_CHECKING:
    from plancycle.domain.official_form_rules import Deviation

BAD_DATA = 3


def register(app: App) -> None:
    """Add the verbs to the command line."""
    app.command(check_document, name="check-document")
    app.command(verify_signature, name="verify-signature")


def check_document(file: Path, /, *, json: bool = False) -> int:
    """Compare a .docx or .pdf with the form of Decree 30/2020/NĐ-CP, Annex I; exit code 3 when it deviates.

    Example: plancycle check-document bao-cao.docx
    """
    from plancycle.adapters.documents.observe import observe
    from plancycle.domain.official_form_rules import deviations

    found = deviations(observe(_bytes_of(file)))
    if json:
        print_json({"ok": not found, "deviations": [_as_data(one) for one in found]})
    elif found:
        for one in found:
            say(_sentence(one, "vi"))
            say(_sentence(one, "en"))
    else:
        say(words("cli.document_ok"))
    return BAD_DATA if found else 0


def verify_signature(
    file: Path, /, *, trust: tuple[Path, ...] = (), approved: Path | None = None, json: bool = False
) -> int:
    """Look at the electronic signatures of a PDF; exit code 3 when one is not good.

    Nothing is trusted that is not named: --trust takes root certificates, --approved the document as it was approved.

    Example: plancycle verify-signature bao-cao-da-ky.pdf --trust goc.crt --approved bao-cao.pdf
    """
    from dataclasses import asdict

    from plancycle.adapters.signing.verify import verify

    report = verify(_bytes_of(file), [_bytes_of(root) for root in trust], _bytes_of(approved) if approved else None)
    if json:
        facts = [{**asdict(fact), "is_good": fact.is_good} for fact in report.facts]
        print_json({"ok": report.is_good, "contains_approved": report.contains_approved, "signatures": facts})
        return 0 if report.is_good else BAD_DATA
    good = {True: words("cli.signature.good"), False: words("cli.signature.bad")}
    print_table(
        ["Người ký", "Thời điểm", ""], [[fact.signer, fact.signed_at, good[fact.is_good]] for fact in report.facts]
    )
    if not report.facts:
        say(words("cli.signature.none"))
    if report.contains_approved is False:
        say(words("cli.signature.other_document"))
    return 0 if report.is_good else BAD_DATA


def _bytes_of(file: Path) -> bytes:
    check_files(file)
    return file.read_bytes()


def _as_data(one: "Deviation") -> dict[str, str]:
    return {
        "code": one.code,
        "element": str(one.element),
        "place": one.place,
        "found": one.found,
        "message_vi": _message(one, "vi"),
        "message_en": _message(one, "en"),
        "fix_vi": words(f"deviation.{one.code}.fix", "vi", **_facts(one, "vi")),
        "fix_en": words(f"deviation.{one.code}.fix", "en", **_facts(one, "en")),
    }


def _sentence(one: "Deviation", language: str) -> str:
    fix = words(f"deviation.{one.code}.fix", language, **_facts(one, language))
    return f"{_message(one, language)} {fix}"


def _message(one: "Deviation", language: str) -> str:
    place = words("deviation.place", language, place=one.place) if one.place else ""
    found = f" “{one.found}”" if one.found else ""
    message = words(f"deviation.{one.code}", language, **_facts(one, language))
    return f"{place}{message}{found}."


def _facts(one: "Deviation", language: str) -> dict[str, str]:
    return {"element": words(f"form_element.{one.element}", language), **one.params}
