"""What agencies wrote, told once: texts alike of one kind, work group and addressee are folded; people edit them.

A passage never loses its sources: an edit changes the words, not where they come from. It is found again by the
question its first source answered, whatever version of the answer stands.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from plancycle.domain.agencies import AgencyKind
from plancycle.domain.programme import Programme
from plancycle.domain.rule_checks import plain_words

Folding = Callable[[Sequence[str], int], Sequence[int]]
"""For texts and a percentage: for each text the place of the earlier one it repeats, or its own place."""
ID_DIGITS = 8
Spellings = Mapping[str, tuple[str, ...]]
"""By body, the ways its name is written, as plain words."""
_ADDRESSED = {AgencyKind.AUTHORITY, AgencyKind.MINISTRY, AgencyKind.COUNCIL}


@dataclass(frozen=True, slots=True)
class Said:
    """One text of one agency and the cell it stands in.

    What was told on its own has no submission: ``row`` is then its record's id.
    """

    agency: str
    kind: str
    """The row of the narrative sheet (N1 …), or what is said about a piece of work (obstacle, cause, proposal …)."""
    group: str
    """The id of the work group, or the plan's entry the work stands in; empty for what is about everything."""
    addressee: str
    """Id of the body it speaks to, where it names one."""
    text: str
    submission: str
    sheet: str
    cell: str
    row: str
    field: str
    whom: str = ""
    """Whom a commendation is for, and which: what is said of different ones is never told as one."""

    @property
    def place(self) -> str:
        """Where it can be read: the version, sheet and cell, or the record."""
        return f"{self.submission} · {self.sheet} · {self.cell}" if self.submission else self.row

    @property
    def key(self) -> str:
        """The question it answers, whatever version of the answer stands: ``so-y-te/N2/value``."""
        return f"{self.agency}/{self.row}/{self.field}"

    @property
    def print(self) -> str:
        """The question and a fingerprint of the words."""
        return f"{self.key}#{hashlib.sha256(self.text.encode()).hexdigest()[:ID_DIGITS]}"


@dataclass(frozen=True, slots=True)
class Edit:
    """One version of a passage as a person wrote it; an empty text leaves the passage out of the report.

    ``sources`` are fingerprints of what was folded then. Versions count from 1; version 0 is what agencies wrote.
    """

    period: str
    passage: str
    version: int
    text: str
    sources: tuple[str, ...]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Passage:
    """A text as the report tells it, and everything it was made from."""

    id: str
    kind: str
    group: str
    addressee: str
    text: str
    sources: tuple[Said, ...]
    version: int = 0
    edited_by: str = ""
    is_outdated: bool = False
    """Edited, and an agency has written something else (or more) since."""

    @property
    def agencies(self) -> tuple[str, ...]:
        """Who wrote it, each once."""
        return tuple(dict.fromkeys(one.agency for one in self.sources))


def passages(said: Sequence[Said], fold: Folding, percent: int) -> list[Passage]:
    """One passage for texts alike of one kind, group and addressee, in the order in which their first ones come."""
    places: dict[tuple[str, str, str, str], list[Said]] = {}
    for one in said:
        places.setdefault((one.kind, one.group, one.addressee, plain_words(one.whom)), []).append(one)
    found = []
    for (kind, group, addressee, _), texts in places.items():
        gathered: dict[int, list[Said]] = {}
        for one, leader in zip(texts, fold([plain_words(one.text) for one in texts], percent), strict=True):
            gathered.setdefault(leader, []).append(one)
        found += [
            Passage(_id(kind, sources[0].key), kind, group, addressee, sources[0].text, tuple(sources))
            for sources in gathered.values()
        ]
    return found


def _id(kind: str, key: str) -> str:
    return f"{kind}-{hashlib.sha256(key.encode()).hexdigest()[:ID_DIGITS]}"


def edited(made: Sequence[Passage], edits: Sequence[Edit]) -> tuple[list[Passage], list[Edit]]:
    """The passages as people last wrote them, and the edits that no longer belong to any.

    An edit belongs to the passage that shares most of its sources word for word; else to the one of its id; else to
    the one that shares most of its questions. A passage has one edit; the newer it is, the sooner it chooses.
    """
    newest = {edit.passage: edit for edit in sorted(edits, key=lambda edit: edit.version)}
    mine: dict[str, Edit] = {}
    orphans = []
    for edit in sorted(newest.values(), key=lambda edit: (edit.at, edit.passage), reverse=True):
        nearness = ((_nearness(edit, passage), passage.id) for passage in made if passage.id not in mine)
        near, passage_id = max(nearness, key=lambda one: one[0], default=((0, False, 0), ""))
        if any(near):
            mine[passage_id] = edit
        else:
            orphans.append(edit)
    return [_with(passage, mine.get(passage.id)) for passage in made], orphans


def _nearness(edit: Edit, passage: Passage) -> tuple[int, bool, int]:
    """Shared sources word for word, whether it is the passage itself, shared questions."""
    keys = {source.partition("#")[0] for source in edit.sources}
    prints = {one.print for one in passage.sources} & set(edit.sources)
    return len(prints), passage.id == edit.passage, len(keys & {one.key for one in passage.sources})


def _with(passage: Passage, edit: Edit | None) -> Passage:
    if edit is None:
        return passage
    is_outdated = set(edit.sources) != {one.print for one in passage.sources}
    return replace(passage, text=edit.text, version=edit.version, edited_by=edit.by, is_outdated=is_outdated)


def addressee_of(spellings: Spellings, text: str) -> str:
    """The body above the agencies that a text names first and longest; empty when it names none."""
    words = plain_words(text)
    found = [
        (-words.index(name), len(name), body) for body, names in spellings.items() for name in names if name in words
    ]
    return max(found)[2] if found else ""


def spellings_of(programme: Programme) -> Spellings:
    """How the bodies above are written, with and without the province's name; worked out once for all texts."""
    tail = f" {programme.province}".casefold()
    bodies = [one for one in programme.agencies if one.kind in _ADDRESSED]
    return {
        one.id: tuple({plain_words(name), plain_words(name).removesuffix(tail)})
        for one in bodies
        for name in (one.name,)
    }


def group_of(programme: Programme, work_id: str) -> str:
    """The work group a piece of work belongs to; where the plan does not say, its entry's number."""
    work = next((one for one in programme.works if one.id == work_id), None)
    if work is None:
        return ""
    return work.group or str(work.entry)
