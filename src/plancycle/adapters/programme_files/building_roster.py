"""From checked roster files to the domain: bodies with their dates, communes from the published list, successions."""

from collections.abc import Iterator

from plancycle.adapters.communes import communes_of
from plancycle.adapters.programme_files.schema_roster import (
    AgenciesFile,
    AgencyEntry,
    SuccessionEntry,
    SuccessionFile,
    UnitsEntry,
)
from plancycle.domain.agencies import Agency, AgencyKind, DatedCode, DatedName
from plancycle.domain.programme import Invitations, Statement
from plancycle.domain.succession import Succession


def bodies_of(file: AgenciesFile) -> tuple[Agency, ...]:
    """Every body of the programme: those written down, then the communes and wards of its lists."""
    return (*(_agency(entry) for entry in file.agencies), *(unit for entry in file.units for unit in _units(entry)))


def invitations_of(file: AgenciesFile) -> Invitations:
    """The invited bodies and what they are asked."""
    invited = file.invitations
    requests = tuple(Statement(**dict(entry)) for entry in invited.requests)
    return Invitations(invited.entry, invited.line, tuple(_agency(entry) for entry in invited.bodies), requests)


def successions_of(file: AgenciesFile, succession: SuccessionFile | None) -> tuple[Succession, ...]:
    """The successions; a list's id stands for all of its communes and wards."""
    groups = {entry.id: tuple(unit.id for unit in _units(entry)) for entry in file.units}
    return tuple(_succession(entry, groups) for entry in succession.successions) if succession else ()


def _agency(entry: AgencyEntry) -> Agency:
    fields = dict(entry)
    fields["names"] = tuple(DatedName(**dict(name)) for name in entry.names)
    fields["codes"] = tuple(DatedCode(**dict(code)) for code in entry.codes)
    return Agency(**fields)


def _units(entry: UnitsEntry) -> Iterator[Agency]:
    for commune in communes_of(entry.province):
        if not entry.only or commune.code in entry.only:
            yield Agency(
                id=commune.id,
                name=f"{entry.name_prefix} {commune.name}",
                kind=AgencyKind.LOCAL,
                outside_source=entry.outside_source,
                valid_from=entry.valid_from,
            )


def _succession(entry: SuccessionEntry, groups: dict[str, tuple[str, ...]]) -> Succession:
    fields = dict(entry)
    for side in ("predecessors", "successors"):
        named: tuple[str, ...] = fields[side]
        fields[side] = tuple(body for name in named for body in groups.get(name, (name,)))
    return Succession(**fields)
