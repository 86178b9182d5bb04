"""The words of a report, rendered once from templates: DOCX and PDF show the same sentences.

A template is plain text an official can edit; each line begins with a mark that says what it is (:data:`MARKS`),
a line that begins with ``+`` goes on with the line before. What agencies typed is put in as data: a line break
in it cannot begin a new line, so nothing typed can become a heading, and no template syntax in it is ever read.
"""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from plancycle.adapters import vietnamese
from plancycle.adapters.documents.figures import DigestOfWork, digest_of_work, figures_of
from plancycle.adapters.documents.paper import Block
from plancycle.domain.consolidation import EditionKind
from plancycle.domain.periods import CHECK_INS, Period
from plancycle.services.report_contents import ReportFacts

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

MARKS = {"!": "abstract", ">": "basis", "#": "section", "##": "part", "|": "text", "-": "item"}
GOES_ON = "+"
_LINE_SEPARATOR = "\u2028"
_BASIS = "basis"


def narrative(facts: ReportFacts) -> tuple[str, tuple[Block, ...]]:
    """The abstract (trích yếu) and the paragraphs of a report."""
    name = "plan.txt.j2" if facts.edition.period is Period.PLAN else "report.txt.j2"
    rendered = environment().get_template(name).render(_context(facts))
    blocks = read_lines(rendered)
    abstract = " ".join(block.text for block in blocks if block.kind == "abstract")
    return abstract, tuple(block for block in blocks if block.kind != "abstract")


def read_lines(rendered: str) -> tuple[Block, ...]:
    """Marked lines to blocks. Raises ValueError for a line without a known mark (a mistake in a template)."""
    blocks: list[Block] = []
    for line in rendered.split("\n"):
        if not line.strip():
            continue
        mark, _, text = line.partition(" ")
        if mark == GOES_ON and blocks:
            blocks[-1] = Block(blocks[-1].kind, f"{blocks[-1].text} {text.strip()}")
            continue
        if mark not in MARKS:
            raise ValueError(f"a template line begins with none of {' '.join(MARKS)}: {line[:60]!r}")
        blocks.append(Block(MARKS[mark], text.strip()))
    return tuple(Block(block.kind, block.text.replace(_LINE_SEPARATOR, "\n")) for block in blocks)


@cache
def environment() -> "SandboxedEnvironment":
    """The templates of reports: sandboxed, an unknown name is an error, data cannot break a line."""
    from jinja2 import PackageLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(
        loader=PackageLoader("plancycle", "templates/reports"),
        undefined=StrictUndefined,
        autoescape=lambda name: bool(name) and ".svg" in str(name),
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_one_line,
    )
    environment.filters["count"] = _two_digits
    return environment


def _one_line(value: object) -> object:
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return vietnamese.clean(value).replace("\n", _LINE_SEPARATOR)
    return value


def _two_digits(count: int) -> str:
    """Counts below ten are written with a leading zero, so that no digit can be added before them."""
    return f"{count:02d}"


def _context(facts: ReportFacts) -> Mapping[str, object]:
    programme, coverage = facts.programme, facts.edition.coverage
    shared, owned = figures_of(facts)
    work: DigestOfWork = digest_of_work(facts)
    return {
        "plan": programme.title,
        "province": programme.province,
        "body": programme.agency(programme.consolidator).name,
        "authority": programme.agency(programme.authority).name,
        "basis": [vietnamese.citation(ref) for ref in programme.legal_refs if ref.role == _BASIS],
        "when": when(facts),
        "next": str(facts.dates.year + 1) if facts.edition.period is Period.ANNUAL else "",
        "year": facts.dates.year,
        "as_of": vietnamese.clock_and_day(facts.edition.frozen_at),
        "is_provisional": facts.edition.kind is EditionKind.PROVISIONAL,
        "expected": len(coverage.expected),
        "included": len(coverage.included),
        "late": names(facts, facts.late),
        "missing": names(facts, facts.missing),
        "shared_figures": shared,
        "owned_figures": owned,
        "work": work,
        "said": _said(facts),
    }


def when(facts: ReportFacts) -> str:
    """The period inside a sentence: ``quý I/2025``; the plan and the evaluation are of the whole year."""
    if facts.edition.period in CHECK_INS:
        return vietnamese.lower_first(facts.period_title)
    return f"năm {facts.dates.year}"


def names(facts: ReportFacts, agencies: tuple[str, ...]) -> list[str]:
    """Names of agencies; what is no id of the programme is a name already."""
    known = {agency.id: agency.name for agency in facts.programme.agencies}
    return [known.get(agency, agency) for agency in agencies]


def _said(facts: ReportFacts) -> dict[str, list[tuple[str, str]]]:
    """What agencies wrote, by row of the narrative sheet: (agency, text) in the given order."""
    said: dict[str, list[tuple[str, str]]] = {}
    for (_, row, text), agency in zip(facts.narratives, names(facts, _speakers(facts)), strict=True):
        said.setdefault(row, []).append((agency, text))
    return said


def _speakers(facts: ReportFacts) -> tuple[str, ...]:
    return tuple(agency for agency, _, _ in facts.narratives)
