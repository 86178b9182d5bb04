"""Opening the house: real adapters over a data folder, made once a process and let go of again."""

import re
import subprocess
import sys
import threading
from datetime import UTC, datetime

import ledgers
import pytest
from pydantic import Field
from small_programme import DURING_ANNUAL, LAST_GOOD, ZONE

from plancycle import bootstrap, settings
from plancycle.adapters.clock import FixedClock, SystemClock
from plancycle.bootstrap import database, forget, open_house
from plancycle.domain.errors import ActionNeeded, DataProblem
from plancycle.domain.periods import ObligationKey, Period
from plancycle.domain.submissions import Entry, Submission, SubmissionStatus
from plancycle.services.failpoints import arm
from plancycle.services.following import Noted
from plancycle.services.journal import record
from plancycle.services.open_cycle import open_cycle
from plancycle.services.verify_audit import verify
from plancycle.settings import Settings, load_settings

SECRET = "0123456789abcdef" * 2
ABOUT_THE_FILE = pytest.mark.skipif(ledgers.on_postgresql(), reason="about the file of SQLite")


@pytest.fixture
def data(tmp_path):
    """A data folder; what the process shares for it is let go of at the end."""
    yield tmp_path / "data"
    forget(tmp_path / "data")


@pytest.fixture
def house(data):
    """A house on its own data folder, as of a fixed moment."""
    with open_house(Settings(data=data), DURING_ANNUAL) as house:
        yield house


def test_a_new_data_folder_gets_its_ledger_and_its_secret(house, data):
    cycle = open_cycle(house, 2025)

    assert (cycle.id, cycle.opened_at) == ("tn-nq94-2025", DURING_ANNUAL)
    assert ledgers.on_postgresql() or (data / "plancycle.db").is_file()
    assert (data / "secret.key").stat().st_mode & 0o777 == 0o600
    assert verify(house).events == 1


def test_the_next_house_finds_what_the_last_one_kept(house, data):
    opened = open_cycle(house, 2025)
    seal = house.seals.seal("a")
    forget(data)
    with open_house(Settings(data=data), LAST_GOOD) as later:
        assert open_cycle(later, 2025) == opened
        assert later.seals.is_genuine(seal, "a")


@pytest.mark.parametrize("moment", [LAST_GOOD, LAST_GOOD.astimezone(UTC)])
def test_a_fixed_moment_is_shown_in_vietnam_time(data, moment):
    with open_house(Settings(data=data), moment) as house:
        assert isinstance(house.clock, FixedClock)
        assert (house.clock.now(), house.clock.now().tzinfo) == (LAST_GOOD, ZONE)


def test_without_a_fixed_moment_the_clock_is_the_machines(data):
    with open_house(Settings(data=data)) as house:
        assert isinstance(house.clock, SystemClock)
        assert abs(house.clock.now() - datetime.now(UTC)).total_seconds() < 60


def test_every_port_of_the_house_is_there(house):
    assert house.texts.say("transmittal.not_approved") != house.texts.say("transmittal.not_approved", "en")
    assert house.programmes.load(house.programme_id).id == "tn-nq94"
    assert house.files.get(house.files.put(b"a")) == b"a"
    assert house.postman.deliver("a@b.example", b"Subject: a\r\n\r\nb", lambda: None) != ""
    assert house.senders.me() != house.senders.me()
    for port in (house.workbooks, house.composer, house.frames, house.documents, house.gateway("folder"), house.inbox):
        assert port is not None


def test_the_address_of_the_portal_has_no_slash_at_its_end(data):
    with open_house(Settings(data=data, base_url="https://bao-cao.example/")) as house:
        assert house.base_url == "https://bao-cao.example"


def test_a_copy_for_people_stays_inside_the_data_folder(house, data):
    left = house.leave_file("reports/annual", "../../Báo cáo.pdf", b"%PDF")

    assert (data / left).read_bytes() == b"%PDF"
    assert (data / "reports" / "annual").resolve() in (data / left).resolve().parents


def test_the_ledger_of_a_folder_is_opened_once_for_all_threads(data):
    url = Settings(data=data).ledger_url
    data.mkdir()
    opened = []
    threads = [threading.Thread(target=lambda: opened.append(database(url))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({id(one) for one in opened}) == 1


@ABOUT_THE_FILE
def test_a_forgotten_folder_can_be_replaced_and_others_are_kept(data, tmp_path):
    kept_url = Settings(data=tmp_path / "kept").ledger_url
    (tmp_path / "kept").mkdir()
    kept = database(kept_url)
    with open_house(Settings(data=data), DURING_ANNUAL) as house:
        open_cycle(house, 2025)
    forget(data)
    for file in data.glob("plancycle.db*"):
        file.unlink()
    with open_house(Settings(data=data), DURING_ANNUAL) as house, house.work() as work:
        assert work.cycles.all() == []
    assert database(kept_url) is kept
    forget(tmp_path / "kept")


def test_the_programmes_of_the_data_folder_come_before_the_shipped_ones(data, tmp_path):
    shipped = Settings(data=data).programmes_dir
    (data / "programmes").mkdir(parents=True)

    assert shipped.name == "programmes"
    assert Settings(data=data).programmes_dir == data / "programmes"
    assert Settings(data=data, programmes=tmp_path).programmes_dir == tmp_path


@ABOUT_THE_FILE
def test_the_environment_is_read_under_its_prefix(monkeypatch, tmp_path):
    monkeypatch.setenv("PLANCYCLE_DATA", str(tmp_path))
    monkeypatch.setenv("PLANCYCLE_PROGRAMME", "khac")
    monkeypatch.setenv("PLANCYCLE_SECRET_KEY", SECRET)
    read = load_settings()

    assert (read.data, read.programme, read.secret_key) == (tmp_path, "khac", SECRET)
    assert read.ledger_url == f"sqlite:///{tmp_path / 'plancycle.db'}"
    monkeypatch.setenv("PLANCYCLE_PROGRAMME", "khac-nua")
    assert load_settings().programme == "khac-nua"


def test_a_secret_that_is_too_short_is_explained_when_the_house_is_opened(data):
    with pytest.raises(DataProblem) as problem:
        open_house(Settings(data=data, secret_key="ngan"))

    assert (problem.value.key, problem.value.params["source"]) == ("secret.too_short", "PLANCYCLE_SECRET_KEY")


def test_a_mail_address_of_no_known_kind_is_explained(data):
    with open_house(Settings(data=data, mail_url="ftp://relay.example")) as house, pytest.raises(DataProblem):
        _ = house.postman


def test_an_http_addressee_without_a_gateway_address_is_explained(house):
    with pytest.raises(ActionNeeded) as problem:
        house.gateway("http")

    assert problem.value.key == "gateway.no_address"


def test_a_wrong_variable_is_named_with_what_is_wrong(monkeypatch):
    class Stricter(Settings):
        base_url: int = Field(default=0)
        mail_url: int = Field(default=0)

    monkeypatch.setattr(settings, "Settings", Stricter)
    monkeypatch.setenv("PLANCYCLE_BASE_URL", "x")
    monkeypatch.setenv("PLANCYCLE_MAIL_URL", "y")
    with pytest.raises(DataProblem) as problem:
        bootstrap.load_settings()

    assert problem.value.key == "settings.wrong"
    assert "PLANCYCLE_BASE_URL: " in str(problem.value.params["wrong"])
    assert "PLANCYCLE_MAIL_URL: " in str(problem.value.params["wrong"])


def test_opening_the_house_loads_nothing_heavy(data):
    script = (
        "import sys; from pathlib import Path; from plancycle.bootstrap import open_house;"
        "from plancycle.settings import Settings; open_house(Settings(data=Path(sys.argv[1])));"
        "print(sorted(set(sys.modules) & {'pandas', 'openpyxl', 'typst', 'docxtpl', 'fastapi', 'prefect', 'alembic'}))"
    )
    command = [sys.executable, "-c", script, str(data)]

    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize(
    ("wanted", "address", "is_allowed", "key"),
    [
        ("mail.marked:1", "https://ke-hoach.tinh.example", False, "failpoint.refused"),
        ("nowhere:1", "http://127.0.0.1:8600", False, "failpoint.unknown"),
        ("mail.marked:0", "https://ke-hoach.tinh.example", True, "failpoint.unknown"),
        ("mail.marked", "http://127.0.0.1:8600", False, "failpoint.unknown"),
    ],
)
def test_a_process_is_not_made_to_die_where_people_depend_on_it_or_at_no_known_place(
    data, wanted, address, is_allowed, key
):
    asked = Settings(data=data, failpoint=wanted, base_url=address, failpoint_allowed=is_allowed)
    with pytest.raises(DataProblem, match=re.escape(key)):
        open_house(asked)


@pytest.mark.parametrize(
    ("address", "is_allowed"), [("http://127.0.0.1:8600", False), ("https://ke-hoach.tinh.example", True)]
)
def test_a_drill_that_nobody_depends_on_may_name_a_place(data, address, is_allowed):
    try:
        asked = Settings(data=data, failpoint="mail.marked:3", base_url=address, failpoint_allowed=is_allowed)
        with open_house(asked, DURING_ANNUAL) as opened:
            assert open_cycle(opened, 2025).id == "tn-nq94-2025"
        assert asked.failpoint_in_force == "mail.marked:3"
    finally:
        arm("")


def accepted(house):
    """An answer that the journal says is accepted; its period and cycle."""
    cycle = open_cycle(house, 2025).id
    agency = house.programmes.latest(house.programme_id).reporters[0]
    now, status = house.clock.now(), SubmissionStatus.ACCEPTED
    one = Submission(
        ObligationKey(cycle, Period.ANNUAL, agency), 1, "0" * 64, "a.xlsx", now, now, False, False, status, "R-1"
    )
    with house.work() as work:
        work.submissions.add(one, [Entry("Số liệu", "D7", "inspections", "value", "7", "7")], [])
        record(house, work, "submission.accepted", one.id)
    return cycle, Period.ANNUAL


def editions(data, place):
    with open_house(Settings(data=data), DURING_ANNUAL) as house, house.work() as work:
        return [(str(one.kind), len(one.members)) for one in work.editions.of_period(*place)]


def test_on_leaving_the_edition_of_what_was_accepted_is_current(data):
    with open_house(Settings(data=data), DURING_ANNUAL) as house:
        place = accepted(house)
        assert editions(data, place) == []

    assert editions(data, place) == [("provisional", 1)]


def fails_later(data, found):
    with open_house(Settings(data=data), DURING_ANNUAL) as house:
        found.append(accepted(house))
        raise ValueError("later")


def test_what_was_accepted_before_an_error_is_in_the_edition_too(data):
    found = []
    with pytest.raises(ValueError, match="later"):
        fails_later(data, found)

    assert editions(data, found[0]) == [("provisional", 1)]


def test_whoever_follows_is_told_instead_and_nothing_is_folded_on_leaving(data):
    noted = Noted()
    with open_house(Settings(data=data), DURING_ANNUAL, following=noted) as house:
        place = accepted(house)

    assert (noted.take(), editions(data, place)) == ([place], [])
