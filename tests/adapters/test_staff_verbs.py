"""The verbs ``plancycle staff`` and ``plancycle link``: accounts and links from the server's own keyboard."""

import io
import json
import re

import pyotp
import pytest

from plancycle.adapters import credentials
from plancycle.bootstrap import forget, open_house
from plancycle.cli import run
from plancycle.services import clerk_links, staff_accounts
from plancycle.settings import load_settings

PASSWORD = "hoa ban nở trắng sườn đồi"
AS_OF = "2025-09-10"
OWED = "tn-nq94-2025/q3/so-y-te"
BY = ("--by", "Quản trị")


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    """A data folder of its own."""
    monkeypatch.setenv("PLANCYCLE_DATA", str(tmp_path / "data"))
    yield
    forget(tmp_path / "data")


@pytest.fixture
def call(capsys, monkeypatch):
    """Call a verb with what stands on stdin; returns exit code, data and talk."""

    def verb(*words, typed=PASSWORD):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n"))
        dated = [] if words[1] == "list" else ["--as-of", AS_OF]
        code = run([*words, *dated])
        said = capsys.readouterr()
        return code, json.loads(said.out) if "--json" in words and said.out else said.out, said.err

    return verb


@pytest.fixture
def add(call):
    """An operator's account."""
    return call("staff", "add", "lap", "--roles", "operator", "--full-name", "Nguyễn Thị Lập", *BY, "--json")


def account(name="lap"):
    with open_house(load_settings()) as house, house.work() as work:
        return work.people.get(name)


def actions():
    with open_house(load_settings()) as house, house.work() as work:
        return [
            (one.action, one.actor) for one in work.audit.all() if one.action.split(".")[0] in ("staff", "clerk_link")
        ]


def test_an_account_is_made_from_a_password_on_stdin_that_is_shown_nowhere(call, add):
    code, shown, talk = add
    _, listed, _ = call("staff", "list", "--json")

    assert (code, listed) == (0, shown)
    assert [(one["name"], one["roles"], one["second_factor"]) for one in listed["staff"]] == [
        ("lap", ["operator"], False)
    ]
    assert PASSWORD not in str((shown, talk, account()))
    assert account().password_hash.startswith("$argon2id$")
    assert actions() == [("staff.added", "Quản trị")]


def test_people_read_a_table(call, add):
    assert re.search(r"lap +Nguyễn Thị Lập +operator", call("staff", "list")[1])


@pytest.mark.parametrize(
    ("words", "typed", "code"),
    [
        (("add", "lap", "--roles", "operator"), PASSWORD, 4),
        (("add", "Lập", "--roles", "operator"), PASSWORD, 3),
        (("add", "minh", "--roles", "boss"), PASSWORD, 3),
        (("add", "minh", "--roles", "operator"), "ngắn", 3),
        (("roles", "lap", ""), "", 3),
        (("roles", "ai-do", "operator"), "", 4),
        (("reset", "ai-do"), PASSWORD, 4),
        (("reset-factor", "ai-do"), "", 4),
        (("disable", "ai-do"), "", 4),
    ],
)
def test_what_cannot_be_done_is_said_in_both_languages_and_changes_nothing(call, add, words, typed, code):
    before = account()
    done, out, talk = call("staff", *words, *BY, typed=typed)

    assert (done, out) == (code, "")
    assert len(talk.strip().splitlines()) >= 2
    assert account() == before


def test_roles_are_set_once_and_the_log_keeps_what_they_were(call, add):
    for _ in range(2):
        _, shown, _ = call("staff", "roles", "lap", "reviewer, auditor", *BY, "--json")
    assert shown["staff"][0]["roles"] == ["reviewer", "auditor"]
    assert actions()[1:] == [("staff.roles_set", "Quản trị")]


def test_a_lost_phone_takes_the_second_factor_away_and_leaves_the_password(call, add):
    secret = pyotp.random_base32()
    with open_house(load_settings()) as house:
        staff_accounts.enrol(house, "lap", secret, pyotp.TOTP(secret).at(house.clock.now()))
    before = account()
    code, shown, talk = call("staff", "reset-factor", "lap", *BY, "--json")

    assert (code, before.second_factor != "", shown["staff"][0]["second_factor"]) == (0, True, False)
    assert (account().second_factor, account().recovery) == ("", ())
    assert account().password_hash == before.password_hash
    assert "mã khôi phục" in talk


def test_a_new_password_lifts_the_lock_and_a_disabled_account_stays_in_the_list(call, add):
    old = account().password_hash
    assert call("staff", "reset", "lap", *BY, typed=PASSWORD + "!")[0] == 0
    assert account().password_hash != old
    assert call("staff", "disable", "lap", *BY)[0] == 0
    assert call("staff", "disable", "lap", *BY)[0] == 0  # twice is once
    (listed,) = call("staff", "list", "--json")[1]["staff"]
    assert listed["disabled_at"] is not None
    assert [action for action, _ in actions()] == ["staff.added", "staff.reset", "staff.disabled"]


def test_a_link_is_handed_over_listed_without_its_token_and_taken_back(call):
    issue = ("link", "issue", OWED, "--recipient", "van-thu@so-y-te.example", *BY)
    code, first, talk = call(*issue)
    _, again, _ = call(*issue, "--json")
    token = first.strip().rpartition("/n/")[2]
    _, listed, _ = call("link", "list", OWED, "--json")

    assert (code, again["link"]) == (0, first.strip())
    assert re.fullmatch(r"[0-9a-f]{32}", token)
    assert "tận tay" in talk
    assert token not in str(listed)
    assert [(one["recipient"], one["revoked_at"]) for one in listed["links"]] == [("van-thu@so-y-te.example", None)]
    _, revoked, _ = call("link", "revoke", OWED, *BY, "--json")
    assert revoked["links"][0]["revoked_at"] is not None
    with open_house(load_settings()) as house, pytest.raises(Exception, match=r"link\.revoked"):
        clerk_links.open_token(house, token)
    assert call(*issue)[1].strip() != first.strip()
    assert token not in str(actions())


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("issue", OWED, "--recipient", "van thu"), 3),
        (("issue", "tn-nq94-2025/q3/khong-co", "--recipient", "a@b.example"), 4),
        (("issue", "so-y-te", "--recipient", "a@b.example"), 3),
        (("revoke", OWED), 4),
        (("revoke", "x/y"), 3),
    ],
)
def test_a_link_nobody_has_is_neither_made_nor_taken_back(call, words, code):
    done, out, talk = call("link", *words, *BY)
    assert (done, out) == (code, "")
    assert talk.strip()
    assert actions() == []


def test_a_passwords_cost_is_left_to_the_library(monkeypatch):
    asked = []
    monkeypatch.setattr(credentials, "PasswordHasher", lambda *args, **options: asked.append((args, options)))
    credentials.Credentials(b"0123456789abcdef" * 2)

    assert asked == [((), {})]
