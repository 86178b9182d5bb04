"""What the desk shows of a period's narrative, and of what the newest edition would say now."""

from dataclasses import dataclass

from plancycle.portal.desk_frame import ActingPage
from plancycle.services.report_contents import PassageLine


@dataclass(frozen=True, slots=True)
class StandingLine:
    """One answer or figure then and now, in words; empty: not there."""

    name: str
    change: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class ContradictionLine:
    """What one agency's reports of the year say differently about one commitment."""

    agency: str
    title: str
    what: str
    before: str
    now: str
    href: str
    """The agency's obligation."""


@dataclass(frozen=True, slots=True)
class StandingPage:
    """``desk/standing.html``: whether the newest edition still says what stands, and what does not go together."""

    title: str
    period_href: str
    edition: str
    """The edition's id; empty: there is none yet."""
    edition_href: str
    is_stale: bool
    members: tuple[StandingLine, ...]
    figures: tuple[StandingLine, ...]
    estimates: tuple[StandingLine, ...]
    """What agencies had called estimates; ``now`` is empty while they still are."""
    passages: int
    reopened: tuple[str, ...]
    """Agencies that have been let correct their answer and have not sent the new one yet."""
    contradictions: tuple[ContradictionLine, ...]


@dataclass(frozen=True, slots=True)
class PassageRow:
    """One passage: what it is about, and the words with everybody they come from."""

    kind: str
    line: PassageLine
    sources: tuple[tuple[str, str, str], ...]
    """(Who, the agency's own words, the page of the cell or of the record)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NarrativePage(ActingPage):
    """``desk/narrative.html``: what agencies wrote, told once each, to be edited with the sources in sight."""

    title: str
    period_href: str
    here: str
    rows: tuple[PassageRow, ...]
    orphans: tuple[str, ...]
    """Edited words whose sources are no longer told anywhere."""
