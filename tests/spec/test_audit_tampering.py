"""Whatever is done to the audit log is noticed: by the chain alone, or by the anchors that were kept outside."""

import hashlib
import itertools
import json
import random
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from plancycle.domain.anchors import Anchor, Checkpoint, first_contradiction, read_anchor
from plancycle.domain.errors import DataProblem
from plancycle.domain.events import GENESIS, Event, SealedEvent, first_broken, seal

START = datetime(2025, 12, 1, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
TAMPERS = 100_000
FIELDS = ("at", "actor", "action", "subject", "payload", "prev_hash", "hash")


def chain(length: int, actor: str = "chuyen-vien") -> list[SealedEvent]:
    sealed: list[SealedEvent] = []
    for seq in range(1, length + 1):
        event = Event(START + timedelta(minutes=seq), actor, "submission.accepted", f"q1/{seq}", {"version": seq})
        sealed.append(seal(event, seq, sealed[-1].hash if sealed else GENESIS))
    return sealed


def anchored(events: list[SealedEvent]) -> Checkpoint:
    return Checkpoint("tn-nq94", len(events), events[-1].hash if events else GENESIS, START)


def tampered(events: list[SealedEvent], dice: random.Random) -> list[SealedEvent]:
    """One change of one event: a letter, its number, its place, or its absence."""
    at = dice.randrange(len(events))
    kind = dice.choice(("letter", "number", "swap", "drop", "double"))
    if kind == "letter":
        name = dice.choice(FIELDS)
        text = getattr(events[at], name)
        place = dice.randrange(len(text))
        letter = dice.choice([other for other in "0123456789abcdefxyz" if other != text[place]])
        return [
            *events[:at],
            replace(events[at], **{name: text[:place] + letter + text[place + 1 :]}),
            *events[at + 1 :],
        ]
    if kind == "number":
        other = dice.choice([seq for seq in range(-1, 20) if seq != events[at].seq])
        return [*events[:at], replace(events[at], seq=other), *events[at + 1 :]]
    if kind == "swap":
        other = (at + dice.randrange(1, len(events))) % len(events)
        swapped = list(events)
        swapped[at], swapped[other] = swapped[other], swapped[at]
        return swapped
    if kind == "drop":
        return events[:at] + events[at + 1 :]
    return [*events[: at + 1], *events[at:]]


def is_noticed(events: list[SealedEvent], checkpoint: Checkpoint) -> bool:
    return first_broken(events) is not None or first_contradiction(events, checkpoint) is not None


LONG = 1_000
"""Events of the chain that is tampered with; each check begins where the change is, for all before it is as it was."""
ROUNDS = (pytest.param(2_000, id="short"), pytest.param(TAMPERS, id="whole", marks=pytest.mark.slow))


@pytest.mark.parametrize("rounds", ROUNDS)
def test_random_changes_of_a_long_log_are_all_noticed(rounds, capsys):
    events, dice = chain(LONG), random.Random(94)
    checkpoint = anchored(events)
    noticed = sum(is_noticed_near(events, checkpoint, dice) for _ in range(rounds))
    with capsys.disabled():
        sys.stdout.write(f"\n{noticed} of {rounds} random changes of a log of {LONG} events noticed\n")
    assert noticed == rounds


def is_noticed_near(events: list[SealedEvent], checkpoint: Checkpoint, dice: random.Random) -> bool:
    """Tamper within a window of the chain, cut the tail, or compute it anew; look from the window's beginning on."""
    kind = dice.random()
    if kind < 0.1:  # a cut tail, which fits itself
        cut = events[: dice.randrange(len(events))]
        return first_contradiction(cut, checkpoint) is not None
    start = dice.randrange(1, len(events) - 8)
    window = events[start : start + 8]
    if kind < 0.2:  # rolled back to the window, then gone on differently and long enough
        other = [*events[:start], *recomputed(events[start - 1], window)]
        other += events[len(other) :]
        return first_broken_from(other, start) is not None or first_contradiction(other, checkpoint) is not None
    changed = tampered(window, dice)
    follower = events[start + 8]
    return not fits([events[start - 1], *changed, follower])


def recomputed(before: SealedEvent, window: list[SealedEvent]) -> list[SealedEvent]:
    """The window written again by somebody else, hashes and all."""
    made = [before]
    for old in window:
        event = Event(datetime.fromisoformat(old.at), "người khác", old.action, old.subject, {})
        made.append(seal(event, old.seq, made[-1].hash))
    return made[1:]


def fits(part: list[SealedEvent]) -> bool:
    """Whether neighbours of a chain still follow each other and each still has the hash of what it says."""
    for before, after in itertools.pairwise(part):
        again = (
            seal(
                Event(
                    datetime.fromisoformat(after.at),
                    after.actor,
                    after.action,
                    after.subject,
                    json.loads(after.payload),
                ),
                after.seq,
                after.prev_hash,
            )
            if is_readable(after)
            else None
        )
        if again != after or after.seq != before.seq + 1 or after.prev_hash != before.hash:
            return False
    return True


def is_readable(event: SealedEvent) -> bool:
    try:
        datetime.fromisoformat(event.at)
        json.loads(event.payload)
    except ValueError:
        return False
    return True


def first_broken_from(events: list[SealedEvent], start: int) -> int | None:
    return None if fits(events[start - 1 : start + 10]) else start


def test_small_logs_are_looked_at_whole():
    events, dice = chain(6), random.Random(95)
    checkpoint = anchored(events)
    assert all(is_noticed(tampered(events, dice), checkpoint) for _ in range(500))


def test_an_untouched_chain_is_never_suspected():
    events = chain(30)
    for length in range(31):
        assert not is_noticed(events, anchored(events[:length]))


@pytest.mark.parametrize("cut", range(1, 6))
def test_a_cut_tail_fits_the_chain_but_not_the_anchor(cut):
    events = chain(10)
    rest = events[:-cut]
    assert (first_broken(rest), first_contradiction(rest, anchored(events))) == (None, 11 - cut)


def test_a_chain_computed_anew_fits_itself_but_not_the_anchor():
    events, forged = chain(10), chain(10, actor="người khác")
    assert (first_broken(forged), first_contradiction(forged, anchored(events))) == (None, 10)


def test_a_rolled_back_chain_that_went_on_differently_is_noticed():
    events = chain(10)
    other = [*events[:5]]
    for seq in range(6, 13):
        event = Event(START + timedelta(hours=seq), "chuyen-vien", "submission.returned", f"q1/{seq}", {})
        other.append(seal(event, seq, other[-1].hash))
    assert (first_broken(other), first_contradiction(other, anchored(events))) == (None, 10)


def test_an_anchor_is_read_back_as_it_was_written():
    anchor = Anchor(anchored(chain(3)), "c2lnbmF0dXJl", "0123456789abcdef")
    assert read_anchor(anchor.text()) == anchor


@pytest.mark.parametrize("text", ["", "plancycle-checkpoint-v1", "x\nseq: 1", "\0"])
def test_what_is_no_anchor_is_refused(text):
    with pytest.raises(DataProblem, match="not_one"):
        read_anchor(text)


def test_each_anchor_names_the_one_before():
    first = anchored(chain(3))
    second = replace(anchored(chain(5)), previous=first.sha256)
    assert (second.previous, len({first.sha256, second.sha256})) == (first.sha256, 2)


@pytest.mark.parametrize(
    "odd", ["", "Sở Y tế", 'a "quoted" \\ word', "line\nline\ttab\x00\x1f\x7f", "\u2028 𝟏 \ud800", "</script>'"]
)
def test_an_event_is_sealed_by_the_plain_json_of_what_it_says(odd):
    event = Event(START, odd, f"action{odd}", f"subject{odd}", {odd: [odd, 1.5, None]})
    told = {"at": START.isoformat(), "actor": odd, "action": f"action{odd}", "subject": f"subject{odd}"}
    compact = {"ensure_ascii": False, "sort_keys": True, "separators": (",", ":")}
    body = json.dumps({**told, "payload": json.dumps({odd: [odd, 1.5, None]}, **compact)}, **compact)
    if "\ud800" in odd:  # half a letter: no UTF-8 has it, so no event can hold it
        with pytest.raises(UnicodeEncodeError):
            seal(event, 7, GENESIS)
        return
    inner = hashlib.sha256(body.encode()).hexdigest()
    expected = hashlib.sha256(f"plancycle-audit-v1|7|{GENESIS}|{inner}".encode()).hexdigest()
    assert seal(event, 7, GENESIS).hash == expected
