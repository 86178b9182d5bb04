"""Only this installation can make its seals and links, and its secret is for its owner's eyes."""

import stat
from pathlib import Path

import pytest

from plancycle.adapters.seals import KEY_FILE, Seals, load_secret
from plancycle.domain.errors import DataProblem, NotAllowed

SECRET = b"0123456789abcdef0123456789abcdef"
PAYLOAD = {"use": "approval", "approval": "tn-nq94-2025/annual/e3@0011223344556677"}


def test_a_seal_has_128_bits_and_depends_on_every_part() -> None:
    seals = Seals(SECRET)
    seal = seals.seal("tn-nq94-2025", "q1", "so-y-te")
    assert (len(seal), seals.seal("tn-nq94-2025", "q1", "so-y-te")) == (32, seal)
    others = [
        seals.seal("tn-nq94-2025", "q1", "so-noi-vu"),
        seals.seal("tn-nq94-2025q1", "so-y-te"),
        seals.seal("tn-nq94-2025", "q", "1so-y-te"),
        Seals(SECRET[::-1]).seal("tn-nq94-2025", "q1", "so-y-te"),
    ]
    assert len({seal, *others}) == 5


@pytest.mark.parametrize("forged", ["", "0" * 32, "ký tự có dấu", "\ud800"])
def test_a_forged_seal_is_not_genuine(forged: str) -> None:
    seals = Seals(SECRET)
    assert seals.is_genuine(seals.seal("a", "b"), "a", "b") is True
    assert seals.is_genuine(forged, "a", "b") is False


def test_a_link_opens_to_what_was_signed_and_is_safe_in_an_address() -> None:
    seals = Seals(SECRET)
    token = seals.sign_link(PAYLOAD)
    assert seals.open_link(token) == PAYLOAD
    assert seals.sign_link(dict(reversed(PAYLOAD.items()))) == token
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_a_link_that_is_not_ours_does_not_open() -> None:
    token = Seals(SECRET).sign_link(PAYLOAD)
    head, _, signature = token.rpartition(".")
    changed = f"{'A' if head[0] != 'A' else 'B'}{head[1:]}.{signature}"
    foreign = Seals(SECRET[::-1]).sign_link(PAYLOAD)
    for bad in ("", "x", token[:-1], head, changed, foreign, f"{token}đ", token * 20):
        with pytest.raises(NotAllowed) as refused:
            Seals(SECRET).open_link(bad)
        assert refused.value.key == "link.invalid"


def test_a_seal_cannot_sign_a_link() -> None:
    seals = Seals(SECRET)
    head = seals.sign_link(PAYLOAD).rpartition(".")[0]
    with pytest.raises(NotAllowed):
        seals.open_link(f"{head}.{seals.seal(head)}")


def test_a_configured_secret_is_used_and_nothing_is_written(tmp_path: Path) -> None:
    assert load_secret(tmp_path, SECRET.decode()) == SECRET
    assert list(tmp_path.iterdir()) == []


def test_without_one_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    secret = load_secret(data_dir, None)
    assert (len(secret), load_secret(data_dir, None)) == (64, secret)
    assert stat.S_IMODE((data_dir / KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in data_dir.iterdir()] == [KEY_FILE]


def test_a_secret_that_can_be_guessed_is_refused(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_text("short\n", encoding="ascii")
    for configured in ("", "hunter2", None):
        with pytest.raises(DataProblem) as refused:
            load_secret(tmp_path, configured)
        assert refused.value.key == "secret.too_short"
