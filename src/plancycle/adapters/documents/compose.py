"""Facts to paper: the header, the words, the signature block and the annexes of one document."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from plancycle.adapters import vietnamese
from plancycle.adapters.documents.annex_parts import AnnexPart, parts_of
from plancycle.adapters.documents.annexes import annexes, whole_annexes
from plancycle.adapters.documents.paper import Annex, Block, Paper
from plancycle.adapters.documents.tables import LAYOUTS, annex, numeral
from plancycle.adapters.documents.templating import ENDING, environment
from plancycle.adapters.documents.text import names, narrative, replaced, words_of
from plancycle.domain.agencies import Official
from plancycle.domain.document_register import TYPES
from plancycle.domain.programme import Programme
from plancycle.services.document_contents import DocumentFacts
from plancycle.services.ports import Texts
from plancycle.services.report_contents import ReportFacts

MOST_NAMED = 12
"""More addressees than this stand in a list of their own (an annex)."""
LIST_OF_ADDRESSEES = "addressees"
FIXED = ("table", "recipient")


def compose(facts: ReportFacts, texts: Texts) -> Paper:
    """Every word of a report, in the order of Decree 30/2020/NĐ-CP, Annex I."""
    programme = facts.programme
    code = vietnamese.document_code(facts.number, programme.report.symbol)
    abstract, blocks = narrative(facts)
    body = programme.agency(programme.consolidator).name_on(facts.signed_on)
    return Paper(
        **_head(facts, code, texts),
        kind=texts.say("document.kind"),
        abstract=abstract,
        addressees=tuple(names(facts, facts.addressees)),
        blocks=_paragraphs(blocks),
        recipients=_recipients(programme, blocks, texts, is_addressed=True),
        annexes=annexes(facts, texts, code, body),
        title=texts.say("document.title", abstract=vietnamese.lower_first(abstract)),
        source=f"{facts.edition.id} {facts.edition.sha256}",
    )


def compose_parts(facts: ReportFacts, texts: Texts, paper: Paper) -> Iterator[AnnexPart]:
    """The parts of the annexes that a report tells in short, each a document of its own under the report's number.

    One annex's lines after the other's: they are never all held at once.
    """
    programme = facts.programme
    code = vietnamese.document_code(facts.number, programme.report.symbol)
    body = programme.agency(programme.consolidator).name_on(facts.signed_on)
    for whole in whole_annexes(facts, texts, code, body):
        yield from parts_of(whole, texts, paper)


def compose_document(facts: DocumentFacts, texts: Texts) -> Paper:
    """Every word of a letter, an extract or a list."""
    abstract, blocks = words(facts)
    code = vietnamese.document_code(facts.number, facts.symbol)
    is_long = len(facts.addressees) > MOST_NAMED
    addressees = (texts.say("document.to_list"),) if is_long else facts.addressees
    kind = texts.say(f"document.type.{TYPES[facts.kind]}") if facts.kind in TYPES else ""
    return Paper(
        **_head(facts, code, texts),
        kind=kind,
        abstract=abstract,
        addressees=addressees,
        blocks=_paragraphs(blocks),
        recipients=_recipients(facts.programme, blocks, texts, is_addressed=bool(addressees)),
        annexes=_annexes(facts, texts, blocks, is_long),
        title=" ".join(part for part in (kind.capitalize(), abstract) if part),
        source=f"{facts.programme.id}-{facts.year} {facts.kind}",
    )


def _head(facts: ReportFacts | DocumentFacts, code: str, texts: Texts) -> dict[str, Any]:
    """What every document of the body has in the same places."""
    form = facts.programme.report
    day = vietnamese.official_day(facts.signed_on)
    return {
        "nation": texts.say("document.nation"),
        "motto": texts.say("document.motto"),
        "superior_body": form.superior_body.upper(),
        "issuing_body": form.issuing_body.upper(),
        "number": texts.say("document.number", code=code),
        "place_and_date": texts.say("document.place_and_date", place=form.place, day=day),
        "to_label": texts.say("document.to"),
        "recipients_label": texts.say("document.recipients"),
        "authority": _authority(facts.signatory),
        "signatory": facts.signatory.name if facts.signatory else "",
        "signed_on": facts.signed_on,
    }


def words(facts: DocumentFacts) -> tuple[str, tuple[Block, ...]]:
    """What a document is about, and its paragraphs, from its template."""
    template = environment(facts.programme.templates).get_template(f"{facts.kind}{ENDING}")
    return words_of(template.render(document_context(facts)))


def document_context(facts: DocumentFacts) -> Mapping[str, object]:
    """What the template of a document can name."""
    programme = facts.programme
    return {
        "plan": programme.title,
        "province": programme.province,
        "body": programme.agency(programme.consolidator).name_on(facts.signed_on),
        "authority": programme.agency(programme.authority).name_on(facts.signed_on),
        "basis": [vietnamese.citation(ref) for ref in programme.legal_refs if ref.role == "basis"],
        "year": facts.year,
        "signed_on": facts.signed_on,
        "tables": [table.name for table in facts.tables if table.rows],
        "is_long": len(facts.addressees) > MOST_NAMED,
        "replaces": replaced(facts.replaces),
        **facts.values,
    }


def _paragraphs(blocks: Sequence[Block]) -> tuple[Block, ...]:
    return tuple(block for block in blocks if block.kind not in FIXED)


def _recipients(programme: Programme, blocks: Sequence[Block], texts: Texts, is_addressed: bool) -> tuple[str, ...]:
    """``- Như trên;`` first where there is a "Kính gửi", the template's own lines, the filing line last."""
    first = [texts.say("document.recipient.as_above")] if is_addressed else []
    named = [block.text.rstrip(";.") for block in blocks if block.kind == "recipient"]
    return (*(f"- {line};" for line in (*first, *named)), f"- {programme.report.filing.rstrip('.')}.")


def _annexes(facts: DocumentFacts, texts: Texts, blocks: Sequence[Block], is_long: bool) -> tuple[Annex, ...]:
    """The tables the template asks for, in its order; the list of addressees when "Kính gửi" refers to it."""
    asked = [block.text for block in blocks if block.kind == "table"]
    known = {table.name: table for table in facts.tables}
    shown = [name for name in ([LIST_OF_ADDRESSEES] if is_long else []) + asked if name in known]
    return tuple(
        annex(texts, numeral(at, len(shown)), name, LAYOUTS[name], known[name].rows) for at, name in enumerate(shown)
    )


def _authority(signatory: Official | None) -> tuple[str, ...]:
    """``KT. GIÁM ĐỐC`` over ``PHÓ GIÁM ĐỐC``; a head of the body signs with the position alone."""
    if signatory is None:
        return ()
    lines = (signatory.authority_line or "", signatory.position)
    return tuple(line.upper() for line in lines if line)
