"""The audit log: what happened, in order, each event sealed by the one before it.

``hash = SHA-256("plancycle-audit-v1" | seq | prev_hash | SHA-256(canonical payload))``. Anyone can recompute it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from json.encoder import encode_basestring as spelt

DOMAIN_SEPARATOR = "plancycle-audit-v1"
GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, before it has a place in the chain. The payload holds no personal data."""

    at: datetime
    actor: str
    action: str
    subject: str
    payload: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SealedEvent:
    """An event with its place in the chain."""

    seq: int
    at: str
    actor: str
    action: str
    subject: str
    payload: str
    prev_hash: str
    hash: str


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def canonical_json(value: object) -> str:
    """One spelling for one value: sorted keys, no spaces, UTF-8 letters as they are."""
    return _CANONICAL.encode(value)


def seal(event: Event, seq: int, prev_hash: str) -> SealedEvent:
    """Give an event its place after the one whose hash is ``prev_hash``."""
    at, payload = event.at.isoformat(), canonical_json(event.payload)
    digest = _hash(seq, prev_hash, at, event.actor, event.action, event.subject, payload)
    return SealedEvent(seq, at, event.actor, event.action, event.subject, payload, prev_hash, digest)


def first_broken(events: Iterable[SealedEvent]) -> int | None:
    """The first sequence number that does not fit the chain (changed, missing or out of place); None when all do."""
    prev_hash, expected = GENESIS, 1
    for event in events:
        fits = event.seq == expected and event.prev_hash == prev_hash
        told = (event.at, event.actor, event.action, event.subject, event.payload)
        if not fits or event.hash != _hash(event.seq, prev_hash, *told):
            return expected
        prev_hash, expected = event.hash, expected + 1
    return None


def _hash(seq: int, prev_hash: str, at: str, actor: str, action: str, subject: str, payload: str) -> str:
    # The canonical JSON of the five, put together by hand: every act seals an event, and verifying all of them.
    body = (
        f'{{"action":{spelt(action)},"actor":{spelt(actor)},"at":{spelt(at)},'
        f'"payload":{spelt(payload)},"subject":{spelt(subject)}}}'
    )
    inner = hashlib.sha256(body.encode()).hexdigest()
    return hashlib.sha256(f"{DOMAIN_SEPARATOR}|{seq}|{prev_hash}|{inner}".encode()).hexdigest()
