"""The words of a report, rendered once from templates: DOCX and PDF show the same sentences.

Each line of a template begins with a mark that says what it is (:data:`MARKS`); a line that begins with ``+`` goes on
with the line before.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from plancycle.adapters import vietnamese
from plancycle.adapters.documents.figures import DigestOfWork, digest_of_work, figures_of
from plancycle.adapters.documents.paper import Block
from plancycle.adapters.documents.templating import LINE_SEPARATOR, environment
from plancycle.domain.consolidation import EditionKind
from plancycle.domain.contradictions import Contradiction, Found
from plancycle.domain.obligations import ObligationStatus
from plancycle.domain.periods import CHECK_INS, Period
from plancycle.services.narrative import NAMED_KINDS
from plancycle.services.ports import Texts
from plancycle.services.report_contents import ChartFacts, CitedDocument, ReportFacts
from plancycle.services.told_on_their_own import COMMENDATION

MARKS = {
    "!": "abstract",
    ">": "basis",
    "#": "section",
    "##": "part",
    "|": "text",
    "-": "item",
    "=": "table",
    "~": "recipient",
}
GOES_ON = "+"
_BASIS = "basis"
EXCUSED = ObligationStatus.SUBMITTED_EXCUSED


class WrongMark(ValueError):
    """A line of a template that begins with no mark; ``line`` is as it was rendered."""

    def __init__(self, line: str) -> None:
        self.line = line
        super().__init__(f"a template line begins with none of {' '.join(MARKS)}: {line[:60]!r}")


def narrative(facts: ReportFacts) -> tuple[str, tuple[Block, ...]]:
    """The abstract (trích yếu) and the paragraphs of a report."""
    name = "plan.txt.j2" if facts.edition.period is Period.PLAN else "report.txt.j2"
    return words_of(environment(facts.programme.templates).get_template(name).render(report_context(facts)))


def words_of(rendered: str) -> tuple[str, tuple[Block, ...]]:
    """A rendered template as the abstract and the paragraphs. Raises WrongMark."""
    blocks = read_lines(rendered)
    abstract = " ".join(block.text for block in blocks if block.kind == "abstract")
    return abstract, tuple(block for block in blocks if block.kind != "abstract")


def read_lines(rendered: str) -> tuple[Block, ...]:
    """Marked lines to blocks. Raises WrongMark (a mistake in a template)."""
    blocks: list[Block] = []
    for line in rendered.split("\n"):
        if not line.strip():
            continue
        mark, _, text = line.partition(" ")
        if mark == GOES_ON and blocks:
            blocks[-1] = Block(blocks[-1].kind, f"{blocks[-1].text} {text.strip()}")
            continue
        if mark not in MARKS:
            raise WrongMark(line)
        blocks.append(Block(MARKS[mark], text.strip()))
    return tuple(Block(block.kind, block.text.replace(LINE_SEPARATOR, "\n")) for block in blocks)


def report_context(facts: ReportFacts) -> Mapping[str, object]:
    """What the templates of the consolidated report can name."""
    programme, coverage = facts.programme, facts.edition.coverage
    shared, owned = figures_of(facts)
    work: DigestOfWork = digest_of_work(facts)
    return {
        "plan": programme.title,
        "province": programme.province,
        "body": programme.agency(programme.consolidator).name_on(facts.signed_on),
        "authority": programme.agency(programme.authority).name_on(facts.signed_on),
        "basis": [vietnamese.citation(ref) for ref in programme.legal_refs if ref.role == _BASIS],
        "when": when(facts),
        "next": str(facts.dates.year + 1) if facts.edition.period is Period.ANNUAL else "",
        "year": facts.dates.year,
        "as_of": vietnamese.clock_and_day(facts.edition.frozen_at),
        "is_provisional": facts.edition.kind is EditionKind.PROVISIONAL,
        "expected": len(coverage.expected),
        "included": len(coverage.included),
        "excused": names(facts, tuple(one.agency for one in facts.submissions if one.status == EXCUSED)),
        "late": names(facts, facts.late),
        "missing": names(facts, facts.missing),
        "partial_year": _joined(facts),
        "shared_figures": shared,
        "owned_figures": owned,
        "work": work,
        "held": names(facts, coverage.held),
        "carried_forward": names(facts, coverage.carried_forward),
        "estimated": names(facts, coverage.estimated),
        "unreviewed": facts.unreviewed,
        "said": _said(facts),
        "by_group": _parted(facts, "obstacle", "group"),
        "causes": _parted(facts, "cause", "group"),
        "commendations": _honoured(facts),
        "by_addressee": _parted(facts, "proposal", "addressee"),
        "replaces": replaced(facts.replaces),
    }


def _joined(facts: ReportFacts) -> list[tuple[str, list[str]]]:
    """Those whose figures cover part of the year, by the day on which they began to report."""
    by_day: dict[date, list[str]] = {}
    for name, day in facts.partial_year:
        by_day.setdefault(day, []).append(name)
    return [(f"{day:%d/%m/%Y}", names(facts, tuple(by_day[day]))) for day in sorted(by_day)]


def replaced(document: CitedDocument | None) -> Mapping[str, str | bool] | None:
    """The older document as a template cites it: its code and its day in words."""
    if document is None:
        return None
    day = vietnamese.official_day(document.dated) if document.dated else ""
    return {"code": document.code, "day": day, "is_supplemented": document.is_supplemented}


def when(facts: ReportFacts) -> str:
    """The period inside a sentence: ``quý I/2025``; the plan and the evaluation are of the whole year."""
    if facts.edition.period in CHECK_INS:
        return vietnamese.lower_first(facts.period_title)
    return f"năm {facts.dates.year}"


def names(facts: ReportFacts | ChartFacts, agencies: tuple[str, ...]) -> list[str]:
    """Names of agencies; what is no id of the programme is a name already."""
    known = {agency.id: agency.name_on(facts.signed_on) for agency in facts.programme.agencies}
    return [known.get(agency, agency) for agency in agencies]


def contradicted(facts: ReportFacts) -> Iterator[tuple[Found, str, str]]:
    """Each contradiction, whose it is, by name, and what was said before; of a copied text, by whom."""
    known = {agency.id: agency.name_on(facts.signed_on) for agency in facts.programme.agencies}
    known |= {agency: name for name, agency in facts.agency_ids.items() if name}
    for one in facts.contradictions:
        is_copied = one.kind is Contradiction.COPIED_FROM_OTHER
        before = known.get(one.before, one.before) if is_copied else one.before
        yield one, known.get(one.agency, one.agency), before


def _parted(facts: ReportFacts, kind: str, by: str) -> list[dict[str, object]]:
    """Passages about single pieces of work, by work group or by the body they speak to; that of nobody comes last."""
    parts: dict[str, list[tuple[str, str]]] = {}
    for one in facts.passages:
        if one.kind == kind and one.text:
            parts.setdefault(str(getattr(one, by)), []).append((one.speakers, one.text))
    return [{"title": title, "lines": parts[title]} for title in sorted(parts, key=lambda title: not title)]


def _honoured(facts: ReportFacts) -> list[dict[str, object]]:
    """Commendations by whom they are put to and by work group; what is about no single work comes last."""
    parts: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for one in facts.passages:
        if one.kind == COMMENDATION and one.text:
            parts.setdefault((one.addressee, one.group), []).append((one.speakers, one.text))
    order = sorted(parts, key=lambda part: (not part[0], not part[1]))
    return [{"addressee": to, "title": group, "lines": parts[to, group]} for to, group in order]


def _said(facts: ReportFacts) -> dict[str, list[tuple[str, str]]]:
    """What agencies wrote, by row of the narrative sheet: (who, text) in the given order, each text told once."""
    said: dict[str, list[tuple[str, str]]] = {}
    if facts.passages:
        for one in facts.passages:
            if one.text:
                said.setdefault(one.kind, []).append((one.speakers, one.text))
        return said
    for (_, row, text), agency in zip(facts.narratives, names(facts, _speakers(facts)), strict=True):
        said.setdefault(row, []).append((agency, text))
    return said


def _speakers(facts: ReportFacts) -> tuple[str, ...]:
    return tuple(agency for agency, _, _ in facts.narratives)


def kind_name(kind: str, texts: Texts) -> str:
    """What a kind is called; one that only the programme knows goes by its code."""
    return texts.say(f"narrative.kind.{kind}") if kind in NAMED_KINDS else kind
