"""The work at a clerk's desk: a workbook goes in, a filled-in one comes out. Pure, so that several can work at once."""

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from multiprocessing import get_context, parent_process

from plancycle.adapters.workbooks.layout import CARRIED_MARKER, IGNORED_MARKER, META_SHEET
from plancycle.domain.periods import Period
from plancycle.rehearsal.answers import Answers
from plancycle.rehearsal.behaviours import Mishap, Typing

WORKERS = 2


@dataclass(frozen=True, slots=True)
class Glance:
    """What a clerk sees at once: which period a workbook is about, and whether it came back to be mended."""

    period: Period
    agency: str
    is_returned: bool


def glance(data: bytes) -> Glance:
    """Look at a workbook without opening it for work."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(BytesIO(data))
    stamp = {str(row[0]): str(row[1]) for row in book.get_sheet_by_name(META_SHEET).to_python() if len(row) > 1}
    first = book.get_sheet_by_index(0).to_python(nrows=1)
    is_returned = any(IGNORED_MARKER in row and CARRIED_MARKER not in row for row in first)
    return Glance(Period(stamp["period"]), stamp["agency"], is_returned)


@dataclass(frozen=True, slots=True)
class Job:
    """One file to make: from which workbook, about which period, by whom, and what goes wrong with it."""

    workbook: bytes
    period: Period
    answers: Answers
    typing: Typing
    mishap: Mishap | None = None
    is_quick: bool = False
    """Typed straight into the file, where nothing goes wrong: a nation's clerks are too many for a library."""


def fill_in(job: Job) -> bytes:
    """Answer every question of a fresh workbook and save it."""
    from plancycle.rehearsal import mishaps, spreadsheet

    if job.mishap in mishaps.STREAMS:
        subject = f"{job.answers.agency}/{job.period}".encode()
        return mishaps.compound_file(mishaps.STREAMS[job.mishap], subject)
    if job.is_quick and job.mishap is None:
        from plancycle.rehearsal.quick_hand import type_in

        return type_in(job.workbook, lambda row, field: job.answers.answer(job.period, row, field), job.typing)
    book = spreadsheet.opened(job.workbook)
    for question in spreadsheet.questions(book):
        answer = job.answers.answer(job.period, question.row, question.field)
        if answer is not None:
            spreadsheet.put(question, answer, job.typing)
    if job.mishap in mishaps.EDITS:
        mishaps.EDITS[job.mishap](book)
    return spreadsheet.saved(book)


def mend(job: Job) -> bytes:
    """Type the marked cells of a returned workbook again; when none is marked, add what the reviewer asked for."""
    from plancycle.rehearsal import mishaps, spreadsheet
    from plancycle.rehearsal.dice import phrases

    if job.is_quick and job.mishap is None:
        from plancycle.rehearsal.quick_hand import type_again

        again = type_again(job.workbook, lambda row, field: job.answers.answer(job.period, row, field), job.typing)
        if again is not None:
            return again
    book = spreadsheet.opened(job.workbook)
    marked = spreadsheet.to_mend(book)
    for question in spreadsheet.questions(book):
        if (question.sheet, question.cell.coordinate) in marked:
            answer = job.answers.answer(job.period, question.row, question.field)
            spreadsheet.put(question, answer, job.typing)
        elif not marked and question.row == "N1":
            addition = str(phrases()["operator"]["return_addition"])
            spreadsheet.put(question, f"{question.cell.value} {addition}", job.typing)
    if job.mishap in mishaps.EDITS:
        mishaps.EDITS[job.mishap](book)
    return spreadsheet.saved(book)


def _sit_down() -> None:
    """Load the spreadsheet library while the product is still getting ready."""
    import_module("plancycle.rehearsal.mishaps")


def _come_in() -> None:
    """Leave Ctrl-C to the main process, and go when it is gone, however it went: the pool would wait for ever."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_the_office, name="office", daemon=True).start()


def _leave_with_the_office() -> None:
    office = parent_process()
    if office is not None:
        office.join()
        os._exit(1)


@contextmanager
def desks() -> Iterator[Executor]:
    """Processes that do the work beside the product; they leave Ctrl-C to the main one."""
    pool = ProcessPoolExecutor(WORKERS, get_context("spawn"), initializer=_come_in)
    try:
        for _ in range(WORKERS):
            pool.submit(_sit_down)
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
