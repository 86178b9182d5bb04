"""A round of a reporting period as one would script it by hand, beside the product's whole round, in one run.

By hand: openpyxl writes a workbook for each agency, smtplib opens a connection for each letter, pandas reads each
returned file and goes through its rows, ``to_sql`` keeps them, ``groupby`` adds up, openpyxl writes the tables and
python-docx the report (``add_row().cells``; with ``--naive`` a table's cells by ``cell(row, column)``, which is
quadratic). The product does the same through its services, and besides what a script does not: a ledger with full
sync, a journal that can be verified, receipts, checks with cells, each letter sent once. Processor time is compared.
Sizes are measured; ``extrapolated_to`` is computed from the growth between the two largest sizes, and named so.
Run ``python tests/bench/bench_by_hand.py [--sizes 112 132] [--naive] [--to 4000] [--json]``.
"""

import argparse
import json
import math
import os
import smtplib
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import docx
import openpyxl
import pandas as pd
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation

from plancycle.adapters.documents.compose import compose
from plancycle.adapters.documents.docx import report_docx
from plancycle.adapters.documents.xlsx import report_xlsx
from plancycle.rehearsal.bench.asking import SENDER, sink
from plancycle.rehearsal.bench.measuring import Stopwatch, durable_writes, spread
from plancycle.rehearsal.bench.world import PERIOD, YEAR, World, a_world
from plancycle.services import collect_inbox, data_calls
from plancycle.services.consolidate_period import consolidate
from plancycle.services.cycle_view import cycle_view
from plancycle.services.deliver_messages import deliver
from plancycle.services.report_facts import report_facts

Rows = Sequence[Sequence[Any]]
GOALS = {"fair": 15.0, "naive": 150.0}
THIN = Border(*(Side(style="thin") for _ in range(4)))


@dataclass
class Steps:
    """Processor seconds by step."""

    cpu: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Watch a block."""
        watch = Stopwatch()
        with watch:
            yield
        self.cpu[name] = round(watch.cpu, 3)


@dataclass(frozen=True)
class Job:
    """What both sides start from: each agency's sheets as they are sent, the files that come back, the report."""

    asked: dict[str, dict[str, Rows]]
    returned: dict[str, bytes]
    tables: list[Rows]
    paragraphs: list[str]


def a_job(world: World) -> Job:
    """Read once from what the product makes, so that both sides make the same."""
    with world.untouched() as house:
        for agency in world.agencies:
            data_calls.queue(house, YEAR, PERIOD, agency)
        sent = house.data_dir / "workbooks" / PERIOD
        asked = {one: _sheets(sent / f"{world.view.id}_{PERIOD}_{one}.xlsx") for one in world.agencies}
    paper = compose(world.facts, world.house.texts)
    tables = [[[one.label for one in annex.columns], *annex.rows] for annex in paper.annexes]
    return Job(asked, world.returned, tables, [block.text for block in paper.blocks])


def _sheets(file: Path) -> dict[str, Rows]:
    book = openpyxl.load_workbook(file, read_only=True)
    rows = {sheet.title: [tuple(cell.value for cell in row) for row in sheet.iter_rows()] for sheet in book.worksheets}
    book.close()
    return rows


def by_hand(job: Job, port: int, folder: Path, is_naive: bool) -> dict[str, float]:
    """The script's round: processor seconds of each step."""
    steps, made = Steps(), {}
    with steps.step("workbooks"):
        for agency, sheets in job.asked.items():
            made[agency] = _workbook(sheets)
    with steps.step("letters"):
        for agency, data in made.items():
            _send(agency, data, port)
    with closing(sqlite3.connect(folder / "hand.db")) as ledger:
        frames = []
        with steps.step("reading"):
            for agency, data in job.returned.items():
                frames.append(_read(agency, data))
        with steps.step("keeping"):
            for frame in frames:
                frame.to_sql("answers", ledger, if_exists="append", index=False)
        with steps.step("adding_up"):
            whole = pd.concat(frames)
            totals = whole.groupby(["sheet", "label"]).agg({"number": ["sum", "mean"], "agency": "count"})
            whole.to_excel(folder / "whole.xlsx")
            totals.to_excel(folder / "totals.xlsx")
    with steps.step("report"):
        _report(job, folder / "report.docx", is_naive)
    (folder / "hand.db").unlink()
    return steps.cpu


def _workbook(sheets: dict[str, Rows]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                cell = sheet.cell(number, column, value)
                cell.border = THIN
                if number == 1:
                    cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDDDDD")
        allowed = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=True)
        sheet.add_data_validation(allowed)
        allowed.add(f"D2:D{len(rows) + 1}")
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _send(agency: str, data: bytes, port: int) -> None:
    letter = MIMEMultipart()
    letter["From"], letter["To"], letter["Subject"] = SENDER, f"vt@{agency}.example", f"Yêu cầu báo cáo: {agency}"
    letter.attach(MIMEText(f"Kính gửi {agency}. Đề nghị điền tệp gửi kèm và gửi lại trước hạn.", "plain", "utf-8"))
    part = MIMEApplication(data, Name=f"{agency}.xlsx")
    part["Content-Disposition"] = f'attachment; filename="{agency}.xlsx"'
    letter.attach(part)
    with smtplib.SMTP("127.0.0.1", port) as connection:
        connection.sendmail(SENDER, [f"vt@{agency}.example"], letter.as_string())


def _read(agency: str, data: bytes) -> pd.DataFrame:
    rows = []
    for sheet, frame in pd.read_excel(BytesIO(data), sheet_name=None, header=None, engine="openpyxl").items():
        for number, row in frame.iterrows():
            filled = [value for value in row if pd.notna(value)]
            if not filled:
                continue
            last = filled[-1]
            is_number = isinstance(last, int | float)
            told = {"agency": agency, "sheet": sheet, "row": number, "label": str(filled[0])[:120]}
            rows.append({**told, "number": float(last) if is_number else None, "text": str(last)})
    return pd.DataFrame(rows)


def _report(job: Job, place: Path, is_naive: bool) -> None:
    document = docx.Document()
    for text in job.paragraphs:
        document.add_paragraph(text)
    for rows in job.tables:
        table = document.add_table(rows=len(rows) if is_naive else 0, cols=len(rows[0]))
        for number, row in enumerate(rows):
            cells = () if is_naive else table.add_row().cells
            for column, value in enumerate(row):
                (table.cell(number, column) if is_naive else cells[column]).text = str(value)
    document.save(str(place))


def by_product(world: World, job: Job, port: int) -> dict[str, float]:
    """The product's round: processor seconds of each step, its child processes with it."""
    steps = Steps()
    with world.untouched(f"smtp://127.0.0.1:{port}") as house:
        with steps.step("workbooks_and_outbox"):
            for agency in data_calls.recipients(house, YEAR, PERIOD):
                data_calls.queue(house, YEAR, PERIOD, agency)
        with steps.step("letters"):
            assert len(deliver(house).sent) == len(job.asked)
        for agency, data in job.returned.items():
            (house.data_dir / "inbox" / f"{agency}.xlsx").write_bytes(data)
        with steps.step("reading_checking_keeping"):
            for name in collect_inbox.waiting(house):
                collect_inbox.take_in(house, name)
        with steps.step("adding_up"):
            edition = consolidate(house, YEAR, PERIOD, final=True).edition
        assert edition is not None
        with steps.step("report"):
            with house.work() as work:
                facts = report_facts(house, work, cycle_view(house, YEAR, work), edition)
            paper = compose(facts, house.texts)
            report_docx(paper)
            report_xlsx(facts, house.texts, paper.title)
    return steps.cpu


def one_size(folder: Path, agencies: int, is_naive: bool, rounds: int) -> dict[str, Any]:
    """Both sides in turn; the middle round by the product's time. One round of the product first counts for nothing."""
    with sink() as port, a_world(folder / f"world-{agencies}", agencies) as world:
        job = a_job(world)
        by_product(world, job, port)
        turns = [
            (by_hand(job, port, folder, is_naive), by_product(world, job, port))  # in turn
            for _ in range(rounds)
        ]
    ratios = sorted(sum(hand.values()) / sum(ours.values()) for hand, ours in turns)
    hand, ours = sorted(turns, key=lambda turn: sum(turn[1].values()))[len(turns) // 2]
    told = {"by_hand_s": hand, "product_s": ours}
    totals = {f"{side}_all": round(sum(told[side].values()), 3) for side in told}
    return {"agencies": len(job.asked), **told, **totals, "ratio": spread(ratios)}


def extrapolated(sizes: list[dict[str, Any]], to: int) -> dict[str, Any]:
    """From the two largest sizes, step by step; nothing here was measured."""
    small, large = sizes[-2:]
    by = math.log(large["agencies"] / small["agencies"])
    told: dict[str, Any] = {}
    for side in ("by_hand_s", "product_s"):
        told[side] = 0.0
        for name, seconds in large[side].items():
            exponent = math.log(max(seconds, 0.01) / max(small[side][name], 0.01)) / by
            told[side] += seconds * (to / large["agencies"]) ** exponent
    ratio = told["by_hand_s"] / told["product_s"]
    return {"agencies": to, **{name: round(value, 1) for name, value in told.items()}, "ratio": round(ratio, 1)}


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--sizes", type=int, nargs="+", default=[112, 132], help="agencies of the programme")
    asked.add_argument("--rounds", type=int, default=1)
    asked.add_argument("--naive", action="store_true")
    asked.add_argument("--to", type=int, default=4000)
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    with TemporaryDirectory() as folder:
        disk = {"durable_writes_before": durable_writes(Path(folder))}
        sizes = [one_size(Path(folder), size, options.naive, options.rounds) for size in options.sizes]
        disk |= {"durable_writes_after": durable_writes(Path(folder)), "load": os.getloadavg()[0]}
    result: dict[str, Any] = {"script": "naive" if options.naive else "fair", "goals": GOALS, **disk, "measured": sizes}
    if len(sizes) > 1:
        result["extrapolated_to"] = extrapolated(sizes, options.to)
    sys.stdout.write(f"{json.dumps(result, indent=None if options.json else 1)}\n")


if __name__ == "__main__":
    main()
