"""Fold the accepted submissions of a period into an edition: continuously (provisional), and frozen (final)."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from plancycle.domain.consolidation import (
    Coverage,
    Edition,
    EditionKind,
    Figure,
    FigureRow,
    FigureRule,
    Member,
    digest,
    figure_rules,
    manifest,
)
from plancycle.domain.errors import ActionNeeded
from plancycle.domain.events import canonical_json
from plancycle.domain.numbers import from_scaled
from plancycle.domain.obligations import lacks_what_was_added
from plancycle.domain.periods import Period
from plancycle.domain.submissions import Entry, Submission, SubmissionStatus
from plancycle.services.carried import carried_now, carried_rows
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.journal import record
from plancycle.services.matrix import versions_by_agency
from plancycle.services.ports import House
from plancycle.services.repositories import Work


@dataclass(frozen=True, slots=True)
class Consolidated:
    """The current edition of the asked kind (None: nothing accepted yet); ``is_new`` when it was made now."""

    edition: Edition | None
    is_new: bool


@dataclass(frozen=True, slots=True)
class Content:
    """What an edition would hold right now."""

    members: tuple[Member, ...]
    coverage: Coverage
    figures: tuple[Figure, ...]
    dataset_sha256: str


def consolidate(house: House, year: int, period: Period, final: bool = False) -> Consolidated:
    """Make the edition if anything changed since the last one of its kind.

    Raises ActionNeeded when a final edition is asked for and nothing has been accepted.
    """
    view = cycle_view(house, year)
    kind = EditionKind.FINAL if final else EditionKind.PROVISIONAL
    with house.work() as work:
        content = content_now(house, work, view, period)
        if not content.members:
            if final:
                raise ActionNeeded("edition.nothing_accepted", period=view.title(period))
            return Consolidated(None, False)
        editions = work.editions.of_period(view.id, period)
        edition = _edition(house, view, period, kind, content, len(editions) + 1)
        current = [known for known in editions if known.kind is kind]
        if current and current[-1].sha256 == edition.sha256:
            return Consolidated(current[-1], False)
        work.editions.add(edition)
        record(house, work, f"edition.{kind}", edition.id, sha256=edition.sha256)
        name = f"{view.id}_{period}_e{edition.number}.json"
        house.leave_file(f"editions/{period}", name, _text(view, edition).encode())
    return Consolidated(edition, True)


def content_now(house: House, work: Work, view: CycleView, period: Period) -> Content:
    """The fold of every accepted submission, late ones included and marked."""
    accepted = accepted_now(work, view, period)
    entries = {submission.id: work.submissions.entries(submission.id) for submission in accepted}
    members = _members(work, view, period, accepted)
    included = tuple(member.agency for member in members)
    expected = view.reporters(period)
    elsewhere = elsewhere_in(view, period)
    coverage = Coverage(
        expected=expected,
        included=included,
        late=tuple(member.agency for member in members if member.late),
        missing=tuple(agency for agency in expected if agency not in included and agency not in elsewhere),
        elsewhere=tuple(agency for agency in elsewhere if agency not in included),
        excused=_excused(view, period, accepted, members),
    )
    earlier = carried_now(work, view, period)
    known = {one.id: work.submissions.entries(one.id) for one in earlier}
    coverage = replace(coverage, carried=tuple(one.id for one in earlier))
    figures = _figures(house, view, period, accepted, entries, carried_rows(view.programme, period, earlier, known))
    return Content(members, coverage, figures, _dataset_sha256([*accepted, *earlier], {**entries, **known}))


def elsewhere_in(view: CycleView, period: Period) -> tuple[str, ...]:
    """Those who declared that this period's report went by another channel, in roster order."""
    declared = view.standpoint.elsewhere
    return tuple(agency for agency in view.reporters(period) if f"{view.key(period)}/{agency}" in declared)


def is_all_in(work: Work, view: CycleView, period: Period, members: Sequence[Member]) -> bool:
    """Whether nobody is waited for: every report is in and whole, or went by another channel."""
    owed = view.obligations(period, work.submissions.extensions(view.id))
    sent = {one.obligation.agency: one for one in accepted_now(work, view, period)}
    waited_for = [one for one in owed if not one.is_elsewhere and one.key.agency not in sent]
    lacking = [one for one in owed if (a := sent.get(one.key.agency)) and lacks_what_was_added(one, a)]
    return bool(members) and not waited_for and not lacking


def members_now(work: Work, view: CycleView, period: Period) -> tuple[Member, ...]:
    """Who is in right now, in roster order. Submissions never change: the same members mean the same content."""
    return _members(work, view, period, accepted_now(work, view, period))


def _members(work: Work, view: CycleView, period: Period, accepted: Sequence[Submission]) -> tuple[Member, ...]:
    """Late by the due date in force now: an extension may have been granted after the answer came in."""
    due_at = {one.key: one.due_at for one in view.obligations(period, work.submissions.extensions(view.id))}
    return tuple(
        Member(one.obligation.agency, one.id, one.sha256, one.sent_at >= due_at[one.obligation]) for one in accepted
    )


def _excused(
    view: CycleView, period: Period, accepted: Sequence[Submission], members: Sequence[Member]
) -> tuple[str, ...]:
    """Those who are late by everybody's date and not by their own."""
    late, due_at = {one.agency for one in members if one.late}, view.dates(period).due_at
    sent = [(one.obligation.agency, one.sent_at) for one in accepted]
    return tuple(agency for agency, sent_at in sent if sent_at >= due_at and agency not in late)


def accepted_now(work: Work, view: CycleView, period: Period) -> list[Submission]:
    """The standing submission of each agency that has one, in roster order."""
    versions = versions_by_agency(work, view, period)
    standing = []
    for agency in view.reporters(period):
        accepted = [one for one in versions.get(agency, []) if one.status is SubmissionStatus.ACCEPTED]
        standing.extend(accepted[-1:])
    return standing


def _figures(
    house: House,
    view: CycleView,
    period: Period,
    accepted: Sequence[Submission],
    entries: dict[str, list[Entry]],
    carried: Sequence[FigureRow],
) -> tuple[Figure, ...]:
    rules = figure_rules(view.programme, period)
    rows = [
        row
        for submission in accepted
        for entry in entries[submission.id]
        for row in _rows(rules, submission.obligation.agency, entry)
    ]
    totals = house.frames.add_up([*rows, *carried], {rule.suffix: rule.aggregation for rule in rules})
    earlier = {(row.figure, row.agency) for row in carried}
    return tuple(
        _figure(view.key(period), rule, scaled, contributors - sum(figure == rule.suffix for figure, _ in earlier))
        for rule in rules
        if rule.suffix in totals
        for scaled, contributors in (totals[rule.suffix],)
    )


def _rows(rules: Sequence[FigureRule], agency: str, entry: Entry) -> list[FigureRow]:
    if entry.value is None:
        return []
    return [
        FigureRow(rule.suffix, agency, rule.scaled(entry.value), rule.precision)
        for rule in rules
        if rule.takes(entry.row, entry.field, entry.value)
    ]


def _figure(prefix: str, rule: FigureRule, scaled: int, contributors: int) -> Figure:
    return Figure(
        id=f"{prefix}/{rule.suffix}",
        label=rule.label,
        unit=rule.unit,
        value=from_scaled(scaled, rule.precision),
        precision=rule.precision,
        aggregation=str(rule.aggregation),
        contributors=contributors,
    )


def _dataset_sha256(accepted: Sequence[Submission], entries: dict[str, list[Entry]]) -> str:
    """Over every cell of every member, sorted by agency and form order: canonical text, LF, no clock."""
    lines = [
        canonical_json([submission.obligation.agency, _cell(entry)])
        for submission in sorted(accepted, key=lambda one: one.obligation.agency)
        for entry in entries[submission.id]
    ]
    return digest("\n".join(lines))


def _cell(entry: Entry) -> dict[str, str | None]:
    return {field.name: getattr(entry, field.name) for field in fields(entry)}


def _edition(
    house: House, view: CycleView, period: Period, kind: EditionKind, content: Content, number: int
) -> Edition:
    text = manifest(view.id, period, kind, content.members, content.coverage, content.figures, content.dataset_sha256)
    return Edition(
        cycle=view.id,
        period=period,
        number=number,
        kind=kind,
        frozen_at=house.clock.now(),
        members=content.members,
        coverage=content.coverage,
        figures=content.figures,
        dataset_sha256=content.dataset_sha256,
        sha256=digest(text),
    )


def _text(view: CycleView, edition: Edition) -> str:
    return manifest(
        view.id,
        edition.period,
        edition.kind,
        edition.members,
        edition.coverage,
        edition.figures,
        edition.dataset_sha256,
    )
