"""Which versions of edited passages stand."""

from plancycle.services.repositories import Work


def pinned(work: Work, period: str) -> tuple[tuple[str, int], ...]:
    """The newest version of every edited passage of a period (``tn-nq94-2025/annual``), by passage."""
    return tuple(sorted({edit.passage: edit.version for edit in work.narrative_edits.of_period(period)}.items()))
