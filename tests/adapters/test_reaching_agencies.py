"""One agency with everything: a first address that is refused, an alternate that bounces later, a system of its own.

Real programme, real ledger, real relay, real receiver; nothing stands in.
"""

import email
import json
import shutil
from email.policy import SMTP
from pathlib import Path

import pytest
import returned_mail as mail
from alembic import command
from alembic.config import Config
from small_programme import at
from sqlalchemy import text
from standardwebhooks import Webhook
from webhook_server import receiver

from plancycle.adapters.database.migrating import MIGRATIONS
from plancycle.adapters.database.unit_of_work import Database
from plancycle.bootstrap import forget, open_house
from plancycle.cli import run
from plancycle.domain.bounces import MailStanding
from plancycle.domain.periods import Period
from plancycle.rehearsal.relay import MailRelay
from plancycle.services import data_calls
from plancycle.services.deliver_messages import deliver
from plancycle.services.matrix import matrix
from plancycle.services.open_cycle import open_cycle
from plancycle.settings import Settings

SHIPPED = Path(__file__).parents[2] / "programmes"
GONE, SECOND = "cu@so-y-te.example", "van-thu@so-y-te.example"
SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
CONTACTS = f"""
operator_email: van-hanh@so-noi-vu.example
contacts:
  - agency: so-y-te
    person: "Phạm Văn Mẫu"
    email: {GONE}
    alternate_email: {SECOND}
    channels: [mail, webhook]
    webhook: {{url: "http://127.0.0.1:PORT/nhan", secret_file: secrets/so-y-te.txt}}
"""
Q1 = Period("q1")
MOMENT = at(3, 10)  # Monday 10/03/2025


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One place for the whole story; the last test but one changes it."""
    return tmp_path_factory.mktemp("story")


@pytest.fixture(scope="module")
def relay(folder):
    """A relay that knows the first address no longer."""
    (folder / "relay").mkdir()
    with MailRelay(folder / "relay", refused=[GONE]) as relay:
        yield relay


@pytest.fixture(scope="module")
def system():
    """The agency's own system."""
    with receiver() as server:
        yield server


@pytest.fixture(scope="module")
def settings(folder, relay, system):
    """An installation whose address book has one agency; the command line sees the same one."""
    data = folder / "data"
    shutil.copytree(SHIPPED, data / "programmes")
    contacts = CONTACTS.replace("PORT", str(system.port))
    (data / "programmes/thai-nguyen-nq94/contacts.yaml").write_text(contacts, "utf-8")
    (data / "secrets").mkdir()
    (data / "secrets/so-y-te.txt").write_text(SECRET + "\n", "utf-8")
    named = {
        "data": str(data),
        "mail_url": f"smtp://127.0.0.1:{relay.port}",
        "webhook_allow": f"http://127.0.0.1:{system.port}",
    }
    with pytest.MonkeyPatch.context() as environment:
        for name, value in named.items():
            environment.setenv(f"PLANCYCLE_{name.upper()}", value)
        yield Settings()
    forget(data)


@pytest.fixture(scope="module")
def asked(settings):
    """The data call of the first quarter has been sent."""
    with open_house(settings, MOMENT) as house:
        open_cycle(house, 2025)
        data_calls.queue(house, 2025, Q1, "so-y-te")
        deliver(house)
    return settings


def standing(settings):
    with open_house(settings, MOMENT) as house:
        return next(row for row in matrix(house, 2025, Q1).rows if row.agency == "so-y-te").mail


def test_the_alternate_gets_the_same_letter_under_its_own_name_in_the_same_run(asked, relay):
    [path] = relay.mailbox(SECOND)
    letter = email.message_from_bytes(path.read_bytes(), policy=SMTP)
    with open_house(asked, MOMENT) as house, house.work() as work:
        first, second = (one for one in work.outbox.all() if one.key.endswith("/mail"))
        original = house.files.get(first.sha256)

    assert [address.addr_spec for address in letter["To"].addresses] == [SECOND]
    assert letter["To"].addresses[0].display_name == "Sở Y tế"
    assert letter["Message-ID"] == second.message_id != first.message_id
    assert path.read_bytes().split(b"\r\n\r\n", 1)[1] == original.split(b"\r\n\r\n", 1)[1]
    assert [letter.get_all(name) and len(letter.get_all(name)) for name in ("To", "Date", "Message-ID")] == [1, 1, 1]
    assert letter["Subject"] == email.message_from_bytes(original, policy=SMTP)["Subject"]
    assert standing(asked) is MailStanding.ALTERNATE_USED


def test_the_agencys_system_got_one_post_it_can_verify(asked, system):
    [(path, headers, body)] = system.requests
    told = Webhook(SECRET).verify(body, headers)

    assert (path, headers["webhook-id"]) == ("/nhan", "tn-nq94-2025/q1/so-y-te/call/webhook")
    assert (told["data"]["agency"]["name"], told["data"]["due_at"]) == ("Sở Y tế", "2025-03-21T00:00:00+07:00")


def test_no_secret_is_in_the_ledger_or_in_the_kept_files(asked):
    kept = [path for path in asked.data.rglob("*") if path.is_file() and path.parent.name != "secrets"]
    bare = SECRET.removeprefix("whsec_").encode()

    assert len(kept) > 5
    assert [path for path in kept if bare in path.read_bytes()] == []


def test_the_operator_sees_takes_in_and_mends_from_the_command_line(asked, relay, tmp_path, capsys):
    with open_house(asked, MOMENT) as house, house.work() as work:
        second = next(one for one in work.outbox.all() if "alternate" in one.key)
    report = tmp_path / "tra-lai.eml"
    report.write_bytes(mail.dsn(SECOND, message_id=second.message_id))

    assert run(["address", "bounce", str(report), "--as-of", "2025-03-10", "--json"]) == 0
    [taken] = json.loads(capsys.readouterr().out)
    assert (taken["outcome"], taken["key"], taken["second_try"]) == ("recorded", second.key, None)
    assert standing(asked) is MailStanding.UNREACHABLE

    assert run(["address", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["addresses"]
    assert [(one["address"], one["standing"], one["reachable"]) for one in listed] == [
        (GONE, "refused", False),
        (SECOND, "refused", False),
    ]
    assert run(["address", "list"]) == 0
    assert capsys.readouterr().out.count("Không liên lạc được") == 2
    assert run(["status", "--year", "2025", "--period", "q1", "--as-of", "2025-03-10", "--json"]) == 0
    cells = json.loads(capsys.readouterr().out)["cells"]
    assert [one["mail"] for one in cells if one["agency"] == "so-y-te"] == ["unreachable"]

    resend = ["address", "resend", "--agency", "so-y-te", "--period", "q1", "--year", "2025", "--by", "lan"]
    assert run(resend) == 4
    assert run(["address", "restore", SECOND, "--reason", "đã mở lại", "--by", "lan"]) == 0
    capsys.readouterr()
    assert run([*resend, "--as-of", "2025-03-11"]) == 4  # nobody has seen the letter
    assert run([*resend, "--as-of", "2025-03-11", "--dry-run", "--json"]) == 0
    assert [one["to"] for one in json.loads(capsys.readouterr().out)["letters"]] == [SECOND]
    assert run([*resend, "--as-of", "2025-03-11", "--confirm", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"key": "tn-nq94-2025/q1/so-y-te/call-again2/mail"}
    with open_house(asked, at(3, 11)) as house:
        deliver(house)
    assert len(relay.mailbox(SECOND)) == 2
    assert run(["address", "restore", "khong@co.example", "--reason", "x", "--by", "lan"]) == 4
    assert run(["address", "bounce", str(tmp_path / "none.eml")]) == 3


def test_addresses_refused_before_this_release_are_known_after_it(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'old.db'}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        connection.execute(
            text(
                "INSERT INTO messages (key, position, kind, period, agency, to_address, subject, message_id, sha256,"
                " status, queued_at, attempts, reply) VALUES ('k', 1, 'data_call', 'p', 'a', 'cu@x.example', 's',"
                " '<m>', '0', 'refused', '2025-03-10T02:00:00.000000+00:00', 1, '550 5.1.1')"
            )
        )
    database.upgrade()
    with database.work() as work:
        known = work.addresses.get("cu@x.example")
    database.close()

    assert (str(known.standing), known.since, known.why) == ("refused", at(3, 10), "550 5.1.1")
