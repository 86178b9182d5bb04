"""What is on record of an obligation, step by step in time, and whose past counts as whose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Stage(StrEnum):
    """How far an agency has come with a report."""

    SILENT = "silent"
    OPENED = "opened"
    DRAFT = "draft"
    RETURNED = "returned"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Track:
    """What is on record of one obligation. ``returns``: when a version came back and when the next one was sent."""

    agency: str
    period: str
    """``tn-nq94-2025/q1``."""
    opens_at: datetime
    due_at: datetime
    answered_at: datetime | None = None
    opened_at: datetime | None = None
    drafted_at: datetime | None = None
    returned_at: datetime | None = None
    reminders: tuple[tuple[datetime, int], ...] = ()
    """When each was queued, and its rung (days from the soft due)."""

    def stage(self, at: datetime) -> Stage:
        """Where it stood at a moment."""
        if self.answered_at is not None and self.answered_at <= at:
            return Stage.DONE
        reached = ((Stage.RETURNED, self.returned_at), (Stage.DRAFT, self.drafted_at), (Stage.OPENED, self.opened_at))
        return next((stage for stage, when in reached if when is not None and when <= at), Stage.SILENT)

    @property
    def is_in_time(self) -> bool:
        """Whether it was answered before its due instant."""
        return self.answered_at is not None and self.answered_at < self.due_at


@dataclass(frozen=True, slots=True)
class Forebear:
    """A body that another one took over wholly: its name then, and since when the other stands in its place."""

    agency: str
    name: str
    since: datetime


Lineage = Mapping[str, Sequence[Forebear]]
"""By agency: whose past is its own, too."""
NONE: Lineage = {}


def forebears_of(lineage: Lineage, agency: str, at: datetime) -> list[Forebear]:
    """Whom an agency had taken over by then."""
    return [one for one in lineage.get(agency, ()) if one.since <= at]
