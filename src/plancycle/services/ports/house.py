"""Everything a service may use, in one place."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from plancycle.domain.narrative import Folding
from plancycle.domain.rule_checks import Likeness
from plancycle.services.ports.channels import Mailbox, ReceiptKey
from plancycle.services.ports.credentials import Credentials
from plancycle.services.ports.documents import Documents, Frames
from plancycle.services.ports.gateways import Gateway
from plancycle.services.ports.mailing import Composer, Postman, Senders
from plancycle.services.ports.programmes import Programmes
from plancycle.services.ports.returned_mail import BounceReader
from plancycle.services.ports.signing import ApproverKeys, Signing
from plancycle.services.ports.surroundings import Clock, FileStore, Following, Inbox, Seals, Texts
from plancycle.services.ports.webhooks import Courier
from plancycle.services.ports.workbooks import Workbooks
from plancycle.services.repositories import Work

Made = TypeVar("Made")


class House(Protocol):
    """Everything a service may use; built in one place, :func:`plancycle.bootstrap.open_house`."""

    @property
    def clock(self) -> Clock:
        """The time."""

    @property
    def texts(self) -> Texts:
        """The words."""

    @property
    def files(self) -> FileStore:
        """Bytes by hash."""

    @property
    def programmes(self) -> Programmes:
        """Programmes and address books."""

    @property
    def workbooks(self) -> Workbooks:
        """Spreadsheets."""

    @property
    def seals(self) -> Seals:
        """Keyed marks."""

    @property
    def composer(self) -> Composer:
        """Letters as mail."""

    @property
    def postman(self) -> Postman:
        """The relay or mail folder."""

    @property
    def courier(self) -> Courier:
        """Signed posts to agencies' own systems."""

    @property
    def bounce_reader(self) -> BounceReader:
        """Reads letters that come back."""

    @property
    def senders(self) -> Senders:
        """Who else sends letters."""

    @property
    def frames(self) -> Frames:
        """Exact adding up."""

    @property
    def documents(self) -> Documents:
        """Official documents."""

    @property
    def inbox(self) -> Inbox:
        """Dropped files."""

    @property
    def by_hand(self) -> Inbox:
        """Files that were handed over by hand; a named person enters each."""

    @property
    def mailbox(self) -> Mailbox:
        """The mailbox agencies reply to."""

    @property
    def receipt_key(self) -> ReceiptKey:
        """What signs receipts."""

    @property
    def approver_keys(self) -> ApproverKeys:
        """What signs decisions, one key a person."""

    @property
    def signing(self) -> Signing:
        """Signatures on files."""

    @property
    def anchor_addresses(self) -> tuple[str, ...]:
        """Mailboxes outside that keep the audit log's checkpoints."""

    @property
    def credentials(self) -> Credentials:
        """Passwords, codes and secrets of people who sign in."""

    @property
    def likeness(self) -> Likeness:
        """How like two texts are."""

    @property
    def folding(self) -> Folding:
        """Which texts say the same."""

    @property
    def following(self) -> Following:
        """Keeps provisional editions current."""

    @property
    def base_url(self) -> str:
        """The portal's address, as mailed links spell it."""

    @property
    def programme_id(self) -> str:
        """The programme this installation runs."""

    def gateway(self, channel: str) -> Gateway:
        """The gateway of a channel (``http`` or ``folder``)."""

    def work(self) -> AbstractContextManager[Work]:
        """One transaction: committed on leaving, rolled back on an error."""

    def rerun(self, act: Callable[[Work], Made]) -> Made:
        """One transaction, run again when the ledger lost it; ``act`` must find out by itself what stands already."""

    def leave_file(self, folder: str, name: str, data: bytes) -> str:
        """Put a copy for people to open into a named folder of the data directory; returns its relative path."""
