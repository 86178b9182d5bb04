"""What a script by hand does besides asking and adding up, so that it leaves what the product leaves.

Written as somebody competent would who has no plancycle: one function an output, the usual libraries, nothing done
twice. A letter has a text and an HTML part, goes out by a connection of its own and is on record: its bytes as a file,
a row and a commit. A receipt is one page by reportlab where that is installed (the quicker way), else a Word page, all
of them turned into PDF by a single start of LibreOffice; its twin for programs is signed JSON. A wrong answer goes back
as the clerk's own file with the cells marked by openpyxl. The report becomes PDF by LibreOffice.
"""

import hashlib
import html
import json
import shutil
import smtplib
import sqlite3
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import docx
import openpyxl
import pandas as pd
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

SENDER = "bench@plancycle.example"
OFFICE = shutil.which("soffice")
RECEIPTS_BY = "reportlab" if find_spec("reportlab") else "office"
WRONG = PatternFill("solid", fgColor="FFC7CE")
Cell = tuple[str, int]
"""Sheet, and row from 0."""


@dataclass(frozen=True)
class Mailroom:
    """Sends letters and keeps a record of each."""

    ledger: sqlite3.Connection
    folder: Path
    port: int

    def open(self) -> "Mailroom":
        """With its table."""
        self.folder.mkdir(exist_ok=True)
        self.ledger.execute("CREATE TABLE IF NOT EXISTS letters (key TEXT PRIMARY KEY, agency, subject, sha256, at)")
        return self

    def post(self, key: str, agency: str, subject: str, lines: Sequence[str], attached: Mapping[str, bytes]) -> None:
        """One letter: put together, sent, on record."""
        data = letter(agency, subject, lines, attached)
        with smtplib.SMTP("127.0.0.1", self.port) as connection:
            connection.sendmail(SENDER, [f"vt@{agency}.example"], data)
        self.record(key, agency, subject, data)

    def record(self, key: str, agency: str, subject: str, data: str) -> None:
        """Its bytes as a file, and a row for good."""
        sha256 = hashlib.sha256(data.encode()).hexdigest()
        (self.folder / f"{sha256}.eml").write_text(data, "utf-8")
        self.ledger.execute("INSERT INTO letters VALUES (?, ?, ?, ?, datetime('now'))", (key, agency, subject, sha256))
        self.ledger.commit()


def letter(agency: str, subject: str, lines: Sequence[str], attached: Mapping[str, bytes]) -> str:
    """A text and an HTML part, and files."""
    whole, words = MIMEMultipart(), MIMEMultipart("alternative")
    whole["From"], whole["To"], whole["Subject"] = SENDER, f"vt@{agency}.example", subject
    words.attach(MIMEText("\n\n".join(lines), "plain", "utf-8"))
    words.attach(MIMEText("".join(f"<p>{html.escape(line)}</p>" for line in lines), "html", "utf-8"))
    whole.attach(words)
    for name, data in attached.items():
        part = MIMEApplication(data, Name=name)
        part["Content-Disposition"] = f'attachment; filename="{name}"'
        whole.attach(part)
    return whole.as_string()


def cells(frame: pd.DataFrame) -> set[Cell]:
    """Rows that say something."""
    return set(zip(frame["sheet"], frame["row"], strict=True))


def marked(data: bytes, wrong: Sequence[Cell]) -> bytes:
    """The clerk's own file with what is missing marked."""
    book = openpyxl.load_workbook(BytesIO(data))
    for sheet, row in wrong:
        cell = book[sheet].cell(row + 1, 1)
        cell.fill, cell.comment = WRONG, Comment("Thiếu: đề nghị điền.", "plancycle")
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def twin(lines: Sequence[str], pdf: bytes, key: Ed25519PrivateKey) -> bytes:
    """What the receipt states, signed."""
    said = json.dumps({"lines": list(lines), "pdf": hashlib.sha256(pdf).hexdigest()}, ensure_ascii=False)
    return json.dumps({"receipt": said, "signature": key.sign(said.encode()).hex()}).encode()


def receipts(told: Mapping[str, Sequence[str]], folder: Path, by: str = RECEIPTS_BY) -> dict[str, bytes]:
    """A page a receipt, by its name."""
    folder.mkdir(exist_ok=True)
    if by == "reportlab":
        return {name: _page(lines) for name, lines in told.items()}
    for name, lines in told.items():
        paper = docx.Document()
        paper.add_heading(lines[0], 1)
        for line in lines[1:]:
            paper.add_paragraph(line)
        paper.save(str(folder / f"{name}.docx"))
    to_pdf([folder / f"{name}.docx" for name in told], folder)
    return {name: (folder / f"{name}.pdf").read_bytes() for name in told}


def _page(lines: Sequence[str]) -> bytes:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    if "Serif" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Serif", _serif()))
    stream, style = BytesIO(), ParagraphStyle("body", fontName="Serif", fontSize=13, leading=18)
    SimpleDocTemplate(stream).build([Paragraph(html.escape(line), style) for line in lines])
    return stream.getvalue()


def _serif() -> str:
    """Where this machine keeps a serif with Vietnamese letters: the folder differs from one Debian to the next."""
    asked = ["fc-match", "--format=%{file}", "Liberation Serif"]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout


def to_pdf(files: Sequence[Path], folder: Path) -> None:
    """All of them by one start of LibreOffice. Raises FileNotFoundError where it is not installed."""
    if OFFICE is None:
        raise FileNotFoundError("soffice")
    profile = f"-env:UserInstallation=file://{folder.resolve()}/office"
    command = [OFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=1800)
