"""Check the audit chain, trusting nobody: every event is hashed again, and held against the anchors kept outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plancycle.domain.anchors import Anchor, Checkpoint, first_contradiction
from plancycle.domain.events import SealedEvent, first_broken
from plancycle.services.ports import House
from plancycle.services.verify_receipt import verify_receipt


@dataclass(frozen=True, slots=True)
class AuditReport:
    """Whether the chain holds; ``first_bad`` is the sequence number of the first event that does not fit."""

    ok: bool
    events: int
    head: str
    first_bad: int | None
    anchors: int = 0
    """How many anchors it was held against."""
    bad_anchors: tuple[str, ...] = ()
    """Names of anchors and receipts whose signature is not this installation's, or that the chain contradicts."""


def verify(
    house: House,
    anchors: Mapping[str, Anchor] | None = None,
    public_key: bytes | None = None,
    receipts: Mapping[str, bytes] | None = None,
) -> AuditReport:
    """Verify the whole chain, each anchor by name, and each receipt (its signed JSON), which is an anchor of its own:
    it states under which number and hash the log took the answer in. Raises DataProblem for what is no receipt.

    ``public_key`` (PEM) is the one that was kept with the anchors; without it the installation's own is used, which
    whoever took over the installation may have replaced.
    """
    with house.work() as work:
        events = work.audit.all()
        head = work.audit.head()
    broken = first_broken(events)
    key = public_key or house.receipt_key.public_pem if anchors or receipts else b""
    judged = {name: _judge(house, events, anchor, key) for name, anchor in (anchors or {}).items()}
    judged |= {name: _judge_receipt(house, events, twin, key) for name, twin in (receipts or {}).items()}
    bad = tuple(name for name, (is_good, _) in judged.items() if not is_good)
    places = [place for _, place in judged.values() if place is not None]
    first_bad = min([*places, *([broken] if broken is not None else [])], default=None)
    return AuditReport(first_bad is None and not bad, len(events), head, first_bad, len(judged), bad)


def _judge(house: House, events: Sequence[SealedEvent], anchor: Anchor, key: bytes) -> tuple[bool, int | None]:
    """Whether an anchor is ours and agrees, and where the chain departs from it."""
    if not house.receipt_key.is_signed(key, anchor.checkpoint.text().encode(), anchor.signature):
        return False, None
    place = first_contradiction(events, anchor.checkpoint)
    return place is None, place


def _judge_receipt(house: House, events: Sequence[SealedEvent], twin: bytes, key: bytes) -> tuple[bool, int | None]:
    """The same for a receipt an agency kept."""
    found = verify_receipt(house.receipt_key, key, twin)
    seq, head = found.statement.get("audit_seq"), found.statement.get("audit_hash")
    if not found.is_signed or not isinstance(seq, int) or not isinstance(head, str):
        return False, None
    place = first_contradiction(events, Checkpoint(house.programme_id, seq, head, house.clock.now()))
    return place is None, place
