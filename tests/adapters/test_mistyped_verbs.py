"""Whatever is mistyped at the shell gets a clear answer in Vietnamese and in English, never a traceback."""

import pytest

from plancycle import cli
from plancycle.cli.output import moment

USAGE, BAD_DATA, NEEDS_ACTION, OUTSIDE = 2, 3, 4, 5
OF_A_PERIOD = {
    "status": ("status",),
    "ask": ("ask", "--dry-run"),
    "remind": ("remind", "--dry-run"),
    "resend": ("resend", "--reason", "máy chủ thư hỏng", "--by", "lan", "--agency", "so-y-te"),
    "template": ("template", "--agency", "so-y-te"),
    "consolidate": ("consolidate",),
    "forecast": ("forecast",),
    "contradictions": ("contradictions",),
    "outbox": ("outbox",),
    "totals": ("totals", "inspections.value"),
    "elsewhere": ("elsewhere", "--agency", "so-y-te", "--reference", "x", "--by", "lan"),
    "extension request": (
        *("extension", "request", "--agency", "so-y-te", "--until", "27/03/2026"),
        *("--reason", "bão lụt lớn", "--by", "lan"),
    ),
    "submission list": ("submission", "list"),
    "explanation list": ("explanation", "list"),
    "narrative show": ("narrative", "show"),
    "narrative edit": ("narrative", "edit", "a", "b", "--by", "lan", "--base", "1"),
    "address resend": ("address", "resend", "--agency", "so-y-te", "--by", "lan"),
    "document": ("document", "report", "--out", "van-ban"),
}
TOLD_OTHERWISE = {"forecast", "totals"}
"""Of a period that has not opened, or of a figure nobody has, they say so themselves."""


@pytest.fixture(scope="module", autouse=True)
def opened_year(tmp_path_factory):
    """A data folder whose year 2026 is open; no verb of these tests changes it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLANCYCLE_DATA", str(tmp_path_factory.mktemp("nam")))
        assert cli.run(["sweep", "--as-of", "2026-01-01T08:00", "--year", "2026"]) == 0
        yield


@pytest.mark.parametrize("arguments", OF_A_PERIOD.values(), ids=OF_A_PERIOD)
def test_a_period_that_is_none_is_named_with_the_ones_there_are(arguments, capsys):
    code = cli.run([*arguments, "--year", "2026", "--period", "q9"])

    told = capsys.readouterr().err
    assert code == NEEDS_ACTION
    assert "không có kỳ báo cáo “q9”" in told
    assert "no period “q9”" in told


@pytest.mark.parametrize(
    "arguments",
    [verb for name, verb in OF_A_PERIOD.items() if name not in TOLD_OTHERWISE],
    ids=[name for name in OF_A_PERIOD if name not in TOLD_OTHERWISE],
)
def test_a_period_the_programme_does_not_have_is_no_empty_list(arguments, capsys):
    code = cli.run([*arguments, "--year", "2026", "--period", "h1"])

    assert code == NEEDS_ACTION
    assert "không có kỳ báo cáo “6 tháng đầu năm”" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ("address", "resend", "--year", "2026", "--period", "q1", "--by", "lan"),
        ("submission", "list", "--year", "2026", "--period", "q1"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_an_agency_that_is_none_is_no_agency_without_letters_or_answers(arguments, capsys):
    code = cli.run([*arguments, "--agency", "so-khong-co"])

    told = capsys.readouterr().err
    assert code == NEEDS_ACTION
    assert "so-khong-co không có nghĩa vụ báo cáo" in told
    assert "so-khong-co does not report" in told


@pytest.mark.parametrize(
    "arguments",
    [
        ("template", "--agency", "so-y-te", "--period", "q1", "--year", "2026", "--out", "{nowhere}"),
        ("programme", "schema", "--out", "{nowhere}"),
        ("receipt", "key", "--out", "{nowhere}"),
        ("feed", "file", "--agency", "so-y-te", "--year", "2026", "--out", "{nowhere}"),
        ("narrative", "export", "{nowhere}", "--period", "q1", "--year", "2026"),
        ("audit", "export", "--out", "{nowhere}"),
        ("backup", "new-key", "--to", "{nowhere}"),
    ],
    ids=lambda arguments: " ".join(arguments[:2]),
)
def test_a_place_that_cannot_be_written_is_named_in_both_languages(arguments, tmp_path, capsys):
    (tmp_path / "tep").write_bytes(b"")
    nowhere = str(tmp_path / "tep" / "ra")

    code = cli.run([one.format(nowhere=nowhere) for one in arguments])

    told = capsys.readouterr().err
    assert code == OUTSIDE
    assert f"Không đọc hoặc ghi được {tmp_path / 'tep'}" in told
    assert f"{tmp_path / 'tep'}" in told.partition("could not be read or written")[0]


def test_a_data_folder_that_is_a_file_is_named_in_both_languages(tmp_path, monkeypatch, capsys):
    (tmp_path / "tep").write_bytes(b"")
    monkeypatch.setenv("PLANCYCLE_DATA", str(tmp_path / "tep"))

    code = cli.run(["status", "--year", "2026"])

    assert code == OUTSIDE
    assert f"Không đọc hoặc ghi được {tmp_path / 'tep'}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "vietnamese", "english"),
    [
        (("statsu",), "Không có lệnh “statsu”", "There is no command “statsu”. Did you mean “status”?"),
        (
            ("status", "--yaer", "2026"),
            "Không có tùy chọn “--yaer”",
            "There is no option “--yaer”. Did you mean “--year”?",
        ),
        (
            ("status", "--year", "hai-nghìn"),
            "“hai-nghìn” không dùng được cho --year",
            "“hai-nghìn” cannot be used for --year",
        ),
        (("template", "--period", "q1"), "Còn thiếu --agency", "--agency is missing"),
        (("status", "--language", "fr"), "“fr” không dùng được cho --language", "Choose one of: vi, en."),
        (("status", "annual"), "Thừa “annual”", "“annual” is too much"),
        (("status", "--year", "2026", "--year", "2025"), "--year được ghi nhiều lần", "--year was given several times"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, tuple) else "",
)
def test_a_mistyped_verb_or_option_is_told_in_both_languages(arguments, vietnamese, english, capsys):
    code = cli.run(list(arguments))

    told = capsys.readouterr().err
    assert code == USAGE
    assert vietnamese in told
    assert english in told
    assert "plancycle --help" in told or f"plancycle {arguments[0]} --help" in told


def test_a_code_that_is_asked_for_where_nobody_can_type_is_a_refusal(capsys, monkeypatch):
    monkeypatch.setattr("getpass.getpass", _nobody)

    code = cli.run(["approval", "new-key", "giam-doc", "--reason", "mất khóa cũ", "--by", "lan"])

    told = capsys.readouterr().err
    assert code == NEEDS_ACTION
    assert "cửa sổ dòng lệnh" in told
    assert "terminal" in told


def _nobody(prompt: str) -> str:
    raise EOFError


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2025-12-09", "2025-12-09T08:00:00+07:00"),
        ("09/12/2025", "2025-12-09T08:00:00+07:00"),
        ("09/12/2025 17:00", "2025-12-09T17:00:00+07:00"),
        ("9/12/2025", "2025-12-09T08:00:00+07:00"),
    ],
)
def test_a_moment_may_be_typed_as_this_system_prints_it(typed, read):
    at = moment(typed)

    assert at is not None
    assert at.isoformat() == read


def test_a_ledger_of_a_kind_that_cannot_be_used_is_named_as_the_setting_it_is(monkeypatch, capsys):
    monkeypatch.setenv("PLANCYCLE_DATABASE_URL", "mysql://may-chu/so")

    code = cli.run(["status", "--year", "2026"])

    told = capsys.readouterr().err
    assert code == BAD_DATA
    assert "PLANCYCLE_DATABASE_URL" in told
    assert "sqlite" in told
    assert "postgresql" in told
