"""The only place where adapters meet services: ``open_house()``.

Everything heavy (data frames, spreadsheets, typesetting) is imported when it is first used, and what is safe to share
between the threads of one process is made once.
"""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from plancycle.adapters.approver_keys import ApproverKeys
from plancycle.adapters.clock import FixedClock, SystemClock
from plancycle.adapters.file_store import FileStore, leave_file
from plancycle.adapters.inbox import InboxFolder
from plancycle.adapters.receipt_key import ReceiptKey
from plancycle.adapters.seals import Seals, load_secret
from plancycle.adapters.senders import ProcessSenders
from plancycle.domain.narrative import Folding
from plancycle.domain.rule_checks import Likeness
from plancycle.services import ports
from plancycle.services.consolidate_period import refresh
from plancycle.services.failpoints import arm
from plancycle.services.following import Noted, Pace, Place
from plancycle.services.ports import (
    BounceReader,
    Clock,
    Composer,
    Courier,
    Documents,
    Frames,
    Gateway,
    Postman,
    Programmes,
    Texts,
    Workbooks,
)
from plancycle.services.repositories import Work
from plancycle.settings import Settings, load_settings, real_place, secret_named

if TYPE_CHECKING:
    from plancycle.adapters.database.unit_of_work import Database
    from plancycle.adapters.prefect_runs import Runs
    from plancycle.adapters.signals import Signals

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
Made = TypeVar("Made")
Fold = Callable[[ports.House, Place], None]
_shared: dict[tuple[str, ...], Any] = {}
_making = threading.RLock()


def _once(make: Callable[[], Made], *key: str) -> Made:
    """Make a thing once per process and key."""
    with _making:
        made: Made = _shared[key] if key in _shared else _shared.setdefault(key, make())
        return made


class Household:
    """A :class:`plancycle.services.ports.House` of real adapters.

    What it changed is folded by ``fold`` when it closes, unless ``following`` sees to it.
    """

    def __init__(
        self,
        settings: Settings,
        as_of: datetime | None = None,
        following: ports.Following | None = None,
        fold: Fold | None = None,
    ) -> None:
        self.settings = settings
        self._noted, self._fold = Noted(), fold
        self.following: ports.Following = following or self._noted
        self.data_dir = real_place(settings.data)
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self.base_url = settings.base_url.rstrip("/")
        self.programme_id = settings.programme
        self.clock: Clock = SystemClock(ZONE) if as_of is None else FixedClock(as_of.astimezone(ZONE))
        self.files: ports.FileStore = FileStore(self.data_dir / "files")
        self.senders: ports.Senders = ProcessSenders()
        self.inbox: ports.Inbox = InboxFolder(self.data_dir / "inbox")
        self.by_hand: ports.Inbox = InboxFolder(self.data_dir / "nop-truc-tiep")
        secret = load_secret(self.data_dir, settings.secret_key or None)
        self._secret = secret
        self.seals: ports.Seals = Seals(secret)
        self.receipt_key: ports.ReceiptKey = ReceiptKey(self.data_dir, secret)
        self.approver_keys: ports.ApproverKeys = ApproverKeys(self.data_dir, secret)
        self.anchor_addresses = tuple(one.strip() for one in settings.anchor_to.split(",") if one.strip())

    @cached_property
    def texts(self) -> Texts:
        """The words."""
        from plancycle.adapters.texts import Catalogue

        return _once(Catalogue, "texts")

    @cached_property
    def programmes(self) -> Programmes:
        """Programme folders."""
        from plancycle.adapters.programme_files.folders import ProgrammeFiles

        folder = real_place(self.settings.programmes_dir)
        return _once(lambda: ProgrammeFiles(folder), "programmes", str(folder))

    @cached_property
    def workbooks(self) -> Workbooks:
        """Spreadsheets."""
        from plancycle.adapters.workbooks.files import Workbooks as WorkbookFiles

        return _once(lambda: WorkbookFiles(self.texts), "workbooks")

    @cached_property
    def composer(self) -> Composer:
        """Letters as mail, from the programme's coordinator."""
        from plancycle.adapters.mail.composing import Composer as MailComposer

        programme, address = self.programmes.latest(self.programme_id), self.settings.mail_from
        sender = programme.agency(programme.consolidator).name
        return _once(lambda: MailComposer(sender, address, self.texts), "composer", sender, address)

    @cached_property
    def postman(self) -> Postman:
        """The relay or the mail folder; one connection per house."""
        from plancycle.adapters.mail.sending import postman_for

        mail = self.settings
        return postman_for(mail.mail_url, self.data_dir, mail.mail_password.get_secret_value(), mail.mail_authority)

    @cached_property
    def mailbox(self) -> ports.Mailbox:
        """The mailbox agencies reply to; one connection per house."""
        from plancycle.adapters.mail.mailbox import ImapMailbox

        at = self.settings
        return ImapMailbox(
            at.mailbox_url, at.mailbox_password.get_secret_value(), at.mailbox_address, at.mailbox_authserv
        )

    @cached_property
    def courier(self) -> Courier:
        """Signed posts to agencies' own systems."""
        from plancycle.adapters.webhooks.building import courier_for

        return courier_for(self.settings.webhook_allow, self.settings.webhook_authority, self.data_dir, secret_named)

    @cached_property
    def bounce_reader(self) -> BounceReader:
        """Letters that come back."""
        from plancycle.adapters.mail.bounces import BounceReader as ReportReader

        return ReportReader()

    @cached_property
    def credentials(self) -> ports.Credentials:
        """Passwords and codes of people who sign in."""
        from plancycle.adapters.credentials import Credentials

        return Credentials(self._secret)

    @cached_property
    def signing(self) -> ports.Signing:
        """Electronic signatures on files, as ``signing.yaml`` sets them up."""
        from plancycle.adapters.signing.desk import signing_desk

        return signing_desk(self.settings.signing_file, secret_named)

    @cached_property
    def frames(self) -> Frames:
        """Exact adding up."""
        from plancycle.adapters.frames import Frames as DataFrames

        return DataFrames()

    @property
    def likeness(self) -> Likeness:
        """How like two texts are."""
        from plancycle.adapters.likeness import likeness

        return likeness

    @property
    def folding(self) -> Folding:
        """Which texts say the same."""
        from plancycle.adapters.likeness import folding

        return folding

    @cached_property
    def documents(self) -> Documents:
        """Official documents."""
        from plancycle.adapters.documents.official import Documents as OfficialDocuments

        return _once(lambda: OfficialDocuments(self.texts), "documents")

    @cached_property
    def signals(self) -> "Signals":
        """Hints to Prefect; used by the portal only."""
        from plancycle.adapters.signals import Signals

        return Signals(self.settings.prefect_api_url)

    @cached_property
    def runs(self) -> "Runs":
        """Prefect's forms and runs; used by the portal only."""
        from plancycle.adapters.prefect_runs import Runs

        return Runs(self.settings.prefect_api_url)

    @cached_property
    def _ledger_url(self) -> str:
        """Where the ledger is; asked for every transaction, and resolving a path asks the disk."""
        return self.settings.ledger_url

    def gateway(self, channel: str) -> Gateway:
        """The gateway of a channel. Raises ActionNeeded when the HTTP gateway has no address."""
        from plancycle.adapters.gateway_choice import gateway_for

        return gateway_for(channel, self.data_dir, self.settings)

    def work(self) -> AbstractContextManager[Work]:
        """One transaction."""
        return database(self._ledger_url).work()

    def rerun(self, act: Callable[[Work], Made]) -> Made:
        """One transaction, run again when the ledger lost it."""
        return database(self._ledger_url).rerun(act)

    def leave_file(self, folder: str, name: str, data: bytes) -> str:
        """A copy for people to open."""
        return leave_file(self.data_dir, folder, name, data)

    def catch_up(self, at_once: bool = False) -> None:
        """Bring the provisional editions of what this house changed up to date; what fails is logged, never raised."""
        if places := self._noted.take():
            pace = _once(lambda: Pace(self._later), "pace", f"{self.data_dir}/")
            pace.follow(places, lambda place: (self._fold or refresh)(self, place), at_once)

    def _later(self, place: Place) -> None:
        with open_house(self.settings) as house:
            refresh(house, place)

    def close(self) -> None:
        """End what is open; shared parts stay for the next house of this process."""
        for name in ("postman", "mailbox"):
            if name in self.__dict__:
                self.__dict__[name].close()

    def __enter__(self) -> "Household":
        return self

    def __exit__(self, _kind: object, exception: object, _trace: object) -> None:
        try:
            if exception is None or isinstance(exception, Exception):
                self.catch_up()
        finally:
            self.close()


def database(url: str) -> "Database":
    """The ledger at a URL, brought to the newest migration the first time this process opens it."""
    known: Database | None = _shared.get(("database", url))  # asked for at every transaction
    return known or _once(lambda: _ledger_at(url), "database", url)


def _ledger_at(url: str) -> "Database":
    from plancycle.adapters.database.unit_of_work import Database

    ledger = Database(url)
    ledger.upgrade()
    return ledger


def forget(path: Path) -> None:
    """Let go of what this process shares for a data folder (before the folder is deleted or replaced)."""
    with _making:
        for key in [key for key in _shared if f"{path.resolve()}/" in "".join(key)]:
            made = _shared.pop(key)
            if key[0] == "database":
                made.close()


def open_house(
    settings: Settings | None = None,
    as_of: datetime | None = None,
    following: ports.Following | None = None,
    fold: Fold | None = None,
) -> Household:
    """Open the house for one command, task or request; ``as_of`` stands in for the present moment.

    On leaving, the editions of what was changed in it are brought up to date by ``fold``, or ``following`` is told.
    """
    chosen = settings or load_settings()
    arm(chosen.failpoint_in_force)
    return Household(chosen, as_of, following, fold)
