"""Who plays: everybody who reports at some time, and which communes stand for the ninety-two."""

from collections.abc import Mapping
from datetime import date

from plancycle.adapters.communes import communes_of
from plancycle.domain.programme import Programme
from plancycle.domain.roster import Roster
from plancycle.domain.succession import Confidence, Succession

SAMPLE: Mapping[str, int] = {
    "tp-thai-nguyen": 5443,
    "tp-song-cong": 5518,
    "tp-pho-yen": 5860,
    "huyen-dai-tu": 5830,
    "huyen-dinh-hoa": 5569,
    "huyen-dong-hy": 5692,
    "huyen-phu-binh": 5908,
    "huyen-phu-luong": 5611,
    "huyen-vo-nhai": 5716,
}
"""One commune or ward for each former district: the code of the one that has its name or its centre."""


def sample(local: list[str], more: int, province: int) -> list[int]:
    """The codes of the communes that play: one a district that plays, then ``more`` in the list's order.

    Empty: all of them do.
    """
    chosen = [SAMPLE[district] for district in local if district in SAMPLE]
    others = [commune.code for commune in communes_of(province) if commune.code not in chosen]
    return [] if more >= len(others) else [*chosen, *others[:more]]


def to_confirm(programme: Programme) -> tuple[Succession, ...]:
    """What the shipped programme marks "check locally": in a rehearsal somebody has checked it."""
    return tuple(one for one in programme.successions if one.confidence is Confidence.PATTERN)


def roster_of_the_play(programme: Programme) -> Roster:
    """The bodies through time when all of that is confirmed."""
    sure = [one for one in programme.successions if one.is_sure]
    return Roster(programme, sorted([*sure, *to_confirm(programme)], key=lambda one: str(one.effective)))


def cast_of(programme: Programme) -> tuple[str, ...]:
    """Everybody who reports at some time: those the plan names, then who came after them."""
    roster = roster_of_the_play(programme)
    days = (date.min, *roster.days)
    return tuple(dict.fromkeys([*programme.reporters, *(agency for day in days for agency in roster.reporters(day))]))
