"""The driver: everybody outside of the office lives here, and so does who kills it.

Four agencies' systems, the mail relay, the ministry and the two who approve go through the periods of a small year.
Every errand is asked for until the office has done it, as a person would; before that it may be killed, at a named
place or at a moment the dice choose. Nothing here is part of the tree that is killed.
"""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from ledgers import ledger_url
from sqlalchemy import create_engine, text

from plancycle.adapters.clock import FixedClock
from plancycle.adapters.database.faults import LedgerFault
from plancycle.bootstrap import Household, open_house
from plancycle.domain.periods import Period
from plancycle.rehearsal.answers import Answers
from plancycle.rehearsal.dice import Dice
from plancycle.rehearsal.ministry import Ministry
from plancycle.rehearsal.people import register_arrivals
from plancycle.rehearsal.relay import MailRelay
from plancycle.rehearsal.stage import furnish
from plancycle.services.cycle_view import cycle_view
from plancycle.services.resolve_doubt import Verdict, in_doubt, resolve
from plancycle.settings import Settings

OFFICE = Path(__file__).parents[1] / "faults" / "office.py"
YEAR, SEED, PERSON = 2025, 7, "Nguyễn Thị Lập"
LINK = re.compile(r"/phe-duyet/([\w.~-]+)")
AT_MOST = 40
"""Times an errand is asked for; more means that it does not come back from a kill."""

CUT_OFF = LedgerFault("ledger.lost").exit_code
CUT = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE application_name = 'plancycle' AND datname = current_database()"
)

REACHED: dict[str, tuple[str, ...]] = {
    "open": ("ledger.before_commit", "ledger.committed", "mail.claimed", "mail.marked"),
    "hand_in": ("intake.kept", "ledger.before_commit", "intake.stored"),
    "remind": ("ledger.before_commit", "intake.left", "ledger.committed"),
    "freeze": ("edition.frozen", "documents.half_kept", "documents.asked", "mail.handed_over"),
    "decide": ("ledger.before_commit", "ledger.committed", "mail.marked"),
    "transmit": ("transmit.intended", "transmit.delivered"),
    "answers": ("transmit.acknowledged",),
}
"""The places each step comes by for certain, in that order."""

BRIEF: dict[str, tuple[str, ...]] = {
    "open": ("mail.marked",),
    "hand_in": ("intake.stored",),
    "transmit": ("transmit.delivered",),
}
"""One place on the way out, one on the way in, one at the last step: for every run of the tests."""


@dataclass(frozen=True, slots=True)
class Killing:
    """How the office is disturbed: at the named places, ``depth`` hits deep; ``kills``: by the dice.

    ``is_cut``: its connections to the ledger are cut by the dice instead, and it lives on.
    """

    points: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    depth: int = 1
    kills: int = 0
    seed: int = 1
    is_cut: bool = False


@dataclass(slots=True)
class Told:
    """What the driver knows by itself."""

    killed_at: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    """Of every errand, undisturbed."""
    arrived_twice: int = 0
    doubted: set[str] = field(default_factory=set)


class Office:
    """The program that is killed, seen from outside; in a process group of its own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self._read()

    def start(self, asked: dict[str, Any]) -> int:
        """Begin an errand; returns its process number."""
        return int(self._ask(asked))

    def end(self, pid: int) -> int:
        """Wait for its end; returns its exit code, or minus the signal that ended it."""
        return int(self._ask({"do": "wait", "pid": pid}))

    def _ask(self, asked: dict[str, Any]) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


class SmallYear:
    """One small year in one folder: ``data`` is the office's, everything else is outside."""

    def __init__(
        self,
        folder: Path,
        killing: Killing = Killing(),
        known: Sequence[float] = (),
        kept_at: Callable[[Path], str] = ledger_url,
    ) -> None:
        self.data, self.outside = folder / "data", folder / "outside"
        self.data.mkdir(parents=True)
        self.outside.mkdir()
        self.acknowledged = self.outside / "acknowledged.jsonl"
        self.handed_in: dict[str, str] = {}
        """SHA-256 of the bytes, by the file the agency keeps."""
        furnish(self.data, "tn-nq94", 4, SEED)
        for recipients in self.data.glob("programmes/*/recipients.yaml"):  # the document exchange is not played here
            plain = recipients.read_text("utf-8").replace("channel: edxml", "channel: folder")
            recipients.write_text(plain, encoding="utf-8")
        self.told = Told()
        self._killing, self._known, self._dice = killing, list(known), random.Random(killing.seed)
        self._read, self._url = 0, kept_at(self.data)

    @contextmanager
    def opened(self) -> Iterator[Household]:
        """The relay and the ministry are there, the office is open."""
        with MailRelay(self.outside / "mail") as relay, Ministry(self.outside / "ministry", register_after=None) as at:
            self.relay, self.ministry = relay, at
            url = self._url
            named = {"DATA": str(self.data), "MAIL_URL": relay.url, "GATEWAY_URL": at.url, "DATABASE_URL": url}
            mine = {f"PLANCYCLE_{name}": value for name, value in named.items()}
            others = {name: value for name, value in os.environ.items() if not name.startswith("PLANCYCLE_")}
            pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "start_new_session": True}
            command = [sys.executable, str(OFFICE)]
            settings = Settings(data=self.data, mail_url=relay.url, gateway_url=at.url, database_url=url)
            with subprocess.Popen(command, env={**others, **mine}, text=True, **pipes) as process:
                self._office = Office(process)
                with open_house(settings) as house:
                    self.house = house
                    yield house
                assert process.stdin is not None
                process.stdin.close()

    def live(self, period: Period) -> None:
        """One period from its first day to the acknowledgements."""
        dates = self._dates(period)
        self._do("open", dates.opens_at, period=period)
        reporters = self._reporters(period)
        for day, agency in enumerate(reporters[:-1], start=1):
            self._hand_in(period, agency, dates.opens_at + timedelta(days=day))
        self._hand_in(period, reporters[0], dates.opens_at + timedelta(days=6), version=2)
        self._drop(f"thu-rac-{period}.xlsx")
        self._do("remind", dates.freeze_at - timedelta(days=2))
        self._decide_and_transmit(dates.freeze_at)
        for receipt in self.ministry.ledger():
            self.ministry.register(receipt.key)
        register_arrivals(self.data / "transmitted")
        self._hand_in(period, reporters[-1], dates.due_at + timedelta(hours=9))
        self._do("answers", dates.due_at + timedelta(days=1))

    def live_briefly(self, period: Period) -> None:
        """One answer, one edition, one delivery."""
        dates = self._dates(period)
        self._do("open", dates.opens_at, period=period)
        self._hand_in(period, self._reporters(period)[0], dates.opens_at + timedelta(days=1))
        self._decide_and_transmit(dates.freeze_at)

    def _decide_and_transmit(self, freeze_at: datetime) -> None:
        self._do("freeze", freeze_at + timedelta(minutes=5))
        for hour in (1, 2, 3):
            self._approve(freeze_at + timedelta(hours=hour))
        self._do("transmit", freeze_at + timedelta(hours=4))

    def _dates(self, period: Period) -> Any:
        return cycle_view(self.house, YEAR).dates(period)

    def _reporters(self, period: Period) -> tuple[str, ...]:
        self.house.clock = FixedClock(self._dates(period).opens_at)
        return tuple(cycle_view(self.house, YEAR).reporters(period))

    def _hand_in(self, period: Period, agency: str, at: datetime, version: int = 1) -> None:
        self.house.clock = FixedClock(at)
        form = cycle_view(self.house, YEAR).form(period, agency)
        said = Answers(Dice(SEED, f"v{version}"), agency, YEAR)
        answers = [
            {"row": row.code, "field": one.code, "value": _typed(said.answer(period, row.code, one.code))}
            for _, row, one in form.cells()
        ]
        body = {"year": YEAR, "period": str(period), "version": form.version, "answers": answers}
        file = self.outside / f"{period}-{agency}-v{version}.json"
        file.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
        self._do("hand_in", at, agency=agency, file=str(file), acknowledged=str(self.acknowledged))

    def _drop(self, name: str) -> None:
        """Somebody puts a file that is no workbook into the inbox folder."""
        inbox = self.data / "inbox"
        inbox.mkdir(exist_ok=True)
        (inbox / name).write_bytes(f"{name}: no workbook".encode())

    def _approve(self, at: datetime) -> None:
        """Whoever got a letter with a link since last time follows it."""
        new, self._read = self.relay.ledger[self._read :], len(self.relay.ledger)
        letters = [(self.relay.folder / line.file).read_bytes() for line in new if line.file]
        found = [LINK.search(_text(letter)) for letter in letters]
        for token in dict.fromkeys(one[1] for one in found if one):
            self._do("decide", at, token=token)

    def _do(self, errand: str, at: datetime, **more: object) -> None:
        """Ask for it until it is done; then decide about the letters nobody is sure of, as a person would."""
        verb = errand if errand in ("open", "hand_in", "decide") else "sweep"
        asked = {"do": verb, "as_of": at.isoformat(), "year": YEAR, **{name: str(one) for name, one in more.items()}}
        asked["year"] = YEAR
        plan = list(self._plan(errand))
        began = time.monotonic()
        for failpoint, after in [*plan, *[("", None)] * AT_MOST]:
            pid = self._office.start({**asked, "failpoint": failpoint})
            if after is not None:
                time.sleep(after)
                self._disturb(pid)
            ending = self._office.end(pid)
            if ending == (CUT_OFF if self._killing.is_cut and after is not None else -signal.SIGKILL):
                self.told.killed_at.append(failpoint or f"{errand}+{after:.3f}s")
            elif ending == 0 and not failpoint:
                break
            else:
                assert ending == 0, f"{errand} at {at} ended with {ending}"
        else:
            raise AssertionError(f"{errand} at {at} does not come back")
        self.told.seconds.append(time.monotonic() - began)
        self._settle_doubts(at)

    def _disturb(self, pid: int) -> None:
        """Kill the errand, or cut its connections to the ledger as an administrator would."""
        if not self._killing.is_cut:
            os.kill(pid, signal.SIGKILL)
            return
        engine = create_engine(self._url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(CUT)
        engine.dispose()

    def _plan(self, errand: str) -> Iterator[tuple[str, float | None]]:
        for hit in range(1, self._killing.depth + 1):
            yield from ((f"{name}:{hit}", None) for name in self._killing.points.get(errand, ()))
        if self._killing.kills and self._known:
            number = len(self.told.seconds)
            share = self._killing.kills * 1.25 / len(self._known)
            times = int(share) + (self._dice.random() < share % 1)
            if len(self.told.killed_at) < self._killing.kills * 1.2:
                yield from (("", self._dice.uniform(0, self._known[number])) for _ in range(times))

    def _settle_doubts(self, at: datetime) -> None:
        self.house.clock = FixedClock(at)
        doubted = in_doubt(self.house)
        self.told.doubted |= {one.key for one in doubted}
        for one in doubted:
            resolve(self.house, one.key, Verdict.AGAIN, PERSON)
        if doubted:
            asked = {"do": "sweep", "as_of": at.isoformat(), "year": YEAR}
            assert self._office.end(self._office.start(asked)) == 0


def _text(letter: bytes) -> str:
    body = message_from_bytes(letter, policy=policy.SMTP).get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


def _typed(answer: object) -> str | None:
    if isinstance(answer, Decimal):
        return format(answer, "f").replace(".", ",")
    return f"{answer:%d/%m/%Y}" if isinstance(answer, date) else None if answer is None else str(answer)
