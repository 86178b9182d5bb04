"""A path that was mistyped is named, whichever verb it was given to; nothing is done by halves before that."""

import pytest

from plancycle import cli

NEEDS_ACTION = 4
VERBS = {
    "intake": ("intake", "{there}", "{missing}"),
    "intake of a folder": ("intake", "{folder}"),
    "receipt verify": ("receipt", "verify", "{receipt}", "--public-key", "{missing}"),
    "receipt verify with an answer": (
        "receipt",
        "verify",
        "{receipt}",
        "--public-key",
        "{there}",
        "--answer",
        "{missing}",
    ),
    "approval verify": ("approval", "verify", "{missing}"),
    "approval verify with a key": ("approval", "verify", "{there}", "--public-key", "{missing}"),
    "audit verify against anchors": ("audit", "verify", "--anchors", "{missing}"),
    "audit verify with a key": ("audit", "verify", "--public-key", "{missing}"),
    "sign import": ("sign", "import", "tn-nq94-2025/annual/e3", "{missing}", "--by", "van-thu"),
    "acks import": ("acks", "import", "{there}", "{missing}", "--by", "van-thu"),
}


@pytest.mark.parametrize("arguments", VERBS.values(), ids=VERBS)
def test_a_path_that_leads_nowhere_is_named_before_anything_is_done(arguments, tmp_path, monkeypatch, capsys):
    data = tmp_path / "data"
    monkeypatch.setenv("PLANCYCLE_DATA", str(data))
    (tmp_path / "co.xlsx").write_bytes(b"PK")
    (tmp_path / "bien-nhan.json").write_bytes(b"{}")
    places = {
        "there": tmp_path / "co.xlsx",
        "missing": tmp_path / "khong-co.xlsx",
        "folder": tmp_path,
        "receipt": tmp_path / "bien-nhan.json",
    }
    named = str(places["missing"] if "{missing}" in arguments else tmp_path)

    code = cli.run([one.format(**places) for one in arguments])

    assert code == NEEDS_ACTION
    assert named in capsys.readouterr().err
    assert not data.exists()
