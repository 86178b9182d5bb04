"""Annexes with more lines than anybody reads in a report: groups in place of agencies, who did not send by name.

Everything by agency is in the annex's parts, files of their own, and in the ``.xlsx`` and the ``.csv`` of the same
report, which the annex says. Work by work it is in parts where many bodies report, and in the latter two alone beyond
:data:`MOST_LINES`.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from plancycle.adapters import vietnamese
from plancycle.adapters.documents.figures import PROGRESS, STATUS
from plancycle.domain import numbers
from plancycle.domain.agencies import AgencyKind
from plancycle.domain.obligations import ObligationStatus
from plancycle.services.ports import Texts
from plancycle.services.report_contents import ReportFacts, SubmissionLine, WorkLine

MOST_LINES = 3_000
"""Lines of an annex on paper, some two hundred pages; a province with all its communes stays below."""
LINES_A_PART = 1_000
"""Lines of a part: some fifty pages, which the compiler makes in a second and in 150 MB, whatever the whole has."""
MOST_BODIES = 200
"""Beyond so many bodies that report an annex is long earlier: all annexes together are then hundreds of tall pages."""
LINES_OF_MANY = 500
"""Lines of an annex on paper where more than :data:`MOST_BODIES` report."""
WORKS_A_PART = 250
"""Lines of a part of annex I, some fifty pages as well; the works of one body stay together."""
Layout = tuple[tuple[str, float, str], ...]
Rows = list[tuple[str, ...]]
WORKS_IN_SHORT: Layout = (
    ("order", 10, "center"),
    ("work", 85, "left"),
    ("bodies", 24, "center"),
    ("done", 24, "center"),
    ("progress", 22, "right"),
)


def most_lines(facts: ReportFacts) -> int:
    """Lines of an annex that the report itself holds."""
    return MOST_LINES if len(facts.submissions) <= MOST_BODIES else min(MOST_LINES, LINES_OF_MANY)


def is_long(facts: ReportFacts, lines: int) -> bool:
    """Whether an annex would have more lines than the report holds."""
    return lines > most_lines(facts)


def note(texts: Texts, lines: int) -> str:
    """What stands under an annex in short that has no parts."""
    return texts.say("document.annex.in_short", count=lines)


def note_in_parts(texts: Texts, lines: int, parts: int = 0) -> str:
    """What stands under an annex in short whose lines are in parts; ``parts`` where they are not cut by lines."""
    return texts.say("document.annex.in_parts", count=lines, parts=parts or -(-lines // LINES_A_PART))


def has_works_in_parts(facts: ReportFacts) -> bool:
    """Whether annex I goes out in parts."""
    return most_lines(facts) < len(facts.works) <= MOST_LINES


def cut(rows: Sequence[tuple[str, ...]]) -> Iterator[Sequence[tuple[str, ...]]]:
    """The rows of each part: by lines, or, where bands name the bodies, by whole bodies."""
    if not any(len(row) == 1 for row in rows):
        yield from (rows[at : at + LINES_A_PART] for at in range(0, len(rows), LINES_A_PART))
        return
    start, lines = 0, 0
    for at, row in enumerate(rows):
        if len(row) == 1 and lines >= WORKS_A_PART:
            yield rows[start:at]
            start, lines = at, 0
        lines += len(row) > 1
    yield rows[start:]


def works(facts: ReportFacts, texts: Texts) -> Rows:
    """By kind of body and piece of work: how many report on it, how many have done it, mean progress."""
    kinds, rows = kinds_of(facts), Rows()
    grouped: dict[str, dict[str, list[WorkLine]]] = {}
    for line in facts.works:
        kind = kinds.get(line.agency, "")
        grouped.setdefault(kind, {}).setdefault(line.code, []).append(line)
    for kind in sorted(grouped, key=_place):
        rows.append((kind_words(texts, kind),))
        for order, lines in enumerate(grouped[kind].values(), start=1):
            done = sum(one.answers.get(STATUS) == facts.programme.form.done_status for one in lines)
            rows.append((str(order), lines[0].title, str(len(lines)), str(done), _mean(lines)))
    return rows[:MOST_LINES]


def _mean(lines: Sequence[WorkLine]) -> str:
    told = [Decimal(one.answers[PROGRESS]) for one in lines if one.answers.get(PROGRESS)]
    return vietnamese.number(numbers.rounded(sum(told, Decimal(0)) / len(told), 1), 1) if told else ""


def submissions(
    facts: ReportFacts, texts: Texts, named: Sequence[tuple[str, SubmissionLine]]
) -> list[str | tuple[str, SubmissionLine]]:
    """By kind of body its counts, then those that did not send in time, each with its name."""
    kinds = kinds_of(facts)
    grouped: dict[str, list[tuple[str, SubmissionLine]]] = {}
    for name, line in named:
        grouped.setdefault(kinds.get(name, ""), []).append((name, line))
    found: list[str | tuple[str, SubmissionLine]] = []
    for kind in sorted(grouped, key=_place):
        there = grouped[kind]
        apart = [one for one in there if one[1].status != ObligationStatus.SUBMITTED]
        on_time = len(there) - len(apart)
        words = kind_words(texts, kind)
        found.append(texts.say("document.annex.kind_counts", kind=words, total=len(there), on_time=on_time))
        found += apart[: max(0, MOST_LINES - len(found))]
    return found


def obstacles(facts: ReportFacts, texts: Texts) -> list[tuple[str, str, str, str, str, str, str]]:
    """Texts alike told once: who wrote it, work group, obstacle, cause, proposal, to whom; standing stays empty."""
    found = []
    for one in facts.passages:
        if one.text and one.kind in _PLACES:
            told = ["", "", ""]
            told[_PLACES[one.kind]] = one.text
            about = one.group or texts.say("document.general")
            found.append((one.speakers, about, told[0], told[1], told[2], one.addressee, ""))
    return found[:MOST_LINES]


_PLACES = {"N2": 0, "obstacle": 0, "N3": 1, "cause": 1, "N5": 2, "proposal": 2}
_ORDER = {str(kind): at for at, kind in enumerate(AgencyKind)}


def _place(kind: str) -> int:
    return _ORDER.get(kind, len(_ORDER))


def kinds_of(facts: ReportFacts) -> dict[str, str]:
    """The kind of each body by the names it goes by in the report."""
    found: dict[str, str] = {}
    for body in facts.programme.agencies:
        found |= {body.name: str(body.kind), body.name_on(facts.signed_on): str(body.kind)}
    return found


def kind_words(texts: Texts, kind: str) -> str:
    """A kind as people call it."""
    return texts.say(f"agency_kind.{kind}") if kind else texts.say("document.annex.other_bodies")
