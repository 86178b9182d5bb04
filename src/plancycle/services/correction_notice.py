"""That an edition corrects an approved one: which, why, and what reads differently. Told before anybody approves it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from plancycle.domain.consolidation import Edition, EditionKind
from plancycle.domain.document_register import Relation
from plancycle.domain.edition_changes import EditionChanges, changes_between_editions
from plancycle.services.cycle_view import CycleView
from plancycle.services.ports import House
from plancycle.services.report_figures import replacements_of
from plancycle.services.repositories import Work


@dataclass(frozen=True, slots=True)
class CorrectionNotice:
    """What an approver has approved before and is asked to approve otherwise now."""

    edition: Edition
    """The approved edition that is corrected."""
    approved_at: datetime
    relation: Relation | None
    """How the report will stand to the one that has left; None while nothing has left."""
    reasons: tuple[tuple[str, str], ...]
    """Agency id and its reason; an empty id for the order itself."""
    changes: EditionChanges


def correction_notice(work: Work, view: CycleView, edition: Edition) -> CorrectionNotice | None:
    """Against the newest edition of the period that everybody approved before; None when none was."""
    earlier = [
        one
        for one in work.editions.of_period(view.id, edition.period)
        if one.kind is EditionKind.FINAL and one.number < edition.number
    ]
    for one in reversed(earlier):
        at = _approved_at(work, one)
        if at is not None:
            return _notice(work, view, one, at, edition)
    return None


def _approved_at(work: Work, edition: Edition) -> datetime | None:
    decided = [
        one.decided_at
        for one in work.editions.approvals(edition.id)
        if one.was_approved and one.step == one.steps and one.decided_at is not None
    ]
    return decided[-1] if decided else None


def _notice(work: Work, view: CycleView, before: Edition, at: datetime, after: Edition) -> CorrectionNotice:
    changes, ordered = changes_between_editions(before, after), replacements_of(work, view, after.period)
    return CorrectionNotice(
        edition=before,
        approved_at=at,
        relation=ordered[-1].relation if ordered else None,
        reasons=_reasons(work, view, before, changes, ordered[-1].reason if ordered else ""),
        changes=changes,
    )


def _reasons(
    work: Work, view: CycleView, before: Edition, changes: EditionChanges, ordered: str
) -> tuple[tuple[str, str], ...]:
    """Those of the agencies whose reports are others now, then the order's where it says more."""
    found: dict[tuple[str, str], None] = {}
    for one in work.corrections.under(f"{view.key(before.period)}/"):
        agency = one.obligation.rpartition("/")[2]
        if not one.is_open and agency in changes.renewed and one.opened_at >= before.frozen_at:
            found[agency, one.reason] = None
    told = "; ".join(dict.fromkeys(reason for _, reason in found))
    if ordered and not told.startswith(ordered):
        found["", ordered] = None
    return tuple(found)


MOST_FIGURES = 10
"""Figures a letter lists; the page has them all."""


def letter_facts(house: House, work: Work, view: CycleView, edition: Edition) -> dict[str, object]:
    """What the letter says of it; nothing for an edition that corrects none."""
    found = correction_notice(work, view, edition)
    if found is None:
        return {}
    figures = [
        {"label": one.label, "unit": one.unit, "before": written(house, one.before), "after": written(house, one.after)}
        for one in found.changes.figures
    ]
    return {
        "corrects": found.edition.number,
        "corrects_approved_at": found.approved_at,
        "corrects_relation": str(found.relation or ""),
        "corrects_reasons": [
            {"name": view.name(agency) if agency else "", "reason": " ".join(why.split())}
            for agency, why in found.reasons
        ],
        "corrects_figures": figures[:MOST_FIGURES],
        "corrects_more": len(figures[MOST_FIGURES:]),
        "corrects_bodies": {
            name: [view.name(agency) for agency in getattr(found.changes, name)]
            for name in ("joined", "renewed", "left")
        },
    }


def written(house: House, value: Decimal | None) -> str:
    """A figure as people read it; a dash where an edition has none."""
    return "–" if value is None else house.texts.say("portal.value", value=value)
