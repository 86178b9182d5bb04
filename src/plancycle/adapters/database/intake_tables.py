"""The only queries about receipts, refused files, API keys and requests, and mails."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

from plancycle.adapters.database import rows
from plancycle.adapters.database.mapping import of, plain
from plancycle.adapters.database.prepared import Prepared
from plancycle.domain.api_access import ApiKey, ApiRequest
from plancycle.domain.quarantine import Quarantined, QuarantineStatus, check_move
from plancycle.domain.receipts import SignedReceipt
from plancycle.services.intake_repositories import MailOutcome, MailRecord

_ADD_RECEIPT, _ADD_MAIL = Prepared(insert(rows.receipts)), Prepared(insert(rows.mails))
_MAIL = rows.mails.c
_GET_MAIL = Prepared(
    select(rows.mails).where(_MAIL.uidvalidity == bindparam("validity"), _MAIL.uid == bindparam("uid"))
)
_MAILS = Prepared(
    select(rows.mails).where(_MAIL.message_id == bindparam("wanted")).order_by(_MAIL.arrived_at, _MAIL.uid)
)
_API_KEY = Prepared(select(rows.api_keys).where(rows.api_keys.c.id == bindparam("wanted")))
"""Built once: they are asked for every answer, every mail and every request of a program."""


class ReceiptTable:
    """Signed receipts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, receipt: SignedReceipt) -> None:
        """Store a receipt."""
        _ADD_RECEIPT.change(self._connection, [plain(receipt)])

    def get(self, number: str) -> SignedReceipt | None:
        """By its number."""
        chosen = select(rows.receipts).where(rows.receipts.c.number == number)
        row = self._connection.execute(chosen).mappings().first()
        return of(SignedReceipt, row) if row else None

    def of_submission(self, submission_id: str) -> SignedReceipt | None:
        """The receipt of a version."""
        chosen = select(rows.receipts).where(rows.receipts.c.submission == submission_id)
        row = self._connection.execute(chosen).mappings().first()
        return of(SignedReceipt, row) if row else None


class QuarantineTable:
    """Refused files; a record is never deleted, only its bytes are."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = rows.quarantine

    def add(self, refused: Quarantined) -> Quarantined:
        """Store one; its id is given here."""
        known = self.known(refused)
        if known is not None:
            return known
        values = {**plain(refused), "status": str(refused.status)}
        del values["id"]
        stored = self._connection.execute(insert(self._table).values(values))
        found = self.get(int(stored.inserted_primary_key[0]))  # type: ignore[index]
        if found is None:
            raise LookupError(refused.sha256)
        return found

    def get(self, number: int) -> Quarantined | None:
        """One refused file."""
        row = self._connection.execute(select(self._table).where(self._table.c.id == number)).mappings().first()
        return of(Quarantined, row, status=QuarantineStatus(row["status"])) if row else None

    def all(self) -> list[Quarantined]:
        """Every refused file, oldest first."""
        found = self._connection.execute(select(self._table).order_by(self._table.c.id)).mappings()
        return [of(Quarantined, row, status=QuarantineStatus(row["status"])) for row in found]

    def known(self, refused: Quarantined) -> Quarantined | None:
        """The kept entry of the same bytes, name, channel, sender and reason."""
        same = {name: getattr(refused, name) for name in ("sha256", "file_name", "channel", "sender", "reason")}
        chosen = select(self._table).filter_by(**same, status=str(QuarantineStatus.KEPT))
        row = self._connection.execute(chosen).mappings().first()
        return of(Quarantined, row, status=QuarantineStatus(row["status"])) if row else None

    def settle(self, number: int, status: QuarantineStatus, at: datetime, by: str) -> None:
        """Move an entry along its lifecycle. Raises MoveNotAllowed."""
        known = self.get(number)
        if known is None:
            raise KeyError(number)
        check_move(known.status, status)
        values = {"status": str(status), "settled_at": at, "settled_by": by}
        self._connection.execute(update(self._table).where(self._table.c.id == number).values(values))

    def is_needed_elsewhere(self, sha256: str, number: int) -> bool:
        """Whether any other row of the ledger stands on these bytes: every column that holds a file's hash is asked."""
        kept = (self._table.c.sha256 == sha256) & (self._table.c.id != number)
        kept &= self._table.c.status == str(QuarantineStatus.KEPT)
        if self._connection.execute(select(self._table.c.id).where(kept)).first() is not None:
            return True
        return any(self._holds(table, sha256) for table in rows.metadata.sorted_tables if table is not self._table)

    def _holds(self, table: Table, sha256: str) -> bool:
        if table is rows.intakes:  # tells that the file came in; whether it is needed stands in the other tables
            return False
        names = [name for name in table.c.keys() if name.endswith("sha256")]  # noqa: SIM118
        asked = [select(table.c[name]).where(table.c[name] == sha256).limit(1) for name in names]
        if table is rows.arrivals:  # what has been checked is needed where it was taken in
            asked = [chosen.where(table.c.checked_at.is_(None)) for chosen in asked]
        return any(self._connection.execute(chosen).first() is not None for chosen in asked)


class ApiAccessTable:
    """API keys and idempotent requests."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_key(self, key: ApiKey) -> None:
        """Store a key."""
        self._connection.execute(insert(rows.api_keys).values(plain(key)))

    def key(self, key_id: str) -> ApiKey | None:
        """One key."""
        row = _API_KEY.first(self._connection, wanted=key_id)
        return of(ApiKey, row) if row else None

    def keys(self) -> list[ApiKey]:
        """Every key, oldest first."""
        table = rows.api_keys
        found = self._connection.execute(select(table).order_by(table.c.created_at, table.c.id)).mappings()
        return [of(ApiKey, row) for row in found]

    def revoke(self, key_id: str, at: datetime) -> None:
        """It opens nothing from now on."""
        chosen = rows.api_keys.c.id == key_id
        self._connection.execute(update(rows.api_keys).where(chosen).values(revoked_at=at))

    def request(self, agency: str, key: str) -> ApiRequest | None:
        """What is known of an idempotency key."""
        chosen = select(rows.api_requests).filter_by(agency=agency, key=key)
        row = self._connection.execute(chosen).mappings().first()
        return of(ApiRequest, row) if row else None

    def save_request(self, request: ApiRequest) -> None:
        """Store it, replacing what was known."""
        self.forget_request(request.agency, request.key)
        self._connection.execute(insert(rows.api_requests).values(plain(request)))

    def forget_request(self, agency: str, key: str) -> None:
        """It never happened."""
        self._connection.execute(delete(rows.api_requests).filter_by(agency=agency, key=key))

    def forget_requests_before(self, moment: datetime) -> int:
        """Forget what started before a moment; returns how many."""
        return self._connection.execute(
            delete(rows.api_requests).where(rows.api_requests.c.started_at < moment)
        ).rowcount


class MailTable:
    """Mails of the mailbox."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, mail: MailRecord) -> None:
        """Store what became of a mail."""
        _ADD_MAIL.change(self._connection, [{**plain(mail), "outcome": str(mail.outcome)}])

    def get(self, uidvalidity: int, uid: int) -> MailRecord | None:
        """By its place in the mailbox."""
        row = _GET_MAIL.first(self._connection, validity=uidvalidity, uid=uid)
        return of(MailRecord, row, outcome=MailOutcome(row["outcome"])) if row else None

    def with_message_id(self, message_id: str) -> Sequence[MailRecord]:
        """Mails that carried a Message-ID, oldest first."""
        found = _MAILS.rows(self._connection, wanted=message_id)
        return [of(MailRecord, row, outcome=MailOutcome(row["outcome"])) for row in found]
