"""Simulated clerks: they read their mail, fill in the attached workbook, send it, and mend what is returned."""

import hashlib
import re
import unicodedata
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from plancycle.domain.deadlines import PeriodDates
from plancycle.domain.periods import Period
from plancycle.rehearsal.answers import Answers
from plancycle.rehearsal.behaviours import BEHAVIOURS, Behaviour, Mishap, Sending, Typing
from plancycle.rehearsal.desk import Glance, Job, fill_in, glance, mend
from plancycle.rehearsal.dice import Dice, phrases

SPREADSHEET, SPREADSHEET_TYPE = ".xlsx", b"spreadsheetml.sheet"
_SPREADSHEET_NAME = re.compile(rb'filename="[^"]*\.xlsx"')
_BOUNDARY = re.compile(rb'boundary="([^"]+)"')
PROMPTLY = timedelta(hours=1)
"""How soon a clerk answers a returned report."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file a clerk has sent."""

    file_name: str
    data: bytes


@dataclass(slots=True)
class Plan:
    """A file to be sent: when, under which names, and the work of making it."""

    at: datetime
    file_names: tuple[str, ...]
    work: Callable[[Job], bytes]
    job: Job
    made: Future[bytes] | None = None

    def start(self, executor: Executor) -> None:
        """Have it made while other things go on."""
        if self.made is None:
            self.made = executor.submit(self.work, self.job)
            self.job = replace(self.job, workbook=b"")  # whoever makes it has it

    def data(self) -> bytes:
        """The file's bytes."""
        return self.made.result() if self.made is not None else self.work(self.job)


@dataclass(slots=True)
class Clerk:
    """One agency's clerk. ``calendar`` is what the letters say about the dates."""

    agency: str
    name: str
    behaviour: Behaviour
    answers: Answers
    dice: Dice
    calendar: Mapping[Period, PeriodDates]
    is_quick: bool = False
    """Types with a quick hand (see :mod:`.quick_hand`)."""
    _templates: dict[Period, bytes] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    _sent_wrong: set[Period] = field(default_factory=set)
    _answered: dict[Period, int] = field(default_factory=dict)
    _files: dict[Period, int] = field(default_factory=dict)
    plans: list[Plan] = field(default_factory=list)

    def read(self, letter: bytes, now: datetime) -> None:
        """Read one letter; a workbook in it is work to do, once: reminders bring the same one again."""
        for data in workbooks_in(letter):
            digest = hashlib.sha256(data).hexdigest()
            if digest in self._seen:
                continue
            self._seen.add(digest)
            seen = glance(data)
            if seen.is_returned:
                self._plan_mending(seen, data, now)
            elif seen.period in self._sent_wrong:
                self._sent_wrong.discard(seen.period)
                self._plan(seen.period, now + PROMPTLY, fill_in, self._job(data, seen.period, None))
            elif seen.period not in self._templates:
                self._plan_sendings(seen.period, data)
                self._keep(seen.period, data)

    def send(self, now: datetime) -> list[Parcel]:
        """Everything this clerk sends up to this moment, in order."""
        due = sorted((plan for plan in self.plans if plan.at <= now), key=lambda plan: plan.at)
        self.plans = [plan for plan in self.plans if plan.at > now]
        return [Parcel(name, plan.data()) for plan in due for name in plan.file_names]

    def _keep(self, period: Period, template: bytes) -> None:
        """The last one is enough to be taken for the next; of those who never do, none: a nation's fill the memory."""
        self._templates = dict.fromkeys(self._templates, b"")
        self._templates[period] = template if self.behaviour.mixes_up else b""

    def _plan_sendings(self, period: Period, newest: bytes) -> None:
        conduct = self.behaviour.in_period(period)
        for sending in conduct.sendings:
            template = newest
            if sending.mishap is Mishap.LAST_PERIOD:
                template = self._last_template(period, template)
                self._sent_wrong.add(period)
            job = self._job(template, period, sending.mishap)
            self._plan(period, instant(self.calendar[period], sending), fill_in, job, twice=conduct.twice)

    def _last_template(self, period: Period, template: bytes) -> bytes:
        order = tuple(self.calendar)
        return self._templates.get(order[order.index(period) - 1], template)

    def _plan_mending(self, seen: Glance, data: bytes, now: datetime) -> None:
        tried = self._answered.get(seen.period, 0)
        self._answered[seen.period] = tried + 1
        then = self.behaviour.in_period(seen.period).then
        mishap = then[tried] if tried < len(then) else None
        job = self._job(data, seen.period, mishap)
        if self.agency in BEHAVIOURS:  # the story's own people mend in a spreadsheet program, however many play
            job = replace(job, is_quick=False)
        self._plan(seen.period, now + PROMPTLY, mend, job)

    def _job(self, workbook: bytes, period: Period, mishap: Mishap | None) -> Job:
        return Job(workbook, period, self.answers, self.behaviour.typing, mishap, self.is_quick)

    def _plan(self, period: Period, at: datetime, work: Callable[[Job], bytes], job: Job, twice: bool = False) -> None:
        names = tuple(self._file_name(period, job.mishap) for _ in range(2 if twice else 1))
        self.plans.append(Plan(at, names, work, job))

    def _file_name(self, period: Period, mishap: Mishap | None) -> str:
        count = self._files[period] = self._files.get(period, 0) + 1
        pattern: str = self.dice.pick(phrases()["file_names"], self.agency, "file name")
        name = pattern.format(period=phrases()["periods"][period], agency=self.agency, name=self.name)
        stem = name.removesuffix(SPREADSHEET)
        if count > 1:
            stem += phrases()["copy_mark"].format(count=count)
        suffix = ".xls" if mishap is Mishap.OLD_FORMAT else SPREADSHEET
        form = "NFD" if self.behaviour.typing is Typing.DECOMPOSED else "NFC"
        return unicodedata.normalize(form, stem + suffix)  # type: ignore[arg-type]


def instant(dates: PeriodDates, sending: Sending) -> datetime:
    """When a sending leaves: late days count from the last on-time day, the others from the soft due."""
    start = dates.last_day if sending.day > 0 else dates.soft_due_at.date()
    return datetime.combine(start + timedelta(days=sending.day), sending.at, dates.due_at.tzinfo)


def workbooks_in(letter: bytes) -> Iterable[bytes]:
    """The spreadsheets attached to a letter."""
    if SPREADSHEET_TYPE not in letter:
        return
    for head, content in _parts(letter):
        if _SPREADSHEET_NAME.search(head):
            yield b64decode(content)


def _parts(letter: bytes) -> Iterable[tuple[bytes, bytes]]:
    """The outermost parts of a letter of ours, each as head and encoded content. A mail library reads every line."""
    boundary = _BOUNDARY.search(letter.partition(b"\r\n\r\n")[0])
    for part in letter.split(b"\r\n--" + boundary[1])[1:-1] if boundary else ():
        head, _, content = part.partition(b"\r\n\r\n")
        yield head, content
