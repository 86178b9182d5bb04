"""The fields of ``agencies.yaml`` and ``succession.yaml``: the bodies through time and who takes over from whom."""

from typing import Annotated, Literal

from pydantic import Field

from plancycle.adapters.programme_files.value_types import Code, Day, Id, Line, Some, Strict, Text, Truth
from plancycle.domain.agencies import AgencyKind
from plancycle.domain.succession import Confidence

FIRST_DAY = Annotated[Day | None, Field(alias="from")]
LAST_DAY = Annotated[Day | None, Field(alias="until")]


class StatementEntry(Strict):
    """A purpose, a requirement or a request: its words and the line they stand in."""

    id: Id
    title: Text
    line: Line


class DatedNameEntry(Strict):
    """What a body was called from a day to a day (``until`` included); leave out what is not known."""

    name: Text
    valid_from: FIRST_DAY = None
    valid_until: LAST_DAY = None
    source: Text | None = None


class DatedCodeEntry(Strict):
    """An identification code (Decision 20/2020/QĐ-TTg) and its days; ``source`` says where it was read."""

    code: Code
    valid_from: FIRST_DAY = None
    valid_until: LAST_DAY = None
    source: Text


class AgencyEntry(Strict):
    """A body with its stable id; ``entry`` is its number in the plan's list of duties."""

    id: Id
    name: Text
    kind: AgencyKind
    entry: Line | None = None
    line: Line | None = None
    outside_source: Text | None = None
    names: tuple[DatedNameEntry, ...] = ()
    codes: tuple[DatedCodeEntry, ...] = ()
    valid_from: FIRST_DAY = None
    valid_until: LAST_DAY = None
    unclassified_only: Truth = False
    other_channel: Truth = False


class UnitsEntry(Strict):
    """Communes and wards of a province, taken from the government's list; ``only`` keeps some of their codes.

    The list had another name before, which still means the same. The id stands for all of them in ``succession.yaml``.
    """

    id: Id
    source: Annotated[Literal["vietnam-2025", "vietnam-provinces"], Field(alias="list")]
    province: Line
    name_prefix: Text
    valid_from: FIRST_DAY = None
    only: tuple[Line, ...] = ()
    outside_source: Text | None = None


class ReportersEntry(Strict):
    """Who owes reports: bodies the plan names, then the local ones; this order is the order of every list."""

    named: Some[Id]
    local: tuple[Id, ...] = ()


class InvitedEntry(AgencyEntry):
    """An invited body."""

    kind: Literal[AgencyKind.INVITED]


class InvitationsEntry(Strict):
    """Bodies that are asked politely: no due date, never urged."""

    entry: Line
    line: Line
    bodies: tuple[InvitedEntry, ...]
    requests: tuple[StatementEntry, ...]


class AgenciesFile(Strict):
    """``agencies.yaml``: every body, who reports, who is invited."""

    agencies: tuple[AgencyEntry, ...]
    units: tuple[UnitsEntry, ...] = ()
    reporters: ReportersEntry
    unnamed_groups: tuple[Text, ...] = ()
    invitations: InvitationsEntry


class SuccessionEntry(Strict):
    """Who takes over from whom, when, for all or for some work, and how sure that is.

    ``works`` left out: the whole body; ``to: []``: nobody follows, and ``note`` says why.
    """

    id: Id
    predecessors: Annotated[Some[Id], Field(alias="from")]
    successors: Annotated[tuple[Id, ...], Field(alias="to")]
    effective: Day | None
    confidence: Confidence
    works: tuple[Id, ...] = ()
    reference: Text
    other_predecessors: tuple[Text, ...] = ()
    note: Text | None = None


class SuccessionFile(Strict):
    """``succession.yaml``: ``found`` and ``confirmed`` are applied, the others wait for a named person's word."""

    outside_source: Text | None = None
    successions: tuple[SuccessionEntry, ...]
