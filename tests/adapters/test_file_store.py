"""What is put is whole, found by its hash and never damaged silently; copies for people have safe names."""

import hashlib
import os
import time
import unicodedata
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from plancycle.adapters import file_store
from plancycle.adapters.clock import FixedClock, SystemClock
from plancycle.adapters.file_store import MAX_NAME, FileStore, leave_file, safe_name, write_durably
from plancycle.domain.errors import NotFound, OutsideFailure

DATA = "Báo cáo quý I".encode()
SHA256 = hashlib.sha256(DATA).hexdigest()


def test_bytes_are_stored_under_their_hash_and_come_back(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files")
    assert store.put(DATA) == SHA256
    assert store.get(SHA256) == DATA
    assert [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()] == [
        Path("files", SHA256[:2], SHA256)
    ]


def test_storing_the_same_bytes_twice_writes_them_once(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    store.put(DATA)
    place = tmp_path / SHA256[:2] / SHA256
    written_at = place.stat().st_mtime_ns
    inode = place.stat().st_ino
    assert store.put(DATA) == SHA256
    assert (place.stat().st_mtime_ns, place.stat().st_ino) == (written_at, inode)


def test_file_and_folder_are_synced_before_put_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    real_fsync, real_replace = os.fsync, os.replace

    def fsync(descriptor: int) -> None:
        calls.append("folder" if os.path.isdir(f"/proc/self/fd/{descriptor}") else "file")
        real_fsync(descriptor)

    def replace(source: str, target: Path) -> None:
        calls.append("rename")
        real_replace(source, target)

    (tmp_path / SHA256[:2]).mkdir()
    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    FileStore(tmp_path).put(DATA)
    assert calls == ["file", "rename", "folder"]


def test_a_failing_disk_is_reported_and_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / SHA256[:2]).mkdir()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutsideFailure) as refused:
        FileStore(tmp_path).put(DATA)
    assert (refused.value.key, refused.value.params["reason"]) == ("files.not_stored", "No space left on device")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_is_put_together_is_on_the_disk_when_the_block_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def slowly(target: Path, data: bytes) -> None:
        time.sleep(0.02)
        write_durably(target, data)
        done.append(target.name)

    monkeypatch.setattr(file_store, "write_durably", slowly)
    store = FileStore(tmp_path)
    with store.together():
        put = [store.put(one) for one in (DATA, b"2", b"3")]
        with store.together():
            put.append(store.put(b"4"))
        assert done == []
        assert store.get(put[2]) == b"3"
        put.append(store.put(b"5"))
    assert sorted(done) == sorted(put)
    assert store.put(b"6") == done[-1]


def test_a_disk_that_fails_is_told_when_the_block_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    store, block = FileStore(tmp_path), ExitStack()
    block.enter_context(store.together())
    monkeypatch.setattr(os, "fsync", full)
    assert store.put(DATA) == SHA256
    with pytest.raises(OutsideFailure):
        block.close()
    monkeypatch.undo()
    assert not store.holds(SHA256)
    assert store.put(DATA) == SHA256


@pytest.mark.parametrize("sha256", ["0" * 64, "", "../../etc/passwd", SHA256.upper(), SHA256[:63]])
def test_what_was_never_stored_is_not_found(tmp_path: Path, sha256: str) -> None:
    store = FileStore(tmp_path)
    store.put(DATA)
    with pytest.raises(NotFound) as missing:
        store.get(sha256)
    assert missing.value.key == "not_found.file"


def test_damaged_bytes_are_never_handed_out(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    store.put(DATA)
    (tmp_path / SHA256[:2] / SHA256).write_bytes(DATA + b" ")
    with pytest.raises(OutsideFailure) as damaged:
        store.get(SHA256)
    assert damaged.value.key == "files.damaged"


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        ("Sở Y tế.xlsx", "So-Y-te.xlsx"),
        (unicodedata.normalize("NFD", "UBND thành phố Phổ Yên — đợt 2.xlsx"), "UBND-thanh-pho-Pho-Yen-dot-2.xlsx"),
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\x\\y.xlsx", "C-x-y.xlsx"),
        ("CON.xlsx", "tep-CON.xlsx"),
        ("a\r\nBcc: x\0.xlsx", "a-Bcc-x.xlsx"),
        ("\u202excod.exe", "xcod.exe"),
        ("...", "tep"),
        ("", "tep"),
        (".bashrc", "bashrc"),
        ("bao-cao_q1.v2.pdf", "bao-cao_q1.v2.pdf"),
    ],
)
def test_a_name_becomes_plain_ascii(written: str, safe: str) -> None:
    assert safe_name(written) == safe


def test_a_long_name_is_cut_and_keeps_its_extension() -> None:
    name = safe_name("đ" * 5000 + ".xlsx")
    assert (len(name), name[-6:]) == (MAX_NAME, "d.xlsx")


@pytest.mark.parametrize(
    ("folder", "name", "relative"),
    [
        ("reports/q1", "Báo cáo.pdf", "reports/q1/Bao-cao.pdf"),
        ("../../outside", "x.pdf", "outside/x.pdf"),
        ("/etc", "../passwd", "etc/passwd"),
        ("returned\\..\\..", "x", "returned/x"),
    ],
)
def test_a_copy_stays_inside_the_data_directory(tmp_path: Path, folder: str, name: str, relative: str) -> None:
    assert leave_file(tmp_path, folder, name, DATA) == relative
    assert (tmp_path / relative).read_bytes() == DATA


def test_a_newer_copy_replaces_the_older_one(tmp_path: Path) -> None:
    leave_file(tmp_path, "reports", "a.pdf", b"old")
    leave_file(tmp_path, "reports", "a.pdf", b"new")
    assert [(path.name, path.read_bytes()) for path in (tmp_path / "reports").iterdir()] == [("a.pdf", b"new")]


def test_the_clocks_are_aware_and_a_fixed_one_stands_still() -> None:
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    assert SystemClock(zone).now().utcoffset() == timedelta(hours=7)
    at = datetime(2025, 12, 9, 16, 59, 59, tzinfo=UTC)
    clock = FixedClock(at)
    assert (clock.now(), clock.now()) == (at, at)
    with pytest.raises(ValueError, match="no time zone"):
        FixedClock(datetime(2025, 12, 9))
