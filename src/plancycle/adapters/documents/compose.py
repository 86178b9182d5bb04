"""Facts to paper: the header, the narrative, the signature block and the annexes of one report."""

from plancycle.adapters import vietnamese
from plancycle.adapters.documents.annexes import annexes
from plancycle.adapters.documents.paper import Paper
from plancycle.adapters.documents.text import names, narrative
from plancycle.domain.agencies import Official
from plancycle.services.ports import Texts
from plancycle.services.report_contents import ReportFacts


def compose(facts: ReportFacts, texts: Texts) -> Paper:
    """Every word of a report, in the order of Decree 30/2020/NĐ-CP, Annex I."""
    form, programme = facts.programme.report, facts.programme
    code = vietnamese.document_code(facts.number, form.symbol)
    abstract, blocks = narrative(facts)
    day = vietnamese.official_day(facts.signed_on)
    return Paper(
        nation=texts.say("document.nation"),
        motto=texts.say("document.motto"),
        superior_body=form.superior_body.upper(),
        issuing_body=form.issuing_body.upper(),
        number=texts.say("document.number", code=code),
        place_and_date=texts.say("document.place_and_date", place=form.place, day=day),
        kind=texts.say("document.kind"),
        abstract=abstract,
        to_label=texts.say("document.to"),
        addressees=tuple(names(facts, facts.addressees)),
        blocks=blocks,
        recipients_label=texts.say("document.recipients"),
        recipients=(f"- {texts.say('document.recipient.as_above')};", f"- {form.filing.rstrip('.')}."),
        authority=_authority(facts.signatory),
        signatory=facts.signatory.name if facts.signatory else "",
        annexes=annexes(facts, texts, code, programme.agency(programme.consolidator).name),
        title=texts.say("document.title", abstract=vietnamese.lower_first(abstract)),
        source=f"{facts.edition.id} {facts.edition.sha256}",
        signed_on=facts.signed_on,
    )


def _authority(signatory: Official | None) -> tuple[str, ...]:
    """``KT. GIÁM ĐỐC`` over ``PHÓ GIÁM ĐỐC``; a head of the body signs with the position alone."""
    if signatory is None:
        return ()
    lines = (signatory.authority_line or "", signatory.position)
    return tuple(line.upper() for line in lines if line)
