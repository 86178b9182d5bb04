"""The register of outgoing documents: every number once, in order, and no row is ever changed."""

import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import pytest
from fake_ledger import FakeDatabase
from ledgers import ledger_url
from postgres_server import a_server, programs
from small_programme import at
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from plancycle.adapters.database.unit_of_work import Database
from plancycle.domain.document_register import IssuedFile, Relation, Wanted, entry_of

NOW = at(12, 9, 10)  # Tuesday 09/12/2025
WITH_SERVER = pytest.mark.skipif(programs() is None, reason="PostgreSQL not installed")


def wanted(purpose: str, issuer: str = "so-noi-vu", year: int = 2025, **more: object) -> Wanted:
    return Wanted(issuer, year, purpose, "BC-SNV", "report", "Kết quả", NOW, "van-thu", **more)  # type: ignore[arg-type]


@pytest.fixture
def real(tmp_path):
    database = Database(ledger_url(tmp_path))
    database.upgrade()
    yield database
    database.close()


@pytest.fixture(scope="module")
def postgres():
    with a_server() as url:
        database = Database(url)
        database.upgrade()
        yield database
        database.close()


@pytest.fixture(params=["real", "fake", pytest.param("postgres", marks=WITH_SERVER)])
def ledger(request):
    return FakeDatabase() if request.param == "fake" else request.getfixturevalue(request.param)


def test_numbers_count_up_by_issuer_and_year_and_a_purpose_keeps_its_own(ledger):
    asked = [("q1", "a", 2025), ("q2", "a", 2025), ("q1", "a", 2025), ("q1", "a", 2026), ("q1", "b", 2025)]
    numbers = []
    for purpose, issuer, year in asked:
        with ledger.work() as work:
            numbers.append(work.register.allocate(wanted(purpose, issuer, year)).number)
    assert numbers == [1, 2, 1, 1, 1]


def test_a_number_asked_for_in_a_transaction_that_fails_is_given_to_the_next(ledger):
    def lose() -> None:
        with ledger.work() as work:
            work.register.allocate(wanted("lost", "c"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        lose()
    with ledger.work() as work:
        assert work.register.allocate(wanted("kept", "c")).number == 1


def test_a_row_is_read_back_whole_with_what_it_cites(ledger):
    with ledger.work() as work:
        old = work.register.allocate(
            wanted("plan/report", "d", addressees="UBND tỉnh; Bộ Nội vụ", signatory="Trần Văn Mẫu")
        )
        new = wanted("plan/report/thay-the-1", "d", relation=Relation.REPLACES, cites=old, reason="Sai số liệu")
        work.register.allocate(new)
    with ledger.work() as work:
        assert work.register.of_year("d", 2025) == [old, entry_of(new, 2)]
        assert work.register.line("d", "plan/report") == [old, entry_of(new, 2)]
        assert work.register.citing(old) == [entry_of(new, 2)]
        assert (work.register.of_year("d", 2024), work.register.line("d", "plan")) == ([], [old, entry_of(new, 2)])


def test_what_was_made_under_a_number_is_noted_once(ledger):
    file = IssuedFile("e", 2025, 1, "bao-cao.pdf", "ab" * 32, date(2025, 12, 9), NOW)
    with ledger.work() as work:
        work.register.allocate(wanted("report", "e"))
        for _ in range(2):
            work.register.add_file(file)
    with ledger.work() as work:
        assert work.register.files("e", 2025) == [file]


@pytest.mark.parametrize("database", ["real", pytest.param("postgres", marks=WITH_SERVER)])
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE document_register SET subject = 'khác'",
        "DELETE FROM document_register",
        "UPDATE issued_files SET sha256 = 'khác'",
        "DELETE FROM issued_files",
    ],
)
def test_the_database_itself_refuses_to_change_or_delete_an_issued_document(database, sql, request):
    ledger = request.getfixturevalue(database)
    file = IssuedFile("f", 2025, 1, "bao-cao.pdf", "ab" * 32, date(2025, 12, 9), NOW)
    with ledger.work() as work:
        work.register.allocate(wanted("report", "f"))
        work.register.add_file(file)
    with pytest.raises(DatabaseError, match="never changed"), ledger.engine.begin() as connection:
        connection.execute(text(sql))
    with ledger.work() as work:
        assert [one.subject for one in work.register.of_year("f", 2025)] == ["Kết quả"]
        assert work.register.files("f", 2025) == [file]


WRITER = """
import sys
sys.path.insert(0, sys.argv[2])
from test_register_table import wanted
from plancycle.adapters.database.unit_of_work import Database
ledger = Database(sys.argv[1])
for number in range(20):
    with ledger.work() as work:
        work.register.allocate(wanted(f"own-{sys.argv[3]}-{number}"))
    with ledger.work() as work:
        work.register.allocate(wanted(f"shared-{number}"))
"""


def test_two_processes_give_each_document_one_number_and_leave_none_out(real, tmp_path):
    here = Path(__file__).parent
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(here.parent / 'support')!r})\n{WRITER}"]
    url = ledger_url(tmp_path)
    running = [subprocess.Popen([*command, url, str(here), name], stderr=subprocess.PIPE) for name in ("a", "b")]
    said = [process.communicate(timeout=120)[1].decode() for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    with real.work() as work:
        entries = work.register.of_year("so-noi-vu", 2025)
    assert [one.number for one in entries] == list(range(1, 61))
    assert len({one.purpose for one in entries}) == 60


@WITH_SERVER
def test_many_connections_to_a_server_give_each_document_one_number(postgres):
    def ask(name: str) -> None:
        for number in range(10):
            for purpose in (f"own-{name}-{number}", f"shared-{number}"):
                with postgres.work() as work:
                    work.register.allocate(wanted(purpose, "g"))

    threads = [threading.Thread(target=ask, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with postgres.work() as work:
        entries = work.register.of_year("g", 2025)
    assert [one.number for one in entries] == list(range(1, 51))
