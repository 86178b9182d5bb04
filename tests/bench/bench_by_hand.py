"""A round of a reporting period as one would script it by hand, beside the product's whole round, in one run.

By hand: openpyxl writes a workbook for each agency, smtplib opens a connection for each letter, pandas reads each
returned file and goes through its rows, ``to_sql`` keeps them, ``groupby`` adds up, openpyxl writes the tables and
python-docx the report: the *fair* script by ``add_row().cells``, the *naive* one by ``cell(row, column)``, which is
quadratic: of each table a sample of its cells is filled at full size and multiplied (``render_naive``).
The product does the same through its services, and *besides* what a script does not: a ledger with full sync, a
journal that can be verified, the gate and the checks, signed receipts and confirmations, every letter on record and
sent once. Processor time is compared, stage by stage: ``write``, ``send`` (putting the letter together and handing it
over), ``read``, ``store``, ``fold``, ``render``. The product's reading and storing are measured once more by themselves
(the same files in the same limited process; each version in a transaction of its own with its event);
``besides_asking`` and ``besides_taking_in`` are what is left of those steps.
Sizes are measured; ``extrapolated_to`` is computed from the growth between the two largest sizes, and named so.
Run ``python tests/bench/bench_by_hand.py [--sizes 112 132] [--rounds 1] [--without-naive] [--to 4000] [--json]``.
"""

import argparse
import json
import math
import os
import smtplib
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
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
from python_calamine import CalamineWorkbook

from plancycle.adapters.documents.compose import compose
from plancycle.adapters.documents.docx import report_docx
from plancycle.adapters.documents.xlsx import report_xlsx
from plancycle.bootstrap import Household
from plancycle.domain.submissions import Entry, Submission, SubmissionStatus
from plancycle.rehearsal.bench.asking import SENDER, sink
from plancycle.rehearsal.bench.measuring import Stopwatch, durable_writes, spread
from plancycle.rehearsal.bench.world import PERIOD, YEAR, World, a_world
from plancycle.services import collect_inbox, data_calls
from plancycle.services.consolidate_period import consolidate
from plancycle.services.cycle_view import cycle_view
from plancycle.services.deliver_messages import deliver
from plancycle.services.journal import record
from plancycle.services.report_facts import report_facts

Rows = Sequence[Sequence[Any]]
GOALS = {"fair": 15.0, "naive": 35.0, "naive_extrapolated": 150.0}
"""Times the product's processor time, of the whole round: 400 agencies, and 4,000."""
STAGES = ("write", "send", "read", "store", "fold", "render")
BESIDES = ("besides_asking", "besides_taking_in")
NAIVE = "render_naive"
SAMPLE = 12
"""Cells of each table that the naive report fills; each costs the same, since each goes through the whole table."""
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
    book = CalamineWorkbook.from_path(file)
    sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    return {name: [[value if value != "" else None for value in row] for row in rows] for name, rows in sheets.items()}


def by_hand(job: Job, port: int, folder: Path, with_naive: bool) -> dict[str, float]:
    """The script's round: processor seconds of each step; the naive report is made beside the fair one."""
    steps, made = Steps(), {}
    with steps.step("write"):
        for agency, sheets in job.asked.items():
            made[agency] = _workbook(sheets)
    with steps.step("send"):
        for agency, data in made.items():
            _send(agency, data, port)
    with closing(sqlite3.connect(folder / "hand.db")) as ledger:
        frames = []
        with steps.step("read"):
            for agency, data in job.returned.items():
                frames.append(_read(agency, data))
        with steps.step("store"):
            for frame in frames:
                frame.to_sql("answers", ledger, if_exists="append", index=False)
        with steps.step("fold"):
            whole = pd.concat(frames)
            totals = whole.groupby(["sheet", "label"]).agg({"number": ["sum", "mean"], "agency": "count"})
            whole.to_excel(folder / "whole.xlsx")
            totals.to_excel(folder / "totals.xlsx")
    with steps.step("render"):
        _report(job, folder / "report.docx")
    if with_naive:
        steps.cpu[NAIVE] = round(_naive_report(job, folder / "report.docx"), 3)
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


def _report(job: Job, place: Path) -> None:
    document = docx.Document()
    for text in job.paragraphs:
        document.add_paragraph(text)
    for rows in job.tables:
        table = document.add_table(rows=0, cols=len(rows[0]))
        for row in rows:
            for cell, value in zip(table.add_row().cells, row, strict=False):
                cell.text = str(value)
    document.save(str(place))


def _naive_report(job: Job, place: Path) -> float:
    """Processor seconds of the same report by ``cell(row, column)``, from a sample of each table's cells."""
    document, cpu = docx.Document(), 0.0
    for text in job.paragraphs:
        document.add_paragraph(text)
    for rows in job.tables:
        began = time.process_time()
        table = document.add_table(rows=len(rows), cols=len(rows[0]))
        cpu += time.process_time() - began
        places = [(at, column) for at, row in enumerate(rows) for column in range(len(row))]
        sample = places[:: max(1, len(places) // SAMPLE)]
        began = time.process_time()
        for at, column in sample:
            table.cell(at, column).text = str(rows[at][column])
        cpu += (time.process_time() - began) * len(places) / len(sample)
    began = time.process_time()
    document.save(str(place))
    return cpu + time.process_time() - began


class Watched:
    """A part of the house, with the processor seconds its calls of one name took in this process."""

    def __init__(self, part: Any, name: str) -> None:
        self._part, self.cpu = part, 0.0
        setattr(self, name, self._watched(getattr(part, name)))

    def _watched(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*given: Any, **named: Any) -> Any:
            began = time.process_time()
            try:
                return act(*given, **named)
            finally:
                self.cpu += time.process_time() - began

        return watched

    def __getattr__(self, name: str) -> Any:
        return getattr(self._part, name)


Version = tuple[Submission, list[Entry]]


def by_product(world: World, job: Job, port: int) -> dict[str, float]:
    """The product's round: processor seconds of each step, its child processes with it."""
    steps = Steps()
    with world.untouched(f"smtp://127.0.0.1:{port}") as house:
        _ask_and_send(house, job, steps)
        for agency, data in job.returned.items():
            (house.data_dir / "inbox" / f"{agency}.xlsx").write_bytes(data)
        with steps.step("besides_taking_in"):
            for name in collect_inbox.waiting(house):
                collect_inbox.take_in(house, name)
        with steps.step("fold"):
            edition = consolidate(house, YEAR, PERIOD, final=True).edition
        assert edition is not None
        with steps.step("render"):
            with house.work() as work:
                facts = report_facts(house, work, cycle_view(house, YEAR, work), edition)
            paper = compose(facts, house.texts)
            report_docx(paper)
            report_xlsx(facts, house.texts, paper.title)
        with steps.step("read"):
            for agency, data in job.returned.items():
                house.workbooks.read(data, f"{agency}.xlsx")
        with house.work() as work:
            found = work.submissions.of_period(f"{house.programme_id}-{YEAR}", PERIOD)
            versions = [(one, work.submissions.entries(one.id)) for one in found]
    with world.untouched() as house, steps.step("store"):
        _store(house, versions)
    steps.cpu["besides_taking_in"] -= steps.cpu["read"] + steps.cpu["store"]
    return {name: round(steps.cpu[name], 3) for name in (*STAGES, *BESIDES)}


def _ask_and_send(house: Household, job: Job, steps: Steps) -> None:
    """Asking as the product asks, its workbooks and letters told apart; then everything sent."""
    house.workbooks = writing = Watched(house.workbooks, "write")  # type: ignore[assignment]
    house.composer = composing = Watched(house.composer, "compose")  # type: ignore[assignment]
    with steps.step("besides_asking"):
        data_calls.queue_all(house, YEAR, PERIOD, data_calls.recipients(house, YEAR, PERIOD))
    wrote, composed = writing.cpu, composing.cpu
    with steps.step("send"):
        assert len(deliver(house).sent) == len(job.asked)
    steps.cpu["write"] = wrote
    steps.cpu["send"] += composed
    steps.cpu["besides_asking"] -= wrote + composed


def _store(house: Household, versions: Sequence[Version]) -> None:
    for version, entries in versions:
        with house.work() as work:
            work.submissions.add(replace(version, status=SubmissionStatus.ACCEPTED), entries, [])
            record(house, work, "submission.accepted", version.id)


def one_size(folder: Path, agencies: int, with_naive: bool, rounds: int) -> dict[str, Any]:
    """Both sides in turn; the middle round by the product's time. One round of the product first counts for nothing."""
    with sink() as port, a_world(folder / f"world-{agencies}", agencies) as world:
        job = a_job(world)
        by_product(world, job, port)
        turns = [
            (by_hand(job, port, folder, with_naive), by_product(world, job, port))  # in turn
            for _ in range(rounds)
        ]
    hand, ours = sorted(turns, key=lambda turn: sum(turn[1].values()))[len(turns) // 2]
    ratios = {
        "fair": spread([_fair(one) / sum(other.values()) for one, other in turns]),
        "fair_common_stages": spread([_fair(one) / _common(other) for one, other in turns]),
    }
    if with_naive:
        ratios["naive"] = spread([_naive(one) / sum(other.values()) for one, other in turns])
        ratios["naive_common_stages"] = spread([_naive(one) / _common(other) for one, other in turns])
    stages = {name: round(hand[name] / max(ours[name], 0.001), 1) for name in STAGES}
    if with_naive:
        stages[NAIVE] = round(hand[NAIVE] / max(ours["render"], 0.001), 1)
    return {"agencies": len(job.asked), "by_hand_s": hand, "product_s": ours, "by_stage": stages, "ratio": ratios}


def _fair(hand: dict[str, float]) -> float:
    return sum(hand[name] for name in STAGES)


def _naive(hand: dict[str, float]) -> float:
    return _fair(hand) - hand["render"] + hand[NAIVE]


def _common(ours: dict[str, float]) -> float:
    return sum(ours[name] for name in STAGES)


def extrapolated(sizes: list[dict[str, Any]], to: int) -> dict[str, Any]:
    """From the two largest sizes, step by step; nothing here was measured."""
    small, large = sizes[-2:]
    by = math.log(large["agencies"] / small["agencies"])
    told: dict[str, dict[str, float]] = {"by_hand_s": {}, "product_s": {}}
    for side, steps in told.items():
        for name, seconds in large[side].items():
            exponent = math.log(max(seconds, 0.01) / max(small[side][name], 0.01)) / by
            steps[name] = round(seconds * (to / large["agencies"]) ** exponent, 1)
    ours = sum(told["product_s"].values())
    ratio = {"fair": round(_fair(told["by_hand_s"]) / ours, 1)}
    if NAIVE in told["by_hand_s"]:
        ratio["naive"] = round(_naive(told["by_hand_s"]) / ours, 1)
    return {"agencies": to, **told, "ratio": ratio}


def shown(size: dict[str, Any]) -> Iterator[str]:
    """One size as lines: every stage's seconds by hand and ours, and by how much."""
    hand, ours = size["by_hand_s"], size["product_s"]
    yield f"{size['agencies']} agencies        by hand s    ours s   times"
    for name in STAGES:
        yield f"{name:22}{hand[name]:10.2f}{ours[name]:10.2f}{size['by_stage'][name]:8.1f}"
    if NAIVE in hand:
        yield f"{NAIVE:22}{hand[NAIVE]:10.2f}{ours['render']:10.2f}{size['by_stage'][NAIVE]:8.1f}"
    for name in BESIDES:
        yield f"{name:22}{'-':>10}{ours[name]:10.2f}"
    for name, ratio in size["ratio"].items():
        yield f"{name:42}{ratio['median']:8.1f}   ({ratio['min']} to {ratio['max']})"


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--sizes", type=int, nargs="+", default=[112, 132], help="agencies of the programme")
    asked.add_argument("--rounds", type=int, default=1)
    asked.add_argument("--without-naive", action="store_true", help="leave the quadratic report out")
    asked.add_argument("--to", type=int, default=4000)
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    sizes = []
    with TemporaryDirectory() as folder:
        disk = {"durable_writes_before": durable_writes(Path(folder))}
        for size in options.sizes:
            sizes.append(one_size(Path(folder), size, not options.without_naive, options.rounds))
            if not options.json:
                sys.stdout.writelines(f"{line}\n" for line in shown(sizes[-1]))
                sys.stdout.flush()
        disk |= {"durable_writes_after": durable_writes(Path(folder)), "load": os.getloadavg()[0]}
    result: dict[str, Any] = {"goals": GOALS, **disk, "measured": sizes}
    if len(sizes) > 1:
        result["extrapolated_to"] = extrapolated(sizes, options.to)
    if options.json:
        sys.stdout.write(f"{json.dumps(result)}\n")
        return
    del result["measured"]
    sys.stdout.write(f"{json.dumps(result, indent=1)}\n")


if __name__ == "__main__":
    main()
