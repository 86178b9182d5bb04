"""Rosters that have been worked out, kept for the next look: a sweep asks for the same one hundreds of times."""

from plancycle.domain.programme import Programme
from plancycle.domain.roster import Roster
from plancycle.domain.succession import Decision, applied

MOST_KEPT = 20
_KNOWN: dict[tuple[int, tuple[Decision, ...]], tuple[Programme, Roster]] = {}
"""By the programme's place in memory; the programme is kept beside the roster, so that no other can take its place."""


def roster_of(programme: Programme, decisions: tuple[Decision, ...] = ()) -> Roster:
    """The roster of a programme with people's decisions applied."""
    known = (id(programme), decisions)
    if known not in _KNOWN:
        if len(_KNOWN) >= MOST_KEPT:
            _KNOWN.clear()
        _KNOWN[known] = programme, Roster(programme, applied(programme.successions, decisions))
    return _KNOWN[known][1]
