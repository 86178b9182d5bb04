"""The only reader of the environment: every setting is ``PLANCYCLE_<NAME>``, described here and nowhere else."""

import os
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from plancycle.domain.errors import DataProblem
from plancycle.domain.retention import Rules

CHECKOUT = Path(__file__).parents[2]
PREFIX = "PLANCYCLE_"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Settings(BaseSettings):
    """How this installation is set up."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    data: Path = Field(
        default=Path("plancycle-data"), description="Folder for everything that is kept: ledger, files, mail."
    )
    database_url: str = Field(
        default="",
        pattern="^$|^sqlite:|^postgresql",
        description="SQLAlchemy URL of the ledger, `sqlite:` or `postgresql:`; empty: SQLite in the data folder.",
    )
    programmes: Path | None = Field(
        default=None,
        description="Folder of programme folders; default: `programmes` in the data folder, else the shipped one.",
    )
    programme: str = Field(default="tn-nq94", description="Id of the programme this installation runs.")
    base_url: str = Field(
        default="http://127.0.0.1:8600", description="Address of the portal, as mailed links spell it."
    )
    mail_url: str = Field(
        default="folder:",
        description="`folder:` (the mail folder of the data folder), `smtp://host:port`, or with encryption "
        "`smtp://user@host:587?tls=starttls` or `smtps://user@host`.",
    )
    mail_password: SecretStr = Field(default=SecretStr(""), description="Password of the mail user; never shown.")
    mail_authority: str = Field(
        default="", description="File of certificates (PEM) the mail server is checked against; empty: the machine's."
    )
    mail_from: str = Field(default="bao-cao@plancycle.invalid", description="Sender address of every letter.")
    mailbox_url: str = Field(
        default="",
        description="Mailbox agencies reply to: `imaps://user@host/INBOX`, or `imap://user@localhost/INBOX` on this "
        "very machine; empty: none is read.",
    )
    mailbox_password: SecretStr = Field(default=SecretStr(""), description="Password of the mailbox; never shown.")
    mailbox_address: str = Field(
        default="",
        description="Address of the mailbox, with which replies are marked (`bao-cao+mark@…`); empty: replies go to "
        "the operator.",
    )
    mailbox_authserv: str = Field(
        default="",
        description="Name our own mail server writes into `Authentication-Results`; without it no mail is believed.",
    )
    webhook_allow: str = Field(
        default="",
        description="What webhooks may reach beyond the public Internet by HTTPS, separated by commas: a network "
        "(`10.20.0.0/16`), a host (`phan-mem.so-y-te.lan`), with a port of its own (`phan-mem.so-y-te.lan:8443`), or "
        "without encryption (`http://127.0.0.1:8099`).",
    )
    webhook_authority: str = Field(
        default="",
        description="File of certificates (PEM) that webhook receivers are checked against besides the well-known "
        "authorities; for offices with an authority of their own.",
    )
    gateway_url: str = Field(default="", description="Address of the HTTP gateway for addressees with channel `http`.")
    gateway_authority: str = Field(
        default="",
        description="File of certificates (PEM) the gateways are checked against besides the well-known authorities.",
    )
    exchange_url: str = Field(
        default="",
        description="Address of the document exchange's gateway for addressees with channel `edxml`; empty: packages "
        "are left as files in `edxml/gui-di` of the data folder and answers are read from `edxml/nhan-ve`.",
    )
    exchange_code: str = Field(
        default="",
        description="Our identification code on the document exchange (Decision 20/2020/QĐ-TTg), where the programme "
        "has none for the coordinator.",
    )
    exchange_secret: SecretStr = Field(
        default=SecretStr(""), description="Key that calls to the exchange's gateway are signed with; never shown."
    )
    prefect_api_url: str = Field(
        default="",
        description="Prefect API (`http://…/api`) that the portal tells of approvals; empty: the sweep sends them.",
    )
    portal_names: str = Field(
        default="",
        description="Further host names the portal answers to besides that of the base URL and this machine's own, "
        "separated by commas.",
    )
    confirm_recipient: bool = Field(
        default=False,
        description="Whether a clerk who opens a mailed link is asked first which address received the letter.",
    )
    second_factor_for: Literal["approver", "everyone"] = Field(
        default="approver",
        description="Who must use an authenticator app to sign in: `approver` or `everyone`; anybody may.",
    )
    oidc_issuer: str = Field(
        default="",
        description="Address of the province's own sign-in (OpenID Connect issuer); empty: accounts of this system.",
    )
    oidc_client_id: str = Field(default="", description="What this portal is called there.")
    oidc_client_secret: SecretStr = Field(
        default=SecretStr(""), description="Its secret there; empty for a public client. Never shown."
    )
    signing: Path | None = Field(
        default=None,
        description="File that says which electronic signatures reports carry and where their keys are; default: "
        "`signing.yaml` in the data folder; without it none is asked for.",
    )
    anchor_to: str = Field(
        default="",
        description="Mailboxes outside this office that get the audit log's signed checkpoint on every day on which "
        "something changed, separated by commas.",
    )
    backup_recipients: str = Field(
        default="",
        description="Public keys (age) that backups are encrypted for, separated by commas; without one none is made.",
    )
    keep_letters_days: int = Field(
        default=365, ge=90, description="Days after which the retention plan lets a settled letter's content go."
    )
    keep_drafts_days: int = Field(
        default=90, ge=30, description="Days after its deadline for which an answer nobody handed in is kept."
    )
    keep_sessions_days: int = Field(default=90, ge=1, description="Days for which sign-ins to the desk are kept.")
    keep_records_years: int = Field(
        default=10,
        ge=0,
        description="Years after which the retention plan names a year's records for the archive; 0: never. Records "
        "are never deleted by it.",
    )
    secret_key: str = Field(
        default="", description="Key of seals and mailed links; empty: made once, kept in the data folder."
    )

    log_format: Literal["text", "json"] = Field(
        default="text", description="How running processes log: `text`, or `json`: one object a line, for collectors."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least serious lines that are logged."
    )
    metrics_key: SecretStr = Field(
        default=SecretStr(""),
        description="Key that opens `/metrics` to monitors on other machines (bearer token); empty: this machine only.",
    )
    trace_to: str = Field(
        default="",
        description="Address (OTLP over HTTP, `http://…:4318`) that traces are sent to; empty: none are made. Needs "
        "the libraries of `requirements-scale.lock`.",
    )

    failpoint: str = Field(
        default="",
        description="For fault drills only: `name:n` makes a process kill itself the n-th time it reaches that place. "
        "Refused where the portal has a public address.",
    )
    failpoint_allowed: bool = Field(
        default=False, description="`true`: a drill may be held on an installation with a public address, too."
    )

    @property
    def retention_rules(self) -> Rules:
        """How long each kind is kept."""
        return Rules(
            letters=timedelta(days=self.keep_letters_days),
            drafts=timedelta(days=self.keep_drafts_days),
            sessions=timedelta(days=self.keep_sessions_days),
            records_years=self.keep_records_years,
        )

    @property
    def failpoint_in_force(self) -> str:
        """The place to die at. Raises DataProblem on an installation that others may be using."""
        is_at_home = urlsplit(self.base_url).hostname in LOOPBACK
        if self.failpoint and not is_at_home and not self.failpoint_allowed:
            raise DataProblem("failpoint.refused", address=self.base_url)
        return self.failpoint

    @property
    def secrets(self) -> list[str]:
        """Every configured secret, also those inside addresses: what no log may hold."""
        hidden = [one.get_secret_value() for _, one in self if isinstance(one, SecretStr)]
        addresses = (self.database_url, self.mail_url, self.mailbox_url, self.trace_to)
        within = [urlsplit(one).password or "" for one in addresses]
        return [one for one in (*hidden, self.secret_key, *within) if one]

    @property
    def ledger_url(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{real_place(self.data / 'plancycle.db')}"

    @property
    def signing_file(self) -> Path:
        """The file about electronic signatures in force, whether it is there or not."""
        return self.signing or self.data / "signing.yaml"

    @property
    def programmes_dir(self) -> Path:
        """The programmes folder in force."""
        if self.programmes is not None:
            return self.programmes
        own = self.data / "programmes"
        return own if own.is_dir() else CHECKOUT / "programmes"


def real_place(path: Path) -> Path:
    """Where a path leads. A folder that is named in full is followed once in a process: every request asks."""
    return _followed(path) if path.is_absolute() else path.resolve()


@lru_cache(64)
def _followed(path: Path) -> Path:
    return path.resolve()


def secret_named(name: str) -> str:
    """The value of a variable that the address book names (``secret_env``); empty when it is not set."""
    return os.environ.get(name, "")


def load_settings() -> Settings:
    """Read the environment. Raises DataProblem naming every wrong variable and how to mend it."""
    return _settings_of(tuple((name, value) for name, value in os.environ.items() if name.upper().startswith(PREFIX)))


@lru_cache(maxsize=1)
def _settings_of(_variables: tuple[tuple[str, str], ...]) -> Settings:
    """Made once for the same variables: each step of a run opens the house, and checking forty fields takes a while."""
    try:
        return Settings()
    except ValidationError as broken:
        wrong = "; ".join(f"PLANCYCLE_{str(e['loc'][0]).upper()}: {e['msg']}" for e in broken.errors())
        raise DataProblem("settings.wrong", wrong=wrong) from broken
