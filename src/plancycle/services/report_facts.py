"""Everything the consolidated report says, gathered from the rows of one edition."""

from collections.abc import Mapping
from datetime import date, datetime

from plancycle.domain.amendments import flagged_for_amendment
from plancycle.domain.consolidation import Edition
from plancycle.domain.contradictions import PROGRESS
from plancycle.domain.document_register import Relation
from plancycle.domain.explanations import Explanation, ExplanationStatus
from plancycle.domain.forms import RowSource
from plancycle.domain.programme import Programme
from plancycle.domain.submissions import Entry
from plancycle.services.approval_chain import signatory_at
from plancycle.services.bulk import uninterrupted
from plancycle.services.contradictions import contradictions_now
from plancycle.services.cycle_view import CycleView
from plancycle.services.declared_estimates import declared_estimates
from plancycle.services.document_register import Numbered, day_of, known_number
from plancycle.services.duty_reports import reported_obstacles
from plancycle.services.mail_anchor import newest as newest_anchor
from plancycle.services.matrix import cells_of
from plancycle.services.ports import House
from plancycle.services.programme_versions import names_ever
from plancycle.services.report_contents import (
    ChartFacts,
    CitedDocument,
    ExplanationLine,
    ReportFacts,
    SubmissionLine,
    WorkLine,
)
from plancycle.services.report_figures import figure_sources, figures_of_last_year, figures_so_far, report_base
from plancycle.services.report_narrative import passage_lines
from plancycle.services.repositories import Work
from plancycle.services.standing_answers import REVIEWED


def report_facts(house: House, work: Work, view: CycleView, edition: Edition) -> ReportFacts:
    """The facts of one edition as of now, under the number its report has been given, if any."""
    with uninterrupted():
        return _facts(house, work, view, edition)


def _facts(house: House, work: Work, view: CycleView, edition: Edition) -> ReportFacts:
    programme, period = view.programme, edition.period
    read = work.submissions.entries_of([member.submission for member in edition.members])
    answers = {member.agency: read[member.submission] for member in edition.members}
    signed_on = house.clock.now().date()
    name = _names_on(house, work, view, signed_on)
    bases = _bases(house, view)
    numbered = known_number(work, programme, report_base(view, period))
    joined = view.partial_year(period)
    return ReportFacts(
        programme=view.signing(signed_on),
        edition=edition,
        dates=view.dates(period),
        period_title=view.title(period),
        figures=edition.figures,
        works=tuple(line for agency in answers for line in _work_lines(view, bases, name[agency], answers[agency])),
        narratives=tuple(line for agency in answers for line in _narratives(view, name[agency], answers[agency])),
        submissions=_submission_lines(house, work, view, edition, name),
        missing=tuple(name[agency] for agency in edition.coverage.missing),
        late=tuple(name[agency] for agency in edition.coverage.late),
        signed_on=signed_on,
        number=numbered.entry.number if numbered else 0,
        addressees=tuple(name[one.agency] for one in view.addressees(period, signed_on)),
        signatory=signatory_at(house, work, view, period, house.clock.now()),
        obstacles=reported_obstacles(work, view, edition),
        explanations=_explanation_lines(work, view, edition, name, answers),
        agency_ids={name[agency]: agency for agency in edition.coverage.expected},
        sources=figure_sources(view, edition, answers, name),
        periods=figures_so_far(work, view, edition),
        last_year=figures_of_last_year(work, view, edition),
        replaces=_cited(work, programme, numbered) if numbered else None,
        passages=passage_lines(house, work, view, edition, answers, name),
        contradictions=tuple(
            contradictions_now(
                house, work, view, period, [(one.agency, one.submission) for one in edition.members], read
            )
        ),
        declared_estimates=declared_estimates(programme, period, answers),
        unreviewed=_unreviewed(work, view, edition),
        programme_version=_cited_version(house, view),
        audit_point=_audit_point(house, work),
        partial_year=tuple((name[who], day) for who, day in joined.items() if who in edition.coverage.expected),
    )


def chart_facts(house: House, work: Work, view: CycleView, edition: Edition) -> ChartFacts:
    """What the charts of an edition are drawn from, as of now; of the answers no more than the progress is read."""
    signed_on = house.clock.now().date()
    name, bases = _names_on(house, work, view, signed_on), _bases(house, view)
    with uninterrupted():
        read = work.submissions.entries_of([member.submission for member in edition.members], [PROGRESS])
        told = [(name[member.agency], read[member.submission]) for member in edition.members]
        return ChartFacts(
            programme=view.signing(signed_on),
            signed_on=signed_on,
            works=tuple(line for who, entries in told for line in _work_lines(view, bases, who, entries)),
            submissions=_submission_lines(house, work, view, edition, name),
            periods=figures_so_far(work, view, edition),
        )


def _names_on(house: House, work: Work, view: CycleView, day: date) -> dict[str, str]:
    """Every agency there ever was in the year, by the name it has on that day, else by its last."""
    current = {agency.id: agency.name_on(day) for agency in view.programme.agencies}
    return {**names_ever(house, work, view.year), **current}


def _cited(work: Work, programme: Programme, numbered: Numbered) -> CitedDocument | None:
    """The issued report that this one replaces or supplements."""
    older = numbered.replaces
    if older is None:
        return None
    return CitedDocument(older.code, day_of(work, older, programme), numbered.entry.relation is Relation.SUPPLEMENTS)


def _unreviewed(work: Work, view: CycleView, edition: Edition) -> int:
    """How many of its answers had not been reviewed by anybody when it was frozen."""
    frozen = edition.frozen_at
    known = {
        one.subject
        for one in work.audit.find([REVIEWED], f"{view.key(edition.period)}/")
        if datetime.fromisoformat(one.at) <= frozen
    }
    return sum(member.submission not in known for member in edition.members)


def _explanation_lines(
    work: Work, view: CycleView, edition: Edition, name: Mapping[str, str], answers: Mapping[str, list[Entry]]
) -> tuple[ExplanationLine, ...]:
    """The explanations of the edition's own answers, agency by agency, where the programme shows them."""
    if not view.programme.form.shows_explanations:
        return ()
    given: dict[str, list[Explanation]] = {}
    for one in work.explanations.under(f"{view.key(edition.period)}/"):
        if one.status is not ExplanationStatus.REFUSED:
            given.setdefault(one.submission, []).append(one)
    typed = {(who, entry.row, entry.field): entry.raw for who, entries in answers.items() for entry in entries}
    return tuple(
        ExplanationLine(name[member.agency], one.label, typed.get((member.agency, one.row, one.field), ""), one.text)
        for member in edition.members
        for one in given.get(member.submission, ())
    )


def _audit_point(house: House, work: Work) -> str:
    """The log's newest checkpoint, so that whoever has the report can hold the log against it; empty without one."""
    found = newest_anchor(work)
    return house.texts.say("document.audit_point", seq=found[0], sha256=found[1]) if found else ""


def _cited_version(house: House, view: CycleView) -> str:
    """Which version of the programme is in force on the report's day, and by which decision; nothing is made up."""
    amendment = view.amendment
    if amendment is None:
        return ""
    version, decision = amendment.version[:12], amendment.decision
    return house.texts.say("version.cited", version=version, decision=decision, effective=amendment.effective)


def _bases(house: House, view: CycleView) -> dict[str, str]:
    """Documents as they are cited; one whose term ended before the year says so, for its work is to be amended."""
    cited = {ref.id: ref.number or ref.subject for ref in view.programme.legal_refs}
    for flag in flagged_for_amendment(view.programme, view.year):
        ref = flag.reference
        cited[ref.id] = house.texts.say("version.basis_ended", basis=ref.number or ref.subject, valid_to=ref.valid_to)
    return cited


def _work_lines(view: CycleView, bases: Mapping[str, str], name: str, entries: list[Entry]) -> list[WorkLine]:
    lines = []
    # What was asked when the answer was given: work that has moved to another body since stays with this answer.
    asked = {entry.row for entry in entries}
    own_first = sorted(view.programme.works, key=lambda work: work.is_for_all)
    for work in (one for one in own_first if one.id in asked):
        answers = {entry.field: entry.value for entry in entries if entry.row == work.id and entry.value is not None}
        basis = "; ".join(bases[ref] for ref in work.legal_refs)
        lines.append(WorkLine(name, work.id, work.title, basis, answers))
    return lines


def _narratives(view: CycleView, name: str, entries: list[Entry]) -> list[tuple[str, str, str]]:
    fixed = {
        row.code
        for sheet in view.programme.form.sheets
        if sheet.source is RowSource.FIXED and sheet.code == "narrative"
        for row in sheet.rows
    }
    return [(name, entry.row, entry.value) for entry in entries if entry.row in fixed and entry.value]


def _submission_lines(
    house: House, work: Work, view: CycleView, edition: Edition, name: Mapping[str, str]
) -> tuple[SubmissionLine, ...]:
    included = {member.agency for member in edition.members}
    lines, joined = [], view.partial_year(edition.period)
    for cell in cells_of(work, view, edition.period, house.clock.now()):
        agency = cell.obligation.key.agency
        submission = cell.submission if agency in included else None
        late_days = cell.late_by.days + 1 if submission is not None and cell.late_by is not None else 0
        lines.append(
            SubmissionLine(
                agency=name[agency],
                status=str(cell.status),
                sent_at=(cell.judged_at or submission.sent_at) if submission else None,
                late_days=late_days,
                receipt=submission.receipt if submission else "",
                joined_on=joined.get(agency),
                corrected_at=cell.corrected_at if submission else None,
            )
        )
    return tuple(lines)
