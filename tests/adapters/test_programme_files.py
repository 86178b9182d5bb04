"""Programme folders, broken in every way an official can break them: file, line, column and key, all at once."""

import shutil
import unicodedata
from pathlib import Path

import pytest

from plancycle.adapters.programme_files import checks, folders, problems, value_types
from plancycle.adapters.programme_files.folders import ProgrammeFiles, check
from plancycle.adapters.programme_files.json_schema import json_schemas
from plancycle.adapters.programme_files.schema import FILES
from plancycle.adapters.texts import Catalogue
from plancycle.domain.errors import NotFound, Place, ProgrammeProblem

SHIPPED = Path(__file__).parents[2] / "programmes" / "thai-nguyen-nq94"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "programmes" / "thai-nguyen-nq94"
    shutil.copytree(SHIPPED, copy)
    return copy


def swap(folder: Path, file: str, old: str, new: str) -> None:
    """Replace the first occurrence of a text in a file; ``old`` must be there."""
    text = (folder / file).read_text("utf-8")
    assert old in text, f"{old!r} is not in {file}"
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")


def position_of(path: Path, text: str) -> tuple[int, int]:
    """Line and column (from 1) of the first occurrence of a text."""
    content = path.read_text("utf-8")
    index = content.index(text)
    return content.count("\n", 0, index) + 1, index - content.rfind("\n", 0, index)


def table(text: str) -> list[tuple[str, ...]]:
    return [tuple(cell.strip() for cell in line.split("|")) for line in text.strip().splitlines()]


def sayable(place: Place) -> bool:
    """Whether the place's message can be said in both languages with its parameters."""
    texts = Catalogue()
    return all(texts.say(place.key, language, **place.params) for language in ("vi", "en"))


# file | what stands there | what is written instead | the text at whose start the error is told | key
BROKEN = r"""
programme.yaml  | province:                  | title:                 | title: "Thái        | duplicate_key
form.yaml       | width: 26                  | widht: 26              | widht               | unknown_field
programme.yaml  | province:                  | # province:            | id: tn-nq94         | missing_field
legal.yaml      | line: 33,                  | line: ba,              | ba,                 | not_a_whole_number
programme.yaml  | "Thái Nguyên"              | [Thái Nguyên]          | [Thái               | not_a_text
agencies.yaml   | named: [                   | named: so-y-te #[      | so-y-te #           | not_a_list
programme.yaml  | - {id: P1                  | - P1 #{                | P1 #                | not_a_mapping
programme.yaml  | province: "Thái Nguyên"    | province: ""           | ""                  | empty
agencies.yaml   | kind: media                | kind: press            | press               | not_a_choice
legal.yaml      | 19/06/2024                 | 31/06/2024             | 31/06/2024          | impossible_date
legal.yaml      | 19/06/2024                 | tháng 6                | tháng 6             | not_a_date
calendar.yaml   | due: 15/02                 | due: 29/02             | 29/02               | impossible_date
calendar.yaml   | due: 20/03                 | due: 03/20             | 03/20               | impossible_date
calendar.yaml   | due: 20/03                 | due: 20/03/2025        | 20/03/2025          | not_a_day_of_year
form.yaml       | percent: 50                | percent: 12.5          | 12.5                | not_a_number
form.yaml       | required: true,            | required: co,          | co,                 | not_true_or_false
agencies.yaml   | id: so-y-te                | id: Sở-Y-tế            | Sở-Y-tế             | bad_id
calendar.yaml   | Asia/Ho_Chi_Minh           | Asia/Hanoi             | Asia/Hanoi          | unknown_zone
indicators.yaml | precision: 2               | precision: 99          | 99                  | too_large
assignments.yaml| agencies: [so-y-te]        | agencies: []           | []                  | too_few
indicators.yaml | minimum: 0                 | minimum: 200           | 200                 | bounds_reversed
form.yaml       | ước thực hiện", kind: choice | ước thực hiện", kind: text | {code: estimate | choices_mismatch
form.yaml       | rows_from: figures         | rows_from: fixed #     | fixed #             | rows_mismatch
form.yaml       | done_status: "Hoàn thành"  | done_status: Xong      | Xong                | unknown_choice
form.yaml       | name: "Số liệu"            | name: "KIỂM TRA"       | "KIỂM TRA"          | reserved_sheet_name
form.yaml       | name: "Số liệu"            | name: "Số/liệu"        | "Số/liệu"           | bad_sheet_name
working-days.yaml | [10/01/2026]             | [02/01/2026]           | 02/01/2026]     #   | day_announced_twice
calendar.yaml   | opens: 03/11               | opens: 12/12           | 12/12               | opens_too_late
calendar.yaml   | period: annual             | period: h1             | - period: plan      | missing_period
agencies.yaml   | local: [tp-thai-nguyen     | local: [*tp            | *tp                 | alias
agencies.yaml   | entry: 2, line             | entry: !!int 2, line   | !!int               | tag
source.yaml     | signer:                    | ---\nsigner:           | ---                 | second_document
source.yaml     | missing:                   | \tmissing:             | \tmissing           | yaml_syntax
source.yaml     | sha256: d6b5               | sha256: D6B5           | D6B5                | not_a_sha256
"""


@pytest.mark.parametrize(("file", "old", "new", "where", "key"), table(BROKEN))
def test_a_broken_file_is_told_with_line_and_column(folder, file, old, new, where, key):
    where, new = where.replace("\\n", "\n").replace("\\t", "\t"), new.replace("\\n", "\n").replace("\\t", "\t")
    swap(folder, file, old, new)
    places = check(folder)
    found = [(place.line, place.column) for place in places if place.key == f"programme.{key}"]
    assert position_of(folder / file, where) in found
    assert all(Path(place.file).parent == folder and sayable(place) for place in places)


# file | what stands there | what is written instead | the id that exists nowhere | key
DANGLING = """
groups.yaml     | nq-43-tw,                | nq-43-tww,             | nq-43-tww      | unknown_legal_ref
groups.yaml     | deadline: D8             | deadline: D88          | D88            | unknown_deadline
assignments.yaml| [nq-06-tu]               | [nq-6-tu]              | nq-6-tu]       | unknown_legal_ref
assignments.yaml| [so-y-te]                | [so-yte]               | so-yte         | unknown_agency
assignments.yaml| [pci]                    | [pcii]                 | pcii           | unknown_figure
assignments.yaml| duty: amend              | duty: mend             | mend}          | unknown_duty
assignments.yaml| deadline: D9             | deadline: D10          | D10            | unknown_deadline
assignments.yaml| [cac-so-nganh]           | [cac-so]               | cac-so]        | unknown_coordination
assignments.yaml| schedule: bo-noi-vu      | schedule: bo-nv        | bo-nv          | unknown_agency
agencies.yaml   | local: [tp-              | local: [pt-            | pt-thai-nguyen | unknown_agency
indicators.yaml | owner: so-khdt           | owner: so-kh           | so-kh,         | unknown_agency
recipients.yaml | agency: bo-noi-vu        | agency: bo-nv          | bo-nv          | unknown_agency
calendar.yaml   | owner: [tat-ca]          | owner: [tatca]         | tatca          | unknown_agency
succession.yaml | [ban-dan-toc]            | [ban-dt]               | ban-dt         | unknown_successor
succession.yaml | to: [xa-phuong]          | to: [xa-ph]            | xa-ph          | unknown_successor
succession.yaml | [E12.3]                  | [E12.9]                | E12.9          | unknown_work
programme.yaml  | consolidator: so-noi-vu  | consolidator: so-nv    | so-nv          | unknown_agency
"""


@pytest.mark.parametrize(("file", "old", "new", "wrong", "key"), table(DANGLING))
def test_an_id_that_exists_nowhere_is_told_where_it_is_used(folder, file, old, new, wrong, key):
    swap(folder, file, old, new)
    places = [place for place in check(folder) if place.key == f"programme.{key}"]
    assert [(Path(place.file).name, place.line, place.column) for place in places] == [
        (file, *position_of(folder / file, wrong))
    ]
    assert all(sayable(place) for place in places)


def test_near_ids_are_offered(folder):
    swap(folder, "assignments.yaml", "[so-y-te]", "[so-yte]")
    place = next(place for place in check(folder) if place.key == "programme.unknown_agency")
    assert "so-y-te" in str(place.params["near"]).split(", ")


# file | what stands there | what is written instead | key
TWICE = """
legal.yaml       | id: luat-to-cao   | id: luat-khieu-nai | twice_legal_ref
agencies.yaml    | id: mttq          | id: so-y-te        | twice_agency
agencies.yaml    | local: [          | local: [so-y-te,   | twice_reporter
assignments.yaml | id: E17.2         | id: E17.1          | twice_work
assignments.yaml | entry: 17         | entry: 16          | twice_entry
groups.yaml      | id: G3.2.11       | id: G8.3           | twice_item
form.yaml        | id: inspections   | id: pci            | twice_figure
form.yaml        | code: position    | code: phone        | twice_field
calendar.yaml    | period: q2        | period: q1         | twice_period
calendar.yaml    | id: D3            | id: D2             | twice_deadline
recipients.yaml  | order: 2,         | order: 1,          | twice_recipient
legal.yaml       | 363/KH-TTCP", dated: 20/03/2019 | 1910/KH-TTCP", dated: 2021-10-29 | same_document
"""


@pytest.mark.parametrize(("file", "old", "new", "key"), table(TWICE))
def test_what_stands_twice_is_told_with_where_it_stands_first(folder, file, old, new, key):
    swap(folder, file, old, new)
    places = [place for place in check(folder) if place.key == f"programme.{key}"]
    assert [Path(place.file).name for place in places] == [file]
    assert {"first", "first_line"} & places[0].params.keys()
    assert sayable(places[0])


def test_the_same_field_code_in_two_sheets_and_the_same_number_of_two_documents_are_fine():
    assert check(SHIPPED) == []


@pytest.mark.parametrize("cutoff", ["08/12", "09/12", "10/12", "20/12"])
def test_a_cut_off_without_a_working_day_before_the_due_day_is_refused(folder, cutoff):
    swap(folder, "calendar.yaml", "cutoff: 30/11", f"cutoff: {cutoff}")
    (place,) = check(folder)
    assert (place.key, place.line, place.column) == (
        "calendar.cutoff_too_late",
        *position_of(folder / "calendar.yaml", f"{cutoff}\n    freeze_days: 0"),
    )
    assert sayable(place)


def test_ministries_and_invited_bodies_cannot_be_made_reporters(folder):
    swap(folder, "agencies.yaml", "local: [", "local: [bo-noi-vu, mttq, ")
    assert [(place.key, place.params["value"]) for place in check(folder)] == [
        ("programme.cannot_owe", "bo-noi-vu"),
        ("programme.cannot_owe", "mttq"),
    ]


def test_work_for_a_body_that_does_not_report_is_refused(folder):
    swap(folder, "agencies.yaml", "so-y-te, bao-thai-nguyen", "bao-thai-nguyen")
    assert [(place.key, Path(place.file).name) for place in check(folder)] == [
        ("programme.not_a_reporter", "assignments.yaml")
    ]


def test_every_error_of_every_file_comes_at_once_in_reading_order(folder):
    swap(folder, "legal.yaml", "19/06/2024", "32/06/2024")
    swap(folder, "legal.yaml", "id: nq-06-tu", "id: nq-6-tu")
    swap(folder, "calendar.yaml", "cutoff: 30/11", "cutoff: 09/12")
    swap(folder, "form.yaml", "width: 26", "widht: 26")
    (folder / "groups.yaml").write_text("groups: [", "utf-8")
    (folder / "indicators.yaml").unlink()
    with pytest.raises(ProgrammeProblem) as problem:
        ProgrammeFiles(folder.parent).load("tn-nq94")
    assert problem.value.params == {"count": 6}
    assert [(Path(place.file).name, place.key) for place in problem.value.places] == [
        ("assignments.yaml", "programme.unknown_legal_ref"),
        ("calendar.yaml", "calendar.cutoff_too_late"),
        ("form.yaml", "programme.unknown_field"),
        ("groups.yaml", "programme.yaml_syntax"),
        ("indicators.yaml", "programme.missing_file"),
        ("legal.yaml", "programme.impossible_date"),
    ]


def test_bytes_that_are_not_text_are_told_by_line(folder):
    (folder / "recipients.yaml").write_bytes(b"recipients: []\naddressees: \xff\n")
    assert [(place.key, place.line) for place in check(folder)] == [("programme.not_utf8", 2)]


def test_a_file_nested_without_end_is_refused_before_it_is_built(folder):
    (folder / "recipients.yaml").write_text("recipients: " + "[" * 5000, "utf-8")
    assert [place.key for place in check(folder)] == ["programme.too_deep"]


def test_a_yaml_file_nobody_reads_is_pointed_out(folder):
    (folder / "agency.yaml").write_text("agencies: []\n", "utf-8")
    assert [(place.key, Path(place.file).name) for place in check(folder)] == [
        ("programme.unknown_file", "agency.yaml")
    ]


def test_a_folder_that_is_not_there_is_a_problem_with_a_place(tmp_path):
    assert [place.key for place in check(tmp_path / "nowhere")] == ["programme.missing_folder"]
    with pytest.raises(ProgrammeProblem):
        ProgrammeFiles(tmp_path / "nowhere").load("tn-nq94")


def test_an_unknown_programme_is_not_found(folder):
    with pytest.raises(NotFound) as refused:
        ProgrammeFiles(folder.parent).load("bk-nq94")
    assert refused.value.key == "not_found.programme"


def test_a_folders_name_means_nothing_but_two_folders_may_not_share_an_id(folder):
    renamed = folder.rename(folder.parent / "anything")
    assert ProgrammeFiles(renamed.parent).load("tn-nq94").id == "tn-nq94"
    shutil.copytree(renamed, renamed.parent / "again")
    with pytest.raises(ProgrammeProblem) as refused:
        ProgrammeFiles(renamed.parent).load("tn-nq94")
    assert [place.key for place in refused.value.places] == ["programme.twice_programme"]


def test_the_version_follows_content_not_line_ends_nor_contacts(folder):
    files = ProgrammeFiles(folder.parent)
    version = files.load("tn-nq94").version
    calendar = folder / "calendar.yaml"
    calendar.write_bytes(b"\xef\xbb\xbf" + calendar.read_bytes().replace(b"\n", b"\r\n"))
    (folder / "contacts.yaml").write_text("operator_email: a@b.example\n", "utf-8")
    assert files.load("tn-nq94").version == version
    swap(folder, "calendar.yaml", "freeze_days: 3", "freeze_days: 4")
    changed = files.load("tn-nq94")
    assert changed.version != version
    assert changed.periods[0].freeze_days == 4


def test_texts_come_out_composed_whatever_the_editor_wrote(folder):
    expected = ProgrammeFiles(SHIPPED.parent).load("tn-nq94").title
    main = folder / "programme.yaml"
    main.write_text(unicodedata.normalize("NFD", main.read_text("utf-8")), "utf-8")
    assert ProgrammeFiles(folder.parent).load("tn-nq94").title == expected


def test_the_shipped_programme_has_no_address_book_and_the_example_is_a_good_one(folder):
    files = ProgrammeFiles(folder.parent)
    assert files.address_book("tn-nq94").contacts == ()
    (folder / "contacts.example.yaml").rename(folder / "contacts.yaml")
    book = files.address_book("tn-nq94")
    assert check(folder) == []
    assert book.preparer is not None
    assert book.approver is not None
    assert book.preparer.id != book.approver.id
    contact = book.contact("so-y-te")
    assert contact is not None
    assert contact.email.endswith(".example")
    assert book.contact("so-gddt") is None


PREPARER = "preparer: {id: a, name: A, position: P, email: a@b.example}"
# contacts.yaml, the key
CONTACTS = [
    ("contacts: [{agency: so-yte, person: A, email: a@b.example}]", "unknown_agency"),
    (
        "contacts:\n- {agency: so-y-te, person: A, email: a@b.example}\n"
        "- {agency: so-y-te, person: B, email: b@b.example}",
        "twice_contact",
    ),
    ('operator_email: "a@b.example\\r\\nBcc: c@d.example"', "not_an_email"),
    ("operator_email: nobody", "not_an_email"),
    ("operator_email: &a a@b.example\ncontacts: *a", "alias"),
    (f"{PREPARER}\napprover: {{id: b, name: B, position: Q, email: A@B.example}}", "same_person"),
    (f"{PREPARER}\napprover: {{id: a, name: B, position: Q, email: b@b.example}}", "same_person"),
]


@pytest.mark.parametrize(("text", "key"), CONTACTS)
def test_a_wrong_address_book_is_refused_without_stopping_the_programme(folder, text, key):
    (folder / "contacts.yaml").write_text(text + "\n", "utf-8")
    files = ProgrammeFiles(folder.parent)
    with pytest.raises(ProgrammeProblem) as refused:
        files.address_book("tn-nq94")
    assert f"programme.{key}" in [place.key for place in refused.value.places]
    assert files.load("tn-nq94").id == "tn-nq94"


def test_every_key_made_from_a_table_has_words():
    kinds = {f"programme.twice_{ids.kind}" for ids in checks.IDS}
    kinds |= {f"programme.unknown_{ref.kind}" for ref in checks.REFS}
    kinds |= set(problems.KEYS.values())
    assert all(sayable(Place("x", 1, 1, key, EVERY_PARAM)) for key in kinds)


EVERY_PARAM = dict.fromkeys(("value", "near", "first", "field", "choices", "limit"), "x")


def test_every_file_has_a_schema_for_editors():
    assert json_schemas().keys() == FILES.keys()
    assert all(schema["additionalProperties"] is False for schema in json_schemas().values())
    assert folders.MAIN in FILES
    assert value_types.COMMON_YEAR % 4
