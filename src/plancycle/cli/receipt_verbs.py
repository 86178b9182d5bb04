"""Verbs about receipts: ``receipt verify`` (anywhere, offline), ``receipt show``, ``receipt key``."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cyclopts import App

from plancycle.cli.output import check_files, house, print_json, print_table, say, words

if TYPE_CHECKING:
    from plancycle.services.verify_receipt import ReceiptCheck

BAD_DATA = 3
SHOWN = ("agency_name", "period_title", "submission", "received_at", "verdict", "outcome", "sha256", "cites")


def register(app: App) -> None:
    """Add the verbs to the command line."""
    receipt = App(name="receipt", help="Receipts: check one, print one again, hand out the public key.")
    for verb in (verify, show, key):
        receipt.command(verb)
    app.command(receipt)


def verify(file: Path, /, *, public_key: Path | None = None, answer: Path | None = None, json: bool = False) -> int:
    """Check a receipt: its signature, its number, its PDF and, when given, the answered file. Needs no network.

    Takes the ``.json`` of a receipt, or the ``.pdf`` with the ``.json`` beside it. Without ``--public-key`` the key of
    this installation is used. Exit code 3 when anything does not hold.

    Example: plancycle receipt verify Bien-nhan_KM7PD4XR5WHC.pdf --public-key receipt-key.pub.pem
    """
    from plancycle.adapters.receipt_key import ReceiptKey
    from plancycle.domain.errors import DataProblem
    from plancycle.services.verify_receipt import verify_receipt

    twin = file.with_suffix(".json")
    pdf = file.with_suffix(".pdf")
    if not twin.exists():
        raise DataProblem("receipt.no_twin", name=twin.name)
    check_files(public_key, answer)
    public_pem = _own_key() if public_key is None else public_key.read_bytes()
    pdf_bytes = pdf.read_bytes() if pdf.exists() else None
    answered = answer.read_bytes() if answer else None
    check = verify_receipt(ReceiptKey(Path(), b""), public_pem, twin.read_bytes(), pdf_bytes, answered)
    _print(check, as_json=json)
    return 0 if check.ok else BAD_DATA


def _own_key() -> bytes:
    with house() as opened:
        return opened.receipt_key.public_pem


def _print(check: "ReceiptCheck", *, as_json: bool) -> None:
    parts = {
        "signature": check.is_signed,
        "number": check.has_fitting_number,
        "pdf": check.pdf,
        "answer": check.answer,
    }
    if as_json:
        print_json({"ok": check.ok, **parts, "key_id": check.key_id, "receipt": check.statement})
        return
    fits = {True: "fits", False: "does_not_fit", None: "not_checked"}
    print_table([words("receipt.check.ok" if check.ok else "receipt.check.wrong"), check.number], _lines(check))
    print_table(["", ""], [[words(f"receipt.check.{n}"), words(f"receipt.check.{fits[v]}")] for n, v in parts.items()])


def _lines(check: "ReceiptCheck") -> list[list[object]]:
    return [[words(f"receipt.field.{name}"), _written(name, check.statement.get(name))] for name in SHOWN]


def _written(name: str, value: object) -> object:
    """A value in words; what is no value of ours stands as it came, since the receipt may be somebody's invention."""
    try:
        if name in ("verdict", "outcome"):
            return words(f"receipt.{name}.{value}")
        return datetime.fromisoformat(str(value)) if name == "received_at" else value
    except (KeyError, ValueError):
        return value


def show(number: str, /, *, out: Path = Path(), json: bool = False) -> None:
    """Write a receipt's PDF and its signed JSON again, by its number.

    Example: plancycle receipt show KM7PD4XR5WHC --out bien-nhan
    """
    from plancycle.domain.errors import DataProblem, NotFound
    from plancycle.domain.receipts import is_receipt_number, tidied
    from plancycle.services.issue_receipt import issued

    if not is_receipt_number(number):
        raise DataProblem("receipt.mistyped", number=number)
    with house() as opened:
        with opened.work() as work:
            signed = work.receipts.get(tidied(number))
        if signed is None:
            raise NotFound("not_found.receipt", number=tidied(number))
        files = issued(opened, signed).files
    out.mkdir(parents=True, exist_ok=True)
    for file in files:
        (out / file.file_name).write_bytes(file.data)
    paths = [str(out / file.file_name) for file in files]
    if json:
        print_json({"number": signed.number, "submission": signed.submission, "files": paths})
    else:
        print_table([words("receipt.field.number"), signed.number], [["", path] for path in paths])


def key(*, out: Path | None = None, json: bool = False) -> None:
    """Print or write the public key receipts are checked with; it may be given to anybody.

    Example: plancycle receipt key --out receipt-key.pub.pem
    """
    with house() as opened:
        pem, key_id = opened.receipt_key.public_pem, opened.receipt_key.key_id
    if out is not None:
        out.write_bytes(pem)
    if json:
        print_json({"key_id": key_id, "public_key": pem.decode(), "path": str(out) if out else None})
    elif out is None:
        print(pem.decode(), end="")
    else:
        say(f"{out} · {key_id}")
