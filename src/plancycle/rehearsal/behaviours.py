"""How each simulated clerk behaves: a table of small habits, one line an agency.

Days count from the soft due (the last working day inside the deadline); a late day counts from the last on-time day.
A sending's mishap is what is wrong with that file; after a returned letter the next mishap of ``then`` follows, and
when there is none left the clerk mends what was marked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from enum import StrEnum

from plancycle.domain.periods import Period


class Mishap(StrEnum):
    """What can be wrong, or just unusual, with a file a clerk sends."""

    TWO_READINGS = "two_readings"
    """``12.5`` and ``khoảng 30`` typed as text."""
    BLANK = "blank"
    """Required cells forgotten."""
    OUT_OF_RANGE = "out_of_range"
    """150 per cent."""
    WRONG_CHOICE = "wrong_choice"
    """A word of the clerk's own where the list was."""
    ERROR_CELL = "error_cell"
    """A broken reference left behind by copying."""
    INSERTED_ROW = "inserted_row"
    """A row put in between and two cells merged; nothing is lost by it."""
    PASTED_OVER = "pasted_over"
    """Values pasted from another office suite: lists and formats are gone, numbers are text."""
    UNEXPLAINED_JUMP = "unexplained_jump"
    """A figure three times the last one, and no word about it: a warning."""
    NO_EVIDENCE = "no_evidence"
    """Work called finished without a document to show for it: a warning."""
    CORRECTION = "correction"
    """A figure put right after the report had been accepted."""
    LAST_PERIOD = "last_period"
    """Last period's workbook sent again."""
    OLD_FORMAT = "old_format"
    """Saved as ``.xls``."""
    PASSWORD = "password"
    """Saved with a password."""


class Typing(StrEnum):
    """How a clerk types."""

    NUMBERS = "numbers"
    """Numbers as numbers."""
    TEXT = "text"
    """Numbers as Vietnamese text: ``62,5``, ``1.250,5``."""
    DECOMPOSED = "decomposed"
    """Every letter with its marks apart, file names too, as macOS writes them (NFD)."""


@dataclass(frozen=True, slots=True)
class Sending:
    """One file on its way: which day and hour, and what is wrong with it."""

    day: int
    at: time = time(9, 30)
    mishap: Mishap | None = None


@dataclass(frozen=True, slots=True)
class Conduct:
    """What a clerk does about one period."""

    sendings: tuple[Sending, ...] = (Sending(-5),)
    then: tuple[Mishap, ...] = ()
    """Mishaps of the answers to returned letters, in turn."""
    twice: bool = False
    """The same file again, a second later."""
    nil: bool = False


@dataclass(frozen=True, slots=True)
class Behaviour:
    """A clerk's usual conduct, the periods in which it differs, and how the clerk types."""

    usual: Conduct = Conduct()
    unusual: Mapping[Period, Conduct] = field(default_factory=dict)
    typing: Typing = Typing.NUMBERS
    bounces: bool = False
    """The address in the book is dead; the alternate one works."""

    def in_period(self, period: Period) -> Conduct:
        """What this clerk does about a period."""
        return self.unusual.get(period, self.usual)

    @property
    def mixes_up(self) -> bool:
        """Whether this clerk ever sends last period's workbook again."""
        conducts = (self.usual, *self.unusual.values())
        return any(sending.mishap is Mishap.LAST_PERIOD for conduct in conducts for sending in conduct.sendings)


def on(day: int, mishap: Mishap | None = None, *then: Mishap) -> Conduct:
    """Sent on a day, in working hours."""
    return Conduct((Sending(day, mishap=mishap),), then)


def late(days: int) -> Conduct:
    """Sent that many days after the last on-time day."""
    return on(days)


EARLY = on(-11)
"""Sent before the first reminder."""
SILENT = Conduct(sendings=())
NIL = replace(EARLY, nil=True)
DOUBLE = replace(on(-1), twice=True)
CORRECTED = Conduct((Sending(-5), Sending(-1, mishap=Mishap.CORRECTION)))
THREE_TRIES = Conduct((Sending(-5, mishap=Mishap.OLD_FORMAT), Sending(-1, mishap=Mishap.PASSWORD), Sending(0)))
LAST_PERIOD_FIRST = on(-5, Mishap.LAST_PERIOD)
EVENING = Conduct((Sending(0, time(19, 10)),))
NEXT_MORNING = Conduct((Sending(1, time(8, 15)),))
TWICE_RETURNED = on(-1, Mishap.WRONG_CHOICE, Mishap.BLANK)
"""The second answer comes back on the last day; the third needs the extension the operator grants."""

PLAN, Q1, Q2, _H1, Q3, ANNUAL = Period

BEHAVIOURS: Mapping[str, Behaviour] = {
    "so-noi-vu": Behaviour(EARLY),
    "so-tu-phap": Behaviour(EARLY),
    "so-nnptnt": Behaviour(on(-5)),
    "so-vhttdl": Behaviour(on(-5), {Q1: late(1)}),
    "so-ngoai-vu": Behaviour(EARLY, {Q1: NIL, Q3: NIL}),
    "ban-dan-toc": Behaviour(EARLY),
    "so-khdt": Behaviour(EARLY),
    "bo-chqs": Behaviour(EARLY),
    "cong-an-tinh": Behaviour(on(-5), {Q2: THREE_TRIES}),
    "so-tttt": Behaviour(EARLY, typing=Typing.DECOMPOSED),
    "so-ldtbxh": Behaviour(on(-5)),
    "so-khcn": Behaviour(on(-5, Mishap.PASTED_OVER), typing=Typing.TEXT),
    "so-gddt": Behaviour(on(-11, Mishap.INSERTED_ROW)),
    "thanh-tra-tinh": Behaviour(on(-5), {Q2: late(3)}),
    "so-tai-chinh": Behaviour(EARLY, {Q1: on(-5, Mishap.TWO_READINGS)}),
    "so-y-te": Behaviour(on(-5), {Q2: CORRECTED}),
    "bao-thai-nguyen": Behaviour(on(-5), bounces=True),
    "dai-ptth": Behaviour(on(0)),
    "tt-thong-tin": Behaviour(on(-1), {Q3: SILENT, ANNUAL: SILENT}),
    "tp-thai-nguyen": Behaviour(on(0)),
    "tp-song-cong": Behaviour(on(-1), {Q2: TWICE_RETURNED}),
    "tp-pho-yen": Behaviour(on(-1), {Q2: LAST_PERIOD_FIRST}),
    "huyen-dai-tu": Behaviour(on(-5)),
    "huyen-dinh-hoa": Behaviour(on(-1)),
    "huyen-dong-hy": Behaviour(on(-5)),
    "huyen-phu-binh": Behaviour(EARLY, {Q2: on(-5, Mishap.UNEXPLAINED_JUMP)}),
    "huyen-phu-luong": Behaviour(on(-1)),
    "huyen-vo-nhai": Behaviour(on(0), {Q1: late(9)}),
    # From 1 March 2025, when departments were merged:
    "so-nnmt": Behaviour(on(-5), {Q1: on(-5, Mishap.BLANK)}),
    "so-dan-toc-ton-giao": Behaviour(EARLY, {Q1: DOUBLE, Q3: DOUBLE}),
    # From 1 July 2025, when districts ended: one commune or ward for each of them.
    "phuong-phan-dinh-phung-05443": Behaviour(on(0)),
    "phuong-song-cong-05518": Behaviour(on(-1)),
    "phuong-pho-yen-05860": Behaviour(on(-1)),
    "xa-dai-tu-05830": Behaviour(on(-5), {ANNUAL: EVENING}),
    "xa-dinh-hoa-05569": Behaviour(on(-1), {ANNUAL: NEXT_MORNING}),
    "xa-dong-hy-05692": Behaviour(on(-5), {Q3: on(-5, Mishap.ERROR_CELL), ANNUAL: on(-5, Mishap.OUT_OF_RANGE)}),
    "xa-phu-binh-05908": Behaviour(EARLY, typing=Typing.DECOMPOSED),
    "xa-phu-luong-05611": Behaviour(on(-1), {Q3: on(-1, Mishap.NO_EVIDENCE)}),
    "xa-vo-nhai-05716": Behaviour(on(0), {Q3: late(3)}),
}
"""The agencies of the shipped programme and those that follow them in 2025. Any other agency gets :data:`ORDINARY`."""

SHORT_CAST = (
    "so-noi-vu",
    "so-khdt",
    "tt-thong-tin",
    "tp-song-cong",
    "huyen-dai-tu",
)
"""Who plays in a short rehearsal: the owners of the plan's indicators, and the clerks with the most eventful year."""

ORDINARY = Behaviour()


def behaviour_of(agency: str) -> Behaviour:
    """An agency's line of the table."""
    return BEHAVIOURS.get(agency, ORDINARY)


class Errand(StrEnum):
    """What the operator does by hand."""

    GRANT_EXTENSION = "grant_extension"
    RETURN_SUBMISSION = "return_submission"


@dataclass(frozen=True, slots=True)
class OperatorAct:
    """One errand: for which agency and period, on which day, and for an extension by how many days."""

    errand: Errand
    agency: str
    period: Period
    day: int
    days_more: int = 0


OPERATOR: tuple[OperatorAct, ...] = (
    OperatorAct(Errand.GRANT_EXTENSION, "tp-song-cong", Q2, 0, days_more=5),
    OperatorAct(Errand.RETURN_SUBMISSION, "thanh-tra-tinh", ANNUAL, -1),
)
