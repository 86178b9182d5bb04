"""What must hold whatever was killed: I1 to I13, each with what breaks it; every list is empty when all is well."""

import hashlib
import json
from collections import Counter, defaultdict
from typing import Any

from faulty_relay import faults_found
from small_year import YEAR, SmallYear
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from plancycle.bootstrap import Household, database
from plancycle.domain.approvals import ApprovalStatus
from plancycle.domain.consolidation import EditionKind
from plancycle.domain.messages import MessageKind, MessageStatus
from plancycle.domain.periods import Period
from plancycle.services.cycle_view import cycle_view

SENT_FIRST = ("transmittal.attempt", "transmittal.sent")


def check_invariants(year: SmallYear, baseline: dict[str, Any]) -> dict[str, list[str]]:
    """Violations by invariant, beside a year that nobody disturbed (:func:`outcome`)."""
    house = year.house
    letters = dict(faults_found(house, year.relay))
    listed = letters.pop("copies without doubt") + letters.pop("doubt that is not shown")
    audit, integrity = letters.pop("audit"), letters.pop("database")
    return {
        "I1 acknowledged is kept": _acknowledged(year),
        "I2 one key, one submission": _doubled_versions(house),
        "I3 what went twice is listed": listed,
        "I4 nobody unsent or unlisted": [one for broken in letters.values() for one in broken] + _unasked(house),
        "I5 same editions, same files": _differences(outcome(year), baseline),
        "I6 the addressee has it once": _deliveries(year),
        "I7 nothing before its approval": _unapproved(house),
        "I8 one chain, every change in it": audit + _unjournaled(house),
        "I9 the database is whole": integrity + _indexes(house),
        "I10 nothing is stuck": _stuck(house),
        "I11 late is late": _lateness(house),
        "I12 no secret leaves": _secrets(year),
        "I13 what was never acknowledged is known": _orphans(year),
    }


def outcome(year: SmallYear) -> dict[str, Any]:
    """What a year came to: the final editions and the bytes of their documents."""
    with year.house.work() as work:
        found = [one for period in Period for one in work.editions.of_period(_cycle(year.house), period)]
        finals = [one for one in found if one.kind is EditionKind.FINAL]
        return {
            "editions": {one.id.split("/")[1]: one.sha256 for one in finals},
            "documents": {f"{f.kind} {f.file_name}": f.sha256 for e in finals for f in work.editions.documents(e.id)},
        }


def _cycle(house: Household) -> str:
    return f"{house.programme_id}-{YEAR}"


def _submissions(house: Household) -> list[Any]:
    with house.work() as work:
        return [one for period in Period for one in work.submissions.of_period(_cycle(house), period)]


def _acknowledged(year: SmallYear) -> list[str]:
    known = {one.id: one for one in _submissions(year.house)}
    broken = []
    for line in year.acknowledged.read_text("utf-8").splitlines():
        told = json.loads(line)
        kept = known.get(told["submission"])
        if kept is None or (kept.receipt, kept.sha256) != (told["receipt"], told["sha256"]):
            broken.append(f"not in the ledger: {told}")
        elif hashlib.sha256(year.house.files.get(kept.sha256)).hexdigest() != told["sha256"]:
            broken.append(f"other bytes: {told}")
    sent = {hashlib.sha256(path.read_bytes()).hexdigest() for path in year.outside.glob("*-v?.json")}
    return broken + [f"never acknowledged: {sha256}" for sha256 in sent - {one.sha256 for one in known.values()}]


def _doubled_versions(house: Household) -> list[str]:
    seen = Counter((str(one.obligation), one.sha256) for one in _submissions(house))
    receipts = Counter(one.receipt for one in _submissions(house))
    return [f"{one} {count} times" for one, count in (*seen.items(), *receipts.items()) if count > 1]


def _unasked(house: Household) -> list[str]:
    with house.work() as work:
        called = {(one.period, one.agency) for one in work.outbox.all() if one.kind is MessageKind.DATA_CALL}
    owed = {(f"{_cycle(house)}/{one.obligation.period}", one.obligation.agency) for one in _submissions(house)}
    return [f"never asked: {one}" for one in owed - called]


def _differences(mine: dict[str, Any], other: dict[str, Any]) -> list[str]:
    return [f"{part}: {mine[part]} instead of {other[part]}" for part in other if mine[part] != other[part]]


def _deliveries(year: SmallYear) -> list[str]:
    with year.house.work() as work:
        out = work.transmittals.of_cycle(_cycle(year.house))
    approved = {one.key: one.bundle_sha256 for one in out}
    per_place: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for receipt in year.ministry.ledger():
        per_place[_place(receipt.addressee, receipt.key)].append(receipt.key)
    for manifest in (year.data / "transmitted").glob("*/*/manifest.json"):
        said = json.loads(manifest.read_text("utf-8"))
        per_place[_place(said["addressee"], said["key"])].append(said["key"])
    wrong = [f"other bytes: {one.key}" for one in year.ministry.ledger() if approved.get(one.key) != one.bundle_sha256]
    doubled = [f"{place}: {keys}" for place, keys in per_place.items() if len(keys) > 1]
    missing = [f"never arrived: {one.key}" for one in out if _place(one.addressee, one.key) not in per_place]
    return wrong + doubled + missing + ([] if out else ["nothing was transmitted"])


def _place(addressee: str, key: str) -> tuple[str, str, str]:
    """Who gets what of which period: the report itself, an extract or a copy."""
    _, period, _, edition = key.split("/")
    return addressee, period, edition.rpartition("-")[0]


def _unapproved(house: Household) -> list[str]:
    with house.work() as work:
        events = work.audit.all()
        out = work.transmittals.of_cycle(_cycle(house))
        approvals = {one.edition: work.editions.approvals(one.edition) for one in out}
    broken = []
    for one in out:
        decided = [a for a in approvals[one.edition] if a.status is ApprovalStatus.APPROVED]
        first = min(event.seq for event in events if event.subject == one.key and event.action in SENT_FIRST)
        before = [e for e in events if e.seq < first and e.action == "approval.approved" and one.edition in e.subject]
        if not before or one.bundle_sha256 not in {a.bundle_sha256 for a in decided}:
            broken.append(one.key)
    return broken


def _unjournaled(house: Household) -> list[str]:
    with house.work() as work:
        events = work.audit.all()
        sent = [one.key for one in work.outbox.all() if one.status is MessageStatus.SENT]
        editions = [one for period in Period for one in work.editions.of_period(_cycle(house), period)]
    told = {(event.action, event.subject) for event in events}
    numbers = [event.seq for event in events]
    gaps = [] if numbers == list(range(1, len(numbers) + 1)) else ["a gap in the numbers"]
    silent = [f"sent {key}" for key in sent if ("message.sent", key) not in told]
    silent += [f"edition {one.id}" for one in editions if (f"edition.{one.kind}", one.id) not in told]
    silent += [f"submission {one.id}" for one in _submissions(house) if ("submission.received", one.id) not in told]
    return gaps + silent


def _indexes(house: Household) -> list[str]:
    engine = database(house.settings.ledger_url).engine
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            return [str(row) for row in connection.execute(text("PRAGMA foreign_key_check")).all()]
    asked = "SELECT bt_index_check(indexrelid) FROM pg_index WHERE indrelid::regclass::text !~ '^pg_|^information'"
    try:
        with engine.begin() as connection:
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS amcheck"))
            connection.execute(text(asked))
    except DBAPIError as error:
        return [str(error.orig)]
    return []


def _stuck(house: Household) -> list[str]:
    with house.work() as work:
        return [f"{one.key}: {one.status}" for one in work.outbox.held()]


def _lateness(house: Household) -> list[str]:
    view = cycle_view(house, YEAR)
    due = {period: view.dates(period).due_at for period in view.programme.order}
    return [one.id for one in _submissions(house) if one.is_late != (one.sent_at >= due[one.obligation.period])]


def _secrets(year: SmallYear) -> list[str]:
    canaries = [path.read_bytes().strip() for path in (year.data / "secret.key", year.data / "receipt-key.pem")]
    places = [*year.outside.rglob("*"), *(year.data / "transmitted").rglob("*"), *(year.data / "reports").rglob("*")]
    return [str(path) for path in places if path.is_file() and any(one in path.read_bytes() for one in canaries if one)]


def _orphans(year: SmallYear) -> list[str]:
    """Bytes that were kept for nobody are harmless; bytes that an agency handed in are never among them."""
    house = year.house
    with house.work() as work:
        referred = {one.sha256 for one in work.outbox.all()} | {one.sha256 for one in _intakes(work)}
    handed_in = {hashlib.sha256(path.read_bytes()).hexdigest() for path in year.outside.glob("*-v?.json")}
    kept = {path.name for path in (year.data / "files").glob("??/*") if not path.name.startswith(".")}
    return sorted((kept - referred) & handed_in)


def _intakes(work: Any) -> list[Any]:
    return list(work.submissions.intakes())
