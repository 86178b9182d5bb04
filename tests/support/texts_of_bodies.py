"""What bodies write, in the rehearsal's own words: an edition is then as long as one that was played."""

from collections.abc import Iterator
from dataclasses import replace

from small_programme import YEAR

from plancycle.domain.forms import FormRow, SheetRules
from plancycle.domain.periods import Period
from plancycle.domain.programme import Programme
from plancycle.domain.submissions import Entry
from plancycle.rehearsal.answers import Answers
from plancycle.rehearsal.dice import Dice

WORKS = tuple(f"n{at}" for at in range(1, 7))
"""Six pieces of work, as the shipped programme has for every body."""
FIELDS = ("status", "progress", "result", "evidence", "obstacle", "proposal")
PASSAGES = ("N1", "N2", "N3", "N4", "N5")
TOLD_AS = Period.Q2
"""In the middle of a year: by its end a rehearsed body has done everything, and nothing is in its way."""


def asking_for_texts(programme: Programme) -> Programme:
    """The programme with so much work for everybody, and with every passage of the narrative."""
    common, *others = programme.works
    works = (replace(common, id=one, title=f"{common.title}, nội dung {one}") for one in WORKS[1:])
    sheets = tuple(_asking(sheet) for sheet in programme.form.sheets)
    kept = (one for one in others if one.id not in WORKS)
    return replace(programme, works=(common, *works, *kept), form=replace(programme.form, sheets=sheets))


def _asking(sheet: SheetRules) -> SheetRules:
    """Every passage of the narrative; progress to the half per cent, as the rehearsal tells it."""
    if sheet.code == "narrative":
        return replace(sheet, rows=tuple(FormRow(one, one) for one in PASSAGES))
    fields = (replace(one, precision=1) if one.code == "progress" else one for one in sheet.fields)
    return replace(sheet, fields=tuple(fields))


def texts_of(agency: str) -> Iterator[Entry]:
    """Everything that body writes, cell by cell; the same every time."""
    said = Answers(Dice(94, "texts"), agency, YEAR)
    for at, row in enumerate(WORKS, start=7):
        for column, field in zip("DEFGHI", FIELDS, strict=True):
            if (text := said.answer(TOLD_AS, row, field)) is not None:
                yield Entry("Nhiệm vụ", f"{column}{at}", row, field, str(text), str(text))
    for at, row in enumerate(PASSAGES, start=7):
        text = str(said.answer(TOLD_AS, row, "value"))
        yield Entry("Thuyết minh", f"D{at}", row, "text", text, text)
