"""Files spoiled by seed: whatever is done to them, the reader lives and every answer can be explained."""

import os
import time
from collections import Counter

import genuine_workbooks as genuine
import hostile_workbooks as hostile
import pytest

from plancycle.adapters.texts import LANGUAGES, Catalogue
from plancycle.adapters.workbooks.files import Workbooks
from plancycle.domain import findings
from plancycle.domain.errors import UnreadableFile

SECONDS = 25
"""The limited process is ended before that."""


def filled() -> bytes:
    """The small form with an answer to every question."""
    values = {"amount": 12.5, "count": 3.0, "finish": "09/12/2025", "status": hostile.CHOICES[0], "text": "Đã ban hành"}
    typed = {place: genuine.Typed(values[place[1]], "") for place in hostile.PLACES}
    return genuine.typed_in(hostile.BLANK, hostile.PLACES, typed)


def answer_to(data: bytes, *, marks: bool = False) -> str:
    """What a sender is told: the refusal's key, or ``read``. Every word of it exists in both languages.

    ``marks``: what was read goes back marked as well.
    """
    texts = Catalogue()
    try:
        workbook = Workbooks(texts).read(data, "bao-cao.xlsx")
    except UnreadableFile as refusal:
        return refusal.key if all(texts.say(refusal.key, language, **refusal.params) for language in LANGUAGES) else ""
    if workbook.stamp is None:
        return "file.not_ours"
    _, found = findings.check(hostile.FORM, hostile.RULES, workbook.entries, {})
    for finding in found:
        for language in LANGUAGES:
            assert texts.say(f"finding.{finding.code}", language, **finding.params)
            assert texts.say(f"finding.{finding.code}.fix", language, **finding.params)
    if marks:
        assert Workbooks(texts).mark(data, found)[:2] == b"PK"
    return "read"


def spoil(count: int, *, marks: bool = False) -> Counter[str]:
    """The answers to ``count`` spoiled files, none of which may kill or stop this process."""
    answers: Counter[str] = Counter()
    mine = os.getpid()
    for name, data in hostile.mutations([hostile.BLANK, filled()], count):
        started = time.monotonic()
        answers[answer_to(data, marks=marks)] += 1
        assert "" not in answers, name
        assert time.monotonic() - started < SECONDS, name
    assert os.getpid() == mine
    assert answer_to(filled()) == "read"
    return answers


def test_two_hundred_spoiled_files_get_explained_answers() -> None:
    answers = spoil(200)
    assert answers.total() == 200
    assert {"read", "file.damaged", "file.abnormal"} <= set(answers)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_two_thousand_spoiled_files_get_explained_answers() -> None:
    answers = spoil(2000, marks=True)
    print(answers)  # noqa: T201 - the figures of a long run
    assert answers.total() == 2000
