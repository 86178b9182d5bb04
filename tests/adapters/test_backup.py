"""Backup and restore, with real files, real encryption and real databases; the drill prints its RPO and RTO."""

import hashlib
import json
import os
import sys
import threading
from datetime import datetime

import ledgers
import pytest
from postgres_server import WITH_SERVER
from small_year import _typed as as_typed
from sqlalchemy import select

from plancycle.adapters.clock import FixedClock
from plancycle.adapters.database import rows
from plancycle.bootstrap import database, forget, open_house
from plancycle.cli import run
from plancycle.domain.backups import Part, part_of
from plancycle.domain.clerk_access import DraftPart
from plancycle.domain.people import Account, Role
from plancycle.domain.periods import ObligationKey, Period
from plancycle.rehearsal import stage
from plancycle.rehearsal.answers import Answers
from plancycle.rehearsal.dice import Dice
from plancycle.services import data_calls, drafts
from plancycle.services.consolidate_period import consolidate
from plancycle.services.cycle_view import cycle_view
from plancycle.services.deliver_messages import deliver
from plancycle.services.journal import record
from plancycle.services.open_cycle import open_cycle
from plancycle.services.prepare_submission import prepare
from plancycle.services.receive_submission import receive
from plancycle.services.verify_audit import verify

PERSON = "Lê Văn Quản"


@pytest.mark.parametrize(
    ("file", "part"),
    [
        ("files/ab/" + "ab" * 32, Part.DATA),
        ("programmes/tn/programme.yaml", Part.DATA),
        ("mail/00001_x.eml", Part.DATA),
        ("receipt-key.pub.pem", Part.DATA),
        ("signing.yaml", Part.DATA),
        ("receipt-key.pem", Part.KEYS),
        ("secret.key", Part.KEYS),
        ("approver-keys/ky.pem", Part.KEYS),
        ("approver-keys/ky.pub.pem", Part.DATA),
        ("approver-keys/ended/ky/0123456789abcdef.pub.pem", Part.DATA),
        ("so-noi-vu.p12", Part.KEYS),
        ("held/" + "ab" * 32, Part.NEITHER),
        ("plancycle.db", Part.NEITHER),
        ("plancycle.db-wal", Part.NEITHER),
        ("prefect/prefect.db", Part.NEITHER),
        ("logs/portal.log", Part.NEITHER),
        ("files/.part-x1", Part.NEITHER),
        ("inbox/.lock", Part.DATA),
        ("sending.lock", Part.NEITHER),
    ],
)
def test_what_is_kept_goes_into_one_archive_and_keys_into_another(file, part):
    assert part_of(file) is part


def said(capsys, *arguments):
    """Exit code and the JSON that was printed."""
    code = run([*arguments, "--json"])
    shown = capsys.readouterr()
    return code, json.loads(shown.out) if shown.out else shown.err


@pytest.fixture
def office(tmp_path, monkeypatch, capsys):
    """A working installation whose programme has begun its year, and a backup key kept apart."""
    home = tmp_path / "office"
    stage.furnish(home, "tn-nq94", 0, 2026)
    monkeypatch.setenv("PLANCYCLE_DATA", str(home))
    code, made = said(capsys, "backup", "new-key", "--to", str(tmp_path / "apart" / "backup-key.txt"))
    assert (code, oct((tmp_path / "apart" / "backup-key.txt").stat().st_mode)[-3:]) == (0, "600")
    monkeypatch.setenv("PLANCYCLE_BACKUP_RECIPIENTS", made["recipient"])
    with open_house(as_of=datetime.fromisoformat("2025-03-03T08:00:00+07:00")) as house:
        open_cycle(house, 2025)
    yield home
    forget(home)


def moved_to(home, monkeypatch):
    """The place a backup is put back into; the old one is lost."""
    new = home.with_name("new-office")
    monkeypatch.setenv("PLANCYCLE_DATA", str(new))
    if ledgers.on_postgresql():
        monkeypatch.setenv("PLANCYCLE_DATABASE_URL", ledgers.new_database(new))
    return new


def an_answer(house, agency):
    """What an agency's program sends for the first quarter, without warnings."""
    form, said_by = cycle_view(house, 2025).form(Period.Q1, agency), Answers(Dice(7, "v1"), agency, 2025)
    given = {(row.code, one.code): said_by.answer(Period.Q1, row.code, one.code) for _, row, one in form.cells()}
    return drafts.answer_bytes(house, form, {at: text for at, one in given.items() if (text := as_typed(one))})


def bytes_of(home):
    """What lies in the file store, by its name."""
    return {path.name: path.read_bytes() for path in (home / "files").rglob("*") if path.is_file()}


def ask_everybody(at):
    """The data calls of the first quarter are written and sent; the keys of those that left."""
    with open_house(as_of=at) as house:
        for agency in data_calls.recipients(house, 2025, Period.Q1):
            data_calls.queue(house, 2025, Period.Q1, agency)
        return deliver(house).sent


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=WITH_SERVER)])
def test_a_backup_made_under_load_is_put_back_whole(kind, office, tmp_path, monkeypatch, capsys):
    new = office.with_name("new-office")
    at_first = ledgers.postgres_url(office / "loaded") if kind == "postgresql" else f"sqlite:///{office}/plancycle.db"
    monkeypatch.setenv("PLANCYCLE_DATABASE_URL", at_first)
    if kind == "postgresql" or ledgers.on_postgresql():
        with open_house(as_of=datetime.fromisoformat("2025-03-03T08:00:00+07:00")) as house:
            open_cycle(house, 2025)
    stop, written = threading.Event(), []

    def work():
        with open_house() as house:
            while not stop.is_set():
                data = os.urandom(3000)
                with house.work() as tables:
                    event = record(house, tables, "test.written", house.files.put(data), actor="tải")
                written.append(event.seq)

    writer = threading.Thread(target=work)
    writer.start()
    try:
        while len(written) < 20:
            pass
        before = len(written)
        code, made = said(capsys, "backup", "--to", str(tmp_path / "backups"))
        after = len(written)
    finally:
        stop.set()
        writer.join()
    assert (code, made["ledger"]["kind"]) == (0, kind)
    said(capsys, "backup", "keys", "--to", str(tmp_path / "keys.age"))

    identity = str(tmp_path / "apart" / "backup-key.txt")
    assert run(["backup", "check", made["file"], "--identity", identity]) == 0
    monkeypatch.setenv("PLANCYCLE_DATA", str(new))
    afterwards = ledgers.new_database(new) if kind == "postgresql" else f"sqlite:///{new}/plancycle.db"
    monkeypatch.setenv("PLANCYCLE_DATABASE_URL", afterwards)
    assert run(["restore", "keys", str(tmp_path / "keys.age"), "--identity", identity]) == 0
    code, back = said(capsys, "restore", made["file"], "--identity", identity, "--by", PERSON)
    assert (code, back["ok"]) == (0, True)
    sys.stdout.write(f"{kind}: RPO {back['rpo_seconds']} s, RTO {back['rto_seconds']} s, {back['files']} files\n")

    with open_house() as house:
        assert verify(house).ok
        with house.work() as tables:
            kept = [one.subject for one in tables.audit.find(["test.written"], "")]
        assert before <= len(kept) <= after + 1
        assert [hashlib.sha256(house.files.get(one)).hexdigest() for one in kept] == kept
    assert (new / "secret.key").read_bytes() == (office / "secret.key").read_bytes()
    forget(new)


def test_after_a_restore_no_agency_gets_a_letter_twice(office, tmp_path, monkeypatch, capsys):
    """The backup is made, then the data calls go out, then the machine is lost."""
    _, made = said(capsys, "backup", "--to", str(tmp_path / "backups"))
    said(capsys, "backup", "keys", "--to", str(tmp_path / "keys.age"))
    opening = datetime.fromisoformat("2025-03-03T09:00:00+07:00")
    sent = ask_everybody(opening)
    assert len(sent) > 10

    new, identity = moved_to(office, monkeypatch), str(tmp_path / "apart" / "backup-key.txt")
    run(["restore", "keys", str(tmp_path / "keys.age"), "--identity", identity])
    run(["restore", made["file"], "--identity", identity, "--by", PERSON])
    capsys.readouterr()
    assert ask_everybody(opening) == []
    code, known = said(capsys, "restore", "reconcile", "--sent", str(office / "mail"), "--by", PERSON)
    assert (code, sorted(known["sent"]), known["open"]) == (0, sorted(sent), [])
    assert run(["restore", "release", "--by", PERSON, "--confirm", "0"]) == 0
    with open_house() as house:
        house.clock = FixedClock(opening.replace(month=4))
        assert deliver(house).sent == []
    assert not (new / "mail").exists()
    forget(new)


def every_row():
    """Every row of the ledger: by table, then by primary key."""
    with open_house() as house, database(house.settings.ledger_url).engine.connect() as connection:
        return {
            table.name: {
                tuple(row[column] for column in table.primary_key.columns): dict(row)
                for row in connection.execute(select(table)).mappings()
            }
            for table in rows.metadata.sorted_tables
        }


def test_every_row_comes_back_and_only_letters_that_had_not_left_are_changed(office, tmp_path, monkeypatch, capsys):
    """One agency has answered, one letter has left, one has not, a draft and an account are there."""
    opening = datetime.fromisoformat("2025-03-03T09:00:00+07:00")
    with open_house(as_of=opening) as house:
        first, second, *_ = data_calls.recipients(house, 2025, Period.Q1)
        data_calls.queue(house, 2025, Period.Q1, first)
        deliver(house)
        data_calls.queue(house, 2025, Period.Q1, second)
        assert receive(house, an_answer(house, first), "tra-loi.json", "api", json_of=first).submission_id
        assert receive(house, b"no workbook", "a.xlsx", "folder").reason
        with house.work() as work:
            part = DraftPart(ObligationKey("tn-nq94-2025", Period.Q1, second), "n1", 1, {"text": "đang gõ"}, opening)
            work.drafts.save(part, 0)
            work.people.add(Account("lap", PERSON, (Role.OPERATOR,), "hash", opening, "setup"))
    before = every_row()
    _, made = said(capsys, "backup", "--to", str(tmp_path / "backups"))
    said(capsys, "backup", "keys", "--to", str(tmp_path / "keys.age"))
    new, identity = moved_to(office, monkeypatch), str(tmp_path / "apart" / "backup-key.txt")
    run(["restore", "keys", str(tmp_path / "keys.age"), "--identity", identity])
    code, _ = said(capsys, "restore", made["file"], "--identity", identity, "--by", PERSON)
    after = every_row()

    changed = {
        (table, key): {name for name in row if row[name] != after[table].get(key, {}).get(name)}
        for table, held in before.items()
        for key, row in held.items()
        if row != after[table].get(key)
    }
    waiting = [key for key, row in before["messages"].items() if row["status"] == "queued"]
    assert (code, len(waiting) > 0, bytes_of(new)) == (0, True, bytes_of(office))
    assert changed == {("messages", key): {"status", "doubted_at", "next_attempt_at"} for key in waiting}
    assert {after["messages"][key]["status"] for key in waiting} == {"in_doubt"}
    added = {(table, key) for table in after for key in after[table].keys() - before[table].keys()}
    assert {table for table, _ in added} == {"audit_events"}
    assert [after["audit_events"][key]["action"] for _, key in sorted(added)][-1] == "house.restored"
    filled = {table for table, held in before.items() if held}
    assert {
        "messages",
        "submissions",
        "entries",
        "receipts",
        "quarantine",
        "drafts",
        "accounts",
        "clerk_links",
    } <= filled
    forget(new)


def frozen(home, at):
    """The first quarter's final edition, made and rendered now: its SHA-256 and those of its documents."""
    with open_house(as_of=at) as house:
        edition = consolidate(house, 2025, Period.Q1, final=True).edition
        files = prepare(house, edition.id).files
        report = house.data_dir / "reports" / "q1"
        left = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in report.iterdir()}
    forget(home)
    return edition.sha256, {one.file_name: one.sha256 for one in files}, left


@pytest.mark.slow
def test_a_restored_house_makes_the_same_final_edition_and_the_same_documents(office, tmp_path, monkeypatch, capsys):
    """Answers are in and backed up; the machine is lost before the freeze. Both machines then make the edition."""
    opening = datetime.fromisoformat("2025-03-03T09:00:00+07:00")
    with open_house(as_of=opening) as house:
        for agency in cycle_view(house, 2025).reporters(Period.Q1)[:3]:
            assert receive(house, an_answer(house, agency), "tra-loi.json", "api", json_of=agency).submission_id
    identity = str(tmp_path / "apart" / "backup-key.txt")
    _, made = said(capsys, "backup", "--to", str(tmp_path / "backups"))
    said(capsys, "backup", "keys", "--to", str(tmp_path / "keys.age"))
    freeze = datetime.fromisoformat("2025-03-20T17:05:00+07:00")
    first = frozen(office, freeze)

    new = moved_to(office, monkeypatch)
    run(["restore", "keys", str(tmp_path / "keys.age"), "--identity", identity])
    _, back = said(capsys, "restore", made["file"], "--identity", identity, "--by", PERSON)
    assert frozen(new, freeze) == first
    assert len(first[1]) >= 3
    sys.stdout.write(f"RPO {back['rpo_seconds']} s, RTO {back['rto_seconds']} s, edition {first[0][:12]}\n")


def test_nothing_of_the_installation_can_be_read_without_the_key(office, tmp_path, capsys):
    _, made = said(capsys, "backup", "--to", str(tmp_path / "backups"))
    sealed = (tmp_path / "backups" / made["file"].rpartition("/")[2]).read_bytes()
    assert sealed.startswith(b"age-encryption.org/v1")
    assert b"so-noi-vu" not in sealed
    run(["backup", "new-key", "--to", str(tmp_path / "other.txt")])
    code, why = said(capsys, "backup", "check", made["file"], "--identity", str(tmp_path / "other.txt"))
    assert code == 3
    assert "sai khóa" in why


def test_the_data_archive_holds_no_key(office, tmp_path, capsys):
    with open_house() as house:
        house.receipt_key.sign(b"x")
    _, made = said(capsys, "backup", "--to", str(tmp_path / "backups"))
    from plancycle.adapters.backup.archives import read_archive

    manifest = read_archive(tmp_path / made["file"], tmp_path / "apart" / "backup-key.txt", tmp_path / "opened")
    names = [one.name for one in manifest.members]
    assert "receipt-key.pub.pem" in names
    assert not {"secret.key", "receipt-key.pem"} & set(names)


@pytest.mark.parametrize("harm", ["cut off", "one bit turned", "not an archive"])
def test_a_spoiled_archive_is_refused_and_nothing_is_put_back(harm, office, tmp_path, monkeypatch, capsys):
    _, made = said(capsys, "backup", "--to", str(tmp_path / "backups"))
    archive = tmp_path / made["file"]
    data = bytearray(archive.read_bytes())
    if harm == "cut off":
        del data[len(data) // 2 :]
    elif harm == "one bit turned":
        data[len(data) // 2] ^= 1
    else:
        data[:] = b"PK\x03\x04 no archive"
    archive.write_bytes(data)
    new = moved_to(office, monkeypatch)
    identity = str(tmp_path / "apart" / "backup-key.txt")
    assert run(["restore", str(archive), "--identity", identity, "--by", PERSON, "--without-keys"]) == 3
    assert not (new / "plancycle.db").exists()
    assert "Không mở được" in capsys.readouterr().err


def test_a_backup_that_is_not_there_is_not_called_damaged(office, tmp_path, capsys):
    identity = str(tmp_path / "apart" / "backup-key.txt")
    assert run(["backup", "check", str(tmp_path / "khong-co.tar.age"), "--identity", identity]) == 3
    assert "Không có tệp" in capsys.readouterr().err


def test_restoring_never_overwrites_what_is_there(office, tmp_path, capsys):
    _, made = said(capsys, "backup", "--to", str(tmp_path / "backups"))
    identity = str(tmp_path / "apart" / "backup-key.txt")
    with open_house() as house:
        house.files.put(b"newer")
    code, why = said(capsys, "restore", made["file"], "--identity", identity, "--by", PERSON)
    assert code == 4
    assert "không bao giờ ghi đè" in why
    assert run(["backup", "new-key", "--to", identity]) == 3


def test_the_keys_come_first_unless_they_are_lost(office, tmp_path, monkeypatch, capsys):
    _, made = said(capsys, "backup", "--to", str(tmp_path / "backups"))
    identity = str(tmp_path / "apart" / "backup-key.txt")
    new = moved_to(office, monkeypatch)
    assert run(["restore", made["file"], "--identity", identity, "--by", PERSON]) == 4
    assert "restore keys" in capsys.readouterr().err
    assert run(["restore", made["file"], "--identity", identity, "--by", PERSON, "--without-keys"]) == 0
    forget(new)


def test_without_a_recipient_there_is_no_backup(office, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PLANCYCLE_BACKUP_RECIPIENTS", "")
    assert run(["backup", "--to", str(tmp_path / "backups")]) == 4
    monkeypatch.setenv("PLANCYCLE_BACKUP_RECIPIENTS", "age1wrong")
    assert run(["backup", "--to", str(tmp_path / "backups")]) == 3
    assert not list((tmp_path / "backups").glob("*")) if (tmp_path / "backups").exists() else True
    assert "không phải khóa công khai" in capsys.readouterr().err


def test_an_old_backup_is_told_by_a_newer_anchor(office, tmp_path, monkeypatch, capsys):
    _, made = said(capsys, "backup", "--to", str(tmp_path / "backups"))
    said(capsys, "backup", "keys", "--to", str(tmp_path / "keys.age"))
    with open_house() as house, house.work() as work:
        record(house, work, "test.later", "x")
    run(["audit", "anchor"])
    anchors = tmp_path / "elsewhere"
    (office / "anchors").rename(anchors)
    moved_to(office, monkeypatch)
    identity = str(tmp_path / "apart" / "backup-key.txt")
    run(["restore", "keys", str(tmp_path / "keys.age"), "--identity", identity])
    run(["restore", made["file"], "--identity", identity, "--by", PERSON])
    capsys.readouterr()
    code, report = said(capsys, "audit", "verify", "--anchors", str(anchors))
    assert (code, report["ok"], len(report["bad_anchors"])) == (4, False, 1)
