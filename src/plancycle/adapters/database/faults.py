"""What a database says when it is not the use case's fault, told as an outside failure that may pass."""

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from plancycle.domain.errors import OutsideFailure

LOST, BUSY, FULL = "ledger.lost", "ledger.busy", "ledger.full"

_BY_STATE = {
    "40001": LOST,  # serialization failure
    "40P01": LOST,  # deadlock, found by the server
    "57P01": LOST,  # the connection was ended by an administrator
    "57P02": LOST,  # the server crashed
    "57P03": LOST,  # the server is starting or stopping
    "25P03": LOST,  # idle for too long within a transaction
    "55P03": BUSY,  # a lock was waited for in vain
    "53100": FULL,
}
"""PostgreSQL's SQLSTATE (its manual, appendix A)."""

_BY_WORDS = (("is locked", BUSY), ("is full", FULL), ("disk I/O error", FULL))
"""SQLite tells its result codes in words only."""


class LedgerFault(OutsideFailure):
    """The ledger is out of reach, taken or full: nothing of this transaction stands, or all of it does.

    ``passes``: what was lost comes back with a new connection, so the same use case may be run again.
    """

    @property
    def passes(self) -> bool:
        """Whether running it again at once is right."""
        return self.key == LOST


def fault_of(error: DBAPIError) -> str | None:
    """The key of the fault behind a driver's error; None when the statement itself was wrong."""
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return LOST if state.startswith("08") else _BY_STATE.get(state)
    said = str(error.orig)
    known = next((key for words, key in _BY_WORDS if words in said), None)
    if known is not None:
        return known
    is_cut = error.connection_invalidated or isinstance(error, InterfaceError)
    is_unreached = isinstance(error, OperationalError) and "connection" in said
    return LOST if is_cut or is_unreached else None


class TellingFaults:
    """A block that raises LedgerFault in place of the driver's error where the ledger itself failed."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, DBAPIError) and (key := fault_of(error)) is not None:
            raise LedgerFault(key, reason=_said(error)) from error


_TELLING = TellingFaults()


def telling_faults() -> TellingFaults:
    """Around whatever speaks to the ledger; there is one, which remembers nothing."""
    return _TELLING


def _said(error: DBAPIError) -> str:
    """The first line of what the driver says: no statement, no values."""
    lines = str(error.orig).strip().splitlines()
    return lines[0][:200] if lines else type(error.orig).__name__
