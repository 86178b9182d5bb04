"""A period of any size in a house whose ledger, files, workbooks and letters are the product's own."""

import os
import random
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from fakes import FakeClock, FakeHouse, FakeProgrammes
from small_programme import ANNUAL, BEFORE_YEAR, DURING_ANNUAL, YEAR, a_programme, an_address_book, indicator
from texts_of_bodies import asking_for_texts, texts_of

from plancycle.adapters.database.unit_of_work import Database
from plancycle.adapters.file_store import FileStore
from plancycle.adapters.frames import Frames
from plancycle.adapters.likeness import folding
from plancycle.adapters.mail.composing import Composer
from plancycle.adapters.texts import Catalogue
from plancycle.adapters.workbooks.files import Workbooks
from plancycle.domain.agencies import Agency, AgencyKind, Contact
from plancycle.domain.events import first_broken
from plancycle.domain.periods import ObligationKey
from plancycle.domain.receipts import receipt_number
from plancycle.domain.submissions import Entry, Submission, SubmissionStatus
from plancycle.rehearsal.bench.changing import TakesAll
from plancycle.rehearsal.bench.measuring import durable_writes
from plancycle.services import data_calls
from plancycle.services.consolidate_period import consolidate
from plancycle.services.deliver_messages import deliver
from plancycle.services.journal import record
from plancycle.services.matrix import matrix
from plancycle.services.open_cycle import open_cycle

SAID = ("Nội bộ đoàn kết, thống nhất", "Quy chế dân chủ được thực hiện nghiêm túc", "Kinh phí cấp chậm so với tiến độ")


def a_house(url: str, agencies: int, figures: int, *, texts: bool = False) -> FakeHouse:
    """A programme of that size, its year opened; ``texts``: bodies are asked for more than figures."""
    small = asking_for_texts(a_programme()) if texts else a_programme()
    bodies = tuple(
        Agency(f"xa-{at:04d}", f"UBND xã {at:04d}", AgencyKind.LOCAL) for at in range(agencies - len(small.reporters))
    )
    asked = tuple(replace(indicator(f"f{at:02d}", precision=at % 3), name=f"Chỉ số {at:02d}") for at in range(figures))
    programme = replace(
        small,
        agencies=(*small.agencies, *bodies),
        reporters=(*small.reporters, *(one.id for one in bodies)),
        form=replace(small.form, figures=asked, checks=()),
    )
    contacts = (Contact(one.id, f"Văn thư {one.id}", f"bao-cao@{one.id}.example") for one in bodies)
    book = an_address_book(contacts=(*an_address_book().contacts, *contacts))
    database = Database(url)
    database.upgrade()
    house = FakeHouse(FakeProgrammes(programme, book), FakeClock(BEFORE_YEAR), database=database)
    house.frames, house.texts, house.folding = Frames(), Catalogue(), folding
    open_cycle(house, YEAR)
    house.clock.at = DURING_ANNUAL
    return house


def answers(house: FakeHouse, figures: int, *, texts: bool = False) -> Iterator[tuple[Submission, list[Entry]]]:
    """One accepted version an agency, with its cells; with ``texts`` what a rehearsed body would write."""
    dice, now = random.Random(94), house.clock.now()
    for at, agency in enumerate(house.programmes.programme.reporters):
        sha256 = f"{at:064x}"
        owed = ObligationKey(f"ct-{YEAR}", ANNUAL, agency)
        status, receipt = SubmissionStatus.ACCEPTED, receipt_number(sha256, agency)
        told = list(texts_of(agency)) if texts else _in_short(dice)
        yield (
            Submission(owed, 1, sha256, "a.xlsx", now, now, False, False, status, receipt),
            [*_figures(dice, figures), *told],
        )


def _figures(dice: random.Random, figures: int) -> list[Entry]:
    values = [f"{dice.randrange(10**5)}.{dice.randrange(1, 10)}" if at % 3 else str(at) for at in range(figures)]
    return [
        Entry("Số liệu", f"D{at + 7}", f"f{at:02d}", "value", value.replace(".", ","), value)
        for at, value in enumerate(values)
    ]


def _in_short(dice: random.Random) -> list[Entry]:
    return [
        Entry("Nhiệm vụ", "D7", "n1", "status", "Đang thực hiện", "Đang thực hiện"),
        Entry("Nhiệm vụ", "E7", "n1", "progress", "60", "60"),
        Entry("Thuyết minh", "D7", "N1", "text", *(dice.choice(SAID),) * 2),
    ]


def play(folder: Path, agencies: int, figures: int) -> dict[str, Any]:
    """The period in that folder: seconds of each step, what is missing of each record, peak memory."""
    wall: dict[str, float] = {}
    cpu: dict[str, float] = {}

    @contextmanager
    def step(name: str) -> Iterator[None]:
        began, spent = time.perf_counter(), time.process_time()
        yield
        wall[name], cpu[name] = time.perf_counter() - began, time.process_time() - spent

    before = durable_writes(folder)
    with step("open"):
        house = furnished(folder, agencies, figures)
    with step("ask"):
        for agency in data_calls.recipients(house, YEAR, ANNUAL):
            data_calls.queue(house, YEAR, ANNUAL, agency)
    with step("send"):
        sent = deliver(house).sent
    with step("answer"):
        for version, entries in answers(house, figures):
            with house.work() as work:
                work.submissions.add(version, entries, [])
                record(house, work, "submission.accepted", version.id)
    with step("fold"):
        edition = consolidate(house, YEAR, ANNUAL, final=True).edition
    with step("verify"):
        missing = lost(house, agencies, len(sent), len(edition.members) if edition else 0)
    house.database.close()
    size = sum(one.stat().st_size for one in folder.glob("ledger.db*"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = {"missing": missing, "peak_mb": round(peak / 1024), "ledger_mb": round(size / 1e6, 1)}
    disk = {"durable_writes_before": before, "durable_writes_after": durable_writes(folder), "load": os.getloadavg()[0]}
    return {"agencies": agencies, "wall_s": rounded(wall), "cpu_s": rounded(cpu), **told, **disk}


def furnished(folder: Path, agencies: int, figures: int) -> FakeHouse:
    """A house whose ledger, files, workbooks and letters are the product's; only the outside is played."""
    house = a_house(f"sqlite:///{folder}/ledger.db", agencies, figures)
    at_opening, store = house.files.stored, FileStore(folder / "files")
    for data in at_opening.values():
        store.put(data)
    house.files, house.workbooks = store, Workbooks(house.texts)
    house.composer = Composer("Sở Nội vụ", "bench@plancycle.example", house.texts)
    house.postman = TakesAll()
    house.leave_file = lambda folder, name, data: name
    return house


def lost(house: FakeHouse, agencies: int, sent: int, members: int) -> dict[str, int]:
    """Of each record, how many are missing; the chain counts as one record."""
    with house.work() as work:
        letters = work.outbox.all(f"ct-{YEAR}/{ANNUAL}/")
        events = work.audit.all()
        versions = work.submissions.of_period(f"ct-{YEAR}", ANNUAL)
    shown = matrix(house, YEAR, ANNUAL).timeliness
    journaled = {one.subject for one in events if one.action == "message.sent"}
    found = {
        "sent letters told": sent,
        "sent letters in the ledger": sum(one.status == "sent" for one in letters),
        "sent letters in the journal": len(journaled & {one.key for one in letters}),
        "answers in the ledger": len(versions),
        "answers in the journal": sum(one.action == "submission.accepted" for one in events),
        "answers in the matrix": shown.submitted,
        "answers in the edition": members,
    }
    return {name: agencies - there for name, there in found.items()} | {"chain": int(first_broken(events) is not None)}


def rounded(seconds: dict[str, float]) -> dict[str, float]:
    """To milliseconds, with their sum."""
    return {name: round(value, 3) for name, value in {**seconds, "all": sum(seconds.values())}.items()}
