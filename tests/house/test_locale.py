"""The two languages say the same things, and every message a person can meet has words."""

import ast
import re
import string
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path

import pytest

from plancycle.adapters import texts
from plancycle.domain import (
    acknowledgements,
    approvals,
    consolidation,
    duties,
    duty_questions,
    duty_standing,
    errors,
    exchange,
    findings,
    messages,
    obligations,
    periods,
    submissions,
    transmittals,
)

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = (ROOT / "src", ROOT / "flows", ROOT / "tasks")
CATALOGUES = sorted((ROOT / "src/plancycle/locale").rglob("*.po"))
FINDINGS = Path(findings.__file__)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for folder in PRODUCT:
        for path in sorted(folder.rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def error_names(known: dict[str, ast.ClassDef]) -> set[str]:
    """The error classes of the product: those of domain/errors.py and whatever is derived from them elsewhere."""
    names = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)}
    while True:
        heirs = {name for name, node in known.items() if {_name_of(base) for base in node.bases} & names}
        if heirs <= names:
            return names
        names |= heirs


def _name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def literal(call: ast.Call, position: int) -> str | None:
    """The text passed at that position, or None when it is not a literal."""
    if len(call.args) <= position:
        return None
    argument = call.args[position]
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None


@cache
def raised_keys() -> dict[str, str]:
    """Every literal key given to an error, with the file it stands in; a Place carries its key as fourth argument."""
    modules = list(trees())
    classes = {node.name: node for _, tree in modules for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    names = error_names(classes)
    keys: dict[str, str] = {}
    for path, tree in modules:
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            called = _name_of(call.func)
            key = literal(call, 0) if called in names else literal(call, 3) if called == "Place" else None
            if key is not None:
                keys[key] = str(path.relative_to(ROOT))
    return keys


def finding_codes() -> set[str]:
    """Every code findings.py can give: in CellProblem(code, …), _finding(severity, code, …) and ``return code, …``."""
    codes = set()
    for node in ast.walk(ast.parse(FINDINGS.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and _name_of(node.func) == "CellProblem":
            codes.add(literal(node, 0))
        elif isinstance(node, ast.Call) and _name_of(node.func) == "_finding":
            codes.add(literal(node, 1))
        elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
            first = node.value.elts[0]
            codes.add(first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None)
    return {code for code in codes if code}


def test_both_languages_have_the_same_keys() -> None:
    assert texts.words("en").keys() == texts.words("vi").keys()


def test_both_languages_use_the_same_placeholders() -> None:
    english = texts.words("en")
    different = {key for key, text in texts.words("vi").items() if placeholders(text) != placeholders(english[key])}
    assert different == set()


def forms(text: str) -> list[tuple[str, str, str]]:
    """The English words that follow a count: (parameter, beside 1, beside all else)."""
    specs = [(name, spec) for _, name, spec, _ in string.Formatter().parse(text) if name and spec]
    return [(name, *spec.partition("|")[::2]) for name, spec in specs]


def test_english_counts_one_and_many_and_vietnamese_needs_neither() -> None:
    english = [one for text in texts.words("en").values() for one in forms(text)]

    assert len(english) > 100
    assert [one for one in english if not (one[1] and one[2] and one[1] != one[2])] == []
    assert [text for text in texts.words("vi").values() if forms(text)] == []


def test_no_english_text_says_one_letters() -> None:
    """Whatever word is counted in one text is counted in all of them."""
    counted = [one for text in texts.words("en").values() for one in forms(text)]
    plurals = {many.split()[0] for _, _, many in counted} - {"has", "was", "is"}
    names = {name for name, _, _ in counted}
    said = re.compile(rf"\b1 (?:[a-z-]+ )?(?:{'|'.join(sorted(word for word in plurals if word.endswith('s')))})\b")
    wrong = {}
    for key, text in texts.words("en").items():
        one_each = {name: texts.Counted("1" if name in names else "x") for name in placeholders(text)}
        if found := said.search(text.format_map(one_each)):
            wrong[key] = found[0]

    assert wrong == {}


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (1, "1 letter queued, 0 sent."),
        ("1", "1 letter queued, 0 sent."),
        (0, "0 letters queued, 0 sent."),
        (21, "21 letters queued, 0 sent."),
    ],
)
def test_a_count_chooses_its_word(count: object, expected: str) -> None:
    assert texts.Catalogue().say("cli.queued", "en", count=count, sent=0) == expected


def test_a_placeholder_is_a_plain_name_and_never_reaches_into_an_object() -> None:
    names = {
        name for language in texts.LANGUAGES for text in texts.words(language).values() for name in placeholders(text)
    }
    assert {name for name in names if not re.fullmatch(r"[a-z][a-z0-9_]*", name)} == set()


def test_no_text_is_empty() -> None:
    empty = [key for language in texts.LANGUAGES for key, text in texts.words(language).items() if not text.strip()]
    assert empty == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: f"{path.parts[-3]}-{path.name}")
def test_a_catalogue_is_in_normal_form_and_names_each_key_once(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert unicodedata.normalize("NFC", text) == text
    keys = re.findall(r'^msgid "(.+)"$', text, flags=re.MULTILINE)
    assert len(set(keys)) == len(keys)
    assert set(texts.read_catalogue(text.encode())) == set(keys)


def test_each_catalogue_has_its_twin_in_the_other_language() -> None:
    names = {language: {path.name for path in CATALOGUES if path.parts[-3] == language} for language in texts.LANGUAGES}
    assert names["en"] == names["vi"]


def test_every_error_that_can_be_raised_has_words() -> None:
    keys = raised_keys()
    assert {key: path for key, path in keys.items() if key not in texts.words("vi")} == {}


def test_the_search_for_raised_keys_finds_them() -> None:
    assert {"approval.reason_needed", "not_found.agency", "calendar.cutoff_too_late"} <= raised_keys().keys()


def test_every_finding_says_what_is_wrong_and_how_to_mend_it() -> None:
    codes = finding_codes()
    assert len(codes) >= 13
    wanted = {key for code in codes for key in (f"finding.{code}", f"finding.{code}.fix")}
    assert wanted - texts.words("vi").keys() == set()


@pytest.mark.parametrize(
    ("group", "members"),
    [
        ("status", obligations.ObligationStatus),
        ("outcome", submissions.Outcome),
        ("submission_status", submissions.SubmissionStatus),
        ("message_status", messages.MessageStatus),
        ("message_kind", messages.MessageKind),
        ("approval_status", approvals.ApprovalStatus),
        ("transmittal_status", transmittals.TransmittalStatus),
        ("transmittal_part", transmittals.Part),
        ("exchange_status", exchange.ExchangeStatus),
        ("business", exchange.Business),
        ("hearing", acknowledgements.Hearing),
        ("severity", findings.Severity),
        ("period", periods.Period),
        ("edition_kind", consolidation.EditionKind),
        ("duty_kind", duties.DutyKind),
        ("duty_status", duties.DutyStatus),
        ("duty_field", duty_questions.DutyField),
        ("honoured", duty_questions.Honoured),
        ("commendation_form", duty_questions.CommendationForm),
        ("standing", duty_standing.Standing),
    ],
)
def test_every_status_has_a_name_people_read(group: str, members: type[StrEnum]) -> None:
    assert {f"{group}.{member}" for member in members} - texts.words("vi").keys() == set()
