"""A round of a reporting period as one would script it by hand, beside the product's whole round, in one run.

**Common stages**, what both sides have always done: ``write`` (openpyxl writes a workbook for each agency), ``send``
(putting the letter together and handing it over, a connection a letter), ``read`` (pandas goes through each returned
file's rows), ``store`` (``to_sql``), ``fold`` (``groupby``, and the tables as workbooks), ``render`` (python-docx: the
*fair* script by ``add_row().cells``, the *naive* one by ``cell(row, column)``, which is quadratic: of each table a
sample of its cells is filled at full size and multiplied, ``render_naive``).

**Same outputs**, the whole round on both sides: besides, ``record`` (every request on record), ``remind`` (a letter
with the workbook for everybody), ``answer`` (every tenth sends a wrong file first: checked, sent back with its cells
marked; a receipt as PDF and as signed JSON for every answer, a confirmation with it, sent and on record) and ``pdf``
(the report as PDF with its annexes; LibreOffice takes so long for large ones that the ratio is told without it, too).
How the script does these: ``tests/support/hand_script.py``. It still leaves out charts, data files for programs, PDF/A,
a chained journal, the gate before reading, and full sync at every step.

Processor time is compared, child processes included, LibreOffice's, too. The product's reading and storing are measured
once more by themselves (the same files in the same limited process; each version in a transaction of its own with its
event), and taken off ``answer``. Sizes are measured; ``extrapolated_to`` is computed from the growth between the two
largest sizes, and named so.
Run ``python tests/bench/bench_by_hand.py [--sizes 112 132] [--rounds 1] [--without-naive] [--without-pdf] [--json]``.
"""

import argparse
import hashlib
import json
import math
import os
import smtplib
import sqlite3
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import docx
import hand_script as script
import openpyxl
import pandas as pd
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from python_calamine import CalamineWorkbook

from plancycle.adapters.clock import FixedClock
from plancycle.adapters.documents.compose import compose
from plancycle.adapters.documents.docx import report_docx
from plancycle.adapters.documents.xlsx import report_xlsx
from plancycle.bootstrap import Household
from plancycle.domain.submissions import Entry, Submission, SubmissionStatus
from plancycle.rehearsal import desk
from plancycle.rehearsal.behaviours import Mishap, Typing
from plancycle.rehearsal.bench.asking import SENDER, sink
from plancycle.rehearsal.bench.measuring import Stopwatch, durable_writes, spread
from plancycle.rehearsal.bench.world import PERIOD, SEED, YEAR, World, a_world
from plancycle.rehearsal.conductor import clerks_of
from plancycle.services import chase_agencies, collect_inbox, data_calls
from plancycle.services.consolidate_period import consolidate
from plancycle.services.cycle_view import cycle_view
from plancycle.services.deliver_messages import deliver
from plancycle.services.journal import record
from plancycle.services.report_facts import report_facts

Rows = Sequence[Sequence[Any]]
Seconds = dict[str, float]
"""Of the processors, by step."""
GOALS = {"fair": 15.0, "naive": 35.0, "naive_extrapolated": 150.0}
"""Times the product's processor time: 400 agencies, and 4,000."""
STAGES = ("write", "send", "read", "store", "fold", "render")
PDF = "pdf"
BESIDES = ("record", "remind", "answer", PDF)
EVERY = 10
"""The first of so many agencies forgets cells at first."""
BEFORE_DUE = timedelta(days=6)
"""When everybody is reminded."""
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
    wrong: dict[str, bytes]
    """What some send first."""
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
    return Job(asked, world.returned, _wrong(world), tables, [block.text for block in paper.blocks])


def _wrong(world: World) -> dict[str, bytes]:
    """Cells forgotten, by every tenth agency."""
    view, sent = world.view, world.house.data_dir / "workbooks" / PERIOD
    clerks = clerks_of(view.programme, YEAR, SEED, {one: view.dates(one) for one in view.programme.order})
    return {
        one: desk.fill_in(
            desk.Job(
                (sent / f"{view.id}_{PERIOD}_{one}.xlsx").read_bytes(),
                PERIOD,
                clerks[one].answers,
                Typing.NUMBERS,
                Mishap.BLANK,
            )
        )
        for one in world.agencies[::EVERY]
    }


def _sheets(file: Path) -> dict[str, Rows]:
    book = CalamineWorkbook.from_path(file)
    sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    return {name: [[value if value != "" else None for value in row] for row in rows] for name, rows in sheets.items()}


def by_hand(job: Job, port: int, folder: Path, besides: Collection[str]) -> dict[str, float]:
    """The script's round: processor seconds of each step; the naive report is made beside the fair one, if at all."""
    steps, made = Steps(), {}
    with steps.step("write"):
        for agency, sheets in job.asked.items():
            made[agency] = _workbook(sheets)
    with closing(sqlite3.connect(folder / "hand.db")) as ledger:
        mailroom = script.Mailroom(ledger, folder / "letters", port).open()
        sent = {}
        with steps.step("send"):
            for agency, data in made.items():
                sent[agency] = _send(agency, data, port)
        with steps.step("record"):
            for agency, letter in sent.items():
                mailroom.record(f"call/{agency}", agency, "Yêu cầu báo cáo", letter)
        with steps.step("remind"):
            for agency, data in made.items():
                subject, lines = "Nhắc báo cáo", [f"Kính gửi {agency}.", "Đề nghị gửi báo cáo trước hạn."]
                mailroom.post(f"remind/{agency}", agency, subject, lines, {f"{agency}.xlsx": data})
        frames = {}
        with steps.step("read"):
            for agency, data in job.returned.items():
                frames[agency] = _read(agency, data)
        with steps.step("store"):
            for frame in frames.values():
                frame.to_sql("answers", ledger, if_exists="append", index=False)
        with steps.step("answer"):
            _answer(job, frames, mailroom, folder)
        with steps.step("fold"):
            whole = pd.concat(frames.values())
            totals = whole.groupby(["sheet", "label"]).agg({"number": ["sum", "mean"], "agency": "count"})
            whole.to_excel(folder / "whole.xlsx")
            totals.to_excel(folder / "totals.xlsx")
    with steps.step("render"):
        _report(job, folder / "report.docx")
    if PDF in besides:
        with steps.step(PDF):
            script.to_pdf([folder / "report.docx"], folder)
    if NAIVE in besides:
        steps.cpu[NAIVE] = round(_naive_report(job, folder / "report.docx"), 3)
    (folder / "hand.db").unlink()
    return steps.cpu


def _answer(job: Job, frames: dict[str, pd.DataFrame], mailroom: script.Mailroom, folder: Path) -> None:
    """Wrong files go back marked; everybody gets a receipt, those who are right a confirmation with it."""
    known = {agency: script.cells(frame) for agency, frame in frames.items()}
    first = {agency: _read(agency, data) for agency, data in job.wrong.items()}
    told = {}
    for version, answers in ((1, first), (2, frames)):
        for agency, frame in answers.items():
            lines = [f"Giấy tiếp nhận {agency}-v{version}", f"Đơn vị: {agency}", f"Kỳ báo cáo: {PERIOD}"]
            digest = hashlib.sha256((job.wrong if version == 1 else job.returned)[agency]).hexdigest()
            told[f"{agency}-v{version}"] = [*lines, f"SHA-256: {digest}", f"Số dòng đã đọc: {len(frame)}"]
    pages, key = script.receipts(told, folder / "receipts"), Ed25519PrivateKey.generate()
    for agency, frame in first.items():
        wrong = sorted(known[agency] - script.cells(frame))
        lines = [f"Kính gửi {agency}.", *(f"Thiếu: {sheet}, dòng {row + 1}" for sheet, row in wrong)]
        back = script.marked(job.wrong[agency], wrong)
        mailroom.post(f"returned/{agency}", agency, "Trả lại báo cáo", lines, {f"{agency}.xlsx": back})
    for agency, frame in frames.items():
        assert not known[agency] - script.cells(frame)
        name = f"{agency}-v2"
        files = {f"{name}.pdf": pages[name], f"{name}.json": script.twin(told[name], pages[name], key)}
        mailroom.post(f"received/{agency}", agency, "Đã tiếp nhận báo cáo", told[name], files)


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


def _send(agency: str, data: bytes, port: int) -> str:
    lines = [f"Kính gửi {agency}.", "Đề nghị điền tệp gửi kèm và gửi lại trước hạn."]
    letter = script.letter(agency, f"Yêu cầu báo cáo: {agency}", lines, {f"{agency}.xlsx": data})
    with smtplib.SMTP("127.0.0.1", port) as connection:
        connection.sendmail(SENDER, [f"vt@{agency}.example"], letter)
    return letter


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
        house.clock = FixedClock(world.view.dates(PERIOD).due_at - BEFORE_DUE)
        with steps.step("remind"):
            reminders = chase_agencies.due(house, YEAR)
            chase_agencies.queue_all(house, YEAR, [one.key for one in reminders])
            assert len(deliver(house).sent) == len(job.asked)
        with steps.step("answer"):
            for answers in (job.wrong, job.returned):
                for agency, data in answers.items():
                    (house.data_dir / "inbox" / f"{agency}.xlsx").write_bytes(data)
                for name in collect_inbox.waiting(house):
                    collect_inbox.take_in(house, name)
            assert len(deliver(house).sent) == len(job.wrong) + len(job.returned)
        with steps.step("fold"):
            edition = consolidate(house, YEAR, PERIOD, final=True).edition
        assert edition is not None
        assert len(edition.coverage.included) == len(job.returned)
        with house.work() as work:
            facts = report_facts(house, work, cycle_view(house, YEAR, work), edition)
        with steps.step("render"):
            paper = compose(facts, house.texts)
            report_docx(paper)
            report_xlsx(facts, house.texts, paper.title)
        with steps.step("pdf"):
            house.documents.report(facts)
        with steps.step("read"):
            for agency, data in job.returned.items():
                house.workbooks.read(data, f"{agency}.xlsx")
        with house.work() as work:
            found = work.submissions.of_period(f"{house.programme_id}-{YEAR}", PERIOD)
            right = [one for one in found if one.status is SubmissionStatus.ACCEPTED]
            versions = [(one, work.submissions.entries(one.id)) for one in right]
    with world.untouched() as house, steps.step("store"):
        _store(house, versions)
    steps.cpu["answer"] -= steps.cpu["read"] + steps.cpu["store"]
    steps.cpu["pdf"] -= steps.cpu["render"]  # all documents were made there once more
    return {name: round(steps.cpu[name], 3) for name in (*STAGES, *BESIDES)}


def _ask_and_send(house: Household, job: Job, steps: Steps) -> None:
    """Asking as the product asks, its workbooks and letters told apart; then everything sent."""
    house.workbooks = writing = Watched(house.workbooks, "write")  # type: ignore[assignment]
    house.composer = composing = Watched(house.composer, "compose")  # type: ignore[assignment]
    with steps.step("record"):
        data_calls.queue_all(house, YEAR, PERIOD, data_calls.recipients(house, YEAR, PERIOD))
    wrote, composed = writing.cpu, composing.cpu
    with steps.step("send"):
        assert len(deliver(house).sent) == len(job.asked)
    steps.cpu["write"] = wrote
    steps.cpu["send"] += composed
    steps.cpu["record"] -= wrote + composed


def _store(house: Household, versions: Sequence[Version]) -> None:
    for version, entries in versions:
        with house.work() as work:
            work.submissions.add(replace(version, status=SubmissionStatus.ACCEPTED), entries, [])
            record(house, work, "submission.accepted", version.id)


def one_size(folder: Path, agencies: int, besides: Collection[str], rounds: int) -> dict[str, Any]:
    """Both sides in turn; the middle round by the product's time. One round of the product first counts for nothing."""
    with sink() as port, a_world(folder / f"world-{agencies}", agencies) as world:
        job = a_job(world)
        by_product(world, job, port)
        turns = [
            (by_hand(job, port, folder, besides), by_product(world, job, port))  # in turn
            for _ in range(rounds)
        ]
    hand, ours = sorted(turns, key=lambda turn: sum(turn[1].values()))[len(turns) // 2]
    ratios = {name: spread([of(*turn) for turn in turns]) for name, of in _ratios(besides).items()}
    stages = {name: round(hand[name] / max(ours[name], 0.001), 1) for name in _told(hand)}
    if NAIVE in besides:
        stages[NAIVE] = round(hand[NAIVE] / max(ours["render"], 0.001), 1)
    return {"agencies": len(job.asked), "by_hand_s": hand, "product_s": ours, "by_stage": stages, "ratio": ratios}


def _told(hand: Seconds) -> tuple[str, ...]:
    return tuple(name for name in (*STAGES, *BESIDES) if name in hand)


def _ratios(besides: Collection[str]) -> dict[str, Callable[[Seconds, Seconds], float]]:
    """Times our processor time: of the stages both have always had, and of the round with the same outputs."""
    ways: dict[str, Callable[[Seconds], Seconds]] = {"fair": lambda hand: hand}
    if NAIVE in besides:
        ways["naive"] = lambda hand: {**hand, "render": hand[NAIVE]}
    sets = {"common_stages": STAGES, "same_outputs_without_pdf": (*STAGES, *BESIDES[:-1])}
    if PDF in besides:
        sets["same_outputs"] = (*STAGES, *BESIDES)

    def ratio(way: Callable[[Seconds], Seconds], names: Sequence[str]) -> Callable[[Seconds, Seconds], float]:
        return lambda hand, ours: sum(way(hand)[one] for one in names) / sum(ours[one] for one in names)

    return {f"{way}_{name}": ratio(act, names) for name, names in sets.items() for way, act in ways.items()}


def extrapolated(sizes: list[dict[str, Any]], to: int) -> dict[str, Any]:
    """From the two largest sizes, step by step; nothing here was measured."""
    small, large = sizes[-2:]
    by = math.log(large["agencies"] / small["agencies"])
    told: dict[str, dict[str, float]] = {"by_hand_s": {}, "product_s": {}}
    for side, steps in told.items():
        for name, seconds in ((one, spent) for one, spent in large[side].items() if one in small[side]):
            exponent = math.log(max(seconds, 0.01) / max(small[side][name], 0.01)) / by
            steps[name] = round(seconds * (to / large["agencies"]) ** exponent, 1)
    of = _ratios(told["by_hand_s"])
    ratio = {name: round(by_step(told["by_hand_s"], told["product_s"]), 1) for name, by_step in of.items()}
    return {"agencies": to, **told, "ratio": ratio}


def shown(size: dict[str, Any]) -> Iterator[str]:
    """One size as lines: every stage's seconds by hand and ours, and by how much."""
    hand, ours = size["by_hand_s"], size["product_s"]
    yield f"{size['agencies']} agencies        by hand s    ours s   times"
    for name in _told(hand):
        yield f"{name:22}{hand[name]:10.2f}{ours[name]:10.2f}{size['by_stage'][name]:8.1f}"
    if NAIVE in hand:
        yield f"{NAIVE:22}{hand[NAIVE]:10.2f}{ours['render']:10.2f}{size['by_stage'][NAIVE]:8.1f}"
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
    asked.add_argument("--without-pdf", action="store_true", help="leave LibreOffice's work on the report out")
    options = asked.parse_args()
    chosen = {NAIVE: not options.without_naive, PDF: not options.without_pdf}
    besides = [name for name, is_chosen in chosen.items() if is_chosen]
    sizes = []
    with TemporaryDirectory() as folder:
        disk = {"durable_writes_before": durable_writes(Path(folder))}
        for size in options.sizes:
            sizes.append(one_size(Path(folder), size, besides, options.rounds))
            if not options.json:
                sys.stdout.writelines(f"{line}\n" for line in shown(sizes[-1]))
                sys.stdout.flush()
        disk |= {"durable_writes_after": durable_writes(Path(folder)), "load": os.getloadavg()[0]}
    result: dict[str, Any] = {"goals": GOALS, "receipts_by": script.RECEIPTS_BY, **disk, "measured": sizes}
    if len(sizes) > 1:
        result["extrapolated_to"] = extrapolated(sizes, options.to)
    if options.json:
        sys.stdout.write(f"{json.dumps(result)}\n")
        return
    del result["measured"]
    sys.stdout.write(f"{json.dumps(result, indent=1)}\n")


if __name__ == "__main__":
    main()
