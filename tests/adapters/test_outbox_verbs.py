"""``plancycle outbox``: what an operator sees and decides about letters, on a real ledger."""

import json
from datetime import timedelta

import pytest
from small_programme import at

from plancycle.bootstrap import forget, open_house
from plancycle.cli import run
from plancycle.domain.messages import Lease, Message, MessageKind, MessageStatus
from plancycle.settings import Settings

NOW = at(12, 8)  # Monday 08/12/2025
DOUBTED, SENT = (f"tn-nq94-2025/annual/{agency}/call/mail" for agency in ("so-y-te", "so-tai-chinh"))
LATER = NOW + timedelta(hours=4)


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    """A data folder with one letter sent and one in doubt."""
    monkeypatch.setenv("PLANCYCLE_DATA", str(tmp_path))
    with open_house(Settings(data=tmp_path)) as house, house.work() as work:
        for key, status in ((DOUBTED, MessageStatus.IN_DOUBT), (SENT, MessageStatus.SENT)):
            agency = key.split("/")[2]
            work.outbox.add(
                Message(
                    key, MessageKind.DATA_CALL, "tn-nq94-2025/annual", agency, f"vt@{agency}.example", "Yêu cầu",
                    f"<{agency}@x>", "4" * 64, MessageStatus.QUEUED, NOW,
                )
            )  # fmt: skip
            work.outbox.claim(key, at=NOW, lease=Lease("may-1", LATER), limit=1)
            work.outbox.move(key, MessageStatus.TRANSMITTING, at=NOW)
            again = LATER if status is MessageStatus.IN_DOUBT else None
            work.outbox.move(key, status, at=NOW, reply="250 OK", next_attempt_at=again)
    yield tmp_path
    forget(tmp_path)


def said(capsys, *arguments):
    """Exit code, what went to stdout and to stderr."""
    code = run(arguments)
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_every_letter_is_listed_and_those_in_doubt_are_counted(capsys):
    code, out, err = said(capsys, "outbox")
    assert (code, out.count("so-y-te"), out.count("so-tai-chinh")) == (0, 2, 2)
    assert "Chưa rõ đã gửi hay chưa" in out
    assert "08/12/2025 13:00" in out
    assert err.startswith("Có 1 thư chưa rõ")


@pytest.mark.parametrize(
    ("asked", "keys"),
    [
        ((), [DOUBTED, SENT]),
        (("--in-doubt",), [DOUBTED]),
        (("--year", "2025", "--period", "annual"), [DOUBTED, SENT]),
        (("--year", "2024"), []),
        (("--period", "q1"), []),
    ],
)
def test_as_data_the_list_names_every_letter_and_those_in_doubt(capsys, asked, keys):
    code, out, _ = said(capsys, "outbox", *asked, "--json")
    shown = json.loads(out)
    assert (code, [one["key"] for one in shown["messages"]]) == (0, keys)
    assert shown["in_doubt"] == ([] if "2024" in asked else [DOUBTED])


@pytest.mark.parametrize(("verdict", "status"), [("sent", "sent"), ("again", "queued")])
def test_a_person_decides_once(capsys, verdict, status):
    decide = ("outbox", "resolve", DOUBTED, verdict, "--by", "Nguyễn Thị Lập")
    code, out, _ = said(capsys, *decide, "--json")
    assert (code, json.loads(out)["status"]) == (0, status)
    assert said(capsys, *decide)[0] == 4
    assert json.loads(said(capsys, "outbox", "--json")[1])["in_doubt"] == []
    assert "từng ở trạng thái chưa rõ" in said(capsys, "outbox")[1]
    code, out, _ = said(capsys, "outbox", "--in-doubt", "--json")  # marked for good
    assert ([one["key"] for one in json.loads(out)["messages"]], json.loads(out)["once_in_doubt"]) == (
        [DOUBTED],
        [DOUBTED],
    )
    assert "từng chưa rõ" in said(capsys, "outbox")[2]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("khong-co", "sent", "--by", "Lập"), 4),
        ((DOUBTED, "sent", "--by", " "), 3),
        ((DOUBTED, "sent"), 2),
        ((DOUBTED, "perhaps", "--by", "Lập"), 2),
        ((SENT, "again", "--by", "Lập"), 4),
    ],
)
def test_what_cannot_be_decided_is_refused_and_nothing_changes(capsys, arguments, code):
    assert said(capsys, "outbox", "resolve", *arguments)[0] == code
    assert json.loads(said(capsys, "outbox", "--json")[1])["in_doubt"] == [DOUBTED]
